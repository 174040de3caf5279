"""The last step of every table: the declared schema decides, and says what it expected."""

from __future__ import annotations

import polars as pl

from tutela.kernel.study.parsing import Work
from tutela.kernel.study.rejects import reject
from tutela.kernel.tables import TableSchema, columns_of, expected_of

__all__ = ["apply_schema", "fill_columns"]


def fill_columns(frame: pl.DataFrame, schema: type[TableSchema]) -> pl.DataFrame:
    """Add the columns a table declares and the frame lacks, and put all in the declared order."""
    types = columns_of(schema)
    absent = [
        pl.lit(None, dtype=kind).alias(name) for name, kind in types.items() if name not in frame.columns
    ]
    return frame.with_columns(absent).select(list(types)).cast(pl.Schema(types))


def apply_schema(
    work: Work, schema: type[TableSchema], *, hard: tuple[str, ...] | None = None
) -> pl.DataFrame:
    """Check the rows against the schema, and say what breaks it in the words of the declaration.

    Parameters
    ----------
    work
        Rows with typed columns.
    schema
        The declaration.
    hard
        Columns whose value decides over the row; in any other column a value that is not allowed leaves
        the cell empty. None if every column decides.

    Returns
    -------
    polars.DataFrame
        The valid rows, in the order of the source.
    """
    frame = fill_columns(work.rows, schema)
    if schema.is_valid(frame):
        return frame
    if hard is not None:
        work.rows = frame
        _empty_cells(work, schema, hard)
        frame = work.rows
        if schema.is_valid(frame):
            return frame
    good, failure = schema.filter(frame)
    invalid = failure.details()
    rules = [name for name in invalid.columns if name not in frame.columns]
    told = pl.Series([False] * invalid.height, dtype=pl.Boolean)
    for rule in rules:
        broken = (invalid.get_column(rule) == "invalid").fill_null(value=False) & ~told
        if not broken.any():
            continue
        column = rule.split("|")[0] if "|" in rule else _key_of(schema)
        work.rejected.append(
            reject(
                invalid.filter(broken),
                table=work.name,
                column=column,
                kind="rule",
                reason=_reason(rule),
                expected=_expected(schema, column),
            )
        )
        told = told | broken
    return fill_columns(good, schema)


def _empty_cells(work: Work, schema: type[TableSchema], hard: tuple[str, ...]) -> None:
    """Empty the cells that break a rule of a column that the row can do without."""
    numbered = work.rows.with_row_index("_row", offset=1)
    # The record number carries the row's own number through the check and back.
    checked = schema.filter(
        numbered.with_columns(pl.col("_row").cast(pl.Int64).alias("source_row")).drop("_row")
    )
    details = checked.failure.details()
    work.rows = numbered
    for rule in [name for name in details.columns if "|" in name]:
        column = rule.split("|")[0]
        if column in hard or not schema.columns()[column].nullable:
            continue
        rows = details.filter(pl.col(rule) == "invalid").get_column("source_row")
        if len(rows):
            work.leave_empty(
                pl.col("_row").is_in(rows.implode()),
                column=column,
                kind="rule",
                reason=_reason(rule),
                expected=_expected(schema, column),
            )
    work.rows = work.rows.drop("_row")


def _key_of(schema: type[TableSchema]) -> str:
    return ", ".join(schema.primary_key()) or "row"


def _reason(rule: str) -> str:
    if rule == "primary_key":
        return "occurs more than once"
    words = {
        "nullability": "no value where one is needed",
        "min": "too small",
        "min_exclusive": "too small",
        "max": "too large",
        "max_exclusive": "too large",
        "regex": "not one of the terms",
        "min_length": "empty",
        "nan": "not a finite number",
        "inf": "not a finite number",
    }
    return words.get(rule.split("|")[-1], f"breaks the rule {rule}")


def _expected(schema: type[TableSchema], column: str) -> str:
    """What the declaration says: the column's meaning and what it accepts."""
    declared = schema.columns().get(column)
    if declared is None:
        return f"one row per {_key_of(schema)}"
    meaning = str((declared.metadata or {}).get("doc", ""))
    return f"{expected_of(declared)} ({meaning})" if meaning else expected_of(declared)
