"""From a chart to a file, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tutela.kernel.charts.spec import to_spec
from tutela.kernel.errors import InputError

if TYPE_CHECKING:
    import altair as alt

__all__ = ["export"]

#: Pixels per unit of the chart in a PNG: sharp when printed at the width of a page.
PNG_SCALE = 2.0


def export(chart: alt.TopLevelMixin | dict[str, Any], path: Path | str) -> Path:
    """Write a chart as SVG, PNG or PDF; no browser and no network is used.

    Parameters
    ----------
    chart
        Altair chart, or a Vega-Lite specification.
    path
        File to write; its suffix names the format: ``.svg``, ``.png`` or ``.pdf``.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    InputError
        If the suffix is none of the three.
    """
    target = Path(path)
    render = _RENDERERS.get(target.suffix.lower())
    if render is None:
        what = "A chart cannot be written in this format."
        raise InputError(
            what,
            file=target.name,
            value=target.suffix,
            expected="one of " + ", ".join(_RENDERERS),
            advice="Choose another ending for the file name.",
        )
    spec = chart if isinstance(chart, dict) else to_spec(chart)
    target.write_bytes(render(spec))
    return target


def _svg(spec: dict[str, Any]) -> bytes:
    import vl_convert

    text: str = vl_convert.vegalite_to_svg(spec)
    return text.encode("utf-8")


def _png(spec: dict[str, Any]) -> bytes:
    import vl_convert

    image: bytes = vl_convert.vegalite_to_png(spec, scale=PNG_SCALE)
    return image


def _pdf(spec: dict[str, Any]) -> bytes:
    import vl_convert

    document: bytes = vl_convert.vegalite_to_pdf(spec)
    return document


_RENDERERS: dict[str, Callable[[dict[str, Any]], bytes]] = {".svg": _svg, ".png": _png, ".pdf": _pdf}
