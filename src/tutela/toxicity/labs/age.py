"""Age at each observation in completed days, months and years, with bounds where it is not exact."""

from __future__ import annotations

import numpy as np
import polars as pl

from tutela.kernel.ages import DAYS_PER_YEAR, age_at
from tutela.kernel.tri import BoolArray, FloatArray

__all__ = ["age_columns"]

MONTHS_PER_YEAR = 12.0
#: Days of the first year of life: an exact calendar age is a whole number of days over one of these.
FIRST_YEARS = (366.0, 365.0)
#: An age this close below a whole number of units is that number: ages travel as binary years.
CLOSE = 1e-6


def _days(years: FloatArray) -> FloatArray:
    """Completed days of life; exact in the first year, where groups are a few days wide."""
    days = np.floor(years * DAYS_PER_YEAR + CLOSE)
    for length in FIRST_YEARS:
        counted = np.rint(years * length)
        is_whole: BoolArray = (years < 1) & (np.abs(years * length - counted) < CLOSE)
        days = np.where(is_whole, counted, days)
    return days


def _completed(years: FloatArray) -> dict[str, FloatArray]:
    return {
        "days": _days(years),
        "months": np.floor(years * MONTHS_PER_YEAR + CLOSE),
        "years": np.floor(years + CLOSE),
    }


def _oldest(low: FloatArray, high: FloatArray) -> dict[str, FloatArray]:
    """Completed units at the upper end; an open end (age 7 in whole years is below 8) is not reached."""
    per_year = {"days": DAYS_PER_YEAR, "months": MONTHS_PER_YEAR, "years": 1.0}
    exact = _completed(low)
    return {
        unit: np.where(high > low, np.ceil(high * factor - CLOSE) - 1.0, exact[unit])
        for unit, factor in per_year.items()
    }


def age_columns(records: pl.DataFrame, subjects: pl.DataFrame | None) -> dict[str, FloatArray]:
    """Completed ages of every record.

    Parameters
    ----------
    records
        Rows with subject and time.
    subjects
        The subjects table; None if no criterion reads age.

    Returns
    -------
    dict
        ``age_days``, ``age_months``, ``age_years`` (youngest possible) and ``oldest_*``; NaN if unknown.

    Notes
    -----
    Age comes in years (:func:`tutela.kernel.ages.age_at`). Days are exact in the first year of life; a month
    is a twelfth of a year.
    """
    unknown = np.full(records.height, np.nan)
    low = high = unknown
    if subjects is not None and records.height:
        found = age_at(subjects, records.select("subject", "time"))
        low, high = (
            found.get_column(name).cast(pl.Float64).fill_null(np.nan).to_numpy()
            for name in ("age_low", "age_high")
        )
    youngest = {f"age_{unit}": age for unit, age in _completed(low).items()}
    return youngest | {f"oldest_{unit}": age for unit, age in _oldest(low, high).items()}
