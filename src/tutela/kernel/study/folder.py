"""A study as a folder of files: ``study.toml`` and one file per table, or several."""

from __future__ import annotations

import difflib
import io
from dataclasses import replace
from pathlib import Path
from typing import Literal

import polars as pl

from tutela.kernel.errors import InputError
from tutela.kernel.files import SUFFIXES, FileTable, read_table, write_atomic
from tutela.kernel.provenance import hash_file
from tutela.kernel.study.build import build_study
from tutela.kernel.study.config import StudyConfig, config_to_toml, read_config
from tutela.kernel.study.finish import apply_schema
from tutela.kernel.study.model import Study
from tutela.kernel.study.molecular import read_molecular, write_molecular
from tutela.kernel.study.numbers import find_decimal
from tutela.kernel.study.parsing import Work
from tutela.kernel.study.rejects import REJECTED_SCHEMA, ROW_SET_ASIDE
from tutela.kernel.tables import TABLES, TableSchema, columns_of, empty

__all__ = ["read_study", "write_study"]


def read_study(path: Path) -> Study:
    """Read a study folder.

    Parameters
    ----------
    path
        Folder with ``study.toml``, ``subjects`` and any of ``treatments``, ``measurements``, ``events`` as
        CSV (plain, .gz or .zst) or Parquet. A table may be split into several files with a hyphen in their
        names, such as ``measurements-vitals.csv``.

    Returns
    -------
    Study
        Usable rows in its tables, all others in ``rejected``.

    Raises
    ------
    InputError, StudyError, RuleError
        If the folder, its settings or a file as a whole cannot be used.
    """
    path = Path(path)
    settings = path / "study.toml"
    if not settings.is_file():
        what = "The folder has no study.toml." if path.is_dir() else "There is no such study folder."
        raise InputError(what, file=str(path), advice="`tutela new FOLDER` makes a study folder to fill in.")
    config = read_config(settings)
    files, notices = _find(path)
    if not files["subjects"]:
        what = "The study has no subjects table."
        raise InputError(what, file=str(path), expected="subjects.csv or subjects.parquet")
    present = [file for parts in files.values() for file in parts]
    hashes = {file.name: hash_file(file) for file in (settings, *present)}
    if config.layout == "canonical":
        return _read_canonical(
            path, config, {name: parts[0] for name, parts in files.items() if parts}, hashes
        )
    return replace(_read_raw(config, files, hashes, notices), molecular=read_molecular(path))


def _find(folder: Path) -> tuple[dict[str, list[Path]], list[str]]:
    """Files of each table in order of their names, and notices on names that look mistyped."""
    tables: dict[str, list[Path]] = {name: [] for name in TABLES}
    others: list[str] = []
    for file in sorted(folder.iterdir()):
        suffixes = [suffix for suffix in SUFFIXES if file.name.lower().endswith(suffix)]
        if not suffixes or not file.is_file() or file.name.startswith("."):
            continue
        stem = file.name.lower().removesuffix(max(suffixes, key=len))
        known = tables.get(stem.split("-")[0])
        if known is None:
            others.append(stem)
        else:
            known.append(file)
    for name, parts in tables.items():
        whole = [file.name for file in parts if "-" not in file.name]
        if len(whole) > 1:
            what = f"The table {name} is there twice."
            advice = "Keep one of them, or name the parts with a hyphen, such as measurements-vitals.csv."
            raise InputError(what, file=str(folder), value=" and ".join(whole), advice=advice)
    absent = [name for name, parts in tables.items() if not parts]
    notices = [
        f"the file {stem} is not read: is it meant as {near[0]}?"
        for stem in others
        if (near := difflib.get_close_matches(stem, absent, n=1))
    ]
    return tables, notices


