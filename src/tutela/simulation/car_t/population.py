"""Who is treated: age, sex, size, tumor burden and the few facts that change how a grade is read."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from tutela.simulation.car_t.growth import typical_bmi, typical_height
from tutela.simulation.car_t.options import CarTOptions
from tutela.simulation.car_t.spans import DAY, MinuteArray

__all__ = ["Person", "draw_person"]

#: Age groups of the mixture: years from, to, and share. 3 to 25 years as in the model's data (median 12).
AGE_GROUPS = ((3.0, 10.0, 0.42), (10.0, 17.0, 0.38), (17.0, 25.5, 0.20))
#: Log standard deviation of body mass index and standard deviation of relative height.
BMI_SPREAD, HEIGHT_SPREAD = 0.13, 0.04
#: Age from which ICE replaces CAPD.
ICE_AGE = 12
#: CAPD of delayed subjects when well, lowest and highest.
DELAYED_CAPD = (2, 6)
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class Person:
    """One virtual subject at infusion.

    Parameters
    ----------
    index
        Position in the trial, from 0.
    subject, site
        Identifier and number of the hospital, from 1.
    sex
        M or F.
    birth
        Date of birth.
    infusion
        Date and time of the infusion, whole minute, local time.
    weight, height
        kg and cm.
    burden
        Tumor burden before lymphodepletion as a standard normal score.
    developmental_delay, sleep_apnea
        As named; the first makes CAPD the instrument at any age.
    capd_baseline
        CAPD of a delayed subject when well; 0 for all others.
    """

    index: int
    subject: str
    site: int
    sex: str
    birth: date
    infusion: datetime
    weight: float
    height: float
    burden: float
    developmental_delay: bool
    sleep_apnea: bool
    capd_baseline: int = 0

    @property
    def age(self) -> float:
        """Age at infusion in years of 365.25 days."""
        return (self.infusion.date() - self.birth).days / DAYS_PER_YEAR

    def ages_at(self, times: MinuteArray) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        """Age in years at minutes since infusion."""
        return np.asarray(self.age + times / (DAY * DAYS_PER_YEAR), dtype=np.float64)

    @property
    def whole_years(self) -> int:
        """Completed years at infusion."""
        today, born = self.infusion.date(), self.birth
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

    @property
    def ice_minute(self) -> float:
        """Minute from which ICE is the instrument: the start of the 12th birthday, infinity with a delay."""
        if self.developmental_delay:
            return float("inf")
        born, year = self.birth, self.birth.year + ICE_AGE
        is_moved = (born.month, born.day) == (2, 29) and not calendar.isleap(year)
        turn = date(year, 3, 1) if is_moved else born.replace(year=year)
        return (datetime(turn.year, turn.month, turn.day) - self.infusion).total_seconds() / 60


def _draw_age(rng: np.random.Generator) -> float:
    shares = np.array([group[2] for group in AGE_GROUPS])
    low, high, _ = AGE_GROUPS[int(rng.choice(len(AGE_GROUPS), p=shares / shares.sum()))]
    return float(rng.uniform(low, high))


def _draw_birth(infusion: date, options: CarTOptions, rng: np.random.Generator) -> date:
    born = infusion - timedelta(days=round(_draw_age(rng) * DAYS_PER_YEAR))
    turns_12, in_days = rng.random() < options.birthday_12, int(rng.integers(2, 13))
    if turns_12:
        turn = infusion + timedelta(days=in_days)
        born = turn.replace(day=min(turn.day, 28), year=turn.year - ICE_AGE)
    return born


def draw_person(index: int, options: CarTOptions, rng: np.random.Generator) -> Person:
    """Draw one subject.

    Parameters
    ----------
    index
        Position in the trial, from 0; part of the identifier.
    options
        The trial's options.
    rng
        The subject's random numbers for who he or she is.
    """
    site = int(rng.integers(1, options.sites + 1))
    day = date.fromisoformat(options.first_infusion) + timedelta(
        days=int(rng.integers(0, options.accrual_days))
    )
    minute = int(rng.integers(9 * 60, 16 * 60))
    infusion = datetime(day.year, day.month, day.day, minute // 60, minute % 60)
    sex = "M" if rng.random() < 0.56 else "F"
    birth = _draw_birth(day, options, rng)
    age = (day - birth).days / DAYS_PER_YEAR
    height = typical_height(age, sex) * float(np.clip(rng.normal(1.0, HEIGHT_SPREAD), 0.88, 1.12))
    bmi = typical_bmi(age) * float(np.exp(np.clip(rng.normal(0.0, BMI_SPREAD), -0.3, 0.45)))
    is_delayed, has_apnea = (
        bool(rng.random() < share) for share in (options.developmental_delay, options.sleep_apnea)
    )
    usual_capd = int(rng.integers(DELAYED_CAPD[0], DELAYED_CAPD[1] + 1))
    return Person(
        index=index,
        subject=f"CT{site:02d}-{index + 1:05d}",
        site=site,
        sex=sex,
        birth=birth,
        infusion=infusion,
        weight=round(bmi * (height / 100.0) ** 2, 1),
        height=round(height, 1),
        burden=float(np.clip(rng.normal(), -2.5, 2.5)),
        developmental_delay=is_delayed,
        sleep_apnea=has_apnea,
        capd_baseline=usual_capd if is_delayed else 0,
    )
