"""Build a study from tables as they were collected."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tutela.kernel.agents import add_agents
from tutela.kernel.analytes import ANALYTES
from tutela.kernel.clock import Clock
from tutela.kernel.errors import StudyError
from tutela.kernel.study.config import StudyConfig
from tutela.kernel.study.measurements import build_measurements
from tutela.kernel.study.model import Study
from tutela.kernel.study.others import build_events, build_treatments, name_treatments
from tutela.kernel.study.parsing import Work, drop_duplicates
from tutela.kernel.study.subjects import build_subjects, find_infusions
from tutela.kernel.study.texts import require_columns, to_text
from tutela.kernel.tables import TABLES, describe, empty

__all__ = ["build_study", "build_table"]

#: Required columns that a table may lack: then all its tests are without unit, or nothing has an end.
_FORGIVEN = ("unit", "end")

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
    people = _as_text(subjects, "subjects")
    if people.is_empty():
        what = "The subjects table has no rows yet."
        advice = (
            "Write one line per subject: the identifier under 'subject' and, if times are dates, the date and "
            "time of the product under 'infusion'."
        )
        raise StudyError(what, where="subjects", advice=advice)
    work = Work("subjects", people, settings.clock, signs.get("subjects", "."))
    drop_duplicates(work, _record_columns(people))
    if not settings.clock.is_relative:
        work.rows = find_infusions(work.rows, _roles_of(texts.get("treatments"), settings.product))
    persons = build_subjects(work, settings.product)
    if persons.is_empty():
        what = "The study has no subject that can be used."
        raise StudyError(what, where=_first_reason(work.rejects), advice="Fill in the subjects table.")
    rejected, tables = [work.rejects], {"subjects": persons}
    told = list(work.notices)
    for name in _BUILDERS:
        if name not in texts:
            tables[name] = empty(TABLES[name])
            continue
        part = Work(name, texts[name], settings.clock, signs.get(name, "."))
        tables[name] = _build(part, persons)
        rejected.append(part.rejects)
        told += part.notices
    return Study(
        config=settings,
        subjects=tables["subjects"],
        treatments=tables["treatments"],
        measurements=tables["measurements"],
        events=tables["events"],
        rejected=pl.concat(rejected).sort("table", "file", "row", maintain_order=True),
        notices=(
            *notices,
            *told,
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
    work = Work(name, _as_text(frame, name), clock or Clock(), decimal)
    return _build(work, subjects), work.rejects


def _as_text(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    text = to_text(frame)
    required = [row["column"] for row in describe(TABLES[name]).iter_rows(named=True) if row["required"]]
    file = text.item(0, "source_file") if "source_file" in text.columns and text.height else f"{name} table"
    require_columns(text.columns, [c for c in required if c not in _FORGIVEN], file=file, table=name)
    number = pl.int_range(1, text.height + 1, dtype=pl.Int64, eager=True)
    text = text.with_columns(_numbered(text, number).alias("source_row"))
    if "source_file" not in text.columns:
        text = text.with_columns(source_file=pl.lit(name))
    return text.with_columns(pl.col("source_file").fill_null(name))


def _numbered(text: pl.DataFrame, number: pl.Series) -> pl.Series:
    """Record numbers: the file's own where it has them, else counted."""
    if "source_row" not in text.columns:
        return number
    given = text["source_row"]
    return given.zip_with(given.is_not_null() & (given >= 1), number)


def _record_columns(text: pl.DataFrame) -> list[str]:
    """Columns that make two records equal; the pointers do not."""
    return [column for column in text.columns if column not in {"source_row", "source_file"}]


def _roles_of(treatments: pl.DataFrame | None, product: str) -> pl.DataFrame | None:
    """Treatments with roles where the file has none, so that the product's infusion is found."""
    if treatments is None or not {"subject", "treatment", "start"} <= set(treatments.columns):
        return treatments
    named = name_treatments(treatments)
    return add_agents(named, products=frozenset({product.lower()} - {""}))


def _build(work: Work, subjects: pl.DataFrame) -> pl.DataFrame:
    known = subjects.get_column("subject")
    work.set_aside(
        pl.col("subject").is_null(),
        column="subject",
        kind="subject",
        reason="no subject",
        expected="an identifier",
    )
    unknown = work.rows.filter(~pl.col("subject").is_in(known.implode())).get_column("subject")
    work.set_aside(
        ~pl.col("subject").is_in(known.implode()),
        column="subject",
        kind="subject",
        reason=_not_known(unknown, known),
        expected=f"one of {len(known)} subjects",
    )
    drop_duplicates(work, _record_columns(work.rows))
    zero = subjects.select(c for c in ("subject", "infusion", "product") if c in subjects.columns)
    return _BUILDERS[work.name](work, zero)


#: So many unknown identifiers are compared with the known ones.
_MAX_GUESSES = 50


def _not_known(unknown: pl.Series, known: pl.Series) -> pl.Expr:
    """The reason, with the identifier that may be meant (leading zeros, case, punctuation)."""
    plain = {_plain(name): name for name in known}
    hints = {
        name: f"; {plain[_plain(name)]!r} may be meant"
        for name in unknown.unique(maintain_order=True)[:_MAX_GUESSES]
        if _plain(name) in plain
    }
    reason = pl.lit("this subject is not in the subjects table")
    if not hints:
        return reason
    return reason + pl.col("subject").replace_strict(hints, default="", return_dtype=pl.String)


def _plain(name: str) -> str:
    return "".join(sign for sign in name.lower() if sign.isalnum()).lstrip("0")


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
    dated = people.filter(pl.col("infusion_precision") == "day").height
    if dated:
        notices.append(
            f"the infusion of {dated} of {people.height} subjects has no time of day: their times are whole "
            "days, and the order within a day is lost; give the time of the infusion to keep the hours"
        )
    measured = tables["measurements"]
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
