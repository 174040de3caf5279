"""The attributes of a Dataset-JSON file: names in order, which are required, and what their values may be."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

__all__ = [
    "ATTRIBUTES",
    "DEFAULT_CREATED",
    "GIVEN",
    "NOT_EMPTY",
    "OPTIONAL_TEXT",
    "REQUIRED",
    "VERSION",
    "VERSION_PATTERN",
    "is_after",
    "is_moment",
]

VERSION: Final = "1.1.0"
DEFAULT_CREATED: Final = "1960-01-01T00:00:00"
"""Creation time of files whose data set states none: fixed, so that equal data give equal files."""

_MOMENT: Final = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?"
    r"([+-]([01]\d|2[0-3]):[0-5]\d|Z)?"
)
VERSION_PATTERN: Final = re.compile(r"1\.1(\.(0|[1-9]\d*))?")

OPTIONAL_TEXT: Final = ("fileOID", "originator", "studyOID", "metaDataVersionOID", "metaDataRef")
NOT_EMPTY: Final = ("studyOID", "metaDataVersionOID", "itemGroupOID", "name")
REQUIRED: Final = (
    "datasetJSONCreationDateTime",
    "datasetJSONVersion",
    "itemGroupOID",
    "records",
    "name",
    "label",
    "columns",
)
ATTRIBUTES: Final = (
    "datasetJSONCreationDateTime",
    "datasetJSONVersion",
    "fileOID",
    "dbLastModifiedDateTime",
    "originator",
    "sourceSystem",
    "studyOID",
    "metaDataVersionOID",
    "metaDataRef",
    "itemGroupOID",
    "records",
    "name",
    "label",
    "columns",
    "rows",
)
"""All attributes in the order of the standard."""
GIVEN: Final = (*OPTIONAL_TEXT, "itemGroupOID")
"""Attributes that a data set carries in its source and a writer may be given."""


def is_moment(text: str) -> bool:
    """Tell if a text is a date-time as the standard writes it, on a day that exists."""
    if not _MOMENT.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text[:19])
    except ValueError:
        return False
    return True


def is_after(first: object, second: object) -> bool:
    """True if both moments are comparable (with or without zone) and the first is later."""
    try:
        one, two = (datetime.fromisoformat(str(text)) for text in (first, second))
        return one > two
    except (ValueError, TypeError):
        return False
