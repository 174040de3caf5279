"""Data sets as Parquet: the frame, with the data set's metadata in the file's own key-value metadata."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from polars.exceptions import PolarsError

from tutela.kernel.errors import InputError, StandardError
from tutela.standards.build import build_dataset, infer_column
from tutela.standards.convert import to_storage
from tutela.standards.dataset import MISSING_CODES, Column, Dataset, Source
from tutela.standards.output import write_blocks

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["METADATA_KEY", "METADATA_VERSION", "read_parquet", "write_parquet"]

METADATA_KEY: Final = "tutela.dataset"
"""Key under which the metadata stand in the file."""
METADATA_VERSION: Final = 1
"""Version of the metadata; raised when their meaning changes."""


def write_parquet(dataset: Dataset, path: Path) -> None:
    """Write a data set as Parquet; nothing is lost, special missing values and source included.

    Parameters
    ----------
    dataset
        What is written.
    path
        The file; it appears whole or not at all.
    """
    source = asdict(Source(**{**vars(dataset.source), "attributes": dict(dataset.source.attributes)}))
    metadata = {
        "version": METADATA_VERSION,
        "name": dataset.name,
        "label": dataset.label,
        "columns": [asdict(column) for column in dataset.columns],
        "source": source,
        "notices": list(dataset.notices),
        "missing_codes": dataset.missing_codes.rows(),
    }
    buffer = io.BytesIO()
    text = json.dumps(metadata, ensure_ascii=False, sort_keys=True)
    dataset.frame.write_parquet(buffer, metadata={METADATA_KEY: text})
    write_blocks(path, [buffer.getvalue()])


def read_parquet(path: Path, *, name: str) -> Dataset:
    """Read a Parquet file, with the metadata if this package wrote it.

    Parameters
    ----------
    path
        The file.
    name
        Data set name if the file states none.

    Raises
    ------
    InputError
        If the file is damaged, its metadata cannot be read, or a column has a type without counterpart
        in the standards.

    Notes
    -----
    In a file without metadata, types follow from the types of the columns; a column of type Null is
    text.
    """
    try:
        stated = pl.read_parquet_metadata(path).get(METADATA_KEY)
        frame = pl.read_parquet(path, glob=False, hive_partitioning=False)
    except (PolarsError, OSError) as error:
        what = "The Parquet file is damaged or cut off."
        reason = str(error).splitlines()[0]
        raise InputError(what, file=path.name, value=reason, advice="Copy the file again.") from None
    try:
        if stated is not None:
            return _restore(frame, json.loads(stated))
        columns = [Column(s.name) if s.dtype == pl.Null() else infer_column(s) for s in frame]
        frame = pl.DataFrame(
            [to_storage(series, column) for series, column in zip(frame, columns, strict=True)]
        )
        return build_dataset(frame, name=name, columns=columns, source=Source(file=path.name, kind="parquet"))
    except StandardError as error:
        raise InputError(error.what, file=path.name, value=error.where, advice=error.advice) from None
    except (KeyError, TypeError, ValueError) as error:
        what = f"The metadata in the Parquet file cannot be read: {error}."
        raise InputError(what, file=path.name, advice="Write the file again.") from None


def _restore(frame: pl.DataFrame, metadata: dict[str, Any]) -> Dataset:
    if metadata["version"] > METADATA_VERSION:
        what = f"written by a later version of this package ({metadata['version']})"
        raise ValueError(what)
    return Dataset(
        metadata["name"],
        metadata["label"],
        frame,
        tuple(Column(**column) for column in metadata["columns"]),
        source=Source(**metadata["source"]),
        notices=tuple(metadata["notices"]),
        missing_codes=pl.DataFrame(metadata["missing_codes"], schema=MISSING_CODES, orient="row"),
    )
