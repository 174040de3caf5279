"""The aligned timeline as a Vega template: one frame, four kinds of lane, and the list of lanes.

The page fills the template with a subject's rows (``assets/timeline.js``): a string ``"@name"`` stands for
a value that the page puts in. Vega is written here directly, not through Vega-Lite: lanes appear only where
a subject has data, share one zoomable axis that can be read in hours, days or years, and hatch is drawn at a
constant distance of pixels at every zoom.
"""

from __future__ import annotations

from typing import Any

from tutela.kernel.charts import FONT, GRADE_COLORS, GRADE_TEXT_COLORS, GRID, INK, MUTED, PAPER

__all__ = ["build_template"]

#: Pixels: height of a ribbon, of a row of bars, and font sizes (two in the whole chart).
RIBBON = 18
ROW = 16
TEXT_SIZE = 11
TITLE_SIZE = 12
#: Pixels left of the plot where lane titles begin, and right of it where thresholds are named.
LEFT = 176
RIGHT = 140
#: Narrowest ribbon that can carry its digit, pixels per character.
DIGIT_WIDTH = 9

Spec = dict[str, Any]


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
        "kinds": {"ribbon": _ribbon(), "series": _series(), "bars": _bars()},
        "margins": {"left": LEFT, "right": RIGHT},
        "sizes": {"ribbon": RIBBON, "row": ROW},
        "neutrals": {"ink": INK, "muted": MUTED, "paper": PAPER},
        "grades": {"fill": list(GRADE_COLORS.values()), "text": list(GRADE_TEXT_COLORS.values())},
    }


def _signal(expression: str) -> Spec:
    return {"signal": expression}


def _x(field: str) -> Spec:
    return {"scale": "x", "field": field}


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
            {"name": "x", "type": "linear", "domain": _signal("span"), "range": [0, _signal("width")], "zero": False},
            {
                "name": "unit",
                "type": "linear",
                "domain": _signal("[span[0] * per, span[1] * per]"),
                "range": [0, _signal("width")],
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
        **({"title": _signal("axisTitle"), "titleColor": MUTED, "titleFontSize": TEXT_SIZE,
            "titleFontWeight": "normal", "titlePadding": 6} if title else {}),
    }  # fmt: skip


def _infusion() -> Spec:
    """A rule at the infusion through all lanes."""
    rule = {
        "x": {"scale": "x", "value": 0},
        "y": {"value": 0},
        "y2": _signal("height"),
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
        "x": _signal("brush ? brush[0] : 0"),
        "x2": _signal("brush ? brush[1] : 0"),
        "y": {"value": 0},
        "y2": _signal("height"),
        "fill": {"value": MUTED},
        "fillOpacity": _signal("brush ? 0.18 : 0"),
    }
    return {"type": "rect", "interactive": False, "encode": {"update": box}}


def _crosshair() -> Spec:
    rule = {
        "x": _signal("cross === null ? 0 : scale('x', cross)"),
        "y": {"value": 0},
        "y2": _signal("height"),
        "stroke": {"value": INK},
        "strokeOpacity": _signal("cross === null ? 0 : 0.8"),
    }
    return {"type": "rule", "interactive": False, "clip": True, "encode": {"update": rule}}


def _group(marks: list[Any], **more: Any) -> Spec:  # noqa: ANN401 - Vega
    size = {"y": {"value": "@top"}, "width": _signal("width"), "height": {"value": "@height"}}
    return {"type": "group", "encode": {"enter": size}, **more, "marks": [*_titles(), *marks]}


def _titles() -> list[Spec]:
    def line(text: str, *, dy: int, color: str, size: int, weight: int) -> Spec:
        at = {
            "x": {"value": -LEFT + 6},
            "y": {"value": dy},
            "baseline": {"value": "top"},
            "text": {"value": text},
        }
        look = {"fill": {"value": color}, "fontSize": {"value": size}, "fontWeight": {"value": weight}}
        return {
            "type": "text",
            "interactive": False,
            "encode": {"enter": at | look | {"limit": {"value": 124}}},
        }

    return [
        line("@title", dy=1, color=INK, size=TITLE_SIZE, weight=600),
        line("@unit", dy=17, color=MUTED, size=TEXT_SIZE, weight=400),
    ]


#: First and last visible pixel of an interval, and its visible width.
_FROM = "max(0, scale('x', datum.start))"
_TO = "min(width, scale('x', datum.end))"


