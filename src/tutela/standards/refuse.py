"""Refusals that name the cell: one wording for every format that is written."""

from __future__ import annotations

import polars as pl

from tutela.kernel.errors import StandardError

__all__ = ["cell_of", "first_row", "refusal"]


def refusal(
    what: str,
    *,
    dataset: str,
    column: str | None = None,
    row: int | None = None,
    value: object = None,
    advice: str = "",
) -> StandardError:
    """Make the error for a data set, column or cell that a standard does not allow.

    Parameters
    ----------
    what
        One sentence: which rule is broken.
    dataset, column, row, value
        The place: data set name, variable, record number from 1, and the value found there.
    advice
        One sentence: what to do.

    Examples
    --------
    >>> print(refusal("The text is too long.", dataset="AE", column="AETERM", row=3, value="pain"))
    The text is too long.
    data set AE, column AETERM, row 3: found 'pain'
    """
    parts = (f"data set {dataset}", column and f"column {column}", row and f"row {row}")
    where = ", ".join(str(part) for part in parts if part)
    if value is not None:
        shown = repr(value)
        where += f": found {shown if len(shown) <= _SHOWN else shown[: _SHOWN - 4] + '...' + shown[0]}"
    return StandardError(what, where=where, advice=advice)


_SHOWN = 80
"""Characters of a value that an error shows."""


def cell_of(series: pl.Series, row: int) -> object:
    """Read the value in a row (from 1) for an error; dates as text, because Python lacks the year 0."""
    return series[row - 1] if not series.dtype.is_temporal() else series.cast(pl.String)[row - 1]


def first_row(is_wrong: pl.Series) -> int | None:
    """Record number, from 1, of the first True; None if there is none."""
    index = is_wrong.fill_null(value=False).arg_max() if is_wrong.len() else None
    return index + 1 if index is not None and is_wrong[index] else None
