"""Observation windows: the instants at which a grade is asked, one sorted axis over all subjects.

Subject and time are packed into one integer (milliseconds, subject in the high bits), so that "the last
reading before", "the next window after" and "covered by this interval" are binary searches over all
subjects at once, and so that two representations of the same instant are equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from tutela.kernel.tri import BoolArray, FloatArray

__all__ = [
    "DAY_MS",
    "HOUR_MS",
    "IntArray",
    "Windows",
    "build_windows",
    "carry",
    "code_of",
    "code_subjects",
    "first_of",
    "infusion_hours",
    "last_of",
    "pack",
    "unpack",
]

IntArray = NDArray[np.int64]

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

# 43 bits of milliseconds hold 279 years; infusion is in the middle. 20 bits remain for the subject.
_BITS = 43
_ZERO = 1 << (_BITS - 1)
_LAST = (1 << _BITS) - 1


def code_subjects(names: pl.Series, subjects: tuple[str, ...]) -> IntArray:
    """Position of each name in the sorted tuple of subjects."""
    keys = pl.DataFrame({"subject": subjects}, schema={"subject": pl.String}).with_row_index("code")
    found = names.to_frame("subject").join(keys, on="subject", how="left", maintain_order="left")
    return np.asarray(found.get_column("code").to_numpy(), dtype=np.int64)


def pack(code: IntArray, time: ArrayLike) -> IntArray:
    """Subject code and time in days -> one sortable integer; infinite times fall on the axis' ends."""
    milliseconds = np.clip(np.asarray(time, dtype=np.float64) * DAY_MS, 1 - _ZERO, _LAST - _ZERO)
    return (code << _BITS) + np.rint(milliseconds).astype(np.int64) + _ZERO


def unpack(key: IntArray) -> FloatArray:
    """Time in days of packed keys."""
    result: FloatArray = ((key & _LAST) - _ZERO) / DAY_MS
    return result


def infusion_hours(subjects: tuple[str, ...], table: pl.DataFrame | None) -> IntArray:
    """Time of day of each subject's infusion, milliseconds; 0 where only its date is known.

    Notes
    -----
    A date without a time is kept as whole calendar days since the date of the infusion, so it stands for the
    elapsed time from that many days less this offset, and lasts one day.
    """
    offset = np.zeros(len(subjects), dtype=np.int64)
    if table is None or "infusion" not in table.columns:
        return offset
    parts = table.get_column("infusion").cast(pl.String).str.extract_groups(r"[T ](\d{2}):?(\d{2})?")
    hours = parts.struct.field("1").cast(pl.Int64).fill_null(0)
    minutes = parts.struct.field("2").cast(pl.Int64).fill_null(0)
    code = code_subjects(table.get_column("subject"), subjects)
    offset[code] = (hours * HOUR_MS + minutes * (HOUR_MS // 60)).to_numpy()
    return offset


def code_of(key: IntArray) -> IntArray:
    """Subject codes of packed keys."""
    return key >> _BITS


def first_of(key: IntArray) -> IntArray:
    """The smallest key of the same subject."""
    return (key >> _BITS) << _BITS


def last_of(key: IntArray) -> IntArray:
    """The largest key of the same subject."""
    return first_of(key) + _LAST


@dataclass(frozen=True, eq=False)
class Windows:
    """Observation windows, sorted by subject and time.

    Parameters
    ----------
    subjects
        Names, sorted.
    key
        Shape (n,): packed subject and time, strictly increasing.
    is_day
        Shape (n,): the window is a calendar day (only a date is known), not an instant.
    hours
        Per subject: time of day of the infusion, milliseconds (:func:`infusion_hours`).
    """

    subjects: tuple[str, ...]
    key: IntArray
    is_day: BoolArray
    hours: IntArray

    @cached_property
    def begin(self) -> IntArray:
        """Shape (n,): the instant, or the first instant of the day."""
        return self.key - self.is_day * self.hours[self.code]

    @cached_property
    def code(self) -> IntArray:
        """Shape (n,): index into ``subjects``."""
        return code_of(self.key)

    @cached_property
    def time(self) -> FloatArray:
        """Shape (n,): days since infusion."""
        return unpack(self.key)

    @cached_property
    def is_first(self) -> BoolArray:
        """Shape (n,): the first window of its subject."""
        code = self.code
        return np.concatenate(([True], code[1:] != code[:-1])) if len(code) else np.zeros(0, dtype=bool)

    def __len__(self) -> int:
        return len(self.key)


def build_windows(
    subjects: tuple[str, ...], parts: list[tuple[IntArray, BoolArray]], *, hours: IntArray
) -> Windows:
    """Unite instants from several sources; at or after the infusion only.

    Parameters
    ----------
    subjects
        Names, sorted.
    parts
        Packed keys, and whether each is a whole day.
    hours
        Per subject: time of day of the infusion (:func:`infusion_hours`).
    """
    keys = np.concatenate([key for key, _ in parts]) if parts else np.zeros(0, dtype=np.int64)
    days = np.concatenate([day for _, day in parts]) if parts else np.zeros(0, dtype=bool)
    keep = unpack(keys) >= 0
    unique, position = np.unique(keys[keep], return_inverse=True)
    is_day = np.zeros(len(unique), dtype=bool)
    is_day[position[days[keep]]] = True
    return Windows(subjects, unique, is_day, hours)


def carry(windows: IntArray, readings: IntArray, *, valid_ms: ArrayLike) -> IntArray:
    """Index of the last reading at or before each window that is still valid; -1 where there is none.

    Parameters
    ----------
    windows, readings
        Packed keys; ``readings`` increasing.
    valid_ms
        A reading stands for less than this many milliseconds, and always for its own instant; one value,
        or one per reading.
    """
    if not len(readings):
        return np.full(len(windows), -1, dtype=np.int64)
    index = np.searchsorted(readings, windows, side="right") - 1
    at = np.maximum(index, 0)
    age = windows - readings[at]
    limit = np.maximum(np.broadcast_to(np.asarray(valid_ms, dtype=np.int64), readings.shape), 1)[at]
    is_same = (windows >> _BITS) == (readings[at] >> _BITS)
    return np.where((index >= 0) & is_same & (age < limit), index, -1)
