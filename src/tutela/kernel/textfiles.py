"""Files in and out: tables as text with the number of every record, and writing that is whole or absent.

Reading never guesses types: every cell arrives as text, so that the check can say what was written. The
decoding, the delimiter and the decimal sign are found out and reported.
"""

from __future__ import annotations

import csv
import difflib
import gzip
import io
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tutela.kernel.errors import InputError

__all__ = ["MAX_BYTES", "MISSING_TEXTS", "TextTable", "read_csv", "read_table_file", "write_atomic"]

#: A larger text file is refused: it would not fit beside its own copy in a common machine's memory.
MAX_BYTES = 2 * 1024**3

#: Texts that mean "no value", compared without case and surrounding blanks.
MISSING_TEXTS = ("", "na", "n/a", "nan", "null", "none", ".", "missing", "not done", "nd", "unk", "unknown")

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 64 * 1024


@dataclass(frozen=True, eq=False)
class TextTable:
    """A table as it stands in its file.

    Parameters
    ----------
    frame
        All cells as text; ``source_row`` is the record number, header not counted.
    file
        Name of the file.
    notices
        What was found out, or must be known, about the file.
    decimal
        Decimal sign of numbers: "." or ",".
    """

    frame: pl.DataFrame
    file: str
    notices: tuple[str, ...] = ()
    decimal: str = "."


def read_table_file(path: Path, *, max_bytes: int = MAX_BYTES) -> TextTable:
    """Read a CSV (plain, .gz or .zst) or Parquet file as text.

    Raises
    ------
    InputError
        If the file is missing, empty, too large, or not a table.
    """
    if not path.is_file():
        what = "There is no such file."
        raise InputError(what, file=str(path))
    if path.suffix.lower() == ".parquet":
        return _read_parquet(path)
    return read_csv(path, max_bytes=max_bytes)


def _read_parquet(path: Path) -> TextTable:
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        what = "The file is not a Parquet table."
        raise InputError(what, file=path.name, advice="Write it again; it may be truncated.") from error
    text = frame.with_columns(
        pl.col(name).dt.to_string("iso:strict") if kind == pl.Datetime else pl.col(name).cast(pl.String)
        for name, kind in frame.schema.items()
    )
    return TextTable(_number(text), path.name)


def read_csv(path: Path, *, max_bytes: int = MAX_BYTES) -> TextTable:
    """Read a delimited text file; every cell stays text.

    Parameters
    ----------
    path
        Comma, semicolon, tab or bar delimited; UTF-8, UTF-16 or Windows-1252; may be .gz or .zst.
    max_bytes
        Largest size that is read.

    Returns
    -------
    TextTable
        Cells, record numbers, and what was found out about the file.

    Raises
    ------
    InputError
        If the file is empty, too large, has no delimiter, a doubled column name, or ragged records.
    """
    size = path.stat().st_size
    if size > max_bytes:
        what = (
            f"The file has {size / 1024**3:.1f} GiB; at most {max_bytes / 1024**3:.1f} GiB are read as text."
        )
        raise InputError(what, file=path.name, advice="Convert it to Parquet, or split it by subject.")
    text, notices = _decode(_inflate(path), path.name)
    if not text.strip():
        what = "The file is empty."
        raise InputError(what, file=path.name, expected="a header line and one record per line")
    delimiter = _find_delimiter(text[:_SAMPLE], path.name)
    header = _header(text, delimiter, path.name)
    _check_records(text, delimiter, len(header), path.name)
    frame = pl.read_csv(
        io.BytesIO(text.encode("utf-8")),
        separator=delimiter,
        infer_schema=False,
        truncate_ragged_lines=False,
    )
    frame.columns = header
    decimal = "," if delimiter in ";\t|" and _has_decimal_commas(frame) else "."
    if decimal == ",":
        notices = (*notices, f"{path.name}: numbers use a decimal comma")
    return TextTable(_number(frame), path.name, notices, decimal)


def _number(frame: pl.DataFrame) -> pl.DataFrame:
    """Number the records, unless the file carries the numbers of an earlier source."""
    if "source_row" in frame.columns:
        return frame
    return frame.with_row_index("source_row", offset=1).cast({"source_row": pl.Int64})