def _read_raw(
    config: StudyConfig, files: dict[str, list[Path]], hashes: dict[str, str], notices: list[str]
) -> Study:
    """Tables as collected: read as text, then checked and converted."""
    frames: dict[str, pl.DataFrame] = {}
    decimals: dict[str, str] = {}
    broken: list[pl.DataFrame] = []
    for name, parts in files.items():
        read = [
            read_table(file, options=config.files, names=tuple(columns_of(TABLES[name]))) for file in parts
        ]
        if not read:
            continue
        frames[name] = pl.concat([_with_source(table) for table in read], how="diagonal_relaxed")
        # With parts of several kinds the stricter sign: what does not fit is told, not guessed.
        signs = {find_decimal(table.frame, table.delimiter, config.files.decimal) for table in read}
        decimals[name] = "," if signs == {","} else "."
        for table in read:
            notices += table.notices
            broken.append(_broken(table, name))
            if table.frame.is_empty():
                notices.append(f"{table.name} has a header but no rows")
        if decimals[name] == ",":
            notices.append(f"{name}: numbers use a decimal comma")
    study = build_study(config, **frames, decimals=decimals, notices=tuple(notices), files=hashes)
    return replace(study, rejected=pl.concat([*broken, study.rejected]))


def _with_source(table: FileTable) -> pl.DataFrame:
    """Point every row to its file, unless it carries the name of an earlier source."""
    if "source_file" in table.frame.columns:
        return table.frame
    return table.frame.with_columns(source_file=pl.lit(table.name))


def _broken(table: FileTable, name: str) -> pl.DataFrame:
    """Records that do not fit the header, in the account."""
    nothing = pl.lit(None, dtype=pl.String)
    told = table.broken.with_columns(
        table=pl.lit(name),
        file=pl.lit(table.name),
        subject=nothing,
        column=nothing,
        kind=pl.lit("record"),
        action=pl.lit(ROW_SET_ASIDE),
    )
    return told.select(list(REJECTED_SCHEMA)).cast(pl.Schema(REJECTED_SCHEMA))


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
        rejected=_typed(read_table(rejected).frame, REJECTED_SCHEMA, rejected.name)
        if rejected.is_file()
        else pl.DataFrame(schema=REJECTED_SCHEMA),
        notices=tuple(notices.read_text(encoding="utf-8").splitlines()) if notices.is_file() else (),
        files=hashes,
        molecular=read_molecular(path),
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
        if frame.schema[name] != pl.String:
            columns.append(pl.col(name))
            continue
        text = pl.when(pl.col(name) != "").then(pl.col(name))
        columns.append((text == "true").alias(name) if kind == pl.Boolean else text.alias(name))
    try:
        return frame.select(columns).cast(pl.Schema(schema))
    except pl.exceptions.PolarsError as error:
        what = "A cell of a canonical table has the wrong type."
        advice = 'Set layout = "raw" to have the table converted anew.'
        raise InputError(what, file=file, value=str(error).splitlines()[0], advice=advice) from error


def _read_typed(file: Path, schema: type[TableSchema], name: str, config: StudyConfig) -> pl.DataFrame:
    frame = _typed(read_table(file).frame, dict(columns_of(schema)), file.name)
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


def write_study(study: Study, folder: Path, *, format: Literal["csv", "parquet"] = "csv") -> None:
    """Write a study folder that reads back equal, with every row still pointing to its first source.

    Parameters
    ----------
    study
        The study.
    folder
        Folder to write into; made if absent. Each file appears only when it is whole, ``study.toml`` last:
        a folder that is not finished is not a study.
    format
        Kind of the table files.

    Raises
    ------
    InputError
        If a file cannot be written.

    Notes
    -----
    The same study gives the same bytes. What the source files looked like (delimiter, decimal sign) is not
    written: these files have their own form.
    """
    folder = Path(folder)
    other = "parquet" if format == "csv" else "csv"
    (folder / "study.toml").unlink(missing_ok=True)
    for name, table in study.tables.items():
        (folder / f"{name}.{other}").unlink(missing_ok=True)
        write_atomic(folder / f"{name}.{format}", _to_bytes(table, format))
    write_molecular(study, folder)
    write_atomic(folder / "rejected.csv", _to_bytes(study.rejected, "csv"))
    write_atomic(folder / "notices.txt", "".join(f"{notice}\n" for notice in study.notices).encode("utf-8"))
    settings = config_to_toml(replace(study.config, layout="canonical"))
    write_atomic(folder / "study.toml", settings.encode("utf-8"))


def _to_bytes(table: pl.DataFrame, format: str) -> bytes:
    buffer = io.BytesIO()
    if format == "parquet":
        table.write_parquet(buffer)
    else:
        table.write_csv(buffer)
    return buffer.getvalue()
