"""The ``columns`` attribute of Dataset-JSON: variables as objects, checked on reading and on writing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NoReturn

from tutela.kernel.errors import InputError, StandardError
from tutela.standards.dataset import DATA_TYPES, Column

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["parse_columns", "show_columns"]

_REQUIRED: Final = ("itemOID", "name", "label", "dataType")
_TEXT: Final = ("itemOID", "name", "label", "dataType", "targetDataType", "displayFormat")
_COUNTS: Final = ("length", "keySequence")
_TARGETS: Final = {
    "integer": ("date", "datetime", "time"),
    "decimal": ("decimal",),
}
"""Data types that may be given each target type."""


def parse_columns(raw: object, *, file: str) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """Variables of a Dataset-JSON file.

    Parameters
    ----------
    raw
        Value of the attribute ``columns``.
    file
        For errors.

    Returns
    -------
    tuple
        The variables, and notices about attributes that the standard does not know.

    Raises
    ------
    InputError
        If a required attribute is missing, has the wrong type or a value that is not allowed, or a
        name occurs twice.
    """
    if not isinstance(raw, list) or not raw:
        _fail("The attribute columns must be a list of variables.", file, None, raw)
    columns: list[Column] = []
    notices: list[str] = []
    for place, item in enumerate(raw, start=1):
        column, unknown = _parse_column(item, place, file)
        columns.append(column)
        if unknown:
            names = ", ".join(unknown)
            notices.append(f"{column.name}: unknown attributes of the variable were not used: {names}.")
    for name, count in Counter(column.name for column in columns).items():
        if count > 1:
            _fail("A variable name occurs more than once.", file, name, f"{count} times")
    return tuple(columns), tuple(notices)


def _fail(what: str, file: str, column: str | None, value: object, expected: str | None = None) -> NoReturn:
    raise InputError(
        what,
        file=file,
        column=column,
        value=value,
        expected=expected,
        advice="The file breaks Dataset-JSON 1.1; ask for it to be written again.",
    )


def _parse_column(item: object, place: int, file: str) -> tuple[Column, list[str]]:
    if not isinstance(item, dict):
        _fail("A variable must be an object.", file, f"number {place}", item)
    name = item["name"] if isinstance(item.get("name"), str) else f"number {place}"
    for key in _REQUIRED:
        if key not in item:
            _fail(f"The variable lacks the attribute {key}.", file, name, None)
    for key in (key for key in _TEXT if key in item):
        if not isinstance(item[key], str):
            _fail(f"The attribute {key} of the variable must be text.", file, name, item[key])
    for key in (key for key in _COUNTS if key in item):
        if type(item[key]) is not int or item[key] < 1:
            _fail(f"The attribute {key} of the variable is not allowed.", file, name, item[key], "1 or more")
    if item["dataType"] not in DATA_TYPES:
        expected = f"one of {', '.join(DATA_TYPES)}"
        _fail("The attribute dataType is not allowed.", file, name, item["dataType"], expected)
    _check_target(item, name, file)
    try:
        column = _to_column(item)
    except StandardError as error:
        _fail(error.what, file, name, None)
    return column, [key for key in item if key not in (*_TEXT, *_COUNTS)]


def _check_target(item: dict[str, object], name: str, file: str) -> None:
    target = item.get("targetDataType")
    if target is None:
        return
    allowed = _TARGETS.get(str(target), ())
    if item["dataType"] not in allowed:
        expected = f"for {target}: {', '.join(allowed)}" if allowed else f"one of {', '.join(_TARGETS)}"
        what = f"The attribute targetDataType does not fit the dataType {item['dataType']}."
        _fail(what, file, name, target, expected)


def _to_column(item: dict[str, object]) -> Column:
    length, key = item.get("length"), item.get("keySequence")
    return Column(
        name=str(item["name"]),
        label=str(item["label"]),
        type=str(item["dataType"]),
        length=length if isinstance(length, int) else None,
        format=str(item.get("displayFormat", "")),
        target_type=str(item.get("targetDataType", "")),
        key=key if isinstance(key, int) else None,
        oid=str(item["itemOID"]),
    )


def show_columns(columns: Sequence[Column], *, dataset: str) -> list[dict[str, object]]:
    """Variables as objects of the ``columns`` attribute, in the order of the standard.

    Parameters
    ----------
    columns
        Metadata in frame order.
    dataset
        Data set name; part of the identifier of variables that have none.

    Examples
    --------
    >>> show_columns([Column("AESEQ", "Sequence Number", type="integer")], dataset="AE")
    [{'itemOID': 'IT.AE.AESEQ', 'name': 'AESEQ', 'label': 'Sequence Number', 'dataType': 'integer'}]
    """
    shown = []
    for column in columns:
        item: dict[str, object] = {
            "itemOID": column.oid or f"IT.{dataset}.{column.name}",
            "name": column.name,
            "label": column.label,
            "dataType": column.type,
            "targetDataType": column.target_type,
            "length": column.length,
            "displayFormat": column.format,
            "keySequence": column.key,
        }
        kept = {key: value for key, value in item.items() if key in _REQUIRED or value not in ("", None)}
        shown.append(kept)
    return shown
