"""The aligned timeline as a Vega template: one frame, four kinds of lane, and the list of lanes.

The page fills the template with a subject's rows (``assets/timeline.js``): a string ``"@name"`` stands for
a value that the page puts in. Vega is written here directly, not through Vega-Lite: lanes appear only where
a subject has data, share one zoomable axis that can be read in hours, days or years, and hatch is drawn at a
constant distance of pixels at every zoom.
"""

from __future__ import annotations

from tutela.kernel.charts import FONT, GRADE_COLORS, GRADE_TEXT_COLORS, GRID, INK, MUTED, PAPER
from tutela.report.lane_marks import (
    LEFT,
    RIBBON,
    RIGHT,
    ROW,
    TEXT_SIZE,
    Spec,
    bars,
    ribbon,
    series,
    signal,
)

__all__ = ["build_template"]


def build_template() -> Spec:
    """Build the template that the page fills per subject.

    Returns
    -------
    dict
        ``frame`` (a Vega specification without lanes), ``kinds`` (a Vega group mark per kind of lane),
        ``margins`` and ``sizes`` in pixels.
    """
    return {
        "frame": _frame(),
        "kinds": {"ribbon": ribbon(), "series": series(), "bars": bars()},
        "margins": {"left": LEFT, "right": RIGHT},
        "sizes": {"ribbon": RIBBON, "row": ROW},
        "neutrals": {"ink": INK, "muted": MUTED, "paper": PAPER},
        "grades": {"fill": list(GRADE_COLORS.values()), "text": list(GRADE_TEXT_COLORS.values())},
    }


def _frame() -> Spec:
    return {
        "$schema": "https://vega.github.io/schema/vega/v6.json",
        "description": "@description",
        "width": "@width",
        "height": "@height",
        "padding": {"left": LEFT, "right": RIGHT, "top": 26, "bottom": 40},
        "autosize": "none",
        "background": PAPER,
        "config": {"text": {"font": FONT}, "axis": {"labelFont": FONT, "titleFont": FONT}},
        "signals": [
            {"name": "span", "value": "@span"},
            {"name": "per", "value": "@per"},
            {"name": "axisTitle", "value": "@axisTitle"},
            {"name": "cross", "value": None},
            {"name": "brush", "value": None},
        ],
        "scales": [
            {"name": "x", "type": "linear", "domain": signal("span"), "range": [0, signal("width")], "zero": False},
            {
                "name": "unit",
                "type": "linear",
                "domain": signal("[span[0] * per, span[1] * per]"),
                "range": [0, signal("width")],
                "zero": False,
            },
        ],
        "axes": [_axis("bottom", title=True), _axis("top", title=False)],
        "marks": ["@lanes", _infusion(), _brush(), _crosshair()],
    }  # fmt: skip


def _axis(orient: str, *, title: bool) -> Spec:
    return {
        "scale": "unit",
        "orient": orient,
        "grid": not title,
        "gridColor": GRID,
        "domain": title,
        "domainColor": MUTED,
        "ticks": title,
        "tickColor": MUTED,
        "labelColor": INK,
        "labelFontSize": TEXT_SIZE,
        "labelOverlap": "greedy",
        "tickCount": 10,
        "zindex": 0,
        **({"title": signal("axisTitle"), "titleColor": MUTED, "titleFontSize": TEXT_SIZE,
            "titleFontWeight": "normal", "titlePadding": 6} if title else {}),
    }  # fmt: skip


def _infusion() -> Spec:
    """A rule at the infusion through all lanes."""
    rule = {
        "x": {"scale": "x", "value": 0},
        "y": {"value": 0},
        "y2": signal("height"),
        "stroke": {"value": MUTED},
    }
    return {
        "type": "rule",
        "clip": True,
        "interactive": False,
        "encode": {"update": rule | {"strokeDash": {"value": [2, 3]}}},
    }


def _brush() -> Spec:
    box = {
        "x": signal("brush ? brush[0] : 0"),
        "x2": signal("brush ? brush[1] : 0"),
        "y": {"value": 0},
        "y2": signal("height"),
        "fill": {"value": MUTED},
        "fillOpacity": signal("brush ? 0.18 : 0"),
    }
    return {"type": "rect", "interactive": False, "encode": {"update": box}}


def _crosshair() -> Spec:
    rule = {
        "x": signal("cross === null ? 0 : scale('x', cross)"),
        "y": {"value": 0},
        "y2": signal("height"),
        "stroke": {"value": INK},
        "strokeOpacity": signal("cross === null ? 0 : 0.8"),
    }
    return {"type": "rule", "interactive": False, "clip": True, "encode": {"update": rule}}
