"""Cells of Dataset-JSON: JSON values to a column of the declared type, and back, exact both ways."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tutela.kernel.errors import InputError
from tutela.standards.convert import EXPECTED, parse_text
from tutela.standards.isodates import is_iso_part

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tutela.standards.dataset import Column

__all__ = ["DECIMAL", "decode_cells", "encode_cells"]

DECIMAL: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_INT64: Final = 2**63
_EXACT_WHOLE: Final = 2**53
"""Whole doubles below this are written without a point, as the examples of the standard do."""

_PYTHON_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "integer": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
}
"""Types of a parsed JSON value that fit at once; all other data types are JSON strings."""


def decode_cells(values: Sequence[Any], column: Column, *, file: str, first_row: int = 1) -> pl.Series:
    """JSON values of one variable as a column.

    Parameters
    ----------
    values
        Parsed JSON values; None is missing.
    column
        The variable.
    file, first_row
        For errors: file name, and record number of the first value.

    Returns
    -------
    polars.Series
        Of the column's storage type.

    Raises
    ------
    InputError
        If a value does not fit the declared type; column, row and value are named.

    Notes
    -----
    A whole number written with a point (``1.0``) is an integer, as JSON Schema has it. An empty
    string in a numeric date is missing.
    """
    allowed = _PYTHON_TYPES.get(column.type, (str,))
    if not set(map(type, values)) <= {*allowed, type(None)}:
        values = [_coerce(value, allowed, column, file, first_row + i) for i, value in enumerate(values)]
    if column.type == "decimal":
        _check_each(values, lambda text: DECIMAL.fullmatch(text) is not None, column, file, first_row)
    try:
        if column.type in ("float", "double"):
            values = [None if value is None else float(value) for value in values]
        dtype = pl.String() if allowed == (str,) else column.storage
        series = pl.Series(column.name, values, dtype=dtype, strict=True)
    except (OverflowError, TypeError, UnicodeEncodeError, ValueError):
        _check_each(values, lambda value: _is_storable(value, column), column, file, first_row)
        raise
    if column.storage == series.dtype:
        return series
    return _decode_dates(series, column, file, first_row)


def _coerce(value: object, allowed: tuple[type, ...], column: Column, file: str, row: int) -> object:
    if value is None or type(value) in allowed:
        return value
    if allowed == (int,) and type(value) is float and value.is_integer() and abs(value) < _EXACT_WHOLE:
        return int(value)
    raise _misfit(value, column, file, row)


def _misfit(value: object, column: Column, file: str, row: int) -> InputError:
    expected = (
        "a JSON string with " if isinstance(value, int | float) and column.storage == pl.String() else ""
    )
    return InputError(
        f"The value does not fit the dataType {column.type}.",
        file=file,
        row=row,
        column=column.name,
        value=value,
        expected=expected + EXPECTED[column.type] + ", or null",
        advice="Correct the value or the dataType.",
    )


def _check_each(
    values: Sequence[Any], is_fit: Callable[[Any], bool], column: Column, file: str, first_row: int
) -> None:
    for row, value in enumerate(values, start=first_row):
        if value is not None and not is_fit(value):
            raise _misfit(value, column, file, row)


def _is_storable(value: object, column: Column) -> bool:
    if isinstance(value, str):
        return not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, int) and column.type == "integer":
        return -_INT64 <= value < _INT64
    if isinstance(value, int):
        try:
            float(value)
        except OverflowError:
            return False
    return True


def _decode_dates(series: pl.Series, column: Column, file: str, first_row: int) -> pl.Series:
    converted = parse_text(series, column)
    is_lost = (converted.is_null() & series.is_not_null() & (series != "")).fill_null(value=False)
    if is_lost.any():
        place = is_lost.arg_max() or 0
        raise _misfit(series[place], column, file, first_row + place)
    return converted


def encode_cells(series: pl.Series, column: Column) -> list[Any]:
    """Values of one column as JSON values; the writer has checked them.

    Notes
    -----
    Whole doubles below 2^53 are written without a point (0, not 0.0); a negative zero keeps its sign
    as ``-0.0``.
    """
    if column.storage == pl.Date():
        return series.dt.to_string("%Y-%m-%d").to_list()
    if column.storage == pl.Datetime("us"):
        return series.dt.to_string("%Y-%m-%dT%H:%M:%S%.f").to_list()
    if column.storage == pl.Time():
        return series.dt.to_string("%H:%M:%S%.f").to_list()
    if column.storage == pl.Float64():
        return [_shortest(value) for value in series.to_list()]
    return series.to_list()


def _shortest(value: float | None) -> float | int | None:
    if value is None or not value.is_integer() or abs(value) >= _EXACT_WHOLE:
        return value
    return value if value == 0 and str(value) == "-0.0" else int(value)


def count_odd_dates(series: pl.Series, column: Column) -> tuple[int, int]:
    """How many text dates are not ISO 8601, complete or partial, and the index of the first (or -1)."""
    if column.type not in ("date", "datetime", "time") or not column.is_text:
        return 0, -1
    is_odd = ~is_iso_part(series)
    return int(is_odd.sum()), (is_odd.arg_max() or 0) if is_odd.any() else -1
