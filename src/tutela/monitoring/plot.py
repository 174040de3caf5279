"""Draw exposure against toxicity; computes nothing."""

from __future__ import annotations

import altair as alt
import polars as pl

from tutela.kernel.charts import GRADE_COLORS, INK, MUTED, apply_theme

__all__ = ["plot_exposure"]


def plot_exposure(table: pl.DataFrame, *, grade: str = "crs_high") -> alt.LayerChart:
    """Peak exposure by worst grade, one point per subject, with the median of each grade.

    Parameters
    ----------
    table
        The table of :func:`tutela.monitoring.exposure.join_exposure`.
    grade
        Column of the grade axis: ``crs_high`` or ``icans_high``.
    """
    drawn = table.drop_nulls(["cmax", grade]).filter(pl.col("cmax") > 0)
    label = "CRS" if grade.startswith("crs") else "ICANS"
    unit = str(drawn.get_column("unit").drop_nulls().first() or "")
    base = alt.Chart(drawn).encode(
        x=alt.X(
            f"{grade}:O",
            title=f"Worst {label} grade (highest that the data allow)",
            scale=alt.Scale(domain=[0, 1, 2, 3, 4, 5]),
            axis=alt.Axis(labelAngle=0),
        ),
        y=alt.Y(
            "cmax:Q",
            title=f"Cmax ({unit}), log scale",
            scale=alt.Scale(type="log"),
            axis=alt.Axis(format="~s"),
        ),
    )
    points = (
        base.mark_point(size=46, filled=True, stroke=INK, strokeWidth=0.6)
        .encode(
            color=alt.Color(
                f"{grade}:O",
                scale=alt.Scale(domain=list(range(len(GRADE_COLORS))), range=list(_colors())),
                legend=None,
            ),
            shape=alt.Shape(
                "is_peak_after_onset:N",
                title="Peak after CRS onset",
                scale=alt.Scale(domain=[True, False], range=["triangle-up", "circle"]),
            ),
            xOffset=alt.XOffset("jitter:Q", scale=alt.Scale(domain=[-1, 1])),
            tooltip=[
                "subject",
                "cmax",
                "tmax",
                "cmax_to_onset",
                "crs_low",
                "crs_high",
                "icans_low",
                "icans_high",
            ],
        )
        .transform_calculate(
            jitter="(toNumber(substring(datum.subject, length(datum.subject) - 2)) % 7) / 10 - 0.3"
        )
    )
    median = base.mark_tick(color=MUTED, thickness=2, size=44).encode(y=alt.Y("median(cmax):Q"))
    return apply_theme(alt.layer(median, points).properties(width=480, height=300))


def _colors() -> tuple[str, ...]:
    return tuple(GRADE_COLORS.values()) if isinstance(GRADE_COLORS, dict) else tuple(GRADE_COLORS)
