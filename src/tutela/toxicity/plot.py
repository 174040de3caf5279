"""Draw courses of grades: one lane per person, and a heat map by day; nothing is computed here."""

from __future__ import annotations

import altair as alt
import polars as pl

from tutela.kernel.charts import (
    CATEGORICAL,
    GRADE_TEXT_COLORS,
    INK,
    MUTED,
    TREATMENT_COLORS,
    grade_scale,
    hatch,
)

__all__ = ["draw_heat_map", "draw_swimmer"]

#: Height of a person's lane and width of the chart, pixels; side of a heat map cell.
LANE, WIDTH, CELL = 16, 620, 15
#: Support for these reasons says nothing about toxicity and is not drawn.
NOT_DRAWN = ("airway", "osa", "anesthesia", "baseline")
#: Treatments drawn, with the shape of their mark; shapes keep them apart in black and white.
SHAPES = {
    "anticytokine": "triangle-up",
    "steroid": "diamond",
    "vasopressor": "square",
    "oxygen": "circle",
    "antiseizure": "cross",
}


def _rows_from_worst(table: pl.DataFrame) -> list[str]:
    """Persons, worst and then earliest first."""
    order = (
        table.group_by("subject")
        .agg(pl.col("grade_low").max(), pl.col("grade_high").max(), pl.len())
        .sort(["grade_low", "grade_high", "len", "subject"], descending=[True, True, True, False])
    )
    names: list[str] = order.get_column("subject").to_list()
    return names


def _grade_color(field: str, title: str | None = "grade") -> alt.Color:
    legend = None if title is None else alt.Legend(title=title, orient="top", symbolType="square")
    return alt.Color(f"{field}:O", scale=alt.Scale(**grade_scale()), legend=legend)


def draw_swimmer(
    intervals: pl.DataFrame, *, title: str, treatments: pl.DataFrame | None = None
) -> alt.LayerChart:
    """Draw one lane per person: grade over time, hatched where only bounds are known, with treatments.

    Parameters
    ----------
    intervals
        subject, start, end (days), grade_low, grade_high, because.
    title
        Title of the chart.
    treatments
        Treatments table; starts of anticytokine drugs, steroids, vasopressors, oxygen and antiseizure drugs
        are drawn as marks.

    Returns
    -------
    altair.LayerChart
        Grade 0 is drawn as a thin line; the digit is printed where a stretch is long enough.
    """
    names = _rows_from_worst(intervals)
    end = float(intervals.get_column("end").max() or 1.0)  # type: ignore[arg-type]
    domain = (0.0, end)
    x = alt.X("start:Q", title="days since infusion", scale=alt.Scale(domain=list(domain), nice=False))
    y = alt.Y("subject:N", sort=names, title=None)
    low, high = pl.col("grade_low").cast(pl.String), pl.col("grade_high").cast(pl.String)
    rows = intervals.with_columns(
        words=pl.when(low == high).then(low).otherwise(low + pl.lit("-") + high),
        middle=(pl.col("start") + pl.col("end")) / 2,
    )
    tooltip = ["subject:N", "words:N", alt.Tooltip("start:Q", format=".2f"), "because:N"]
    base = alt.Chart(rows).encode(y=y, tooltip=tooltip)
    bars = base.mark_bar(height=LANE - 4).encode(x=x, x2="end:Q", color=_grade_color("grade_low"))
    layers: list[alt.Chart] = [bars]
    unsure = rows.filter(pl.col("grade_low") != pl.col("grade_high"))
    if unsure.height:
        layers.append(_hatching(unsure, y, domain))
    is_wide = ((pl.col("end") - pl.col("start")) > end * 0.02) & (pl.col("grade_high") > 0)
    layers.append(_digits(rows.filter(is_wide), y))
    if treatments is not None:
        layers.append(_marks(treatments, names, y, end))
    chart = alt.layer(*layers).resolve_scale(color="independent", stroke="independent", shape="independent")
    return chart.properties(title=title, width=WIDTH, height={"step": LANE})


