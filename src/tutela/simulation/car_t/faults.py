"""Which records go wrong: faults drawn per subject, before anything is written.

Each measurement row carries at most one fault. What a fault does to a grade is declared here, so that the
truth can say where the records still determine it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.kernel.analytes import ANALYTES
from tutela.kernel.tri import BoolArray
from tutela.simulation.car_t.formats import convertible_tests
from tutela.simulation.car_t.options import MessRates
from tutela.simulation.car_t.spans import HOUR, MinuteArray

__all__ = ["EFFECTS", "MEASUREMENT_FAULTS", "VITAL_TESTS", "Faults", "draw_faults"]

VITAL_TESTS = ("TEMP", "SYSBP", "DIABP", "HR", "RESP", "OXYSAT")

#: Tests of one neurological assessment: a form that is filled in or not, item by item only rarely.
FORM_TESTS = tuple(row.code for row in ANALYTES.values() if row.category == "neurology")

#: Faults of measurement rows in the order in which a row is offered them; 0 means none.
MEASUREMENT_FAULTS = (
    "", "missing_row", "missing_value", "decimal_slip", "decimal_comma", "mislabeled_unit", "duplicate",
    "subject_typo", "swapped_date", "missing_limits", "missing_gap",
)  # fmt: skip

#: What a fault means for whoever grades from the records: nothing (the record still says what was
#: observed), a gap (as if not observed), or a false statement that no method can be asked to see through
#: (a measurement under a mistyped identifier is a gap, but support under one looks like no support).
EFFECTS = {
    "": "intact", "other_unit": "intact", "duplicate": "intact", "missing_limits": "intact",
    "wrong_site_grade": "intact",
    "missing_row": "gap", "missing_value": "gap", "missing_gap": "gap", "decimal_comma": "gap",
    "subject_typo": "gap", "missing_end": "gap", "missing_flow": "gap", "date_only": "gap", "age_only": "gap",
    "decimal_slip": "false", "mislabeled_unit": "false", "swapped_date": "false", "subject_typo_row": "false",
}  # fmt: skip

GAP_HOURS = (8, 30)


@dataclass(frozen=True)
class Faults:
    """Faults of one subject's measurements.

    Parameters
    ----------
    kind
        Shape (n,): index into :data:`MEASUREMENT_FAULTS`.
    is_up
        Shape (n,): direction of a decimal slip.
    is_other_unit
        Shape (n,): written in the test's other unit.
    """

    kind: NDArray[np.int8]
    is_up: BoolArray
    is_other_unit: BoolArray


def draw_faults(
    tests: list[str],
    time: MinuteArray,
    has_limits: BoolArray,
    is_number: BoolArray,
    rates: MessRates,
    rng: np.random.Generator,
) -> Faults:
    """Draw the faults of one subject's measurement rows.

    Parameters
    ----------
    tests, time, has_limits, is_number
        Test code, minutes, whether limits of normal are given and whether the result is a number, shape (n,).
    rates
        The options' rates.
    rng
        The subject's random numbers for mistakes.
    """
    n = len(tests)
    names = np.array(tests)
    can_convert = np.isin(names, convertible_tests()) & is_number
    kind = np.zeros(n, dtype=np.int8)
    is_form = np.isin(names, FORM_TESTS)
    allowed = {
        "decimal_slip": is_number, "decimal_comma": is_number, "mislabeled_unit": can_convert,
        "missing_limits": has_limits,
    }  # fmt: skip
    for index, name in enumerate(MEASUREMENT_FAULTS):
        if name in {"", "missing_gap"}:
            continue
        drawn = rng.random(n) < getattr(rates, name)
        if name in {"missing_row", "missing_value"}:
            drawn = np.where(is_form, _draw_form(name, time, rates, rng), drawn)
        kind = np.where((kind == 0) & drawn & allowed.get(name, True), index, kind).astype(np.int8)
    in_gap = _draw_gap(names, time, rates, rng)
    kind[in_gap] = MEASUREMENT_FAULTS.index("missing_gap")
    is_other = can_convert & _draw_series(names, rates, rng)
    return Faults(kind, rng.random(n) < 0.5, is_other)


def _draw_form(name: str, time: MinuteArray, rates: MessRates, rng: np.random.Generator) -> BoolArray:
    """A form that was never filled in lacks all its items; in one that was, a single item may be empty."""
    if name == "missing_value":
        return np.asarray(rng.random(len(time)) < rates.missing_item)
    moments, form = np.unique(time, return_inverse=True)
    return np.asarray((rng.random(len(moments)) < rates.missing_row)[form])


def _draw_gap(
    names: NDArray[np.str_], time: MinuteArray, rates: MessRates, rng: np.random.Generator
) -> BoolArray:
    """All vital signs of one stretch in the first two weeks, for some subjects."""
    has_gap, start = rng.random() < rates.missing_gap, int(rng.integers(0, 14 * 24)) * HOUR
    length = int(rng.integers(*GAP_HOURS)) * HOUR
    inside = (time >= start) & (time < start + length) & np.isin(names, VITAL_TESTS)
    return np.asarray(inside & has_gap)


def _draw_series(names: NDArray[np.str_], rates: MessRates, rng: np.random.Generator) -> BoolArray:
    """Whole series of a subject and test in the other unit."""
    chosen = [test for test in convertible_tests() if rng.random() < rates.other_unit]
    return np.isin(names, chosen)
