"""The result of ICANS grading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tutela.kernel.cite import Cite
from tutela.kernel.provenance import Provenance
from tutela.toxicity.icans.options import IcansOptions

if TYPE_CHECKING:
    import polars as pl

__all__ = ["IcansResult"]


@dataclass(frozen=True, eq=False)
class IcansResult:
    """ICANS grades over time, per event and per subject.

    Parameters
    ----------
    course
        One row per assessment: subject, time (days since infusion), grade (null where bounds differ),
        grade_low, grade_high, instrument (ICE or CAPD; null where not known), ice, capd (null where not exact),
        and the grades of the domains within bounds: cognition, consciousness, seizure, motor, icp (``_low``,
        ``_high``), episode, because, evidence (``file:row``).
    episodes
        One row per event; columns as for CRS.
    subjects
        One row per person; columns as for CRS.
    options
        Choices in force.
    sources
        Publications used.
    provenance
        Inputs, parameters and choices.
    """

    course: pl.DataFrame
    episodes: pl.DataFrame
    subjects: pl.DataFrame
    options: IcansOptions
    sources: tuple[Cite, ...]
    provenance: Provenance

    @property
    def table(self) -> pl.DataFrame:
        """The events, one row each."""
        return self.episodes

    def plot(self, *, treatments: pl.DataFrame | None = None) -> Any:  # noqa: ANN401 - an Altair chart
        """Draw the course of every subject, with what was given if the treatments table is passed."""
        from tutela.toxicity.icans.plot import plot_swimmer

        return plot_swimmer(self, treatments=treatments)
