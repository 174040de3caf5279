"""Temperature and systolic pressure at each window: fever and hypotension, with what is not known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from tutela.kernel.ages import age_at
from tutela.kernel.tri import BoolArray, FloatArray, Tri, at_least, below
from tutela.toxicity.crs.options import SET_SHARE, CrsOptions
from tutela.toxicity.crs.scales.astct_2019 import FEVER
from tutela.toxicity.inputs import select_test
from tutela.toxicity.readings import Readings, carry_readings, collect_readings
from tutela.toxicity.windows import HOUR_MS, IntArray, Windows, code_of, pack, unpack

__all__ = ["TESTS", "VitalSigns", "Vitals", "collect_vitals", "observe_vitals"]

TEMPERATURE, PRESSURE = "TEMP", "SYSBP"
TESTS = (TEMPERATURE, PRESSURE)
#: Values outside are typing errors or another unit (101 is a temperature in degF); limits of our own.
PLAUSIBLE_TEMPERATURE = (25.0, 45.0)
PLAUSIBLE_PRESSURE = (20.0, 300.0)


@dataclass(frozen=True, eq=False)
class Vitals:
    """Readings, one per subject and instant, and what each says.

    Parameters
    ----------
    temperature, pressure
        Worst readings of each instant.
    is_fever, is_low
        Shape as the readings: fever; hypotension for the age at the reading.
    is_in_sets
        For temperature and pressure: a reading does not outlive a later set that lacks it.
    """

    temperature: Readings
    pressure: Readings
    is_fever: Tri
    is_low: Tri
    is_in_sets: tuple[bool, bool]

    @property
    def assessments(self) -> IntArray:
        """Instants at which temperature or pressure was, or should have been, taken."""
        return np.unique(np.concatenate((self.temperature.key, self.pressure.key)))


@dataclass(frozen=True, eq=False)
class VitalSigns:
    """Statements about vital signs at each window.

    Parameters
    ----------
    fever, hypotension
        By readings that are still valid; unknown without one.
    fever_lately, hypotension_lately
        The same with the longer time used to judge whether quiet was observed.
    unseen_fever
        No temperature for so long that a fever may have been missed.
    temperature_row, pressure_row
        Measurement row behind the statement, -1 for none.
    temperature
        The temperature that stands, degC; NaN for none.
    """

    fever: Tri
    hypotension: Tri
    fever_lately: Tri
    hypotension_lately: Tri
    unseen_fever: BoolArray
    temperature_row: IntArray
    pressure_row: IntArray
    temperature: FloatArray


def collect_vitals(
    rows: pl.DataFrame,
    subjects: tuple[str, ...],
    table: pl.DataFrame | None,
    *,
    options: CrsOptions,
) -> Vitals:
    """Reduce temperature and systolic pressure to one reading per instant, and judge each.

    Parameters
    ----------
    rows
        Measurements with ``row``.
    subjects
        Names, sorted.
    table
        Subjects table, for ages; None if there is none.
    options
        Limits of pressure, and how readings are carried.
    """
    temperature = collect_readings(
        select_test(rows, TEMPERATURE), subjects, highest_is_worst=True, plausible=PLAUSIBLE_TEMPERATURE
    )
    pressure = collect_readings(
        select_test(rows, PRESSURE), subjects, highest_is_worst=False, plausible=PLAUSIBLE_PRESSURE
    )
    is_fever = _with_gaps(at_least(temperature.value, FEVER), temperature)
    is_low = _with_gaps(_hypotension(pressure, subjects, table, options), pressure)
    both = len(np.unique(np.concatenate((temperature.key, pressure.key))))
    sets = tuple(
        options.carry == "sets" or (options.carry == "auto" and len(test) >= SET_SHARE * both)
        for test in (temperature, pressure)
    )
    return Vitals(temperature, pressure, is_fever, is_low, (sets[0], sets[1]))


def _with_gaps(statement: Tri, readings: Readings) -> Tri:
    """A reading attributed to another cause shows nothing; a missing one beside it may have shown more."""
    counts = Tri(statement.certain & ~readings.is_excluded, statement.possible & ~readings.is_excluded)
    return Tri(counts.certain, counts.possible | ~readings.is_known)


def _hypotension(
    pressure: Readings, subjects: tuple[str, ...], table: pl.DataFrame | None, options: CrsOptions
) -> Tri:
    # Age decides only between the lowest and the highest limit; most readings lie above both.
    lowest, highest = options.systolic_limits.span
    limit_low = np.full(len(pressure), lowest)
    limit_high = np.full(len(pressure), highest)
    asked = np.flatnonzero((pressure.value >= lowest) & (pressure.value < highest))
    if len(asked):
        low, high = _ages(pressure.key[asked], subjects, table, options)
        limit_low[asked], limit_high[asked] = options.systolic_limits(low, high)
    certain, possible = below(pressure.value, limit_low), below(pressure.value, limit_high)
    return Tri(certain.certain, possible.possible)


def _ages(
    key: IntArray, subjects: tuple[str, ...], table: pl.DataFrame | None, options: CrsOptions
) -> tuple[FloatArray, FloatArray]:
    low, high = np.full(len(key), np.nan), np.full(len(key), np.nan)
    if table is not None:
        names = pl.Series("subject", subjects, dtype=pl.String).gather(code_of(key))
        ages = age_at(table, pl.DataFrame({"subject": names, "time": unpack(key)}))
        low, high = (
            np.asarray(ages.get_column(name).cast(pl.Float64).fill_null(np.nan).to_numpy(), dtype=np.float64)
            for name in ("age_low", "age_high")
        )
    if options.default_age is not None:
        low, high = (np.where(np.isnan(age), options.default_age, age) for age in (low, high))
    return low, high


def _stand(statement: Tri, index: IntArray) -> Tri:
    """The statement of the reading that stands at each window; unknown where none does."""
    if not len(statement.certain):
        return Tri.of(np.zeros(len(index), dtype=bool), known=False)
    at = np.maximum(index, 0)
    return Tri((index >= 0) & statement.certain[at], (index < 0) | statement.possible[at])


def observe_vitals(vitals: Vitals, windows: Windows, *, options: CrsOptions) -> VitalSigns:
    """Say for each window whether there is fever and hypotension.

    Parameters
    ----------
    vitals
        Readings and what they say.
    windows
        Observation windows.
    options
        How long readings stand.
    """
    assessments = vitals.assessments
    stand = []
    for readings, statement, in_sets, valid in (
        (vitals.temperature, vitals.is_fever, vitals.is_in_sets[0], options.temperature_valid_h),
        (vitals.pressure, vitals.is_low, vitals.is_in_sets[1], options.pressure_valid_h),
    ):
        sets = assessments if in_sets else None
        index = carry_readings(readings, windows.key, valid_hours=valid, assessments=sets)
        late = carry_readings(readings, windows.key, valid_hours=options.max_gap_h, assessments=sets)
        stand.append((index, _stand(statement, index), _stand(statement, late)))
    (at, fever, fever_lately), (pressure_at, low, low_lately) = stand
    return VitalSigns(
        fever,
        low,
        fever_lately,
        low_lately,
        _unseen(vitals.temperature, windows, options),
        _rows(vitals.temperature, at),
        _rows(vitals.pressure, pressure_at),
        np.where(at >= 0, vitals.temperature.value[at], np.nan)
        if len(vitals.temperature)
        else np.full(len(at), np.nan),
    )


def _rows(readings: Readings, index: IntArray) -> IntArray:
    return np.where(index >= 0, readings.row[index], -1) if len(readings) else index


def _unseen(temperature: Readings, windows: Windows, options: CrsOptions) -> BoolArray:
    """Whether the last known temperature before each window, or the infusion, is too long ago."""
    known = temperature.key[temperature.is_known]
    zero = pack(windows.code, np.zeros(len(windows)))
    before = np.searchsorted(known, windows.key, side="left") - 1
    last = known[np.maximum(before, 0)] if len(known) else zero
    since = np.where(before >= 0, np.maximum(last, zero), zero)
    too_long: BoolArray = windows.key - since > round(options.unseen_fever_h * HOUR_MS)
    return too_long
