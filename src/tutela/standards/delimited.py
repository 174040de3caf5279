"""Data sets as CSV: text without metadata, the same bytes for the same data."""

from __future__ import annotations

import gzip
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from tutela.kernel.errors import InputError
from tutela.kernel.files import read_csv_table
from tutela.standards.build import build_dataset
from tutela.standards.dataset import Source
from tutela.standards.datasetjson.cells import encode_cells
from tutela.standards.output import write_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tutela.standards.dataset import Column, Dataset

__all__ = ["read_delimited", "write_csv"]


def read_delimited(path: Path, *, name: str, columns: Iterable[Column] = ()) -> Dataset:
    """Read a delimited text file; every variable is text unless it is declared otherwise.

    Parameters
    ----------
    path
        The file; see :func:`tutela.kernel.files.read_csv_table` for what it may look like.
    name
        Data set name.
    columns
        Metadata of some or all variables; their cells are converted, exactly or not at all.

    Raises
    ------
    InputError
        If the file cannot be read, or a record does not fit the header.
    StandardError
        If a cell does not fit its declared type.

    Notes
    -----
    A CSV file does not tell a missing text from an empty one, nor blanks around a text from none: cells
    are trimmed, and empty ones are null.
    """
    declared = tuple(columns)
    table = read_csv_table(path, names=tuple(column.name for column in declared))
    if table.broken.height:
        first = table.broken.row(0, named=True)
        what = f"{table.broken.height} records do not fit the header: {first['reason']}."
        raise InputError(
            what, file=path.name, row=first["row"], value=first["value"], expected=first["expected"]
        )
    dataset = build_dataset(
        table.frame.drop("source_row"),
        name=name,
        columns=declared,
        source=Source(file=path.name, kind="csv"),
        notices=table.notices,
    )
    return replace(dataset, row_numbers=table.frame["source_row"])


def write_csv(dataset: Dataset, path: Path) -> None:
    """Write the values of a data set as CSV in UTF-8 with line feeds.

    Parameters
    ----------
    dataset
        What is written; labels, types and special missing values have no place in the format.
    path
        The file; compressed if it ends in ``.gz``, without a time stamp, so that equal data give equal
        files.

    Notes
    -----
    Dates are ISO 8601, numbers have their shortest exact form (whole ones without a point), a missing
    value is nothing between two commas, and an empty text is ``""``.
    """
    shown = [
        pl.Series(
            series.name, [None if value is None else str(value) for value in encode_cells(series, column)]
        )
        if column.storage == pl.Float64()
        else pl.Series(series.name, encode_cells(series, column), dtype=_shown_type(column))
        for series, column in zip(dataset.frame, dataset.columns, strict=True)
    ]
    frame = pl.DataFrame(shown)
    frame = frame.with_columns(pl.col(pl.String).cast(pl.String))
    data = frame.write_csv().encode("utf-8")
    write_blocks(path, [_gzip(data) if path.suffix.lower() == ".gz" else data])


def _shown_type(column: Column) -> pl.DataType:
    return column.storage if column.type in ("integer", "boolean") else pl.String()


def _gzip(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, filename="") as stream:
        stream.write(data)
    return buffer.getvalue()
