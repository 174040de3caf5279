"""Rows that could not be used, or were changed: each with file, row, column, value, and what was expected."""

from __future__ import annotations

import polars as pl

__all__ = [
    "CELL_LEFT_EMPTY",
    "DUPLICATE_REMOVED",
    "KINDS",
    "REJECTED_SCHEMA",
    "ROW_SET_ASIDE",
    "no_rejects",
    "reject",
]

#: What was done: the row is not in its table; it is, with one cell empty; it was there before.
ROW_SET_ASIDE = "row set aside"
CELL_LEFT_EMPTY = "cell left empty"
DUPLICATE_REMOVED = "duplicate removed"

#: Columns of the table of rejected rows.
REJECTED_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "table": pl.String,
    "file": pl.String,
    "row": pl.Int64,
    "subject": pl.String,
    "column": pl.String,
    "value": pl.String,
    "expected": pl.String,
    "reason": pl.String,
    "kind": pl.String,
    "action": pl.String,
}

#: Kinds of findings and what they mean.
KINDS = {
    "subject": "the person is not in the subjects table, or is missing",
    "time": "a date or time cannot be read or compared",
    "number": "a number cannot be read",
    "unit": "the unit is unknown, missing, or does not fit the test",
    "implausible": "the value is outside what a living person can have",
    "term": "a coded text is not one of its terms",
    "order": "an end lies before its start",
    "duplicate": "the same row was there before",
    "record": "the record of the file does not fit its header",
    "absent": "it is recorded as not given, not done or not occurred",
    "rule": "a rule of the table's declaration is broken",
}


def no_rejects() -> pl.DataFrame:
    """Build an empty table of rejected rows."""
    return pl.DataFrame(schema=REJECTED_SCHEMA)


def reject(
    rows: pl.DataFrame,
    *,
    table: str,
    column: str,
    kind: str,
    reason: str | pl.Expr,
    expected: str | pl.Expr = "",
    value: str | pl.Expr | None = None,
    action: str = ROW_SET_ASIDE,
) -> pl.DataFrame:
    """Describe rows that are rejected for one reason.

    Parameters
    ----------
    rows
        The rows, with source_file, source_row and subject.
    table, column, kind
        Table, column, and a key of :data:`KINDS`.
    reason, expected
        In words, or as an expression over the rows.
    value
        What was found: column name or expression; the column itself if None.
    action
        What was done with the row.
    """

    def text(part: str | pl.Expr) -> pl.Expr:
        return part if isinstance(part, pl.Expr) else pl.lit(part)

    found = pl.col(column if value is None else value) if not isinstance(value, pl.Expr) else value
    return (
        rows.select(
            pl.lit(table).alias("table"),
            pl.col("source_file").alias("file"),
            pl.col("source_row").alias("row"),
            pl.col("subject"),
            pl.lit(column).alias("column"),
            found.cast(pl.String).alias("value"),
            text(expected).alias("expected"),
            text(reason).alias("reason"),
            pl.lit(kind).alias("kind"),
            pl.lit(action).alias("action"),
        )
        .cast(pl.Schema(REJECTED_SCHEMA))
        .with_columns(pl.col("column", "value", "expected").replace("", None))
    )
