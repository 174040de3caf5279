"""Three-valued truth: true, false, or not known because an input is missing.

A criterion over incomplete data is neither met nor unmet. :class:`Tri` carries, for each observation,
whether the statement is *certainly* true and whether it is *possibly* true; combining statements by
``&``, ``|`` and ``~`` follows Kleene's strong logic. Grade bounds under missing data follow from it:
the lowest grade uses what is certain, the highest what is possible.

===========  =======  ========
statement    certain  possible
===========  =======  ========
true         True     True
unknown      False    True
false        False    False
===========  =======  ========
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["BoolArray", "FloatArray", "Tri", "above", "at_least", "at_most", "below", "is_in"]

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]

# Binary floating point cannot hold 1.1 x ULN exactly; two numbers this close are the same measurement.
RELATIVE_TOLERANCE = 1e-12


@dataclass(frozen=True, eq=False)
class Tri:
    """A statement about n observations under missing data.

    Parameters
    ----------
    certain
        Shape (n,): the statement holds whatever the missing values are.
    possible
        Shape (n,): the statement holds for some values of what is missing.

    Examples
    --------
    >>> fever = at_least([38.5, 36.9, np.nan], 38.0)
    >>> hypoxia = Tri.of([False, False, True])
    >>> (fever | hypoxia).certain.tolist(), (fever & hypoxia).possible.tolist()
    ([True, False, True], [False, False, True])
    """

    certain: BoolArray
    possible: BoolArray

    @classmethod
    def of(cls, truth: ArrayLike, *, known: ArrayLike = True) -> Tri:
        """Build from truth values; where ``known`` is False the statement is unknown."""
        value, is_known = np.broadcast_arrays(np.asarray(truth, dtype=bool), np.asarray(known, dtype=bool))
        return cls(value & is_known, value | ~is_known)

    def __and__(self, other: Tri) -> Tri:
        return Tri(self.certain & other.certain, self.possible & other.possible)

    def __or__(self, other: Tri) -> Tri:
        return Tri(self.certain | other.certain, self.possible | other.possible)

    def __invert__(self) -> Tri:
        return Tri(~self.possible, ~self.certain)


def _values(values: ArrayLike) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


def _close(values: FloatArray, limit: FloatArray) -> BoolArray:
    result: BoolArray = np.isclose(values, limit, rtol=RELATIVE_TOLERANCE, atol=0.0)
    return result


def _known(values: FloatArray, limit: FloatArray) -> BoolArray:
    result: BoolArray = ~(np.isnan(values) | np.isnan(limit))
    return result


def at_least(values: ArrayLike, limit: ArrayLike) -> Tri:
    """``values >= limit`` at the declared tolerance; NaN on either side is unknown."""
    left, right = _values(values), _values(limit)
    return Tri.of((left >= right) | _close(left, right), known=_known(left, right))


def above(values: ArrayLike, limit: ArrayLike) -> Tri:
    """``values > limit`` at the declared tolerance; NaN on either side is unknown."""
    left, right = _values(values), _values(limit)
    return Tri.of((left > right) & ~_close(left, right), known=_known(left, right))


def at_most(values: ArrayLike, limit: ArrayLike) -> Tri:
    """``values <= limit`` at the declared tolerance; NaN on either side is unknown."""
    left, right = _values(values), _values(limit)
    return Tri.of((left <= right) | _close(left, right), known=_known(left, right))


def below(values: ArrayLike, limit: ArrayLike) -> Tri:
    """``values < limit`` at the declared tolerance; NaN on either side is unknown."""
    left, right = _values(values), _values(limit)
    return Tri.of((left < right) & ~_close(left, right), known=_known(left, right))


def is_in(codes: ArrayLike, members: tuple[int, ...], *, unknown: int = -1) -> Tri:
    """Whether integer codes are among ``members``; the code ``unknown`` is unknown."""
    values = np.asarray(codes)
    return Tri.of(np.isin(values, members), known=values != unknown)
