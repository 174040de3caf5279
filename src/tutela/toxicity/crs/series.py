"""From the study tables to one observation record per window, with the event each window lies in.

Two readings of incomplete data run side by side. The *certain* one opens an event on certain fever and ends
it as soon as quiet is possible; the *possible* one opens it where fever cannot be excluded and ends it only
where quiet was observed. Whatever the missing values are, the truth lies between; with complete data both
are the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from tutela.kernel.tri import BoolArray, Tri
from tutela.toxicity.crs.masking import Masking, collect_masking
from tutela.toxicity.crs.observation import CrsObservation
from tutela.toxicity.crs.options import CrsOptions
from tutela.toxicity.crs.support import Support, SupportRows, collect_support, observe_support
from tutela.toxicity.crs.vitals import TESTS, Vitals, VitalSigns, collect_vitals, observe_vitals
from tutela.toxicity.deaths import Deaths, collect_deaths
from tutela.toxicity.inputs import name_subjects, prepare_measurements, prepare_treatments
from tutela.toxicity.spells import Spells, find_quiet, find_settled, find_spells
from tutela.toxicity.windows import (
    DAY_MS,
    HOUR_MS,
    IntArray,
    Windows,
    build_windows,
    infusion_hours,
)

__all__ = ["CrsSeries", "build_series"]

#: How a death from CRS is worded.
DEATH_PATTERN = r"(?i)cytokine release|^\s*crs\b"


@dataclass(frozen=True, eq=False)
class CrsSeries:
    """Everything known about each window.

    Parameters
    ----------
    windows
        Observation windows.
    observation
        The record that scales grade.
    vitals, signs, support
        Readings; statements about vital signs and about support.
    certain, possible
        Events on both readings.
    has_sign
        Shape (n,): a certain sign that keeps an event open.
    settled
        Indices of windows at which an observed quiet stretch begins that resolves an event.
    is_quiet
        Shape (n,): observed to be quiet.
    deaths
        Deaths, and the window of each (-1 if it lies in none).
    death_at
        Index of the window of each death.
    is_recorded
        Support that is not recorded was not given.
    """

    windows: Windows
    observation: CrsObservation
    vitals: Vitals
    signs: VitalSigns
    support: Support
    certain: Spells
    possible: Spells
    has_sign: BoolArray
    settled: IntArray
    is_quiet: BoolArray
    deaths: Deaths
    death_at: IntArray
    is_recorded: bool


def build_series(
    measurements: pl.DataFrame,
    *,
    treatments: pl.DataFrame | None,
    subjects: pl.DataFrame | None,
    events: pl.DataFrame | None,
    options: CrsOptions,
) -> CrsSeries:
    """Build the observation record of every window of every subject.

    Parameters
    ----------
    measurements, treatments, subjects, events
        Study tables; the last three may be None.
    options
        Interpretive choices.
    """
    given = prepare_treatments(treatments)
    names = name_subjects(measurements, given, subjects)
    hours = infusion_hours(names, subjects)
    rows = prepare_measurements(measurements, TESTS)
    vitals = collect_vitals(rows, names, subjects, options=options)
    support_rows = collect_support(given, names, hours=hours, options=options)
    masking = collect_masking(given, names, hours=hours, options=options)
    deaths = collect_deaths(subjects, events, names, pattern=DEATH_PATTERN)
    windows = _windows(names, vitals, support_rows, deaths, hours)
    signs = observe_vitals(vitals, windows, options=options)
    support = observe_support(support_rows, windows, options=options)
    return _assemble(windows, vitals, signs, support, masking, deaths, options)


def _windows(
    names: tuple[str, ...], vitals: Vitals, support: SupportRows, deaths: Deaths, hours: IntArray
) -> Windows:
    """Every vital sign, every start and stop of support, and deaths."""
    deceased = (deaths.key, np.zeros(len(deaths.key), dtype=bool))
    parts = [(readings.key, readings.is_day) for readings in (vitals.temperature, vitals.pressure)]
    return build_windows(names, [*parts, *support.edges(), deceased], hours=hours)


def _assemble(
    windows: Windows,
    vitals: Vitals,
    signs: VitalSigns,
    support: Support,
    masking: Masking,
    deaths: Deaths,
    options: CrsOptions,
) -> CrsSeries:
    death_at = np.searchsorted(windows.key, deaths.key)
    due = np.zeros(len(windows), dtype=bool)
    due[death_at[deaths.is_due]] = True
    holds = (
        masking.antipyretic(windows)
        if options.resolution_without_antipyretics
        else Tri.of(np.zeros_like(due))
    )
    sign = signs.fever | signs.hypotension | support.any | holds | Tri.of(due)
    lately = signs.fever_lately | signs.hypotension_lately | support.any | holds | Tri.of(due)
    is_quiet = ~lately.possible
    certain, possible = _events(windows, signs, due, ~sign.certain, is_quiet, options)
    settled = _settled(windows, is_quiet, options.resolution_window_h, options)
    observation = _observe(windows, signs, support, masking, certain, possible, deaths, death_at, options)
    return CrsSeries(
        windows, observation, vitals, signs, support, certain, possible, sign.certain, settled, is_quiet,
        deaths, death_at, masking.is_recorded,
    )  # fmt: skip


def _settled(windows: Windows, is_quiet: BoolArray, hours: float, options: CrsOptions) -> IntArray:
    return find_settled(
        windows,
        is_quiet,
        window_ms=round(hours * HOUR_MS),
        max_gap_ms=round(options.max_gap_h * HOUR_MS),
        long_ms=round(options.long_quiet_d * DAY_MS),
    )


def _events(
    windows: Windows,
    signs: VitalSigns,
    due: BoolArray,
    may_be_quiet: BoolArray,
    is_quiet: BoolArray,
    options: CrsOptions,
) -> tuple[Spells, Spells]:
    """Events on the certain and on the possible reading."""
    may_open = windows.time <= options.max_onset_day
    apart = max(options.resolution_window_h, options.merge_gap_h)
    cuts = find_quiet(windows, may_be_quiet, window_ms=round(apart * HOUR_MS)).cuts
    certain = find_spells(windows, cuts, (signs.fever.certain & may_open) | due)
    # A fever that nobody saw may have opened an event if the window before it lies early enough.
    before = np.concatenate(([0.0], windows.time[:-1]))[: len(windows)]
    reach = np.where(windows.is_first, 0.0, before) <= options.max_onset_day
    opens = (signs.fever.possible & may_open) | (signs.unseen_fever & reach) | due
    return certain, find_spells(windows, _settled(windows, is_quiet, apart, options), opens)


def _observe(
    windows: Windows,
    signs: VitalSigns,
    support: Support,
    masking: Masking,
    certain: Spells,
    possible: Spells,
    deaths: Deaths,
    death_at: IntArray,
    options: CrsOptions,
) -> CrsObservation:
    is_open = Tri(certain.is_open, possible.is_open | certain.is_open)
    low, high = masking.since(certain.onset, windows), masking.since(possible.onset, windows)
    is_masked = Tri(low.certain, low.possible | high.possible)
    if options.grade_afebrile_unmasked:
        is_masked = is_masked | is_open
    died = np.zeros((2, len(windows)), dtype=bool)
    died[:, death_at[deaths.is_due]] = True
    unknown = death_at[deaths.is_unknown]
    died[1, unknown] |= is_open.possible[unknown]
    return CrsObservation(
        fever=signs.fever,
        is_open=is_open,
        is_masked=is_masked,
        hypotension=signs.hypotension,
        vasopressor=support.vasopressor,
        multiple_vasopressors=support.multiple,
        low_flow=support.low_flow,
        high_flow=support.high_flow,
        positive_pressure=support.positive_pressure,
        died=Tri(died[0], died[1]),
    )
