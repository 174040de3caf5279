"""Grade all laboratory rows in one direction: group by test, find the criteria, grade, explain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tutela.kernel.tri import BoolArray, FloatArray
from tutela.toxicity.labs.criterion import Criterion
from tutela.toxicity.labs.evaluate import NOT_GRADED, Observations
from tutela.toxicity.labs.library import read_criteria
from tutela.toxicity.labs.mapping import NO_TERM, terms_of
from tutela.toxicity.labs.options import LabOptions
from tutela.toxicity.labs.selection import conversion_factor
from tutela.toxicity.labs.terms import GROUPS_DISAGREE, TermGrades, grade_criteria
from tutela.toxicity.labs.words import Codes, Texts, explain_grade, explain_missing

__all__ = ["Direction", "Group", "Marks", "grade_direction", "groups_of"]

#: A censored value lies below its limit of quantification; this far below it stands for "just below".
JUST_BELOW = 1.0 - 1e-9

#: More branches than any criterion has.
BRANCHES = 64


@dataclass(frozen=True, eq=False)
class Group:
    """Rows that share test, fasting state and unit.

    Parameters
    ----------
    test, is_fasting, unit
        What they share.
    rows
        Their positions.
    """

    test: str
    is_fasting: bool
    unit: str
    rows: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Marks:
    """What else is known of each row, shape (n,).

    Parameters
    ----------
    limits
        Limit of quantification, NaN if none.
    censored
        Whether the value lies below it.
    no_flag
        Whether the row is after the baseline but nothing is known about the baseline's range.
    """

    limits: FloatArray
    censored: BoolArray
    no_flag: BoolArray


@dataclass(frozen=True, eq=False)
class Direction:
    """Grades of all rows in one direction.

    Parameters
    ----------
    grade
        Shape (n,): 0 to 4, -1 where not gradable.
    term, because, reason
        Shape (n,): numbers of texts: the term, why this grade, why none or what qualifies it.
    """

    grade: NDArray[np.int8]
    term: Codes
    because: Codes
    reason: Codes


def groups_of(records: pl.DataFrame) -> Iterator[Group]:
    """Rows by test, fasting state and unit."""
    keys = records.select("test", "is_fasting", pl.col("si_unit").fill_null("").alias("unit"))
    numbered = keys.with_row_index("at")
    for (test, fasting, unit), part in numbered.group_by("test", "is_fasting", "unit", maintain_order=True):
        yield Group(str(test), bool(fasting), str(unit), part.get_column("at").to_numpy().astype(np.intp))


def _usable(criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
    """One row per age and sex group: conventional units list some groups twice, in two count units."""
    first = {(row.group, row.sex): row for row in reversed(criteria)}
    return tuple(row for row in criteria if first[row.group, row.sex] is row)


def _as_censored(observations: Observations, value: FloatArray) -> Observations:
    base = observations.base
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.where(base > 0, (value - base) / base * 100.0, np.nan)
    return replace(observations, value=value, pchg=change, rounded={})


def _grade_censored(
    part: Observations,
    limits: FloatArray,
    criteria: tuple[Criterion, ...],
    *,
    worst_case: bool,
) -> tuple[TermGrades, TermGrades]:
    """Grades at both ends of what a value below its limit of quantification can be."""
    ends = (limits * JUST_BELOW, np.where(np.isnan(limits), np.nan, 0.0))
    top, bottom = (grade_criteria(_as_censored(part, end), criteria, worst_case=worst_case) for end in ends)
    return top, bottom


class _Grader:
    """Collects grades and texts of one direction while groups are graded."""

    def __init__(self, marks: Marks, letter: str, version: str, options: LabOptions, texts: Texts) -> None:
        self.marks, self.letter, self.version, self.options, self.texts = (
            marks,
            letter,
            version,
            options,
            texts,
        )
        self.title = read_criteria(version).title
        n = len(marks.limits)
        self.grade = np.full(n, NOT_GRADED, dtype=np.int8)
        self.term = np.zeros(n, dtype=np.int32)
        self.because = np.zeros(n, dtype=np.int32)
        self.reason = np.zeros(n, dtype=np.int32)

    def add(self, group: Group, observations: Observations) -> None:
        """Grade one group of rows."""
        terms = terms_of(group.test, self.version, is_fasting=group.is_fasting)
        term = terms[0] if self.letter == "L" else terms[1]
        rows = group.rows
        if not term:
            nothing = "" if any(terms) else f"{self.title} has no numeric term for this test"
            why = NO_TERM.get((self.version, group.test, self.letter), nothing)
            self.reason[rows] = self.texts.code(why)
            return
        self.term[rows] = self.texts.code(term)
        found = read_criteria(self.version).find(term, self.letter, self.options.units)
        criteria = _usable(found)
        target = next((row.unit for row in criteria if row.unit), "")
        factor = conversion_factor(group.test, group.unit, target) if target and group.unit else None
        if target and factor is None:
            self.reason[rows] = self.texts.code(self._unit_reason(term, group.unit, target))
            return
        scale = 1.0 if factor is None else factor
        self._grade(rows, observations.take(rows).scaled(scale), scale, criteria)

    @staticmethod
    def _unit_reason(term: str, unit: str, target: str) -> str:
        problem = f"unit {unit!r} cannot be converted to {target}" if unit else "no unit"
        return f"{term}: {problem}"

    def _grade(
        self,
        rows: NDArray[np.intp],
        part: Observations,
        scale: float,
        criteria: tuple[Criterion, ...],
    ) -> None:
        worst_case = self.options.worst_case
        self._write(rows, part, grade_criteria(part, criteria, worst_case=worst_case))
        below = np.flatnonzero(self.marks.censored[rows])
        if below.size:
            unknown, ends = part.take(below), self.marks.limits[rows[below]] * scale
            top, bottom = _grade_censored(unknown, ends, criteria, worst_case=worst_case)
            self._write(rows[below], _as_censored(unknown, ends), top)
            self._write_bounds(rows[below], top, bottom, ends)
        self._qualify(rows, part, criteria)

    def _qualify(self, rows: NDArray[np.intp], part: Observations, criteria: tuple[Criterion, ...]) -> None:
        """Say what a reader must know of a grade: no baseline range, or a value inside the normal range."""
        grade, term = self.grade[rows], criteria[0].term
        if "baseline flag" in criteria[0].needs:
            text = f"{term}: baseline range unknown, graded as if the baseline was normal"
            self.reason[rows[self.marks.no_flag[rows] & (grade >= 0)]] = self.texts.code(text)
        is_inside = part.value >= part.low if self.letter == "L" else part.value <= part.high
        text = f"{term}: the value lies inside the laboratory's normal range"
        self.reason[rows[is_inside & (grade > 0)]] = self.texts.code(text)

    def _write(self, rows: NDArray[np.intp], part: Observations, result: TermGrades) -> None:
        self.grade[rows] = result.grade
        # Criterion and branch in one number, both from -1 or -2 up, so that equal outcomes are found at once.
        keys = (result.criterion.astype(np.int32) + 2) * BRANCHES + result.branch + 1
        for key in np.unique(keys):
            at = np.flatnonzero(keys == key)
            index, branch = int(key) // BRANCHES - 2, int(key) % BRANCHES - 1
            self._explain(rows[at], part, at, result.criteria, index, branch)

    def _explain(
        self,
        rows: NDArray[np.intp],
        part: Observations,
        at: NDArray[np.intp],
        criteria: tuple[Criterion, ...],
        index: int,
        number: int,
    ) -> None:
        self.because[rows], self.reason[rows] = 0, 0
        if index < 0:
            why = (
                "several age or sex groups are possible and give different grades"
                if index == GROUPS_DISAGREE
                else "no criteria for this age"
            )
            self.reason[rows] = self.texts.code(f"{criteria[0].term}: {why}")
            return
        criterion = criteria[index]
        is_milder = bool(criterion.milder) and not self.options.worst_case
        steps = criterion.milder if is_milder else criterion.branches
        branch = steps[number] if number >= 0 else None
        if branch is not None and branch.grade is not None:
            words = explain_grade(criterion, branch, worst_case=self.options.worst_case)
            self.because[rows] = self.texts.code(words)
        elif branch is not None or not steps:
            self.reason[rows] = explain_missing(part.take(at), criterion, branch, self.texts)

    def _write_bounds(
        self, rows: NDArray[np.intp], top: TermGrades, bottom: TermGrades, limits: FloatArray
    ) -> None:
        differ = np.flatnonzero((top.grade != bottom.grade) & (top.grade >= 0) & (bottom.grade >= 0))
        self.grade[rows[differ]] = NOT_GRADED
        self.because[rows[differ]] = 0
        for at in differ:
            least, most = sorted((int(top.grade[at]), int(bottom.grade[at])))
            text = f"{top.criteria[0].term}: below {limits[at]:g}, grade {least} to {most}"
            self.reason[rows[at]] = self.texts.code(text)


def grade_direction(
    letter: str,
    groups: tuple[Group, ...],
    observations: Observations,
    *,
    marks: Marks,
    version: str,
    options: LabOptions,
    texts: Texts,
) -> Direction:
    """Grade every row in one direction.

    Parameters
    ----------
    letter
        ``L`` or ``H``.
    groups
        Rows by test, fasting state and unit.
    observations
        All rows, each test in its canonical unit.
    marks
        Censoring and baseline marks of all rows. A value below its limit of quantification is graded at
        both ends of what it can be; the grade stands if they agree, and is bounded in words if not.
    version
        Version of the criteria.
    options
        Choices of grading.
    texts
        Where texts are kept.
    """
    grader = _Grader(marks, letter, version, options, texts)
    for group in groups:
        grader.add(group, observations)
    return Direction(grader.grade, grader.term, grader.because, grader.reason)
