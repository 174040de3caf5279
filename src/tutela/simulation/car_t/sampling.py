"""When things are measured: rounds in hospital, closer when somebody is ill, visits after discharge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tutela.simulation.car_t.latent import Latent
from tutela.simulation.car_t.options import CarTOptions
from tutela.simulation.car_t.spans import DAY, HOUR, MinuteArray, Span, inside

__all__ = ["Schedule", "plan_schedule"]

#: Minutes between rounds of vital signs: quiet, febrile, with support; and their jitter.
QUIET_ROUND, FEVER_ROUND, SUPPORT_ROUND, JITTER = 240, 180, 60, 0.07
#: Minutes from a change of state to the extra set of vital signs that the change prompts.
PROMPTED = (3, 12)
#: Minutes from a neurological change to its assessment, and between routine assessments.
NEURO_PROMPTED, NEURO_ROUND = (5, 25), 720
#: Admission day; earliest discharge day; hours in hospital after the last sign.
ADMISSION, FIRST_DISCHARGE, AFTER_LAST_SIGN = -1, 10, 72
#: Planned visits after discharge and baseline visits, days.
VISITS = (-7, 14, 17, 21, 24, 28, 35, 42, 49, 56, 70, 84, 98, 112)
#: Days of transgene and of cytokine samples.
CELL_DAYS = (1, 3, 5, 7, 9, 11, 14, 17, 21, 28, 42, 56, 84, 112)
CYTOKINE_DAYS = (-1, 1, 3, 5, 7, 10, 14, 21, 28)


@dataclass(frozen=True)
class Schedule:
    """Times of measurement of one subject, minutes since infusion, increasing.

    Parameters
    ----------
    vitals, neurology, laboratory, cytokines, cells
        When each kind is measured. No time falls on a minute at which a latent state changes, so that
        "at the change" needs no convention.
    stays
        Stays in hospital.
    """

    vitals: MinuteArray
    neurology: MinuteArray
    laboratory: MinuteArray
    cytokines: MinuteArray
    cells: MinuteArray
    stays: tuple[Span, ...]


def plan_schedule(latent: Latent, options: CarTOptions, rng: np.random.Generator) -> Schedule:
    """Draw the times at which one subject is measured."""
    stays = _plan_stays(latent, options, rng)
    edges = _edges(latent)
    visits = _plan_visits(latent, stays, rng)
    vitals = np.concatenate([_rounds(latent, stays, rng), _prompted(edges, PROMPTED, rng), visits])
    neuro_edges = np.unique([edge for s in latent.neurology for edge in (s.start, s.end)]).astype(np.int64)
    neurology = np.concatenate(
        [_neuro_rounds(stays, rng), _prompted(neuro_edges, NEURO_PROMPTED, rng), visits + 20]
    )
    mornings = _mornings(latent, stays, rng)
    laboratory = np.concatenate([mornings, visits + 30])
    return Schedule(
        vitals=_settle(vitals, edges, latent.end),
        neurology=_settle(neurology, edges, latent.end),
        laboratory=_settle(laboratory, edges, latent.end),
        cytokines=_settle(_choose_cytokines(latent, laboratory), edges, latent.end),
        cells=_settle(_on_days(latent, CELL_DAYS, rng), edges, latent.end),
        stays=stays,
    )


def _edges(latent: Latent) -> MinuteArray:
    """Minutes at which any latent state changes."""
    edges = [edge for span in (*latent.fever, *latent.hypotension) for edge in (span.start, span.end)]
    edges += [edge for row in latent.given for edge in (row.start, row.end) if edge is not None]
    edges += [edge for state in latent.neurology for edge in (state.start, state.end)]
    if latent.infection is not None:
        edges += [latent.infection.start, latent.infection.end]
    return np.unique(np.array(edges, dtype=np.int64))


def _settle(times: MinuteArray, edges: MinuteArray, end: int) -> MinuteArray:
    """Sort, drop what lies outside the observation, and step off the minutes of change."""
    times = np.unique(times[(times >= -8 * DAY) & (times < end - 2)])
    while (clash := np.isin(times, edges)).any():
        times = np.unique(times + clash)
    return times.astype(np.int64)


def _plan_stays(latent: Latent, options: CarTOptions, rng: np.random.Generator) -> tuple[Span, ...]:
    discharge = max(FIRST_DISCHARGE * DAY, latent.last_sign + AFTER_LAST_SIGN * HOUR)
    discharge = min(discharge + int(rng.integers(0, 2 * DAY)), options.days * DAY)
    first = Span(ADMISSION * DAY, discharge)
    infection = latent.infection
    if infection is None or infection.start < discharge:
        reach = discharge if infection is None else max(discharge, infection.end + 2 * DAY)
        return (first._replace(end=min(reach, options.days * DAY)),)
    again = Span(infection.start + 60, min(infection.end + 2 * DAY, options.days * DAY))
    return (first, again)


def _rounds(latent: Latent, stays: tuple[Span, ...], rng: np.random.Generator) -> MinuteArray:
    hourly = np.maximum(latent.course.hypotension, latent.course.hypoxia)
    fever = [*latent.fever, *([latent.infection] if latent.infection else [])]
    febrile = inside(np.arange(len(hourly), dtype=np.int64) * HOUR + 30, fever)
    gap = np.where(hourly > 0, SUPPORT_ROUND, np.where(febrile, FEVER_ROUND, QUIET_ROUND)).tolist()
    times: list[int] = []
    for stay in stays:
        now = stay.start + int(rng.integers(5, 60))
        while now < stay.end:
            times.append(now)
            step = gap[min(now // HOUR, len(gap) - 1)] if now >= 0 else QUIET_ROUND
            now += round(step * float(rng.uniform(1 - JITTER, 1 + JITTER)))
    return np.array(times, dtype=np.int64)


def _prompted(edges: MinuteArray, delay: tuple[int, int], rng: np.random.Generator) -> MinuteArray:
    return np.asarray(edges + rng.integers(*delay, size=len(edges)), dtype=np.int64)


def _neuro_rounds(stays: tuple[Span, ...], rng: np.random.Generator) -> MinuteArray:
    parts = [np.arange(stay.start + 300, stay.end, NEURO_ROUND) for stay in stays]
    times = np.concatenate(parts)
    return np.asarray(times + rng.integers(-40, 41, size=len(times)), dtype=np.int64)


def _midnight(latent: Latent) -> int:
    infusion = latent.person.infusion
    return -(infusion.hour * HOUR + infusion.minute)


def _mornings(latent: Latent, stays: tuple[Span, ...], rng: np.random.Generator) -> MinuteArray:
    days = np.arange(-1, latent.end // DAY + 2)
    times = _midnight(latent) + days * DAY + 6 * HOUR + rng.integers(-45, 46, size=len(days))
    return np.asarray(times[inside(times, stays)], dtype=np.int64)


def _on_days(latent: Latent, days: tuple[int, ...], rng: np.random.Generator) -> MinuteArray:
    chosen = np.array(days)
    times = _midnight(latent) + chosen * DAY + 9 * HOUR + rng.integers(-90, 240, size=len(days))
    return np.asarray(times, dtype=np.int64)


def _plan_visits(latent: Latent, stays: tuple[Span, ...], rng: np.random.Generator) -> MinuteArray:
    times = _on_days(latent, VISITS, rng)
    return np.asarray(times[~inside(times, stays)], dtype=np.int64)


def _choose_cytokines(latent: Latent, laboratory: MinuteArray) -> MinuteArray:
    """Planned days, and every morning with a sign of CRS."""
    days = np.floor_divide(laboratory, DAY)
    hours = np.clip(laboratory // HOUR, 0, len(latent.course.drive) - 1)
    is_ill = latent.course.has_signs[hours] & (laboratory >= 0)
    return np.asarray(laboratory[np.isin(days, CYTOKINE_DAYS) | is_ill] + 1, dtype=np.int64)
