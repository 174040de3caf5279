"""Coded neurological findings as levels, with bounds where a record says nothing usable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from tutela.kernel.tri import BoolArray
from tutela.toxicity.icans.observation import Bounds
from tutela.toxicity.windows import IntArray, code_subjects, pack

__all__ = ["FINDINGS", "Finding", "LevelReadings", "merge_levels", "read_findings"]


@dataclass(frozen=True)
class Finding:
    """One coded test.

    Parameters
    ----------
    test
        Test code.
    levels
        Code in lower case -> level; level 0 is nothing abnormal.
    """

    test: str
    levels: dict[str, int]

    @property
    def highest(self) -> int:
        """The worst level."""
        return max(self.levels.values())


#: The coded tests. Spellings of British English are accepted; excluded findings are level 0.
FINDINGS: dict[str, Finding] = {
    "consciousness": Finding("CONSC", {"spontaneous": 0, "voice": 1, "tactile": 2, "unarousable": 3}),
    "seizure": Finding(
        "SEIZURE",
        {
            "none": 0,
            "rapidly_resolving": 1,
            "eeg_resolving": 1,
            "prolonged_gt_5min": 2,
            "repetitive_no_baseline": 2,
        },
    ),
    "motor": Finding("MOTOR", {"none": 0, "tremor": 0, "myoclonus": 0, "deep_focal": 1}),
    "pressure": Finding(
        "ICP",
        {
            "none": 0,
            "hemorrhage": 0,
            "haemorrhage": 0,
            "focal": 1,
            "diffuse": 2,
            "papilledema": 2,
            "papilloedema": 2,
            "posturing": 2,
            "cn6_palsy": 2,
            "cushing": 2,
        },
    ),
}


@dataclass(frozen=True, eq=False)
class LevelReadings:
    """Readings of one test or score, one per subject and instant, sorted.

    Parameters
    ----------
    key
        Shape (m,): packed subject and time.
    value
        Level or score within bounds.
    row
        Shape (m,): measurement row, one of those at the instant.
    is_day
        Shape (m,): only the date is known.
    is_unable, may_be_unable
        Shape (m,): recorded as unable to perform; perhaps unable (sedated, or no result).
    has_negative
        The study records the absence of this finding somewhere.
    """

    key: IntArray
    value: Bounds
    row: IntArray
    is_day: BoolArray
    is_unable: BoolArray
    may_be_unable: BoolArray
    has_negative: bool = False

    def __len__(self) -> int:
        return len(self.key)


def _worst(name: str, *, lowest_is_worst: bool) -> pl.Expr:
    return pl.col(name).min() if lowest_is_worst else pl.col(name).max()


def merge_levels(
    rows: pl.DataFrame, subjects: tuple[str, ...], *, lowest_is_worst: bool, has_negative: bool = False
) -> LevelReadings:
    """Keep the worst of several readings at one instant.

    Parameters
    ----------
    rows
        subject, time, row, ``low``, ``high`` and optionally ``unable_low``, ``unable_high``.
    subjects
        Names, sorted.
    lowest_is_worst
        As for ICE.
    has_negative
        Passed on.

    Notes
    -----
    The worst of two numbers known within bounds lies between the worst lower and the worst upper bounds.
    """
    defaults = [
        pl.lit(value=False).alias(name) for name in ("unable_low", "unable_high") if name not in rows.columns
    ]
    on_day = pl.col("time_precision") == "day" if "time_precision" in rows.columns else pl.lit(value=False)
    key = pack(code_subjects(rows.get_column("subject"), subjects), rows.get_column("time").to_numpy())
    merged = (
        rows.with_columns(*defaults, on_day.fill_null(value=False).alias("is_day"), pl.Series("key", key))
        .sort(
            "key", "low", "high", "row", descending=[False, not lowest_is_worst, not lowest_is_worst, False]
        )
        .group_by("key", maintain_order=True)
        .agg(
            _worst("low", lowest_is_worst=lowest_is_worst),
            _worst("high", lowest_is_worst=lowest_is_worst),
            pl.col("row").first(),
            pl.col("is_day").any(),
            pl.col("unable_low").any(),
            pl.col("unable_high").any(),
        )
    )
    low, high = (merged.get_column(name).cast(pl.Float64).to_numpy() for name in ("low", "high"))
    is_day, unable, perhaps = (
        merged.get_column(name).to_numpy().astype(bool) for name in ("is_day", "unable_low", "unable_high")
    )
    return LevelReadings(
        key=merged.get_column("key").to_numpy().astype(np.int64),
        value=Bounds(low, high),
        row=merged.get_column("row").to_numpy().astype(np.int64),
        is_day=is_day,
        is_unable=unable,
        may_be_unable=perhaps,
        has_negative=has_negative,
    )


def _result_text(rows: pl.DataFrame) -> pl.Series:
    if "value_raw" not in rows.columns:
        return pl.Series("text", [None] * rows.height, dtype=pl.String)
    return rows.get_column("value_raw").cast(pl.String).str.strip_chars().str.to_lowercase()


def read_findings(rows: pl.DataFrame, subjects: tuple[str, ...], finding: Finding) -> LevelReadings:
    """Read one coded test.

    Parameters
    ----------
    rows
        Rows of the test with a usable time.
    subjects
        Names, sorted.
    finding
        The test and its codes.

    Notes
    -----
    Another cause makes a finding not count; sedation makes consciousness unknown; a code that is not known,
    or no result, leaves every level possible.
    """
    text = _result_text(rows).str.replace_all(r"[ -]", "_")
    level = text.replace_strict(finding.levels, default=None, return_dtype=pl.Int64)
    cause = (
        rows.get_column("attribution").cast(pl.String)
        if "attribution" in rows.columns
        else pl.Series("attribution", [None] * rows.height, dtype=pl.String)
    )
    judged = rows.with_columns(level.alias("level"), cause.alias("cause")).with_columns(
        pl.when(pl.col("cause") == "sedation").then(None).otherwise(pl.col("level")).alias("level")
    )
    is_other = (pl.col("cause") == "other").fill_null(value=False)
    bounded = judged.with_columns(
        low=pl.when(is_other).then(0).otherwise(pl.col("level").fill_null(0)),
        high=pl.when(is_other).then(0).otherwise(pl.col("level").fill_null(finding.highest)),
    )
    negative = next(iter(finding.levels))
    return merge_levels(
        bounded,
        subjects,
        lowest_is_worst=False,
        has_negative=bool((text == negative).fill_null(value=False).any()),
    )
