"""Measurements of every subject, by test and column, ready to be drawn, listed and downloaded in the page."""

from __future__ import annotations

from typing import Any

import polars as pl

from tutela.report.embed import SIGNIFICANT_DIGITS, encode_values

__all__ = ["MINUTES_PER_DAY", "pack_measurements"]

#: Times are written as whole minutes: finer than any bedside record, and short.
MINUTES_PER_DAY = 1440

#: Short column names in the page -> meaning.
COLUMNS = {
    "t": "place of the time among the subject's own times, in minutes since infusion (``times``)",
    "v": "value in the canonical unit",
    "u": "unit",
    "f": "index of the source file",
    "r": "record number in that file",
    "c": "1 where below the limit of quantification",
    "q": "lower limit of quantification",
    "h": "upper limit of normal",
    "l": "lower limit of normal",
    "g": "laboratory grade, negative for low; null where not gradable",
    "x": "result as given, where it is no number",
    "p": "visit",
}


def pack_measurements(
    measurements: pl.DataFrame, *, labs: pl.DataFrame | None, files: list[str]
) -> dict[str, dict[str, Any]]:
    """Pack all measurements.

    Parameters
    ----------
    measurements
        The study's measurements.
    labs
        Laboratory grades by row, joined by test and source row; None if there are none.
    files
        All source files.

    Returns
    -------
    dict
        Subject -> ``times`` (minutes, encoded) and ``m``: test -> column (see :data:`COLUMNS`) -> encoded
        values. A column without any value is left out. Rows without a time are kept: they are listed, though
        not drawn.

    Notes
    -----
    Tests are taken together, so most steps from one time of a test to its next are the number of other times
    between them: one digit instead of four.
    """
    if not measurements.height:
        return {}
    table = _columns(_with_grades(measurements, labs), files)
    groups = table.group_by("subject", "test", maintain_order=True).len()
    lists = {name: table[name].to_list() for name in COLUMNS}
    packed = {subject: {"times": encode_values(times), "m": {}} for subject, times in _times(table).items()}
    start = 0
    for subject, test, size in groups.iter_rows():
        part = {name: values[start : start + size] for name, values in lists.items()}
        start += size
        encoded = {
            name: encode_values(values)
            for name, values in part.items()
            if any(value is not None for value in values)
        }
        packed[subject]["m"][test] = {"n": size, **encoded}
    return packed


def _times(table: pl.DataFrame) -> dict[str, list[int]]:
    """Distinct times of every subject, in order."""
    known = table.group_by("subject", maintain_order=True).agg(pl.col("minute").drop_nulls().unique().sort())
    return dict(known.iter_rows())


def _with_grades(measurements: pl.DataFrame, labs: pl.DataFrame | None) -> pl.DataFrame:
    if labs is None:
        return measurements.with_columns(grade=pl.lit(None, dtype=pl.Int8))
    keys = ["subject", "test", "source_file", "source_row"]
    # One row may be graded for several terms of one direction; the drawn point takes the worst.
    worst = (
        labs.filter(pl.col("grade").is_not_null())
        .sort(pl.col("grade").abs(), "grade", descending=[True, False])
        .unique(keys, keep="first", maintain_order=True)
    )
    return measurements.join(
        worst.select(*keys, "grade"), on=keys, how="left", nulls_equal=True, maintain_order="left"
    )


def _columns(table: pl.DataFrame, files: list[str]) -> pl.DataFrame:
    index = {name: position for position, name in enumerate(files)}
    ordered = table.sort("subject", "test", "time", "source_row", nulls_last=True, maintain_order=True)
    number = pl.col("value").is_not_null() & pl.col("value").is_finite()
    minute = (pl.col("time") * MINUTES_PER_DAY).round().cast(pl.Int64)
    return ordered.select(
        "subject",
        "test",
        minute=minute,
        t=minute.rank("dense").over("subject").cast(pl.Int64) - 1,
        v=_rounded("value"),
        u="unit",
        f=pl.col("source_file").replace_strict(index, default=None, return_dtype=pl.Int32),
        r="source_row",
        c=pl.when(pl.col("is_censored")).then(1),
        q=_rounded("lloq"),
        h=_rounded("high"),
        l=_rounded("low"),
        g=pl.col("grade").cast(pl.Int8),
        x=pl.when(~number | number.is_null()).then("value_raw"),
        p="visit",
    )


def _rounded(name: str) -> pl.Expr:
    column = pl.col(name)
    return pl.when(column.is_finite()).then(column.round_sig_figs(SIGNIFICANT_DIGITS))
