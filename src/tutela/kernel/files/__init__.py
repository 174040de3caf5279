"""Tables from files as they are, and files written whole or not at all."""

from __future__ import annotations

from tutela.kernel.files.atomic import write_atomic, write_folder
from tutela.kernel.files.csv import read_csv, read_csv_table
from tutela.kernel.files.model import FileOptions, FileTable
from tutela.kernel.files.table import SUFFIXES, read_table

__all__ = [
    "SUFFIXES",
    "FileOptions",
    "FileTable",
    "read_csv",
    "read_csv_table",
    "read_table",
    "write_atomic",
    "write_folder",
]
