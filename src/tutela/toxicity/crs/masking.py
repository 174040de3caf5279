"""Antipyretic, anticytokine and steroid therapy: what makes fever unnecessary, and what delays resolution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from tutela.kernel.tri import BoolArray, Tri
from tutela.toxicity.crs.options import CrsOptions
from tutela.toxicity.spans import Spans, build_spans, cover
from tutela.toxicity.windows import DAY_MS, HOUR_MS, IntArray, Windows

__all__ = ["LOCAL_ROUTES", "MASKING_ROLES", "Masking", "collect_masking"]

#: Roles of treatment after which fever is no longer needed to keep a grade.
MASKING_ROLES = ("antipyretic", "anticytokine", "steroid")
#: Routes of a steroid that do not reach the circulation (CDISC ROUTE terms).
LOCAL_ROUTES = (
    "TOPICAL", "CUTANEOUS", "OPHTHALMIC", "INTRAOCULAR", "CONJUNCTIVAL", "NASAL", "INTRANASAL", "OTIC",
    "AURICULAR", "RESPIRATORY (INHALATION)", "INHALATION", "INTRA-ARTICULAR", "INTRALESIONAL", "DENTAL",
    "BUCCAL", "VAGINAL", "RECTAL", "INTRATHECAL",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Masking:
    """Masking therapy as intervals.

    Parameters
    ----------
    spans
        Antipyretic, anticytokine and systemic steroid rows, antipyretics with the duration of their effect.
    antipyretics
        The antipyretic rows among them.
    is_recorded
        Therapy that is not recorded was not given.
    """

    spans: Spans
    antipyretics: Spans
    is_recorded: bool

    def since(self, onset: IntArray, windows: Windows) -> Tri:
        """Whether therapy was given between the onset of the event and each window.

        Parameters
        ----------
        onset
            Shape (n,): packed key of the onset; beyond the window where there is no event.
        windows
            Observation windows.
        """
        until = windows.begin + np.where(windows.is_day, DAY_MS - 1, 0)
        certain = _given(self.spans.start_high, self.spans.end_low, onset, until)
        possible = _given(self.spans.start_low, self.spans.end_high, onset, until)
        in_event = onset <= windows.key
        return Tri(certain & in_event, (possible | (not self.is_recorded)) & in_event)

    def antipyretic(self, windows: Windows) -> Tri:
        """Whether an antipyretic acts at each window."""
        return cover(self.antipyretics, windows)


def _given(start: IntArray, end: IntArray, onset: IntArray, until: IntArray) -> BoolArray:
    """Whether some interval has begun by ``until`` and was not over before ``onset``."""
    if not len(start):
        return np.zeros(len(onset), dtype=bool)
    order = np.argsort(start, kind="stable")
    latest = np.maximum.accumulate(end[order])
    index = np.searchsorted(start[order], until, side="right") - 1
    result: BoolArray = (index >= 0) & (latest[np.maximum(index, 0)] >= onset)
    return result


def _systemic(treatments: pl.DataFrame) -> pl.DataFrame:
    rows = treatments.filter(pl.col("role").is_in(MASKING_ROLES))
    if "route" not in rows.columns:
        return rows
    is_local = pl.col("route").cast(pl.String).str.to_uppercase().is_in(LOCAL_ROUTES).fill_null(value=False)
    return rows.filter(~(is_local & (pl.col("role") == "steroid")))


def collect_masking(
    treatments: pl.DataFrame | None,
    subjects: tuple[str, ...],
    *,
    hours: IntArray,
    options: CrsOptions,
) -> Masking:
    """Choose the rows that mask fever.

    Notes
    -----
    Rows count whatever they were given for: a steroid for another reason masks fever all the same. A dose of
    an antipyretic or anticytokine drug without an end is a single dose; a steroid without an end may go on.
    """
    is_recorded = options.support_recording == "complete" or (
        options.support_recording == "auto" and treatments is not None
    )
    if treatments is None:
        none = np.zeros(0, dtype=np.int64)
        return Masking(Spans(*(none,) * 5), Spans(*(none,) * 5), is_recorded)
    rows = _systemic(treatments)
    is_single = (
        (pl.col("role") != "steroid") & pl.col("end").is_null() & ~pl.col("is_ongoing").fill_null(value=False)
    )
    rows = rows.with_columns(end=pl.when(is_single).then(pl.col("start")).otherwise(pl.col("end")))
    if "end_precision" in rows.columns:
        rows = rows.with_columns(
            end_precision=pl.when(is_single).then("start_precision").otherwise("end_precision")
        )
    effect = round(options.antipyretic_effect_h * HOUR_MS)
    is_antipyretic = (rows.get_column("role") == "antipyretic").to_numpy()
    spans = build_spans(rows, subjects, hours=hours)
    antipyretics = spans.take(is_antipyretic).shift_end(effect)
    return Masking(_join(spans.take(~is_antipyretic), antipyretics), antipyretics, is_recorded)


def _join(one: Spans, two: Spans) -> Spans:
    names = ("row", "start_low", "start_high", "end_low", "end_high")
    return Spans(*(np.concatenate((getattr(one, name), getattr(two, name))) for name in names))
