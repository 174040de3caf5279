"""Values in the polars type of their declared type: converted exactly, or refused with the cell named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tutela.standards.refuse import cell_of, first_row, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tutela.standards.dataset import Column

__all__ = ["EXPECTED", "parse_text", "to_storage"]

_ISO_PATTERNS: Final = {
    "date": r"^\d{4}-\d{2}-\d{2}$",
    "datetime": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?$",
    "time": r"^\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?$",
}
EXPECTED: Final = {
    "integer": "a whole number between -2^63 and 2^63 - 1",
    "float": "a number",
    "double": "a number",
    "decimal": "a decimal number such as 1.50",
    "boolean": "true or false",
    "date": "a complete date YYYY-MM-DD",
    "datetime": "a complete date-time YYYY-MM-DDThh:mm:ss without zone",
    "time": "a time of day hh:mm:ss",
    "string": "text",
    "URI": "text",
}
_DECIMAL: Final = r"^[+-]?(\d+(\.\d*)?|\.\d+)$"
_WHOLE: Final = r"^[+-]?\d+$"
_NUMBER: Final = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"


def to_storage(series: pl.Series, column: Column, *, dataset: str = "") -> pl.Series:
    """Convert a series to the polars type of its declared type, exactly or not at all.

    Raises
    ------
    StandardError
        If a value does not fit; column, row and value are named.
    """
    wanted = column.storage
    if series.dtype in (pl.Categorical, pl.Enum):
        series = series.cast(pl.String)
    if series.dtype == wanted:
        return series
    if series.dtype == pl.Null():
        return series.cast(wanted)
    converted = parse_text(series, column) if series.dtype == pl.String() else _from_typed(series, column)
    lost = converted.is_null() & series.is_not_null()
    if series.dtype == pl.String() and wanted != pl.String():
        lost &= series != ""
    row = first_row(lost)
    if row is not None:
        what = f"The value does not fit the declared type {column.type}."
        raise refusal(
            what,
            dataset=dataset,
            column=column.name,
            row=row,
            value=cell_of(series, row),
            advice=f"Expected {EXPECTED[column.type]}.",
        )
    return converted


def parse_text(series: pl.Series, column: Column) -> pl.Series:
    """Text as the declared type; null where it does not fit."""
    parsers: dict[str, Callable[[pl.Series], pl.Series]] = {
        "integer": lambda s: _matching(s, _WHOLE).cast(pl.Int64, strict=False),
        "float": lambda s: _finite(_matching(s, _NUMBER).cast(pl.Float64, strict=False)),
        "boolean": lambda s: s.replace_strict(
            {"true": True, "false": False}, default=None, return_dtype=pl.Boolean
        ),
        "date": lambda s: _matching(s, _ISO_PATTERNS["date"]).str.to_date("%Y-%m-%d", strict=False),
        "datetime": lambda s: _with_seconds(_matching(s, _ISO_PATTERNS["datetime"])).str.to_datetime(
            "%Y-%m-%dT%H:%M:%S%.f", strict=False, time_unit="us"
        ),
        "time": lambda s: _with_seconds(_matching(s, _ISO_PATTERNS["time"])).str.to_time(
            "%H:%M:%S%.f", strict=False
        ),
    }
    return parsers["float" if column.type == "double" else column.type](series)


def _matching(series: pl.Series, pattern: str) -> pl.Series:
    return pl.select(pl.when(series.str.contains(pattern)).then(series)).to_series().alias(series.name)


def _with_seconds(series: pl.Series) -> pl.Series:
    """hh:mm gets :00, because the parser wants seconds."""
    return series.str.replace(r"(^|T)(\d{2}:\d{2})$", "${1}${2}:00")


def _finite(series: pl.Series) -> pl.Series:
    return pl.select(pl.when(series.is_finite()).then(series)).to_series().alias(series.name)


def _from_typed(series: pl.Series, column: Column) -> pl.Series:
    """Values of another polars type as the declared type; null where that would change them."""
    wanted = column.storage
    if wanted == pl.String():
        return _to_text(series, column)
    if series.dtype.is_temporal() != wanted.is_temporal():
        return pl.Series(series.name, [None] * series.len(), dtype=wanted)
    if wanted == pl.Int64() and series.dtype.is_float():
        return _unchanged(series, series.cast(pl.Int64, strict=False))
    if wanted == pl.Float64() and series.dtype.is_decimal():
        return series.cast(wanted, strict=False)
    if series.dtype == pl.Boolean() or wanted == pl.Boolean():
        return pl.Series(series.name, [None] * series.len(), dtype=wanted)
    return _unchanged(series, series.cast(wanted, strict=False))


def _unchanged(before: pl.Series, after: pl.Series) -> pl.Series:
    """Keep what converts back to itself; anything else becomes null."""
    is_same = after.cast(before.dtype, strict=False) == before
    return pl.select(pl.when(is_same).then(after)).to_series().alias(before.name)


def _to_text(series: pl.Series, column: Column) -> pl.Series:
    if column.type == "decimal" and (series.dtype.is_decimal() or series.dtype.is_integer()):
        return series.cast(pl.String)
    if isinstance(series.dtype, pl.Datetime):
        shown = "%Y-%m-%dT%H:%M:%S%.f" + ("%:z" if series.dtype.time_zone else "")
        return series.dt.to_string(shown)
    if series.dtype.is_temporal() and column.type in ("date", "time", "string"):
        return series.cast(pl.String)
    if column.type in ("string", "URI") and (series.dtype.is_numeric() or series.dtype == pl.Boolean()):
        return series.cast(pl.String)
    return pl.Series(series.name, [None] * series.len(), dtype=pl.String)
