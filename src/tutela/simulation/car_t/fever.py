"""Fever in minutes: runs of the course, cut by antipyretics; and fever from another cause."""

from __future__ import annotations

import numpy as np

from tutela.simulation.car_t.course import HourlyCourse
from tutela.simulation.car_t.given import Given
from tutela.simulation.car_t.options import CarTOptions
from tutela.simulation.car_t.population import Person
from tutela.simulation.car_t.spans import DAY, HOUR, Span, find_runs, place_runs

__all__ = ["draw_infection", "place_fever"]

#: Minutes from the fever that opens an event to the first antipyretic; before any support can begin.
FIRST_DOSE = (20, 110)
#: Minutes between doses, from a dose to its effect, and how long the effect lasts.
BETWEEN_DOSES, ONSET, EFFECT = (360, 560), (40, 80), (120, 300)
#: Probability that a dose brings the temperature below 38.0 for a while.
EFFECTIVE = 0.5
#: No febrile piece is shorter than this, minutes.
SHORTEST = 60
#: Drive below which some people get no antipyretic at all, and their share.
MILD, UNTREATED = 1.3, 0.2
#: Dose of acetaminophen, mg/kg, and its ceiling, mg.
ACETAMINOPHEN, ACETAMINOPHEN_MAX = 15.0, 1000.0
#: Febrile infection: earliest and latest day, hours of fever, and hours kept clear of any CRS sign.
INFECTION_DAYS, INFECTION_HOURS, CLEAR_HOURS = (14.0, 40.0), (20, 70), 96


def acetaminophen(person: Person, start: int, attribution: str | None = None) -> Given:
    """One dose by weight."""
    dose = min(ACETAMINOPHEN_MAX, ACETAMINOPHEN * person.weight)
    return Given(
        "Acetaminophen", "antipyretic", start, start, round(dose), "mg", "ONCE", "ORAL",
        indication="fever", attribution=attribution,
    )  # fmt: skip


def place_fever(
    course: HourlyCourse, person: Person, rng: np.random.Generator
) -> tuple[tuple[Span, ...], tuple[Given, ...]]:
    """Febrile spans and antipyretic doses of the CRS events.

    Returns
    -------
    tuple of Span, tuple of Given
        Spans during which the temperature is 38.0 or above (outside them it is clearly below), and the
        doses. Whoever will need support gets a dose within two hours of the fever that opens the event.
    """
    is_mild = float(course.drive.max(initial=0.0)) < MILD
    is_treated = not (is_mild and rng.random() < UNTREATED)
    spans: list[Span] = []
    doses: list[Given] = []
    for run in place_runs(find_runs(course.fever), rng):
        if not is_treated:
            spans.append(Span(run.start, run.end))
            continue
        pieces, times = _cut(run, rng)
        spans.extend(pieces)
        doses.extend(acetaminophen(person, time) for time in times)
    return tuple(spans), tuple(doses)


def _cut(run: Span, rng: np.random.Generator) -> tuple[list[Span], list[int]]:
    """Cut one febrile run by the doses given in it."""
    pieces: list[Span] = []
    times: list[int] = []
    piece_start, dose = run.start, run.start + int(rng.integers(*FIRST_DOSE))
    while dose < run.end - SHORTEST:
        times.append(dose)
        fall = dose + int(rng.integers(*ONSET))
        rise = fall + int(rng.integers(*EFFECT))
        works = rng.random() < EFFECTIVE and fall - piece_start >= SHORTEST and fall < run.end
        if works:
            pieces.append(Span(piece_start, fall))
            piece_start = rise
            if rise > run.end - SHORTEST:
                return pieces, times
        dose += int(rng.integers(*BETWEEN_DOSES))
        if works:
            dose = max(dose, piece_start + 15)
    return [*pieces, Span(piece_start, run.end)], times


def draw_infection(
    course: HourlyCourse, person: Person, options: CarTOptions, rng: np.random.Generator
) -> tuple[Span | None, tuple[Given, ...]]:
    """A febrile infection that the physician attributes to another cause, or none.

    Returns
    -------
    Span or None, tuple of Given
        The febrile stretch, at least 96 h after the last and before the next CRS sign, and antibiotics and
        antipyretics given for it, attributed to another cause.
    """
    is_drawn, day = rng.random() < options.infection, float(rng.uniform(*INFECTION_DAYS))
    hours = int(rng.integers(*INFECTION_HOURS))
    start = round(day * DAY) + int(rng.integers(0, HOUR))
    end = start + hours * HOUR
    first, last = start // HOUR - CLEAR_HOURS, end // HOUR + CLEAR_HOURS
    is_clear = not bool(course.has_signs[max(0, first) : last].any())
    if not is_drawn or not is_clear or end > (options.days - 1) * DAY:
        return None, ()
    doses = [acetaminophen(person, time, "other") for time in range(start + 45, end - HOUR, 8 * HOUR)]
    cefepime = Given(
        "Cefepime", "other", start + 90, end + 5 * DAY, round(min(2000.0, 50 * person.weight)), "mg", "Q8H",
        "INTRAVENOUS", indication="infection", attribution="other",
    )  # fmt: skip
    return Span(start, end), (*doses, cefepime)
