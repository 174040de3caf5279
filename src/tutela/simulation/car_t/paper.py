"""Subjects, treatments and events as written: texts with the mistakes that people make, each one logged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np

from tutela.kernel.tri import FloatArray
from tutela.simulation.car_t.adverse import Adverse
from tutela.simulation.car_t.given import Given
from tutela.simulation.car_t.latent import Latent
from tutela.simulation.car_t.medication import PRODUCT
from tutela.simulation.car_t.options import MessRates

__all__ = [
    "EVENT_COLUMNS",
    "SUBJECT_COLUMNS",
    "TREATMENT_COLUMNS",
    "Paper",
    "write_events",
    "write_subject",
    "write_treatments",
]

SUBJECT_COLUMNS = (
    "subject", "sex", "birth_date", "age", "weight", "height", "disease", "product", "arm", "cohort", "site",
    "infusion", "developmental_delay", "death_date", "death_cause", "last_contact",
)  # fmt: skip
TREATMENT_COLUMNS = (
    "subject", "treatment", "role", "start", "end", "dose", "unit", "frequency", "route", "lot", "device",
    "flow", "fio2", "indication", "attribution",
)  # fmt: skip
EVENT_COLUMNS = (
    "subject", "term", "decod", "category", "start", "end", "grade", "scale", "severity", "serious",
    "related", "outcome", "attribution",
)  # fmt: skip

DISEASE = "B-cell acute lymphoblastic leukemia"
#: Roles whose rows an ASTCT grade rests on.
GRADE_ROLES = ("vasopressor", "oxygen", "antipyretic", "anticytokine", "steroid")

Cell = str | None
Row = dict[str, Cell]
#: table, row (from 1), column, original, written, kind, subject
Entry = tuple[str, int | None, Cell, Cell, Cell, str, str]


@dataclass
class Paper:
    """Rows and logged mistakes of one table and subject, while they are written."""

    table: str
    subject: str
    rows: list[Row] = field(default_factory=list)
    errors: list[Entry] = field(default_factory=list)
    grade_faults: list[str] = field(default_factory=list)

    def change(self, column: str, new: Cell, kind: str, *, on_grade: bool = False) -> None:
        """Change a cell of the last row and log it, if that changes anything."""
        row = self.rows[-1]
        if row[column] == new:
            return
        self.errors.append((self.table, len(self.rows), column, row[column], new, kind, self.subject))
        row[column] = new
        if on_grade:
            self.grade_faults.append(kind)

    def repeat(self) -> None:
        """Write the last row once more."""
        self.rows.append(dict(self.rows[-1]))
        self.errors.append((self.table, len(self.rows), None, None, None, "duplicate", self.subject))


def _time(latent: Latent, minute: int | None) -> Cell:
    if minute is None:
        return None
    return (latent.person.infusion + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M")


def _number(value: float | None) -> Cell:
    return None if value is None else f"{value:.6g}"


def _swapped(time: Cell) -> Cell:
    """Day and month exchanged where that gives another date."""
    if time is None or int(time[8:10]) > 12:
        return time
    return f"{time[:5]}{time[8:10]}-{time[5:7]}{time[10:]}"


def write_subject(latent: Latent, rates: MessRates, rng: np.random.Generator) -> Paper:
    """The subject's row; some hospitals give the age in whole years instead of the birth date."""
    person = latent.person
    paper = Paper("subjects", person.subject)
    death = _time(latent, latent.end) if latent.death_cause else None
    last = _time(latent, latent.end)
    cells = (
        person.subject, person.sex, person.birth.isoformat(), str(person.whole_years), f"{person.weight:.1f}",
        f"{person.height:.1f}", DISEASE, PRODUCT, "single arm", "dose by weight", f"Site {person.site:02d}",
        _time(latent, 0), "Y" if person.developmental_delay else "N", death, latent.death_cause,
        None if last is None else last[:10],
    )  # fmt: skip
    paper.rows.append(dict(zip(SUBJECT_COLUMNS, cells, strict=True)))
    if rng.random() < rates.age_only:
        paper.change("birth_date", None, "age_only", on_grade=True)
    return paper


def _treatment_row(latent: Latent, given: Given) -> Row:
    cells = (
        latent.person.subject, given.treatment, given.role,
        _time(latent, given.start), _time(latent, given.end),
        _number(given.dose), given.unit, given.frequency, given.route, given.lot, given.device,
        _number(given.flow), _number(given.fio2), given.indication, given.attribution,
    )  # fmt: skip
    return dict(zip(TREATMENT_COLUMNS, cells, strict=True))


def write_treatments(latent: Latent, rates: MessRates, rng: np.random.Generator) -> Paper:
    """Treatment rows with their mistakes; ``grade_faults`` names those that touch a grade."""
    paper = Paper("treatments", latent.person.subject)
    for given in latent.given:
        paper.rows.append(_treatment_row(latent, given))
        draws = rng.random(6)
        counts = given.role in GRADE_ROLES
        if given.role in {"vasopressor", "oxygen"} and draws[0] < rates.missing_end:
            paper.change("end", None, "missing_end", on_grade=True)
        if given.device == "nasal_cannula" and draws[1] < rates.missing_flow:
            paper.change("flow", None, "missing_flow", on_grade=True)
        _mistake_row(paper, rates, draws, counts=counts)
    return paper


def _mistake_row(paper: Paper, rates: MessRates, draws: FloatArray, *, counts: bool) -> None:
    """Mistakes that any row with a start may carry; at most one of each kind."""
    row = paper.rows[-1]
    start, subject = row["start"], row["subject"]
    if draws[2] < rates.date_only and start is not None:
        paper.change("start", start[:10], "date_only", on_grade=counts)
    elif draws[3] < rates.swapped_date:
        paper.change("start", _swapped(start), "swapped_date", on_grade=counts)
    if draws[4] < rates.subject_typo and subject is not None:
        paper.change("subject", subject.replace("-0", "-O", 1), "subject_typo_row", on_grade=counts)
    if draws[5] < rates.duplicate:
        paper.repeat()


def _event_row(latent: Latent, event: Adverse) -> Row:
    cells = (
        latent.person.subject, event.term, event.term, event.category,
        _time(latent, event.start), _time(latent, event.end),
        None if event.grade is None else str(event.grade), event.scale, event.severity, event.serious,
        event.related, event.outcome, event.attribution,
    )  # fmt: skip
    return dict(zip(EVENT_COLUMNS, cells, strict=True))


def write_events(
    latent: Latent, events: Sequence[Adverse], rates: MessRates, rng: np.random.Generator
) -> Paper:
    """Event rows with their mistakes; grades that differ from the truth are logged as such."""
    paper = Paper("events", latent.person.subject)
    for event in events:
        paper.rows.append(_event_row(latent, event))
        if event.grade != event.true_grade:
            was = str(event.true_grade)
            now = paper.rows[-1]["grade"]
            paper.errors.append(
                ("events", len(paper.rows), "grade", was, now, "wrong_site_grade", paper.subject)
            )
        draws = rng.random(6)
        _mistake_row(paper, rates, draws, counts=False)
    return paper
