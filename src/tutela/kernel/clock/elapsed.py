"""Days since the infusion."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tutela.kernel.clock.config import UNITS_PER_DAY, Clock
from tutela.kernel.clock.iso import parse_iso

__all__ = ["EXPECTED_DATE", "EXPECTED_NUMBER", "Elapsed", "to_elapsed", "to_relative"]

EXPECTED_DATE = "an ISO 8601 date or date-time such as 2024-02-28 or 2024-02-28T08:30"
EXPECTED_NUMBER = "a number counted from the infusion"

_MICROSECONDS_PER_DAY = 86_400_000_000
_MICROSECONDS_PER_MINUTE = 60_000_000
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
    - A date-time against an infusion of which only the date is known: counted from that day's midnight,
      so the order within a day is kept.
    - An hour without minutes counts from the beginning of the hour. A year or month alone gives no time,
      see :func:`tutela.kernel.clock.find_bounds`.

    Examples
    --------
    >>> times = pl.Series(["2024-03-05T08:00", "2024-03-06", "2024-03"])
    >>> to_elapsed(times, pl.Series(["2024-03-05T14:00"] * 3), clock=Clock()).table["time"].to_list()
    [-0.25, 1.0, None]
    """
    frame = _prefixed(parse_iso(text), "t_").hstack(_prefixed(parse_iso(zero), "z_"))
    frame = _add_moments(_add_moments(frame, "t_", clock), "z_", clock)
    frame = frame.with_columns(_problem(frame, clock).alias("problem"))
    table = frame.select(
        pl.when(pl.col("problem").is_null()).then(_time()).alias("time"),
        pl.when(pl.col("problem").is_null()).then("t_precision").alias("precision"),
        "problem",
    )
    return Elapsed(table, int(frame["t_is_ambiguous"].sum()))


def _prefixed(frame: pl.DataFrame, prefix: str) -> pl.DataFrame:
    return frame.rename({name: prefix + name for name in frame.columns})


def _add_moments(frame: pl.DataFrame, prefix: str, clock: Clock) -> pl.DataFrame:
    """Add the moment on a common time line, the calendar date, and what is wrong with the local time."""
    local, offset = pl.col(f"{prefix}local"), pl.col(f"{prefix}offset")
    by_offset = local - pl.duration(minutes=offset)
    has_time = pl.col(f"{prefix}precision").is_in(_WITH_TIME)
    if clock.zone is None:
        return frame.with_columns(
            pl.coalesce(by_offset, local).alias(f"{prefix}moment"),
            local.dt.date().alias(f"{prefix}date"),
            pl.lit(value=False).alias(f"{prefix}is_skipped"),
            pl.lit(value=False).alias(f"{prefix}is_ambiguous"),
        )
    first, last = (_in_zone(local, clock.zone, choice) for choice in ("earliest", "latest"))
    in_zone = by_offset.dt.replace_time_zone("UTC").dt.convert_time_zone(clock.zone).dt.replace_time_zone(None)
    naive = offset.is_null() & local.is_not_null()
    return frame.with_columns(
        # A date stands for its midnight; where clocks skip midnight the day starts when they resume.
        pl.coalesce(by_offset, first, pl.when(~has_time).then(_in_zone(local.dt.offset_by("1h"), clock.zone, "earliest"))).alias(f"{prefix}moment"),
        pl.coalesce(in_zone, local).dt.date().alias(f"{prefix}date"),
        (naive & has_time & first.is_null()).fill_null(value=False).alias(f"{prefix}is_skipped"),
        (naive & has_time & (first != last)).fill_null(value=False).alias(f"{prefix}is_ambiguous"),
    )


def _in_zone(local: pl.Expr, zone: str, ambiguous: str) -> pl.Expr:
    in_zone = local.dt.replace_time_zone(zone, ambiguous=ambiguous, non_existent="null")  # type: ignore[arg-type]
    return in_zone.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def _problem(frame: pl.DataFrame, clock: Clock) -> pl.Expr:
    problem = pl.coalesce(
        "t_problem", pl.when("t_is_skipped").then(pl.lit(_SKIPPED)), pl.lit(None, dtype=pl.String)
    )
    if clock.zone is not None:
        return problem
    has_time, zero_has_time = (pl.col(f"{p}precision").is_in(_WITH_TIME).fill_null(value=False) for p in "tz" for p in (f"{p}_",))
    zoned, zero_zoned = pl.col("t_offset").is_not_null(), pl.col("z_offset").is_not_null()
    any_zoned = bool(frame["t_offset"].is_not_null().any() or frame["z_offset"].is_not_null().any())
    lacks = has_time & ~zoned & pl.when(zero_has_time).then(zero_zoned).otherwise(any_zoned)
    return pl.coalesce(
        problem,
        pl.when(lacks).then(pl.lit(_NO_ZONE)),
        pl.when(has_time & zoned & zero_has_time & ~zero_zoned).then(pl.lit(_HAS_ZONE)),
    )


def _time() -> pl.Expr:
    has_time, has_day = pl.col("t_precision").is_in(_WITH_TIME), pl.col("t_precision") == "day"
    zero_has_time, zero_has_day = pl.col("z_precision").is_in(_WITH_TIME), pl.col("z_precision") == "day"
    days = (pl.col("t_date") - pl.col("z_date")).dt.total_days().cast(pl.Float64)
    # Against a bare date the wall clock counts if no zone is declared: the offset only names that wall.
    from_midnight = pl.when(pl.col("z_offset").is_null() & pl.col("t_offset").is_not_null()).then("t_wall").otherwise("t_moment")
    return (
        pl.when(has_day & (zero_has_time | zero_has_day))
        .then(days)
        .when(has_time & zero_has_time)
        .then(_days_between(pl.col("t_moment")))
        .when(has_time & zero_has_day)
        .then(_days_between(from_midnight))
    )


def _days_between(moment: pl.Expr) -> pl.Expr:
    return (moment - pl.col("z_moment")).dt.total_microseconds() / _MICROSECONDS_PER_DAY


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
    table = frame.select(
        pl.when(usable).then((number - zero_number) / UNITS_PER_DAY[clock.unit]).alias("time"),
        pl.when(usable).then(pl.lit("relative")).alias("precision"),
        problem.alias("problem"),
    )
    return Elapsed(table)
