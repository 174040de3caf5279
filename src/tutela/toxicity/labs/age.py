"""Age at each observation in completed days, months and years, with bounds where it is not exact."""

from __future__ import annotations

import numpy as np
import polars as pl

from tutela.kernel.ages import age_at
from tutela.kernel.tri import FloatArray

__all__ = ["age_columns"]

DAYS_PER_YEAR = 365.25
MONTHS_PER_YEAR = 12.0
#: An age this close below a whole number of units is that number: ages travel as binary years.
_CLOSE = 1e-6

_PER_YEAR = {"days": DAYS_PER_YEAR, "months": MONTHS_PER_YEAR, "years": 1.0}


def _completed(years: FloatArray, per_year: float) -> FloatArray:
    return np.floor(years * per_year + _CLOSE)


def _oldest(low: FloatArray, high: FloatArray, per_year: float) -> FloatArray:
    """Completed units at the upper end; an open end (age 7 in whole years is below 8) is not reached."""
    is_exact = high <= low
    return np.where(is_exact, _completed(low, per_year), np.ceil(high * per_year - _CLOSE) - 1.0)


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
    """
    unknown = np.full(records.height, np.nan)
    low = high = unknown
    if subjects is not None and records.height:
        found = age_at(subjects, records.select("subject", "time"))
        low, high = (
            found.get_column(name).cast(pl.Float64).fill_null(np.nan).to_numpy()
            for name in ("age_low", "age_high")
        )
    youngest = {f"age_{unit}": _completed(low, factor) for unit, factor in _PER_YEAR.items()}
    oldest = {f"oldest_{unit}": _oldest(low, high, factor) for unit, factor in _PER_YEAR.items()}
    return youngest | oldest
