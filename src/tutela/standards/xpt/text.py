"""Text of a transport file: UTF-8 or ASCII first, Windows-1252 cell by cell where that fails.

The format states no encoding. Text that is valid UTF-8 with several bytes per character is hardly ever
anything else, so only the cells that are not UTF-8 are read as Windows-1252, and each one is reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl
from polars.exceptions import ComputeError

from tutela.kernel.errors import InputError

__all__ = ["FALLBACK", "Decoded", "decode_column", "decode_header", "describe_cells"]

FALLBACK: Final = "windows-1252"
_SHOWN_ROWS: Final = 10


@dataclass(frozen=True)
class Decoded:
    """Text of one variable.

    Parameters
    ----------
    text
        Values without trailing blanks.
    fallback_rows
        Record numbers, from 1, of the cells that are not UTF-8.
    """

    text: pl.Series
    fallback_rows: tuple[int, ...] = ()


def decode_column(raw: pl.Series, *, name: str, file: str, encoding: str | None) -> Decoded:
    """Text of one variable.

    Parameters
    ----------
    raw
        Binary, one value per row, padded with blanks.
    name, file
        For errors.
    encoding
        Encoding of the whole file; None for UTF-8 with the fall-back.

    Raises
    ------
    InputError
        If a cell cannot be decoded; column and row are named.
    """
    if encoding in (None, "utf-8"):
        try:
            return Decoded(raw.cast(pl.String).str.strip_chars_end(" \0").alias(name))
        except ComputeError:
            pass
    values, fallback = [], []
    for row, cell in enumerate(raw, start=1):
        text, is_fallback = _decode_cell(cell, name, row, file, encoding)
        values.append(text.rstrip(" \0"))
        if is_fallback:
            fallback.append(row)
    return Decoded(pl.Series(name, values, dtype=pl.String), tuple(fallback))


def _decode_cell(cell: bytes, name: str, row: int, file: str, encoding: str | None) -> tuple[str, bool]:
    attempts = ("utf-8", FALLBACK) if encoding is None else (encoding,)
    for attempt in attempts:
        try:
            return cell.decode(attempt), attempt != attempts[0]
        except UnicodeDecodeError:
            continue
    what = "Text cannot be decoded."
    raise InputError(
        what,
        file=file,
        row=row,
        column=name,
        value=cell.rstrip(b" "),
        expected=" or ".join(attempts),
        advice="State the encoding in which the file was written, such as encoding='shift_jis'.",
    )


def decode_header(raw: bytes, *, encoding: str | None) -> str:
    """Name or label from a header; the bytes are kept readable whatever they are."""
    for attempt in (encoding or "utf-8", FALLBACK):
        try:
            return raw.decode(attempt)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def describe_cells(cells: dict[str, tuple[int, ...]]) -> str:
    """Name cells by variable and row in one phrase.

    Examples
    --------
    >>> describe_cells({"TSVAL": (5, 9)})
    'TSVAL rows 5, 9'
    """
    parts = []
    for name, rows in cells.items():
        shown = ", ".join(str(row) for row in rows[:_SHOWN_ROWS])
        more = f" and {len(rows) - _SHOWN_ROWS} more" if len(rows) > _SHOWN_ROWS else ""
        parts.append(f"{name} row{'s' if len(rows) > 1 else ''} {shown}{more}")
    return "; ".join(parts)
