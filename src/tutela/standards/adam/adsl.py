"""ADSL: one row per subject, what the other data sets need."""

from __future__ import annotations

import polars as pl

from tutela.kernel.study import Study
from tutela.standards.adam.build import build_adam
from tutela.standards.adam.dates import add_analysis_time
from tutela.standards.dataset import Dataset

__all__ = ["VARIABLES", "build_adsl"]

#: Variables in order.
VARIABLES = (
    "STUDYID",
    "USUBJID",
    "SUBJID",
    "SITEID",
    "AGE",
    "AGEU",
    "AAGE",
    "AAGEU",
    "SEX",
    "ARM",
    "TRT01P",
    "TRT01A",
    "COHORT",
    "DISEASE",
    "SAFFL",
    "TRTSDT",
    "TRTSDTM",
    "WEIGHTBL",
    "HEIGHTBL",
    "DTHFL",
    "DTHDT",
    "DTHCAUS",
    "LSTALVDT",
)


def build_adsl(study: Study) -> Dataset:
    """Make ADSL.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        AGE in completed years; AAGE is the exact age where the study knows it. SAFFL is Y for subjects
        with an infusion.
    """
    rows = _with_times(study)
    is_exact = pl.col("age") == pl.col("age_max")
    treated = pl.col("infusion").is_not_null()
    frame = rows.select(
        pl.lit(study.config.id).alias("STUDYID"),
        pl.col("subject").alias("USUBJID"),
        pl.col("subject").alias("SUBJID"),
        pl.col("site").alias("SITEID"),
        pl.col("age").floor().alias("AGE"),
        pl.when(pl.col("age").is_not_null()).then(pl.lit("YEARS")).alias("AGEU"),
        pl.when(is_exact).then(pl.col("age")).alias("AAGE"),
        pl.when(is_exact).then(pl.lit("YEARS")).alias("AAGEU"),
        pl.col("sex").alias("SEX"),
        pl.col("arm").alias("ARM"),
        pl.coalesce("arm", "product").alias("TRT01P"),
        pl.when(treated).then(pl.coalesce("product", "arm")).alias("TRT01A"),
        pl.col("cohort").alias("COHORT"),
        pl.col("disease").alias("DISEASE"),
        pl.when(treated).then(pl.lit("Y")).otherwise(pl.lit("N")).alias("SAFFL"),
        "TRTSDT",
        "TRTSDTM",
        pl.col("weight").alias("WEIGHTBL"),
        pl.col("height").alias("HEIGHTBL"),
        pl.when(pl.col("death_date").is_not_null()).then(pl.lit("Y")).alias("DTHFL"),
        "DTHDT",
        pl.col("death_cause").alias("DTHCAUS"),
        "LSTALVDT",
    )
    return build_adam(
        frame.sort("USUBJID"), name="ADSL", label="Subject-Level Analysis Dataset", variables=VARIABLES
    )


def _with_times(study: Study) -> pl.DataFrame:
    """Subjects with their infusion, death and last contact as dates."""
    rows = study.subjects.with_columns(pl.lit(0.0).alias("_start_of_clock"))
    for time, raw, names in (
        ("_start_of_clock", "infusion", ("TRTSDT", "TRTSDTM", "_0")),
        ("death_time", "death_date", ("DTHDT", "_1", "_2")),
        ("last_time", "last_contact", ("LSTALVDT", "_3", "_4")),
    ):
        known = rows.with_columns(pl.when(pl.col(raw).is_not_null()).then(pl.col(time)).alias(time))
        rows = add_analysis_time(known, study.subjects, time=time, raw=raw, names=names)
    return rows
