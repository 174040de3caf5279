"""The study as it is in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from tutela.kernel.study.config import StudyConfig

__all__ = ["Study"]


@dataclass(frozen=True, eq=False)
class Study:
    """One study.

    Parameters
    ----------
    config
        Identifier, title, product, clock, rule overrides.
    subjects, treatments, measurements, events
        The tables (:mod:`tutela.kernel.tables`): times in days since the subject's infusion, results in
        canonical units, every row with the file and record it came from.
    rejected
        Rows and cells that could not be used, with the reason (:data:`tutela.kernel.study.REJECTED`).
    notices
        What else a reader must know of the data.
    files
        File name -> SHA-256 of every file read.
    """

    config: StudyConfig
    subjects: pl.DataFrame
    treatments: pl.DataFrame
    measurements: pl.DataFrame
    events: pl.DataFrame
    rejected: pl.DataFrame
    notices: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """The four tables by name."""
        return {
            "subjects": self.subjects,
            "treatments": self.treatments,
            "measurements": self.measurements,
            "events": self.events,
        }
