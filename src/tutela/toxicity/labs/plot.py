"""Draw laboratory grades; nothing is computed here but counts of rows already graded."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import polars as pl

from tutela.kernel.charts import GRADE_TEXT_COLORS, INK, MUTED, SEQUENTIAL, grade_scale

__all__ = ["Chart", "plot_course", "plot_shift", "plot_worst"]

#: What most figures of this room are.
Chart = alt.LayerChart

#: Height of one bar and side of one heat map cell, pixels.
BAR_HEIGHT = 22
CELL = 34

#: Smallest part of the longest bar that carries its number.
SMALLEST_LABELLED = 0.03
#: Values that differ by more than this factor are drawn on a logarithmic axis.
LOG_RANGE = 30.0

#: Grades of a laboratory value, and the word for "none".
GRADES = ("0", "1", "2", "3", "4")
NO_GRADE = "none"


def _grade_color(field: str) -> alt.Color:
    legend = alt.Legend(values=[int(grade) for grade in GRADES])
    return alt.Color(f"{field}:O", scale=alt.Scale(**grade_scale()), title="grade", legend=legend)


def plot_worst(worst: pl.DataFrame) -> alt.LayerChart:
    """Bars of subjects by worst grade, one bar per term, the worst terms on top.

    Parameters
    ----------
    worst
        Table of :func:`tutela.toxicity.labs.worst`; rows without a grade are not drawn.

    Returns
    -------
    altair.LayerChart
        The number of subjects is printed in each part of a bar.
    """
    graded = worst.filter(pl.col("grade").is_not_null())
    counts = graded.group_by("term", "grade").agg(pl.len().alias("n")).sort("term", "grade")
    counts = counts.with_columns(
        (pl.col("n").cum_sum().over("term") - pl.col("n") / 2).alias("middle"),
        (pl.col("n").cum_sum().over("term") - pl.col("n")).alias("from"),
        pl.col("n").cum_sum().over("term").alias("to"),
    )
    severity = (pl.col("grade").cast(pl.Float64) * pl.col("n")).sum().alias("severity")
    order = counts.group_by("term").agg(severity, pl.col("grade").max().alias("top"))
    terms = (
        order.sort(["top", "severity", "term"], descending=[True, True, False]).get_column("term").to_list()
    )
    base = alt.Chart(counts).encode(y=alt.Y("term:N", sort=terms, title=None, axis=alt.Axis(labelLimit=320)))
    bars = base.mark_bar(stroke="white", strokeWidth=0.5).encode(
        x=alt.X(
            "from:Q", title="subjects", scale=alt.Scale(nice=False), axis=alt.Axis(tickMinStep=1, format="d")
        ),
        x2="to:Q",
        color=_grade_color("grade"),
        tooltip=["term:N", "grade:O", alt.Tooltip("n:Q", title="subjects")],
    )
    # A digit wider than its part of the bar would run into its neighbor; the tooltip still has it.
    widest = counts.select(pl.col("to").max()).item() or 0
    digits = (
        base.mark_text(fontSize=10.5)
        .transform_filter(alt.datum.n >= SMALLEST_LABELLED * widest)
        .encode(
            x="middle:Q",
            text="n:Q",
            color=alt.Color(
                "grade:N",
                legend=None,
                scale=alt.Scale(domain=list(GRADE_TEXT_COLORS), range=list(GRADE_TEXT_COLORS.values())),
            ),
        )
    )
    height = max(len(terms), 1) * BAR_HEIGHT
    return alt.layer(bars, digits).resolve_scale(color="independent").properties(height=height)


def plot_shift(shift: pl.DataFrame, *, term: str) -> alt.LayerChart:
    """Heat map of baseline grade against worst grade of one term.

    Parameters
    ----------
    shift
        Table of :func:`tutela.toxicity.labs.shift_table`.
    term
        The term shown.

    Returns
    -------
    altair.LayerChart
        Cells are shaded and labelled by the number of subjects; ``none`` is no record or not gradable.
    """
    words = [
        pl.col(name).cast(pl.String).fill_null(NO_GRADE).alias(name)
        for name in ("baseline_grade", "worst_grade")
    ]
    cells = shift.filter(pl.col("term") == term).with_columns(words).drop("subjects")
    order = [NO_GRADE, *GRADES]
    middle = max(cells.get_column("n").to_list(), default=0) / 2
    base = alt.Chart(cells).encode(
        x=alt.X(
            "worst_grade:N", sort=order, scale=alt.Scale(domain=order), title="worst grade after infusion"
        ),
        y=alt.Y(
            "baseline_grade:N",
            sort=order[::-1],
            scale=alt.Scale(domain=order[::-1]),
            title="baseline grade",
        ),
    )
    shades = base.mark_rect().encode(
        color=alt.Color("n:Q", scale=alt.Scale(range=list(SEQUENTIAL)), legend=None),
        tooltip=["baseline_grade:N", "worst_grade:N", alt.Tooltip("n:Q", title="subjects")],
    )
    labels = base.mark_text(fontWeight=600).encode(
        text="n:Q",
        color=alt.condition(alt.datum.n > middle, alt.value("white"), alt.value(INK)),
    )
    side = len(order) * CELL
    return alt.layer(shades, labels).properties(width=side, height=side, title=term)


def plot_course(table: pl.DataFrame, *, subject: str, tests: Sequence[str] | None = None) -> alt.VConcatChart:
    """Draw laboratory values of one subject over time, one panel per test.

    Parameters
    ----------
    table
        :attr:`tutela.toxicity.labs.LabGrades.table`.
    subject
        The subject.
    tests
        Tests shown, in this order; all tests with a grade above 0 if not given.

    Returns
    -------
    altair.VConcatChart
        Points filled by grade with a line between them, limits of normal dashed.
    """
    rows = table.filter(pl.col("subject") == subject).with_columns(pl.col("grade").abs().alias("severity"))
    chosen = tests if tests is not None else _graded_tests(rows)
    panels = [_panel(rows.filter(pl.col("test") == test), test) for test in chosen]
    return alt.vconcat(*panels, spacing=10).resolve_scale(x="shared")


def _graded_tests(rows: pl.DataFrame) -> list[str]:
    above: list[str] = rows.filter(pl.col("severity") > 0).get_column("test").unique().sort().to_list()
    return above


def _axis(rows: pl.DataFrame) -> alt.Y:
    unit = next((u for u in rows.get_column("unit").to_list() if u), "")
    values = rows.get_column("value").drop_nulls()
    positive = values.filter(values > 0).to_list()
    is_log = len(positive) == len(values) > 0 and max(positive) > LOG_RANGE * min(positive)
    scale = alt.Scale(type="log") if is_log else alt.Scale(zero=False)
    title = f"{unit} (log)".strip() if is_log else unit
    return alt.Y("value:Q", title=title or None, scale=scale)


def _panel(rows: pl.DataFrame, test: str) -> alt.LayerChart:
    base = alt.Chart(rows).encode(x=alt.X("time:Q", title="days since infusion"))
    dashed = base.mark_line(strokeDash=[3, 3], strokeWidth=1, color=MUTED, interpolate="step-after")
    limits = [dashed.encode(y=f"{name}:Q") for name in ("low", "high") if rows.get_column(name).count()]
    value = _axis(rows)
    line = base.mark_line(color=MUTED, strokeWidth=1).encode(y=value)
    points = base.mark_point(filled=True, size=60, stroke=INK, strokeWidth=0.5, opacity=1).encode(
        y=value,
        color=_grade_color("severity"),
        tooltip=["time:Q", "value:Q", "unit:N", "grade:Q", "because:N", "reason:N", "source_row:Q"],
    )
    return alt.layer(*limits, line, points).properties(title=test, height=110)
