"""What the site reports: CRS and ICANS with its own grade, their signs, infections, deaths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tutela.simulation.car_t.latent import Latent
from tutela.simulation.car_t.options import CarTOptions
from tutela.simulation.car_t.spans import DAY, HOUR, Span
from tutela.simulation.car_t.truth import GradedSpan, Timeline

__all__ = ["Adverse", "report_adverse"]

CRS, ICANS = "Cytokine release syndrome", "Immune effector cell-associated neurotoxicity syndrome"
ADVERSE = "ADVERSE EVENT"
ASTCT, CTCAE = "ASTCT 2019", "CTCAE 5.0"
SEVERITY = {1: "MILD", 2: "MODERATE", 3: "SEVERE", 4: "SEVERE", 5: "SEVERE"}
RESOLVED, FATAL = "RECOVERED/RESOLVED", "FATAL"
#: Neurological stretches closer than this are reported as one event, hours.
JOIN_HOURS = 24


@dataclass(frozen=True)
class Adverse:
    """One event row before it is written down; ``true_grade`` is what the site should have written."""

    term: str
    start: int
    end: int | None
    grade: int | None
    true_grade: int | None
    scale: str | None = None
    category: str = ADVERSE
    related: str | None = "RELATED"
    outcome: str | None = RESOLVED
    attribution: str | None = None

    @property
    def severity(self) -> str | None:
        """Severity word that goes with the grade."""
        return None if self.grade is None else SEVERITY[self.grade]

    @property
    def serious(self) -> str | None:
        """Y for grade 3 and above; nothing for events that are not adverse events."""
        if self.grade is None:
            return None
        return "Y" if self.grade >= 3 or self.outcome == FATAL else "N"


def _site_grade(grade: int, options: CarTOptions, rng: np.random.Generator) -> int:
    """The grade a site writes: wrong by one at the stated rate, never outside 1 to 4."""
    is_wrong, step = rng.random() < options.wrong_site_grade, 1 if rng.random() < 0.5 else -1
    if not is_wrong or grade > 4:
        return grade
    return grade - step if not 1 <= grade + step <= 4 else grade + step


def _crs_events(crs: Timeline) -> list[GradedSpan]:
    """One stretch per event with its maximum grade."""
    found = []
    for number in sorted({span.event for span in crs.spans} - {0}):
        parts = [span for span in crs.spans if span.event == number and span.grade > 0]
        found.append(GradedSpan(parts[0].start, parts[-1].end, max(span.grade for span in parts), number))
    return found


def _icans_events(icans: Timeline) -> list[GradedSpan]:
    found: list[GradedSpan] = []
    for span in icans.spans:
        if span.grade == 0:
            continue
        if found and span.start - found[-1].end < JOIN_HOURS * HOUR:
            last = found.pop()
            span = GradedSpan(last.start, span.end, max(last.grade, span.grade))
        found.append(span)
    return found


def report_adverse(
    latent: Latent, crs: Timeline, icans: Timeline, options: CarTOptions, rng: np.random.Generator
) -> tuple[Adverse, ...]:
    """Event rows of one subject, by start.

    Parameters
    ----------
    latent, crs, icans
        The subject's truth.
    options
        The trial's options; gives the rate of wrong grades.
    rng
        The subject's random numbers for reporting.
    """
    died_of_crs = crs.maximum == 5
    rows: list[Adverse] = []
    for number, event in enumerate(_crs_events(crs)):
        is_last = number == len(_crs_events(crs)) - 1
        rows.append(_graded(CRS, event, options, rng, is_fatal=died_of_crs and is_last))
    rows.extend(_graded(ICANS, event, options, rng, is_fatal=False) for event in _icans_events(icans))
    rows.extend(_signs(latent, rng))
    rows.extend(_other(latent))
    return tuple(sorted(rows, key=lambda row: (row.start, row.term)))


def _graded(
    term: str, event: GradedSpan, options: CarTOptions, rng: np.random.Generator, *, is_fatal: bool
) -> Adverse:
    true = 5 if is_fatal else event.grade
    written = _site_grade(true, options, rng)
    outcome = FATAL if is_fatal else RESOLVED
    return Adverse(term, event.start, event.end, written, true, ASTCT, outcome=outcome)


def _signs(latent: Latent, rng: np.random.Generator) -> list[Adverse]:
    rows = []
    oxygen = [Span(r.start, r.end or latent.end) for r in latent.oxygen if r.indication == "hypoxia"]
    low = [*latent.hypotension, *(Span(r.start, r.end or latent.end) for r in latent.pressors)]
    for term, spans, grade in (("Pyrexia", latent.fever, 1), ("Hypoxia", oxygen, 3), ("Hypotension", low, 3)):
        if spans:
            start, end = min(s.start for s in spans), max(s.end for s in spans)
            rows.append(Adverse(term, start, end, grade, grade, CTCAE))
    for term, share in (("Headache", 0.3), ("Tremor", 0.12), ("Nausea", 0.35), ("Fatigue", 0.3)):
        start, length = int(rng.integers(DAY, 12 * DAY)), int(rng.integers(6 * HOUR, 4 * DAY))
        if rng.random() < share and start + length < latent.end:
            grade = int(rng.integers(1, 3))
            rows.append(Adverse(term, start, start + length, grade, grade, CTCAE))
    return rows


def _other(latent: Latent) -> list[Adverse]:
    rows = []
    if latent.infection is not None:
        rows.append(
            Adverse("Bacteraemia", latent.infection.start, latent.infection.end + 3 * DAY, 3, 3, CTCAE,
                    related="NOT RELATED", attribution="other")
        )  # fmt: skip
    if latent.death_cause is not None:
        rows.append(
            Adverse(
                "Death",
                latent.end,
                latent.end,
                None,
                None,
                category="DISPOSITION",
                related=None,
                outcome=FATAL,
            )
        )
    return rows
