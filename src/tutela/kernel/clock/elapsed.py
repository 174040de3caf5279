"""Days since the infusion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from tutela.kernel.clock.config import DAYS_PER_UNIT, Clock
from tutela.kernel.clock.iso import parse_iso

__all__ = ["EXPECTED_DATE", "EXPECTED_NUMBER", "Elapsed", "local_dates", "to_elapsed", "to_relative"]

EXPECTED_DATE = "an ISO 8601 date or date-time such as 2024-02-28 or 2024-02-28T08:30"
EXPECTED_NUMBER = "a number counted from the infusion"

_MICROSECONDS_PER_DAY = 86_400_000_000
_WITH_TIME = ("hour", "minute", "second")

_NO_ZONE = (
    "it has no time zone but other times of the study do, and the study declares none; "
    "declare zone under [clock], or write the offset"
)
_HAS_ZONE = (
    "it has a time zone but the infusion has none, and the study declares none; "
    "declare zone under [clock], or write the offset of the infusion"
)
_SKIPPED = "this local time does not exist: clocks were put forward over it"


@dataclass(frozen=True, eq=False)
class Elapsed:
    """Times of a column since the infusion.

    Parameters
    ----------
    table
        As many rows as given: ``time`` (days since infusion, null if not known), ``precision``,
        ``problem`` (why the text cannot be used, null if it can).
    ambiguous
        How many local times occurred twice because clocks were put back; the first was taken.
    """

    table: pl.DataFrame
    ambiguous: int = 0


def to_elapsed(text: pl.Series, zero: pl.Series, *, clock: Clock) -> Elapsed:
    """Turn dates and date-times into days since the infusion.

    Parameters
    ----------
    text, zero
        ISO 8601 text of the moments and, row by row, of the subject's infusion, shape (n,).
    clock
        The study's clock.

    Returns
    -------
    Elapsed

    Notes
    -----
    - Two date-times: the time that really passed, across changes of daylight saving time if the zone is
      declared or written.
    - A date without time: whole calendar days since the date of the infusion, so a date on the day of
      the infusion is 0 even if the infusion was at noon.
    - A date-time against an infusion of which only the date is known: whole calendar days too, as CDISC
      counts them: a sample on the day of the infusion is at 0, so it can be a baseline. The order within a
      day is lost; the study says so in a notice.
    - An hour without minutes counts from the beginning of the hour. A year or month alone gives no time,
      see :func:`tutela.kernel.clock.find_bounds`.

    Examples
    --------
    >>> times = pl.Series(["2024-03-05T08:00", "2024-03-06", "2024-03"])
    >>> to_elapsed(times, pl.Series(["2024-03-05T14:00"] * 3), clock=Clock()).table["time"].to_list()
    [-0.25, 1.0, None]
    """
    frame = pl.concat([_moments(text, "t_", clock), _moments_of_distinct(zero, clock)], how="horizontal")
    frame = frame.with_columns(_problem(frame, clock).alias("problem"))
    usable = pl.col("problem").is_null()
    table = frame.select(
        pl.when(usable).then(_time()).alias("time"),
        pl.when(usable).then("t_precision").alias("precision"),
        "problem",
    )
    return Elapsed(table, int(frame["t_is_ambiguous"].sum()))


def _moments_of_distinct(zero: pl.Series, clock: Clock) -> pl.DataFrame:
    """Moments of the infusions; each is read once although it stands in every row of its subject."""
    keys = zero.cast(pl.String).alias("key").to_frame()
    distinct = keys.unique(maintain_order=True)
    known = pl.concat([distinct, _moments(distinct["key"], "z_", clock)], how="horizontal")
    return keys.join(known, on="key", how="left", nulls_equal=True, maintain_order="left").drop("key")


def _moments(text: pl.Series, prefix: str, clock: Clock) -> pl.DataFrame:
    """Read text and add the moment on a common time line, and the calendar date."""
    frame = parse_iso(text)
    local, offset = pl.col("local"), pl.col("offset")
    by_offset = local - pl.duration(minutes=offset)
    if clock.zone is None:
        never = pl.lit(value=False)
        frame = frame.with_columns(
            pl.coalesce(by_offset, local).alias("moment"),
            local.dt.date().alias("date"),
            never.alias("is_skipped"),
            never.alias("is_ambiguous"),
        )
    else:
        frame = _in_declared_zone(frame, by_offset, clock.zone)
    return frame.rename({name: prefix + name for name in frame.columns})


def _in_declared_zone(frame: pl.DataFrame, by_offset: pl.Expr, zone: str) -> pl.DataFrame:
    local = pl.col("local")
    naive_with_time = pl.col("offset").is_null() & pl.col("precision").is_in(_WITH_TIME)
    first, last = (_to_utc(local, zone, ambiguous=choice) for choice in ("earliest", "latest"))
    wall = by_offset.dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None)
    return frame.with_columns(
        pl.coalesce(by_offset, first).alias("moment"),
        pl.coalesce(wall, local).dt.date().alias("date"),
        (naive_with_time & local.is_not_null() & first.is_null()).fill_null(value=False).alias("is_skipped"),
        (naive_with_time & (first != last)).fill_null(value=False).alias("is_ambiguous"),
    )


def _to_utc(local: pl.Expr, zone: str, *, ambiguous: Literal["earliest", "latest"]) -> pl.Expr:
    in_zone = local.dt.replace_time_zone(zone, ambiguous=ambiguous, non_existent="null")
    return in_zone.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def _problem(frame: pl.DataFrame, clock: Clock) -> pl.Expr:
    problem = pl.coalesce("t_problem", pl.when("t_is_skipped").then(pl.lit(_SKIPPED)))
    if clock.zone is not None:
        return problem
    has_time = pl.col("t_precision").is_in(_WITH_TIME).fill_null(value=False)
    zero_has_time = pl.col("z_precision").is_in(_WITH_TIME).fill_null(value=False)
    zoned, zero_zoned = pl.col("t_offset").is_not_null(), pl.col("z_offset").is_not_null()
    any_zoned = bool(frame["t_offset"].is_not_null().any())
    needs_zone = pl.when(zero_has_time).then(zero_zoned).otherwise(pl.lit(any_zoned))
    return pl.coalesce(
        problem,
        pl.when(has_time & ~zoned & needs_zone).then(pl.lit(_NO_ZONE)),
        pl.when(has_time & zoned & zero_has_time & ~zero_zoned).then(pl.lit(_HAS_ZONE)),
    )


def _time() -> pl.Expr:
    has_time, has_day = pl.col("t_precision").is_in(_WITH_TIME), pl.col("t_precision") == "day"
    zero_has_time, zero_has_day = pl.col("z_precision").is_in(_WITH_TIME), pl.col("z_precision") == "day"
    calendar = (pl.col("t_date") - pl.col("z_date")).dt.total_days().cast(pl.Float64)
    return (
        pl.when(has_time & zero_has_time)
        .then(_days_between("t_moment", "z_moment"))
        .when((has_day | has_time) & (zero_has_day | zero_has_time))
        .then(calendar)
    )


def _days_between(late: str, early: str) -> pl.Expr:
    return (pl.col(late) - pl.col(early)).dt.total_microseconds() / _MICROSECONDS_PER_DAY


def local_dates(text: pl.Series, *, clock: Clock) -> pl.Series:
    """Calendar dates on the wall of the study's zone; null where the day is not known.

    Parameters
    ----------
    text
        ISO 8601 text.
    clock
        The study's clock.
    """
    frame = _moments(text, "", clock)
    knows_day = pl.col("precision").is_in(("day", *_WITH_TIME))
    return frame.select(pl.when(knows_day).then("date").alias("date"))["date"]


def to_relative(text: pl.Series, zero: pl.Series, *, clock: Clock) -> Elapsed:
    """Turn numbers counted from a common start into days since the infusion.

    Parameters
    ----------
    text, zero
        Numbers as text in the clock's unit; a missing zero is 0.
    clock
        The study's clock.

    Examples
    --------
    >>> hours = Clock(kind="relative", unit="h")
    >>> to_relative(pl.Series(["36", "-1", "noon"]), pl.Series([None] * 3), clock=hours).table.rows()
    [(1.5, 'relative', None), (-0.041666666666666664, 'relative', None), \
(None, None, 'this is no number counted from the infusion')]
    """
    frame = pl.DataFrame({"text": text.cast(pl.String).str.strip_chars(), "zero": zero.cast(pl.String)})
    number = pl.col("text").cast(pl.Float64, strict=False)
    is_bad = pl.col("text").is_not_null() & ~(number.is_finite().fill_null(value=False))
    looks_like_date = pl.col("text").str.contains(r"^\d{4}-\d{2}")
    problem = (
        pl.when(is_bad & looks_like_date)
        .then(pl.lit('a date does not fit a relative clock; set kind = "datetime" under [clock]'))
        .when(is_bad)
        .then(pl.lit("this is no number counted from the infusion"))
    )
    zero_number = pl.col("zero").cast(pl.Float64, strict=False).fill_null(0.0)
    usable = pl.col("text").is_not_null() & ~is_bad
    numerator, denominator = DAYS_PER_UNIT[clock.unit]
    days = (number - zero_number) * float(numerator) / float(denominator)
    table = frame.select(
        pl.when(usable).then(days).alias("time"),
        pl.when(usable).then(pl.lit("relative")).alias("precision"),
        problem.alias("problem"),
    )
    return Elapsed(table)
