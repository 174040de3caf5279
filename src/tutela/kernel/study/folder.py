"""A study as a folder of files: ``study.toml`` and one file per table."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tutela.kernel.errors import InputError
from tutela.kernel.provenance import hash_file
from tutela.kernel.study.build import build_study
from tutela.kernel.study.config import StudyConfig, config_to_toml, read_config
from tutela.kernel.study.finish import apply_schema
from tutela.kernel.study.model import Study
from tutela.kernel.study.parsing import Work
from tutela.kernel.study.rejects import REJECTED_SCHEMA
from tutela.kernel.tables import TABLES, TableSchema, columns_of, empty
from tutela.kernel.textfiles import TextTable, read_table_file, write_atomic

__all__ = ["read_study", "write_study"]

_SUFFIXES = (".parquet", ".csv", ".csv.gz", ".tsv", ".txt")


def read_study(path: Path) -> Study:
    """Read a study folder.

    Parameters
    ----------
    path
        Folder with ``study.toml``, ``subjects`` and any of ``treatments``, ``measurements``, ``events`` as
        .csv (may be .gz) or .parquet.

    Returns
    -------
    Study
        Usable rows in its tables, all others in ``rejected``.

    Raises
    ------
    InputError, StudyError, RuleError
        If the folder, its settings or a file as a whole cannot be used.
    """
    settings = path / "study.toml"
    if not settings.is_file():
        what = "The folder has no study.toml."
        raise InputError(what, file=str(path), advice="`tutela new FOLDER` makes a study folder to fill in.")
    config = read_config(settings)
    files = {name: _find(path, name) for name in TABLES}
    if files["subjects"] is None:
        what = "The study has no subjects table."
        raise InputError(what, file=str(path), expected="subjects.csv or subjects.parquet")
    present = {name: file for name, file in files.items() if file is not None}
    hashes = {file.name: hash_file(file) for file in (settings, *present.values())}
    if config.layout == "canonical":
        return _read_canonical(path, config, present, hashes)
    texts = {name: read_table_file(file) for name, file in present.items()}
    return build_study(
        config,
        **{name: _with_source(table) for name, table in texts.items()},
        decimals={name: table.decimal for name, table in texts.items()},
        notices=tuple(notice for table in texts.values() for notice in table.notices),
        files=hashes,
    )


def _with_source(table: TextTable) -> pl.DataFrame:
    """Point every row to its file, unless it carries the name of an earlier source."""
    if "source_file" in table.frame.columns:
        return table.frame
    return table.frame.with_columns(source_file=pl.lit(table.file))


def _find(path: Path, name: str) -> Path | None:
    found = [path / f"{name}{suffix}" for suffix in _SUFFIXES if (path / f"{name}{suffix}").is_file()]
    if len(found) > 1:
        what = f"The table {name} is there twice."
        both = " and ".join(file.name for file in found)
        raise InputError(what, file=str(path), value=both, advice="Keep one of them.")
    return found[0] if found else None


def _read_canonical(path: Path, config: StudyConfig, files: dict[str, Path], hashes: dict[str, str]) -> Study:
    """Tables written by this package: already converted, so only typed and checked against their schema."""
    tables = {
        name: _read_typed(files[name], TABLES[name], name, config) if name in files else empty(TABLES[name])
        for name in TABLES
    }
    rejected, notices = path / "rejected.csv", path / "notices.txt"
    return Study(
        config=config,
        subjects=tables["subjects"],
        treatments=tables["treatments"],
        measurements=tables["measurements"],
        events=tables["events"],
        rejected=_typed(read_table_file(rejected).frame, REJECTED_SCHEMA, rejected.name)
        if rejected.is_file()
        else pl.DataFrame(schema=REJECTED_SCHEMA),
        notices=tuple(notices.read_text(encoding="utf-8").splitlines()) if notices.is_file() else (),
        files=hashes,
    )


def _typed(
    frame: pl.DataFrame, schema: dict[str, pl.DataType | type[pl.DataType]], file: str
) -> pl.DataFrame:
    absent = [name for name in schema if name not in frame.columns]
    if absent:
        what = "A column of a canonical table is missing."
        raise InputError(
            what, file=file, column=absent[0], advice='Set layout = "raw" to have the table converted anew.'
        )
    columns = []
    for name, kind in schema.items():
        text = pl.when(pl.col(name) != "").then(pl.col(name))
        columns.append((text == "true").alias(name) if kind == pl.Boolean else text.alias(name))
    try:
        return frame.select(columns).cast(pl.Schema(schema))
    except pl.exceptions.PolarsError as error:
        what = "A cell of a canonical table has the wrong type."
        advice = 'Set layout = "raw" to have the table converted anew.'
        raise InputError(what, file=file, value=str(error).splitlines()[0], advice=advice) from error


def _read_typed(file: Path, schema: type[TableSchema], name: str, config: StudyConfig) -> pl.DataFrame:
    frame = _typed(read_table_file(file).frame, dict(columns_of(schema)), file.name)
    work = Work(name, frame, config.clock)
    table = apply_schema(work, schema)
    if work.rejected:
        row = work.rejects.row(0, named=True)
        what = f"A row of a canonical table breaks its declaration: {row['reason']}."
        raise InputError(
            what,
            file=file.name,
            row=row["row"],
            column=row["column"],
            value=row["value"],
            expected=row["expected"],
        )
    return table


def write_study(study: Study, folder: Path) -> None:
    """Write a study folder that reads back equal, with every row still pointing to its first source.

    Parameters
    ----------
    study
        The study.
    folder
        Folder to write into; made if absent. Each file appears only when it is whole, ``study.toml`` last.
    """
    from dataclasses import replace

    folder.mkdir(parents=True, exist_ok=True)
    for name, table in study.tables.items():
        write_atomic(folder / f"{name}.csv", table.write_csv())
    write_atomic(folder / "rejected.csv", study.rejected.write_csv())
    write_atomic(folder / "notices.txt", "".join(f"{notice}\n" for notice in study.notices))
    write_atomic(folder / "study.toml", config_to_toml(replace(study.config, layout="canonical")))
