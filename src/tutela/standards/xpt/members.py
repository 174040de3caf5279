"""Find the data sets of a transport file: headers, variable descriptions, and where the rows lie.

Every missing part is an error that says which part and how many bytes, because a transport file
carries no count of its rows: a file cut at the wrong place can look whole.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tutela.kernel.errors import InputError
from tutela.standards.xpt.layout import NAMESTR_SIZE, RECORD, Namestr, parse_stamp

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Member", "find_members", "is_transport"]

_MARK: Final = b"HEADER RECORD*******"
_LIBRARY: Final = _MARK + b"LIBRARY HEADER RECORD!!!!!!!"
_LIBRARY_8: Final = _MARK + b"LIBV8   HEADER RECORD!!!!!!!"
_MEMBER: Final = _MARK + b"MEMBER  HEADER RECORD!!!!!!!"
_VAX_NAMESTR_SIZE: Final = 136
_BLANK: Final = 0x20


@dataclass(frozen=True)
class Member:
    """One data set of a transport file.

    Parameters
    ----------
    name, label
        Bytes as in the header, without the trailing blanks.
    variables
        Descriptions in the order of the file.
    start, end
        Where the rows and their padding begin and end in the file.
    row_length, rows
        Bytes of a row, and how many whole rows there are.
    version, system
        SAS version and operating system as stated.
    created, modified
        As stated; None if not stated.
    """

    name: bytes
    label: bytes
    variables: tuple[Namestr, ...]
    start: int
    end: int
    row_length: int
    rows: int
    version: str
    system: str
    created: datetime | None
    modified: datetime | None


def is_transport(head: bytes) -> bool:
    """True if a file starts like a transport file of any version."""
    return head.startswith(_MARK)


def find_members(data: bytes, *, file: str) -> tuple[Member, ...]:
    """All data sets of a transport file.

    Parameters
    ----------
    data
        The whole file.
    file
        Its name, for errors.

    Raises
    ------
    InputError
        If it is not a version 5 transport file, or a part is missing; the error names the part and
        the number of missing bytes.
    """
    _check_library(data, file)
    if len(data) % RECORD:
        _fail_truncated(data, file, "the last record", RECORD - len(data) % RECORD)
    starts = _member_starts(data)
    if not starts:
        _fail_truncated(data, file, "the member header", RECORD)
    ends = [*starts[1:], len(data)]
    return tuple(_read_member(data, start, end, file) for start, end in zip(starts, ends, strict=True))


def _check_library(data: bytes, file: str) -> None:
    if data.startswith(_LIBRARY_8):
        what = "This is a transport file of version 8, which submissions do not accept."
        raise InputError(
            what, file=file, expected="version 5", advice="Export it as version 5, or as Dataset-JSON or CSV."
        )
    if not data.startswith(_LIBRARY):
        what = "This is not a SAS transport file."
        expected = "a file that starts with HEADER RECORD*******LIBRARY"
        advice = "PROC CPORT files and SAS data files (.sas7bdat) must be exported as transport files first."
        raise InputError(what, file=file, value=data[:24], expected=expected, advice=advice)


def _fail_truncated(data: bytes, file: str, part: str, missing: int) -> None:
    what = f"The transport file is cut off: {part} is incomplete, {missing} bytes are missing."
    advice = "Copy the file again (in binary mode) from where it was made."
    raise InputError(what, file=file, value=f"{len(data)} bytes", advice=advice)


def _member_starts(data: bytes) -> list[int]:
    """Offsets of the member headers; one inside a row does not start at a record by chance."""
    found, at = [], data.find(_MEMBER)
    while at >= 0:
        if at % RECORD == 0:
            found.append(at)
        at = data.find(_MEMBER, at + 1)
    return found


def _record(data: bytes, at: int, end: int, file: str, part: str) -> bytes:
    if at + RECORD > end:
        _fail_truncated(data, file, part, at + RECORD - end)
    return data[at : at + RECORD]


def _number(raw: bytes, file: str, part: str) -> int:
    try:
        return int(raw)
    except ValueError:
        what = f"The transport file is damaged: {part} is not a number."
        raise InputError(what, file=file, value=raw, advice="Ask for the file again.") from None


def _read_member(data: bytes, start: int, end: int, file: str) -> Member:
    head = _record(data, start, end, file, "the member header")
    size = _number(head[74:78], file, "the length of a variable description")
    if size not in (NAMESTR_SIZE, _VAX_NAMESTR_SIZE):
        what = "The transport file is damaged: a variable description has an impossible length."
        raise InputError(what, file=file, value=size, expected=f"{NAMESTR_SIZE} or {_VAX_NAMESTR_SIZE}")
    names = _record(data, start + 2 * RECORD, end, file, "the data set header")
    labels = _record(data, start + 3 * RECORD, end, file, "the second data set header")
    count_record = _record(data, start + 4 * RECORD, end, file, "the NAMESTR header")
    if not count_record.startswith(_MARK + b"NAMESTR "):
        what = "The transport file is damaged: the NAMESTR header is not where it must be."
        raise InputError(what, file=file, value=count_record[:48], advice="Ask for the file again.")
    count = _number(count_record[54:58], file, "the number of variables")
    variables, rows_start = _read_variables(data, start + 5 * RECORD, end, count, size, file)
    row_length = sum(variable.length for variable in variables)
    return Member(
        name=names[8:16].rstrip(b" \0"),
        label=labels[32:72].rstrip(b" \0"),
        variables=variables,
        start=rows_start,
        end=end,
        row_length=row_length,
        rows=_count_rows(data, rows_start, end, row_length, file),
        version=names[24:32].decode("latin-1").rstrip(" \0"),
        system=names[32:40].decode("latin-1").rstrip(" \0"),
        created=parse_stamp(names[64:80]),
        modified=parse_stamp(labels[:16]),
    )


def _read_variables(
    data: bytes, at: int, end: int, count: int, size: int, file: str
) -> tuple[tuple[Namestr, ...], int]:
    block = -(-count * size // RECORD) * RECORD
    if at + block > end:
        whole = (end - at) // size
        part = f"the description of variable {whole + 1} of {count}"
        _fail_truncated(data, file, part, at + block - end)
    variables = tuple(Namestr.parse(data[at + i * size : at + (i + 1) * size]) for i in range(count))
    header = _record(data, at + block, end, file, "the OBS header")
    if not header.startswith(_MARK + b"OBS "):
        what = "The transport file is damaged: the OBS header is not where it must be."
        raise InputError(what, file=file, value=header[:48], advice="Ask for the file again.")
    _check_variables(variables, file)
    return variables, at + block + RECORD


def _check_variables(variables: tuple[Namestr, ...], file: str) -> None:
    """Names must differ, values lie inside the row, and numbers have 2 to 8 bytes."""
    total = sum(variable.length for variable in variables)
    counts = Counter(variable.name for variable in variables)
    for variable in variables:
        if counts[variable.name] > 1:
            what = "A variable name occurs more than once, perhaps because a longer one was cut."
            raise InputError(
                what,
                file=file,
                column=variable.name.decode("latin-1"),
                advice="Ask for the file again, with names of at most 8 characters.",
            )
        is_inside = 0 <= variable.position <= total - variable.length
        is_possible = 2 <= variable.length <= 8 if variable.is_numeric else variable.length >= 1
        if not (is_inside and is_possible):
            what = "The transport file is damaged: a variable has an impossible length or position."
            raise InputError(
                what,
                file=file,
                column=variable.name.decode("latin-1"),
                value=f"length {variable.length} at {variable.position}",
                expected=f"within a row of {total} bytes",
            )


def _count_rows(data: bytes, start: int, end: int, row_length: int, file: str) -> int:
    """How many rows there are.

    Padding is blank and shorter than a record, so a blank row may be padding only if it starts after
    the first byte of the last record. Such rows are taken as padding, as every reader does.
    """
    if row_length == 0:
        return 0
    rows, rest = divmod(end - start, row_length)
    tail = data[end - rest : end]
    if rest >= RECORD or tail.strip(b" "):
        part = f"row {rows + 1}, of which {rest} of {row_length} bytes are there,"
        _fail_truncated(data, file, part, row_length - rest)
    last_record = end - RECORD
    while rows and start + (rows - 1) * row_length > last_record:
        row = data[start + (rows - 1) * row_length : start + rows * row_length]
        if row.count(_BLANK) != row_length:
            break
        rows -= 1
    return rows
