"""Systolic pressure below which a person of a given age is hypotensive."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from tutela.kernel.cite import Cite
from tutela.kernel.errors import InputError
from tutela.kernel.tri import FloatArray

__all__ = [
    "GOLDSTEIN_2005",
    "PALS",
    "PALS_WHOLE_YEARS",
    "SYSTOLIC_LIMITS",
    "Band",
    "SystolicLimits",
    "limits_from_table",
]

DAYS_PER_YEAR = 365.25
WEEK, MONTH = 7 / DAYS_PER_YEAR, 1 / 12
#: Adult limit, mmHg.
ADULT = 90.0
ADULT_AGE = 18.0
#: Two ages this close are the same: a day count in years is not exact in binary.
_SAME_AGE = 1e-9


@dataclass(frozen=True)
class Band:
    """Limit from one age to the next band.

    Parameters
    ----------
    age
        Age at which the band begins, years.
    limit
        Systolic pressure at that age, mmHg; below it is hypotension.
    per_year
        Rise of the limit per year of age beyond ``origin``, mmHg.
    origin
        Age from which the rise is counted, years.
    begins_after
        The band begins just after ``age``, which still belongs to the band before.
    """

    age: float
    limit: float
    per_year: float = 0.0
    origin: float = 0.0
    begins_after: bool = False

    def at(self, age: FloatArray) -> FloatArray:
        """The limit at ages inside the band."""
        return self.limit + self.per_year * (age - self.origin)


@dataclass(frozen=True)
class SystolicLimits:
    """Limits of systolic pressure by age.

    Parameters
    ----------
    id
        Name by which options choose it.
    title
        Name in words.
    source
        Publication.
    bands
        By rising age; the first begins at birth.
    note
        The interpretive choice made, if any.
    """

    id: str
    title: str
    source: Cite
    bands: tuple[Band, ...]
    note: str = ""

    def __post_init__(self) -> None:
        ages = [band.age for band in self.bands]
        if not ages or ages[0] != 0 or ages != sorted(ages):
            what = "Pressure limits need bands by rising age, from birth."
            raise InputError(what, column="age", value=ages, expected="0 first, then rising")

    def __call__(self, age_low: FloatArray, age_high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Lowest and highest limit that an age allows.

        Parameters
        ----------
        age_low, age_high
            Shape (n,): youngest and oldest possible age in years, equal where exact; NaN where unknown.

        Returns
        -------
        tuple of numpy.ndarray
            Shape (n,) each, mmHg. An unknown age allows every limit of the table.

        Examples
        --------
        >>> low, high = PALS(np.array([5.0, 9.0, np.nan]), np.array([5.0, 10.0, np.nan]))
        >>> low.tolist(), high.tolist()
        ([80.0, 88.0, 60.0], [80.0, 90.0, 90.0])
        """
        young = np.where(np.isnan(age_low), 0.0, age_low)
        old = np.where(np.isnan(age_high), np.inf, age_high)
        lowest, highest = np.full(young.shape, np.inf), np.full(young.shape, -np.inf)
        for index, band in enumerate(self.bands):
            after = self.bands[index + 1] if index + 1 < len(self.bands) else None
            from_age = np.maximum(young, band.age)
            # A table without a last flat band would have no limit at an unknown, unbounded age.
            to_age = np.minimum(old, np.inf if after is None else after.age)
            inside = self._reaches(band, old) & self._not_past(after, young)
            ends = (band.at(from_age), band.at(np.where(np.isinf(to_age), from_age, to_age)))
            lowest = np.where(inside, np.minimum(lowest, np.minimum(*ends)), lowest)
            highest = np.where(inside, np.maximum(highest, np.maximum(*ends)), highest)
        return lowest, highest

    @staticmethod
    def _reaches(band: Band, old: FloatArray) -> np.ndarray:
        return np.asarray(old > band.age + _SAME_AGE if band.begins_after else old >= band.age - _SAME_AGE)

    @staticmethod
    def _not_past(after: Band | None, young: FloatArray) -> np.ndarray:
        if after is None:
            return np.ones(young.shape, dtype=bool)
        return np.asarray(
            young <= after.age + _SAME_AGE if after.begins_after else young < after.age - _SAME_AGE
        )

    @property
    def span(self) -> tuple[float, float]:
        """Lowest and highest limit of the table over all ages, mmHg."""
        unknown = np.array([np.nan])
        low, high = self(unknown, unknown)
        return float(low[0]), float(high[0])


PALS = SystolicLimits(
    id="pals",
    title="PALS; adults below 90 mmHg",
    source=Cite("mahadeo2019", "Table 2; as PALS"),
    bands=(
        Band(0.0, 60.0),
        Band(28 / DAYS_PER_YEAR, 70.0, begins_after=True),
        Band(1.0, 70.0, per_year=2.0),
        Band(10.0, ADULT),
    ),
    note="70 + 2 x age uses the age at the observation, not whole years; the two days between day 28 and "
    "one month count as infant",
)

PALS_WHOLE_YEARS = SystolicLimits(
    id="pals-whole-years",
    title="PALS by completed years; adults below 90 mmHg",
    source=PALS.source,
    bands=(*PALS.bands[:2], *(Band(float(year), 70.0 + 2 * year) for year in range(1, 10)), PALS.bands[-1]),
    note="70 + 2 x age uses completed years, so the limit changes on birthdays",
)

GOLDSTEIN_2005 = SystolicLimits(
    id="goldstein-2005",
    title="Goldstein 2005; adults below 90 mmHg",
    source=Cite("goldstein2005", "Table 3", note="1 week to 1 month < 79 looks wrong in the source"),
    bands=(
        Band(0.0, 59.0),
        Band(WEEK, 79.0),
        Band(MONTH, 75.0),
        Band(1.0, 74.0, begins_after=True),
        Band(5.0, 83.0, begins_after=True),
        Band(12.0, ADULT, begins_after=True),
        Band(ADULT_AGE, ADULT),
    ),
    note="as published, including the limit from 1 week to 1 month",
)

#: Tables that options can name.
SYSTOLIC_LIMITS: dict[str, SystolicLimits] = {
    table.id: table for table in (PALS, PALS_WHOLE_YEARS, GOLDSTEIN_2005)
}


def limits_from_table(
    table: pl.DataFrame, *, source: Cite, title: str = "given by the study"
) -> SystolicLimits:
    """Build limits from a study's own table.

    Parameters
    ----------
    table
        Columns ``age_from`` (years, the first 0) and ``limit`` (mmHg), optionally ``per_year`` (mmHg per year
        of age since birth).
    source
        Where the table comes from.
    title
        Name in words.

    Raises
    ------
    InputError
        If a column is missing, a value is null, or the ages do not begin at birth.

    Examples
    --------
    >>> table = pl.DataFrame({"age_from": [0.0, 13.0], "limit": [75.0, 90.0]})
    >>> limits_from_table(table, source=Cite("pals")).span
    (75.0, 90.0)
    """
    for name in ("age_from", "limit"):
        if name not in table.columns or table.get_column(name).null_count():
            what = "The table of pressure limits is not complete."
            raise InputError(what, column=name, expected="age_from (years) and limit (mmHg) in every row")
    rows = table.sort("age_from").with_columns(
        per_year=pl.col("per_year").fill_null(0.0) if "per_year" in table.columns else pl.lit(0.0)
    )
    bands = tuple(Band(a, b, c) for a, b, c in rows.select("age_from", "limit", "per_year").iter_rows())
    return SystolicLimits("study", title, source, bands)
