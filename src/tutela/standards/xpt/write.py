"""Write SAS transport files of version 5: checked whole, laid out byte by byte, the same for the same data.

Our own writer, because the common ones cut labels and accept texts that the format does not allow.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from tutela.kernel.errors import StandardError
from tutela.standards.formats import split_format
from tutela.standards.names import MAX_NAME, check_label, check_names
from tutela.standards.output import write_blocks
from tutela.standards.refuse import refusal
from tutela.standards.sas_dates import DEFAULT_FORMATS
from tutela.standards.xpt.encode import encode_numbers, encode_text, is_number
from tutela.standards.xpt.layout import (
    DSCRPTR,
    LIBRARY,
    MAX_VARIABLES,
    MEMBER,
    OBS,
    RECORD,
    Namestr,
    namestr_header,
    pad,
    show_stamp,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tutela.standards.dataset import Column, Dataset

__all__ = ["DEFAULT_CREATED", "to_xpt", "write_xpt"]

DEFAULT_CREATED: Final = datetime(1960, 1, 1)
"""Time stamp of files whose data set states none: fixed, so that equal data give equal files."""
_VERSION: Final = "6.06"
"""The SAS version whose record layout the format's description prints."""
_SYSTEM: Final = "tutela"
_FIRST_YEAR, _LAST_YEAR = 1960, 2059
"""Years that a stamp with two digits can mean."""
_BLANK: Final = 0x20
_MAX_WIDTH: Final = 32_767
"""Largest width of a format, the largest number that SAS and two bytes allow."""


def write_xpt(
    dataset: Dataset, path: Path, *, created: datetime | None = None, encoding: str = "ascii"
) -> None:
    """Write a data set as a SAS transport file, version 5.

    Parameters
    ----------
    dataset
        What is written.
    path
        The file; it appears whole or not at all.
    created
        Time stamp; None for that of the data set's source, or a fixed one.
    encoding
        ``ascii`` as submissions demand; another one must be asked for.

    Raises
    ------
    StandardError
        If a name, label, length, format or value is not allowed; column and row are named, and
        nothing is written.

    Notes
    -----
    Names have 1 to 8 characters of A-Z, 0-9 and ``_``; labels at most 40 and texts at most 200 bytes
    after encoding. Nothing is cut. Null text becomes blank and trailing blanks vanish, because the
    format does not know either.

    References
    ----------
    sas-xport.
    """
    data = to_xpt(dataset, created=created, encoding=encoding)
    write_blocks(path, [data])


def to_xpt(dataset: Dataset, *, created: datetime | None = None, encoding: str = "ascii") -> bytes:
    """Lay out a data set as the bytes of a transport file; parameters as for :func:`write_xpt`."""
    _check_metadata(dataset, encoding)
    blocks = _encode(dataset, encoding)
    table = np.concatenate(blocks, axis=1)
    _refuse_vanishing(table, dataset)
    stamp, modified = _stamps(dataset, created)
    namestrs = _namestrs(dataset, [block.shape[1] for block in blocks], encoding)
    return b"".join(
        (
            LIBRARY,
            _identity(dataset, b"SAS     SASLIB  ", stamp),
            modified.ljust(RECORD),
            MEMBER,
            DSCRPTR,
            _identity(dataset, dataset.name.encode("ascii").ljust(8) + b"SASDATA ", stamp),
            modified.ljust(32) + dataset.label.encode(encoding).ljust(48),
            namestr_header(len(namestrs)),
            pad(b"".join(namestr.to_bytes(i) for i, namestr in enumerate(namestrs, start=1))),
            OBS,
            pad(table.tobytes()),
        )
    )


def _check_metadata(dataset: Dataset, encoding: str) -> None:
    names = [column.name for column in dataset.columns]
    if not 1 <= len(names) <= MAX_VARIABLES:
        what = f"The format holds 1 to {MAX_VARIABLES} variables; there are {len(names)}."
        raise refusal(what, dataset=dataset.name)
    check_names(names, dataset=dataset.name)
    check_label(dataset.label, dataset=dataset.name, encoding=encoding)
    for column in dataset.columns:
        check_label(column.label, dataset=dataset.name, column=column.name, encoding=encoding)
        for text in (column.format, column.informat):
            _check_format(text, column, dataset)


