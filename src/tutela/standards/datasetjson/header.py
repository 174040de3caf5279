"""The attributes of a Dataset-JSON file besides its variables and rows.

Names, order, patterns and which are required follow the specification; unknown attributes are reported
on reading and refused on writing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from tutela.kernel.errors import InputError
from tutela.standards.dataset import Column, Dataset, Source
from tutela.standards.datasetjson.columns import parse_columns, show_columns
from tutela.standards.refuse import refusal

if TYPE_CHECKING:
    from typing import NoReturn

__all__ = ["ATTRIBUTES", "DEFAULT_CREATED", "VERSION", "Header", "build_header", "parse_header"]

VERSION: Final = "1.1.0"
DEFAULT_CREATED: Final = "1960-01-01T00:00:00"
"""Creation time of files whose data set states none: fixed, so that equal data give equal files."""

_MOMENT: Final = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?"
    r"([+-]([01]\d|2[0-3]):[0-5]\d|Z)?"
)
_VERSION: Final = re.compile(r"1\.1(\.(0|[1-9]\d*))?")

_OPTIONAL_TEXT: Final = ("fileOID", "originator", "studyOID", "metaDataVersionOID", "metaDataRef")
_NOT_EMPTY: Final = ("studyOID", "metaDataVersionOID", "itemGroupOID", "name")
_REQUIRED: Final = (
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
_GIVEN: Final = (*_OPTIONAL_TEXT, "itemGroupOID")
"""Attributes that a data set carries in its source and a writer may be given."""


@dataclass(frozen=True)
class Header:
    """What a file states before its rows.

    Parameters
    ----------
    name, label
        Of the data set.
    records
        Number of rows stated.
    columns
        The variables.
    source
        Times, system and identifiers.
    notices
        What the reader must know.
    """

    name: str
    label: str
    records: int
    columns: tuple[Column, ...]
    source: Source
    notices: tuple[str, ...]


def parse_header(raw: object, *, file: str, kind: str) -> Header:
    """Check and read the attributes of a file.

    Parameters
    ----------
    raw
        The JSON object; an attribute ``rows`` is not looked at.
    file
        For errors.
    kind
        ``json``, ``ndjson`` or ``dsjc``.

    Raises
    ------
    InputError
        If the object breaks the standard; the attribute and its value are named.
    """
    if not isinstance(raw, dict):
        what = "This is JSON, but not Dataset-JSON."
        raise InputError(what, file=file, expected="an object with the attributes of Dataset-JSON 1.1")
    _check_version(raw, file)
    for name in _REQUIRED:
        if name not in raw:
            _fail(f"The required attribute {name} is missing.", file, None)
    _check_attributes(raw, file)
    columns, column_notices = parse_columns(raw["columns"], file=file)
    unknown = [name for name in raw if name not in ATTRIBUTES]
    notices = [f"Unknown attributes of the file were not used: {', '.join(unknown)}."] if unknown else []
    if _is_after(raw.get("dbLastModifiedDateTime", ""), raw["datasetJSONCreationDateTime"]):
        notices.append("dbLastModifiedDateTime is later than datasetJSONCreationDateTime.")
    return Header(
        name=raw["name"],
        label=raw["label"],
        records=raw["records"],
        columns=columns,
        source=_source(raw, file, kind),
        notices=(*notices, *column_notices),
    )


def _fail(what: str, file: str, value: object, expected: str | None = None) -> NoReturn:
    advice = "The file breaks Dataset-JSON 1.1; ask for it to be written again."
    raise InputError(what, file=file, value=value, expected=expected, advice=advice)


def _check_version(raw: Mapping[str, object], file: str) -> None:
    version = raw.get("datasetJSONVersion")
    if isinstance(version, str) and _VERSION.fullmatch(version):
        return
    if version is None and not {"columns", "rows", "itemGroupOID"} & set(raw):
        what = "This is JSON, but not Dataset-JSON."
        raise InputError(what, file=file, value=", ".join(list(raw)[:6]), expected="Dataset-JSON 1.1")
    _fail("This version of Dataset-JSON is not supported.", file, version, "datasetJSONVersion 1.1")


def _check_attributes(raw: Mapping[str, object], file: str) -> None:
    for name in ("name", "label", "itemGroupOID", *_OPTIONAL_TEXT):
        if name in raw and not isinstance(raw[name], str):
            _fail(f"The attribute {name} must be text.", file, raw[name])
    for name in _NOT_EMPTY:
        if raw.get(name, "-") == "":
            _fail(f"The attribute {name} must not be empty.", file, "")
    for name in ("datasetJSONCreationDateTime", "dbLastModifiedDateTime"):
        value = raw.get(name)
        if name in raw and not (isinstance(value, str) and _is_moment(value)):
            _fail(f"The attribute {name} is not a date-time.", file, value, "YYYY-MM-DDThh:mm:ss")
    records = raw["records"]
    if type(records) is not int or records < 0:
        _fail("The attribute records must be a whole number from 0.", file, records)
    system = raw.get("sourceSystem")
    if "sourceSystem" in raw and not _is_system(system):
        _fail("The attribute sourceSystem is not allowed.", file, system, "an object with name and version")


def _is_moment(text: str) -> bool:
    if not _MOMENT.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text[:19])
    except ValueError:
        return False
    return True


def _is_system(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(key), str) for key in ("name", "version"))


def _is_after(first: object, second: object) -> bool:
    """True if both moments are comparable (with or without zone) and the first is later."""
    try:
        one, two = (datetime.fromisoformat(str(text)) for text in (first, second))
        return one > two
    except (ValueError, TypeError):
        return False


def _source(raw: Mapping[str, object], file: str, kind: str) -> Source:
    system = raw.get("sourceSystem")
    stated = system if isinstance(system, dict) else {}
    return Source(
        file=file,
        kind=kind,
        created=str(raw["datasetJSONCreationDateTime"]),
        modified=str(raw.get("dbLastModifiedDateTime", "")),
        system=str(stated.get("name", "")),
        system_version=str(stated.get("version", "")),
        attributes={name: str(raw[name]) for name in _GIVEN if name in raw},
    )


def build_header(
    dataset: Dataset, *, created: str | None = None, attributes: Mapping[str, str] | None = None
) -> dict[str, object]:
    """Make the attributes of a file, without rows, in the order of the standard.

    Parameters
    ----------
    dataset
        What is written.
    created
        Creation time; None for that of the data set's source, else the time its data were modified,
        else a fixed one.
    attributes
        Identifiers that replace those of the source: fileOID, originator, studyOID,
        metaDataVersionOID, metaDataRef, itemGroupOID.

    Raises
    ------
    StandardError
        If an attribute is unknown, empty or not allowed.
    """
    given = {**dataset.source.attributes, **(attributes or {})}
    source = dataset.source
    is_ours = source.kind in ("json", "ndjson", "dsjc")
    moment = created or (source.created if is_ours else source.modified) or DEFAULT_CREATED
    values: dict[str, object] = {
        **given,
        "datasetJSONCreationDateTime": moment,
        "datasetJSONVersion": VERSION,
        "dbLastModifiedDateTime": source.modified,
        "sourceSystem": {"name": source.system, "version": source.system_version} if is_ours else None,
        "itemGroupOID": given.get("itemGroupOID", f"IG.{dataset.name}"),
        "records": dataset.frame.height,
        "name": dataset.name,
        "label": dataset.label,
        "columns": show_columns(dataset.columns, dataset=dataset.name),
    }
    _refuse_attributes(values, given, dataset)
    is_set = {name: value for name, value in values.items() if name in _REQUIRED or value not in ("", None)}
    if not (is_ours and source.system):
        is_set.pop("sourceSystem", None)
    return {name: is_set[name] for name in ATTRIBUTES if name in is_set}


def _refuse_attributes(values: Mapping[str, object], given: Mapping[str, str], dataset: Dataset) -> None:
    unknown = [name for name in given if name not in _GIVEN]
    faults = [
        (bool(unknown), f"Dataset-JSON 1.1 has no attributes {', '.join(unknown)}.", None),
        (not dataset.name, "The data set has no name.", None),
        (not dataset.columns, "The data set has no variables.", None),
        (
            any(value == "" for name, value in given.items() if name in _NOT_EMPTY),
            "An identifier that is given must not be empty.",
            dict(given),
        ),
        *(
            (
                bool(values[name]) and not _is_moment(str(values[name])),
                f"{name} is not a date-time.",
                values[name],
            )
            for name in ("datasetJSONCreationDateTime", "dbLastModifiedDateTime")
        ),
        (
            _is_after(values["dbLastModifiedDateTime"], values["datasetJSONCreationDateTime"]),
            "The data were changed after the file was created.",
            f"{values['dbLastModifiedDateTime']} after {values['datasetJSONCreationDateTime']}",
        ),
    ]
    for is_wrong, what, value in faults:
        if is_wrong:
            raise refusal(
                what, dataset=dataset.name, value=value, advice="See the attributes of Dataset-JSON 1.1."
            )
