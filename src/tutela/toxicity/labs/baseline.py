"""The baseline of each subject and test, and which side of the infusion a record lies on."""

from __future__ import annotations

import polars as pl

from tutela.toxicity.labs.options import LabOptions

__all__ = ["PHASES", "add_baseline"]

#: Where a record stands: earlier than the baseline record, the baseline record, after the infusion.
PHASES = ("before", "baseline", "after")

_KEYS = ("subject", "test")
#: Order among records of one time, so that the order of rows in a file does not matter.
_ORDER = ("time", "source_file", "source_row", "si_value")


def _last(records: pl.DataFrame) -> pl.DataFrame:
    return records.sort(*_KEYS, *_ORDER, nulls_last=False).unique(_KEYS, keep="last", maintain_order=True)


def _choose(records: pl.DataFrame, options: LabOptions) -> pl.DataFrame:
    """The baseline record of each subject and test."""
    usable = records.filter(pl.col("si_value").is_not_null() & ~pl.col("is_censored"))
    flagged = _last(usable.filter(pl.col("is_baseline").fill_null(value=False)))
    last = _last(usable.filter(pl.col("time") <= 0))
    if options.baseline == "flagged":
        return flagged
    if options.baseline == "last":
        return last
    return pl.concat([flagged, last.join(flagged, on=_KEYS, how="anti")])


def _flag() -> pl.Expr:
    """LOW, HIGH or NORMAL by the limits of the baseline record; a limit that is missing is not violated."""
    value, low, high = pl.col("si_value"), pl.col("si_low"), pl.col("si_high")
    return (
        pl.when(value < low)
        .then(pl.lit("LOW"))
        .when(value > high)
        .then(pl.lit("HIGH"))
        .when(low.is_not_null() | high.is_not_null())
        .then(pl.lit("NORMAL"))
    )


def add_baseline(records: pl.DataFrame, options: LabOptions) -> pl.DataFrame:
    """Add the baseline value, its reference-range flag, and the phase of every record.

    Parameters
    ----------
    records
        Laboratory rows with ``row`` (a unique number), ``si_value``, ``si_low``, ``si_high`` and
        ``si_unit``.
    options
        Which record is the baseline.

    Returns
    -------
    polars.DataFrame
        The rows in the same order, with ``base``, ``baseline_flag``, ``baseline_time``,
        ``is_baseline_record`` and ``phase``: ``after`` is later than the baseline record and not before
        the infusion; ``before`` is everything else with a time; null where the time is unknown.
    """
    chosen = _choose(records, options).select(
        *_KEYS,
        pl.col("si_value").alias("base"),
        _flag().alias("baseline_flag"),
        pl.col("time").alias("baseline_time"),
        pl.col("si_unit").alias("baseline_unit"),
        pl.col("row").alias("baseline_row"),
    )
    time, baseline_time = pl.col("time"), pl.col("baseline_time")
    is_record = (pl.col("row") == pl.col("baseline_row")).fill_null(value=False)
    is_after = (time >= 0) & (baseline_time.is_null() | (time > baseline_time))
    phase = (
        pl.when(is_record)
        .then(pl.lit("baseline"))
        .when(is_after)
        .then(pl.lit("after"))
        .when(time.is_not_null())
        .then(pl.lit("before"))
    )
    joined = records.join(chosen, on=_KEYS, how="left", maintain_order="left")
    is_comparable = pl.col("si_unit").eq_missing(pl.col("baseline_unit"))
    return joined.with_columns(
        pl.when(is_comparable).then(pl.col("base", "baseline_flag")),
        is_record.alias("is_baseline_record"),
        phase.alias("phase"),
    ).drop("baseline_row", "baseline_unit")
