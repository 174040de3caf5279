"""Find out what the user pointed at: a study folder, a folder of SDTM data sets, or one table file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tutela.cli.output import note
from tutela.kernel.errors import InputError

if TYPE_CHECKING:
    from tutela.kernel.study import Study

__all__ = ["load_study", "load_tables", "tell_study"]

_DATASET_SUFFIXES = {".xpt", ".json", ".ndjson", ".dsjc", ".csv", ".parquet", ".gz", ".zst"}


def load_study(path: Path) -> Study:
    """Read a study folder, or a folder of SDTM data sets.

    Parameters
    ----------
    path
        Folder with ``study.toml``, or with SDTM data sets (at least DM).

    Raises
    ------
    InputError
        If the folder is neither.
    """
    if not path.exists():
        what = "There is no such study."
        raise InputError(what, file=str(path), advice="`tutela new FOLDER` makes one to fill in.")
    if path.is_file():
        what = "A study is a folder, this is a file."
        advice = (
            "Point at the folder with study.toml; single files go to `tutela toxicity` or `tutela kinetics`."
        )
        raise InputError(what, file=str(path), advice=advice)
    if (path / "study.toml").is_file():
        from tutela.kernel.study import read_study

        return read_study(path)
    if _holds_demographics(path):
        from tutela.standards.sdtm import read_sdtm

        return read_sdtm(path)
    what = "The folder holds neither a study.toml nor an SDTM DM data set."
    raise InputError(what, file=str(path), advice="`tutela new FOLDER` makes a study folder to fill in.")


def _holds_demographics(path: Path) -> bool:
    return any(
        file.suffix.lower() in _DATASET_SUFFIXES and file.name.lower().split(".")[0] == "dm"
        for file in path.iterdir()
    )


def load_tables(
    path: Path,
    *,
    table: str,
    beside: dict[str, Path | None] | None = None,
    time_unit: str | None = None,
    needs_infusion: bool = True,
) -> Study:
    """Read what a domain command needs: a study, or plain table files made into one.

    Parameters
    ----------
    path
        Study folder, or the file of the main table.
    table
        Name of the main table, such as ``measurements``.
    beside
        Further table files by name.
    time_unit
        Unit of relative times, where times are numbers and not date-times.
    needs_infusion
        Whether an answer without any time since infusion would be no answer.

    Returns
    -------
    Study
        With the given tables; subjects that have no table of their own are listed with nothing but
        their identifier.
    """
    files = {table: path, **{name: file for name, file in (beside or {}).items() if file is not None}}
    if path.is_dir():
        _refuse_beside(path, [*files][1:], time_unit)
        study = load_study(path)
        tell_study(study)
        return study
    from tutela.cli.plain import read_plain

    study = read_plain(files, table=table, time_unit=time_unit)
    tell_study(study)
    if study.tables[table].is_empty():
        what = "No row of the file can be used."
        raise InputError(
            what, file=path.name, advice="Why not is said above; `tutela new FOLDER` shows the layout."
        )
    if needs_infusion and study.tables[table].get_column("time").is_null().all():
        what = "The times are dates, and no subject has a time of infusion to count them from."
        advice = "Add --subjects FILE with the columns subject and infusion, or give times as numbers."
        raise InputError(what, file=path.name, column="time", advice=advice)
    return study


def _refuse_beside(path: Path, names: list[str], time_unit: str | None) -> None:
    """A study says all this itself: an option that would be ignored must not look as if it counted."""
    given = [f"--{name}" for name in names] + ([] if time_unit is None else ["--time-unit"])
    if given:
        what = f"A study folder has its own tables and clock, so {given[0]} has no effect."
        raise InputError(what, file=str(path), advice=f"Leave out {' and '.join(given)}.")


#: Kinds of reasons that are told on a screen; the others are counted.
_MAX_REASONS = 8


def tell_study(study: Study) -> None:
    """Say on the screen which rows were not used, the commonest reasons first, and what was noticed.

    Only places are named: a screen or a log is no place for the cells of a subject.
    """
    import polars as pl

    for notice in study.notices:
        note(f"Note: {notice}")
    if study.rejected.is_empty():
        return
    note(f"{study.rejected.height} rows were set aside or changed:")
    reasons = (
        study.rejected.group_by("column", "kind", "action", maintain_order=True)
        .agg(pl.len().alias("count"), pl.col("file", "row", "reason").first())
        .sort("count", descending=True, maintain_order=True)
    )
    for line in reasons.head(_MAX_REASONS).iter_rows(named=True):
        place = f"{line['file']}, row {line['row']}" + (
            f", column {line['column']}" if line["column"] else ""
        )
        note(f"  {line['count']} x {line['action']}; first: {place}: {line['reason']}")
    if reasons.height > _MAX_REASONS:
        note(f"  ... and {reasons.height - _MAX_REASONS} more kinds.")
