"""The theme of all charts: system fonts, thin axes, no decoration, readable on paper."""

from __future__ import annotations

from typing import Any, TypeVar

from tutela.kernel.charts.palette import ACCENT, CATEGORICAL, GRID, INK, MUTED, PAPER, SEQUENTIAL

__all__ = ["FONT", "apply_theme", "theme"]

#: System fonts; nothing is loaded. vl-convert falls back to its own sans-serif where none is installed.
FONT = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif"

Chart = TypeVar("Chart")


def theme() -> dict[str, Any]:
    """Build the Vega-Lite configuration shared by all charts.

    Returns
    -------
    dict
        A fresh ``config`` object; neutrals are those of :mod:`tutela.kernel.charts.palette`, so that the
        report can exchange them for their counterparts on a dark background.
    """
    return {
        "background": PAPER,
        "font": FONT,
        "padding": 4,
        "view": {"stroke": None, "continuousWidth": 560, "continuousHeight": 260},
        "axis": _axis(),
        "axisX": {"grid": False},
        "axisY": {"domain": False, "ticks": False, "labelPadding": 6},
        "title": {
            "anchor": "start", "color": INK, "fontSize": 13, "fontWeight": 600, "offset": 8,
            "subtitleColor": MUTED, "subtitleFontSize": 11.5,
        },
        "header": {"labelColor": INK, "labelFontSize": 11.5, "labelFontWeight": 600, "titleColor": MUTED,
                   "labelAnchor": "start", "titleFontSize": 11.5, "titleFontWeight": 400},
        "legend": {"labelColor": INK, "titleColor": MUTED, "labelFontSize": 11.5, "titleFontSize": 11.5,
                   "titleFontWeight": 400, "symbolStrokeWidth": 1.5, "labelLimit": 260},
        "range": {"category": list(CATEGORICAL), "ramp": list(SEQUENTIAL), "ordinal": list(SEQUENTIAL)},
        "line": {"color": ACCENT, "strokeWidth": 1.5},
        "point": {"color": ACCENT, "filled": True, "size": 32},
        "bar": {"color": ACCENT},
        "area": {"color": ACCENT, "opacity": 0.18},
        "rule": {"color": MUTED},
        "tick": {"color": MUTED},
        "text": {"color": INK, "fontSize": 11.5},
    }  # fmt: skip


def _axis() -> dict[str, Any]:
    return {
        "domainColor": MUTED,
        "gridColor": GRID,
        "labelColor": INK,
        "labelFontSize": 11.5,
        "labelOverlap": "greedy",
        "tickColor": MUTED,
        "tickSize": 4,
        "titleColor": MUTED,
        "titleFontSize": 11.5,
        "titleFontWeight": 400,
        "titlePadding": 8,
    }


def apply_theme(chart: Chart) -> Chart:
    """Give a finished Altair chart the theme, as for a notebook.

    Parameters
    ----------
    chart
        Any top-level Altair chart; a part of a concatenation takes the theme of the whole instead.

    Returns
    -------
    altair.TopLevelMixin
        A copy with the theme as its configuration.
    """
    themed: Chart = chart.configure(**theme())  # type: ignore[attr-defined]
    return themed
