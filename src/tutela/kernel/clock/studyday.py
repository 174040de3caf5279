"""SDTM study days, which have no day 0: the day of the infusion is day 1, the day before is day -1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np
import polars as pl

from tutela.kernel.cite import Cite
from tutela.kernel.clock.config import Clock
from tutela.kernel.clock.elapsed import local_dates
from tutela.kernel.errors import TimeError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SOURCE", "from_study_day", "study_day", "to_study_day"]

SOURCE = Cite("cdisc-sdtmig", "section 4.4.4, use of the study day variables")

Column = TypeVar("Column", pl.Series, pl.Expr)


@overload
def to_study_day(days: float) -> int: ...
@overload
def to_study_day(days: Column) -> Column: ...
@overload
def to_study_day(days: NDArray[Any]) -> NDArray[np.int64]: ...
def to_study_day(days: Any) -> Any:
    """Study day of a time in days since the infusion.

    Parameters
    ----------
    days
        Whole calendar days, or elapsed days (then the study day counts 24-hour periods); a number, a
        polars Series or expression, or a numpy array without missing values.

    Returns
    -------
    int, or the kind given
        Never 0.

    References
    ----------
    cdisc-sdtmig, section 4.4.4.

    Examples
    --------
    >>> [to_study_day(day) for day in (-2, -1, -0.25, 0, 0.75, 1)]
    [-2, -1, -1, 1, 1, 2]
    """
    if isinstance(days, pl.Series | pl.Expr):
        whole = days.floor().cast(pl.Int64)
        return whole + (whole >= 0).cast(pl.Int64)
    whole_days = np.floor(np.asarray(days)).astype(np.int64)
    numbered = whole_days + (whole_days >= 0)
    return numbered if isinstance(days, np.ndarray) else int(numbered)


@overload
def from_study_day(day: int) -> int: ...
@overload
def from_study_day(day: Column) -> Column: ...
@overload
def from_study_day(day: NDArray[Any]) -> NDArray[np.int64]: ...
def from_study_day(day: Any) -> Any:
    """Whole days since the infusion of a study day.

    Parameters
    ----------
    day
        Study day; a whole number, a polars Series or expression, or a numpy array.

    Raises
    ------
    TimeError
        If a day is 0 (in an expression, where nothing is computed yet, day 0 becomes null).

    References
    ----------
    cdisc-sdtmig, section 4.4.4.

    Examples
    --------
    >>> [from_study_day(day) for day in (-2, -1, 1, 2)]
    [-2, -1, 0, 1]
    """
    if isinstance(day, pl.Expr):
        whole = day.cast(pl.Int64)
        return pl.when(whole != 0).then(whole - (whole > 0).cast(pl.Int64))
    numbers = np.asarray(day.drop_nulls() if isinstance(day, pl.Series) else day)
    if (numbers == 0).any():
        what = "There is no study day 0."
        raise TimeError(
            what,
            value=0,
            expected="1 for the day of the infusion, -1 for the day before",
            advice='If days were counted from 0, declare a relative clock with unit "d" instead.',
        )
    if isinstance(day, pl.Series):
        whole_days = day.cast(pl.Int64)
        return whole_days - (whole_days > 0).cast(pl.Int64)
    shifted = numbers.astype(np.int64) - (numbers > 0)
    return shifted if isinstance(day, np.ndarray) else int(shifted)


def study_day(text: pl.Series, zero: pl.Series, *, clock: Clock) -> pl.Series:
    """Study day by the calendar, as in the SDTM variables --DY.

    Parameters
    ----------
    text, zero
        ISO 8601 text of the moments and, row by row, of the subject's infusion, shape (n,).
    clock
        The study's clock (kind ``datetime``).

    Returns
    -------
    polars.Series
        Study days; null where either date is incomplete.

    Examples
    --------
    >>> study_day(pl.Series(["2024-03-04T23:59", "2024-03-05T00:01"]), pl.Series(["2024-03-05T14:00"] * 2),
    ...           clock=Clock()).to_list()
    [-1, 1]
    """
    dates = local_dates(text, clock=clock)
    days = (dates - local_dates(zero, clock=clock)).dt.total_days()
    return to_study_day(days.cast(pl.Float64)).alias("day")
