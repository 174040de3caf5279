"""Draw profiles and parameters; computes nothing but where a mark stands."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import altair as alt
import polars as pl

from tutela.kernel.charts import ACCENT, INK, MUTED, apply_theme
from tutela.kinetics.nca.summary import typical_course

if TYPE_CHECKING:
    from tutela.kinetics.nca.result import NcaResult

__all__ = ["plot_parameters", "plot_profiles", "plot_test"]

#: Longer courses are drawn on a square-root axis, so that the first weeks keep their width.
_LONG_DAYS = 70.0
_WIDTH = 620
_STRIP_HEIGHT = 46
#: From here numbers are written with SI prefixes.
_LARGE = 10_000.0


def plot_profiles(result: NcaResult) -> alt.VConcatChart:
    """Draw all profiles, one panel per test.

    Parameters
    ----------
    result
        Result of an analysis.
    """
    tests = _tests(result.samples)
    return apply_theme(alt.vconcat(*(plot_test(result, test=test) for test in tests), spacing=18))


def _tests(samples: pl.DataFrame) -> list[str | None]:
    if "test" not in samples.columns:
        return [None]
    return samples.get_column("test").unique().sort().to_list() or [None]


def plot_test(result: NcaResult, *, test: str | None = None) -> alt.LayerChart:
    """Draw the profiles of one test on a logarithmic axis: thin lines, the median bold, the limit dashed.

    Parameters
    ----------
    result
        Result of an analysis.
    test
        Test code; None where the analysis has no such key.
    """
    who = result.by[0]
    samples, course = result.samples, typical_course(result)
    if test is not None:
        samples, course = samples.filter(pl.col("test") == test), course.filter(pl.col("test") == test)
    units = samples.get_column("unit").drop_nulls()
    unit = str(units[0]) if len(units) else "unit not given"
    axis = _time_axis(samples, result.options.time_unit)
    level = alt.Y(
        "value:Q", title=f"{test or 'concentration'} ({unit}), log scale",
        scale=alt.Scale(type="log", nice=False), axis=_decades(samples),
    )  # fmt: skip
    layers = [*_lines(samples, who, axis, level), *_limit(samples, level)]
    bold = course.select("time", value=pl.col("median").round_sig_figs(4), profiles=pl.col("profiles"))
    layers.append(
        alt.Chart(bold)
        .mark_line(color=ACCENT, strokeWidth=3)
        .encode(x=axis, y=level, tooltip=["time:Q", alt.Tooltip("value:Q", title="median"), "profiles:Q"])
    )
    return alt.layer(*layers).properties(width=_WIDTH, height=300, title=str(test or "profiles"))


def _decades(samples: pl.DataFrame) -> alt.Axis:
    """An axis that marks powers of ten only: the lines between them say nothing and hide the thin lines."""
    shown = pl.concat([samples.get_column("value"), samples.get_column("lloq")]).drop_nulls()
    logs = [math.log10(value) for value in (shown.filter(shown > 0).min(), shown.max()) if value]  # type: ignore[arg-type]
    if len(logs) < 2:
        return alt.Axis(format="~s")
    return alt.Axis(format="~s", values=[10.0**k for k in range(math.floor(logs[0]), math.ceil(logs[1]) + 1)])


def _time_axis(samples: pl.DataFrame, unit: str) -> alt.X:
    last = samples.get_column("time").max() if samples.height else None
    is_long = unit == "d" and isinstance(last, float) and last > _LONG_DAYS
    name = {"d": "days", "h": "hours"}.get(unit, unit)
    return alt.X(
        "time:Q",
        title=f"{name} since infusion" + (", square-root scale" if is_long else ""),
        scale=alt.Scale(type="sqrt", nice=False) if is_long else alt.Scale(nice=False),
        axis=alt.Axis(values=[0, 7, 14, 28, 60, 90, 180, 365, 730, 1825]) if is_long else alt.Axis(),
    )


def _lines(samples: pl.DataFrame, who: str, axis: alt.X, level: alt.Y) -> list[alt.Chart]:
    """Quantified samples joined by thin lines; samples below the limit as open triangles at the limit."""
    columns = [pl.col(who).cast(pl.String).alias("subject"), pl.col("time").round(2)]
    quantified = samples.filter(~pl.col("is_blq")).select(
        *columns, pl.col("value").round_sig_figs(4), "in_lambda_z", "evidence"
    )
    low = samples.filter(pl.col("is_blq") & (pl.col("lloq") > 0))
    marks = low.select(*columns, pl.col("lloq").alias("value"), "evidence")
    tips = ["subject:N", "time:Q", "value:Q", alt.Tooltip("evidence:N", title="row")]
    base = alt.Chart(quantified).encode(x=axis, y=level, detail="subject:N")
    return [
        base.mark_line(color=MUTED, strokeWidth=0.8, opacity=0.55),
        base.mark_circle(color=MUTED, size=9, opacity=0.7).encode(tooltip=tips),
        alt.Chart(marks)
        .mark_point(shape="triangle-down", color=MUTED, filled=False, size=22, opacity=0.6)
        .encode(x=axis, y=level, tooltip=tips),
    ]


def _limit(samples: pl.DataFrame, level: alt.Y) -> list[alt.Chart | alt.LayerChart]:
    limits = samples.select(value=pl.col("lloq")).drop_nulls().unique().filter(pl.col("value") > 0)
    # Several limits belong to several batches of the assay; a line for each would not say which.
    if limits.height != 1:
        return []
    rule = alt.Chart(limits).mark_rule(strokeDash=[4, 3], color=INK, strokeWidth=1).encode(y=level)
    label = alt.Chart(limits.with_columns(text=pl.lit("limit of quantification")))
    words = label.mark_text(align="right", dy=-5, fontSize=10.5, color=INK)
    return [rule, words.encode(y=level, x=alt.value(_WIDTH), text="text:N")]


def plot_parameters(
    table: pl.DataFrame, *, published: pl.DataFrame | None = None, who: str = "subject"
) -> alt.VConcatChart:
    """Draw one strip of points per parameter, with the median and the published interval.

    Parameters
    ----------
    table
        Rows of the parameter table with a value: ``name``, ``value``, ``unit``, and the key ``who``.
    published
        ``name``, ``low``, ``high`` and ``product`` of published intervals, in the same units.
    who
        Column that names a point.
    """
    strips = [
        _strip(part.filter(pl.col("value") > 0), str(names[0]), published, who)
        for names, part in table.group_by("name", maintain_order=True)
        if part.filter(pl.col("value") > 0).height
    ]
    return apply_theme(alt.vconcat(*strips, spacing=6))


def _strip(part: pl.DataFrame, name: str, published: pl.DataFrame | None, who: str) -> alt.LayerChart:
    unit = str(part.item(0, "unit"))
    rows = part.select(
        pl.col(who).cast(pl.String).alias("subject"),
        pl.col("value").round_sig_figs(4),
        # Points are spread by their order, so that the same data give the same picture.
        jitter=(pl.int_range(pl.len()) % 5) / 4.0 - 0.5,
    )
    band = None if published is None else published.filter(pl.col("name") == name)
    low, high = _reach(rows.get_column("value"), band)
    x = alt.X(
        "value:Q", title=f"{name} ({unit}), log scale",
        scale=alt.Scale(type="log", nice=False, domain=[low, high]),
        axis=alt.Axis(format="~s" if high > _LARGE else "~g", tickCount=5),
    )  # fmt: skip
    y = alt.Y("jitter:Q", axis=None, scale=alt.Scale(domain=[-0.8, 0.8]))
    points = alt.Chart(rows).mark_circle(color=MUTED, size=26, opacity=0.7)
    median = alt.Chart(rows).mark_rule(color=ACCENT, strokeWidth=3)
    drawn = [points.encode(x=x, y=y, tooltip=["subject:N", "value:Q"]), median.encode(x="median(value):Q")]
    if band is not None and band.height:
        bar = alt.Chart(band).mark_rect(color=ACCENT, opacity=0.10, clip=True)
        drawn.insert(0, bar.encode(x="low:Q", x2="high:Q", tooltip=["product:N", "low:Q", "high:Q"]))
    return alt.layer(*drawn).properties(width=_WIDTH, height=_STRIP_HEIGHT)


def _reach(values: pl.Series, band: pl.DataFrame | None) -> tuple[float, float]:
    """Ends of a strip: the points, and of the published interval what lies within a factor of ten of them."""
    numbers = values.to_list()
    low, high = min(numbers), max(numbers)
    if band is not None and band.height:
        low = max(low / 10, min(low, *band.get_column("low").to_list()))
        high = min(high * 10, max(high, *band.get_column("high").to_list()))
    return low / 1.3, high * 1.3
