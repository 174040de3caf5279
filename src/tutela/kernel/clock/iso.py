"""ISO 8601 dates and date-times, complete or partial, read for a whole column at once.

Read are calendar dates in extended form (2024-05-07), date-times with ``T`` or a blank between date and
time, with or without seconds and fractions, with ``Z``, ``+02:00``, ``+0200`` or ``+02`` or without zone;
dates cut short (2024, 2024-05, 2024-05-07T08) and, as in SDTM, with a hyphen for each missing part
(2003---07, 2003-05-07T-:30). A partial date counts as precise as its unbroken beginning. Anything else,
such as 01/02/2024, is ambiguous between countries or programs and is not guessed at.
"""

from __future__ import annotations

import polars as pl

__all__ = ["PRECISIONS", "parse_iso"]

#: Precisions from coarse to fine.
PRECISIONS = ("year", "month", "day", "hour", "minute", "second")

_DATE = r"\d{4}(?:-\d{2}(?:-\d{2})?)?"
_ZONE = r"(?:Z|[+-]\d{2}(?::?\d{2})?)"
_COMPLETE = rf"^(?:{_DATE}|\d{{4}}-\d{{2}}-\d{{2}}T\d{{2}}(?::\d{{2}}(?::\d{{2}}(?:[.,]\d+)?)?)?{_ZONE}?)$"
# SDTM: a hyphen stands for each missing part.
_HYPHENS = r"^(?:\d{4}|-)-(?:\d{2}|-)-(?:\d{2}|-)(?:T(?:\d{2}|-)(?::(?:\d{2}|-)(?::(?:\d{2}|-))?)?)?$"
_UNBROKEN = r"^(\d{4}(?:-\d{2}(?:-\d{2}(?:T\d{2}(?::\d{2})?)?)?)?)"
_ZONE_AT_END = rf"T.*?({_ZONE})$"

_PRECISION_BY_LENGTH = {4: "year", 7: "month", 10: "day", 13: "hour", 16: "minute"}
_PAD_BY_LENGTH = {
    4: "-01-01T00:00:00",
    7: "-01T00:00:00",
    10: "T00:00:00",
    13: ":00:00",
    16: ":00",
}
_MICROSECONDS = 6
_MAX_OFFSET = 14 * 60


def parse_iso(text: pl.Series) -> pl.DataFrame:
    """Read dates and date-times.

    Parameters
    ----------
    text
        Dates as text; null where there is none.

    Returns
    -------
    polars.DataFrame
        As many rows: ``local`` (Datetime, the earliest moment the text allows, as the clock on the wall
        shows it), ``offset`` (minutes east of UTC, null if the text has no zone), ``precision`` (one of
        :data:`PRECISIONS`; null where the year is not known) and ``problem`` (why the text cannot be
        read, null if it can).

    Examples
    --------
    >>> parse_iso(pl.Series(["2024-02-29T08:30+01:00", "2003---07", "2024-02-30"])).rows()[:2]
    [(datetime.datetime(2024, 2, 29, 8, 30), 60, 'minute', None), \
(datetime.datetime(2003, 1, 1, 0, 0), None, 'year', None)]
    >>> parse_iso(pl.Series(["2024-02-30"]))["problem"].item()
    'there is no such date or time'
    """
    given = text.cast(pl.String).str.strip_chars().alias("text").to_frame()
    shaped = given.with_columns(
        pl.col("text")
        .str.replace(r"^(\d{4}-\d{2}-\d{2})[ t](\d)", "${1}T${2}")
        .str.replace("z$", "Z")
        .alias("iso")
    ).with_columns(pl.col("iso").str.contains(_COMPLETE).alias("is_complete"))
    if not shaped["is_complete"].fill_null(value=True).all():
        shaped = _cut_at_hyphens(shaped)
    else:
        shaped = shaped.with_columns(pl.col("iso").alias("known"), pl.lit(value=False).alias("is_broken"))
    return _read(shaped)


def _cut_at_hyphens(shaped: pl.DataFrame) -> pl.DataFrame:
    """Keep the unbroken beginning of dates with placeholders; mark what has no ISO form at all."""
    placeholder = pl.col("iso").str.contains(_HYPHENS) & ~pl.col("is_complete")
    return shaped.with_columns(
        pl.when("is_complete")
        .then(pl.col("iso"))
        .when(placeholder)
        .then(pl.col("iso").str.extract(_UNBROKEN))
        .alias("known"),
        (pl.col("iso").is_not_null() & ~pl.col("is_complete") & ~placeholder).alias("is_broken"),
    )


def _read(shaped: pl.DataFrame) -> pl.DataFrame:
    zone = pl.col("known").str.extract(_ZONE_AT_END)
    if not shaped["known"].str.contains(r"T.*[Z+-]").fill_null(value=False).any():
        zone = pl.lit(None, dtype=pl.String)
    parts = shaped.with_columns(zone.alias("zone"))
    parts = parts.with_columns(
        pl.when(pl.col("zone").is_null())
        .then(pl.col("known"))
        .otherwise(pl.col("known").str.head(pl.col("known").str.len_bytes() - pl.col("zone").str.len_bytes()))
        .str.replace(",", ".", literal=True)
        .alias("body")
    )
    length = pl.col("body").str.len_bytes()
    padded = pl.concat_str(
        pl.col("body"), length.replace_strict(_PAD_BY_LENGTH, default="", return_dtype=pl.String)
    )
    moment = padded.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", strict=False, time_unit="us")
    read = parts.with_columns(
        moment.alias("local"),
        _offset().alias("offset"),
        length.replace_strict(_PRECISION_BY_LENGTH, default="second", return_dtype=pl.String).alias(
            "precision"
        ),
    )
    is_impossible = pl.col("body").is_not_null() & (
        pl.col("local").is_null() | (pl.col("offset").abs() > _MAX_OFFSET).fill_null(value=False)
    )
    read = read.with_columns(_problem(is_impossible).alias("problem"))
    usable = pl.col("problem").is_null()
    return read.select(
        pl.when(usable).then("local").alias("local"),
        pl.when(usable).then("offset").alias("offset"),
        pl.when(usable & pl.col("local").is_not_null()).then("precision").alias("precision"),
        "problem",
    )


def _offset() -> pl.Expr:
    """Minutes east of UTC."""
    zone = pl.col("zone")
    digits = zone.str.replace_all(r"[:+-]", "")
    hours = digits.str.head(2).cast(pl.Int32, strict=False)
    minutes = digits.str.slice(2, 2).cast(pl.Int32, strict=False).fill_null(0)
    size = hours * 60 + minutes
    return (
        pl.when(zone == "Z")
        .then(pl.lit(0, dtype=pl.Int32))
        .when(zone.str.starts_with("-"))
        .then(-size)
        .otherwise(size)
    )


def _problem(is_impossible: pl.Expr) -> pl.Expr:
    """Why a text cannot be read, in words that say what to do."""
    text = pl.col("text")
    broken = pl.col("is_broken")
    return (
        pl.when(is_impossible)
        .then(pl.lit("there is no such date or time"))
        .when(broken & text.str.contains(r"^\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}"))
        .then(pl.lit("day and month cannot be told apart"))
        .when(broken & text.str.contains(r"^\d{5}(\.\d+)?$"))
        .then(pl.lit("this looks like the day number of a spreadsheet"))
        .when(broken & text.str.contains(r"^-?\d+(\.\d+)?$"))
        .then(pl.lit('a number is no date; relative times need kind = "relative" under [clock]'))
        .when(broken)
        .then(pl.lit("this is no ISO 8601 date"))
    )
