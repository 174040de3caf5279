"""Typical height, weight and vital signs by age: simple approximations of our own, for virtual people only.

The curves are straight lines and one logistic step through round numbers, good to a few percent for ages
3 to 25. They copy no growth reference and must not be used to judge a real child.
"""

from __future__ import annotations

import math

__all__ = [
    "pals_limit",
    "typical_bmi",
    "typical_heart_rate",
    "typical_height",
    "typical_respiration",
    "typical_systolic",
]

#: Height at 3 years, cm, and growth before puberty, cm per year.
HEIGHT_3, CHILD_GROWTH = 95.0, 6.2
#: Adult height, cm, and age of the fastest pubertal growth, years, by sex.
ADULT_HEIGHT = {"M": 176.0, "F": 163.0}
SPURT_AGE = {"M": 13.6, "F": 11.6}
#: Body mass index at 5 years, kg/m2, its rise per year, and the age at which it stops rising.
BMI_5, BMI_RISE, BMI_AGE = 15.5, 0.5, 20.0
#: Typical adult resting values and what a year of missing age adds.
ADULT_HEART_RATE, HEART_RATE_PER_YEAR = 75.0, 2.6
ADULT_RESPIRATION, RESPIRATION_PER_YEAR = 16.0, 0.6
ADULT_SYSTOLIC, ADULT_AGE = 116.0, 18.0
CHILD_SYSTOLIC, SYSTOLIC_PER_YEAR = 92.0, 1.6


def typical_height(age: float, sex: str) -> float:
    """Height in cm at an age in years for sex M or F."""
    child = HEIGHT_3 + CHILD_GROWTH * (min(age, SPURT_AGE[sex]) - 3.0)
    spurt_start = HEIGHT_3 + CHILD_GROWTH * (SPURT_AGE[sex] - 3.0)
    rest = ADULT_HEIGHT[sex] - spurt_start
    return child + (rest * (1.0 - math.exp(-(age - SPURT_AGE[sex]) / 1.6)) if age > SPURT_AGE[sex] else 0.0)


def typical_bmi(age: float) -> float:
    """Body mass index in kg/m2 at an age in years."""
    return BMI_5 + BMI_RISE * max(0.0, min(age, BMI_AGE) - 5.0)


def typical_heart_rate(age: float) -> float:
    """Resting heart rate per minute at an age in years."""
    return ADULT_HEART_RATE + HEART_RATE_PER_YEAR * max(0.0, ADULT_AGE - age)


def typical_respiration(age: float) -> float:
    """Resting respiratory rate per minute at an age in years."""
    return ADULT_RESPIRATION + RESPIRATION_PER_YEAR * max(0.0, ADULT_AGE - age)


def typical_systolic(age: float) -> float:
    """Resting systolic blood pressure in mmHg at an age in years."""
    return min(ADULT_SYSTOLIC, CHILD_SYSTOLIC + SYSTOLIC_PER_YEAR * age)


def pals_limit(age: float) -> float:
    """Systolic pressure below which a person of an age in years is hypotensive, mmHg.

    Notes
    -----
    70 + 2 x age from 1 year, 90 from 10 years; virtual subjects are never infants.

    References
    ----------
    pals; mahadeo2019, Table 2. Written here anew: the truth of a virtual trial must not depend on the
    grading code that it is there to test.
    """
    return 90.0 if age >= 10.0 else 70.0 + 2.0 * age
