"""Vital signs as measured, from the latent states: temperature, pressure, rates, saturation.

A measured temperature is 38.0 or above exactly inside the febrile stretches, and a measured systolic
pressure is below the limit of the age exactly inside the hypotensive ones (with a vasopressor running it
may be either, as in life). Ordinary scatter never crosses a limit by itself: a clean record therefore
determines the grade.
"""

from __future__ import annotations

import numpy as np

from tutela.kernel.tri import FloatArray
from tutela.simulation.car_t.growth import (
    pals_limit,
    typical_heart_rate,
    typical_respiration,
    typical_systolic,
)
from tutela.simulation.car_t.latent import Latent
from tutela.simulation.car_t.records import Block
from tutela.simulation.car_t.spans import HOUR, MinuteArray, Span, inside

__all__ = ["measure_vitals"]

#: Coolest febrile and warmest afebrile reading, and the ends of the range, degC.
FEBRILE, AFEBRILE, COLDEST, HOTTEST = 38.0, 37.7, 35.6, 41.4
#: Least distance of a systolic reading from the limit of the age, mmHg; above what a year of age can change.
MARGIN, LOWEST_SYSTOLIC = 4.0, 40.0
#: Fever of an infection, degC.
INFECTION_FEVER = 38.8


def _spans_of_rows(latent: Latent) -> tuple[list[Span], list[Span]]:
    pressors = [Span(row.start, row.end or latent.end) for row in latent.pressors]
    oxygen = [Span(r.start, r.end or latent.end) for r in latent.oxygen if r.indication == "hypoxia"]
    return pressors, oxygen


def _drive(latent: Latent, times: MinuteArray) -> FloatArray:
    grid = np.arange(len(latent.course.drive)) * HOUR + HOUR / 2
    return np.asarray(np.interp(times, grid, latent.course.drive, left=0.0), dtype=np.float64)


def measure_vitals(latent: Latent, times: MinuteArray, rng: np.random.Generator) -> list[Block]:
    """Vital signs at the given times, one block per test, rounded as devices show them.

    Parameters
    ----------
    latent
        The subject's truth.
    times
        Minutes since infusion, shape (n,).
    rng
        The subject's random numbers for measuring.
    """
    drive = _drive(latent, times)
    infected = inside(times, [latent.infection] if latent.infection else [])
    temperature = _temperature(latent, times, drive, infected, rng)
    systolic = _systolic(latent, times, drive, rng)
    diastolic = np.round(systolic * rng.uniform(0.52, 0.64, len(times)))
    # Whoever measures knows of the infection and says so, at that time and until the fever is over.
    cause = ["other" if is_infected else None for is_infected in infected.tolist()]
    return [
        Block("TEMP", times, temperature, attribution=cause),
        Block("SYSBP", times, systolic),
        Block("DIABP", times, diastolic),
        Block("HR", times, _heart_rate(latent, temperature, drive, rng)),
        Block("RESP", times, _respiration(latent, times, drive, rng)),
        Block("OXYSAT", times, _saturation(latent, times, rng)),
    ]


def _temperature(
    latent: Latent,
    times: MinuteArray,
    drive: FloatArray,
    infected: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    rng: np.random.Generator,
) -> FloatArray:
    febrile = inside(times, latent.fever)
    clock = (times / HOUR + latent.person.infusion.hour) % 24
    calm = 36.7 + 0.25 * np.sin((clock - 10) / 24 * 2 * np.pi) + rng.normal(0, 0.22, len(times))
    hot = 38.35 + 0.55 * np.clip(drive - 0.9, 0, 4) + rng.normal(0, 0.3, len(times))
    other = INFECTION_FEVER + rng.normal(0, 0.35, len(times))
    value = np.where(febrile, hot, np.where(infected, other, calm))
    is_high = febrile | infected
    value = np.where(is_high, np.clip(value, FEBRILE, HOTTEST), np.clip(value, COLDEST, AFEBRILE))
    return np.asarray(np.round(value, 1), dtype=np.float64)


def _systolic(latent: Latent, times: MinuteArray, drive: FloatArray, rng: np.random.Generator) -> FloatArray:
    ages = latent.person.ages_at(times)
    limit = np.array([pals_limit(age) for age in ages.tolist()])
    usual = typical_systolic(latent.person.age) + rng.normal(0, 5) - 4 * np.clip(drive, 0, 3)
    calm = np.maximum(usual + rng.normal(0, 6, len(times)), np.ceil(limit) + MARGIN)
    low = np.maximum(np.floor(limit) - MARGIN - rng.gamma(2.0, 3.0, len(times)), LOWEST_SYSTOLIC)
    supported = limit + rng.normal(6, 9, len(times))
    pressors, _ = _spans_of_rows(latent)
    value = np.where(
        inside(times, latent.hypotension), low, np.where(inside(times, pressors), supported, calm)
    )
    return np.asarray(np.maximum(np.round(value), LOWEST_SYSTOLIC), dtype=np.float64)


def _heart_rate(
    latent: Latent, temperature: FloatArray, drive: FloatArray, rng: np.random.Generator
) -> FloatArray:
    rest = typical_heart_rate(latent.person.age) + rng.normal(0, 6)
    rate = rest + 11 * (temperature - 36.8) + 7 * np.clip(drive, 0, 4) + rng.normal(0, 6, len(temperature))
    return np.asarray(np.clip(np.round(rate), 45, 220), dtype=np.float64)


def _respiration(
    latent: Latent, times: MinuteArray, drive: FloatArray, rng: np.random.Generator
) -> FloatArray:
    rate = typical_respiration(latent.person.age) + 3 * np.clip(drive, 0, 4) + rng.normal(0, 2, len(times))
    return np.asarray(np.clip(np.round(rate), 8, 70), dtype=np.float64)


def _saturation(latent: Latent, times: MinuteArray, rng: np.random.Generator) -> FloatArray:
    _, oxygen = _spans_of_rows(latent)
    calm = np.clip(98.2 + rng.normal(0, 0.9, len(times)), 95, 100)
    supported = np.clip(94.0 + rng.normal(0, 2.2, len(times)), 84, 99)
    return np.asarray(np.round(np.where(inside(times, oxygen), supported, calm)), dtype=np.float64)
