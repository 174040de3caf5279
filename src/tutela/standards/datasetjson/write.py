"""Write Dataset-JSON 1.1: JSON, NDJSON, or NDJSON in a zlib stream; checked before a byte is written."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Final

import polars as pl

from tutela.kernel.errors import StandardError
from tutela.standards.datasetjson.build_header import build_header
from tutela.standards.datasetjson.cells import DECIMAL, encode_cells
from tutela.standards.isodates import is_iso_part
from tutela.standards.output import write_blocks
from tutela.standards.refuse import cell_of, first_row, refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from tutela.standards.dataset import Column, Dataset

__all__ = ["FORMS", "write_dataset_json"]

FORMS: Final = ("json", "ndjson", "dsjc")
"""The three forms, by file name extension."""
_PORTION: Final = 20_000
_LEVEL: Final = 9
"""Compression level that the specification recommends."""
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def write_dataset_json(
    dataset: Dataset,
    path: Path,
    *,
    form: str | None = None,
    created: str | None = None,
    attributes: Mapping[str, str] | None = None,
) -> None:
    """Write a data set as Dataset-JSON 1.1.

    Parameters
    ----------
    dataset
        What is written.
    path
        The file; it appears whole or not at all.
    form
        ``json``, ``ndjson`` or ``dsjc``; None to follow the extension of `path`.
    created
        Creation date-time; None for that of the data set's source, or a fixed one: equal data give
        equal files.
    attributes
        Identifiers of the file (fileOID, originator, studyOID, metaDataVersionOID, metaDataRef,
        itemGroupOID) that replace those of the source.

    Raises
    ------
    StandardError
        If a value or an attribute is not allowed; nothing is written then.

    Notes
    -----
    Numbers are written in their shortest form that reads back the same. Special missing values have
    no place in the format and become null.

    References
    ----------
    dataset-json.
    """
    chosen = form or path.suffix.lower().removeprefix(".")
    if chosen not in FORMS:
        what = f"{chosen!r} is not a form of Dataset-JSON."
        raise StandardError(what, where=str(path), advice=f"Choose one of: {', '.join(FORMS)}.")
    header = build_header(dataset, created=created, attributes=attributes)
    for series, column in zip(dataset.frame, dataset.columns, strict=True):
        _check_values(series, column, dataset.name)
    write_blocks(path, _blocks(dataset, header, chosen))


def _check_values(series: pl.Series, column: Column, dataset: str) -> None:
    """Refuse the first value that the data type cannot hold."""
    row, advice = None, ""
    if column.storage == pl.Float64():
        row, advice = first_row(~series.is_finite()), "A missing number is null."
    elif column.type == "decimal":
        row = first_row(~series.str.contains(f"^(?:{DECIMAL.pattern})$"))
        advice = "A decimal is digits with an optional point, such as 1.50."
    elif column.storage in (pl.Date(), pl.Datetime("us")):
        row = first_row((series.dt.year() < 1) | (series.dt.year() > 9999))
        advice = "ISO 8601 dates have the years 0001 to 9999."
    elif column.type in ("date", "datetime", "time") and column.is_text:
        row, advice = first_row(~is_iso_part(series)), "Write dates as ISO 8601, complete or partial."
    if row is not None:
        what = f"The value is not allowed for the dataType {column.type}."
        raise refusal(
            what, dataset=dataset, column=column.name, row=row, value=cell_of(series, row), advice=advice
        )


def _blocks(dataset: Dataset, header: Mapping[str, object], form: str) -> Iterator[bytes]:
    if form == "json":
        return _json_blocks(dataset, header)
    lines = _line_blocks(dataset, header)
    return _deflate(lines) if form == "dsjc" else lines


def _json_blocks(dataset: Dataset, header: Mapping[str, object]) -> Iterator[bytes]:
    yield _ENCODER.encode(header).removesuffix("}").encode() + b',"rows":['
    is_first = True
    for rows in _row_portions(dataset):
        yield (b"" if is_first else b",") + ",".join(rows).encode()
        is_first = False
    yield b"]}"


def _line_blocks(dataset: Dataset, header: Mapping[str, object]) -> Iterator[bytes]:
    yield _ENCODER.encode(header).encode() + b"\n"
    for rows in _row_portions(dataset):
        yield ("\n".join(rows) + "\n").encode()


def _row_portions(dataset: Dataset) -> Iterator[list[str]]:
    for portion in dataset.frame.iter_slices(_PORTION):
        cells = [
            encode_cells(series, column) for series, column in zip(portion, dataset.columns, strict=True)
        ]
        if portion.height:
            yield [_ENCODER.encode(row) for row in zip(*cells, strict=True)]


def _deflate(blocks: Iterable[bytes]) -> Iterator[bytes]:
    engine = zlib.compressobj(_LEVEL)
    for block in blocks:
        yield engine.compress(block)
    yield engine.flush()
