"""From an Altair chart to a specification: complete, themed, and equal for equal charts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tutela.kernel.charts.theme import theme

if TYPE_CHECKING:
    import altair as alt

__all__ = ["to_spec"]

# Altair numbers unnamed views and parameters by one counter per process.
_COUNTED = re.compile(r"\b(?P<kind>view|param)_(?P<number>\d+)")


def to_spec(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """Turn an Altair chart into a Vega-Lite specification with its data and the theme.

    Parameters
    ----------
    chart
        Top-level Altair chart with its data in memory; all rows are kept, however many.

    Returns
    -------
    dict
        Vega-Lite specification. Equal charts give equal specifications: the counters that Altair puts
        into the names of views and parameters are replaced by their order of appearance.

    Examples
    --------
    >>> import altair as alt, polars as pl
    >>> chart = alt.Chart(pl.DataFrame({"x": [1, 2]})).mark_point().encode(x="x:Q")
    >>> to_spec(chart)["encoding"]["x"]["field"]
    'x'
    """
    import altair as alt

    with alt.data_transformers.enable("default", max_rows=None), alt.theme.enable("none"):
        spec: dict[str, Any] = chart.to_dict()
    spec["config"] = theme() | spec.get("config", {})
    datasets = spec.pop("datasets", None)
    renamed: dict[str, Any] = _rename(spec, {})
    return renamed if datasets is None else renamed | {"datasets": datasets}


def _rename(node: Any, names: dict[str, str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(node, str):
        return _COUNTED.sub(lambda match: _ordered(match, names), node)
    if isinstance(node, list):
        return [_rename(item, names) for item in node]
    if isinstance(node, dict):
        # Rows given inline are data, not names.
        return {
            _rename(key, names): value if key == "values" else _rename(value, names)
            for key, value in node.items()
        }
    return node


def _ordered(match: re.Match[str], names: dict[str, str]) -> str:
    return names.setdefault(match[0], f"{match['kind']}_{len(names) + 1}")
