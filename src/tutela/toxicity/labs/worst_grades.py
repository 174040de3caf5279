"""The worst grade of each subject and term."""

from __future__ import annotations

from typing import Literal

import polars as pl

__all__ = ["WORST_COLUMNS", "by_direction", "worst"]

#: Columns of :func:`worst` and what they mean.
WORST_COLUMNS = {
    "subject": "the subject",
    "term": "published term",
    "direction": "L or H",
    "test": "test code",
    "grade": "worst grade; null if no row could be graded",
    "time": "days since infusion at which it was first reached",
    "value": "the value that reached it",
    "unit": "unit of value",
    "graded": "rows graded in the period",
    "not_graded": "rows that could not be graded",
    "version": "version of the criteria",
    "because": "the criterion that was met",
    "reason": "why there is no grade",
    "source_file": "file of the row",
    "source_row": "its record number",
}

Period = Literal["after", "all"]


def by_direction(table: pl.DataFrame) -> pl.DataFrame:
    """Graded rows in long form: one row per laboratory value and direction that has a term.

    Parameters
    ----------
    table
        :attr:`tutela.toxicity.labs.LabGrades.table`.
    """
    keep = [name for name in table.columns if name not in ("grade", "grade_l", "grade_h", "term_l", "term_h")]
    parts = [
        table.filter(pl.col(f"term_{letter}").is_not_null()).select(
            *keep,
            pl.col(f"term_{letter}").alias("term"),
            pl.lit(letter.upper()).alias("direction"),
            pl.col(f"grade_{letter}").alias("grade"),
        )
        for letter in ("l", "h")
    ]
    return pl.concat(parts)


def worst(table: pl.DataFrame, *, period: Period = "after") -> pl.DataFrame:
    """Worst grade per subject and term.

    Parameters
    ----------
    table
        :attr:`tutela.toxicity.labs.LabGrades.table`.
    period
        ``after``: rows later than the baseline record and not before the infusion; ``all``: every row.

    Returns
    -------
    polars.DataFrame
        Columns of :data:`WORST_COLUMNS`, ordered by subject, term and direction. A subject and term whose
        rows could not be graded has a null grade with the reason, never 0; the time and source row are
        those of the first value that reached the worst grade.

    Examples
    --------
    >>> import polars as pl
    >>> from tutela.toxicity import labs
    >>> anc = pl.DataFrame({"subject": ["1"] * 3, "time": [2.0, 5.0, 9.0], "test": ["NEUT"] * 3,
    ...                     "value": [1.2, 0.2, 0.4], "unit": ["10^9/L"] * 3})
    >>> labs.worst(labs.grade(anc).table).select("term", "grade", "time").row(0)
    ('Neutrophil count decreased', 4, 5.0)
    """
    rows = by_direction(table)
    if period == "after":
        rows = rows.filter(pl.col("phase") == "after")
    keys = ["subject", "term", "direction", "test"]
    order = ["grade", "time", "source_file", "source_row", "value"]
    ranked = rows.sort(*order, descending=[True, False, False, False, False], nulls_last=True)
    counted = ranked.group_by(keys, maintain_order=True).agg(
        pl.col("grade", "time", "value", "unit").first(),
        pl.col("grade").is_not_null().sum().alias("graded"),
        pl.col("grade").is_null().sum().alias("not_graded"),
        pl.col("version", "because", "reason", "source_file", "source_row").first(),
    )
    is_graded = pl.col("grade").is_not_null()
    return (
        counted.with_columns(
            pl.when(is_graded).then(pl.col("time", "value", "source_file", "source_row")),
            pl.when(pl.col("grade") > 0).then("because").otherwise(pl.lit("")).alias("because"),
            pl.when(is_graded).then(pl.lit("")).otherwise("reason").alias("reason"),
        )
        .sort(keys)
        .select(list(WORST_COLUMNS))
    )
