"""A value, or the reason why there is none.

"Not computable" is a result like any other: it travels with its reason into tables, reports and
exports, and is never an exception and never a silent zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Quantity"]


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, or no number and the reason.

    Parameters
    ----------
    value
        The number, or None.
    unit
        Unit of the number.
    reason
        Why there is no number; empty exactly when there is one.

    Examples
    --------
    >>> Quantity(3.5, "d").text
    '3.5 d'
    >>> Quantity.missing("fewer than 3 points after Tmax", unit="1/d").text
    'not computable: fewer than 3 points after Tmax'
    """

    value: float | None
    unit: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        if (self.value is None) == (not self.reason):
            message = "A quantity has either a value or a reason."
            raise ValueError(message)
        if self.value is not None and not math.isfinite(self.value):
            message = "A quantity's value is finite; say why there is none instead."
            raise ValueError(message)

    @classmethod
    def missing(cls, reason: str, *, unit: str = "") -> Quantity:
        """Build a quantity without a value."""
        return cls(None, unit, reason)

    @property
    def is_computed(self) -> bool:
        """Whether there is a value."""
        return self.value is not None

    @property
    def text(self) -> str:
        """The value with its unit, or the reason."""
        if self.value is None:
            return f"not computable: {self.reason}"
        return f"{self.value:.6g} {self.unit}".strip()

    def map(self, function: Callable[[float], float], *, unit: str | None = None) -> Quantity:
        """Apply a function to the value; a missing value keeps its reason."""
        if self.value is None:
            return self
        return Quantity(function(self.value), self.unit if unit is None else unit)
