"""The earliest and latest moment that a partial date allows."""

from __future__ import annotations

import polars as pl

from tutela.kernel.clock.config import Clock
from tutela.kernel.clock.elapsed import to_elapsed
from tutela.kernel.clock.iso import parse_iso

__all__ = ["find_bounds"]

_LAST_DAY_OF = {"year": "1y", "month": "1mo"}


def find_bounds(text: pl.Series, zero: pl.Series, *, clock: Clock) -> pl.DataFrame:
    """Earliest and latest day since the infusion that partial dates allow.

    Parameters
    ----------
    text, zero
        ISO 8601 text of the moments and, row by row, of the subject's infusion, shape (n,).
    clock
        The study's clock (kind ``datetime``).

    Returns
    -------
    polars.DataFrame
        ``earliest`` and ``latest``, days since the infusion. They are equal where the text names a day
        or a moment; they span the month or year where it names only that; they are null where the year
        is not known or the text cannot be read.

    Examples
    --------
    >>> times = pl.Series(["2024-02", "2024-02-10", "2023"])
    >>> find_bounds(times, pl.Series(["2024-02-05"] * 3), clock=Clock()).rows()
    [(-4.0, 24.0), (5.0, 5.0), (-400.0, -36.0)]
    """
    parsed = parse_iso(text)
    precision = pl.col("precision")
    last = pl.col("local")
    for name, span in _LAST_DAY_OF.items():
        last = (
            pl.when(precision == name)
            .then(pl.col("local").dt.offset_by(span).dt.offset_by("-1d"))
            .otherwise(last)
        )
    is_partial = precision.is_in(list(_LAST_DAY_OF))
    days = parsed.select(
        pl.when(is_partial).then(pl.col("local").dt.strftime("%Y-%m-%d")).alias("first"),
        pl.when(is_partial).then(last.dt.strftime("%Y-%m-%d")).alias("last"),
    )
    ends = {}
    for name, column in (("earliest", "first"), ("latest", "last")):
        given = days[column].zip_with(days[column].is_not_null(), text.cast(pl.String))
        ends[name] = to_elapsed(given, zero, clock=clock).table["time"]
    return pl.DataFrame(ends)
