"""The byte layout of a transport file: records of 80 bytes, headers, and one description per variable.

References
----------
sas-xport, "Record layout of a SAS version 5 or 6 data set in transport format".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime
from typing import Final

__all__ = [
    "DSCRPTR",
    "LIBRARY",
    "MAX_VARIABLES",
    "MEMBER",
    "NAMESTR_SIZE",
    "OBS",
    "RECORD",
    "Namestr",
    "namestr_header",
    "pad",
    "parse_stamp",
    "show_stamp",
]

RECORD: Final = 80
"""Bytes of a record; every part of the file is filled up to a multiple of it."""
NAMESTR_SIZE: Final = 140
"""Bytes of a variable's description; 136 in files made on VAX/VMS."""


def _header(kind: str, tail: str) -> bytes:
    return f"HEADER RECORD*******{kind:<8}HEADER RECORD!!!!!!!{tail:<32}".encode("ascii")


LIBRARY: Final = _header("LIBRARY", "0" * 30)
MEMBER: Final = _header("MEMBER", "000000000000000001600000000140")
DSCRPTR: Final = _header("DSCRPTR", "0" * 30)
OBS: Final = _header("OBS", "0" * 30)
MAX_VARIABLES: Final = 9_999
"""The header has four digits for the number of variables."""

_NAMESTR: Final = struct.Struct(">hhhh8s40s8shhh2x8shhi52x")
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_CENTURY_START: Final = 60
"""Two-digit years from 60 belong to 19xx: no transport file is older than SAS's own epoch."""


@dataclass(frozen=True)
class Namestr:
    """Description of one variable as it stands in the file.

    Parameters
    ----------
    name, label
        Bytes without the trailing blanks.
    is_numeric
        True for numbers, False for text.
    length
        Bytes of a value.
    position
        Offset of the value in a row.
    format, informat
        Name, width and decimals.
    """

    name: bytes
    label: bytes
    is_numeric: bool
    length: int
    position: int
    format: tuple[bytes, int, int] = (b"", 0, 0)
    informat: tuple[bytes, int, int] = (b"", 0, 0)

    @classmethod
    def parse(cls, raw: bytes) -> Namestr:
        """Read the 140 (or 136) bytes of a description."""
        (kind, _, length, _, name, label, fmt, width, decimals, _, ifmt, iwidth, idecimals, position) = (
            _NAMESTR.unpack(raw[:NAMESTR_SIZE].ljust(NAMESTR_SIZE, b"\0"))
        )
        return cls(
            name.rstrip(b" \0"),
            label.rstrip(b" \0"),
            kind == 1,
            length,
            position,
            (fmt.rstrip(b" \0"), width, decimals),
            (ifmt.rstrip(b" \0"), iwidth, idecimals),
        )

    def to_bytes(self, number: int) -> bytes:
        """Make the 140 bytes of this description; `number` counts the variables from 1."""
        name, width, decimals = self.format
        return _NAMESTR.pack(
            1 if self.is_numeric else 2,
            0,
            self.length,
            number,
            self.name.ljust(8),
            self.label.ljust(40),
            name.ljust(8),
            width,
            decimals,
            0,
            self.informat[0].ljust(8),
            self.informat[1],
            self.informat[2],
            self.position,
        )


def namestr_header(count: int) -> bytes:
    """Make the record before the descriptions of `count` variables."""
    return _header("NAMESTR", f"000000{count:04d}" + "0" * 20)


def pad(data: bytes) -> bytes:
    """Fill up with blanks to whole records."""
    return data.ljust(-(-len(data) // RECORD) * RECORD)


def show_stamp(moment: datetime) -> bytes:
    """Show a date-time as ddMMMyy:hh:mm:ss, in English whatever the locale.

    Examples
    --------
    >>> show_stamp(datetime(2022, 4, 16, 20, 9, 3))
    b'16APR22:20:09:03'
    """
    month = _MONTHS[moment.month - 1]
    text = f"{moment.day:02d}{month}{moment.year % 100:02d}:{moment:%H:%M:%S}"
    return text.encode("ascii")


def parse_stamp(raw: bytes) -> datetime | None:
    """Read the date-time of a header; None if it is blank or not one.

    Examples
    --------
    >>> parse_stamp(b"16APR22:20:09:03"), parse_stamp(b" " * 16)
    (datetime.datetime(2022, 4, 16, 20, 9, 3), None)
    """
    text = raw.decode("latin-1").upper()
    try:
        day, month, year = int(text[:2]), _MONTHS.index(text[2:5]) + 1, int(text[5:7])
        hour, minute, second = (int(part) for part in text[8:16].split(":"))
        century = 1900 if year >= _CENTURY_START else 2000
        return datetime(century + year, month, day, hour, minute, second)
    except ValueError:
        return None
