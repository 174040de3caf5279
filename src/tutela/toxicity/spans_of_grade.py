"""Courses of grades as intervals and as days, in the shape that charts draw."""

from __future__ import annotations

import polars as pl

__all__ = ["grade_by_day", "grade_intervals"]


def grade_intervals(course: pl.DataFrame, *, last_days: float = 0.5) -> pl.DataFrame:
    """Stretches of equal grade bounds, each until the next window of the subject.

    Parameters
    ----------
    course
        A result's ``course``.
    last_days
        How long the last window of a subject is shown, and how long any window is at most.

    Returns
    -------
    polars.DataFrame
        subject, start, end (days since infusion), grade_low, grade_high, because; one row per stretch.
    """
    ordered = course.sort("subject", "time")
    changed = pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(name).shift(1)) for name in ("subject", "grade_low", "grade_high")
    )
    # A gap is not drawn as if the grade had been observed through it.
    gap = (pl.col("time") - pl.col("time").shift(1)).over("subject") > MAX_GAP_DAYS
    following = pl.col("time").shift(-1).over("subject")
    until = pl.min_horizontal(following, pl.col("time") + MAX_GAP_DAYS).fill_null(pl.col("time") + last_days)
    return (
        ordered.with_columns(until=until, stretch=(changed | gap.fill_null(value=False)).cum_sum())
        .group_by("stretch", maintain_order=True)
        .agg(
            pl.col("subject").first(),
            pl.col("time").first().alias("start"),
            pl.col("until").last().alias("end"),
            pl.col("grade_low", "grade_high", "because").first(),
        )
        .drop("stretch")
    )


#: A window stands for no longer than this in a chart, days.
MAX_GAP_DAYS = 1.5


def grade_by_day(course: pl.DataFrame, *, days: int) -> pl.DataFrame:
    """Highest grade bounds of every subject on every day with a window.

    Parameters
    ----------
    course
        A result's ``course``.
    days
        First days after the infusion to keep; day 0 is the day of the infusion.

    Returns
    -------
    polars.DataFrame
        subject, day, grade_low, grade_high.
    """
    return (
        course.with_columns(day=pl.col("time").floor().cast(pl.Int64))
        .filter(pl.col("day") < days)
        .group_by("subject", "day")
        .agg(pl.col("grade_low", "grade_high").max())
        .sort("subject", "day")
    )
