"""What was given from when to when: intervals whose ends may be known only within bounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tutela.kernel.tri import BoolArray, FloatArray, Tri
from tutela.toxicity.windows import DAY_MS, IntArray, Windows, code_of, code_subjects, first_of, last_of, pack

__all__ = ["Spans", "build_spans", "concurrent", "cover", "paint"]

#: How much later than given a time of this precision may be, days. Hours and finer count as exact.
PRECISION_DAYS = {"day": 1.0, "month": 31.0, "year": 366.0}


@dataclass(frozen=True, eq=False)
class Spans:
    """Intervals of treatment; the start is included, the end is not.

    Parameters
    ----------
    row
        Shape (m,): row of the treatments table.
    start_low, start_high, end_low, end_high
        Shape (m,): packed keys, earliest and latest start and end. A start that is not known has
        ``start_high`` at the end of the axis, so it covers nothing for certain.
    """

    row: IntArray
    start_low: IntArray
    start_high: IntArray
    end_low: IntArray
    end_high: IntArray

    def __len__(self) -> int:
        return len(self.row)

    def take(self, which: BoolArray | IntArray) -> Spans:
        """Some of the intervals."""
        return Spans(
            self.row[which],
            self.start_low[which],
            self.start_high[which],
            self.end_low[which],
            self.end_high[which],
        )

    @property
    def edges(self) -> IntArray:
        """All known or possible instants of start and stop, without the open ends of the axis."""
        # Undo the millisecond by which a date reaches into its day.
        start = self.start_high + (self.start_high > self.start_low)
        is_date = (self.end_low > self.start_low) & (self.end_high > self.end_low)
        end = self.end_low - (is_date & (self.end_high < last_of(self.end_high)))
        keys = np.concatenate((self.start_low, start, end, self.end_high))
        is_inner = (
            (keys != first_of(keys))
            & (keys < last_of(keys))
            & (code_of(keys) == np.tile(code_of(self.start_low), 4))
        )
        inner: IntArray = keys[is_inner]
        return inner

    def shift_end(self, least_ms: int) -> Spans:
        """The same intervals, each lasting at least this long."""
        return Spans(
            self.row,
            self.start_low,
            self.start_high,
            np.maximum(self.end_low, np.minimum(self.start_low + least_ms, last_of(self.start_low))),
            np.maximum(self.end_high, np.minimum(self.start_high + least_ms, last_of(self.start_low))),
        )


def _floats(frame: pl.DataFrame, name: str) -> FloatArray:
    return np.asarray(frame.get_column(name).cast(pl.Float64).fill_null(np.nan).to_numpy(), dtype=np.float64)


def _slack(frame: pl.DataFrame, name: str) -> IntArray:
    if name not in frame.columns:
        return np.zeros(frame.height, dtype=np.int64)
    days = frame.get_column(name).replace_strict(PRECISION_DAYS, default=0.0, return_dtype=pl.Float64)
    return np.asarray(days.fill_null(0.0).to_numpy() * DAY_MS, dtype=np.int64)


def build_spans(rows: pl.DataFrame, subjects: tuple[str, ...], *, hours: IntArray) -> Spans:
    """Turn treatment rows into intervals with bounds.

    Parameters
    ----------
    rows
        Rows of the treatments table (or some of them), with ``row`` as their position in it.
    subjects
        Names, sorted; every row's subject is among them.
    hours
        Per subject: time of day of the infusion (:func:`tutela.toxicity.windows.infusion_hours`).

    Notes
    -----
    =========================  ==================  ==========================
    end                        earliest end        latest end
    =========================  ==================  ==========================
    known                      the end             the end, or its day's end
    null, ongoing              never               never
    null or before the start   at the start        never
    =========================  ==================  ==========================
    """
    code = code_subjects(rows.get_column("subject"), subjects)
    start, end = _floats(rows, "start"), _floats(rows, "end")
    lowest, latest = first_of(pack(code, 0.0)), last_of(pack(code, 0.0))
    has_start = ~np.isnan(start)
    is_ongoing = rows.get_column("is_ongoing").fill_null(value=False).to_numpy()
    start_slack, end_slack = _slack(rows, "start_precision"), _slack(rows, "end_precision")
    at_start = pack(code, np.where(has_start, start, 0.0)) - (start_slack > 0) * hours[code]
    # A date says that some of that day was covered: the first millisecond in, the last one out.
    start_high = np.where(has_start, at_start + np.maximum(start_slack - 1, 0), latest)
    start_low = np.where(has_start, at_start, lowest)
    at_end = pack(code, np.where(np.isnan(end), 0.0, end)) - (end_slack > 0) * hours[code]
    has_end = ~np.isnan(end) & (~has_start | (at_end + end_slack >= at_start))
    end_low = np.where(has_end, at_end + (end_slack > 0), np.where(is_ongoing, latest, start_low))
    end_high = np.where(has_end, at_end + end_slack, latest)
    row = rows.get_column("row").to_numpy().astype(np.int64)
    return Spans(row, start_low, start_high, end_low, end_high)


def _ranges(
    spans: Spans, keys: IntArray, *, width: int, is_certain: bool
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Half-open index range of windows that each span covers; windows are instants or days of one width."""
    start = spans.start_high if is_certain else spans.start_low
    end = spans.end_low if is_certain else spans.end_high
    # An exact start is covered even if the end is the same instant, or is not known.
    is_exact = spans.start_low == spans.start_high
    end = np.where(is_exact | (not is_certain), np.maximum(end, spans.start_low + 1), end)
    first = np.searchsorted(keys, start - width, side="right" if width else "left")
    stop = np.maximum(np.searchsorted(keys, end, side="left"), first)
    return first, stop


