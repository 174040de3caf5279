"""Shift tables: baseline grade against worst grade, and one version of the criteria against another."""

from __future__ import annotations

import polars as pl

from tutela.toxicity.labs.worst_grades import by_direction, worst

__all__ = ["SHIFT_COLUMNS", "shift_table"]

#: Columns of :func:`shift_table` and what they mean.
SHIFT_COLUMNS = {
    "term": "published term",
    "direction": "L or H",
    "test": "test code",
    "baseline_grade": "grade of the baseline record; null if there is none or it cannot be graded",
    "worst_grade": "worst grade after infusion; null if no row could be graded",
    "n": "number of subjects",
    "subjects": "the subjects",
    "version": "version of the criteria",
}


def shift_table(table: pl.DataFrame, *, term: str | None = None) -> pl.DataFrame:
    """Baseline grade against worst grade after infusion, by term.

    Parameters
    ----------
    table
        :attr:`tutela.toxicity.labs.LabGrades.table`.
    term
        One term only (any case).

    Returns
    -------
    polars.DataFrame
        Columns of :data:`SHIFT_COLUMNS`, ordered by term, direction and grades (null first). Every
        subject with a value of the test counts once per term.
    """
    keys = ["subject", "term", "direction", "test"]
    rows = by_direction(table)
    if term is not None:
        rows = rows.filter(pl.col("term").str.to_lowercase() == term.lower())
    everyone = rows.select(*keys, "version").unique()
    baseline = rows.filter("is_baseline").select(*keys, pl.col("grade").alias("baseline_grade"))
    after = worst(table).select(*keys, pl.col("grade").alias("worst_grade"))
    joined = everyone.join(baseline, on=keys, how="left").join(after, on=keys, how="left")
    cells = ["term", "direction", "test", "baseline_grade", "worst_grade"]
    return (
        joined.group_by(*cells, "version")
        .agg(pl.len().cast(pl.Int64).alias("n"), pl.col("subject").sort().alias("subjects"))
        .sort(cells, nulls_last=False)
        .select(list(SHIFT_COLUMNS))
    )
