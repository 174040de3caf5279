"""The section that CRS and ICANS share: how many at which grade, when, for how long, and on what treatment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tutela.kernel.cite import Cite
from tutela.kernel.section import Block, Figure, How, Number, Section, Table, Text
from tutela.toxicity.counts import count_grades, rate_text

__all__ = ["Severity", "build_severity_section"]

#: From this grade on a toxicity is called severe.
SEVERE = 3
_COLUMN_LABELS = {
    "onset": "onset (day)",
    "resolution": "resolution (day)",
    "is_resolved": "resolved",
    "grade_low": "highest grade, certain",
    "grade_high": "highest grade, possible",
    "duration_h": "duration (h)",
    "duration_days": "duration (calendar days, inclusive)",
    "time_to_onset_d": "time to onset (d)",
    "onset_study_day": "onset (study day)",
    "because": "why this grade",
    "n": "subjects (n)",
    "of": "of",
    "rate": "share with exact 95 % interval",
}


@dataclass(frozen=True, eq=False)
class Severity:
    """What a section is made from.

    Parameters
    ----------
    domain, name
        ``crs`` or ``icans``; name in words.
    course, episodes, subjects
        Tables of the result.
    words
        Interpretive choices in force.
    sources
        Publications.
    specs
        Id, title, description, and a function that makes the Vega-Lite specification of each figure.
    """

    domain: str
    name: str
    course: pl.DataFrame
    episodes: pl.DataFrame
    subjects: pl.DataFrame
    words: tuple[str, ...]
    sources: tuple[Cite, ...]
    specs: tuple[tuple[str, str, str, Callable[[], dict[str, Any]]], ...]


def build_severity_section(severity: Severity, *, treatments: pl.DataFrame | None = None) -> Section:
    """Answer "How ill did they get?" for one toxicity.

    Parameters
    ----------
    severity
        Result tables, words, sources and figures.
    treatments
        Treatments table, for tocilizumab and steroids; None leaves them out.
    """
    question = f"How ill did they get? \N{EN DASH} {severity.name}"
    if not severity.course.height:
        text = Text(f"Nobody has observations after the infusion from which {severity.name} can be graded.")
        return Section(severity.domain, question, (text, _not_evaluable(severity)))
    blocks: list[Block] = [
        *_rates(severity),
        *_times(severity),
        *(_treatment_numbers(severity, treatments) if treatments is not None else ()),
        *(_figure(severity, *spec) for spec in severity.specs),
        _grades(severity),
        _episode_table(severity),
        _not_evaluable(severity),
    ]
    return Section(severity.domain, question, tuple(blocks))


def _how(severity: Severity, text: str, code: str) -> How:
    given = "study.measurements, treatments=study.treatments, subjects=study.subjects, events=study.events"
    return How(
        text=" ".join((text, *severity.words)),
        method=f"tutela.toxicity.{severity.domain}.grade",
        sources=severity.sources,
        inputs=("measurements", "treatments", "subjects", "events"),
        code=f"from tutela.toxicity import {severity.domain}\nresult = {severity.domain}.grade({given})\n{code}",
    )


def _graded(severity: Severity) -> pl.DataFrame:
    return severity.subjects.filter(pl.col("status") == "graded")


def _names(rows: pl.DataFrame) -> tuple[str, ...]:
    return tuple(rows.get_column("subject").unique().sort().to_list())


def _rates(severity: Severity) -> list[Number]:
    graded = _graded(severity)
    numbers = []
    for grade, label in (
        (1, f"Subjects with {severity.name}"),
        (SEVERE, f"Subjects with {severity.name} grade 3 or more"),
    ):
        certain = graded.filter(pl.col("grade_low") >= grade)
        unsure = graded.filter((pl.col("grade_low") < grade) & (pl.col("grade_high") >= grade)).height
        value = rate_text(certain.height, graded.height)
        value += f"; {unsure} more possible, data missing" if unsure else ""
        text = "Persons whose highest certain grade reaches it, among persons graded; exact interval (Clopper-Pearson)."
        how = _how(severity, text, f"result.subjects.filter(pl.col('grade_low') >= {grade})")
        numbers.append(Number(label, value, how, _names(certain)))
    return numbers


def _spread(values: pl.Series, unit: str) -> str:
    known = np.sort(values.drop_nulls().to_numpy().astype(np.float64))
    if not known.size:
        return "none"
    return f"median {np.median(known):.1f} {unit} (range {known[0]:.1f} to {known[-1]:.1f}; n = {known.size})"


def _times(severity: Severity) -> list[Number]:
    events = severity.episodes
    first = events.filter(pl.col("episode") == 1)
    resolved = events.filter("is_resolved")
    onset = _how(
        severity,
        "Days from the infusion to the first sign of the first event (infusion is day 0; as a study day one more).",
        "result.episodes.filter(pl.col('episode') == 1)['time_to_onset_d']",
    )
    duration = _how(
        severity,
        "Calendar days from onset to resolution, both counted, of events whose resolution was observed; events "
        "that did not resolve under observation are counted apart, not shortened.",
        "result.episodes.filter('is_resolved')['duration_days']",
    )
    still = events.height - resolved.height
    words = _spread(resolved.get_column("duration_days"), "days") + (
        f"; {still} not seen to resolve" if still else ""
    )
    return [
        Number(
            f"Time to onset of {severity.name}",
            _spread(first.get_column("onset"), "days"),
            onset,
            _names(first),
        ),
        Number(f"Duration of {severity.name} events", words, duration, _names(resolved)),
    ]


def _treatment_numbers(severity: Severity, treatments: pl.DataFrame) -> list[Number]:
    affected = _graded(severity).filter(pl.col("grade_low") >= 1).select("subject")
    agent = pl.coalesce("agent", pl.col("treatment").str.to_lowercase())
    kinds = (
        (
            "Tocilizumab",
            agent.str.contains("tocilizumab").fill_null(value=False),
            "pl.coalesce('agent', pl.col('treatment').str.to_lowercase()).str.contains('tocilizumab')",
        ),
        ("Systemic steroids", pl.col("role") == "steroid", "pl.col('role') == 'steroid'"),
    )
    numbers = []
    for label, condition, code in kinds:
        given = treatments.filter(condition & (pl.col("start") >= 0)).join(affected, on="subject", how="semi")
        text = f"Persons with {severity.name} who were given it after the infusion, for whatever reason."
        how = _how(
            severity,
            text,
            "ill = result.subjects.filter(pl.col('grade_low') >= 1)\n"
            f"given = study.treatments.filter({code}, pl.col('start') >= 0)\n"
            "given.join(ill, on='subject', how='semi')['subject'].n_unique()",
        )
        value = rate_text(given.get_column("subject").n_unique(), affected.height)
        numbers.append(Number(f"{label} among subjects with {severity.name}", value, how, _names(given)))
    return numbers


def _figure(
    severity: Severity, identifier: str, title: str, alt: str, make: Callable[[], dict[str, Any]]
) -> Figure:
    how = _how(
        severity, "Derived grades; hatched, or marked, where missing data leave bounds.", "result.plot()"
    )
    return Figure(identifier, title, make(), how, alt=alt)


def _grades(severity: Severity) -> Table:
    how = _how(severity, "Each person once, at the highest grade.", "result.subjects")
    labels = _COLUMN_LABELS | {"grade": "highest grade"}
    data = count_grades(severity.subjects)
    return Table(f"{severity.domain}-grades", f"Subjects by highest {severity.name} grade", data, how, labels)


def _episode_table(severity: Severity) -> Table:
    columns = (
        "subject", "episode", "onset", "resolution", "grade_low", "grade_high", "duration_h", "duration_days",
        "onset_study_day", "because", "reason", "evidence",
    )  # fmt: skip
    data = severity.episodes.select(columns).sort(
        "grade_low", "grade_high", "subject", "episode", descending=[True, True, False, False]
    )
    how = _how(
        severity,
        "One row per event; the reason says why a resolution or a grade is not certain.",
        "result.episodes",
    )
    return Table(f"{severity.domain}-episodes", f"{severity.name} events", data, how, _COLUMN_LABELS)


def _not_evaluable(severity: Severity) -> Table:
    data = severity.subjects.filter(pl.col("reason") != "").select("subject", "status", "reason")
    how = _how(
        severity, "Persons without a grade, or whose grade missing data leave in bounds.", "result.subjects"
    )
    return Table(f"{severity.domain}-missing", f"{severity.name}: what missing data leave open", data, how)
