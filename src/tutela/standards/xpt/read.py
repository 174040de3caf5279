"""Read SAS transport files of version 5 without losing what they state about their variables."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tutela.kernel.errors import InputError
from tutela.standards.dataset import MISSING_CODES, Column, Dataset, Source
from tutela.standards.formats import join_format
from tutela.standards.limits import check_size
from tutela.standards.sas_dates import from_sas_numbers, kind_of_format
from tutela.standards.xpt.ibm_float import MISSING_BYTES, from_ibm
from tutela.standards.xpt.members import Member, find_members
from tutela.standards.xpt.text import FALLBACK, decode_column, decode_header, describe_cells

if TYPE_CHECKING:
    from pathlib import Path

    from tutela.standards.xpt.layout import Namestr

__all__ = ["parse_xpt", "read_xpt", "xpt_names"]

_PLAIN_MISSING: Final = 0x2E
_MAX_LENGTH: Final = 200
"""Bytes of text that version 5 allows."""


def read_xpt(
    path: Path, *, name: str | None = None, dates: bool = True, encoding: str | None = None
) -> Dataset:
    """Read one data set of a SAS transport file, version 5.

    Parameters
    ----------
    path
        The file.
    name
        Which data set, if the file holds several.
    dates
        True for numbers with a date, time or date-time format as polars values; False for the numbers
        of SAS (days or seconds from 1960) with their format in the metadata.
    encoding
        Encoding of all text; None for UTF-8 with Windows-1252 for the cells that are not UTF-8, which
        are named in ``notices``.

    Returns
    -------
    Dataset
        Blank text is ``""``; missing numbers are null, with their codes in ``missing_codes``.

    Raises
    ------
    InputError
        If the file is empty, cut off, damaged or not a version 5 transport file, or text cannot be
        decoded.

    References
    ----------
    sas-xport.
    """
    check_size(path)
    return parse_xpt(path.read_bytes(), file=path.name, name=name, dates=dates, encoding=encoding)


def parse_xpt(
    data: bytes, *, file: str, name: str | None = None, dates: bool = True, encoding: str | None = None
) -> Dataset:
    """Read one data set from the bytes of a transport file; parameters as for :func:`read_xpt`."""
    encoding = None if encoding is None else _known_encoding(encoding, file)
    member = _choose(find_members(data, file=file), name, file, encoding)
    rows = _split_rows(data, member)
    parts = [
        _read_variable(rows, variable, dates=dates, file=file, encoding=encoding)
        for variable in member.variables
    ]
    fallback = {part.column.name: part.fallback_rows for part in parts if part.fallback_rows}
    notices = [notice for part in parts for notice in part.notices]
    if fallback:
        notices.insert(
            0,
            f"Text that is not UTF-8 was read as {FALLBACK} in {describe_cells(fallback)}; "
            "submission files must be ASCII.",
        )
    return Dataset(
        name=decode_header(member.name, encoding=encoding),
        label=decode_header(member.label, encoding=encoding),
        frame=pl.DataFrame({part.column.name: part.values for part in parts}),
        columns=tuple(part.column for part in parts),
        source=_source(member, file, encoding or (FALLBACK if fallback else "utf-8")),
        notices=tuple(notices),
        missing_codes=pl.concat([pl.DataFrame(schema=MISSING_CODES), *(part.codes for part in parts)]),
    )


def xpt_names(path: Path) -> tuple[str, ...]:
    """Names of the data sets in a transport file, in the order of the file.

    Raises
    ------
    InputError
        If it is not a whole version 5 transport file.
    """
    check_size(path)
    members = find_members(path.read_bytes(), file=path.name)
    return tuple(decode_header(member.name, encoding=None) for member in members)


@dataclass(frozen=True)
class _Variable:
    """What was read of one variable."""

    column: Column
    values: pl.Series
    codes: pl.DataFrame
    fallback_rows: tuple[int, ...] = ()
    notices: tuple[str, ...] = ()


def _known_encoding(encoding: str, file: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        what = "This encoding is not known."
        raise InputError(what, file=file, value=encoding, expected="a name such as windows-1252") from None


def _choose(members: tuple[Member, ...], name: str | None, file: str, encoding: str | None) -> Member:
    names = [decode_header(member.name, encoding=encoding) for member in members]
    if name is None and len(members) == 1:
        return members[0]
    if name is not None and names.count(name) == 1:
        return members[names.index(name)]
    what = "The file holds several data sets." if name is None else f"The file holds no data set {name!r}."
    advice = f"Choose one by name: {', '.join(names)}."
    raise InputError(what, file=file, advice=advice)


def _split_rows(data: bytes, member: Member) -> pl.Series:
    length, start = member.row_length, member.start
    return pl.Series(
        "row",
        [data[start + i * length : start + (i + 1) * length] for i in range(member.rows)],
        dtype=pl.Binary,
    )


def _read_variable(
    rows: pl.Series, variable: Namestr, *, dates: bool, file: str, encoding: str | None
) -> _Variable:
    raw = rows.bin.slice(variable.position, variable.length)
    column = Column(
        name=decode_header(variable.name, encoding=encoding),
        label=decode_header(variable.label, encoding=encoding),
        type="float" if variable.is_numeric else "string",
        length=None if variable.is_numeric else variable.length,
        format=_show_format(variable.format),
        informat=_show_format(variable.informat),
        num_bytes=variable.length if variable.is_numeric else 8,
    )
    if variable.is_numeric:
        return _read_numbers(raw, column, dates=dates)
    decoded = decode_column(raw, name=column.name, file=file, encoding=encoding)
    notices: tuple[str, ...] = ()
    if variable.length > _MAX_LENGTH:
        notices = (f"{column.name} is {variable.length} bytes long; version 5 allows {_MAX_LENGTH}.",)
    return _Variable(column, decoded.text, pl.DataFrame(schema=MISSING_CODES), decoded.fallback_rows, notices)


def _read_numbers(raw: pl.Series, column: Column, *, dates: bool) -> _Variable:
    block = np.frombuffer(b"".join(raw.to_list()), dtype=np.uint8).reshape(-1, column.num_bytes)
    numbers, missing = from_ibm(block)
    values = pl.Series(column.name, numbers, dtype=pl.Float64).fill_nan(None)
    codes = _special_codes(missing, column.name)
    kind = kind_of_format(column.format) if dates else ""
    if not kind:
        return _Variable(column, values, codes)
    converted = from_sas_numbers(values, kind=kind)
    if converted is None:
        notice = (
            f"{column.name} has the format {column.format} but holds numbers that are not a {kind}; "
            "it is kept as numbers."
        )
        return _Variable(column, values, codes, notices=(notice,))
    declared = Column(
        column.name,
        column.label,
        type=kind,
        target_type="integer",
        format=column.format,
        informat=column.informat,
        num_bytes=column.num_bytes,
    )
    return _Variable(declared, converted.alias(column.name), codes)


def _special_codes(missing: np.ndarray, name: str) -> pl.DataFrame:
    rows = np.flatnonzero((missing != 0) & (missing != _PLAIN_MISSING))
    return pl.DataFrame(
        {
            "column": [name] * len(rows),
            "row": rows + 1,
            "code": [MISSING_BYTES[int(code)] for code in missing[rows]],
        },
        schema=MISSING_CODES,
    )


def _show_format(parts: tuple[bytes, int, int]) -> str:
    return join_format(parts[0].decode("latin-1"), parts[1], parts[2])


def _source(member: Member, file: str, encoding: str) -> Source:
    return Source(
        file=file,
        kind="xpt",
        encoding=encoding,
        created=member.created.isoformat() if member.created else "",
        modified=member.modified.isoformat() if member.modified else "",
        system=member.system,
        system_version=member.version,
    )
