"""Time: ISO 8601 texts of any precision become days since the subject's infusion.

Three kinds of time occur in trials: date-times with a zone, date-times without one, and relative times of
de-identified data. Elapsed time is counted in real (UTC) time where both ends carry a time of day, and in
whole calendar days where either end is only a date. A month or a year alone gives no point in time, only an
interval (:func:`elapsed_bounds`).

SDTM study days have no day 0: the day of the infusion is day 1, the day before is day -1
(:func:`to_study_day`, :func:`from_study_day`).
"""

from __future__ import annotations

import zoneinfo

import polars as pl

from tutela.kernel.errors import TimeError

__all__ = [
    "HOURS_PER_DAY",
    "add_elapsed",
    "check_zone",
    "elapsed_bounds",
    "from_study_day",
    "parse_times",
    "to_study_day",
]

HOURS_PER_DAY = 24.0
_SECONDS_PER_DAY = 86400.0

# Date parts may be '-' where unknown (ISO 8601 as SDTM uses it: 2003---07, 2003-12-15T-:30).
_PATTERN = (
    r"^(?P<year>\d{4})(?:-(?P<month>\d{2}|-)(?:-(?P<day>\d{2}|-))?)?"
    r"(?:[T ](?P<hour>\d{2}|-)(?::(?P<minute>\d{2}|-)(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,9}))?)?)?)?"
    r"(?P<zone>Z|[+-]\d{2}:?\d{2})?$"
)
_PARTS = ("year", "month", "day", "hour", "minute", "second", "fraction", "zone")
_PRECISION_BY_PART = ("second", "minute", "hour", "day", "month", "year")
_HAS_CLOCK = ("hour", "minute", "second")


def check_zone(zone: str | None) -> str | None:
    """Check the name of a time zone.

    Raises
    ------
    TimeError
        If no such zone exists.
    """
    if zone is None or zone in zoneinfo.available_timezones():
        return zone
    what = "There is no such time zone."
    raise TimeError(
        what, value=zone, expected="an IANA name such as Europe/Rome or UTC", advice="Correct [clock] zone."
    )


def parse_times(values: pl.Series, *, zone: str | None = None) -> pl.DataFrame:
    """Read ISO 8601 texts of any precision.

    Parameters
    ----------
    values
        Texts, shape (n,); null or empty means no time.
    zone
        IANA zone of texts that carry none; None leaves them on a clock of their own.

    Returns
    -------
    polars.DataFrame
        Shape (n,): ``instant`` (date-time; UTC where a zone is known, else as written), ``date`` (as written),
        ``precision`` (second, minute, hour, day, month, year or null), ``is_zoned``, and ``problem`` (what is
        wrong with the text, or null).

    Examples
    --------
    >>> parse_times(pl.Series(["2024-03-05T10:30", "2003", "2024-02-30"])).select("precision", "problem").rows()
    [('minute', None), ('year', None), (None, 'no such date or time')]
    """
    text = values.cast(pl.String).str.strip_chars().alias("text")
    frame = pl.DataFrame([text]).with_columns(pl.col("text").replace("", None))
    parts = frame.select("text", pl.col("text").str.extract_groups(_PATTERN).alias("parts")).unnest("parts")
    parts = parts.with_columns(pl.col(name).replace("-", None) for name in _PARTS)
    parts = parts.with_columns(
        precision=_precision(), is_zoned=pl.col("zone").is_not_null() | (zone is not None)
    )
    parts = parts.with_columns(written=_written(), date=_date())
    parts = parts.with_columns(instant=_instant(zone))
    return parts.select(
        "instant",
        "date",
        pl.when(pl.col("date").is_null() & _needs_date())
        .then(None)
        .otherwise(pl.col("precision"))
        .alias("precision"),
        "is_zoned",
        _problem().alias("problem"),
    )


def _precision() -> pl.Expr:
    """The finest unbroken part: a minute without an hour says no more than the day."""
    known = pl.lit(None, dtype=pl.String)
    chain = pl.col("year").is_not_null()
    for part, name in zip(
        ("year", "month", "day", "hour", "minute", "second"), reversed(_PRECISION_BY_PART), strict=True
    ):
        chain = chain & pl.col(part).is_not_null()
        known = pl.when(chain).then(pl.lit(name)).otherwise(known)
    return known


def _needs_date() -> pl.Expr:
    return pl.col("precision").is_in(["day", *_HAS_CLOCK])


def _date() -> pl.Expr:
    text = pl.concat_str("year", "month", "day", separator="-")
    return pl.when(pl.col("precision").is_in(["day", *_HAS_CLOCK])).then(
        text.str.to_date("%Y-%m-%d", strict=False)
    )


def _written() -> pl.Expr:
    """The date-time as written on the wall, without its zone."""
    text = pl.concat_str(
        "year",
        pl.lit("-"),
        "month",
        pl.lit("-"),
        "day",
        pl.lit("T"),
        pl.col("hour").fill_null("00"),
        pl.lit(":"),
        pl.when(pl.col("hour").is_null()).then(pl.lit("00")).otherwise(pl.col("minute").fill_null("00")),
        pl.lit(":"),
        pl.col("second").fill_null("00"),
        pl.lit("."),
        pl.col("fraction").fill_null("0").str.pad_end(6, "0").str.slice(0, 6),
    )
    return text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)


