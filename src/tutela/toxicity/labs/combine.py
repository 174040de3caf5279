"""Combine the grades of both directions into one signed grade."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutela.kernel.tri import BoolArray, FloatArray

__all__ = ["combine_directions"]


def combine_directions(
    low: NDArray[np.int8], high: NDArray[np.int8], *, has_low: BoolArray, has_high: BoolArray
) -> FloatArray:
    """One signed grade per observation: negative for low values, positive for high, 0 for neither.

    ============  ============  ========
    low           high          combined
    ============  ============  ========
    1 to 4        any           -low
    0, or none    1 to 4        high
    0             0, or no term 0
    no term       0             0
    not gradable  0             NaN
    0             not gradable  NaN
    ============  ============  ========

    Parameters
    ----------
    low, high
        Shape (n,): grades of each direction, negative where not gradable.
    has_low, has_high
        Shape (n,): whether the version has a term for that direction.

    Returns
    -------
    FloatArray
        Signed grade; NaN where a direction that has a term cannot be graded and the other says 0.
    """
    result = np.full(len(low), np.nan)
    is_known = (~has_low | (low >= 0)) & (~has_high | (high >= 0)) & (has_low | has_high)
    result[is_known] = 0.0
    result = np.where(high > 0, high.astype(np.float64), result)
    return np.where(low > 0, -low.astype(np.float64), result)
