"""Exposure beside toxicity: one row per subject, with the order in time kept in view.

The peak of the cells may come after the onset of CRS; then the whole-course peak cannot be read as its
cause. So the largest value *up to onset* stands beside the peak.
"""

from __future__ import annotations

import polars as pl

__all__ = ["EXPOSURE_COLUMNS", "join_exposure"]

#: Columns of the joined table and what they mean.
EXPOSURE_COLUMNS = {
    "subject": "the subject",
    "test": "analyte of the exposure",
    "cmax": "largest concentration",
    "tmax": "its day since infusion",
    "auc": "area under the curve to day 28, or null",
    "auc_reason": "why there is no area",
    "unit": "unit of cmax",
    "crs_low": "lowest CRS grade that the data allow",
    "crs_high": "highest CRS grade that the data allow",
    "crs_onset": "day since infusion of the first CRS onset",
    "icans_low": "lowest ICANS grade that the data allow",
    "icans_high": "highest ICANS grade that the data allow",
    "cmax_to_onset": "largest concentration up to CRS onset",
    "is_peak_after_onset": "whether the peak came after CRS onset",
}


def join_exposure(
    parameters: pl.DataFrame,
    measurements: pl.DataFrame,
    *,
    crs: pl.DataFrame,
    icans: pl.DataFrame,
    test: str = "CARTGENE",
) -> pl.DataFrame:
    """Put exposure and toxicity of each subject side by side.

    Parameters
    ----------
    parameters
        Kinetic parameters, long (``NcaResult.table``).
    measurements
        Study measurements; times in days since infusion.
    crs, icans
        Subject tables of the two results.
    test
        Analyte of the exposure.

    Returns
    -------
    polars.DataFrame
        The columns of :data:`EXPOSURE_COLUMNS`, one row per subject with a profile of ``test``.
    """
    mine = parameters.filter(pl.col("test") == test)
    grades = crs.select("subject", crs_low="grade_low", crs_high="grade_high", crs_onset="onset").join(
        icans.select("subject", icans_low="grade_low", icans_high="grade_high"), on="subject", how="left"
    )
    joined = (
        mine.select("subject", "test")
        .unique()
        .join(_parameter(mine, "CMAX", "cmax").rename({"cmax_unit": "unit"}), on="subject", how="left")
        .join(_parameter(mine, "TMAX", "tmax"), on="subject", how="left")
        .join(_area(mine), on="subject", how="left")
        .join(grades, on="subject", how="left")
    )
    to_onset = _up_to_onset(measurements.filter(pl.col("test") == test), grades)
    return (
        joined.join(to_onset, on="subject", how="left")
        .with_columns(is_peak_after_onset=pl.col("tmax") > pl.col("crs_onset"))
        .select(list(EXPOSURE_COLUMNS))
        .sort("subject")
    )


def _parameter(table: pl.DataFrame, code: str, name: str) -> pl.DataFrame:
    return table.filter(pl.col("parameter") == code).select(
        "subject", pl.col("value").alias(name), pl.col("unit").alias(f"{name}_unit")
    )


def _area(table: pl.DataFrame) -> pl.DataFrame:
    """The area over days 0 to 28; AUCINT with its window."""
    window = (pl.col("window_start") == 0.0) & (pl.col("window_end") == 28.0)
    rows = table.filter((pl.col("parameter") == "AUCINT") & window)
    return (
        rows.group_by("subject")
        .agg(auc=pl.col("value").first(), auc_reason=pl.col("reason").first())
        .select("subject", "auc", "auc_reason")
    )


def _up_to_onset(profile: pl.DataFrame, grades: pl.DataFrame) -> pl.DataFrame:
    before = profile.join(grades.select("subject", "crs_onset"), on="subject").filter(
        pl.col("time") <= pl.col("crs_onset")
    )
    return before.group_by("subject").agg(cmax_to_onset=pl.col("value").max())
