"""Spells of severe neutropenia: how long the neutrophil count stayed below a limit.

Counts are samples; what happens between them is interpretation, and said so: neighboring samples are
joined by straight lines where they are not further apart than a declared gap, which gives the times of
crossing; across a longer gap nothing is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.kernel.tri import FloatArray

__all__ = ["Spell", "find_spells", "longest_possible"]


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
    times: FloatArray, counts: FloatArray, *, limit: float, max_gap: float, is_interpolated: bool = True
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
    is_interpolated
        Whether a spell reaches to the interpolated crossings; otherwise only from its first to its last
        low sample.

    Returns
    -------
    tuple of Spell
        In order of time.

    Examples
    --------
    >>> import numpy as np
    >>> spell = find_spells(np.array([0.0, 2.0, 6.0, 8.0]), np.array([1.0, 0.0, 0.0, 1.0]),
    ...                     limit=0.5, max_gap=7.0)[0]
    >>> spell.start, spell.end, spell.days
    (1.0, 7.0, 6.0)
    """
    is_low = counts < limit
    last = len(times) - 1
    spells = []
    for run in _runs(times, is_low, max_gap):
        first, final = int(run[0]), int(run[-1])
        ends = []
        for edge, neighbor in ((first, first - 1), (final, final + 1)):
            is_joined = is_interpolated and 0 <= neighbor <= last and not is_low[neighbor]
            if is_joined and abs(times[neighbor] - times[edge]) <= max_gap:
                inside, outside = (times[edge], counts[edge]), (times[neighbor], counts[neighbor])
                ends.append(float(_crossing(inside, outside, limit)))
            else:
                ends.append(float(times[edge]))
        lowest = float(counts[run].min())
        spells.append(Spell(ends[0], ends[1], lowest, tuple(int(i) for i in run), final == last))
    return tuple(spells)


def longest_possible(times: FloatArray, counts: FloatArray, *, limit: float) -> float:
    """Longest time (days) the count may have been low if every gap between low samples was low too.

    Examples
    --------
    >>> import numpy as np
    >>> longest_possible(np.array([0.0, 20.0]), np.array([0.1, 0.2]), limit=0.5)
    20.0
    """
    spells = find_spells(times, counts, limit=limit, max_gap=np.inf)
    return max((spell.days for spell in spells), default=0.0)
