"""Counts of persons by highest grade, with exact intervals: what every severity section begins with."""

from __future__ import annotations

import math

import polars as pl
from scipy.stats import binomtest

__all__ = ["count_grades", "rate_text"]


def rate_text(count: int, total: int) -> str:
    """A count as share of a whole with its exact 95 % confidence interval (Clopper-Pearson).

    Examples
    --------
    >>> rate_text(0, 12)
    '0 of 12 (0 %; 95 % CI 0-26 %)'
    >>> rate_text(9, 40)
    '9 of 40 (23 %; 95 % CI 11-38 %)'
    >>> rate_text(0, 0)
    '0 of 0'
    """
    if not total:
        return "0 of 0"
    interval = binomtest(count, total).proportion_ci(confidence_level=0.95, method="exact")
    # Halves go up, as a reader does it: 9 of 40 is 23 %.
    share, low, high = (math.floor(100 * part + 0.5) for part in (count / total, interval.low, interval.high))
    return f"{count} of {total} ({share} %; 95 % CI {low}-{high} %)"


def count_grades(subjects: pl.DataFrame) -> pl.DataFrame:
    """Persons by highest grade; those with bounds and those not evaluable are rows of their own.

    Parameters
    ----------
    subjects
        One row per person: status, grade_low, grade_high (a result's ``subjects``).

    Returns
    -------
    polars.DataFrame
        grade (text), n, of (persons graded), rate (with interval), subjects (list); grade 0 first, then bounds,
        then not evaluable.
    """
    graded = subjects.filter(pl.col("status") == "graded")
    low, high = pl.col("grade_low"), pl.col("grade_high")
    named = graded.with_columns(
        grade=pl.when(low == high).then(low.cast(pl.String)).otherwise(pl.format("{} to {}", low, high))
    )
    counts = named.group_by("grade").agg(
        pl.len().alias("n"),
        pl.col("subject").sort().alias("subjects"),
        is_sure=(low == high).first(),
        order=(low.cast(pl.Int64) * 10 + high).first(),
    )
    counts = counts.sort("is_sure", "order", descending=[True, False]).drop("is_sure", "order")
    missing = subjects.filter(pl.col("status") != "graded").get_column("subject").sort().to_list()
    rates = [rate_text(n, graded.height) for n in counts.get_column("n")]
    table = counts.select(
        "grade",
        pl.col("n").cast(pl.Int64),
        pl.lit(graded.height, dtype=pl.Int64).alias("of"),
        pl.Series("rate", rates, dtype=pl.String),
        "subjects",
    )
    if not missing:
        return table
    row = {
        "grade": "not evaluable",
        "n": len(missing),
        "of": subjects.height,
        "rate": "",
        "subjects": missing,
    }
    return pl.concat([table, pl.DataFrame([row], schema=table.schema)])
