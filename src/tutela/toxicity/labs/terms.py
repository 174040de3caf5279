"""Grade observations of one or many terms: the low-level entry, free of tables and studies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tutela.kernel.tri import FloatArray
from tutela.toxicity.labs.criterion import Branch, Criterion
from tutela.toxicity.labs.evaluate import NOT_GRADED, Observations, first_match, may_be_in_group
from tutela.toxicity.labs.library import read_criteria

__all__ = ["GROUPS_DISAGREE", "TermGrades", "build_observations", "grade_criteria", "grade_term"]


#: In ``TermGrades.criterion``: several age or sex groups are possible and give different grades.
GROUPS_DISAGREE = -2


@dataclass(frozen=True, eq=False)
class TermGrades:
    """Grades of n observations of one term and direction.

    Parameters
    ----------
    grade
        Shape (n,): 0 to 4, or :data:`~tutela.toxicity.labs.evaluate.NOT_GRADED` (-1).
    criterion, branch
        Shape (n,): which row of ``criteria`` was used and which of its branches decided; -1 if none.
    criteria
        The rows that were tried.
    """

    grade: NDArray[np.int8]
    criterion: NDArray[np.int16]
    branch: NDArray[np.int16]
    criteria: tuple[Criterion, ...]


def _floats(values: ArrayLike | None, n: int) -> FloatArray:
    if values is None:
        return np.full(n, np.nan)
    array = np.array(values, dtype=np.float64)
    return np.broadcast_to(array, (n,)).astype(np.float64)


def _texts(values: str | Sequence[str | None] | None, n: int) -> NDArray[np.str_]:
    if values is None or isinstance(values, str):
        return np.full(n, values or "", dtype=object).astype(str)
    return np.array([text or "" for text in values], dtype=str)


def build_observations(
    value: ArrayLike,
    *,
    low: ArrayLike | None = None,
    high: ArrayLike | None = None,
    base: ArrayLike | None = None,
    baseline_flag: str | Sequence[str | None] | None = None,
    pchg: ArrayLike | None = None,
    age_days: ArrayLike | None = None,
    age_months: ArrayLike | None = None,
    age_years: ArrayLike | None = None,
    sex: str | Sequence[str | None] | None = None,
    high_indicator: Sequence[str] = ("HIGH",),
    low_indicator: Sequence[str] = ("LOW",),
) -> Observations:
    """Gather arrays (or scalars) into observations; what is not given is missing.

    Parameters
    ----------
    value, low, high, base
        Result, limits of normal and baseline, one unit for all; shape (n,) or scalar; NaN where missing.
    baseline_flag
        Reference-range indicator of the baseline record.
    pchg
        Change from baseline, percent.
    age_days, age_months, age_years
        Age at the observation in completed units.
    sex
        ``M`` or ``F``.
    high_indicator, low_indicator
        Flags that mean "above" and "below" the normal range.
    """
    values = np.atleast_1d(np.asarray(value, dtype=np.float64))
    n = len(values)
    flags = _texts(baseline_flag, n)
    return Observations(
        value=values.copy(),
        low=_floats(low, n),
        high=_floats(high, n),
        base=_floats(base, n),
        base_low=np.isin(flags, list(low_indicator)),
        base_high=np.isin(flags, list(high_indicator)),
        pchg=_floats(pchg, n),
        age_days=_floats(age_days, n),
        age_months=_floats(age_months, n),
        age_years=_floats(age_years, n),
        oldest_days=_floats(age_days, n),
        oldest_months=_floats(age_months, n),
        oldest_years=_floats(age_years, n),
        sex=_texts(sex, n),
    )


def _steps(criterion: Criterion, *, worst_case: bool) -> tuple[Branch, ...]:
    return criterion.branches if worst_case or not criterion.milder else criterion.milder


def grade_criteria(
    observations: Observations, criteria: tuple[Criterion, ...], *, worst_case: bool = True
) -> TermGrades:
    """Grade observations that are already in the criteria's unit, each by the group it belongs to.

    Parameters
    ----------
    observations
        The observations.
    criteria
        Rows of one term, direction and unit; several where age or sex groups exist.
    worst_case
        Keep the published criteria's worst-case assumptions.

    Returns
    -------
    TermGrades
        Where an inexact age allows several groups, the grade on which they agree; if they disagree the
        grade is -1 and ``criterion`` is :data:`GROUPS_DISAGREE`.
    """
    n = len(observations)
    grade = np.full(n, NOT_GRADED, dtype=np.int8)
    used = np.full(n, -1, dtype=np.int16)
    branch = np.full(n, -1, dtype=np.int16)
    for index, criterion in enumerate(criteria):
        rows = np.flatnonzero(may_be_in_group(observations, criterion))
        if not rows.size:
            continue
        part = observations if rows.size == n else observations.take(rows)
        found, decided = first_match(part, _steps(criterion, worst_case=worst_case))
        is_other = (used[rows] != -1) & (grade[rows] != found)
        grade[rows] = np.where(is_other, NOT_GRADED, found)
        branch[rows] = np.where(is_other, -1, decided)
        used[rows] = np.where(is_other | (used[rows] == GROUPS_DISAGREE), GROUPS_DISAGREE, index)
    return TermGrades(grade, used, branch, criteria)


def grade_term(
    term: str,
    direction: str,
    value: ArrayLike,
    *,
    unit: str | Sequence[str | None] | None = None,
    low: ArrayLike | None = None,
    high: ArrayLike | None = None,
    base: ArrayLike | None = None,
    baseline_flag: str | Sequence[str | None] | None = None,
    pchg: ArrayLike | None = None,
    age_days: ArrayLike | None = None,
    age_months: ArrayLike | None = None,
    age_years: ArrayLike | None = None,
    sex: str | Sequence[str | None] | None = None,
    version: str = "ctcae-5",
    units: str = "SI",
    high_indicator: Sequence[str] = ("HIGH",),
    low_indicator: Sequence[str] = ("LOW",),
    worst_case: bool = True,
) -> TermGrades:
    """Grade values of one published term in one direction.

    Parameters
    ----------
    term
        Published term, any case.
    direction
        ``L`` for low values, ``H`` for high values.
    value
        Results, shape (n,) or scalar; NaN where missing.
    unit
        Unit of the results; must be the criterion's unit (any case) where the criterion has one.
    low, high, base, baseline_flag, pchg, age_days, age_months, age_years, sex
        As in :func:`build_observations`; NaN or missing where unknown.
    version
        One of :data:`~tutela.toxicity.labs.library.VERSIONS`.
    units
        ``SI`` or ``US``: which form of the thresholds to use.
    high_indicator, low_indicator
        Values of ``baseline_flag`` that mean "above" and "below" the normal range.
    worst_case
        Keep the worst-case assumptions of the criteria (hyperuricemia "with physiologic consequences",
        INR "on anticoagulation").

    Returns
    -------
    TermGrades
        ``grade`` is -1 where a row cannot be graded: no such term, wrong unit, or missing data.

    Raises
    ------
    InputError
        If there is no such version.

    Notes
    -----
    A missing value is never grade 0. A missing limit is tolerated only where the criterion does not need
    it to decide.

    Examples
    --------
    >>> name, counts = "Neutrophil count decreased", [0.45, 1.2]
    >>> grade_term(name, "L", counts, unit="10^9/L").grade.tolist()
    [4, 2]
    >>> grade_term(name, "L", counts, unit="10^9/L", version="ctcae-6").grade.tolist()
    [3, 1]
    """
    observations = build_observations(
        value,
        low=low,
        high=high,
        base=base,
        baseline_flag=baseline_flag,
        pchg=pchg,
        age_days=age_days,
        age_months=age_months,
        age_years=age_years,
        sex=sex,
        high_indicator=high_indicator,
        low_indicator=low_indicator,
    )
    criteria = read_criteria(version).find(term, direction, units)
    return _by_unit(observations, criteria, _texts(unit, len(observations)), worst_case=worst_case)


def _by_unit(
    observations: Observations,
    criteria: tuple[Criterion, ...],
    given: NDArray[np.str_],
    *,
    worst_case: bool,
) -> TermGrades:
    n = len(observations)
    result = TermGrades(
        np.full(n, NOT_GRADED, dtype=np.int8),
        np.full(n, -1, dtype=np.int16),
        np.full(n, -1, dtype=np.int16),
        criteria,
    )
    folded = np.char.lower(given)
    for unit in dict.fromkeys(row.unit for row in criteria):
        members = [index for index, row in enumerate(criteria) if row.unit == unit]
        rows = (result.criterion == -1) & (folded == unit.lower() if unit else True)
        part = grade_criteria(
            observations.take(rows), tuple(criteria[i] for i in members), worst_case=worst_case
        )
        result.grade[rows] = part.grade
        result.branch[rows] = part.branch
        # The two codes below zero index from the end, so they stand there in that order.
        numbers = np.array([*members, GROUPS_DISAGREE, -1], dtype=np.int16)
        result.criterion[rows] = numbers[part.criterion]
    return result