def _ribbon() -> Spec:
    """Grades over time: fill, hatch where only bounds are known, digits, and the site's grade below."""
    fill = {
        "x": _x("start"), "x2": _signal("max(scale('x', datum.end), scale('x', datum.start) + 1)"),
        "y": {"value": 0}, "height": {"value": RIBBON}, "fill": {"field": "fill"}, "tooltip": {"value": "grade"},
        "stroke": {"value": GRID}, "strokeWidth": {"value": 0.5},
    }  # fmt: skip
    # A hatch is one path: the positions 0, 6, 12 ... become "M0,18l7,-18M6,18l7,-18 ...".
    strokes = f"replace(join(sequence(0, {_TO} - {_FROM} - 3, 6), ' '), regexp('([0-9]+) ?', 'g'), 'M$1,{RIBBON}l7,-{RIBBON}')"
    hatch = {
        "x": _signal(_FROM), "y": {"value": 0}, "path": _signal(f"{_TO} > {_FROM} ? {strokes} : ''"),
        "stroke": {"field": "hatch"}, "strokeWidth": {"value": 1.5},
    }  # fmt: skip
    digit = {
        "x": _signal(f"({_FROM} + {_TO}) / 2"), "y": {"value": RIBBON / 2}, "align": {"value": "center"},
        "baseline": {"value": "middle"}, "fontSize": {"value": TEXT_SIZE}, "fontWeight": {"value": 700},
        "fill": {"field": "ink"},
        "text": _signal(f"{_TO} - {_FROM} >= {DIGIT_WIDTH} * length(datum.words) ? datum.words : ''"),
    }  # fmt: skip
    halo = {key: value for key, value in digit.items() if key != "fill"} | {
        "stroke": {"field": "fill"},
        "strokeWidth": {"value": 4},
        "strokeOpacity": _signal("datum.isHatched ? 1 : 0"),
    }
    site = {
        "x": _x("start"), "x2": _signal("max(scale('x', datum.end), scale('x', datum.start) + 2)"),
        "y": {"value": RIBBON + 3}, "height": {"value": ROW - 4}, "fill": {"value": "transparent"},
        "stroke": {"value": INK}, "strokeWidth": {"value": 1}, "tooltip": {"value": "site"},
    }  # fmt: skip
    site_text = {
        "x": _signal(f"({_FROM} + {_TO}) / 2"), "y": {"value": RIBBON + 3 + (ROW - 4) / 2},
        "align": {"value": "center"}, "baseline": {"value": "middle"}, "fontSize": {"value": TEXT_SIZE},
        "fill": {"value": INK}, "text": _signal(f"{_TO} - {_FROM} >= 60 ? 'site: ' + datum.grade : datum.grade"),
    }  # fmt: skip
    return _group(
        [
            _mark("rect", "runs", fill),
            _mark("path", "hatched", hatch, interactive=False),
            _mark("text", "runs", halo, interactive=False),
            _mark("text", "runs", digit, interactive=False),
            _mark("rect", "sites", site),
            _mark("text", "sites", site_text, interactive=False),
        ],
        data=[
            {"name": "runs", "values": "@runs"},
            {
                "name": "hatched",
                "source": "runs",
                "transform": [{"type": "filter", "expr": "datum.isHatched"}],
            },
            {"name": "sites", "values": "@sites"},
        ],
    )


def _mark(kind: str, data: str, update: Spec, *, interactive: bool = True) -> Spec:
    return {
        "type": kind,
        "from": {"data": data},
        "clip": True,
        "interactive": interactive,
        "encode": {"update": update},
    }


