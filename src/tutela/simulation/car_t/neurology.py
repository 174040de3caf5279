"""Latent neurology: cognition, consciousness, seizures, motor and intracranial pressure as stretches of time.

Each stretch of a severity level is filled with findings such as that severity has: sometimes cognition
decides, sometimes consciousness, a seizure, weakness or edema. The grade in the truth is computed from the
findings, not from the level. Both instruments are kept for everybody, because a subject may turn 12.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tutela.simulation.car_t.course import HourlyCourse
from tutela.simulation.car_t.spans import HOUR, Span, find_runs, place_runs

__all__ = ["CALM", "Findings", "NeuroState", "find_coma", "place_neurology"]

#: Hours after which the findings within one severity level are drawn anew.
REDRAW = (5, 12)
#: What decides grade 3, and what decides grade 4, with shares.
DECIDES_3 = (("cognition", 0.62), ("consciousness", 0.16), ("seizure", 0.17), ("edema", 0.05))
DECIDES_4 = (("coma", 0.62), ("seizure", 0.18), ("motor", 0.08), ("edema", 0.12))
#: Intracranial findings of grade 4.
SEVERE_PRESSURE = ("diffuse", "papilledema", "posturing", "cn6_palsy", "cushing")


@dataclass(frozen=True)
class Findings:
    """Neurological findings at one moment.

    Parameters
    ----------
    ice
        Immune effector cell encephalopathy score, 0 to 10; None if unable to perform.
    capd
        Cornell assessment of pediatric delirium, 0 to 32, above what is usual for the subject; None if
        unable to perform.
    consciousness, seizure, motor, icp
        Codes as in the test codes CONSC, SEIZURE, MOTOR and ICP.
    """

    ice: int | None = 10
    capd: int | None = 0
    consciousness: str = "spontaneous"
    seizure: str = "none"
    motor: str = "none"
    icp: str = "none"


#: Nothing abnormal.
CALM = Findings()


@dataclass(frozen=True)
class NeuroState:
    """Findings that hold during a stretch of minutes."""

    start: int
    end: int
    findings: Findings


def place_neurology(course: HourlyCourse, rng: np.random.Generator) -> tuple[NeuroState, ...]:
    """Stretches with abnormal findings, in order; calm in between."""
    states: list[NeuroState] = []
    for run in place_runs(find_runs(course.neurotoxicity), rng):
        start, had_event = run.start, False
        while start < run.end:
            stop = start + int(rng.integers(*REDRAW)) * HOUR + int(rng.integers(0, HOUR))
            stop = run.end if run.end - stop < 2 * HOUR else stop
            findings = _draw_findings(run.level, rng, again=had_event)
            had_event = had_event or findings.seizure != "none"
            states.append(NeuroState(start, stop, findings))
            start = stop
    return tuple(states)


def _draw_findings(level: int, rng: np.random.Generator, *, again: bool) -> Findings:
    if level == 1:
        return Findings(ice=int(rng.integers(7, 10)), capd=int(rng.integers(1, 9)))
    if level == 2:
        return Findings(ice=int(rng.integers(3, 9)), capd=int(rng.integers(2, 9)), consciousness="voice")
    return (_draw_grade_3 if level == 3 else _draw_grade_4)(rng, again=again)


def _choose(table: tuple[tuple[str, float], ...], rng: np.random.Generator) -> str:
    return table[int(rng.choice(len(table), p=[share for _, share in table]))][0]


def _draw_grade_3(rng: np.random.Generator, *, again: bool) -> Findings:
    decides = _choose(DECIDES_3, rng)
    low, high = int(rng.integers(0, 3)), int(rng.integers(9, 25))
    if decides == "seizure" and not again:
        kind = "rapidly_resolving" if rng.random() < 0.7 else "eeg_resolving"
        return Findings(int(rng.integers(3, 9)), int(rng.integers(2, 9)), "voice", seizure=kind)
    if decides == "edema":
        return Findings(int(rng.integers(1, 7)), int(rng.integers(4, 9)), "voice", icp="focal")
    if decides == "consciousness":
        return Findings(low, high, "tactile")
    return Findings(low, high, "spontaneous" if rng.random() < 0.4 else "voice")


def _draw_grade_4(rng: np.random.Generator, *, again: bool) -> Findings:
    decides = _choose(DECIDES_4, rng)
    if decides == "motor":
        return Findings(int(rng.integers(0, 3)), int(rng.integers(10, 25)), "voice", motor="deep_focal")
    if decides == "edema":
        return Findings(
            None, None, "unarousable", icp=SEVERE_PRESSURE[int(rng.integers(len(SEVERE_PRESSURE)))]
        )
    if decides == "seizure" and not again:
        kind = "prolonged_gt_5min" if rng.random() < 0.6 else "repetitive_no_baseline"
        return Findings(None, None, "unarousable", seizure=kind)
    return Findings(None, None, "unarousable")


def find_coma(
    states: tuple[NeuroState, ...], rng: np.random.Generator, probability: float
) -> tuple[Span, ...]:
    """Stretches of coma in which the airway is protected by a tube, from 90 min after coma begins.

    Parameters
    ----------
    states
        The neurological course.
    rng
        The subject's random numbers.
    probability
        Probability of intubation per stretch of coma.
    """
    comas: list[Span] = []
    for state in states:
        if state.findings.consciousness != "unarousable":
            continue
        if comas and comas[-1].end == state.start:
            comas[-1] = Span(comas[-1].start, state.end)
        else:
            comas.append(Span(state.start, state.end))
    chosen = [rng.random() < probability for _ in comas]
    delay = 90
    return tuple(
        Span(coma.start + delay, coma.end)
        for coma, is_chosen in zip(comas, chosen, strict=True)
        if is_chosen and coma.end - coma.start > delay + 4 * HOUR
    )
