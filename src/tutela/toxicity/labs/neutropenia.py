"""Spells of severe neutropenia: how long the neutrophil count stayed below a limit.

Counts are samples; what happens between them is interpretation, and said so: neighboring samples are
joined by straight lines where they are not further apart than a declared gap, which gives the times of
crossing; across a longer gap nothing is assumed, and what it might hide is asked for separately.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.kernel.tri import FloatArray

__all__ = ["Spell", "find_spells"]


@dataclass(frozen=True)
class Spell:
    """One spell below the limit.

    Parameters
    ----------
    start, end
        Days since infusion: times of crossing, or the first and last low sample where the neighbor is
        missing or too far away.
    lowest
        Lowest count.
    rows
        Positions of the low samples.
    is_open
        Whether the last sample of all is low: the spell may go on.
    """

    start: float
    end: float
    lowest: float
    rows: tuple[int, ...]
    is_open: bool

    @property
    def days(self) -> float:
        """Length in days."""
        return self.end - self.start


def _crossing(inside: tuple[float, float], outside: tuple[float, float], limit: float) -> float:
    """When a straight line from a low sample to its neighbor meets the limit."""
    (t0, v0), (t1, v1) = inside, outside
    return t0 + (limit - v0) / (v1 - v0) * (t1 - t0)


def _runs(times: FloatArray, is_low: NDArray[np.bool_], max_gap: float) -> list[NDArray[np.intp]]:
    low = np.flatnonzero(is_low)
    if not low.size:
        return []
    breaks = (np.diff(low) > 1) | (np.diff(times[low]) > max_gap)
    return np.split(low, np.flatnonzero(breaks) + 1)


def find_spells(
    times: FloatArray,
    counts: FloatArray,
    *,
    limit: float,
    max_gap: float,
    from_day: float = 0.0,
    is_interpolated: bool = True,
    is_gap_low: bool = False,
) -> tuple[Spell, ...]:
    """Find spells of counts below a limit.

    Parameters
    ----------
    times
        Shape (n,): days since infusion, strictly increasing.
    counts
        Shape (n,): counts at these times, no missing values.
    limit
        A count is low if it is below this.
    max_gap
        Samples further apart (days) are not joined.
    from_day
        Time before this day is not counted; samples before it still serve for interpolation.
    is_interpolated
        Whether a spell reaches to the interpolated crossings; otherwise only from its first to its last
        low sample.
    is_gap_low
        Assume low counts throughout every longer gap that borders on a low count: what the data allow at
        most. The time before the first sample counts as a gap from ``from_day`` on.

    Returns
    -------
    tuple of Spell
        In order of time.

    Examples
    --------
    >>> import numpy as np
    >>> times, counts = np.array([0.0, 2.0, 6.0, 8.0]), np.array([1.0, 0.0, 0.0, 1.0])
    >>> spell = find_spells(times, counts, limit=0.5, max_gap=7.0)[0]
    >>> spell.start, spell.end, spell.days
    (1.0, 7.0, 6.0)
    >>> find_spells(times, counts, limit=0.5, max_gap=3.0, is_gap_low=True)[0].days
    6.0
    """
    is_low = counts < limit

    def edge(at: int, neighbor: int) -> float:
        """Where a spell ends on one side."""
        time = float(times[at])
        if not 0 <= neighbor < len(times):
            is_unseen = is_gap_low and neighbor < 0 and time - from_day > max_gap
            return from_day if is_unseen else time
        if abs(times[neighbor] - times[at]) > max_gap:
            return float(times[neighbor]) if is_gap_low else time
        if not is_interpolated:
            return time
        return float(_crossing((times[at], counts[at]), (times[neighbor], counts[neighbor]), limit))

    spells = []
    for run in _runs(times, is_low, np.inf if is_gap_low else max_gap):
        first, last = int(run[0]), int(run[-1])
        start, end = edge(first, first - 1), edge(last, last + 1)
        if end >= from_day:
            rows = tuple(int(at) for at in run)
            lowest = float(counts[run].min())
            spells.append(Spell(max(start, from_day), end, lowest, rows, last == len(times) - 1))
    return tuple(spells)
