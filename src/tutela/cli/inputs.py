"""Find out what the user pointed at: a study folder, a folder of SDTM data sets, or one table file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tutela.kernel.errors import InputError

if TYPE_CHECKING:
    import polars as pl

    from tutela.kernel.study import Study

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


def load_tables(path: Path, *, table: str, beside: dict[str, Path | None] | None = None) -> Study:
    """Read what a domain command needs: a study, or plain table files made into one.

    Parameters
    ----------
    path
        Study folder, or the file of the main table.
    table
        Name of the main table, such as ``measurements``.
    beside
        Further table files by name.

    Returns
    -------
    Study
        With the given tables; subjects that have no table of their own are listed with nothing but
        their identifier.
    """
    if path.is_dir():
        return load_study(path)
    from tutela.kernel.study import build_study
    from tutela.standards.files import read_dataset

    files = {table: path, **{name: file for name, file in (beside or {}).items() if file is not None}}
    frames = {}
    for name, file in files.items():
        dataset = read_dataset(file)
        frames[name] = dataset.frame
    if "subjects" not in frames:
        frames["subjects"] = _subjects_of(frames[table], path)
    return build_study(None, **frames)


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
