"""Draw ICANS courses; nothing is computed here."""

from __future__ import annotations

import altair as alt
import polars as pl

from tutela.toxicity.icans.result import IcansResult
from tutela.toxicity.plot import draw_heat_map, draw_swimmer
from tutela.toxicity.spans_of_grade import grade_by_day, grade_intervals

__all__ = ["plot_heat_map", "plot_swimmer"]

#: Days shown by default.
DAYS = 30


def plot_swimmer(
    result: IcansResult, *, treatments: pl.DataFrame | None = None, days: float = DAYS
) -> alt.LayerChart:
    """Draw the grade of every person over time, with what was given.

    Parameters
    ----------
    result
        Graded courses.
    treatments
        The treatments table; None to draw grades only.
    days
        Days after the infusion to show.
    """
    intervals = grade_intervals(result.course.filter(pl.col("time") <= days))
    return draw_swimmer(intervals, title="ICANS grade over time (ASTCT 2019)", treatments=treatments)


def plot_heat_map(result: IcansResult, *, days: int = DAYS) -> alt.LayerChart:
    """Draw the highest grade of every person on every day.

    Parameters
    ----------
    result
        Graded courses.
    days
        Days after the infusion to show.
    """
    return draw_heat_map(
        grade_by_day(result.course, days=days), title="Highest ICANS grade by day (ASTCT 2019)"
    )
