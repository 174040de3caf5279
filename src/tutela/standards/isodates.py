"""ISO 8601 text as SDTM allows it: complete, partial, with unknown parts, or an interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

__all__ = ["is_iso_part"]

_YEAR: Final = r"(\d{4}|-)"
_MONTH: Final = r"(0[1-9]|1[0-2]|-)"
_DAY: Final = r"(0[1-9]|[12]\d|3[01]|-)"
_HOUR: Final = r"([01]\d|2[0-4]|-)"
_SIXTY: Final = r"([0-5]\d|-)"
_ZONE: Final = r"(Z|[+-]\d{2}(:?\d{2})?)?"
_TIME: Final = rf"{_HOUR}(:{_SIXTY}(:{_SIXTY}([.,]\d+)?)?)?{_ZONE}"
_POINT: Final = rf"({_YEAR}(-{_MONTH}(-{_DAY}(T{_TIME})?)?)?|T?{_TIME})"
_DURATION: Final = r"-?P[\dYMWDTHS.,]+"
_ANY: Final = rf"^({_POINT}|{_DURATION}|({_POINT}|{_DURATION})/({_POINT}|{_DURATION}))?$"


def is_iso_part(text: pl.Series) -> pl.Series:
    """Which texts are ISO 8601 dates, times, date-times, durations or intervals, complete or partial.

    Parameters
    ----------
    text
        Values as in SDTM ``--DTC``: ``2014-07``, ``2014---15``, ``--12-15``, ``2014-07-01T10:30``,
        ``-----T10:30``; empty or null is a missing value and counts as fit.

    Returns
    -------
    polars.Series
        Boolean, without null. The days of a month are not counted here; that needs a calendar.

    References
    ----------
    cdisc-sdtmig, section 4.4 "Actual and Relative Time Assumptions".

    Examples
    --------
    >>> import polars as pl
    >>> is_iso_part(pl.Series(["2014-07", "2014---15", "-----T10:30", "02JAN2014"])).to_list()
    [True, True, True, False]
    """
    return text.str.contains(_ANY).fill_null(value=True)
