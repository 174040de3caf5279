"""Read and check the attributes of a Dataset-JSON file; unknown ones are reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tutela.kernel.errors import InputError
from tutela.standards.dataset import Column, Source
from tutela.standards.datasetjson.attributes import (
    ATTRIBUTES,
    GIVEN,
    NOT_EMPTY,
    OPTIONAL_TEXT,
    REQUIRED,
    VERSION_PATTERN,
    is_after,
    is_moment,
)
from tutela.standards.datasetjson.columns import parse_columns

if TYPE_CHECKING:
    from typing import NoReturn

__all__ = ["Header", "parse_header"]


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
    for name in REQUIRED:
        if name not in raw:
            _fail(f"The required attribute {name} is missing.", file, None)
    _check_attributes(raw, file)
    columns, column_notices = parse_columns(raw["columns"], file=file)
    unknown = [name for name in raw if name not in ATTRIBUTES]
    notices = [f"Unknown attributes of the file were not used: {', '.join(unknown)}."] if unknown else []
    if is_after(raw.get("dbLastModifiedDateTime", ""), raw["datasetJSONCreationDateTime"]):
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
    if isinstance(version, str) and VERSION_PATTERN.fullmatch(version):
        return
    if version is None and not {"columns", "rows", "itemGroupOID"} & set(raw):
        what = "This is JSON, but not Dataset-JSON."
        raise InputError(what, file=file, value=", ".join(list(raw)[:6]), expected="Dataset-JSON 1.1")
    _fail("This version of Dataset-JSON is not supported.", file, version, "datasetJSONVersion 1.1")


def _check_attributes(raw: Mapping[str, object], file: str) -> None:
    for name in ("name", "label", "itemGroupOID", *OPTIONAL_TEXT):
        if name in raw and not isinstance(raw[name], str):
            _fail(f"The attribute {name} must be text.", file, raw[name])
    for name in NOT_EMPTY:
        if raw.get(name, "-") == "":
            _fail(f"The attribute {name} must not be empty.", file, "")
    for name in ("datasetJSONCreationDateTime", "dbLastModifiedDateTime"):
        value = raw.get(name)
        if name in raw and not (isinstance(value, str) and is_moment(value)):
            _fail(f"The attribute {name} is not a date-time.", file, value, "YYYY-MM-DDThh:mm:ss")
    records = raw["records"]
    if type(records) is not int or records < 0:
        _fail("The attribute records must be a whole number from 0.", file, records)
    system = raw.get("sourceSystem")
    if "sourceSystem" in raw and not _is_system(system):
        _fail("The attribute sourceSystem is not allowed.", file, system, "an object with name and version")


def _is_system(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(key), str) for key in ("name", "version"))


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
        attributes={name: str(raw[name]) for name in GIVEN if name in raw},
    )