def _hatching(unsure: pl.DataFrame, y: alt.Y, domain: tuple[float, float]) -> alt.Chart:
    strokes = hatch(unsure, start="start", end="end", domain=domain, width=WIDTH)
    return (
        alt.Chart(strokes.select("subject", "hatch", "grade_high"))
        .mark_point(shape="M-0.6,1L0.6,-1", size=60, filled=False, strokeWidth=1)
        .encode(
            x="hatch:Q",
            y=y,
            stroke=alt.Stroke("grade_high:O", scale=alt.Scale(**grade_scale()), legend=None),
        )
    )


def _digits(rows: pl.DataFrame, y: alt.Y) -> alt.Chart:
    scale = alt.Scale(domain=list(GRADE_TEXT_COLORS), range=list(GRADE_TEXT_COLORS.values()))
    return (
        alt.Chart(rows.select("subject", "middle", "words", "grade_low"))
        .mark_text(fontSize=10, fontWeight=600)
        .encode(x="middle:Q", y=y, text="words:N", color=alt.Color("grade_low:O", scale=scale, legend=None))
    )


def _marks(treatments: pl.DataFrame, names: list[str], y: alt.Y, end: float) -> alt.Chart:
    shown = treatments.filter(
        pl.col("role").is_in(list(SHAPES))
        & pl.col("subject").is_in(names)
        & (pl.col("start") >= 0)
        & (pl.col("start") <= end)
        & ~pl.col("indication").str.to_lowercase().is_in(NOT_DRAWN).fill_null(value=False)
    )
    # A titrated infusion has a row per rate; its first start of a day is enough to see.
    shown = (
        shown.with_columns(day=pl.col("start").floor())
        .sort("start")
        .unique(["subject", "role", "treatment", "day"], keep="first", maintain_order=True)
    )
    colors = [TREATMENT_COLORS.get(role, CATEGORICAL[0]) for role in SHAPES]
    domain = list(SHAPES)
    return (
        alt.Chart(shown.select("subject", "start", "role", "treatment"))
        .mark_point(filled=False, size=26, strokeWidth=1.3, yOffset=LANE / 2 - 2)
        .encode(
            x="start:Q",
            y=y,
            shape=alt.Shape(
                "role:N",
                scale=alt.Scale(domain=domain, range=list(SHAPES.values())),
                legend=alt.Legend(title="given", orient="top"),
            ),
            stroke=alt.Stroke("role:N", scale=alt.Scale(domain=domain, range=colors), legend=None),
            tooltip=["subject:N", "treatment:N", alt.Tooltip("start:Q", format=".2f")],
        )
    )


def draw_heat_map(by_day: pl.DataFrame, *, title: str) -> alt.LayerChart:
    """Draw the highest grade of every person on every day.

    Parameters
    ----------
    by_day
        subject, day, grade_low, grade_high.
    title
        Title of the chart.

    Returns
    -------
    altair.LayerChart
        The digit is printed; a raised dot marks cells where a higher grade is possible; days without an
        observation stay empty.
    """
    names = _rows_from_worst(by_day)
    x = alt.X("day:O", title="day since infusion", axis=alt.Axis(labelAngle=0, labelOverlap="greedy"))
    y = alt.Y("subject:N", sort=names, title=None)
    base = alt.Chart(by_day).encode(x=x, y=y, tooltip=["subject:N", "day:O", "grade_low:O", "grade_high:O"])
    cells = base.mark_rect(stroke="white", strokeWidth=1).encode(color=_grade_color("grade_low"))
    digits = (
        base.transform_filter("datum.grade_low > 0")
        .mark_text(fontSize=9, fontWeight=600)
        .encode(
            text="grade_low:O",
            color=alt.Color(
                "grade_low:O",
                scale=alt.Scale(domain=list(GRADE_TEXT_COLORS), range=list(GRADE_TEXT_COLORS.values())),
                legend=None,
            ),
        )
    )
    open_cells = base.transform_filter("datum.grade_high > datum.grade_low").mark_point(
        size=8, filled=True, color=MUTED, stroke=INK, strokeWidth=0.3, xOffset=CELL / 3, yOffset=-CELL / 3
    )
    chart = alt.layer(cells, digits, open_cells).resolve_scale(color="independent")
    return chart.properties(title=title, width={"step": CELL}, height={"step": CELL})
