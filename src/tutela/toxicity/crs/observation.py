"""What a CRS scale looks at: statements about n observations, each possibly unknown."""

from __future__ import annotations

from dataclasses import dataclass

from tutela.kernel.tri import Tri

__all__ = ["CrsObservation"]


@dataclass(frozen=True, eq=False)
class CrsObservation:
    """One element per observation window.

    Parameters
    ----------
    fever
        Temperature 38.0 degC or above, not attributed to another cause.
    is_open
        A fever attributed to the therapy has opened an event, and it has not resolved.
    is_masked
        An antipyretic, anticytokine drug or steroid was given in the event, so fever is no longer needed.
    hypotension
        Systolic pressure below the limit of the age, not attributed to another cause.
    vasopressor
        At least one vasopressor is needed.
    multiple_vasopressors
        Two or more vasopressors besides vasopressin at the same time.
    low_flow, high_flow, positive_pressure
        Oxygen is needed by low-flow nasal cannula or blow-by; by high flow or a mask; by positive pressure.
    died
        Death due to CRS, no other principal cause.
    """

    fever: Tri
    is_open: Tri
    is_masked: Tri
    hypotension: Tri
    vasopressor: Tri
    multiple_vasopressors: Tri
    low_flow: Tri
    high_flow: Tri
    positive_pressure: Tri
    died: Tri

    @property
    def counts(self) -> Tri:
        """Hypotension and hypoxia count: in an open event, with fever or after masking therapy."""
        return self.is_open & (self.fever | self.is_masked)
