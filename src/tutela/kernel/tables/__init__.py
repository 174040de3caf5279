"""The four generic tables of a study: one declaration gives the check, the error and the documentation."""

from __future__ import annotations

from tutela.kernel.tables.base import TableSchema, columns_of, describe, empty
from tutela.kernel.tables.events import Events
from tutela.kernel.tables.expected import expected_of
from tutela.kernel.tables.measurements import Measurements
from tutela.kernel.tables.subjects import Subjects
from tutela.kernel.tables.treatments import Treatments

__all__ = [
    "TABLES",
    "Events",
    "Measurements",
    "Subjects",
    "TableSchema",
    "Treatments",
    "columns_of",
    "describe",
    "empty",
    "expected_of",
]

#: The generic tables by name, in reading order.
TABLES: dict[str, type[TableSchema]] = {
    "subjects": Subjects,
    "treatments": Treatments,
    "measurements": Measurements,
    "events": Events,
}
