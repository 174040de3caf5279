"""ICE and CAPD: totals or items, "unable", sedation and missing items, as scores within bounds."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tutela.kernel.cite import Cite
from tutela.toxicity.icans.findings import LevelReadings, merge_levels

__all__ = ["CAPD", "ICE", "Instrument", "read_scores"]

UNABLE = "unable"


@dataclass(frozen=True)
class Instrument:
    """A score that is the sum of items.

    Parameters
    ----------
    test
        Test code of the total.
    items
        Test code of each item -> its highest points.
    is_high_good
        More points are better (ICE); a subject unable to perform has 0. Otherwise (CAPD) unable is no score.
    source
        Publication.
    """

    test: str
    items: dict[str, int]
    is_high_good: bool
    source: Cite

    @property
    def highest(self) -> int:
        """Highest total."""
        return sum(self.items.values())

    @property
    def tests(self) -> tuple[str, ...]:
        """Codes of the total and of the items."""
        return (self.test, *self.items)


ICE = Instrument(
    test="ICE",
    items={"ICE_ORIENT": 4, "ICE_NAME": 3, "ICE_COMMAND": 1, "ICE_WRITE": 1, "ICE_ATTENTION": 1},
    is_high_good=True,
    source=Cite("lee2019", "ICE score"),
)

CAPD = Instrument(
    test="CAPD",
    items={f"CAPD_{item}": 4 for item in range(1, 9)},
    is_high_good=False,
    source=Cite("traube2014", "scoring"),
)


def _bound_rows(rows: pl.DataFrame, instrument: Instrument) -> pl.DataFrame:
    """Lowest and highest points of each row, and whether it says (or may say) unable."""
    highest = pl.col("test").replace_strict(
        {instrument.test: instrument.highest, **instrument.items}, return_dtype=pl.Int64
    )
    value = pl.col("value").cast(pl.Float64)
    is_valid = value.is_not_null() & (value == value.round()) & (value >= 0) & (value <= highest)
    nothing = pl.lit(None, dtype=pl.String)
    text = pl.col("value_raw") if "value_raw" in rows.columns else nothing
    cause = pl.col("attribution").cast(pl.String) if "attribution" in rows.columns else nothing
    says_unable = (text.str.strip_chars().str.to_lowercase() == UNABLE).fill_null(
        value=False
    ) & value.is_null()
    is_other = (cause == "other").fill_null(value=False)
    is_sedated = (cause == "sedation").fill_null(value=False)
    best = highest if instrument.is_high_good else pl.lit(0, dtype=pl.Int64)
    is_known = is_valid & ~is_sedated
    unable = says_unable & ~is_other & ~is_sedated
    whole = value.cast(pl.Int64, strict=False)
    bounded = rows.with_columns(
        low=pl.when(is_other).then(best).when(unable).then(0).when(is_known).then(whole).otherwise(0),
        high=pl.when(is_other).then(best).when(is_known).then(whole).otherwise(highest),
        points=highest,
        unable_low=unable,
        unable_high=unable | (~is_other & ~is_known),
    )
    if instrument.is_high_good:
        return bounded.with_columns(high=pl.when(pl.col("unable_low")).then(0).otherwise("high"))
    return bounded


def _sum_items(bounded: pl.DataFrame, instrument: Instrument) -> pl.DataFrame:
    """One row per assessment recorded by items; an item that is missing may have any points."""
    worst = pl.min if instrument.is_high_good else pl.max
    at = ["subject", "time", *(["time_precision"] if "time_precision" in bounded.columns else [])]
    single = bounded.group_by(*at, "test").agg(
        worst("low"),
        worst("high"),
        pl.col("points", "row").first(),
        pl.col("unable_low", "unable_high").any(),
    )
    total = single.group_by(at).agg(
        pl.col("low").sum(),
        pl.col("high").sum() + instrument.highest - pl.col("points").sum(),
        pl.col("row").min(),
        pl.col("unable_low").any(),
        # A subject who did one item was able; only rows without a result leave it open.
        (pl.col("unable_high").all() | pl.col("unable_low").any()).alias("unable_high"),
    )
    return total.with_columns(pl.col("low", "high").cast(pl.Int64))


def read_scores(rows: pl.DataFrame, subjects: tuple[str, ...], instrument: Instrument) -> LevelReadings:
    """Read an instrument from totals and items; a total stands before items of the same instant.

    Parameters
    ----------
    rows
        Rows of the instrument's tests with a usable time.
    subjects
        Names, sorted.
    instrument
        ICE or CAPD.

    Notes
    -----
    A number that is no whole number in range is not known. CAPD with a missing item has no score; its bounds
    come from the items that are there.
    """
    bounded = _bound_rows(rows, instrument)
    columns = ["subject", "time", "row", "low", "high", "unable_low", "unable_high"]
    columns += ["time_precision"] if "time_precision" in rows.columns else []
    totals = bounded.filter(pl.col("test") == instrument.test).select(columns)
    items = _sum_items(bounded.filter(pl.col("test") != instrument.test), instrument)
    is_total_known = totals.filter(pl.col("low") == pl.col("high")).select("subject", "time").unique()
    items = items.join(is_total_known, on=["subject", "time"], how="anti")
    with_items = items.select("subject", "time").unique()
    unsure = (pl.col("low") != pl.col("high")) & ~pl.col("unable_low")
    totals = pl.concat(
        [totals.filter(~unsure), totals.filter(unsure).join(with_items, on=["subject", "time"], how="anti")]
    )
    both = pl.concat([totals, items.select(columns)])
    return merge_levels(both, subjects, lowest_is_worst=instrument.is_high_good)
