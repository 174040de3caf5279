"""The account of what could not be used: one row per rejected row or cell, with the reason."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

__all__ = ["CELL_EMPTIED", "DUPLICATE_REMOVED", "REJECTED", "ROW_LEFT_OUT", "collect", "reject"]

#: Columns of the table of rejected rows and cells.
REJECTED: dict[str, pl.DataType] = {
    "table": pl.String(),
    "file": pl.String(),
    "row": pl.Int64(),
    "subject": pl.String(),
    "column": pl.String(),
    "value": pl.String(),
    "expected": pl.String(),
    "reason": pl.String(),
    "action": pl.String(),
}

#: What was done: the whole row is not in the table; the row is, with one cell empty; it was there before.
ROW_LEFT_OUT = "row left out"
CELL_EMPTIED = "cell left empty"
DUPLICATE_REMOVED = "duplicate removed"


def reject(
    rows: pl.DataFrame,
    *,
    table: str,
    column: str,
    value: str | pl.Expr,
    expected: str | pl.Expr,
    reason: str | pl.Expr,
    action: str = ROW_LEFT_OUT,
) -> pl.DataFrame:
    """Make the account of rows.

    Parameters
    ----------
    rows
        The rows, with ``subject``, ``source_file`` and ``source_row``.
    table, column
        Where it happened.
    value
        The offending value: name of its column, or an expression.
    expected, reason
        Words, or expressions for them.
    action
        What was done.
    """
    return rows.select(
        pl.lit(table).alias("table"),
        pl.col("source_file").alias("file"),
        pl.col("source_row").alias("row"),
        pl.col("subject"),
        pl.lit(column).alias("column"),
        (pl.col(value) if isinstance(value, str) else value).cast(pl.String).alias("value"),
        (pl.lit(expected) if isinstance(expected, str) else expected).alias("expected"),
        (pl.lit(reason) if isinstance(reason, str) else reason).alias("reason"),
        pl.lit(action).alias("action"),
    ).cast(REJECTED)  # type: ignore[arg-type]


def collect(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """All accounts in one table."""
    return pl.concat([pl.DataFrame(schema=REJECTED), *parts])
