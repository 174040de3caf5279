"""A table file of any supported kind."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tutela.kernel.errors import InputError
from tutela.kernel.files.csv import BROKEN, read_csv_table
from tutela.kernel.files.model import FileOptions, FileTable

__all__ = ["SUFFIXES", "read_table"]

#: Endings of table files, in the order in which they are looked for.
SUFFIXES = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".csv.zst", ".tsv.zst", ".parquet")


def read_table(path: Path, *, options: FileOptions | None = None, names: tuple[str, ...] = ()) -> FileTable:
    """Read a CSV or Parquet file.

    Parameters
    ----------
    path
        File; Parquet by its ending, anything else is read as CSV text.
    options
        What is known of the file beforehand.
    names
        Column names that are expected.

    Returns
    -------
    FileTable
        Columns of Parquet files keep their types.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    path = Path(path)
    if path.suffix.lower() != ".parquet":
        return read_csv_table(path, options=options, names=names)
    try:
        frame = pl.read_parquet(path)
    except FileNotFoundError:
        what = "There is no such file."
        raise InputError(what, file=str(path)) from None
    except (pl.exceptions.PolarsError, OSError) as error:
        what = f"The Parquet file cannot be read: {error}."
        raise InputError(what, file=path.name, advice="Copy or export the file again.") from error
    if "source_row" not in frame.columns:
        numbers = pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True)
        frame = frame.with_columns(numbers.alias("source_row"))
    return FileTable(frame, path.name, "", pl.DataFrame(schema=BROKEN))
