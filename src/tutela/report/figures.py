"""Figures of the page: compiled once, their data taken out, shared by name and written by columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tutela.kernel.charts import to_vega
from tutela.kernel.provenance import hash_text
from tutela.report.embed import encode_rows

__all__ = ["build_figures"]

#: Characters of the hash by which a data set is named: enough to keep all data sets of a page apart.
_NAME_LENGTH = 12


def build_figures(specs: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Compile figures for the page.

    Parameters
    ----------
    specs
        Key of a figure -> its Vega-Lite specification.

    Returns
    -------
    dict
        ``figures``: key -> Vega specification without data; ``datasets``: name -> encoded rows. Figures
        with equal data share one data set.
    """
    datasets: dict[str, Any] = {}
    compiled = {key: to_vega(_take_data(spec, datasets)) for key, spec in specs.items()}
    return {"figures": compiled, "datasets": datasets}


def _take_data(spec: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    names = {name: _store(rows, found) for name, rows in spec.get("datasets", {}).items()}
    emptied: dict[str, Any] = _replace_data({k: v for k, v in spec.items() if k != "datasets"}, names, found)
    return emptied | {"datasets": {name: [] for name in sorted(_names_of(emptied))}}


def _store(rows: list[dict[str, Any]], found: dict[str, Any]) -> str:
    name = "data_" + hash_text(json.dumps(rows, sort_keys=True, default=str))[:_NAME_LENGTH]
    found.setdefault(name, encode_rows(rows))
    return name


def _replace_data(node: Any, names: dict[str, str], found: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(node, list):
        return [_replace_data(item, names, found) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _new_data(value, names, found) if key == "data" else _replace_data(value, names, found)
        for key, value in node.items()
    }


def _new_data(data: Any, names: dict[str, str], found: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(data, dict):
        return data
    if data.get("name") in names:
        return {**data, "name": names[data["name"]]}
    rows = data.get("values")
    if isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows):
        return {"name": _store(rows, found)}
    return data


def _names_of(node: Any) -> set[str]:  # noqa: ANN401 - JSON
    if isinstance(node, list):
        return set().union(*map(_names_of, node)) if node else set()
    if not isinstance(node, dict):
        return set()
    data = node.get("data")
    own = (
        {data["name"]} if isinstance(data, dict) and str(data.get("name", "")).startswith("data_") else set()
    )
    return own.union(*map(_names_of, node.values()))
