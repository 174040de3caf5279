"""From the study tables to one observation record per neurological assessment, with the event it lies in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from tutela.kernel.scale import Graded, Scale
from tutela.kernel.tri import BoolArray, Tri
from tutela.toxicity.deaths import Deaths, collect_deaths
from tutela.toxicity.icans.carrying import Standing, stand
from tutela.toxicity.icans.findings import FINDINGS, LevelReadings, read_findings
from tutela.toxicity.icans.instrument_by_age import choose_instrument, subtract_baseline
from tutela.toxicity.icans.instruments import CAPD, ICE, read_scores
from tutela.toxicity.icans.observation import IcansObservation
from tutela.toxicity.icans.options import IcansOptions
from tutela.toxicity.inputs import prepare_measurements, select_test
from tutela.toxicity.spells import Spells, find_quiet, find_settled, find_spells
from tutela.toxicity.windows import DAY_MS, HOUR_MS, IntArray, Windows, build_windows, code_of, infusion_hours

__all__ = ["TESTS", "IcansSeries", "build_series"]

#: How a death from ICANS is worded.
DEATH_PATTERN = r"(?i)neurotox|\bicans\b|immune effector cell.associated neuro"
#: All tests read.
TESTS = (*ICE.tests, *CAPD.tests, *(finding.test for finding in FINDINGS.values()))


@dataclass(frozen=True, eq=False)
class IcansSeries:
    """Everything known about each assessment.

    Parameters
    ----------
    windows
        Assessments.
    observation
        The record that scales grade.
    standing
        By domain: the reading that stands at each assessment.
    certain, possible
        Events on both readings (see :mod:`tutela.toxicity.spells`).
    has_sign, is_quiet
        Shape (n,): certainly above grade 0; certainly grade 0.
    settled
        Indices of assessments at which an observed quiet stretch begins that resolves an event.
    deaths, death_at
        Deaths, and the index of the window of each.
    """

    windows: Windows
    observation: IcansObservation
    standing: dict[str, Standing]
    certain: Spells
    possible: Spells
    has_sign: BoolArray
    is_quiet: BoolArray
    settled: IntArray
    deaths: Deaths
    death_at: IntArray


def _read(measurements: pl.DataFrame, names: tuple[str, ...]) -> dict[str, LevelReadings]:
    rows = prepare_measurements(measurements, TESTS)
    readings = {
        name: read_findings(select_test(rows, finding.test), names, finding)
        for name, finding in FINDINGS.items()
    }
    for name, instrument in (("ice", ICE), ("capd", CAPD)):
        parts = [select_test(rows, test) for test in instrument.tests]
        readings[name] = read_scores(pl.concat(parts), names, instrument)
    return readings


def build_series(
    measurements: pl.DataFrame,
    scale: Scale[IcansObservation],
    *,
    subjects: pl.DataFrame | None,
    events: pl.DataFrame | None,
    names: tuple[str, ...],
    options: IcansOptions,
) -> IcansSeries:
    """Build the observation record of every assessment of every subject.

    Parameters
    ----------
    measurements, subjects, events
        Study tables; the last two may be None.
    scale
        The grading scale, which says what is a sign.
    names
        Persons, sorted.
    options
        Interpretive choices.
    """
    hours = infusion_hours(names, subjects)
    readings = _read(measurements, names)
    deaths = collect_deaths(subjects, events, names, pattern=DEATH_PATTERN)
    # Only a death that may be due to ICANS is a window: any other says nothing about neurotoxicity.
    matters = deaths.is_due | deaths.is_unknown
    deaths = Deaths(
        deaths.key[matters],
        deaths.is_due[matters],
        deaths.is_unknown[matters],
        tuple(e for e, is_kept in zip(deaths.evidence, matters, strict=True) if is_kept),
    )
    parts = [(reading.key, reading.is_day) for reading in readings.values()]
    due = (deaths.key[deaths.is_due], np.zeros(int(deaths.is_due.sum()), dtype=bool))
    windows = build_windows(names, [*parts, due], hours=hours)
    standing = stand(readings, windows, options=options)
    uses_ice = choose_instrument(windows, standing, subjects, options=options)
    observation = _observe(windows, readings, standing, uses_ice, subjects, deaths, options)
    return _place_in_events(windows, observation, standing, scale, deaths, options)


def _observe(
    windows: Windows,
    readings: Mapping[str, LevelReadings],
    standing: dict[str, Standing],
    uses_ice: Tri,
    subjects: pl.DataFrame | None,
    deaths: Deaths,
    options: IcansOptions,
) -> IcansObservation:
    died = np.zeros((2, len(windows)), dtype=bool)
    died[:, np.searchsorted(windows.key, deaths.key[deaths.is_due])] = True
    capd = subtract_baseline(
        windows, readings["capd"], standing["capd"].value, subjects=subjects, options=options
    )
    unable = standing["capd"]
    return IcansObservation(
        in_scope=Tri.of(np.ones(len(windows), dtype=bool)),
        uses_ice=uses_ice,
        ice=standing["ice"].value,
        capd=capd,
        is_unable=Tri(unable.is_unable, unable.may_be_unable),
        consciousness=standing["consciousness"].value,
        seizure=standing["seizure"].value,
        motor=standing["motor"].value,
        pressure=standing["pressure"].value,
        died=Tri(died[0], died[1]),
    )


def _place_in_events(
    windows: Windows,
    observation: IcansObservation,
    standing: dict[str, Standing],
    scale: Scale[IcansObservation],
    deaths: Deaths,
    options: IcansOptions,
) -> IcansSeries:
    graded: Graded = scale(observation)
    has_sign, is_quiet = graded.lowest > 0, graded.highest == 0
    apart = max(options.resolution_window_h, options.merge_gap_h)
    early = (windows.time <= options.max_onset_day) | observation.died.certain
    cuts = find_quiet(windows, ~has_sign, window_ms=round(apart * HOUR_MS)).cuts
    certain = find_spells(windows, cuts, has_sign & early)
    possible = find_spells(windows, _settled(windows, is_quiet, apart, options), ~is_quiet & early)
    scope = Tri(certain.is_open | early, possible.is_open | certain.is_open | early)
    return IcansSeries(
        windows,
        replace(observation, in_scope=scope, died=_unexplained(windows, observation.died, possible, deaths)),
        standing,
        certain,
        possible,
        has_sign & scope.certain,
        is_quiet | ~scope.possible,
        _settled(windows, is_quiet, options.resolution_window_h, options),
        deaths,
        np.minimum(np.searchsorted(windows.key, deaths.key), max(len(windows) - 1, 0)),
    )


def _unexplained(windows: Windows, died: Tri, possible: Spells, deaths: Deaths) -> Tri:
    """A death without a cause may be due to an event that may still be open at its last assessment."""
    highest = died.possible.copy()
    before = np.searchsorted(windows.key, deaths.key[deaths.is_unknown], side="right") - 1
    for index, key in zip(before.tolist(), deaths.key[deaths.is_unknown].tolist(), strict=True):
        if index >= 0 and windows.code[index] == code_of(np.array([key]))[0] and possible.is_open[index]:
            highest[index] = True
    return Tri(died.certain, highest)


def _settled(windows: Windows, is_quiet: BoolArray, hours: float, options: IcansOptions) -> IntArray:
    return find_settled(
        windows,
        is_quiet,
        window_ms=round(hours * HOUR_MS),
        max_gap_ms=round(options.max_gap_h * HOUR_MS),
        long_ms=round(options.long_quiet_d * DAY_MS),
    )
