"""The bytes of a text file: unpacked, checked for size and kind, in UTF-8."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import polars as pl

from tutela.kernel.errors import InputError
from tutela.kernel.files.model import FileOptions

__all__ = ["Content", "read_content"]

_BLOCK = 1 << 20

#: First bytes of files that are no CSV, and what they are.
_FOREIGN = {
    b"PK\x03\x04": ("a spreadsheet or ZIP archive", "Save the sheet as CSV, or unpack the archive."),
    b"\xd0\xcf\x11\xe0": ("an old spreadsheet or document", "Save the sheet as CSV."),
    b"PAR1": ("a Parquet file", "Rename it to .parquet."),
    b"HEADER RECORD***": (
        "a SAS transport file",
        "Import it with `tutela import sdtm`, or rename it to .xpt.",
    ),
    b"%PDF": ("a PDF document", "Export the table as CSV."),
}
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FALLBACK = "windows-1252"
_CELL_OR_END = re.compile(rb'"(?:[^"]|"")*"|\r\n?')


@dataclass(frozen=True)
class Content:
    """Text of a file in UTF-8, lines ended by a line feed alone.

    Parameters
    ----------
    text
        The bytes.
    notices
        What was done to them.
    """

    text: bytes
    notices: tuple[str, ...] = ()


def read_content(path: Path, options: FileOptions) -> Content:
    """Read a text file, plain or compressed with gzip or Zstandard.

    Raises
    ------
    InputError
        If the file does not exist, is empty, too large, no text, or not in the declared encoding.
    """
    raw = _read_bytes(path, options.max_bytes)
    _refuse_foreign(raw, path)
    text, notices = _to_utf8(raw, path, options.encoding) if raw.strip() else (b"", ())
    if b"\r" in text:
        text = _end_lines(text)
    # Old programs end a text file with Ctrl-Z.
    text = text.removesuffix(b"\x1a")
    if not text.strip():
        what = "The file is empty."
        raise InputError(what, file=path.name, expected="a header line and rows")
    return Content(text, notices)


def _end_lines(text: bytes) -> bytes:
    """End records by a line feed alone; carriage returns inside quoted cells are content and stay."""
    if b'"' not in text:
        return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return _CELL_OR_END.sub(lambda match: match[0] if match[0].startswith(b'"') else b"\n", text)


def _read_bytes(path: Path, max_bytes: int) -> bytes:
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise _too_large(path, size, max_bytes)
        with path.open("rb") as handle:
            first = handle.read(4)
            handle.seek(0)
            if first[:2] == _GZIP:
                with gzip.open(handle) as unpacked:
                    return _read_at_most(unpacked, path, max_bytes)  # type: ignore[arg-type]
            if first == _ZSTD:
                return _unpack_zstd(path, max_bytes)
            return handle.read()
    except FileNotFoundError:
        what = "There is no such file."
        raise InputError(what, file=str(path)) from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        what = f"The compressed file is damaged: {error}."
        raise InputError(what, file=path.name, advice="Copy or export the file again.") from error
    except OSError as error:
        what = f"The file cannot be read: {error.strerror or error}."
        raise InputError(what, file=str(path)) from error


def _read_at_most(handle: BinaryIO, path: Path, max_bytes: int) -> bytes:
    """Read in blocks, so that a small archive of an enormous file is refused before it fills memory."""
    buffer = io.BytesIO()
    while block := handle.read(_BLOCK):
        if buffer.tell() + len(block) > max_bytes:
            raise _too_large(path, buffer.tell() + len(block), max_bytes)
        buffer.write(block)
    return buffer.getvalue()


def _unpack_zstd(path: Path, max_bytes: int) -> bytes:
    """Unpack line by line through polars, because the standard library has no Zstandard before 3.14."""
    try:
        lines = pl.scan_lines(path)
        size = lines.select((pl.first().str.len_bytes() + 1).sum()).collect(engine="streaming").item()
        if size > max_bytes:
            raise _too_large(path, size, max_bytes)
        return "\n".join(lines.collect().to_series().to_list()).encode("utf-8")
    except pl.exceptions.PolarsError as error:
        what = f"The compressed file cannot be read: {error}."
        raise InputError(
            what, file=path.name, expected="UTF-8 text", advice="Unpack it, or save it as UTF-8."
        ) from error


def _too_large(path: Path, size: int, max_bytes: int) -> InputError:
    what = f"The file is too large to be read as CSV text ({size / 1e9:.2f} GB)."
    return InputError(
        what,
        file=path.name,
        expected=f"at most {max_bytes / 1e9:.2f} GB",
        advice="Convert it to Parquet, split it by subject, or raise max_bytes under [files] in study.toml.",
    )


def _refuse_foreign(raw: bytes, path: Path) -> None:
    for first, (kind, advice) in _FOREIGN.items():
        if raw.startswith(first):
            what = f"The file is {kind}, not CSV text."
            raise InputError(what, file=path.name, advice=advice)


def _to_utf8(raw: bytes, path: Path, encoding: str | None) -> tuple[bytes, tuple[str, ...]]:
    if encoding is not None:
        return _decode(raw, encoding, path).encode("utf-8"), ()
    for bom, name in _BOMS:
        if raw.startswith(bom):
            body = raw[len(bom) :]
            if name == "utf-8":
                return _check_utf8(body, path), ()
            return _decode(body, name, path).encode("utf-8"), (f"{path.name} is in {name.upper()}.",)
    guessed = _utf16_without_mark(raw)
    if guessed:
        return _decode(raw, guessed, path).encode("utf-8"), (f"{path.name} is in {guessed.upper()}.",)
    if b"\0" in raw[:_BLOCK]:
        what = "The file is no text: it holds zero bytes."
        raise InputError(what, file=path.name, expected="CSV text", advice="Export the table as CSV.")
    return _utf8_or_fallback(raw, path)


#: Share of zero bytes by which UTF-16 of Latin text is known; other text has none at all.
_MOSTLY = 0.6


def _utf16_without_mark(raw: bytes) -> str | None:
    """UTF-16 of Latin text has a zero in every second byte."""
    head = raw[:1000]
    half = len(head) // 2
    if half == 0:
        return None
    if head[1::2].count(0) > _MOSTLY * half:
        return "utf-16-le"
    return "utf-16-be" if head[0::2].count(0) > _MOSTLY * half else None


def _check_utf8(body: bytes, path: Path) -> bytes:
    _decode(body, "utf-8", path)
    return body


def _utf8_or_fallback(raw: bytes, path: Path) -> tuple[bytes, tuple[str, ...]]:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        text = _decode(raw, _FALLBACK, path)
        line = raw.count(b"\n", 0, error.start) + 1
        notice = f"{path.name} is not UTF-8 (first seen in line {line}); it was read as Windows-1252."
        return text.encode("utf-8"), (notice,)
    return raw, ()


def _decode(raw: bytes, encoding: str, path: Path) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = f"Line {line} has a byte that is no {encoding.upper()} text."
        raise InputError(
            what,
            file=path.name,
            value=raw[error.start : error.start + 1].hex(),
            expected="UTF-8, UTF-16 or Windows-1252 text",
            advice="Save the file as UTF-8.",
        ) from error
    except LookupError:
        what = "There is no such encoding."
        raise InputError(what, file=path.name, column="[files] encoding", value=encoding) from None
