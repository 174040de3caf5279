"""The study as it is kept in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from tutela.kernel.study.config import StudyConfig

__all__ = ["Study"]


@dataclass(frozen=True, eq=False)
class Study:
    """One study: settings and tables, every row checked, converted and pointing to its source.

    Parameters
    ----------
    config
        Settings of ``study.toml``.
    subjects, treatments, measurements, events
        The generic tables (:mod:`tutela.kernel.tables`); times in days since the subject's infusion, values
        in the canonical unit of their test.
    rejected
        Rows that could not be used or were changed, with the reason
        (:data:`tutela.kernel.study.REJECTED_SCHEMA`).
    notices
        What else a reader must know of the data.
    files
        Source file -> SHA-256.
    molecular
        Tables that domains add, by name (:func:`tutela.kernel.study.add_table`).

    Examples
    --------
    >>> from tutela.kernel.study import build_study
    >>> study = build_study(
    ...     subjects=pl.DataFrame({"subject": ["S1"], "infusion": ["2024-03-01T10:00"]}),
    ...     measurements=pl.DataFrame({"subject": ["S1"], "time": ["2024-03-02T22:00"], "test": ["TEMP"],
    ...                                "value": ["101.3"], "unit": ["F"]}),
    ... )
    >>> study.measurements.select("time", "value", "unit").row(0)
    (1.5, 38.5, 'degC')
    """

    config: StudyConfig
    subjects: pl.DataFrame
    treatments: pl.DataFrame
    measurements: pl.DataFrame
    events: pl.DataFrame
    rejected: pl.DataFrame
    notices: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    molecular: dict[str, pl.DataFrame] = field(default_factory=dict)

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """The generic tables by name."""
        return {
            "subjects": self.subjects,
            "treatments": self.treatments,
            "measurements": self.measurements,
            "events": self.events,
        }
