"""From windows to events: where one ends and the next may begin, and from when on it counts as resolved.

An event ends where an uninterrupted quiet stretch begins that lasts at least the resolution window. Two
readings of the same data are kept apart, because missing data leave signs unknown:

- *certain*: signs are those that are certain. Events are found on this reading, and it closes an event as
  soon as quiet is possible; used for the lowest grade.
- *possible*: signs are those that cannot be excluded, and quiet must have been observed; used for the highest.

With complete data both are the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tutela.kernel.tri import BoolArray
from tutela.toxicity.windows import IntArray, Windows

__all__ = ["Quiet", "Spells", "find_quiet", "find_settled", "find_spells"]


@dataclass(frozen=True, eq=False)
class Quiet:
    """Quiet stretches: runs of windows of one subject without a sign.

    Parameters
    ----------
    first, last
        Shape (k,): index of the first and last window of each stretch.
    lasts_ms
        Shape (k,): from its first window to the next sign, or to the last window observed.
    is_long
        Shape (k,): it lasts at least the resolution window.
    """

    first: IntArray
    last: IntArray
    lasts_ms: IntArray
    is_long: BoolArray

    @property
    def cuts(self) -> IntArray:
        """Indices of the windows at which an event ends: the first of each long stretch."""
        return self.first[self.is_long]


def find_quiet(
    windows: Windows, is_quiet: BoolArray, *, window_ms: int, max_gap_ms: int | None = None
) -> Quiet:
    """Find quiet stretches and how long they last.

    Parameters
    ----------
    windows
        Observation windows.
    is_quiet
        Shape (n,): no sign.
    window_ms
        Resolution window.
    max_gap_ms
        A longer time between two windows interrupts the observation; None: never.
    """
    key = windows.key
    n = len(key)
    empty = np.zeros(0, dtype=np.int64)
    if not n or not is_quiet.any():
        return Quiet(empty, empty, empty, empty.astype(bool))
    gap = np.diff(key, prepend=key[0])
    is_broken = windows.is_first | (gap > max_gap_ms if max_gap_ms is not None else False)
    before = np.concatenate(([False], is_quiet[:-1]))
    first = np.flatnonzero(is_quiet & (is_broken | ~before))
    ends = is_quiet & np.concatenate((is_broken[1:] | ~is_quiet[1:], [True]))
    last = np.flatnonzero(ends)
    following = np.minimum(last + 1, n - 1)
    continues = (last + 1 < n) & ~is_broken[following]
    lasts = np.where(continues, key[following], key[last]) - key[first]
    return Quiet(first, last, lasts, lasts >= window_ms)


@dataclass(frozen=True, eq=False)
class Spells:
    """Which windows lie in an event.

    Parameters
    ----------
    run
        Shape (n,): number of the stretch between two long quiet stretches, over all subjects.
    is_open
        Shape (n,): an event has been opened and has not ended.
    onset
        Shape (n,): key of the window that opened the event; undefined where not open.
    """

    run: IntArray
    is_open: BoolArray
    onset: IntArray


def find_settled(
    windows: Windows, is_quiet: BoolArray, *, window_ms: int, max_gap_ms: int, long_ms: int
) -> IntArray:
    """Windows at which an observed quiet stretch begins that ends an event.

    Parameters
    ----------
    windows
        Observation windows.
    is_quiet
        Shape (n,): observed to be quiet.
    window_ms, max_gap_ms
        Resolution window, and the longest time between observations that counts as observed.
    long_ms
        Quiet at every observation for this long is enough, however rare the observations.

    Returns
    -------
    numpy.ndarray
        Indices, increasing.
    """
    dense = find_quiet(windows, is_quiet, window_ms=window_ms, max_gap_ms=max_gap_ms)
    sparse = find_quiet(windows, is_quiet, window_ms=max(window_ms, long_ms))
    return np.union1d(dense.cuts, sparse.cuts).astype(np.int64)


def find_spells(windows: Windows, cuts: IntArray, opens: BoolArray) -> Spells:
    """Open an event at the first opening sign after each long quiet stretch.

    Parameters
    ----------
    windows
        Observation windows.
    cuts
        Indices of windows at which an event that is open ends (:attr:`Quiet.cuts`).
    opens
        Shape (n,): the window shows what may open an event.
    """
    n = len(windows)
    if not n:
        none = np.zeros(0, dtype=np.int64)
        return Spells(none, none.astype(bool), none)
    cut = windows.is_first.copy()
    cut[cuts] = True
    run = np.cumsum(cut) - 1
    never = np.iinfo(np.int64).max
    onset = np.full(run[-1] + 1, never, dtype=np.int64)
    np.minimum.at(onset, run[opens], windows.key[opens])
    at = onset[run]
    return Spells(run, windows.key >= at, at)
