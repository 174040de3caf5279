"""What kind of thing each column of a table is, so that the page can show, sort and filter it."""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from tutela.report.embed import encode_table

__all__ = ["column_kind", "table_to_json"]

#: Integer columns that hold grades, by name.
_GRADE_NAME = re.compile(r"^grade|grade$|^(crs|icans)_(low|high)$|grade_(low|high)$|^worst$")


def column_kind(name: str, dtype: pl.DataType) -> str:
    """Kind of a column, by which the page shows, sorts and filters it.

    One of subject, subjects, evidence (source rows), grade, bounds (grades as ``low-high``), grades (in words),
    integer, number, flag, severity, verdict or text.

    Examples
    --------
    >>> column_kind("grade_high", pl.Int8()), column_kind("n", pl.Int64()), column_kind("subject", pl.String())
    ('grade', 'integer', 'subject')
    """
    if name in ("subject", "severity", "verdict", "evidence"):
        return name
    if dtype == pl.String and name.startswith("bounds_"):
        return "bounds"
    if dtype == pl.String and _GRADE_NAME.search(name):
        return "grades"
    if dtype == pl.List(pl.String):
        return "subjects" if name == "subjects" else "texts"
    if dtype.is_integer():
        return "grade" if _GRADE_NAME.search(name) else "integer"
    if dtype.is_float() or dtype.is_decimal():
        return "number"
    return "flag" if dtype == pl.Boolean else "text"


def table_to_json(table: pl.DataFrame, *, labels: dict[str, str] | None = None) -> dict[str, Any]:
    """A table with what the page needs to show it.

    Parameters
    ----------
    table
        Rows.
    labels
        Column name -> heading; others show their name with blanks for underscores.

    Returns
    -------
    dict
        ``columns`` (list of name, label, kind) and ``data``.
    """
    known = labels or {}
    columns = [
        [name, known.get(name, name.replace("_", " ")), column_kind(name, dtype)]
        for name, dtype in table.schema.items()
    ]
    return {"columns": columns, "data": encode_table(table)}
