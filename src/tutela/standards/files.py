"""Any data set file in, any data set file out."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tutela.kernel.errors import StandardError
from tutela.standards.compression import compression_of, read_whole
from tutela.standards.datasetjson.read import read_dataset_json
from tutela.standards.datasetjson.write import write_dataset_json
from tutela.standards.delimited import read_delimited, write_csv
from tutela.standards.detect import EXTENSIONS, detect
from tutela.standards.losses import find_losses
from tutela.standards.parquet import read_parquet, write_parquet
from tutela.standards.xpt.read import parse_xpt
from tutela.standards.xpt.write import write_xpt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tutela.standards.dataset import Column, Dataset

__all__ = ["WRITERS", "read_dataset", "write_dataset"]

WRITERS: Final[dict[str, Callable[[Dataset, Path], None]]] = {
    ".xpt": write_xpt,
    ".json": write_dataset_json,
    ".ndjson": write_dataset_json,
    ".dsjc": write_dataset_json,
    ".parquet": write_parquet,
    ".csv": write_csv,
    ".csv.gz": write_csv,
}
"""What writes a file, by extension."""


def read_dataset(
    path: Path,
    *,
    name: str | None = None,
    columns: Iterable[Column] = (),
    dates: bool = True,
    encoding: str | None = None,
) -> Dataset:
    """Read a data set file of any supported format, told apart by its content.

    Parameters
    ----------
    path
        SAS transport file (version 5), Dataset-JSON 1.1 (JSON, NDJSON, compressed), Parquet, or
        delimited text; each may be packed with gzip.
    name
        Which data set of a transport file that holds several; the name of the data set where the file
        states none (CSV, foreign Parquet). Default: the file name without extensions, in upper case.
    columns
        Types and labels of variables in a CSV file.
    dates
        Transport files: True for dates as polars values, False for the numbers of SAS.
    encoding
        Transport files: encoding of the text; None for UTF-8 with Windows-1252 as fall-back.

    Returns
    -------
    Dataset
        ``notices`` says what a reader must know, such as an extension that promises something else.

    Raises
    ------
    InputError
        If the file cannot be read; file, row, column and value are named where there are such.
    """
    path = Path(path)
    found = detect(path)
    stem = path.name.split(".")[0].upper()
    if found.kind == "xpt":
        dataset = parse_xpt(read_whole(path), file=path.name, name=name, dates=dates, encoding=encoding)
    elif found.kind == "json":
        dataset = read_dataset_json(path)
    elif found.kind == "parquet":
        dataset = _read_packed_parquet(path, name or stem)
    else:
        dataset = read_delimited(path, name=name or stem, columns=columns)
    source = replace(dataset.source, file=path.name)
    return replace(dataset, source=source, notices=(*found.notices, *dataset.notices))


def _read_packed_parquet(path: Path, name: str) -> Dataset:
    with path.open("rb") as file:
        is_packed = bool(compression_of(file.read(4096)))
    if not is_packed:
        return read_parquet(path, name=name)
    with tempfile.TemporaryDirectory() as folder:
        unpacked = Path(folder) / path.name.removesuffix(".gz")
        unpacked.write_bytes(read_whole(path))
        return read_parquet(unpacked, name=name)


def write_dataset(dataset: Dataset, path: Path) -> tuple[str, ...]:
    """Write a data set in the format that the extension names; the file appears whole or not at all.

    Parameters
    ----------
    dataset
        What is written.
    path
        ``.xpt``, ``.json``, ``.ndjson``, ``.dsjc``, ``.parquet``, ``.csv`` or ``.csv.gz``; its folder
        is made if it does not exist.

    Returns
    -------
    tuple of str
        What the format could not keep of the values (:func:`tutela.standards.losses.find_losses`).

    Raises
    ------
    StandardError
        If the format does not allow a name, label or value; column and row are named and nothing is
        written.
    InputError
        If the file cannot be written.
    """
    path = Path(path)
    lower = path.name.lower()
    for extension, write in WRITERS.items():
        if lower.endswith(extension):
            write(dataset, path)
            kind = EXTENSIONS.get(f".{extension.split('.')[1]}", "")
            return find_losses(dataset, kind=kind)
    what = "The extension does not name a format that can be written."
    raise StandardError(what, where=path.name, advice=f"Choose one of: {', '.join(WRITERS)}.")
