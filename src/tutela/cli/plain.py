"""One plain table file, read with what a study folder would know of it: decimal sign, broken records."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from tutela.kernel.errors import InputError, TimeError
from tutela.kernel.files import read_table
from tutela.kernel.study import REJECTED_SCHEMA, Clock, Study, StudyConfig, build_study
from tutela.kernel.study.numbers import find_decimal
from tutela.kernel.study.rejects import ROW_SET_ASIDE
from tutela.kernel.tables import TABLES, columns_of
from tutela.standards.detect import detect
from tutela.standards.files import read_dataset

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["read_plain"]

_NUMBER = r"^\s*[+-]?\d+([.,]\d*)?\s*$"
_YEAR = r"^\s*(19|20)\d{2}\s*$"
_CDISC_SUBJECT = "usubjid"


@dataclass(frozen=True, eq=False)
class _Plain:
    frame: pl.DataFrame
    decimal: str
    broken: pl.DataFrame
    notices: tuple[str, ...]


def read_plain(files: Mapping[str, Path], *, table: str, time_unit: str | None) -> Study:
    """Make a study of plain table files.

    Parameters
    ----------
    files
        Table name -> file.
    table
        The main table.
    time_unit
        Unit of times that are numbers; None if they are dates.

    Returns
    -------
    Study
        Subjects that have no table of their own are listed with nothing but their identifier.

    Raises
    ------
    InputError
        If a file cannot be read, or its times do not fit the unit.
    """
    read = {name: _read(file, name) for name, file in files.items()}
    frames = {name: plain.frame for name, plain in read.items()}
    main = files[table].name
    if frames[table].is_empty():
        what = "The file has a header but no rows that fit it."
        raise InputError(what, file=main, expected="one row per value")
    subjects = frames.pop("subjects") if "subjects" in frames else _subjects_of(frames[table], main)
    config = StudyConfig(clock=_clock(frames[table], main, time_unit))
    try:
        study = build_study(
            config,
            subjects=subjects,
            treatments=frames.get("treatments"),
            measurements=frames.get("measurements"),
            events=frames.get("events"),
            decimals={name: plain.decimal for name, plain in read.items()},
            notices=tuple(notice for plain in read.values() for notice in plain.notices),
        )
    except TimeError as error:
        advice = (
            "Give --time-unit where times are numbers since infusion, and leave it out where they are dates."
        )
        raise TimeError(
            error.what,
            file=error.file,
            column=error.column,
            value=error.value,
            expected=error.expected,
            advice=advice,
        ) from error
    broken = [plain.broken for plain in read.values()]
    return replace(study, rejected=pl.concat([*broken, study.rejected]))


def _read(file: Path, name: str) -> _Plain:
    found = detect(file)
    if found.kind != "csv":
        dataset = read_dataset(file)
        nothing = pl.DataFrame(schema=REJECTED_SCHEMA)
        return _Plain(dataset.with_source_rows(), ".", nothing, dataset.notices)
    text = read_table(file, names=tuple(columns_of(TABLES[name])))
    empty = pl.lit(None, dtype=pl.String)
    broken = text.broken.with_columns(
        table=pl.lit(name),
        file=pl.lit(text.name),
        subject=empty,
        column=empty,
        kind=pl.lit("record"),
        action=pl.lit(ROW_SET_ASIDE),
    )
    schema = pl.Schema(REJECTED_SCHEMA)
    frame = text.frame
    if "source_file" not in frame.columns:
        frame = frame.with_columns(source_file=pl.lit(text.name))
    decimal = find_decimal(frame, text.delimiter)
    said = (f"{text.name}: numbers use a decimal comma",) if decimal == "," else ()
    return _Plain(
        frame, decimal, broken.select(list(schema)).cast(schema), (*found.notices, *text.notices, *said)
    )


def _column(frame: pl.DataFrame, name: str) -> pl.Series | None:
    """A column by its name without regard to case, as transport files write names in capitals."""
    for column in frame.columns:
        if column.strip().lower() == name:
            return frame.get_column(column).alias(name)
    return None


def _clock(frame: pl.DataFrame, file: str, unit: str | None) -> Clock:
    """Numbers as times need their unit: hours and days must not be guessed."""
    if unit is not None:
        try:
            return Clock(kind="relative", unit=unit)
        except InputError as error:
            what = "The unit of the times is not known."
            raise InputError(what, column="--time-unit", value=unit, expected=error.expected) from error
    column = _column(frame, "time")
    if column is None:
        return Clock()
    times = column.cast(pl.String).drop_nulls()
    if len(times) and times.str.contains(_NUMBER).all() and not times.str.contains(_YEAR).all():
        what = "The times are numbers, and their unit is not said."
        raise InputError(
            what, file=file, column="time", value=times[0], advice="Add --time-unit h or --time-unit d."
        )
    return Clock()


def _subjects_of(frame: pl.DataFrame, file: str) -> pl.DataFrame:
    subjects = _column(frame, "subject")
    if subjects is not None:
        return subjects.to_frame().unique(maintain_order=True).drop_nulls()
    shown = [name for name in frame.columns if name not in ("source_file", "source_row")]
    advice = f"It has: {', '.join(shown[:12])}. `tutela new FOLDER` shows the expected layout."
    if _column(frame, _CDISC_SUBJECT) is not None and any(re.search("TESTCD$|PARAMCD$", n) for n in shown):
        advice = "It looks like a CDISC data set: put it beside its DM and use `tutela import sdtm FOLDER`."
    what = "The table has no column 'subject'."
    raise InputError(
        what,
        file=file,
        column="subject",
        expected="columns subject, time, test, value, unit",
        advice=advice,
    )
