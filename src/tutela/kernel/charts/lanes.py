"""The aligned timeline: lanes one above the other over one axis of days since infusion."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tutela.kernel.charts.palette import GRADE_COLORS, GRADE_TEXT_COLORS, MUTED, grade_scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    import altair as alt

__all__ = ["Lane", "grade_ribbon", "hatch", "stack_lanes"]

#: Distance of two hatch strokes, pixels.
HATCH_STEP = 6.0
#: A diagonal stroke as a symbol of a point mark.
HATCH_SHAPE = "M-0.6,1L0.6,-1"


@dataclass(frozen=True, eq=False)
class Lane:
    """One lane of a timeline.

    Parameters
    ----------
    title
        What the lane shows, with its unit.
    chart
        Altair chart or layer whose x is in days since infusion; its x axis is hidden in all but the last
        lane.
    height
        Pixels.
    """

    title: str
    chart: alt.Chart | alt.LayerChart
    height: float = 80


def hatch(
    table: pl.DataFrame, *, start: str, end: str, domain: tuple[float, float], width: float
) -> pl.DataFrame:
    """Positions of diagonal strokes that fill intervals, for "only bounds are known".

    Parameters
    ----------
    table
        One row per interval; all its columns are kept.
    start, end
        Names of the columns with the interval's ends.
    domain, width
        The axis' ends, and its length in pixels.

    Returns
    -------
    polars.DataFrame
        One row per stroke, with its position in ``hatch``; every interval inside the domain has at least one.
    """
    step = (domain[1] - domain[0]) / width * HATCH_STEP
    rows = table.with_columns(
        pl.struct(start, end)
        .map_elements(lambda row: _strokes(row[start], row[end], step), return_dtype=pl.List(pl.Float64))
        .alias("hatch")
    )
    return rows.explode("hatch")


def _strokes(start: float, end: float, step: float) -> list[float]:
    # Strokes sit on a common raster, so that neighboring intervals are hatched as one.
    first = np.ceil(start / step)
    positions = np.arange(first, np.floor(end / step) + 1) * step
    return positions.tolist() if positions.size else [(start + end) / 2]


def grade_ribbon(
    table: pl.DataFrame, *, domain: tuple[float, float], width: float = 640, height: float = 18
) -> alt.LayerChart:
    """Draw grades over time as a ribbon: filled by grade, digit printed, hatched where only bounds are known.

    Parameters
    ----------
    table
        One row per interval: ``start`` and ``end`` (days), ``grade_low`` and ``grade_high``.
    domain
        First and last day of the axis.
    width, height
        Pixels.

    Returns
    -------
    altair.LayerChart
        Fill by ``grade_low``; where ``grade_high`` is larger, strokes in the color of ``grade_high`` and the
        digits ``low-high``.
    """
    import altair as alt

    x_scale = alt.Scale(domain=list(domain), nice=False)
    rows = _with_words(table)
    base = alt.Chart(rows)
    fill = base.mark_rect().encode(
        y=alt.value(0),
        y2=alt.value(height),
        x=alt.X("start:Q", scale=x_scale, title="days since infusion"),
        x2="end:Q",
        color=alt.Color("grade_low:O", scale=alt.Scale(**grade_scale()), legend=None),
        tooltip=["words:N", alt.Tooltip("start:Q", format=".2f"), alt.Tooltip("end:Q", format=".2f")],
    )
    unsure = rows.filter(pl.col("grade_low") != pl.col("grade_high"))
    strokes = (
        alt.Chart(hatch(unsure, start="start", end="end", domain=domain, width=width))
        .mark_point(shape=HATCH_SHAPE, size=height * height, filled=False, strokeWidth=1.2)
        .encode(
            x=alt.X("hatch:Q", scale=x_scale),
            y=alt.value(height / 2),
            stroke=alt.Stroke("grade_high:O", scale=alt.Scale(**grade_scale()), legend=None),
        )
    )
    digits = base.mark_text(fontSize=11, fontWeight=600).encode(
        x=alt.X("middle:Q", scale=x_scale),
        y=alt.value(height / 2),
        text="words:N",
        color=alt.Color(
            "grade_low:N",
            legend=None,
            scale=alt.Scale(domain=list(GRADE_COLORS), range=list(GRADE_TEXT_COLORS.values())),
        ),
    )
    return alt.layer(fill, strokes, digits).resolve_scale(color="independent", stroke="independent")


def _with_words(table: pl.DataFrame) -> pl.DataFrame:
    low, high = pl.col("grade_low").cast(pl.String), pl.col("grade_high").cast(pl.String)
    return table.with_columns(
        middle=(pl.col("start") + pl.col("end")) / 2,
        words=pl.when(low == high).then(low).otherwise(low + pl.lit("-") + high),
    )


def stack_lanes(
    lanes: Sequence[Lane], *, domain: tuple[float, float], title: str = "", width: float = 640
) -> alt.VConcatChart:
    """Stack lanes over one shared axis in days since infusion; dragging and scrolling zoom all of them.

    Parameters
    ----------
    lanes
        From top to bottom.
    domain
        First and last day shown.
    title
        Title of the whole.
    width
        Pixels.

    Raises
    ------
    ValueError
        If there is no lane.
    """
    import altair as alt

    if not lanes:
        message = "A timeline needs at least one lane."
        raise ValueError(message)
    zoom = alt.selection_interval(bind="scales", encodings=["x"], name="zoom")
    charts = [_place(lane, domain=domain, width=width, is_last=lane is lanes[-1]) for lane in lanes]
    with warnings.catch_warnings():
        # One zoom shared by all lanes is the intention; Altair warns that it is one.
        warnings.filterwarnings("ignore", message="Automatically deduplicated", category=UserWarning)
        stacked = alt.vconcat(*charts, spacing=6).add_params(zoom)
    stacked = stacked.resolve_scale(x="shared", color="independent", stroke="independent")
    return stacked.properties(title=title) if title else stacked


def _place(lane: Lane, *, domain: tuple[float, float], width: float, is_last: bool) -> alt.LayerChart:
    import altair as alt

    axis = (
        alt.Axis(title="days since infusion", grid=False)
        if is_last
        else alt.Axis(labels=False, ticks=False, domain=False, title=None)
    )
    # Every lane carries the same rule at infusion: it fixes the shared domain and carries the axis.
    frame = (
        alt.Chart(pl.DataFrame({"zero": [0.0]}))
        .mark_rule(color=MUTED, strokeDash=[2, 2])
        .encode(x=alt.X("zero:Q", scale=alt.Scale(domain=list(domain), nice=False), axis=axis))
    )
    layered = alt.layer(frame, lane.chart).properties(
        width=width,
        height=lane.height,
        title=alt.TitleParams(
            lane.title, fontSize=11.5, fontWeight=400, color=MUTED, offset=3, frame="group"
        ),
    )
    return layered.resolve_scale(color="independent", stroke="independent")