def _cover(spans: Spans, keys: IntArray, *, width: int, is_certain: bool) -> BoolArray:
    first, stop = _ranges(spans, keys, width=width, is_certain=is_certain)
    steps = np.zeros(len(keys) + 1, dtype=np.int64)
    np.add.at(steps, first, 1)
    np.add.at(steps, stop, -1)
    result: BoolArray = np.cumsum(steps[:-1]) > 0
    return result


def cover(spans: Spans, windows: Windows) -> Tri:
    """Whether any of the intervals covers each window (a day: any part of it).

    Returns
    -------
    Tri
        Certain where the bounds of an interval's ends leave no doubt.
    """
    certain, possible = np.zeros(len(windows), dtype=bool), np.zeros(len(windows), dtype=bool)
    if len(spans):
        for is_day in (False, True):
            at = windows.is_day if is_day else ~windows.is_day
            keys, width = windows.begin[at], DAY_MS if is_day else 0
            certain[at] = _cover(spans, keys, width=width, is_certain=True)
            possible[at] = _cover(spans, keys, width=width, is_certain=False)
    return Tri(certain, possible | certain)


def paint(spans: Spans, windows: Windows) -> IntArray:
    """Treatment row that possibly covers each window, the last span in the order given; -1 for none."""
    painted = np.full(len(windows), -1, dtype=np.int64)
    for is_day in (False, True) if len(spans) else ():
        at = np.flatnonzero(windows.is_day == is_day)
        first, stop = _ranges(spans, windows.begin[at], width=DAY_MS if is_day else 0, is_certain=False)
        part = np.full(len(at), -1, dtype=np.int64)
        for begin, end, row in zip(first.tolist(), stop.tolist(), spans.row.tolist(), strict=True):
            part[begin:end] = row
        painted[at] = part
    return painted


def _overlaps(start: IntArray, end: IntArray, agent: IntArray) -> list[tuple[int, int]]:
    """Stretches of one subject in which two different agents run."""
    cuts = np.unique(np.concatenate((start, end)))
    active = (start[:, None] <= cuts[None, :-1]) & (end[:, None] >= cuts[None, 1:])
    kinds = np.unique(agent)
    running = np.stack([active[agent == kind].any(axis=0) for kind in kinds]).sum(axis=0)
    edges = np.diff(np.concatenate(([0], (running > 1).astype(np.int8), [0])))
    return list(zip(cuts[np.flatnonzero(edges == 1)], cuts[np.flatnonzero(edges == -1)], strict=True))


def concurrent(spans: Spans, agent: IntArray, *, min_overlap_ms: int, is_certain: bool) -> Spans:
    """Stretches in which two different agents run at the same time, for at least the given time.

    Parameters
    ----------
    spans
        Intervals of single agents.
    agent
        Shape (m,): which agent; one number per name.
    min_overlap_ms
        Shorter overlaps (a changeover) do not count; an overlap of no length never counts.
    is_certain
        Use the latest starts and earliest ends, or the earliest starts and latest ends.
    """
    start = spans.start_high if is_certain else spans.start_low
    end = spans.end_low if is_certain else spans.end_high
    subject = first_of(spans.start_low)
    found: list[tuple[int, int, int]] = []
    order = np.lexsort((agent, subject))
    for group in np.split(order, np.flatnonzero(np.diff(subject[order])) + 1):
        group = group[end[group] > start[group]]
        if len(np.unique(agent[group])) > 1:
            row = int(spans.row[group].min())
            found += [(row, a, b) for a, b in _overlaps(start[group], end[group], agent[group])]
    kept = np.array([f for f in found if f[2] - f[1] >= max(min_overlap_ms, 1)], dtype=np.int64).reshape(
        -1, 3
    )
    return Spans(kept[:, 0], kept[:, 1], kept[:, 1], kept[:, 2], kept[:, 2])
