"""How CRS shows in the report."""

from __future__ import annotations

import polars as pl

from tutela.kernel.charts import to_spec
from tutela.kernel.section import Section
from tutela.toxicity.crs.result import CrsResult
from tutela.toxicity.severity_section import Severity, build_severity_section

__all__ = ["build_section"]


def build_section(result: CrsResult, *, treatments: pl.DataFrame | None = None) -> Section:
    """Counts by highest grade, times, treatments, courses and events.

    Parameters
    ----------
    result
        Graded courses.
    treatments
        The treatments table; None leaves treatments out.

    Returns
    -------
    Section
        The answer first, then the tables behind it.
    """
    from tutela.toxicity.crs.plot import plot_heat_map, plot_swimmer

    severity = Severity(
        domain="crs",
        name="CRS",
        course=result.course,
        episodes=result.episodes,
        subjects=result.subjects,
        words=result.options.words,
        sources=result.sources,
        specs=(
            (
                "crs-swimmer",
                "CRS over time, with treatments",
                "One lane per person: CRS grade by day since infusion, marks where treatments start.",
                lambda: to_spec(plot_swimmer(result, treatments=treatments)),
            ),
            (
                "crs-days",
                "Highest CRS grade by day",
                "Heat map: one row per person, one column per day, the highest CRS grade of the day.",
                lambda: to_spec(plot_heat_map(result)),
            ),
        ),
    )
    return build_severity_section(severity, treatments=treatments)
