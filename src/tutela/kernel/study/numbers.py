"""Numbers written as text, with decimal commas only where they cannot be confused.

A comma between digits is a decimal sign in much of Europe and separates thousands elsewhere. It is read
as a decimal sign if the study declares it, or if the file is delimited by semicolons (as programs with
decimal commas write them); in a file delimited by tabs or bars only if some number cannot be meant
otherwise, such as 37,5. A file that also has decimal points, and any comma in a comma-delimited file, is
not guessed at: those rows are returned with their reason.
"""

from __future__ import annotations

import polars as pl

__all__ = ["NOT_FINITE", "find_decimal", "parse_numbers"]

_COMMA_NUMBER = r"^[+-]?\d+,\d+([eE][+-]?\d+)?$"
_DECIMAL_FOR_SURE = r"^[+-]?(\d+,\d{1,2}|\d+,\d{4,}|0,\d+|\d{4,},\d+)$"
_THOUSANDS = r"^[+-]?\d{1,3}(,\d{3})+$"
_POINT_THOUSANDS = r"^[+-]?\d{1,3}(\.\d{3})+$"
_AMBIGUOUS_COMMA = (
    'a comma in a number is ambiguous here; declare decimal = "," under [files] if it is a decimal comma'
)
_AMBIGUOUS_POINT = "a point before three digits is ambiguous in a file with decimal commas"
#: Texts of a number that is not finite.
NOT_FINITE = r"(?i)^[+-]?(nan|inf|infinity|1\.#(inf|ind|qnan))$"
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


def find_decimal(frame: pl.DataFrame, delimiter: str, declared: str | None = None) -> str:
    """Decimal sign of a file's numbers.

    Parameters
    ----------
    frame
        Cells as text.
    delimiter
        Delimiter of the file; empty if it has none.
    declared
        Sign the study declares; None to find it.

    Returns
    -------
    str
        ``"."`` or ``","``.

    Examples
    --------
    >>> cells = pl.DataFrame({"value": ["37,5", "<0,5"]})
    >>> find_decimal(cells, ";"), find_decimal(cells, ",")
    (',', '.')
    """
    if declared is not None:
        return declared
    text = frame.select(pl.col(pl.String))
    if delimiter not in (";", "\t", "|") or text.width == 0:
        return "."
    number = pl.all().str.strip_chars("<>=≤≥ ")
    has_point = any(text.select(number.str.contains(r"^[+-]?\d*\.\d+$").any()).row(0))
    shape = _COMMA_NUMBER if delimiter == ";" else _DECIMAL_FOR_SURE
    has_comma = any(text.select(number.str.contains(shape).any()).row(0))
    return "," if has_comma and not has_point else "."


def parse_numbers(text: pl.Series, *, decimal: str = ".") -> pl.DataFrame:
    """Read a column of numbers.

    Parameters
    ----------
    text
        Trimmed text; null where there is nothing.
    decimal
        Decimal sign, ``"."`` or ``","``.

    Returns
    -------
    polars.DataFrame
        ``number`` (finite, or null) and ``problem`` (why there is none, null if there is or if the cell
        is empty).

    Examples
    --------
    >>> parse_numbers(pl.Series(["37,5", "1,234", "NaN", None]), decimal=",").rows()
    [(37.5, None), (1.234, None), (None, 'it is not finite'), (None, None)]
    >>> parse_numbers(pl.Series(["37,5"]))["problem"].item()
    'a comma in a number is ambiguous here; declare decimal = "," under [files] if it is a decimal comma'
    """
    frame = text.cast(pl.String).alias("text").to_frame()
    number = pl.when(pl.col("text").str.contains(_NUMBER)).then(pl.col("text")).cast(pl.Float64, strict=False)
    frame = frame.with_columns(number.alias("number"))
    is_read = frame["number"].is_finite().fill_null(value=False) | frame["text"].is_null()
    if decimal == "," or not is_read.all():
        frame = _read_rest(frame, decimal)
    else:
        frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias("problem"))
    return frame.select("number", "problem")


def _read_rest(frame: pl.DataFrame, decimal: str) -> pl.DataFrame:
    """Read commas where they are decimal, and say what is wrong with the rest."""
    text, is_comma_file = pl.col("text"), pl.lit(decimal == ",")
    has_comma = text.str.contains(_COMMA_NUMBER)
    as_decimal = text.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    frame = frame.with_columns(
        pl.when(has_comma & is_comma_file).then(as_decimal).otherwise("number").alias("number")
    )
    is_finite = pl.col("number").is_finite().fill_null(value=True) & ~text.str.contains(NOT_FINITE)
    problem = (
        pl.when(text.is_null())
        .then(pl.lit(None, dtype=pl.String))
        .when(~is_finite)
        .then(pl.lit("it is not finite"))
        .when(is_comma_file & text.str.contains(_POINT_THOUSANDS))
        .then(pl.lit(_AMBIGUOUS_POINT))
        .when(pl.col("number").is_not_null())
        .then(pl.lit(None, dtype=pl.String))
        .when(has_comma | text.str.contains(_THOUSANDS))
        .then(pl.lit(_AMBIGUOUS_COMMA))
        .otherwise(pl.lit("it is no number"))
    )
    return frame.with_columns(problem.alias("problem")).with_columns(
        pl.when(pl.col("problem").is_null()).then("number").alias("number")
    )
