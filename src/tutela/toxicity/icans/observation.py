"""What an ICANS scale looks at: scores and findings of n assessments, each within bounds."""

from __future__ import annotations

from dataclasses import dataclass

from tutela.kernel.tri import BoolArray, FloatArray, Tri

__all__ = ["Bounds", "IcansObservation"]


@dataclass(frozen=True, eq=False)
class Bounds:
    """A number known within bounds.

    Parameters
    ----------
    low, high
        Shape (n,): equal where exact.
    """

    low: FloatArray
    high: FloatArray

    def at_most(self, limit: float) -> Tri:
        """Whether the number is at most the limit."""
        return Tri(self.high <= limit, self.low <= limit)

    def at_least(self, limit: float) -> Tri:
        """Whether the number is at least the limit."""
        return Tri(self.low >= limit, self.high >= limit)

    @property
    def is_exact(self) -> BoolArray:
        """Shape (n,): both bounds are the same."""
        exact: BoolArray = self.low == self.high
        return exact


@dataclass(frozen=True, eq=False)
class IcansObservation:
    """One element per assessment.

    Parameters
    ----------
    in_scope
        The assessment lies in an event, or early enough to begin one.
    uses_ice
        ICE is the instrument (else CAPD).
    ice
        ICE, 0 to 10; 0 where unable to perform.
    capd
        CAPD, 0 to 32, or its change from baseline.
    is_unable
        Unable to perform CAPD.
    consciousness
        0 awakens spontaneously, 1 to voice, 2 only to tactile stimulus, 3 unarousable.
    seizure
        0 none, 1 resolving rapidly or on EEG with intervention, 2 prolonged (> 5 min) or repetitive without
        return to baseline.
    motor
        1 deep focal weakness.
    pressure
        0 none, 1 focal edema, 2 diffuse edema, posturing, cranial nerve VI palsy, papilledema or Cushing's
        triad.
    died
        Death due to ICANS, no other principal cause.
    """

    in_scope: Tri
    uses_ice: Tri
    ice: Bounds
    capd: Bounds
    is_unable: Tri
    consciousness: Bounds
    seizure: Bounds
    motor: Bounds
    pressure: Bounds
    died: Tri