def _check_format(text: str, column: Column, dataset: Dataset) -> None:
    try:
        name, width, decimals = split_format(text)
    except StandardError as error:
        raise refusal(error.what, dataset=dataset.name, column=column.name, advice=error.advice) from None
    if len(name) > MAX_NAME or max(width, decimals) > _MAX_WIDTH:
        what = f"The name of a format has at most {MAX_NAME} characters, its width is at most {_MAX_WIDTH}."
        raise refusal(what, dataset=dataset.name, column=column.name, value=text)


def _encode(dataset: Dataset, encoding: str) -> list[NDArray[np.uint8]]:
    codes: dict[str, dict[int, str]] = {}
    for name, row, code in dataset.missing_codes.iter_rows():
        codes.setdefault(name, {})[row] = code
    blocks = []
    for series, column in zip(dataset.frame, dataset.columns, strict=True):
        if is_number(column):
            own = codes.pop(column.name, {})
            blocks.append(encode_numbers(series, column, own, dataset=dataset.name))
        else:
            blocks.append(encode_text(series, column, dataset=dataset.name, encoding=encoding))
    if codes:
        what = "Special missing values belong to variables that are not numbers."
        raise refusal(what, dataset=dataset.name, column=", ".join(codes))
    return blocks


def _refuse_vanishing(table: NDArray[np.uint8], dataset: Dataset) -> None:
    """Blank rows at the end that lie in the last record look like padding to every reader."""
    rows, length = table.shape
    end = -(-rows * length // RECORD) * RECORD
    first = (end - RECORD) // length + 1
    if rows and first < rows and bool((table[rows - 1] == _BLANK).all()):
        what = "The last row is blank and so short that readers would take it for padding."
        advice = "Remove the empty row, or add a variable that is never empty, such as the subject."
        raise refusal(what, dataset=dataset.name, row=rows, advice=advice)


def _stamps(dataset: Dataset, created: datetime | None) -> tuple[bytes, bytes]:
    source = dataset.source
    stated = source.created if source.kind == "xpt" else source.modified
    moment = created or (datetime.fromisoformat(stated) if stated else DEFAULT_CREATED)
    modified = datetime.fromisoformat(source.modified) if source.modified and created is None else moment
    for value in (moment, modified):
        if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
            what = "The time stamp has two digits for the year and means 1960 to 2059."
            raise refusal(what, dataset=dataset.name, value=value.isoformat())
    return show_stamp(moment), show_stamp(modified)


def _identity(dataset: Dataset, kind: bytes, stamp: bytes) -> bytes:
    """Make the record that names the system; fields are filled up with zero bytes as SAS does."""
    is_kept = dataset.source.kind == "xpt"
    version = dataset.source.system_version if is_kept else _VERSION
    system = dataset.source.system if is_kept else _SYSTEM
    return (
        b"SAS     "
        + kind
        + version.encode("latin-1", "replace")[:8].ljust(8)
        + system.encode("latin-1", "replace")[:8].ljust(8, b"\0")
        + b" " * 24
        + stamp
    )


def _namestrs(dataset: Dataset, lengths: list[int], encoding: str) -> list[Namestr]:
    described, position = [], 0
    for column, length in zip(dataset.columns, lengths, strict=True):
        described.append(
            Namestr(
                name=column.name.encode("ascii"),
                label=column.label.encode(encoding),
                is_numeric=is_number(column),
                length=length,
                position=position,
                format=_format_of(column),
                informat=_parts(column.informat),
            )
        )
        position += length
    return described


def _format_of(column: Column) -> tuple[bytes, int, int]:
    default = DEFAULT_FORMATS.get(column.type, "") if is_number(column) else ""
    return _parts(column.format or default)


def _parts(text: str) -> tuple[bytes, int, int]:
    name, width, decimals = split_format(text)
    return name.encode("ascii"), width, decimals
