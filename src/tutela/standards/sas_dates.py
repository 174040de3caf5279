"""Dates, times and date-times of SAS: numbers counted from 1960, told apart by their display format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tutela.kernel.errors import StandardError
from tutela.standards.formats import split_format

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "DEFAULT_FORMATS",
    "SAS_MAX_DATE",
    "SAS_MIN_DATE",
    "from_sas_numbers",
    "kind_of_format",
    "to_sas_numbers",
]

_EPOCH: Final = -3653
"""1960-01-01 in days from 1970-01-01, the origin of polars."""
_DAY_SECONDS: Final = 86_400
_MICROSECONDS: Final = 1_000_000
_NANOSECONDS_PER_MICROSECOND: Final = 1_000

SAS_MIN_DATE: Final = -138_061
"""First date that SAS knows, 1582-01-01, in days from 1960."""
SAS_MAX_DATE: Final = 2_936_549
"""Last date that ISO 8601 writes with four digits, 9999-12-31, in days from 1960."""

DEFAULT_FORMATS: Final[Mapping[str, str]] = {"date": "E8601DA.", "datetime": "E8601DT.", "time": "E8601TM."}
"""Formats for ADaM numeric dates that have none declared; ISO 8601, as Dataset-JSON advises."""

_DATE = frozenset(
    {
        "DATE",
        "DAY",
        "DDMMYY",
        "DDMMYYB",
        "DDMMYYC",
        "DDMMYYD",
        "DDMMYYN",
        "DDMMYYP",
        "DDMMYYS",
        "MMDDYY",
        "MMDDYYB",
        "MMDDYYC",
        "MMDDYYD",
        "MMDDYYN",
        "MMDDYYP",
        "MMDDYYS",
        "YYMMDD",
        "YYMMDDB",
        "YYMMDDC",
        "YYMMDDD",
        "YYMMDDN",
        "YYMMDDP",
        "YYMMDDS",
        "E8601DA",
        "B8601DA",
        "IS8601DA",
        "ND8601DA",
        "WEEKDATE",
        "WEEKDATX",
        "WORDDATE",
        "WORDDATX",
        "JULIAN",
        "MINGUO",
        "NENGO",
        "EURDFDE",
        "EURDFDD",
        "NLDATE",
        "MONYY",
        "MONNAME",
        "MMYY",
        "MMYYC",
        "MMYYD",
        "MMYYN",
        "MMYYP",
        "MMYYS",
        "YYMM",
        "YYMMC",
        "YYMMD",
        "YYMMN",
        "YYMMP",
        "YYMMS",
        "YYMON",
        "YEAR",
        "YYQ",
        "YYQC",
        "YYQD",
        "YYQN",
        "YYQP",
        "YYQS",
        "QTR",
        "MONTH",
        "WEEKDAY",
        "DOWNAME",
    }
)
_DATETIME = frozenset(
    {
        "DATETIME",
        "DATEAMPM",
        "DTDATE",
        "DTMONYY",
        "DTWKDATX",
        "DTYEAR",
        "DTYYQC",
        "MDYAMPM",
        "E8601DT",
        "B8601DT",
        "IS8601DT",
        "E8601DN",
        "B8601DN",
        "IS8601DN",
        "NLDATM",
        "EURDFDT",
        "E8601DX",
        "B8601DX",
    }
)
_TIME = frozenset(
    {"TIME", "TIMEAMPM", "TOD", "HHMM", "HOUR", "MMSS", "E8601TM", "B8601TM", "IS8601TM", "NLTIME"}
)


def kind_of_format(text: str) -> str:
    """What a SAS format says a number is.

    Parameters
    ----------
    text
        Format such as ``DATE9.``; a text that is no format says nothing.

    Returns
    -------
    str
        ``date``, ``datetime``, ``time``, or empty for every other format.

    Examples
    --------
    >>> kind_of_format("DATE9."), kind_of_format("E8601DT19."), kind_of_format("8.2")
    ('date', 'datetime', '')
    """
    try:
        name = split_format(text)[0]
    except StandardError:
        return ""
    for kind, names in (("date", _DATE), ("datetime", _DATETIME), ("time", _TIME)):
        if name in names:
            return kind
    return ""


def from_sas_numbers(values: pl.Series, *, kind: str) -> pl.Series | None:
    """Numbers of SAS as dates, date-times or times of day.

    Parameters
    ----------
    values
        Float64; days from 1960-01-01 (``date``), seconds from 1960-01-01T00:00 (``datetime``) or
        seconds from midnight (``time``); null is missing.
    kind
        ``date``, ``datetime`` or ``time``.

    Returns
    -------
    polars.Series or None
        Date, Datetime in microseconds, or Time; None if a number is not exactly such a value: a
        fraction of a day, more than 24 hours, finer than a microsecond, or outside the years 1582
        to 9999.

    Notes
    -----
    A double of seconds since 1960 has steps of about a quarter of a microsecond today, so a number
    counts as a whole microsecond if no double lies between the two.
    """
    floats = values.fill_null(0.0).to_numpy()
    low, high = _limits(kind)
    if not bool(np.all((floats >= low) & (floats < high))):
        return None
    whole = np.floor(floats)
    micro = np.rint((floats - whole) * _MICROSECONDS)
    is_exact = np.abs((floats - whole) - micro / _MICROSECONDS) <= np.spacing(np.abs(floats))
    if not bool(np.all(is_exact & ((micro == 0) | (kind != "date")))):
        return None
    seconds = pl.Series(values.name, whole.astype(np.int64))
    if kind == "date":
        return _only(values, (seconds + _EPOCH).cast(pl.Int32).cast(pl.Date))
    counts = seconds * _MICROSECONDS + pl.Series(micro.astype(np.int64))
    if kind == "datetime":
        return _only(values, (counts + _EPOCH * _DAY_SECONDS * _MICROSECONDS).cast(pl.Datetime("us")))
    return _only(values, (counts * _NANOSECONDS_PER_MICROSECOND).cast(pl.Time))


def _only(values: pl.Series, converted: pl.Series) -> pl.Series:
    """Null again where the number was missing."""
    return pl.select(pl.when(values.is_not_null()).then(converted)).to_series().alias(values.name)


def to_sas_numbers(values: pl.Series) -> pl.Series:
    """Dates, date-times or times of day as numbers of SAS.

    Parameters
    ----------
    values
        Date, Datetime without zone, or Time.

    Returns
    -------
    polars.Series
        Float64, days or seconds as :func:`from_sas_numbers` reads them.
    """
    if values.dtype == pl.Date():
        return (values.cast(pl.Int32).cast(pl.Int64) - _EPOCH).cast(pl.Float64)
    if values.dtype == pl.Time():
        return _seconds(values.cast(pl.Int64), 1_000 * _MICROSECONDS)
    counts = values.cast(pl.Datetime("us")).cast(pl.Int64) - _EPOCH * _DAY_SECONDS * _MICROSECONDS
    return _seconds(counts, _MICROSECONDS)


def _seconds(counts: pl.Series, unit: int) -> pl.Series:
    """Seconds and their fraction apart, because the count may have more digits than a double."""
    whole, rest = counts // unit, counts % unit
    seconds = whole.cast(pl.Float64).fill_null(0.0).to_numpy() + rest.fill_null(0).to_numpy() / unit
    return _only(counts, pl.Series(counts.name, seconds))


def _limits(kind: str) -> tuple[float, float]:
    if kind == "date":
        return SAS_MIN_DATE, SAS_MAX_DATE + 1
    if kind == "datetime":
        return SAS_MIN_DATE * _DAY_SECONDS, (SAS_MAX_DATE + 1) * _DAY_SECONDS
    return 0, _DAY_SECONDS
