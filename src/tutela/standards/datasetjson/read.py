"""Read Dataset-JSON 1.1: the JSON form at once, the NDJSON form (plain, zlib or gzip) in portions."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tutela.kernel.errors import InputError
from tutela.standards.compression import compression_of, open_stream
from tutela.standards.dataset import Column, Dataset
from tutela.standards.datasetjson.cells import count_odd_dates, decode_cells
from tutela.standards.datasetjson.header import Header, parse_header
from tutela.standards.datasetjson.parse import decode_text, parse_document, parse_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

__all__ = ["read_dataset_json"]

_PORTION: Final = 20_000
"""Rows of an NDJSON file that are held as JSON values at a time."""
_BOM: Final = b"\xef\xbb\xbf"


def read_dataset_json(path: Path) -> Dataset:
    """Read a Dataset-JSON 1.1 file in any of its forms, told apart by content.

    Parameters
    ----------
    path
        JSON, NDJSON, or NDJSON compressed with zlib (as the specification says) or gzip (as its
        published examples are).

    Returns
    -------
    Dataset
        Missing is null, an empty string stays ``""``; dates that are numbers in SAS (``targetDataType``
        integer) are polars dates, other dates and decimals are text. Unknown attributes, a byte-order
        mark, odd dates and text longer than declared are in ``notices``.

    Raises
    ------
    InputError
        If the file is empty, cut off, not UTF-8, not Dataset-JSON 1.1, its number of rows is not
        ``records``, or a cell does not fit its dataType.

    Notes
    -----
    The order of attributes does not matter on reading.

    References
    ----------
    dataset-json, sections "JSON", "NDJSON" and "Compressed Dataset-JSON".
    """
    with path.open("rb") as file:
        is_packed = bool(compression_of(file.read(4096)))
    with open_stream(path) as stream:
        first = stream.readline()
        notices = ("The file starts with a byte-order mark.",) if first.startswith(_BOM) else ()
        first = first.removeprefix(_BOM)
        raw = _parse_first_line(first)
        if isinstance(raw, dict) and "rows" not in raw:
            kind = "dsjc" if is_packed else "ndjson"
            header = parse_header(raw, file=path.name, kind=kind)
            frame = _read_portions(stream, header, path.name)
        else:
            rest = stream.read()
            if not isinstance(raw, dict) or rest.strip():
                raw = parse_document(decode_text(first + rest, file=path.name), file=path.name)
            header = parse_header(raw, file=path.name, kind="json")
            rows = raw.get("rows", []) if isinstance(raw, dict) else []
            frame = _build_frame(_check_rows(rows, header, path.name), header, path.name)
    if frame.height != header.records:
        _fail_records(header, frame.height, path.name)
    return Dataset(
        header.name,
        header.label,
        frame,
        header.columns,
        source=replace(header.source, file=path.name),
        notices=(*notices, *header.notices, *_describe_oddities(frame, header.columns)),
    )


def _parse_first_line(line: bytes) -> object:
    """Value of the first line if it is a whole JSON document, else None."""
    try:
        return parse_document(line.decode("utf-8"), file="")
    except (InputError, UnicodeDecodeError):
        return None


def _read_portions(stream: BinaryIO, header: Header, file: str) -> pl.DataFrame:
    frames = [_build_frame([], header, file)]
    read = 0
    for lines in _portions(stream):
        rows = parse_lines(lines, file=file, first_line=read + 2)
        frames.append(_build_frame(_check_rows(rows, header, file, read=read), header, file, read=read))
        read += len(rows)
        if len(rows) < len(lines) and stream.read(1):
            what = "A blank line stands between the rows."
            raise InputError(what, file=file, row=read + 2, advice="Write the file again.")
    return pl.concat(frames)


def _portions(stream: BinaryIO) -> Iterator[Sequence[bytes]]:
    while lines := list(islice(stream, _PORTION)):
        yield lines


def _check_rows(rows: object, header: Header, file: str, *, read: int = 0) -> list[list[Any]]:
    """Rows must be arrays with one value per variable."""
    if not isinstance(rows, list):
        what = "The attribute rows must be a list of rows."
        raise InputError(what, file=file, value=rows, advice="Write the file again.")
    width = len(header.columns)
    for number, row in enumerate(rows, start=read + 1):
        if not isinstance(row, list) or len(row) != width:
            what = "A row does not have one value per variable."
            found = f"{len(row)} values" if isinstance(row, list) else row
            raise InputError(what, file=file, row=number, value=found, expected=f"an array of {width} values")
    return rows


def _build_frame(rows: list[list[Any]], header: Header, file: str, *, read: int = 0) -> pl.DataFrame:
    cells = zip(*rows, strict=True) if rows else [()] * len(header.columns)
    return pl.DataFrame(
        {
            column.name: decode_cells(values, column, file=file, first_row=read + 1)
            for values, column in zip(cells, header.columns, strict=True)
        }
    )


def _fail_records(header: Header, rows: int, file: str) -> None:
    what = "The number of rows is not the number of records that the file states."
    advice = "Rows were lost or added after the file was made; ask for it again."
    raise InputError(
        what, file=file, column="records", value=rows, expected=f"{header.records} rows", advice=advice
    )


def _describe_oddities(frame: pl.DataFrame, columns: Sequence[Column]) -> Iterator[str]:
    """What breaks no rule of the format but may surprise."""
    for series, column in zip(frame, columns, strict=True):
        count, first = count_odd_dates(series, column)
        if count:
            yield (
                f"{column.name}: {count} values are not ISO 8601 dates or times, "
                f"the first in row {first + 1}: {series[first]!r}."
            )
        if column.is_text and column.length is not None and series.len():
            longest = series.str.len_bytes().max()
            if isinstance(longest, int) and longest > column.length:
                yield f"{column.name}: text of {longest} bytes is longer than the declared {column.length}."
