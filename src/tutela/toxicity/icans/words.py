"""Why an assessment has its grade, in plain words."""

from __future__ import annotations

import numpy as np
import polars as pl

from tutela.kernel.scale import Graded, Scale
from tutela.toxicity.icans.observation import IcansObservation

__all__ = ["explain"]

_ZERO = (
    "no criterion met",
    "no criterion is certain",
    "after the last day on which an event may begin",
)
_UNKNOWN = (
    "instrument (age)",
    "ICE",
    "CAPD",
    "consciousness",
    "seizure",
    "motor findings",
    "edema",
    "cause of death",
)


def _unknowns(seen: IcansObservation) -> np.ndarray:
    """Bits of what is not known."""
    ice, capd = seen.uses_ice.possible, ~seen.uses_ice.certain
    bits = (
        seen.uses_ice.possible & ~seen.uses_ice.certain,
        ice & ~seen.ice.is_exact,
        capd & (~seen.capd.is_exact | (seen.is_unable.possible & ~seen.is_unable.certain)),
        ~seen.consciousness.is_exact,
        ~seen.seizure.is_exact,
        ~seen.motor.is_exact,
        ~seen.pressure.is_exact,
        seen.died.possible & ~seen.died.certain,
    )
    zero = np.zeros(len(seen.ice.low), dtype=np.int64)
    return sum((bit.astype(np.int64) << position for position, bit in enumerate(bits)), zero)


def explain(observation: IcansObservation, graded: Graded, scale: Scale[IcansObservation]) -> pl.Series:
    """Words for every assessment.

    Parameters
    ----------
    observation
        The record that was graded.
    graded
        Grades by the scale.
    scale
        The scale, for its words.

    Returns
    -------
    polars.Series
        Text, shape (n,).
    """
    unsure = graded.lowest < graded.highest
    zero = np.select([~observation.in_scope.possible, unsure], [2, 1], default=0)
    zero = np.where(graded.because < 0, zero, 0).astype(np.int64)
    high = np.where(unsure, graded.highest, 0).astype(np.int64)
    code = ((graded.because.astype(np.int64) + 1) * 4 + zero) * 8 + high
    code = code * 256 + np.where(unsure, _unknowns(observation), 0)
    unique, at = np.unique(code, return_inverse=True)
    texts = [_compose(int(value), scale) for value in unique]
    return pl.Series("because", texts, dtype=pl.String).gather(pl.Series(at, dtype=pl.UInt32))


def _compose(code: int, scale: Scale[IcansObservation]) -> str:
    code, bits = divmod(code, 256)
    code, high = divmod(code, 8)
    row, zero = divmod(code, 4)
    words = _ZERO[zero] if row == 0 else scale.grades[row - 1].text
    if not high:
        return words
    missing = ", ".join(name for position, name in enumerate(_UNKNOWN) if bits >> position & 1)
    return f"{words}; up to grade {high}: not known: {missing or 'whether an event is open'}"
