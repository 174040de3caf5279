"""Laboratory toxicity: CTCAE 4, 5, 6 and DAIDS grades of laboratory values over time."""

from __future__ import annotations

from tutela.toxicity.labs.grading import grade
from tutela.toxicity.labs.library import VERSIONS, CriteriaSet, read_criteria
from tutela.toxicity.labs.options import LabOptions
from tutela.toxicity.labs.result import GRADE_COLUMNS, LabGrades
from tutela.toxicity.labs.shifts import SHIFT_COLUMNS, shift_table
from tutela.toxicity.labs.terms import TermGrades, grade_term
from tutela.toxicity.labs.versions import VERSION_SHIFT_COLUMNS, version_shift
from tutela.toxicity.labs.worst_grades import WORST_COLUMNS, worst

__all__ = [
    "GRADE_COLUMNS",
    "SHIFT_COLUMNS",
    "VERSIONS",
    "VERSION_SHIFT_COLUMNS",
    "WORST_COLUMNS",
    "CriteriaSet",
    "LabGrades",
    "LabOptions",
    "TermGrades",
    "grade",
    "grade_term",
    "read_criteria",
    "shift_table",
    "version_shift",
    "worst",
]