def _instant(zone: str | None) -> pl.Expr:
    sign = pl.when(pl.col("zone").str.starts_with("-")).then(-1).otherwise(1)
    digits = pl.col("zone").str.replace_all(r"[^0-9]", "")
    minutes = sign * (digits.str.slice(0, 2).cast(pl.Int64) * 60 + digits.str.slice(2, 2).cast(pl.Int64))
    offset = pl.when(pl.col("zone") == "Z").then(0).otherwise(minutes)
    zoned = pl.col("written") - pl.duration(minutes=offset.fill_null(0))
    if zone is None:
        return pl.when(pl.col("zone").is_null()).then(pl.col("written")).otherwise(zoned)
    # An hour that occurs twice when the clock goes back is taken as the first; one that does not exist is refused.
    local = (
        pl.col("written")
        .dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        .dt.convert_time_zone("UTC")
        .dt.replace_time_zone(None)
    )
    return pl.when(pl.col("zone").is_null()).then(local).otherwise(zoned)


def _problem() -> pl.Expr:
    given = pl.col("text").is_not_null()
    return (
        pl.when(given & pl.col("year").is_null())
        .then(pl.lit("not an ISO 8601 date or date-time"))
        .when(given & (pl.col("month").cast(pl.Int64, strict=False) > 12))
        .then(pl.lit("no such date or time"))
        .when(given & _needs_date() & pl.col("date").is_null())
        .then(pl.lit("no such date or time"))
        .when(given & pl.col("precision").is_in(_HAS_CLOCK) & pl.col("instant").is_null())
        .then(pl.lit("no such date or time"))
        .otherwise(None)
    )


def add_elapsed(times: pl.DataFrame, zero: pl.DataFrame) -> pl.DataFrame:
    """Elapsed days between parsed times and the time zero of the same row.

    Parameters
    ----------
    times, zero
        Parsed times (:func:`parse_times`), shape (n,) each; row i of ``zero`` is the infusion of row i.

    Returns
    -------
    polars.DataFrame
        Shape (n,): ``elapsed`` (days; null where either end gives no point in time) and ``problem``.

    Notes
    -----
    Whole calendar days where either end is a date without a time of day; real time otherwise. A zoned and an
    unzoned time of day cannot be compared: that row has the problem "with and without time zone".
    """
    both = pl.concat([times, zero.rename({name: f"zero_{name}" for name in zero.columns})], how="horizontal")
    is_clock = pl.col("precision").is_in(_HAS_CLOCK) & pl.col("zero_precision").is_in(_HAS_CLOCK)
    mixed = is_clock & (pl.col("is_zoned") != pl.col("zero_is_zoned"))
    calendar = (pl.col("date") - pl.col("zero_date")).dt.total_days().cast(pl.Float64)
    real = (pl.col("instant") - pl.col("zero_instant")).dt.total_microseconds() / (_SECONDS_PER_DAY * 1e6)
    return both.select(
        pl.when(mixed | pl.col("problem").is_not_null())
        .then(None)
        .when(is_clock)
        .then(real)
        .otherwise(calendar)
        .alias("elapsed"),
        pl.coalesce(
            "problem",
            pl.when(mixed)
            .then(pl.lit("times with and without time zone cannot be compared"))
            .otherwise(None),
        ).alias("problem"),
    )


def elapsed_bounds(text: str, zero: str, *, zone: str | None = None) -> tuple[float, float]:
    """Earliest and latest elapsed days that a partial date allows.

    Parameters
    ----------
    text, zero
        ISO 8601 texts of the event and of the infusion.
    zone
        Zone of texts without one.

    Returns
    -------
    tuple of float
        Days since infusion, first and last instant of the year, month, day or minute that was given.

    Raises
    ------
    TimeError
        If either text cannot be read.

    Examples
    --------
    >>> elapsed_bounds("2024-03", "2024-03-10")
    (-9.0, 21.0)
    """
    parsed = parse_times(pl.Series([text, zero]), zone=zone)
    for row, value in zip(parsed.iter_rows(named=True), (text, zero), strict=True):
        if row["problem"] or row["precision"] is None:
            what = "This is not a date."
            raise TimeError(what, value=value, expected="an ISO 8601 date, possibly partial")
    first, last = _span(text, parsed.item(0, "precision"))
    ends = parse_times(pl.Series([first, last]), zone=zone)
    start = pl.concat([parsed[1:], parsed[1:]])
    low, high = add_elapsed(ends, start).get_column("elapsed")
    return float(low), float(high)


def _span(text: str, precision: str) -> tuple[str, str]:
    if precision == "year":
        return f"{text[:4]}-01-01", f"{text[:4]}-12-31"
    if precision == "month":
        start = pl.Series([f"{text[:7]}-01"]).str.to_date()
        return str(start[0]), str(start.dt.month_end()[0])
    return text, text


def to_study_day(elapsed: int) -> int:
    """SDTM study day of a whole number of calendar days since the infusion's date.

    Examples
    --------
    >>> to_study_day(0), to_study_day(27), to_study_day(-1)
    (1, 28, -1)
    """
    return elapsed + 1 if elapsed >= 0 else elapsed


def from_study_day(day: int) -> int:
    """Whole calendar days since the infusion's date of an SDTM study day.

    Raises
    ------
    TimeError
        For day 0, which does not exist.

    Examples
    --------
    >>> from_study_day(1), from_study_day(28), from_study_day(-1)
    (0, 27, -1)
    """
    if day == 0:
        what = "SDTM study day 0 does not exist."
        raise TimeError(
            what, value=day, expected="1, 2, ... or -1, -2, ...", advice="Use day 1 for the infusion's day."
        )
    return day - 1 if day > 0 else day
