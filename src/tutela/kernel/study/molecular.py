"""Tables that a domain adds to a study: what a molecular assay found in a sample.

A domain declares its schema (:class:`tutela.kernel.tables.TableSchema`); the study carries the table, checks it
against that declaration, and keeps it in its folder.
"""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import polars as pl

from tutela.kernel.errors import InputError, StudyError
from tutela.kernel.files import write_atomic
from tutela.kernel.study.finish import apply_schema
from tutela.kernel.study.model import Study
from tutela.kernel.study.parsing import Work
from tutela.kernel.tables import TABLES, TableSchema

__all__ = ["MOLECULAR_FOLDER", "add_table", "read_molecular", "write_molecular"]

#: Folder of the molecular tables inside a study folder.
MOLECULAR_FOLDER = "molecular"


def add_table(study: Study, name: str, table: pl.DataFrame, *, schema: type[TableSchema]) -> Study:
    """Add a molecular table to a study.

    Parameters
    ----------
    study
        The study.
    name
        Name of the table, such as ``sites``; replaces one of that name.
    table
        Typed rows with ``source_file`` and ``source_row``, and ``subject`` where the schema has it.
    schema
        The domain's declaration.

    Returns
    -------
    Study
        A study with the valid rows; rows that break the declaration, or belong to nobody in the study, are in
        its ``rejected``.

    Raises
    ------
    StudyError
        If the name is that of a generic table.
    """
    if name in TABLES:
        what = f"{name} is one of the generic tables."
        raise StudyError(what, advice="Give the molecular table a name of its own.")
    work = Work(name, table, study.config.clock)
    if "subject" in table.columns:
        known = study.subjects.get_column("subject").implode()
        work.set_aside(
            ~pl.col("subject").is_in(known),
            column="subject",
            kind="subject",
            reason="this subject is not in the subjects table",
            expected=f"one of {study.subjects.height} subjects",
        )
    else:
        work.rows = work.rows.with_columns(subject=pl.lit(None, dtype=pl.String))
    checked = apply_schema(work, schema)
    return replace(
        study,
        molecular={**study.molecular, name: checked},
        rejected=pl.concat([study.rejected, work.rejects]),
    )


def write_molecular(study: Study, folder: Path) -> None:
    """Write the molecular tables as Parquet, one file each."""
    if not study.molecular:
        return
    (folder / MOLECULAR_FOLDER).mkdir(exist_ok=True)
    for name, table in study.molecular.items():
        buffer = io.BytesIO()
        table.write_parquet(buffer)
        write_atomic(folder / MOLECULAR_FOLDER / f"{name}.parquet", buffer.getvalue())


def read_molecular(folder: Path) -> dict[str, pl.DataFrame]:
    """Molecular tables of a study folder by name; empty if there are none.

    Raises
    ------
    InputError
        If a file is not a Parquet table.
    """
    tables = {}
    for file in sorted((folder / MOLECULAR_FOLDER).glob("*.parquet")):
        try:
            tables[file.stem] = pl.read_parquet(file)
        except (pl.exceptions.PolarsError, OSError) as error:
            what = "The molecular table cannot be read."
            raise InputError(
                what, file=f"{MOLECULAR_FOLDER}/{file.name}", advice="Export it again."
            ) from error
    return tables