def _series() -> Spec:
    """Values over time: limits named on the line, one or two series, marks of what was given above."""
    y = {"scale": "y", "field": "value"}
    line = {
        "x": _x("day"), "y": y, "defined": {"field": "isJoined"}, "stroke": {"field": "color"},
        "strokeWidth": {"field": "weight"}, "strokeDash": {"field": "dash"}, "strokeJoin": {"value": "round"},
    }  # fmt: skip
    point = {
        "x": _x("day"), "y": y, "shape": {"field": "shape"}, "size": {"field": "size"}, "fill": {"field": "fill"},
        "stroke": {"field": "edge"}, "strokeWidth": {"value": 1}, "tooltip": {"value": "value"},
    }  # fmt: skip
    limit = {"x": {"value": 0}, "x2": _signal("width"), "y": y, "stroke": {"value": MUTED}, "strokeWidth": {"value": 1},
             "strokeDash": {"value": [4, 3]}}  # fmt: skip
    limit_text = {
        "x": _signal("width + 6"), "y": y, "dy": {"field": "shift"}, "baseline": {"value": "middle"},
        "text": {"field": "label"}, "fill": {"field": "color"}, "fontSize": {"value": TEXT_SIZE},
        "limit": {"value": RIGHT - 8},
    }  # fmt: skip
    band = {
        "x": _x("start"), "x2": _x("end"), "y": {"scale": "y", "field": "high"}, "y2": {"scale": "y", "field": "low"},
        "fill": {"value": MUTED}, "fillOpacity": {"value": 0.16}, "tooltip": {"value": "band"},
    }  # fmt: skip
    given = {
        "x": _x("day"), "y": {"value": 5}, "shape": {"field": "shape"}, "size": {"value": 80}, "fill": {"field": "color"},
        "stroke": {"value": PAPER}, "strokeWidth": {"value": 0.8}, "tooltip": {"value": "given"},
    }  # fmt: skip
    limit_labels = _mark("text", "labels", limit_text, interactive=False)
    del limit_labels["clip"]
    drawn = {
        "type": "group",
        "interactive": False,
        "from": {"facet": {"name": "one", "data": "joined", "groupby": "series"}},
        # Lines are clipped to the size of their group.
        "encode": {"update": {"width": _signal("width"), "height": {"value": "@height"}}},
        "marks": [_mark("line", "one", line, interactive=False)],
    }
    return _group(
        [
            _mark("rect", "bands", band),
            _mark("rule", "limits", limit, interactive=False),
            limit_labels,
            drawn,
            _mark("symbol", "rows", point),
            _mark("symbol", "given", given),
        ],
        scales=[
            {
                "name": "y",
                "type": "@scale",
                "domain": "@domain",
                "range": ["@height", "@roof"],
                "zero": False,
                "nice": False,
            }
        ],
        axes=[_value_axis()],
        data=[
            {"name": name, "values": f"@{name}"}
            for name in ("rows", "joined", "limits", "labels", "bands", "given")
        ],
    )


def _value_axis() -> Spec:
    label = "datum.value >= 10000 ? format(datum.value, '~s') : format(datum.value, '~g')"
    return {
        "scale": "y",
        "orient": "left",
        "values": "@ticks",
        "domain": False,
        "ticks": False,
        "labelPadding": 5,
        "labelColor": INK,
        "labelFontSize": TEXT_SIZE,
        "labelOverlap": "greedy",
        "grid": True,
        "gridColor": GRID,
        "encode": {"labels": {"update": {"text": _signal(label)}}},
    }


def _bars() -> Spec:
    """What was given or happened: one row per agent, device or term."""
    end = "max(scale('x', datum.end), scale('x', datum.start) + 4)"
    y = {"signal": f"datum.row * {ROW} + 2"}
    bar = {
        "x": _x("start"), "x2": _signal(end), "y": y, "height": {"value": ROW - 4}, "fill": {"field": "color"},
        "fillOpacity": {"field": "strength"}, "cornerRadius": {"value": 1.5}, "tooltip": {"value": "bar"},
        "stroke": {"field": "color"}, "strokeWidth": {"value": 0.8},
    }  # fmt: skip
    middle = {"signal": f"datum.row * {ROW} + {ROW / 2}"}
    inside = {
        "x": _signal(f"{_FROM} + 4"), "y": middle, "baseline": {"value": "middle"}, "fontSize": {"value": TEXT_SIZE},
        "fill": {"field": "ink"}, "limit": _signal(f"max(1, {_TO} - {_FROM} - 6)"),
        "text": _signal(f"{_TO} - {_FROM} >= 6 * length(datum.words) + 6 ? datum.words : ''"),
    }  # fmt: skip
    name = {
        "x": {"value": -5}, "y": middle, "align": {"value": "right"}, "baseline": {"value": "middle"},
        "fill": {"value": INK}, "fontSize": {"value": TEXT_SIZE}, "text": {"field": "name"}, "limit": {"value": "@nameWidth"},
    }  # fmt: skip
    names = _mark("text", "names", name, interactive=False)
    del names["clip"]
    return _group(
        [_mark("rect", "bars", bar), _mark("text", "bars", inside, interactive=False), names],
        data=[{"name": "bars", "values": "@bars"}, {"name": "names", "values": "@names"}],
    )
