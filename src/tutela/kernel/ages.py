"""Age at each observation, with bounds where the birth date or the age is not exact.

Age is completed years plus the days since the last birthday over 365.25, so that it is a whole number
exactly on a birthday (limits by age change there) and counts days exactly in the first year. Who is born
on 29 February completes a year on 1 March of common years. An age recorded as a whole number of years
means at least that age and less than one year more.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tutela.kernel.clock import parse_iso
from tutela.kernel.errors import InputError

__all__ = ["DAYS_PER_YEAR", "age_at", "age_on", "birth_bounds"]

#: Length of a year where only elapsed time is known.
DAYS_PER_YEAR = 365.25

_DAY_KNOWN = ("day", "hour", "minute", "second")
_LAST_DAY_OF = {"year": "1y", "month": "1mo"}


def age_at(subjects: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Age of subjects at times, in years.

    Parameters
    ----------
    subjects
        The subjects table; ``birth_date``, ``infusion``, ``age`` and ``age_max`` are used where present.
    keys
        ``subject`` and ``time`` (days since the infusion), one row per observation.

    Returns
    -------
    polars.DataFrame
        As many rows as ``keys``, in their order: ``age_low`` and ``age_high``, years. Equal where the age
        is exact. Where the age was recorded in whole years the true age is at least ``age_low`` and less
        than ``age_high``. Null where neither birth date nor age is known, or the time is missing.

    Raises
    ------
    InputError
        If a column is missing.

    Notes
    -----
    With a complete birth date and a dated infusion the age is exact at each observation. A partial birth
    date gives bounds; a recorded age narrows them where both agree. Otherwise the recorded age at
    infusion advances by the time elapsed.

    Examples
    --------
    >>> subjects = pl.DataFrame({"subject": ["a", "b"], "birth_date": ["2014-03-10", None],
    ...                          "infusion": ["2024-03-05T10:00", None], "age": [None, 7.0]})
    >>> keys = pl.DataFrame({"subject": ["a", "a", "b"], "time": [4.0, 5.0, 0.0]})
    >>> age_at(subjects, keys).with_columns(pl.all().round(4)).rows()
    [(9.9993, 9.9993), (10.0, 10.0), (7.0, 8.0)]
    """
    for frame, needed in ((subjects, ("subject",)), (keys, ("subject", "time"))):
        missing = [name for name in needed if name not in frame.columns]
        if missing:
            what = "Ages cannot be computed: a column is missing."
            raise InputError(what, column=missing[0], expected=", ".join(needed))
    known = _known(subjects)
    rows = keys.select("subject", pl.col("time").cast(pl.Float64)).join(
        known, on="subject", how="left", maintain_order="left"
    )
    from_birth = _from_birth(rows)
    low, high = _combine(from_birth, _from_record(rows))
    return pl.DataFrame({"age_low": low, "age_high": high}, nan_to_null=True)


def _known(subjects: pl.DataFrame) -> pl.DataFrame:
    """What is known of each subject: first and last possible birthday, infusion, recorded age."""
    text = {name: _column(subjects, name, pl.String) for name in ("birth_date", "infusion")}
    born = birth_bounds(text["birth_date"])
    infused = parse_iso(text["infusion"])
    is_dated = infused["precision"].is_in(_DAY_KNOWN)
    age, age_max = (_column(subjects, name, pl.Float64) for name in ("age", "age_max"))
    is_whole = age == age.floor()
    default_max = (age + 1.0).zip_with(is_whole.fill_null(value=False), age)
    return pl.DataFrame(
        {
            "subject": subjects["subject"],
            "born_first": born["first"],
            "born_last": born["last"],
            "infused": infused["local"].zip_with(is_dated, pl.Series([None], dtype=pl.Datetime("us"))),
            "age": age,
            "age_max": age_max.zip_with(age_max.is_not_null(), default_max),
        }
    ).unique("subject", keep="first", maintain_order=True)


def _column(frame: pl.DataFrame, name: str, dtype: type[pl.DataType]) -> pl.Series:
    if name in frame.columns:
        return frame[name].cast(dtype)
    return pl.Series(name, [None] * frame.height, dtype=dtype)


