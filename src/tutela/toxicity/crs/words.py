"""Why a window has its grade, in plain words: the criterion met, and what is not known."""

from __future__ import annotations

import numpy as np
import polars as pl

from tutela.kernel.scale import Graded, Scale
from tutela.kernel.tri import BoolArray
from tutela.toxicity.crs.observation import CrsObservation
from tutela.toxicity.crs.options import CrsOptions
from tutela.toxicity.crs.series import CrsSeries
from tutela.toxicity.windows import IntArray

__all__ = ["explain"]

_AFEBRILE_MASKED = ", afebrile after antipyretic, anticytokine or steroid therapy"
_AFEBRILE = ", afebrile, event not resolved"

#: Why the grade is 0, most telling last.
_ZERO = (
    "no fever has opened an event",
    "afebrile, no hypotension, no hypoxia",
    "afebrile, and no antipyretic, anticytokine or steroid given in the event: support does not count",
    "fever after the last day on which an event may begin",
    "no criterion is certain",
)

#: What is not known, where it leaves the grade in bounds.
_UNKNOWN = (
    "temperature",
    "systolic pressure, or the age that sets its limit",
    "oxygen device, flow or duration",
    "vasopressor agent or duration",
    "whether an event is open",
    "whether fever was masked by therapy",
    "support (not recorded)",
    "cause of death",
)


def _why_zero(series: CrsSeries, graded: Graded, options: CrsOptions) -> IntArray:
    """Index into the words for grade 0."""
    seen, signs = series.observation, series.signs
    supported = seen.hypotension.certain | seen.vasopressor.certain | seen.low_flow.certain
    late = signs.fever.certain & (series.windows.time > options.max_onset_day)
    conditions = [
        graded.lowest < graded.highest,
        late & ~seen.is_open.certain,
        seen.is_open.certain & supported,
        seen.is_open.certain,
    ]
    result: IntArray = np.select(conditions, [4, 3, 2, 1], default=0).astype(np.int64)
    return result


def _unknowns(series: CrsSeries, graded: Graded) -> IntArray:
    """Bits of what is not known, where the grade is in bounds."""
    seen: CrsObservation = series.observation

    def open_ends(*statements: tuple[BoolArray, BoolArray]) -> BoolArray:
        unsure: BoolArray = np.logical_or.reduce([possible & ~certain for certain, possible in statements])
        return unsure

    def ends(name: str) -> tuple[BoolArray, BoolArray]:
        statement = getattr(seen, name)
        return statement.certain, statement.possible

    n = len(graded.lowest)
    recorded = np.full(n, series.is_recorded)
    bits = (
        open_ends(ends("fever")),
        open_ends(ends("hypotension")),
        open_ends(ends("low_flow"), ends("high_flow"), ends("positive_pressure")) & recorded,
        open_ends(ends("vasopressor"), ends("multiple_vasopressors")) & recorded,
        open_ends(ends("is_open")),
        open_ends(ends("is_masked")) & recorded,
        ~recorded,
        open_ends(ends("died")),
    )
    code = sum(
        (bit.astype(np.int64) << position for position, bit in enumerate(bits)), np.zeros(n, dtype=np.int64)
    )
    return np.where(graded.lowest < graded.highest, code, 0)


def explain(
    series: CrsSeries, graded: Graded, scale: Scale[CrsObservation], *, options: CrsOptions
) -> pl.Series:
    """Words for every window.

    Parameters
    ----------
    series
        Observation record and events.
    graded
        Grades by the scale.
    scale
        The scale, for its words.
    options
        Reads ``max_onset_day``.

    Returns
    -------
    polars.Series
        Text, shape (n,).
    """
    seen = series.observation
    zero = np.where(graded.because < 0, _why_zero(series, graded, options), 0)
    afebrile = ~seen.fever.certain & (graded.lowest >= 2) & (graded.lowest < 5)
    how = np.where(afebrile, np.where(seen.is_masked.certain, 1, 2), 0)
    high = np.where(graded.lowest < graded.highest, graded.highest, 0).astype(np.int64)
    code = (((graded.because.astype(np.int64) + 1) * 8 + zero) * 4 + how) * 8 + high
    code = code * 256 + _unknowns(series, graded)
    unique, at = np.unique(code, return_inverse=True)
    texts = [_compose(int(value), scale) for value in unique]
    return pl.Series("because", texts, dtype=pl.String).gather(pl.Series(at, dtype=pl.UInt32))


def _compose(code: int, scale: Scale[CrsObservation]) -> str:
    code, bits = divmod(code, 256)
    code, high = divmod(code, 8)
    code, how = divmod(code, 4)
    row, zero = divmod(code, 8)
    words = _ZERO[zero] if row == 0 else scale.grades[row - 1].text + ("", _AFEBRILE_MASKED, _AFEBRILE)[how]
    if not high:
        return words
    missing = ", ".join(name for position, name in enumerate(_UNKNOWN) if bits >> position & 1)
    return f"{words}; up to grade {high}: not known: {missing or 'combination of criteria'}"
