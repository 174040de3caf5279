"""What is said about a file before reading it, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tutela.kernel.errors import InputError

__all__ = ["DELIMITERS", "MAX_BYTES", "FileOptions", "FileTable"]

#: Largest CSV text that is read, bytes: reading takes about five times its size in memory.
MAX_BYTES = 1024**3

#: Delimiters that are recognized, by name.
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}


@dataclass(frozen=True)
class FileOptions:
    """What is known of the files beforehand; what is not given is found out.

    Parameters
    ----------
    delimiter
        Delimiter of CSV files; None to detect comma, semicolon, tab or pipe.
    decimal
        ``"."`` or ``","``; None to accept decimal commas only where they cannot be confused.
    encoding
        Encoding of CSV files; None to detect UTF-8, UTF-16 or Windows-1252.
    max_bytes
        Larger CSV text is refused.

    Raises
    ------
    InputError
        If the delimiter or the decimal sign is none of those known.
    """

    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    max_bytes: int = MAX_BYTES

    def __post_init__(self) -> None:
        if self.delimiter is not None and self.delimiter not in DELIMITERS:
            what = "This delimiter is not known."
            raise InputError(what, value=self.delimiter, expected=" or ".join(repr(d) for d in DELIMITERS))
        if self.decimal not in (None, ".", ","):
            what = "This decimal sign is not known."
            raise InputError(what, value=self.decimal, expected="'.' or ','")


@dataclass(frozen=True, eq=False)
class FileTable:
    """A table as it stands in a file.

    Parameters
    ----------
    frame
        Columns of the file, and ``source_row``: the record number in the file, header not counted. Of a
        CSV file all columns are text, trimmed, empty cells null.
    name
        File name.
    delimiter
        Delimiter of a CSV file; empty for other formats.
    broken
        Records that do not fit the header: ``row``, ``value`` (the record's beginning), ``expected``,
        ``reason``.
    notices
        What a reader should know of the file.
    """

    frame: pl.DataFrame
    name: str
    delimiter: str
    broken: pl.DataFrame
    notices: tuple[str, ...] = ()
