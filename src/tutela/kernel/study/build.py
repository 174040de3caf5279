"""Build a study from tables as they were collected."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tutela.kernel.errors import StudyError
from tutela.kernel.study.config import Clock, StudyConfig
from tutela.kernel.study.measurements import build_measurements
from tutela.kernel.study.model import Study
from tutela.kernel.study.others import build_events, build_treatments
from tutela.kernel.study.parsing import Work, drop_duplicates, to_text
from tutela.kernel.study.rejects import no_rejects
from tutela.kernel.study.subjects import build_subjects, find_infusions
from tutela.kernel.tables import TABLES, describe, empty
from tutela.kernel.textfiles import require_columns

__all__ = ["build_study", "build_table"]

_BUILDERS = {"treatments": build_treatments, "measurements": build_measurements, "events": build_events}


def build_study(
    config: StudyConfig | None = None,
    *,
    subjects: pl.DataFrame,
    treatments: pl.DataFrame | None = None,
    measurements: pl.DataFrame | None = None,
    events: pl.DataFrame | None = None,
    decimals: Mapping[str, str] | None = None,
    notices: tuple[str, ...] = (),
    files: Mapping[str, str] | None = None,
) -> Study:
    """Check and convert raw tables into a study.

    Parameters
    ----------
    config
        Settings; by default date-times without a declared zone.
    subjects, treatments, measurements, events
        Tables as collected: texts or typed columns; times as written, values in the units of their rows.
        ``source_file`` and ``source_row`` are kept where present and numbered where not.
    decimals
        Table -> decimal sign, where it is not a point.
    notices, files
        Carried into the study.

    Returns
    -------
    Study
        Usable rows in its tables, all others in ``rejected``.

    Raises
    ------
    InputError
        If a table lacks a required column.
    StudyError
        If no subject is left.
    """
    settings = config or StudyConfig()
    signs = decimals or {}
    given = {"treatments": treatments, "measurements": measurements, "events": events}
    texts = {name: _as_text(frame, name) for name, frame in given.items() if frame is not None}
    people = find_infusions(_as_text(subjects, "subjects"), texts.get("treatments"))
    work = Work("subjects", people, settings.clock, signs.get("subjects", "."))
    persons = build_subjects(work, settings.product)
    if persons.is_empty():
        what = "The study has no subject that can be used."
        raise StudyError(what, where=_first_reason(work.rejects), advice="Fill in the subjects table.")
    rejected, tables = [work.rejects], {"subjects": persons}
    for name in _BUILDERS:
        if name not in texts:
            tables[name] = empty(TABLES[name])
            continue
        table, set_aside = _build(name, texts[name], persons, settings.clock, signs.get(name, "."))
        tables[name] = table
        rejected.append(set_aside)
    return Study(
        config=settings,
        subjects=tables["subjects"],
        treatments=tables["treatments"],
        measurements=tables["measurements"],
        events=tables["events"],
        rejected=pl.concat(rejected).sort("table", "file", "row", maintain_order=True),
        notices=(
            *notices,
            *_notices(tables, settings.clock),
            *_unknown_columns({"subjects": people, **texts}),
        ),
        files=dict(files or {}),
    )


def build_table(
    name: str, frame: pl.DataFrame, *, subjects: pl.DataFrame, clock: Clock | None = None, decimal: str = "."
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Check and convert one raw table.

    Parameters
    ----------
    name
        treatments, measurements or events.
    frame
        Table as collected.
    subjects
        A built subjects table.
    clock
        How times are written.
    decimal
        Decimal sign.

    Returns
    -------
    tuple
        The table, and the rejected rows.
    """
    return _build(name, _as_text(frame, name), subjects, clock or Clock(), decimal)


def _as_text(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    required = [row["column"] for row in describe(TABLES[name]).iter_rows(named=True) if row["required"]]
    optional = {"unit", "end"}
    file = (
        frame.item(0, "source_file") if "source_file" in frame.columns and frame.height else f"{name} table"
    )
    require_columns(frame.columns, [column for column in required if column not in optional], file=file)
    text = to_text(frame)
    if "source_row" not in text.columns:
        text = text.with_row_index("source_row", offset=1).cast({"source_row": pl.Int64})
    if "source_file" not in text.columns:
        text = text.with_columns(source_file=pl.lit(name))
    return text


def _build(
    name: str, text: pl.DataFrame, subjects: pl.DataFrame, clock: Clock, decimal: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    work = Work(name, text, clock, decimal)
    known = subjects.get_column("subject")
    work.set_aside(
        pl.col("subject").is_null(),
        column="subject",
        kind="subject",
        reason="no subject",
        expected="an identifier",
    )
    work.set_aside(
        ~pl.col("subject").is_in(known.implode()),
        column="subject",
        kind="subject",
        reason="this subject is not in the subjects table",
        expected=f"one of {len(known)} subjects",
    )
    drop_duplicates(work, [column for column in text.columns if column not in {"source_row", "source_file"}])
    table = _BUILDERS[name](work, subjects.select("subject", "infusion"))
    return table, work.rejects if work.rejected else no_rejects()


def _first_reason(rejected: pl.DataFrame) -> str:
    if rejected.is_empty():
        return "subjects table: no rows"
    row = rejected.row(0, named=True)
    return (
        f"{row['file']}, row {row['row']}, column {row['column']}: {row['reason']} (found {row['value']!r})"
    )


def _notices(tables: Mapping[str, pl.DataFrame], clock: Clock) -> list[str]:
    notices = []
    people = tables["subjects"]
    unset = people.filter(pl.col("infusion").is_null()).height
    if unset and clock.kind == "datetime":
        notices.append(
            f"{unset} of {people.height} subjects have no time of infusion: their times cannot be counted"
        )
    measured = tables["measurements"]
    from tutela.kernel.analytes import ANALYTES

    unknown = sorted(code for code in measured.get_column("test").unique() if code not in ANALYTES)
    if unknown:
        shown = ", ".join(unknown[:12]) + (", ..." if len(unknown) > 12 else "")
        notices.append(f"{len(unknown)} tests are not known to the package and keep their units: {shown}")
    return notices


def _unknown_columns(texts: Mapping[str, pl.DataFrame]) -> list[str]:
    notices = []
    for name, frame in texts.items():
        extra = [column for column in frame.columns if column not in TABLES[name].column_names()]
        if extra:
            notices.append(f"{name}: columns not used: {', '.join(extra)}")
    return notices
