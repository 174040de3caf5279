"""What laboratory grading gives: graded rows, the worst grade per subject and term, and how it was done."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from tutela.kernel.cite import Cite
from tutela.kernel.provenance import Provenance
from tutela.toxicity.labs.options import LabOptions
from tutela.toxicity.labs.shifts import shift_table
from tutela.toxicity.labs.worst_grades import worst

if TYPE_CHECKING:
    from tutela.toxicity.labs.plot import Chart

__all__ = ["GRADE_COLUMNS", "LabGrades"]

#: Columns of :attr:`LabGrades.table` and what they mean.
GRADE_COLUMNS = {
    "subject": "the subject",
    "time": "days since infusion",
    "test": "test code",
    "value": "result, as in the measurements table",
    "unit": "unit of value, low, high and baseline",
    "low": "lower limit of normal",
    "high": "upper limit of normal",
    "baseline": "baseline value of this subject and test",
    "baseline_flag": "LOW, NORMAL or HIGH by the baseline record's limits; null if unknown",
    "grade_l": "grade of low values, 0 to 4; null if not gradable",
    "grade_h": "grade of high values, 0 to 4; null if not gradable",
    "grade": "signed: negative low, positive high, 0 neither; null if not gradable",
    "term_l": "published term for low values",
    "term_h": "published term for high values",
    "version": "version of the criteria",
    "because": "the criterion that was met",
    "reason": "why there is no grade, or what qualifies it",
    "is_baseline": "whether this is the baseline record",
    "phase": "before, baseline or after",
    "source_file": "file the row was read from",
    "source_row": "record number in that file",
}


@dataclass(frozen=True, eq=False)
class LabGrades:
    """Graded laboratory values.

    Parameters
    ----------
    table
        One row per laboratory value (:data:`GRADE_COLUMNS`).
    skipped
        Rows that were not graded at all, counted: test, specimen, reason, rows.
    version, title
        Criteria used.
    options
        Choices made.
    sources
        Publications.
    provenance
        Method, parameters, input hashes.
    measurements, subjects
        The tables that were graded.
    """

    table: pl.DataFrame
    skipped: pl.DataFrame
    version: str
    title: str
    options: LabOptions
    sources: tuple[Cite, ...]
    provenance: Provenance
    measurements: pl.DataFrame
    subjects: pl.DataFrame | None = None

    @cached_property
    def worst(self) -> pl.DataFrame:
        """Worst grade after infusion per subject and term; see :func:`tutela.toxicity.labs.worst`."""
        return worst(self.table)

    @cached_property
    def shift(self) -> pl.DataFrame:
        """Baseline grade against worst grade; see :func:`tutela.toxicity.labs.shift_table`."""
        return shift_table(self.table)

    def plot(self) -> Chart:
        """Worst grades per term as bars of subjects."""
        from tutela.toxicity.labs.plot import plot_worst

        return plot_worst(self.worst)
