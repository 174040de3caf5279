"""Latent time is whole minutes since infusion; a span is a half-open stretch of it."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["DAY", "HOUR", "Levels", "MinuteArray", "Span", "find_runs", "inside", "place_runs"]

HOUR = 60
DAY = 1440

Levels = NDArray[np.int8]
MinuteArray = NDArray[np.int64]


class Span(NamedTuple):
    """From ``start`` (inside) to ``end`` (outside), minutes since infusion, at a level."""

    start: int
    end: int
    level: int = 1


def find_runs(levels: Levels) -> list[Span]:
    """Runs of equal level above 0 in an hourly series; start and end are hours.

    Examples
    --------
    >>> find_runs(np.array([0, 2, 2, 3, 0], dtype=np.int8))
    [Span(start=1, end=3, level=2), Span(start=3, end=4, level=3)]
    """
    edges = np.flatnonzero(np.diff(levels, prepend=np.int8(0), append=np.int8(0)))
    cuts = [0, *edges.tolist()] if len(edges) else []
    padded = np.append(levels, np.int8(0))
    return [Span(a, b, int(padded[a])) for a, b in pairwise(cuts) if padded[a] > 0 and b > a]


def place_runs(runs: list[Span], rng: np.random.Generator) -> list[Span]:
    """Turn hours into minutes; the change falls at a random minute of its hour.

    Neighboring runs share their boundary, so that one state ends exactly where the next begins.
    """
    minute: dict[int, int] = {}
    for hour in sorted({h for run in runs for h in (run.start, run.end)}):
        minute[hour] = hour * HOUR + int(rng.integers(0, HOUR))
    return [Span(minute[run.start], minute[run.end], run.level) for run in runs]


def inside(times: MinuteArray, spans: list[Span] | tuple[Span, ...]) -> NDArray[np.bool_]:
    """Whether each time lies in any of the spans, shape as ``times``."""
    result = np.zeros(len(times), dtype=np.bool_)
    for span in spans:
        result |= (times >= span.start) & (times < span.end)
    return result
