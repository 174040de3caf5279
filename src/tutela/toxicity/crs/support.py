"""Oxygen and vasopressors at each window, as statements of the ASTCT components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from tutela.kernel.tri import BoolArray, Tri
from tutela.toxicity.crs.options import CrsOptions
from tutela.toxicity.crs.oxygen import rate_oxygen
from tutela.toxicity.spans import Spans, build_spans, concurrent, cover, paint
from tutela.toxicity.windows import HOUR_MS, IntArray, Windows, code_of, last_of, pack

__all__ = ["Support", "SupportRows", "collect_support", "observe_support"]

VASOPRESSIN = "vasopressin"
_LEVELS = (2, 3, 4)
#: More than there are agents, to number pairs of subject and agent.
_AGENTS = 4096


@dataclass(frozen=True, eq=False)
class SupportRows:
    """Rows that count as support, as intervals.

    Parameters
    ----------
    oxygen, oxygen_low, oxygen_high
        Oxygen and ventilation, with the lowest and highest grade of each row.
    pressors, agent, is_vasopressin
        Vasopressors; ``agent`` numbers their names, negative where the agent is not known.
    is_recorded
        Support that is not recorded was not given.
    """

    oxygen: Spans
    oxygen_low: IntArray
    oxygen_high: IntArray
    pressors: Spans
    agent: IntArray
    is_vasopressin: BoolArray
    is_recorded: bool

    def edges(self) -> list[tuple[IntArray, BoolArray]]:
        """Instants at which support starts or stops, known or possible."""
        keys = np.concatenate((self.oxygen.edges, self.pressors.edges))
        return [(keys, np.zeros(len(keys), dtype=bool))]


@dataclass(frozen=True, eq=False)
class Support:
    """Statements about support at each window; see :class:`tutela.toxicity.crs.observation.CrsObservation`.

    Parameters
    ----------
    vasopressor, multiple, low_flow, high_flow, positive_pressure
        Each level includes the levels above it.
    oxygen_row, pressor_row
        Treatment row behind the most severe possible support, -1 for none.
    extra_row
        Row of a second vasopressor that runs at the same time, -1 for none.
    """

    vasopressor: Tri
    multiple: Tri
    low_flow: Tri
    high_flow: Tri
    positive_pressure: Tri
    oxygen_row: IntArray
    pressor_row: IntArray
    extra_row: IntArray

    @property
    def any(self) -> Tri:
        """Some support is given."""
        return self.vasopressor | self.low_flow


def _lower(rows: pl.DataFrame, name: str) -> pl.Series:
    if name not in rows.columns:
        return pl.Series(name, [None] * rows.height, dtype=pl.String)
    return rows.get_column(name).cast(pl.String).str.strip_chars().str.to_lowercase()


def _counted(rows: pl.DataFrame, options: CrsOptions) -> pl.DataFrame:
    """Rows of support not given for another reason."""
    excluded = {name.lower() for name in options.excluded_indications}
    if options.baseline_support == "change":
        excluded.add("baseline")
    is_excluded = _lower(rows, "indication").is_in(sorted(excluded)).fill_null(value=False)
    is_other = (_lower(rows, "attribution") == "other").fill_null(value=False)
    return rows.filter(~(is_excluded | is_other))


def _baseline(spans: Spans, options: CrsOptions) -> BoolArray:
    """Rows that began before the infusion and reach beyond it."""
    if options.baseline_support == "count":
        return np.zeros(len(spans), dtype=bool)
    code = code_of(spans.start_low)
    zero = pack(code, np.zeros(len(spans)))
    return (spans.start_high < zero) & (spans.end_high > zero)


def collect_support(
    treatments: pl.DataFrame | None,
    subjects: tuple[str, ...],
    *,
    hours: IntArray,
    options: CrsOptions,
) -> SupportRows:
    """Choose the rows that are support, and rate them.

    Parameters
    ----------
    treatments
        Treatments table with ``row``; None if nothing was recorded.
    subjects, hours
        Names, sorted; time of day of each infusion.
    options
        Exclusions, baseline, flow limits, and whether recording is complete.
    """
    is_recorded = options.support_recording == "complete" or (
        options.support_recording == "auto" and treatments is not None
    )
    if treatments is None:
        none = np.zeros(0, dtype=np.int64)
        empty = Spans(none, none, none, none, none)
        return SupportRows(empty, none, none, empty, none, none.astype(bool), is_recorded)
    oxygen, low, high = _oxygen_rows(treatments, subjects, hours, options)
    pressors, agent, is_vasopressin = _pressor_rows(treatments, subjects, hours, options)
    return SupportRows(oxygen, low, high, pressors, agent, is_vasopressin, is_recorded)


def _oxygen_rows(
    treatments: pl.DataFrame, subjects: tuple[str, ...], hours: IntArray, options: CrsOptions
) -> tuple[Spans, IntArray, IntArray]:
    rows = _counted(treatments.filter(pl.col("role") == "oxygen"), options)
    spans = build_spans(rows, subjects, hours=hours)
    low, high = rate_oxygen(rows, options=options)
    spans = _end_at_room_air(spans, high)
    was_on = _baseline(spans, options)
    limit = _baseline_grade(spans, low, was_on)
    flow = rows.get_column("flow").cast(pl.Float64).fill_null(np.nan).to_numpy().astype(np.float64)
    usual = _highest(spans, flow, was_on)
    # What the subject came with does not count; the same level does if the flow rose, or may have risen.
    is_more = np.isnan(flow) | np.isnan(usual) | (flow > usual)
    is_same = (limit > 0) & (high == limit) & ~is_more
    is_less = (limit > 0) & (high < limit)
    keep = ~was_on & ~is_same & ~is_less & (high > 0)
    may_be_usual = (limit > 0) & (low <= limit) & ~(flow > usual)
    return spans.take(keep), np.where(may_be_usual, 0, low)[keep], high[keep]


def _end_at_room_air(spans: Spans, high: IntArray) -> Spans:
    """A row without an end is over when room air, or a flow of zero, is recorded."""
    room = np.sort(spans.start_low[high == 0])
    if not len(room):
        return spans
    following = np.searchsorted(room, spans.start_low, side="right")
    next_room = room[np.minimum(following, len(room) - 1)]
    is_same = (following < len(room)) & (code_of(next_room) == code_of(spans.start_low))
    is_endless = spans.end_high == last_of(spans.start_low)
    is_unknown = is_endless & (spans.end_low < spans.end_high)
    end = np.where(is_same & is_unknown, next_room, spans.end_high)
    return Spans(spans.row, spans.start_low, spans.start_high, spans.end_low, end)


def _baseline_grade(spans: Spans, low: IntArray, was_on: BoolArray) -> IntArray:
    code = code_of(spans.start_low)
    best = np.zeros(int(code.max()) + 1 if len(code) else 1, dtype=np.int64)
    np.maximum.at(best, code[was_on], low[was_on])
    return best[code]


def _highest(spans: Spans, flow: np.ndarray, was_on: BoolArray) -> np.ndarray:
    code = code_of(spans.start_low)
    best = np.full(int(code.max()) + 1 if len(code) else 1, -np.inf)
    np.fmax.at(best, code[was_on], flow[was_on])
    return np.where(np.isinf(best), np.nan, best)[code]


def _pressor_rows(
    treatments: pl.DataFrame, subjects: tuple[str, ...], hours: IntArray, options: CrsOptions
) -> tuple[Spans, IntArray, BoolArray]:
    rows = _counted(treatments.filter(pl.col("role") == "vasopressor"), options)
    name = _lower(rows, "agent")
    keep = ~name.is_in([agent.lower() for agent in options.not_vasopressors]).fill_null(value=False)
    rows, name = rows.filter(keep), name.filter(keep)
    spans = build_spans(rows, subjects, hours=hours)
    kinds = {agent: number for number, agent in enumerate(sorted(name.drop_nulls().unique().to_list()))}
    agent = name.replace_strict(kinds, default=-1, return_dtype=pl.Int64).fill_null(-1).to_numpy()
    is_vasopressin = (name == VASOPRESSIN).fill_null(value=False).to_numpy()
    keep_rows = ~_usual_pressor(spans, agent.astype(np.int64), rows, options)
    return spans.take(keep_rows), agent.astype(np.int64)[keep_rows], np.asarray(is_vasopressin)[keep_rows]


def _usual_pressor(spans: Spans, agent: IntArray, rows: pl.DataFrame, options: CrsOptions) -> BoolArray:
    """Pressor rows from before the infusion, and later rows of the same agent at no higher dose."""
    was_on = _baseline(spans, options)
    if not was_on.any():
        return was_on
    dose = rows.get_column("dose").cast(pl.Float64).fill_null(np.nan).to_numpy()
    kind = code_of(spans.start_low) * _AGENTS + agent + 1
    usual: dict[int, float] = {}
    for key, amount in zip(kind[was_on].tolist(), dose[was_on].tolist(), strict=True):
        usual[key] = np.fmax(usual.get(key, -np.inf), amount)
    known = np.array([usual.get(key, np.nan) for key in kind.tolist()])
    return np.asarray(was_on | ((agent >= 0) & (dose <= known)))


def observe_support(rows: SupportRows, windows: Windows, *, options: CrsOptions) -> Support:
    """Say for each window which support is given.

    Parameters
    ----------
    rows
        Support as intervals.
    windows
        Observation windows.
    options
        Reads ``vasopressin_alone`` and ``min_overlap_h``.
    """
    levels = [_oxygen_level(rows, windows, level) for level in _LEVELS]
    vasopressor, multiple = _pressor(rows, windows, options), _multiple(rows, windows, options)
    order = np.lexsort((rows.oxygen.start_low, rows.oxygen_high))
    oxygen_row = paint(rows.oxygen.take(order), windows)
    pressor_row = paint(rows.pressors.take(np.lexsort((rows.pressors.row, ~rows.is_vasopressin))), windows)
    extra_row = _second_row(rows, windows, pressor_row)
    if not rows.is_recorded:
        unknown = Tri.of(np.zeros(len(windows), dtype=bool), known=False)
        vasopressor, multiple = vasopressor | unknown, multiple | unknown
        levels = [level | unknown for level in levels]
    low, high, pressure = levels
    return Support(vasopressor, multiple, low, high, pressure, oxygen_row, pressor_row, extra_row)


def _pressor(rows: SupportRows, windows: Windows, options: CrsOptions) -> Tri:
    if options.vasopressin_alone == 3:
        return cover(rows.pressors, windows)
    # An agent that is not known may be vasopressin.
    certain = cover(rows.pressors.take(~rows.is_vasopressin & (rows.agent >= 0)), windows)
    possible = cover(rows.pressors.take(~rows.is_vasopressin), windows)
    return Tri(certain.certain, possible.possible)


def _oxygen_level(rows: SupportRows, windows: Windows, level: int) -> Tri:
    certain = cover(rows.oxygen.take(rows.oxygen_low >= level), windows)
    possible = cover(rows.oxygen.take(rows.oxygen_high >= level), windows)
    return Tri(certain.certain, possible.possible)


def _multiple(rows: SupportRows, windows: Windows, options: CrsOptions) -> Tri:
    overlap = round(options.min_overlap_h * HOUR_MS)
    known = ~rows.is_vasopressin & (rows.agent >= 0)
    certain = concurrent(
        rows.pressors.take(known), rows.agent[known], min_overlap_ms=overlap, is_certain=True
    )
    # An agent that is not known may be another one; each such row then counts as its own agent.
    others = ~rows.is_vasopressin
    agent = np.where(rows.agent < 0, -1 - np.arange(len(rows.agent)), rows.agent)
    possible = concurrent(rows.pressors.take(others), agent[others], min_overlap_ms=overlap, is_certain=False)
    return Tri(cover(certain, windows).certain, cover(possible, windows).possible)


def _second_row(rows: SupportRows, windows: Windows, first: IntArray) -> IntArray:
    """A row of another agent beside the painted one, for the evidence of multiple vasopressors."""
    agent_of = dict(zip(rows.pressors.row.tolist(), rows.agent.tolist(), strict=True))
    second = np.full(len(windows), -1, dtype=np.int64)
    kinds = np.unique(rows.agent[~rows.is_vasopressin])
    if len(kinds) < 2:
        return second
    painted = np.array([agent_of.get(row, -2) for row in first.tolist()])
    for kind in kinds.tolist():
        other = paint(rows.pressors.take((rows.agent == kind) & ~rows.is_vasopressin), windows)
        second = np.where((painted >= -1) & (painted != kind) & (other >= 0), other, second)
    return second
