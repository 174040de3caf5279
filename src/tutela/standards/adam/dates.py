"""Analysis dates, date-times and study days from the study's clock."""

from __future__ import annotations

import polars as pl

__all__ = ["add_analysis_time", "study_day"]

_DATE = r"^(\d{4}-\d{2}-\d{2})"
_DATETIME = r"^(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2})(:\d{2})?"


def study_day(days: pl.Expr) -> pl.Expr:
    """Study day of a whole number of days since the infusion: there is no day 0.

    Parameters
    ----------
    days
        Days between two dates; 0 is the day of the infusion, which is study day 1.
    """
    whole = days.floor().cast(pl.Int64)
    return whole + (whole >= 0).cast(pl.Int64)


def add_analysis_time(
    frame: pl.DataFrame,
    subjects: pl.DataFrame,
    *,
    time: str,
    names: tuple[str, str, str],
    raw: str | None = None,
) -> pl.DataFrame:
    """Add the analysis date, date-time and day of one time column.

    Parameters
    ----------
    frame
        With ``subject`` and the time column, days since infusion.
    subjects
        With ``subject`` and ``infusion`` (ISO 8601 text; anything else gives no dates).
    time
        Name of the time column.
    names
        Names of the date, date-time and study-day variables.
    raw
        Name of the column with the time as given; its date wins over the computed one.

    Returns
    -------
    polars.DataFrame
        The rows in the same order with the three variables.

    Notes
    -----
    Dates are those of the local time that was recorded. A partial date gives no analysis date: nothing
    is imputed. Without calendar dates (a de-identified study) only the study day is filled, from the
    days since infusion.
    """
    date, datetime, day = names
    zero = subjects.select("subject", pl.col("infusion").alias("_zero")).unique("subject", keep="first")
    rows = frame.join(zero, on="subject", how="left", maintain_order="left")
    given = pl.col(raw) if raw is not None else pl.lit(None, dtype=pl.String)
    is_partial = given.str.contains(r"^\d{4}(-\d{2})?$").fill_null(value=False)
    rows = rows.with_columns(_parse(pl.col("_zero")).alias("_start"), _parse(given).alias("_given"))
    has_hours = pl.col("_zero").str.contains(_DATETIME).fill_null(value=False)
    computed = pl.col("_start") + pl.duration(
        microseconds=(pl.col(time) * 86_400_000_000).round(0).cast(pl.Int64)
    )
    moment = pl.when(~is_partial).then(pl.coalesce("_given", computed))
    is_exact = given.str.contains(_DATETIME).fill_null(value=False) | (pl.col("_given").is_null() & has_hours)
    rows = rows.with_columns(moment.alias("_moment"), is_exact.alias("_exact"))
    days = (pl.col("_moment").dt.date() - pl.col("_start").dt.date()).dt.total_days()
    relative = pl.when(~is_partial & pl.col("_start").is_null()).then(pl.col(time))
    return rows.with_columns(
        pl.col("_moment").dt.date().alias(date),
        pl.when("_exact").then(pl.col("_moment")).alias(datetime),
        study_day(pl.coalesce(days, relative)).alias(day),
    ).drop("_zero", "_start", "_given", "_moment", "_exact")


def _parse(text: pl.Expr) -> pl.Expr:
    """Local date-time as written; midnight where only a date is given; the zone is left aside."""
    clock = text.str.extract(r"[T ](\d{2}:\d{2}(:\d{2})?)", 1).fill_null("00:00")
    full = pl.when(clock.str.len_chars() == len("00:00")).then(clock + ":00").otherwise(clock)
    return (text.str.extract(_DATE, 1) + pl.lit("T") + full).str.to_datetime(
        "%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us"
    )
