"""The three kinds of lane as Vega group marks: grade ribbons, series of values, bars of what was given.

A string ``"@name"`` stands for a value that the page puts in (``assets/lanes.js``).
"""

from __future__ import annotations

from typing import Any

from tutela.kernel.charts import GRID, INK, MUTED, PAPER

__all__ = ["LEFT", "RIBBON", "RIGHT", "ROW", "TEXT_SIZE", "Spec", "bars", "ribbon", "series", "signal"]

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


def signal(expression: str) -> Spec:
    """A value that Vega computes."""
    return {"signal": expression}


def _x(field: str) -> Spec:
    return {"scale": "x", "field": field}


def _group(marks: list[Any], **more: Any) -> Spec:  # noqa: ANN401 - Vega
    size = {"y": {"value": "@top"}, "width": signal("width"), "height": {"value": "@height"}}
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


def ribbon() -> Spec:
    """Grades over time: fill, hatch where only bounds are known, digits, and the site's grade below."""
    fill = {
        "x": _x("start"), "x2": signal("max(scale('x', datum.end), scale('x', datum.start) + 1)"),
        "y": {"value": 0}, "height": {"value": RIBBON}, "fill": {"field": "fill"}, "tooltip": {"value": "grade"},
        "stroke": {"value": GRID}, "strokeWidth": {"value": 0.5},
    }  # fmt: skip
    # A hatch is one path: the positions 0, 6, 12 ... become "M0,18l7,-18M6,18l7,-18 ...".
    strokes = f"replace(join(sequence(0, {_TO} - {_FROM} - 3, 6), ' '), regexp('([0-9]+) ?', 'g'), 'M$1,{RIBBON}l7,-{RIBBON}')"
    hatch = {
        "x": signal(_FROM), "y": {"value": 0}, "path": signal(f"{_TO} > {_FROM} ? {strokes} : ''"),
        "stroke": {"field": "hatch"}, "strokeWidth": {"value": 1.5},
    }  # fmt: skip
    digit = {
        "x": signal(f"({_FROM} + {_TO}) / 2"), "y": {"value": RIBBON / 2}, "align": {"value": "center"},
        "baseline": {"value": "middle"}, "fontSize": {"value": TEXT_SIZE}, "fontWeight": {"value": 700},
        "fill": {"field": "ink"},
        "text": signal(f"{_TO} - {_FROM} >= {DIGIT_WIDTH} * length(datum.words) ? datum.words : ''"),
    }  # fmt: skip
    halo = {key: value for key, value in digit.items() if key != "fill"} | {
        "stroke": {"field": "fill"},
        "strokeWidth": {"value": 4},
        "strokeOpacity": signal("datum.isHatched ? 1 : 0"),
    }
    site = {
        "x": _x("start"), "x2": signal("max(scale('x', datum.end), scale('x', datum.start) + 2)"),
        "y": {"value": RIBBON + 3}, "height": {"value": ROW - 4}, "fill": {"value": "transparent"},
        "stroke": {"value": INK}, "strokeWidth": {"value": 1}, "tooltip": {"value": "site"},
    }  # fmt: skip
    site_text = {
        "x": signal(f"({_FROM} + {_TO}) / 2"), "y": {"value": RIBBON + 3 + (ROW - 4) / 2},
        "align": {"value": "center"}, "baseline": {"value": "middle"}, "fontSize": {"value": TEXT_SIZE},
        "fill": {"value": INK}, "text": signal(f"{_TO} - {_FROM} >= 60 ? 'site: ' + datum.grade : datum.grade"),
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


def series() -> Spec:
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
    limit = {"x": {"value": 0}, "x2": signal("width"), "y": y, "stroke": {"value": MUTED}, "strokeWidth": {"value": 1},
             "strokeDash": {"value": [4, 3]}}  # fmt: skip
    limit_text = {
        "x": signal("width + 6"), "y": y, "dy": {"field": "shift"}, "baseline": {"value": "middle"},
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
        "encode": {"update": {"width": signal("width"), "height": {"value": "@height"}}},
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
        "encode": {"labels": {"update": {"text": signal(label)}}},
    }


def bars() -> Spec:
    """What was given or happened: one row per agent, device or term."""
    end = "max(scale('x', datum.end), scale('x', datum.start) + 4)"
    y = {"signal": f"datum.row * {ROW} + 2"}
    bar = {
        "x": _x("start"), "x2": signal(end), "y": y, "height": {"value": ROW - 4}, "fill": {"field": "color"},
        "fillOpacity": {"field": "strength"}, "cornerRadius": {"value": 1.5}, "tooltip": {"value": "bar"},
        "stroke": {"field": "color"}, "strokeWidth": {"value": 0.8},
    }  # fmt: skip
    middle = {"signal": f"datum.row * {ROW} + {ROW / 2}"}
    inside = {
        "x": signal(f"{_FROM} + 4"), "y": middle, "baseline": {"value": "middle"}, "fontSize": {"value": TEXT_SIZE},
        "fill": {"field": "ink"}, "limit": signal(f"max(1, {_TO} - {_FROM} - 6)"),
        "text": signal(f"{_TO} - {_FROM} >= 6 * length(datum.words) + 6 ? datum.words : ''"),
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
