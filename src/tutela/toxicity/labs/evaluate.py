"""Evaluate criteria over arrays of observations.

Semantics, those of the program the criteria were taken from (admiral): both sides of a comparison are
rounded to 15 significant digits, so that binary floating point cannot move a value across a limit; a
comparison with a missing value is false; branches are tried in order and the first that holds decides;
if none holds the grade is 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import reduce
from operator import and_, or_

import numpy as np
from numpy.typing import NDArray

from tutela.kernel.tri import BoolArray, FloatArray
from tutela.toxicity.labs.criterion import (
    AgeLimit,
    AllOf,
    AnyOf,
    Baseline,
    Branch,
    Compare,
    Condition,
    Criterion,
    Linear,
    Missing,
    Not,
)

__all__ = [
    "NOT_GRADED",
    "SIGNIFICANT_DIGITS",
    "Observations",
    "first_match",
    "may_be_in_group",
    "round_significant",
]

#: Digits to which both sides of a comparison are rounded: doubles hold 15 decimal digits exactly.
SIGNIFICANT_DIGITS = 15

#: Digits kept when a number is converted to another unit: molar factors carry no more.
CONVERTED_DIGITS = 12

#: Largest power of ten used for rounding; beyond it doubles overflow.
LARGEST_SHIFT = 300

#: Grade code for "not gradable"; never 0, which means "assessed, no criterion met".
NOT_GRADED = -1


@dataclass(frozen=True, eq=False)
class Observations:
    """Laboratory observations as arrays of shape (n,); NaN or an empty string where something is missing.

    Parameters
    ----------
    value, low, high
        Result, lower and upper limit of normal, in the unit of the criterion.
    base
        Baseline value, same unit.
    base_low, base_high
        Whether the baseline value was below or above its limits of normal.
    pchg
        Change from baseline, percent.
    age_days, age_months, age_years
        Age at the observation in completed units; the youngest possible where it is not exact.
    oldest_days, oldest_months, oldest_years
        The oldest possible age; equal to the above where age is exact.
    sex
        ``M``, ``F`` or empty.
    """

    value: FloatArray
    low: FloatArray
    high: FloatArray
    base: FloatArray
    base_low: BoolArray
    base_high: BoolArray
    pchg: FloatArray
    age_days: FloatArray
    age_months: FloatArray
    age_years: FloatArray
    oldest_days: FloatArray
    oldest_months: FloatArray
    oldest_years: FloatArray
    sex: NDArray[np.str_]
    rounded: dict[str, FloatArray] = field(default_factory=dict, repr=False)

    def take(self, rows: NDArray[np.intp] | BoolArray) -> Observations:
        """Some of the observations."""
        parts = {f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name != "rounded"}
        return Observations(**parts)

    def scaled(self, factor: float) -> Observations:
        """The same observations in another unit: each number times ``factor``, to 12 significant digits."""
        if factor == 1.0:
            return self
        value, low, high, base = (
            round_significant(numbers * factor, CONVERTED_DIGITS)
            for numbers in (self.value, self.low, self.high, self.base)
        )
        return replace(self, value=value, low=low, high=high, base=base, rounded={})

    def is_missing(self, name: str) -> BoolArray:
        """Whether a field has no value."""
        if name == "sex":
            return np.asarray(self.sex == "", dtype=np.bool_)
        column = "age_days" if name == "age" else name
        result: BoolArray = np.isnan(getattr(self, column))
        return result

    def significant(self, name: str) -> FloatArray:
        """A field rounded to 15 significant digits; computed once."""
        if name not in self.rounded:
            self.rounded[name] = round_significant(getattr(self, name))
        return self.rounded[name]

    def __len__(self) -> int:
        return len(self.value)


def round_significant(values: FloatArray, digits: int = SIGNIFICANT_DIGITS) -> FloatArray:
    """Round to significant decimal digits, 15 unless told; NaN stays NaN.

    Examples
    --------
    >>> float(round_significant(np.array([0.1 + 0.2]))[0])
    0.3
    """
    result = np.array(values, dtype=np.float64)
    usable = np.isfinite(result) & (result != 0)
    numbers = result[usable]
    exponent = np.floor(np.log10(np.abs(numbers)))
    # A power of ten is exact up to 22; dividing by it keeps the rounding of tiny values exact too.
    shift = np.clip(digits - 1 - exponent, -LARGEST_SHIFT, LARGEST_SHIFT)
    up, down = 10.0 ** np.clip(shift, 0, None), 10.0 ** np.clip(-shift, 0, None)
    result[usable] = np.rint(numbers * up / down) / up * down
    return result


def _side(observations: Observations, side: Linear) -> FloatArray | float:
    if not side.field:
        return float(round_significant(np.array([side.plus]))[0])
    if side.times == 1 and side.plus == 0:
        return observations.significant(side.field)
    return round_significant(getattr(observations, side.field) * side.times + side.plus)


def _holds(observations: Observations, condition: Condition) -> BoolArray:
    match condition:
        case Compare(left, operator, right):
            return _compare(_side(observations, left), operator, _side(observations, right))
        case Missing(name):
            return observations.is_missing(name)
        case Baseline(side):
            return observations.base_high if side == "HIGH" else observations.base_low
        case Not(part):
            return ~_holds(observations, part)
        case AllOf(parts):
            return reduce(and_, (_holds(observations, part) for part in parts))
        case AnyOf(parts):
            return reduce(or_, (_holds(observations, part) for part in parts))


def _compare(left: FloatArray | float, operator: str, right: FloatArray | float) -> BoolArray:
    # NumPy compares NaN as false with every operator used here, which is the rule wanted.
    match operator:
        case "<":
            return np.asarray(left < right)
        case "<=":
            return np.asarray(left <= right)
        case ">":
            return np.asarray(left > right)
        case ">=":
            return np.asarray(left >= right)
        case _:
            return np.asarray(left == right)


def first_match(
    observations: Observations, branches: tuple[Branch, ...]
) -> tuple[NDArray[np.int8], NDArray[np.int16]]:
    """Grade every observation by the first branch that holds; without branches nothing can be graded.

    Returns
    -------
    grade, branch
        Shape (n,): grade (:data:`NOT_GRADED` where a branch says so), and index of the deciding branch
        (-1 where none holds, grade 0).
    """
    grade = np.full(len(observations), 0 if branches else NOT_GRADED, dtype=np.int8)
    branch = np.full(len(observations), -1, dtype=np.int16)
    # From last to first, so that the first branch that holds is the one that stays.
    for index in range(len(branches) - 1, -1, -1):
        holds = _holds(observations, branches[index].when)
        number = branches[index].grade
        grade[holds] = NOT_GRADED if number is None else number
        branch[holds] = index
    return grade, branch


def _may_be_within(observations: Observations, limit: AgeLimit) -> BoolArray:
    # Asked as "not certainly outside", so that an unknown age (NaN) may belong to every group.
    youngest: FloatArray = getattr(observations, f"age_{limit.unit}")
    oldest: FloatArray = getattr(observations, f"oldest_{limit.unit}")
    match limit.operator:
        case "<":
            return ~(youngest >= limit.value)
        case "<=":
            return ~(youngest > limit.value)
        case ">":
            return ~(oldest <= limit.value)
        case ">=":
            return ~(oldest < limit.value)
        case _:
            return ~((youngest > limit.value) | (oldest < limit.value))


def may_be_in_group(observations: Observations, criterion: Criterion) -> BoolArray:
    """Whether each observation may belong to the age and sex group of a criterion.

    Returns
    -------
    BoolArray
        Shape (n,): False only where age or sex exclude it; an exact age belongs to one group at most.
    """
    result = np.ones(len(observations), dtype=np.bool_)
    for limit in criterion.ages:
        result &= _may_be_within(observations, limit)
    if criterion.sex:
        result &= (observations.sex == criterion.sex) | (observations.sex == "")
    return result
