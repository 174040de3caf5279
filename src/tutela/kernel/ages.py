"""Age at each observation, with bounds where it is not exactly known.

A birth date gives the exact age; a partial birth date, or an age recorded in whole years, gives an interval.
Children change limits, scales and doses as they grow, also during an event, so age is never carried over
from baseline.
"""

from __future__ import annotations

import polars as pl

from tutela.kernel.times import parse_times

__all__ = ["DAYS_PER_YEAR", "age_at"]

#: Mean length of a year of the Gregorian calendar, days.
DAYS_PER_YEAR = 365.2425


def age_at(subjects: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Age of each subject at each time.

    Parameters
    ----------
    subjects
        Subjects table; reads ``birth_date``, ``infusion``, ``age`` (years at infusion) and ``age_max``, each
        of which may be absent.
    keys
        Columns ``subject`` and ``time`` (days since infusion), shape (n,); a null time means the infusion.

    Returns
    -------
    polars.DataFrame
        Shape (n,), row i for row i of ``keys``: ``age_low`` and ``age_high`` in years; equal where the age
        is exact; null where it is not known.

    Notes
    -----
    With a full birth date the age is counted in calendar years (a birthday is exact); otherwise it is the age
    at infusion plus the elapsed time.

    Examples
    --------
    >>> people = pl.DataFrame({"subject": ["a"], "birth_date": ["2014-03-10"], "infusion": ["2024-03-08"]})
    >>> ages = age_at(people, pl.DataFrame({"subject": ["a", "a"], "time": [1.0, 2.0]}))
    >>> ages.select(pl.col("age_low").round(4)).to_series().to_list()
    [9.9973, 10.0]
    """
    wanted = keys.select("subject", pl.col("time").cast(pl.Float64).fill_null(0.0)).with_row_index("order")
    joined = wanted.join(_birth(subjects), on="subject", how="left").sort("order")
    return joined.select(_age("age_low", "born_last"), _age("age_high", "born_first"))


def _age(name: str, born: str) -> pl.Expr:
    """Calendar age from a birth day where there is one, else recorded age plus elapsed time."""
    now = pl.col("infused") + pl.duration(microseconds=(pl.col("time") * 86400e6).round().cast(pl.Int64))
    today = now.dt.date()
    birth = pl.col(born)
    years = today.dt.year() - birth.dt.year()
    had = (today.dt.month() * 100 + today.dt.day()) >= (birth.dt.month() * 100 + birth.dt.day())
    whole = years - (~had).cast(pl.Int32)
    last = _birthday(birth, whole)
    length = (_birthday(birth, whole + 1) - last).dt.total_days()
    calendar = whole + (today - last).dt.total_days() / length
    recorded = pl.col("age" if name == "age_low" else "age_max") + pl.col("time") / DAYS_PER_YEAR
    return pl.coalesce(calendar, recorded).alias(name)


def _birthday(birth: pl.Expr, years: pl.Expr) -> pl.Expr:
    """The birthday that completes ``years``; February 29 is kept on March 1 in common years."""
    year = birth.dt.year() + years
    is_leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    moved = (birth.dt.month() == 2) & (birth.dt.day() == 29) & ~is_leap
    month = pl.when(moved).then(pl.lit(3, dtype=pl.Int8)).otherwise(birth.dt.month())
    day = pl.when(moved).then(pl.lit(1, dtype=pl.Int8)).otherwise(birth.dt.day())
    return pl.date(year, month, day)


def _birth(subjects: pl.DataFrame) -> pl.DataFrame:
    """First and last possible birth day, the infusion, and the recorded age with its upper end."""
    table = subjects.with_columns(
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in (("birth_date", pl.String), ("infusion", pl.String), ("age", pl.Float64))
        if name not in subjects.columns
    )
    if "age_max" not in table.columns:
        is_whole = pl.col("age") == pl.col("age").floor()
        table = table.with_columns(age_max=pl.col("age") + is_whole.cast(pl.Float64))
    birth = parse_times(table.get_column("birth_date"))
    infusion = parse_times(table.get_column("infusion"))
    text = table.get_column("birth_date").str.slice(0, 7)
    month = (pl.Series(text.str.slice(0, 4) + "-" + text.str.slice(5, 2) + "-01")).str.to_date(strict=False)
    year = (text.str.slice(0, 4) + "-01-01").str.to_date(strict=False)
    return table.select(
        "subject",
        pl.col("age").cast(pl.Float64),
        pl.col("age_max").cast(pl.Float64),
    ).with_columns(
        infused=infusion.get_column("date").cast(pl.Datetime("us"))
        + (infusion.get_column("instant").dt.time().cast(pl.Duration("us"))).fill_null(
            pl.duration(microseconds=0)
        ),
        born_first=_by_precision(birth, month, year, last=False),
        born_last=_by_precision(birth, month, year, last=True),
    )


def _by_precision(birth: pl.DataFrame, month: pl.Series, year: pl.Series, *, last: bool) -> pl.Series:
    frame = birth.select("date", "precision").with_columns(month=month, year=year)
    end_month = pl.col("month").dt.month_end() if last else pl.col("month")
    end_year = pl.date(pl.col("year").dt.year(), 12, 31) if last else pl.col("year")
    return frame.select(
        pl.when(pl.col("date").is_not_null())
        .then(pl.col("date"))
        .when(pl.col("precision") == "month")
        .then(end_month)
        .when(pl.col("precision") == "year")
        .then(end_year)
    ).to_series()
