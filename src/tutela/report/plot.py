"""Drawing of the report's own figures; nothing is computed here beyond positions."""

from __future__ import annotations

import altair as alt
import polars as pl

from tutela.kernel.charts import GRADE_COLORS, INK, grade_scale

__all__ = ["plot_exposure"]

#: Horizontal distance of two neighboring points of one grade, in grades, and how many stand side by side.
SPREAD = 0.07
COLUMNS = 9
WIDTH = 460
HEIGHT = 260


def plot_exposure(joined: pl.DataFrame, *, x_title: str, y_title: str) -> alt.LayerChart:
    """Draw one point per subject: exposure over the highest grade, with the median of every grade.

    Parameters
    ----------
    joined
        subject, cmax, grade_low, grade_high.
    x_title, y_title
        Titles of the axes, with unit.
    """
    points = _place(joined)
    x = alt.X(
        "position:Q",
        title=x_title,
        scale=alt.Scale(domain=[-0.5, max(4, points["grade_high"].max()) + 0.5], nice=False),  # type: ignore[type-var, operator]
        axis=alt.Axis(values=list(GRADE_COLORS), format="d", grid=False),
    )
    y = alt.Y("cmax:Q", title=y_title, scale=alt.Scale(type="log"), axis=alt.Axis(format="~s", tickCount=4))
    tooltip = [
        alt.Tooltip("subject:N"),
        alt.Tooltip("cmax:Q", title=y_title, format=".4~g"),
        alt.Tooltip("grade_low:O", title="grade, at least"),
        alt.Tooltip("grade_high:O", title="grade, at most"),
    ]
    base = alt.Chart(points)
    marks = base.mark_point(filled=True, size=52, stroke=INK, strokeWidth=0.8, opacity=1).encode(
        x=x, y=y, tooltip=tooltip,
        fill=alt.Fill("grade_high:O", scale=alt.Scale(**grade_scale()), legend=None),
        fillOpacity=alt.condition("datum.grade_low == datum.grade_high", alt.value(1), alt.value(0)),
    )  # fmt: skip
    medians = (
        base.transform_aggregate(median="median(cmax)", groupby=["grade_high"])
        .mark_tick(color=INK, thickness=2, size=54, orient="horizontal")
        .encode(x=alt.X("grade_high:Q"), y=alt.Y("median:Q"))
    )
    return alt.layer(marks, medians).properties(width=WIDTH, height=HEIGHT)


def _place(joined: pl.DataFrame) -> pl.DataFrame:
    # Neighbors in exposure stand side by side, in a fixed order, so the same data give the same picture.
    rank = pl.col("cmax").rank("ordinal").over("grade_high").cast(pl.Int64) - 1
    size = pl.min_horizontal(pl.len().over("grade_high").cast(pl.Int64), pl.lit(COLUMNS))
    offset = (rank % size) - (size - 1) / 2
    return joined.sort("grade_high", "cmax", "subject").with_columns(
        position=(pl.col("grade_high") + offset * SPREAD).round(3)
    )