def birth_bounds(text: pl.Series) -> pl.DataFrame:
    """First and last possible birthday of ISO 8601 birth dates, complete or partial.

    Parameters
    ----------
    text
        Birth dates as text.

    Returns
    -------
    polars.DataFrame
        ``first`` and ``last``, dates; null where the text is missing or cannot be read.

    Examples
    --------
    >>> birth_bounds(pl.Series(["2015-02"])).row(0)
    (datetime.date(2015, 2, 1), datetime.date(2015, 2, 28))
    """
    last = pl.col("local")
    for name, span in _LAST_DAY_OF.items():
        end = pl.col("local").dt.offset_by(span).dt.offset_by("-1d")
        last = pl.when(pl.col("precision") == name).then(end).otherwise(last)
    return parse_iso(text).select(pl.col("local").dt.date().alias("first"), last.dt.date().alias("last"))


def _from_birth(rows: pl.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bounds from the birth date; NaN where it or the infusion date is not known."""
    milliseconds = (pl.col("time") * 86_400_000).round().cast(pl.Int64, strict=False)
    on = rows.select((pl.col("infused") + pl.duration(milliseconds=milliseconds)).dt.date())["infused"]
    day = on.to_numpy().astype("datetime64[D]")
    youngest = age_on(rows["born_last"].to_numpy().astype("datetime64[D]"), day)
    oldest = age_on(rows["born_first"].to_numpy().astype("datetime64[D]"), day)
    return youngest, oldest


def age_on(birth: NDArray[np.datetime64], day: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Age in years on a day.

    Parameters
    ----------
    birth, day
        Dates, shape (n,); NaT where not known.

    Returns
    -------
    numpy.ndarray
        Completed years plus days since the last birthday over 365.25; negative before birth; NaN where a
        date is not known.

    Examples
    --------
    >>> age_on(np.array(["2012-02-29"], "datetime64[D]"), np.array(["2023-03-01"], "datetime64[D]"))
    array([11.])
    """
    with np.errstate(invalid="ignore"):
        months = (day.astype("datetime64[M]") - birth.astype("datetime64[M]")).astype(np.float64)
        years = np.floor(np.where(np.isnat(birth) | np.isnat(day), np.nan, months) / 12)
        anniversary = _anniversary(birth, years)
        is_before = anniversary > day
        years = years - is_before
        last = np.where(is_before, _anniversary(birth, years), anniversary)
        days = (day - last).astype(np.float64)
        return np.asarray(years + np.where(np.isnan(years), np.nan, days) / DAYS_PER_YEAR)


def _anniversary(birth: NDArray[np.datetime64], years: NDArray[np.float64]) -> NDArray[np.datetime64]:
    """Birthday after so many years; 29 February becomes 1 March in common years."""
    month = birth.astype("datetime64[M]")
    day_of_month = birth - month.astype("datetime64[D]")
    whole = np.where(np.isnan(years), 0, years).astype(np.int64)
    moved: NDArray[np.datetime64] = (month + 12 * whole).astype("datetime64[D]") + day_of_month
    return moved


def _from_record(rows: pl.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bounds from the recorded age at infusion and the time elapsed."""
    elapsed = rows["time"].to_numpy() / DAYS_PER_YEAR
    return rows["age"].to_numpy() + elapsed, rows["age_max"].to_numpy() + elapsed


def _combine(
    birth: tuple[NDArray[np.float64], NDArray[np.float64]],
    record: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The birth date's bounds, narrowed by the recorded age where the two overlap."""
    low, high = np.fmax(birth[0], record[0]), np.fmin(birth[1], record[1])
    has_birth = ~np.isnan(birth[0])
    is_exact = birth[0] == birth[1]
    keeps_birth = has_birth & (is_exact | ~(low <= high))
    low, high = np.where(keeps_birth, birth[0], low), np.where(keeps_birth, birth[1], high)
    return np.maximum(low, np.where(np.isnan(low), np.nan, 0.0)), high