def _inflate(path: Path) -> bytes:
    raw = path.read_bytes()
    try:
        if raw[:2] == b"\x1f\x8b":
            return gzip.decompress(raw)
        if raw[:4] == b"\x28\xb5\x2f\xfd":
            return _inflate_zstd(raw)
    except (OSError, EOFError, ValueError) as error:
        what = "The compressed file is damaged or truncated."
        raise InputError(what, file=path.name, advice="Copy it again from its source.") from error
    return raw


def _inflate_zstd(raw: bytes) -> bytes:
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        what = "Reading .zst needs Python 3.14 or newer."
        raise InputError(what, advice="Use gzip, or decompress the file first.") from None
    return bytes(zstd.decompress(raw))


def _decode(raw: bytes, file: str) -> tuple[str, tuple[str, ...]]:
    """UTF-8 first; UTF-16 by its mark; else Windows-1252, which is said aloud."""
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return raw.decode("utf-16"), (f"{file}: read as UTF-16",)
    try:
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        if b"\x00" in raw[:_SAMPLE]:
            what = "The file is not text."
            raise InputError(what, file=file, expected="a CSV or Parquet file") from error
        line = raw[: error.start].count(b"\n") + 1
        return raw.decode("cp1252", errors="replace"), (
            f"{file}: not UTF-8 (line {line}); read as Windows-1252",
        )


def _find_delimiter(sample: str, file: str) -> str:
    first = sample.splitlines()[0]
    counts = {mark: _count_outside_quotes(first, mark) for mark in _DELIMITERS}
    best = max(counts, key=lambda mark: counts[mark])
    if counts[best] == 0:
        what = "No delimiter was found in the first line."
        advice = "Save it as CSV with commas, semicolons, tabs or bars between columns."
        raise InputError(
            what, file=file, row=0, value=first[:80], expected="column names with , ; tab or |", advice=advice
        )
    return best


def _count_outside_quotes(line: str, mark: str) -> int:
    return sum(part.count(mark) for part in line.split('"')[::2])


def _header(text: str, delimiter: str, file: str) -> list[str]:
    names = [name.strip() for name in next(csv.reader(io.StringIO(text), delimiter=delimiter))]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        what = "A column name occurs twice."
        raise InputError(
            what, file=file, column=doubled[0] or "(empty)", advice="Give every column its own name."
        )
    return names


def _check_records(text: str, delimiter: str, width: int, file: str) -> None:
    """Name the first record with too many or too few cells (only when the fast reader would fail or fill in)."""
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    for number, record in enumerate(reader):
        if len(record) != width and record:
            what = f"The record has {len(record)} cells, the header has {width}."
            advice = "Quote cells that contain the delimiter; use one delimiter throughout."
            raise InputError(what, file=file, row=number, expected=f"{width} cells", advice=advice)


def _has_decimal_commas(frame: pl.DataFrame) -> bool:
    comma = pl.all().str.contains(r"^\s*[<>]?-?\d+,\d+\s*$").any()
    point = pl.all().str.contains(r"^\s*[<>]?-?\d+\.\d+\s*$").any()
    sample = frame.head(2000)
    return any(sample.select(comma).row(0)) and not any(sample.select(point).row(0))


def require_columns(names: list[str], required: list[str], *, file: str) -> None:
    """Name the first required column that is missing, and the nearest one there is.

    Raises
    ------
    InputError
        If one is missing.
    """
    for column in required:
        if column in names:
            continue
        near = difflib.get_close_matches(column, names, n=1, cutoff=0.6)
        advice = f"Did you mean {near[0]!r}? " if near else ""
        what = f"The column {column!r} is missing."
        raise InputError(what, file=file, column=column, advice=f"{advice}The file has: {', '.join(names)}.")


def write_atomic(path: Path, data: bytes | str) -> None:
    """Write a file that appears only when it is whole.

    Parameters
    ----------
    path
        File to write; replaced if it exists.
    data
        Content; text is written as UTF-8.

    Raises
    ------
    InputError
        If the folder does not exist or cannot be written to.
    """
    raw = data.encode("utf-8") if isinstance(data, str) else data
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    except OSError as error:
        what = "The file cannot be written."
        raise InputError(what, file=str(path), advice=str(error.strerror)) from error
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(raw)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
