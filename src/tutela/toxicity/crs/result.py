"""The result of CRS grading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tutela.kernel.cite import Cite
from tutela.kernel.provenance import Provenance
from tutela.toxicity.crs.options import CrsOptions

if TYPE_CHECKING:
    import polars as pl

__all__ = ["CrsResult"]


@dataclass(frozen=True, eq=False)
class CrsResult:
    """CRS grades over time, per event and per subject.

    Parameters
    ----------
    course
        One row per observation window: subject, time (days since infusion), grade (null where bounds differ),
        grade_low, grade_high, hypotension_low/high and hypoxia_low/high (components 0, 2, 3, 4, whether or
        not they count), is_febrile (null where not known), is_masked (therapy that makes fever unnecessary
        was given in the event), episode, because, evidence (``file:row``).
    episodes
        One row per event: subject, episode, onset, resolution (null if not resolved), is_resolved,
        grade_low, grade_high (maxima), peak_time, duration_h, duration_days (calendar days, both ends
        counted), time_to_onset_d (onset - infusion), onset_study_day (infusion is day 1), last_sign, because,
        reason, evidence.
    subjects
        One row per person: status (``graded`` or ``not evaluable``), reason, grade_low, grade_high (maxima),
        episodes, onset, first_grade_low, first_grade_high (first event only).
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
    options: CrsOptions
    sources: tuple[Cite, ...]
    provenance: Provenance

    @property
    def table(self) -> pl.DataFrame:
        """The events, one row each."""
        return self.episodes

    def plot(self, *, treatments: pl.DataFrame | None = None) -> Any:  # noqa: ANN401 - an Altair chart
        """Draw the course of every subject, with what was given if the treatments table is passed."""
        from tutela.toxicity.crs.plot import plot_swimmer

        return plot_swimmer(self, treatments=treatments)
