"""Values of one variable as the bytes of a transport file; what the format cannot hold is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tutela.standards.datasetjson.cells import DECIMAL
from tutela.standards.refuse import cell_of, first_row, refusal
from tutela.standards.sas_dates import from_sas_numbers, to_sas_numbers
from tutela.standards.xpt.ibm_float import MISSING_BYTES, fits_length, is_representable, to_ibm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tutela.standards.dataset import Column

__all__ = ["MAX_BYTES", "encode_numbers", "encode_text", "is_number"]

MAX_BYTES: Final = 200
"""Longest text of version 5, in bytes after encoding."""
_EXACT_WHOLE: Final = 2**53
_CODES: Final = {code: byte for byte, code in MISSING_BYTES.items() if code}


def is_number(column: Column) -> bool:
    """True if a variable is stored as a number; decimals are, partial dates are text."""
    return column.type == "decimal" or not column.is_text


def encode_text(
    series: pl.Series, column: Column, *, dataset: str, encoding: str = "ascii"
) -> NDArray[np.uint8]:
    """Text as bytes, padded with blanks.

    Parameters
    ----------
    series
        Values; null becomes blank, and trailing blanks carry no meaning in the format.
    column
        The variable; a declared length is kept to, without one the longest value decides.
    dataset
        For errors.
    encoding
        ``ascii`` for submissions.

    Returns
    -------
    numpy.ndarray
        Shape (rows, length).

    Raises
    ------
    StandardError
        If a value has characters outside the encoding, is longer than 200 bytes or than the declared
        length; column, row and value are named.
    """
    if column.length is not None and column.length > MAX_BYTES:
        what = f"The declared length is over the limit of {MAX_BYTES} bytes."
        raise refusal(what, dataset=dataset, column=column.name, value=column.length)
    cells = _encode_cells(series, column, dataset, encoding)
    sizes = pl.Series([len(cell) for cell in cells], dtype=pl.Int64)
    longest = max((len(cell) for cell in cells), default=1)
    limit = column.length or MAX_BYTES
    row = first_row(sizes > limit)
    if row is not None:
        kind = "declared length" if column.length else "limit"
        what = f"The text has {sizes[row - 1]} bytes; the {kind} is {limit}."
        advice = "Shorten it, or move the rest to a supplemental qualifier."
        raise refusal(
            what, dataset=dataset, column=column.name, row=row, value=cell_of(series, row), advice=advice
        )
    length = column.length or max(longest, 1)
    block = b"".join(cell.ljust(length) for cell in cells)
    return np.frombuffer(block, dtype=np.uint8).reshape(len(cells), length)


def _encode_cells(series: pl.Series, column: Column, dataset: str, encoding: str) -> list[bytes]:
    text = series.fill_null("").str.strip_chars_end(" ")
    row = first_row(text.str.contains("\0", literal=True))
    if row is not None:
        what = "The text holds a zero byte."
        raise refusal(what, dataset=dataset, column=column.name, row=row, value=cell_of(series, row))
    cells = []
    for row, value in enumerate(text, start=1):
        try:
            cells.append(value.encode(encoding))
        except UnicodeEncodeError as error:
            what = f"The character {value[error.start]!r} is not {encoding}."
            advice = "Submission files hold ASCII text only; write it in plain letters."
            raise refusal(
                what, dataset=dataset, column=column.name, row=row, value=value, advice=advice
            ) from None
    return cells


def encode_numbers(
    series: pl.Series, column: Column, codes: dict[int, str], *, dataset: str
) -> NDArray[np.uint8]:
    """Numbers, dates, times and decimals as IBM floating point.

    Parameters
    ----------
    series
        Values; null is missing.
    column
        The variable with its number of stored bytes.
    codes
        Special missing values: record number from 1 to code.
    dataset
        For errors.

    Returns
    -------
    numpy.ndarray
        Shape (rows, stored bytes).

    Raises
    ------
    StandardError
        If a number is not finite, out of range, or does not keep its value in the stored bytes;
        column, row and value are named.
    """
    numbers = _to_floats(series, column, dataset)
    floats = numbers.fill_null(float("nan")).to_numpy()
    _refuse_first(~is_representable(floats), series, column, dataset, "is outside the range of the format")
    raw = to_ibm(floats)
    for row, code in codes.items():
        if not (1 <= row <= series.len() and series[row - 1] is None and code in _CODES):
            what = "A special missing value must be .A to .Z or ._ and stand in a missing cell."
            raise refusal(what, dataset=dataset, column=column.name, row=row, value=code)
        raw[row - 1, 0] = _CODES[code]
    is_cut = ~fits_length(raw, num_bytes=column.num_bytes)
    _refuse_first(is_cut, series, column, dataset, f"does not keep its value in {column.num_bytes} bytes")
    return raw[:, : column.num_bytes]


def _refuse_first(
    is_wrong: NDArray[np.bool_], series: pl.Series, column: Column, dataset: str, words: str
) -> None:
    if is_wrong.any():
        row = int(is_wrong.argmax()) + 1
        what = f"The value {words}."
        raise refusal(what, dataset=dataset, column=column.name, row=row, value=cell_of(series, row))


def _to_floats(series: pl.Series, column: Column, dataset: str) -> pl.Series:
    """Values as doubles; refused where a double would be another number."""
    if column.storage == pl.Boolean():
        what = "The format has no true and false."
        raise refusal(what, dataset=dataset, column=column.name, advice="Write Y and N as text.")
    if column.type == "decimal":
        is_wrong = np.array([not _is_exact(value) for value in series], dtype=bool)
        _refuse_first(is_wrong, series, column, dataset, "is not a decimal number that a double holds")
        return series.replace("", None).cast(pl.Float64)
    if column.storage == pl.Int64():
        is_wrong = ((series > _EXACT_WHOLE) | (series < -_EXACT_WHOLE)).fill_null(value=False).to_numpy()
        _refuse_first(is_wrong, series, column, dataset, "is a whole number beyond 2^53")
        return series.cast(pl.Float64)
    if column.storage == pl.Float64():
        is_wrong = series.is_nan().fill_null(value=False).to_numpy()
        _refuse_first(is_wrong, series, column, dataset, "is not a number; a missing number is null")
        return series
    return _from_dates(series, column, dataset)


def _is_exact(text: str | None) -> bool:
    if not text:
        return True
    return DECIMAL.fullmatch(text) is not None and Decimal(text) == Decimal(repr(float(text)))


def _from_dates(series: pl.Series, column: Column, dataset: str) -> pl.Series:
    numbers = to_sas_numbers(series)
    if (back := from_sas_numbers(numbers, kind=column.type)) is not None and series.equals(back):
        return numbers
    is_wrong = np.zeros(series.len(), dtype=bool)
    for place in range(series.len()):
        one = from_sas_numbers(numbers[place : place + 1], kind=column.type)
        is_wrong[place] = one is None or not series[place : place + 1].equals(one)
    words = "cannot be a SAS date or time (years 1582 to 9999, times to the microsecond)"
    _refuse_first(is_wrong, series, column, dataset, words)
    return numbers
