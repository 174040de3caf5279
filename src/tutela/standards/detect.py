"""Find out what a file holds by its first bytes; the extension only decides between kinds of text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tutela.kernel.errors import InputError
from tutela.standards.compression import compression_of, open_stream
from tutela.standards.limits import check_size
from tutela.standards.xpt.members import is_transport

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["EXTENSIONS", "Found", "detect"]

_HEAD: Final = 4096
_ZSTANDARD: Final = b"\x28\xb5\x2f\xfd"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_BOM: Final = b"\xef\xbb\xbf"

EXTENSIONS: Final = {
    ".xpt": "xpt",
    ".json": "json",
    ".ndjson": "json",
    ".dsjc": "json",
    ".parquet": "parquet",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".dat": "csv",
}
"""What each extension promises."""
_PACKED: Final = (".gz", ".zst")

_FOREIGN: Final = (
    (b"PK\x03\x04", "a spreadsheet or ZIP archive", "Unpack it, or save the sheet as CSV."),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file", "Save the sheet as CSV."),
    (b"%PDF", "a PDF file", "Ask for the data set itself."),
    (
        b"\0" * 12 + b"\xc2\xea\x81\x60",
        "a SAS data file",
        "Export it as a transport file, CSV or Dataset-JSON.",
    ),
    (b"<?xml", "an XML file", "Export the data as a transport file, CSV or Dataset-JSON."),
    (b"<html", "a web page, perhaps a login page", "Download the data set again."),
    (b"<!doc", "a web page, perhaps a login page", "Download the data set again."),
    (b"**COMPRESSED**", "a SAS CPORT file", "Export it as a transport file (PROC COPY, libname xport)."),
)
"""First bytes of files that are taken for data sets, what they are, and what to do."""


@dataclass(frozen=True)
class Found:
    """What a file holds.

    Parameters
    ----------
    kind
        ``xpt``, ``json`` (any form of Dataset-JSON), ``parquet`` or ``csv``.
    notices
        Set if the extension promises something else.
    """

    kind: str
    notices: tuple[str, ...] = ()


def detect(path: Path) -> Found:
    """Find out what a file holds.

    Parameters
    ----------
    path
        The file; gzip and zlib are looked through.

    Raises
    ------
    InputError
        If the file is absent, empty, too large, or of a kind that is not read; says what it is.
    """
    check_size(path)
    with path.open("rb") as file:
        raw = file.read(_HEAD)
    head = raw
    if compression_of(raw):
        with open_stream(path) as stream:
            head = stream.read(_HEAD)
    promised = _promise(path)
    kind = _kind_of(head, promised, path.name)
    if promised and kind != promised:
        return Found(kind, (f"The file is named {path.name}, but what it holds is {_WORDS[kind]}.",))
    return Found(kind)


_WORDS: Final = {
    "xpt": "a SAS transport file",
    "json": "Dataset-JSON",
    "parquet": "Parquet",
    "csv": "delimited text",
}


def _promise(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    while suffixes and suffixes[-1] in _PACKED:
        suffixes.pop()
    return EXTENSIONS.get(suffixes[-1], "") if suffixes else ""


def _kind_of(head: bytes, promised: str, file: str) -> str:
    if is_transport(head):
        return "xpt"
    if head.startswith(b"PAR1"):
        return "parquet"
    for mark, words, advice in _FOREIGN:
        if head.lower().startswith(mark.lower()):
            what = f"The file is {words}, not a data set that can be read."
            raise InputError(what, file=file, advice=advice)
    text = head.removeprefix(_BOM).lstrip()
    is_json = text.startswith((b"{", b"[")) and (promised != "csv" or _looks_like_json(text))
    if is_json or (promised == "json" and text.startswith(b"\xff\xfe")):
        return "json"
    if promised in ("xpt", "parquet"):
        what = f"The file is not {_WORDS[promised]}, as its name says."
        raise InputError(what, file=file, value=head[:24], advice="Ask for the file again, or rename it.")
    if promised == "json":
        is_utf16 = head.startswith(_UTF16)
        what = "The file is UTF-16; Dataset-JSON is UTF-8." if is_utf16 else "The file is not JSON."
        raise InputError(what, file=file, value=head[:24], advice="Save it again in UTF-8 as Dataset-JSON.")
    if b"\0" in head and promised != "csv" and not head.startswith((*_UTF16, _ZSTANDARD)):
        what = "The file is neither text nor a data set that can be read."
        raise InputError(what, file=file, value=head[:24], expected="XPT, Dataset-JSON, Parquet or CSV")
    return "csv"


def _looks_like_json(text: bytes) -> bool:
    """A table whose first column name starts with a brace is a table; ``{"name":`` is JSON."""
    if not text.startswith(b"{"):
        return False
    try:
        json.JSONDecoder().raw_decode(text[1:].lstrip().decode("utf-8", errors="ignore"))
    except ValueError:
        return text[1:].strip() == b""
    return b":" in text
