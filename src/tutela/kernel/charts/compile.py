"""From Vega-Lite to Vega, at build time: a page that draws then needs the smaller runtime only."""

from __future__ import annotations

from typing import Any

__all__ = ["to_vega"]


def to_vega(spec: dict[str, Any]) -> dict[str, Any]:
    """Compile a Vega-Lite specification to Vega.

    Parameters
    ----------
    spec
        Vega-Lite specification, as :func:`tutela.kernel.charts.to_spec` gives it.

    Returns
    -------
    dict
        Vega specification; named data sets keep their names.

    Examples
    --------
    >>> vega = to_vega({"data": {"values": []}, "mark": "point", "encoding": {}})
    >>> vega["$schema"]
    'https://vega.github.io/schema/vega/v6.json'
    """
    import vl_convert

    compiled: dict[str, Any] = vl_convert.vegalite_to_vega(spec)
    return compiled
