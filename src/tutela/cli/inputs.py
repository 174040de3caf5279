"""Find out what the user pointed at: a study folder, a folder of SDTM data sets, or one table file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tutela.cli.output import note
from tutela.kernel.errors import InputError

if TYPE_CHECKING:
    import polars as pl

    from tutela.kernel.study import Clock, Study

__all__ = ["load_study", "load_tables"]

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
    path: Path, *, table: str, beside: dict[str, Path | None] | None = None, time_unit: str | None = None
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

    Returns
    -------
    Study
        With the given tables; subjects that have no table of their own are listed with nothing but
        their identifier.
    """
    if path.is_dir():
        return load_study(path)
    from tutela.kernel.study import StudyConfig, build_study
    from tutela.standards.files import read_dataset

    files = {table: path, **{name: file for name, file in (beside or {}).items() if file is not None}}
    frames = {name: read_dataset(file).with_source_rows() for name, file in files.items()}
    study = build_study(
        StudyConfig(clock=_clock(frames[table], path, time_unit)),
        subjects=frames.get("subjects", _subjects_of(frames[table], path)),
        treatments=frames.get("treatments"),
        measurements=frames.get("measurements"),
        events=frames.get("events"),
    )
    _tell_rejected(study)
    if study.tables[table].is_empty():
        what = "No row of the file can be used."
        raise InputError(what, file=path.name, advice="The reasons are listed above.")
    return study


def _clock(frame: pl.DataFrame, path: Path, unit: str | None) -> Clock:
    """Numbers as times need their unit: hours and days must not be guessed."""
    import polars as pl

    from tutela.kernel.study import Clock

    if unit is not None:
        return Clock(kind="relative", unit=unit)
    if "time" not in frame.columns:
        return Clock()
    times = frame.get_column("time").cast(pl.String).drop_nulls()
    if len(times) and times.str.contains(r"^\s*[+-]?\d{1,3}(\.\d*)?\s*$").all():
        what = "The times are numbers, and their unit is not said."
        raise InputError(
            what, file=path.name, column="time", value=times[0], advice="Add --time-unit h or --time-unit d."
        )
    return Clock()


def _tell_rejected(study: Study) -> None:
    """Say on the screen which rows were not used, the commonest reasons first."""
    import polars as pl

    if study.rejected.is_empty():
        return
    note(f"{study.rejected.height} rows were set aside or changed:")
    reasons = study.rejected.group_by("column", "reason", "action", maintain_order=True).agg(
        pl.len().alias("count"), pl.col("file", "row", "value").first()
    )
    for line in reasons.sort("count", descending=True).head(8).iter_rows(named=True):
        place = f"{line['file']}, row {line['row']}, column {line['column'] or '-'}"
        note(
            f"  {line['count']} x {line['reason']} ({line['action']}); first: {place}, found {line['value']!r}"
        )


def _subjects_of(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    if "subject" not in frame.columns:
        what = "The table has no column 'subject'."
        raise InputError(
            what,
            file=path.name,
            column="subject",
            expected="columns subject, time, test, value, unit",
            advice=f"It has: {', '.join(frame.columns[:12])}. `tutela new FOLDER` shows the expected layout.",
        )
    return frame.select("subject").unique(maintain_order=True).drop_nulls()
