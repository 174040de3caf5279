"""What all study tables share: documented columns and the pointer to the source row."""

from __future__ import annotations

from typing import Any

import dataframely as dy
import polars as pl

from tutela.kernel.tables.expected import expected_of

__all__ = ["TableSchema", "columns_of", "describe", "doc", "empty"]


def doc(text: str, *, unit: str = "", raw: bool = True, required: bool = False) -> dict[str, Any]:
    """Metadata of a column: meaning, unit, whether a study file may carry it, whether it must.

    Parameters
    ----------
    text
        Meaning in one phrase.
    unit
        Canonical unit.
    raw
        True if the column may stand in a study file; False if it is derived on reading.
    required
        True if a study file must have it.
    """
    return {"doc": text, "unit": unit, "raw": raw, "required": required}


class TableSchema(dy.Schema):
    """Base of the study tables: every row points to where it came from."""

    source_file = dy.String(metadata=doc("file the row was read from", raw=False))
    source_row = dy.Int64(min=1, metadata=doc("record number in that file, header not counted", raw=False))


def columns_of(schema: type[TableSchema]) -> dict[str, pl.DataType]:
    """Column names and polars types of a table."""
    return {name: column.dtype for name, column in schema.columns().items()}


def empty(schema: type[TableSchema]) -> pl.DataFrame:
    """Build an empty table of the given schema."""
    return pl.DataFrame(schema=columns_of(schema))


def describe(schema: type[TableSchema]) -> pl.DataFrame:
    """The documentation of a table's columns.

    Returns
    -------
    polars.DataFrame
        column, type, unit, required (a study file must have it), derived (made on reading), accepts (what
        the check lets through), meaning.
    """
    rows = []
    for name, column in schema.columns().items():
        meta = column.metadata or {}
        rows.append(
            {
                "column": name,
                "type": str(column.dtype),
                "unit": meta.get("unit", ""),
                "required": bool(meta.get("required", False)),
                "derived": not meta.get("raw", True),
                "accepts": expected_of(column),
                "meaning": meta.get("doc", ""),
            }
        )
    return pl.DataFrame(rows)
