"""Published grading scales as rows a clinician can read, worst first.

A :class:`Scale` is evaluated over an *observation record*: a frozen dataclass of arrays, one element per
observation. Each :class:`Grade` says when it applies as three-valued truth (:mod:`tutela.kernel.tri`), so
missing data yield the lowest and the highest grade the data allow, not a guess. Grade 0 means "assessed,
no criterion met".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from tutela.kernel.cite import Cite
from tutela.kernel.tri import Tri

__all__ = ["Grade", "Graded", "Scale"]

Record = TypeVar("Record")
GradeArray = NDArray[np.int8]


@dataclass(frozen=True)
class Grade(Generic[Record]):
    """One row of a grading scale.

    Parameters
    ----------
    grade
        The grade, 1 to 5.
    text
        The criterion in words.
    when
        The criterion as a predicate over the record.
    note
        The interpretive choice made, if any.
    source
        Where this row comes from, if it differs from the scale's source.
    """

    grade: int
    text: str
    when: Callable[[Record], Tri]
    note: str = ""
    source: Cite | None = None


@dataclass(frozen=True, eq=False)
class Graded:
    """Grades of n observations, with bounds.

    Parameters
    ----------
    lowest, highest
        Shape (n,): the lowest and highest grade that the data allow; equal where data are complete.
    because
        Shape (n,): index into ``Scale.grades`` of the row that gave ``lowest``; -1 for grade 0.
    """

    lowest: GradeArray
    highest: GradeArray
    because: GradeArray

    @property
    def is_certain(self) -> NDArray[np.bool_]:
        """Shape (n,): whether the data determine the grade."""
        result: NDArray[np.bool_] = self.lowest == self.highest
        return result


@dataclass(frozen=True)
class Scale(Generic[Record]):
    """A published grading scale.

    Parameters
    ----------
    id
        Identifier ``domain.name-year``, such as ``crs.astct-2019``.
    title
        Name in words.
    source
        The publication.
    grades
        Rows, worst first.
    """

    id: str
    title: str
    source: Cite
    grades: tuple[Grade[Record], ...]

    def __post_init__(self) -> None:
        numbers = [row.grade for row in self.grades]
        if numbers != sorted(numbers, reverse=True):
            message = f"{self.id}: grades are declared worst first"
            raise ValueError(message)

    @property
    def sources(self) -> tuple[Cite, ...]:
        """All citations of the scale and its rows."""
        return (self.source, *(row.source for row in self.grades if row.source is not None))

    def __call__(self, record: Record) -> Graded:
        """Grade every observation of a record.

        Returns
        -------
        Graded
            Lowest and highest possible grade per observation, and the row that decided.
        """
        truths = [row.when(record) for row in self.grades]
        shape = np.broadcast_shapes(*(truth.certain.shape for truth in truths))
        lowest = np.zeros(shape, dtype=np.int8)
        highest = np.zeros(shape, dtype=np.int8)
        because = np.full(shape, -1, dtype=np.int8)
        # From mild to severe, so that the most severe criterion met is the one that stays.
        for index in range(len(self.grades) - 1, -1, -1):
            number, truth = self.grades[index].grade, truths[index]
            lowest = np.where(truth.certain, np.int8(number), lowest)
            because = np.where(truth.certain, np.int8(index), because)
            highest = np.where(truth.possible, np.int8(number), highest)
        return Graded(lowest.astype(np.int8), highest.astype(np.int8), because.astype(np.int8))
