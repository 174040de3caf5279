"""Readings of one test, reduced to one per subject and instant, and carried to the windows between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from tutela.kernel.errors import InputError
from tutela.kernel.tri import BoolArray, FloatArray
from tutela.toxicity.windows import DAY_MS, HOUR_MS, IntArray, carry, code_subjects, pack

__all__ = ["Readings", "carry_readings", "collect_readings"]


@dataclass(frozen=True, eq=False)
class Readings:
    """Readings of one test, one per subject and instant, sorted.

    Parameters
    ----------
    key
        Shape (m,): packed subject and time, strictly increasing.
    value
        Shape (m,): the worst reading of the instant in canonical units; NaN where there is none.
    is_known
        Shape (m,): every reading of the instant had a usable value.
    row
        Shape (m,): row of the measurements table the value comes from.
    is_day
        Shape (m,): only the date is known.
    is_excluded
        Shape (m,): the worst reading is attributed to another cause.
    """

    key: IntArray
    value: FloatArray
    is_known: BoolArray
    row: IntArray
    is_day: BoolArray
    is_excluded: BoolArray

    def __len__(self) -> int:
        return len(self.key)


def _check_finite(rows: pl.DataFrame) -> None:
    bad = rows.filter(pl.col("value").is_infinite())
    if bad.height:
        first = bad.row(0, named=True)
        what = f"{first['test']} of subject {first['subject']} is infinite."
        raise InputError(
            what,
            file=first.get("source_file"),
            row=first.get("source_row"),
            column="value",
            value=first["value"],
            expected="a finite number, or empty where there is no result",
            advice="Correct the value, or leave it empty.",
        )


def collect_readings(
    rows: pl.DataFrame,
    subjects: tuple[str, ...],
    *,
    highest_is_worst: bool,
    plausible: tuple[float, float],
) -> Readings:
    """Sort the readings of one test and keep the worst of each instant.

    Parameters
    ----------
    rows
        Rows of one test with a usable time, and ``row`` as their position in the measurements table.
    subjects
        Names, sorted.
    highest_is_worst
        Which of several readings at the same instant counts.
    plausible
        Values outside are typing errors or another unit: the reading is not known.

    Raises
    ------
    InputError
        If a value is infinite.

    Notes
    -----
    A row without a value says that a reading was due and not obtained: the instant is not known. A reading
    attributed to another cause counts as normal unless another reading of the instant is worse.
    """
    _check_finite(rows)
    value = rows.get_column("value").cast(pl.Float64).fill_null(np.nan).to_numpy().astype(np.float64)
    low, high = plausible
    is_usable = (value >= low) & (value <= high)
    other = _texts_equal(rows, "attribution", "other")
    badness = np.where(is_usable & ~other, value if highest_is_worst else -value, -np.inf)
    # Attributed readings rank below all others, yet above "no value".
    badness = np.where(other & is_usable, -1e9 + (value if highest_is_worst else -value), badness)
    key = pack(code_subjects(rows.get_column("subject"), subjects), rows.get_column("time").to_numpy())
    tie = (
        rows.get_column("source_row").fill_null(0).to_numpy()
        if "source_row" in rows.columns
        else np.zeros(len(key))
    )
    order = np.lexsort((-tie, badness, key))
    return _reduce(
        rows, key[order], np.where(is_usable, value, np.nan)[order], is_usable[order], other[order], order
    )


def _texts_equal(rows: pl.DataFrame, name: str, text: str) -> BoolArray:
    if name not in rows.columns:
        return np.zeros(rows.height, dtype=bool)
    return np.asarray(
        (rows.get_column(name).cast(pl.String) == text).fill_null(value=False).to_numpy(), dtype=bool
    )


def _reduce(
    rows: pl.DataFrame,
    key: IntArray,
    value: FloatArray,
    is_usable: BoolArray,
    is_other: BoolArray,
    order: IntArray,
) -> Readings:
    is_last = np.concatenate((key[1:] != key[:-1], [True])) if len(key) else np.zeros(0, dtype=bool)
    last = np.flatnonzero(is_last)
    first = np.concatenate(([0], last[:-1] + 1)) if len(last) else last
    all_known = np.logical_and.reduceat(is_usable, first) if len(last) else np.zeros(0, dtype=bool)
    at = order[last]
    is_day = _texts_equal(rows, "time_precision", "day")
    row = rows.get_column("row").to_numpy().astype(np.int64)
    return Readings(key[last], value[last], all_known, row[at], is_day[at], is_other[last])


def carry_readings(
    readings: Readings,
    windows: IntArray,
    *,
    valid_hours: float,
    assessments: IntArray | None = None,
) -> IntArray:
    """Index of the reading that stands at each window, -1 for none.

    Parameters
    ----------
    readings
        Readings of one test.
    windows
        Packed keys.
    valid_hours
        How long a reading stands; one with only a date stands for its day.
    assessments
        Instants at which vital signs were taken, sorted: a reading does not pass a later assessment that
        lacks it. None: it passes.
    """
    valid = np.maximum(round(valid_hours * HOUR_MS), np.where(readings.is_day, DAY_MS, 0))
    index = carry(windows, readings.key, valid_ms=valid)
    if assessments is None or not len(assessments) or not len(readings):
        return index
    latest = assessments[np.maximum(np.searchsorted(assessments, windows, side="right") - 1, 0)]
    is_current = (index >= 0) & ((latest > windows) | (readings.key[np.maximum(index, 0)] >= latest))
    return np.where(is_current, index, -1)
