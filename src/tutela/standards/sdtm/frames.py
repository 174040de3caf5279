"""Small steps that every domain shares: blank cells, first variable that has a value, rejected rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from tutela.standards.sdtm.domains import Domain

__all__ = [
    "POINTER",
    "REJECTED",
    "Taken",
    "blank_to_null",
    "choose",
    "column",
    "keep_numbers",
    "reject",
    "take",
]

#: Columns that point to the source of a row.
POINTER = ("source_file", "source_row")


#: Columns of the account of rows and cells that are not used, as the study keeps it.
REJECTED: dict[str, pl.DataType] = {
    name: pl.Int64() if name == "row" else pl.String()
    for name in ("table", "file", "row", "subject", "column", "value", "expected", "reason", "kind", "action")
}


@dataclass(frozen=True, eq=False)
class Taken:
    """Rows of one domain in the form of a study table, and the rows that are not used.

    Parameters
    ----------
    rows
        Study columns as text, with the source pointers.
    rejected
        Rows left out, with their reason (:data:`REJECTED`).
    notices
        What the reader should know about this domain.
    """

    rows: pl.DataFrame
    rejected: pl.DataFrame
    notices: tuple[str, ...] = ()


def blank_to_null(frame: pl.DataFrame) -> pl.DataFrame:
    """Trim every text cell; blank cells and a lone point (a SAS missing number) become null."""
    text = pl.selectors.string()
    trimmed = frame.with_columns(text.str.strip_chars())
    return trimmed.with_columns(pl.when(~text.is_in(["", "."])).then(text))


def column(frame: pl.DataFrame, *names: str) -> pl.Expr:
    """First value that is not null among the named variables; null where none of them exists."""
    present = [name for name in names if name in frame.columns]
    return pl.coalesce(present) if present else pl.lit(None, dtype=pl.String)


def choose(cases: Iterable[tuple[pl.Expr, pl.Expr]], *, otherwise: pl.Expr) -> pl.Expr:
    """The value of the first case whose condition holds.

    Parameters
    ----------
    cases
        (condition, value), in order.
    otherwise
        Value if none holds.
    """
    result = otherwise
    for condition, value in reversed(list(cases)):
        result = pl.when(condition).then(value).otherwise(result)
    return result


def take(frame: pl.DataFrame, domain: Domain) -> pl.DataFrame:
    """Study columns of a domain by its declared mapping, beside the domain's own variables.

    Parameters
    ----------
    frame
        Rows of the domain, blank cells null.
    domain
        The declaration.

    Returns
    -------
    polars.DataFrame
        As many rows; one text column per field.
    """
    return frame.with_columns(
        column(frame, *field.names(domain.code)).alias(field.column) for field in domain.fields
    )


def reject(
    frame: pl.DataFrame,
    *,
    table: str,
    variable: str,
    reason: str | pl.Expr,
    kind: str = "rule",
    expected: str = "",
    action: str = "row set aside",
) -> pl.DataFrame:
    """Make the record of rows that are left out.

    Parameters
    ----------
    frame
        The rows, with ``USUBJID`` and the source pointers.
    table
        Study table they would have gone to.
    variable
        SDTM variable that decided it.
    reason
        Why, in words.
    kind
        What kind of fault it is, such as ``term`` or ``number``.
    expected
        What would have been usable.
    action
        What was done.
    """
    words = pl.lit(reason) if isinstance(reason, str) else reason
    return frame.select(
        pl.lit(table).alias("table"),
        pl.col("source_file").alias("file"),
        pl.col("source_row").cast(pl.Int64).alias("row"),
        column(frame, "USUBJID").alias("subject"),
        pl.lit(variable).alias("column"),
        column(frame, variable).cast(pl.String).alias("value"),
        pl.lit(expected).alias("expected"),
        words.alias("reason"),
        pl.lit(kind).alias("kind"),
        pl.lit(action).alias("action"),
    ).select(pl.col(name).cast(dtype) for name, dtype in REJECTED.items())


#: A number as text.
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


def keep_numbers(
    rows: pl.DataFrame, *columns: str, table: str, pattern: str = NUMBER
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Empty the cells of numeric columns that hold no number, so that the rest of the row can be used.

    Parameters
    ----------
    rows
        Rows with study columns as text.
    columns
        Numeric columns.
    table
        Study table.
    pattern
        What a usable cell looks like.

    Returns
    -------
    tuple
        The rows, and a record of every emptied cell; the row itself stays in use.
    """
    records = []
    for name in columns:
        bad = (~pl.col(name).str.contains(pattern)).fill_null(value=False)
        unreadable = rows.filter(bad)
        if unreadable.height:
            records.append(
                reject(
                    unreadable,
                    table=table,
                    variable=name,
                    kind="number",
                    reason="it is no number; the row is used without it",
                    expected="a number",
                    action="cell emptied",
                )
            )
            rows = rows.with_columns(pl.when(~bad).then(name).alias(name))
    return rows, pl.concat([pl.DataFrame(schema=REJECTED), *records])
