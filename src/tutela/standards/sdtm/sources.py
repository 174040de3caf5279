"""The data sets of an SDTM submission: found in a folder, read in any format, joined by domain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tutela.kernel.errors import InputError
from tutela.kernel.provenance import hash_file
from tutela.standards.dataset import Dataset
from tutela.standards.files import read_dataset
from tutela.standards.sdtm.domains import BY_CODE
from tutela.standards.sdtm.frames import POINTER, REJECTED, blank_to_null, reject
from tutela.standards.sdtm.long_text import join_long
from tutela.standards.sdtm.supp import merge_supp

__all__ = ["ALSO_USED", "Sources", "join_domains", "list_files", "read_sources", "to_text"]

#: Endings of files that can hold a data set.
ENDINGS = (
    ".xpt",
    ".json",
    ".ndjson",
    ".dsjc",
    ".csv",
    ".csv.gz",
    ".parquet",
)

#: Domains that are read for what they say about the person, without a study table of their own.
ALSO_USED = ("DD",)

#: Greatest whole number that a float holds exactly.
_EXACT_WHOLE = 2.0**53


@dataclass(frozen=True, eq=False)
class Sources:
    """Domains as read.

    Parameters
    ----------
    frames
        Domain code -> rows, all text, blank cells null, with source pointers and qualifiers merged.
    rejected
        Supplemental rows that belong nowhere.
    notices
        Files and domains that are not used, and what the readers noticed.
    files
        File name -> SHA-256.
    """

    frames: dict[str, pl.DataFrame]
    rejected: pl.DataFrame
    notices: tuple[str, ...]
    files: dict[str, str]


def list_files(place: Path | Sequence[Path]) -> list[Path]:
    """Data files of a folder by name, or the given files.

    Raises
    ------
    InputError
        If a file or the folder does not exist.
    """
    given = [place] if isinstance(place, str | Path) else list(place)
    found: list[Path] = []
    for item in map(Path, given):
        if item.is_dir():
            found += sorted(path for path in item.iterdir() if path.name.lower().endswith(ENDINGS))
        elif item.is_file():
            found.append(item)
        else:
            what = "There is no such file or folder."
            raise InputError(what, file=str(item), expected="a folder of SDTM data sets, or such files")
    return found


def read_sources(place: Path | Sequence[Path]) -> Sources:
    """Read all domains that the study uses; say which data sets it does not.

    Parameters
    ----------
    place
        Folder, file or files.
    """
    files, notices = {}, []
    datasets: list[tuple[str, Dataset]] = []
    for path in list_files(place):
        if not _names_a_domain(path):
            notices.append(f"{path.name} is not named after a domain that the study uses; it was not read.")
            continue
        dataset = read_dataset(path)
        code = _domain_of(dataset, path)
        if code.removeprefix("SUPP") not in (*BY_CODE, *ALSO_USED):
            notices.append(f"{path.name}: domain {code or '?'} has no place in the study and was not used.")
            continue
        files[path.name] = hash_file(path)
        notices += [f"{path.name}: {notice}" for notice in dataset.notices]
        datasets.append((code, dataset))
    joined = join_domains(datasets)
    return Sources(joined.frames, joined.rejected, (*notices, *joined.notices), files)


def join_domains(datasets: Iterable[tuple[str, Dataset]]) -> Sources:
    """Join split data sets of one domain, and attach the supplemental qualifiers.

    Parameters
    ----------
    datasets
        (domain code or ``SUPP`` + code, data set).
    """
    parts: dict[str, list[pl.DataFrame]] = {}
    for code, dataset in datasets:
        parts.setdefault(code, []).append(to_text(dataset))
    whole = {code: pl.concat(frames, how="diagonal") for code, frames in parts.items()}
    notices = [note for code, frames in parts.items() for note in _split_notice(code, frames)]
    frames = {code: frame for code, frame in whole.items() if not code.startswith("SUPP")}
    rejected = [pl.DataFrame(schema=REJECTED)]
    for code, supp in whole.items():
        if not code.startswith("SUPP"):
            continue
        target = code.removeprefix("SUPP")
        if target not in frames:
            why = f"there is no domain {target}"
            rejected.append(reject(supp, table=code, variable="QVAL", reason=why))
            continue
        merged = merge_supp(frames[target], supp)
        frames[target] = join_long(merged.frame)
        reason = pl.concat_str(pl.col("QNAM"), pl.lit(": "), pl.col("reason"))
        rejected.append(reject(merged.unused, table=code, variable="QVAL", reason=reason))
    return Sources(frames, pl.concat(rejected), tuple(notices), {})


def to_text(dataset: Dataset) -> pl.DataFrame:
    """Records as text with upper-case names, blank cells null, and source pointers.

    Parameters
    ----------
    dataset
        As read; numbers become their shortest exact text, whole numbers without a point.
    """
    file = dataset.source.file or dataset.name
    frame = dataset.with_source_rows().with_columns(pl.lit(file).alias("source_file"))
    cells = []
    for series in frame:
        if series.name in POINTER:
            cells.append(series)
        elif series.dtype.is_float():
            cells.append(_number_text(series))
        else:
            cells.append(series.cast(pl.String).alias(series.name.upper()))
    text = pl.DataFrame(cells)
    kept = blank_to_null(text.drop("source_file"))
    return kept.with_columns(text["source_file"])


def _number_text(series: pl.Series) -> pl.Series:
    is_whole = (series == series.floor()) & (series.abs() < _EXACT_WHOLE)
    whole = series.set(~is_whole.fill_null(value=False), None).cast(pl.Int64).cast(pl.String)
    return whole.fill_null(series.cast(pl.String)).alias(series.name.upper())


def _names_a_domain(path: Path) -> bool:
    """SDTM data sets are named after their domain, perhaps with a suffix (``lbch``, ``vs_peds``)."""
    stem = path.name.upper().removeprefix("SUPP")
    return stem[:2] in (*BY_CODE, *ALSO_USED)


def _domain_of(dataset: Dataset, path: Path) -> str:
    """Code from DOMAIN or RDOMAIN, else from the file name if the variables agree; empty if neither."""
    names = {name.upper(): name for name in dataset.frame.columns}
    for variable, prefix in (("RDOMAIN", "SUPP"), ("DOMAIN", "")):
        if variable in names:
            values = dataset.frame[names[variable]].drop_nulls().unique()
            if values.len() == 1:
                return prefix + str(values[0]).strip().upper()
    code = path.name[:2].upper()
    own = [f"{code}{suffix}" for suffix in ("SEQ", "TESTCD", "TRT", "TERM")]
    if code == "DM":
        own = ["USUBJID"]
    return code if any(name in names for name in own) else ""


def _split_notice(code: str, frames: list[pl.DataFrame]) -> list[str]:
    """A domain read from several files is fine, if no record stands in two of them."""
    key = ["USUBJID", f"{code}SEQ"]
    if len(frames) == 1 or any(name not in frame.columns for frame in frames for name in key):
        return []
    together = pl.concat([frame.select(key) for frame in frames])
    twice = together.height - together.unique().height
    names = ", ".join(str(frame["source_file"][0]) for frame in frames if frame.height)
    if not twice:
        return [f"{code} was joined from {names}."]
    return [
        f"{code} was joined from {names}; {twice} records have the same USUBJID and {code}SEQ in both: "
        "check that no file is a copy."
    ]
