"""The true grades of one subject in continuous time, by the published definitions, from the latent states.

Written independently of the grading code of this package, on purpose: minute by minute stretches instead of
observation records, plain comparisons instead of scales. What a grader derives from sampled records must
agree with this wherever the records are complete.

References
----------
lee2019, Tables 2 to 6 (ASTCT consensus); interpretive choices are those named in the docstrings here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from tutela.simulation.car_t.given import Given
from tutela.simulation.car_t.latent import Latent
from tutela.simulation.car_t.neurology import CALM, Findings
from tutela.simulation.car_t.spans import HOUR, Span

__all__ = ["GradedSpan", "Timeline", "find_crs", "find_icans", "grade_findings"]

#: Hours without fever and support after which an event has resolved.
RESOLUTION_HOURS = 24
#: Low flow by nasal cannula, L/min, inclusive.
LOW_FLOW = 6.0
HIGH_FLOW_DEVICES = ("high_flow", "face_mask", "non_rebreather", "venturi")
PRESSURE_DEVICES = ("cpap", "bipap", "invasive_ventilation")
#: Indications whose oxygen or ventilation is not a sign of hypoxia.
NOT_HYPOXIA = ("airway", "osa", "anesthesia", "baseline")
#: Roles after which fever is no longer needed to keep a grade.
MASKING_ROLES = ("antipyretic", "anticytokine", "steroid")
DEATH_GRADE = 5


@dataclass(frozen=True)
class GradedSpan:
    """A grade that holds from ``start`` (inside) to ``end`` (outside), minutes; ``event`` counts from 1."""

    start: int
    end: int
    grade: int
    event: int = 0


@dataclass(frozen=True)
class Timeline:
    """A course of grades in continuous time, from infusion to the end of observation.

    Parameters
    ----------
    spans
        Stretches of constant grade that touch each other and cover the whole time.
    maximum
        Highest grade; 5 for a death from the syndrome.
    onset, resolution
        First minute with a grade above 0, and the end of the last; None without one.
    """

    spans: tuple[GradedSpan, ...]
    maximum: int
    onset: int | None
    resolution: int | None

    def at(self, minute: int) -> int:
        """Grade at a minute; 0 before infusion."""
        return next((span.grade for span in self.spans if span.start <= minute < span.end), 0)


def _covers(start: int, end: int | None, minute: int) -> bool:
    return start <= minute and (end is None or minute < end)


def grade_pressors(rows: Iterable[Given], minute: int) -> int:
    """3 for one vasopressor with or without vasopressin, 4 for two besides vasopressin, 0 for none.

    Vasopressin alone counts as one (it is "a vasopressor"; the publication does not name the case).
    """
    agents = {row.treatment for row in rows if _covers(row.start, row.end, minute)}
    others = agents - {"Vasopressin"}
    return 0 if not agents else (4 if len(others) > 1 else 3)


def grade_oxygen(rows: Iterable[Given], minute: int) -> int:
    """2 for low flow or blow-by, 3 for high flow or a mask, 4 for positive pressure, 0 for none."""
    grade = 0
    for row in rows:
        if not _covers(row.start, row.end, minute) or row.indication in NOT_HYPOXIA:
            continue
        if row.device in PRESSURE_DEVICES:
            grade = max(grade, 4)
        elif row.device in HIGH_FLOW_DEVICES or _is_high_flow_cannula(row):
            grade = max(grade, 3)
        else:
            grade = max(grade, 2)
    return grade


def _crs_edges(latent: Latent) -> list[int]:
    spans: list[tuple[int, int | None]] = [(s.start, s.end) for s in (*latent.fever, *latent.hypotension)]
    spans += [(row.start, row.end) for row in (*latent.pressors, *latent.oxygen)]
    spans += [(row.start, None) for row in latent.given if row.role in MASKING_ROLES]
    edges = {0, latent.end, *(a for a, _ in spans), *(b for _, b in spans if b is not None)}
    return sorted(edge for edge in edges if 0 <= edge <= latent.end)


def _in_any(spans: Iterable[Span], minute: int) -> bool:
    return any(_covers(span.start, span.end, minute) for span in spans)


def _is_high_flow_cannula(row: Given) -> bool:
    return row.device == "nasal_cannula" and (row.flow or 0.0) > LOW_FLOW


def find_crs(latent: Latent) -> Timeline:
    """CRS by the ASTCT definition.

    Notes
    -----
    Fever opens an event. In an open event the grade is the worse of hypotension and hypoxia, at least 1
    while febrile. Without fever the grade counts only once an antipyretic, anticytokine drug or steroid was
    given in the event. An event ends when fever, hypotension and support have been absent for 24 h; what
    comes then without fever is not CRS. Death from CRS is grade 5 from the moment of death.
    """
    edges = _crs_edges(latent)
    spans: list[GradedSpan] = []
    event, is_open, is_masked, last_sign = 0, False, False, 0
    for start, end in pairwise(edges):
        is_febrile = _in_any(latent.fever, start)
        low = 2 if _in_any(latent.hypotension, start) else 0
        support = max(low, grade_pressors(latent.pressors, start), grade_oxygen(latent.oxygen, start))
        if is_open and start - last_sign >= RESOLUTION_HOURS * HOUR:
            is_open = is_masked = False
        if is_febrile and not is_open:
            event, is_open = event + 1, True
        is_masked = is_masked or (is_open and _is_masking_start(latent.given, start))
        counts = is_open and (is_febrile or is_masked)
        grade = max(1 if is_febrile else 0, support) if counts else 0
        last_sign = end if is_open and (is_febrile or support) else last_sign
        spans.append(GradedSpan(start, end, grade, event if is_open else 0))
    died = latent.death_cause == "CYTOKINE RELEASE SYNDROME"
    return _finish(spans, DEATH_GRADE if died else 0)


def _is_masking_start(given: Iterable[Given], minute: int) -> bool:
    """Whether a masking drug is given at this minute; its start is always an edge of a stretch."""
    return any(row.role in MASKING_ROLES and _covers(row.start, _last(row), minute) for row in given)


def _last(row: Given) -> int | None:
    """A dose counts at its minute; a course counts while it runs."""
    return None if row.end is None else max(row.end, row.start + 1)


def grade_findings(findings: Findings, *, uses_ice: bool) -> int:
    """ICANS grade of findings: the worst domain.

    Parameters
    ----------
    findings
        What is present.
    uses_ice
        ICE (age 12 and above) instead of CAPD.

    Notes
    -----
    "Unable" with coma is grade 4 through consciousness; CAPD 0 is no delirium, 1 to 8 grade 1. With a
    developmental delay the CAPD that counts is the change from the usual score.

    Examples
    --------
    >>> grade_findings(Findings(ice=3, seizure="rapidly_resolving"), uses_ice=True)
    3
    """
    if uses_ice:
        ice = findings.ice
        cognition = 4 if ice is None else (0 if ice == 10 else 1 if ice >= 7 else 2 if ice >= 3 else 3)
    else:
        capd = findings.capd
        cognition = 4 if capd is None else (0 if capd == 0 else 1 if capd <= 8 else 3)
    awake = {"spontaneous": 0, "voice": 2, "tactile": 3, "unarousable": 4}[findings.consciousness]
    seizure = {"none": 0, "rapidly_resolving": 3, "eeg_resolving": 3}.get(findings.seizure, 4)
    motor = 4 if findings.motor == "deep_focal" else 0
    pressure = {"none": 0, "focal": 3}.get(findings.icp, 4)
    return max(cognition, awake, seizure, motor, pressure)


def find_icans(latent: Latent) -> Timeline:
    """ICANS by the ASTCT definition, with the instrument of the age at each moment."""
    turn = latent.person.ice_minute
    edges = {0, latent.end}
    edges |= {edge for state in latent.neurology for edge in (state.start, state.end)}
    if 0 < turn < latent.end:
        edges.add(int(turn))
    ordered = sorted(edges)
    spans = []
    for start, end in pairwise(ordered):
        findings = next((s.findings for s in latent.neurology if s.start <= start < s.end), CALM)
        spans.append(GradedSpan(start, end, grade_findings(findings, uses_ice=start >= turn)))
    return _finish(spans, 0)


def _finish(spans: list[GradedSpan], at_least: int) -> Timeline:
    merged: list[GradedSpan] = []
    for span in spans:
        if merged and (merged[-1].grade, merged[-1].event) == (span.grade, span.event):
            merged[-1] = GradedSpan(merged[-1].start, span.end, span.grade, span.event)
        else:
            merged.append(span)
    present = [span for span in merged if span.grade > 0]
    return Timeline(
        spans=tuple(merged),
        maximum=max(at_least, *(span.grade for span in present), 0) if present else at_least,
        onset=present[0].start if present else None,
        resolution=present[-1].end if present else None,
    )
