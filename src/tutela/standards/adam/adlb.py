"""ADLB: laboratory values with their baseline, reference range and toxicity grades."""

from __future__ import annotations

import polars as pl

from tutela.kernel.study import Study
from tutela.standards.adam.build import build_adam, fit_text
from tutela.standards.adam.dates import add_analysis_time
from tutela.standards.dataset import Dataset
from tutela.standards.sdtm.names import name_test, write_code
from tutela.standards.sdtm.sequence import number_rows

__all__ = ["VARIABLES", "build_adlb"]

#: Variables in order.
VARIABLES = (
    "STUDYID",
    "USUBJID",
    "PARAM",
    "PARAMCD",
    "PARCAT1",
    "AVISIT",
    "ADT",
    "ADTM",
    "ADY",
    "ARELTM",
    "AVAL",
    "AVALC",
    "AVALU",
    "ABLFL",
    "BASE",
    "CHG",
    "PCHG",
    "ANRLO",
    "ANRHI",
    "ANRIND",
    "BNRIND",
    "ATOXDSCL",
    "ATOXDSCH",
    "ATOXGRL",
    "ATOXGRH",
    "ATOXGR",
    "BTOXGRL",
    "BTOXGRH",
    "BTOXGR",
    "ATOXGRV",
    "ATOXRSN",
    "SRCDOM",
    "SRCVAR",
    "SRCSEQ",
    "SRCFILE",
    "SRCROW",
)

_POINTER = ("source_file", "source_row")


def build_adlb(study: Study, labs: pl.DataFrame) -> Dataset:
    """Make ADLB from graded laboratory values.

    Parameters
    ----------
    study
        The study whose measurements were graded.
    labs
        Graded values: subject, time, test, value, unit, low, high, baseline, baseline_flag, grade_l,
        grade_h, grade, term_l, term_h, version, reason, is_baseline, source_file, source_row.

    Returns
    -------
    Dataset
        One record per graded value, sorted by subject, parameter and time.

    Notes
    -----
    The toxicity grade is text, because "not gradable" is missing and is never ``0``; why stands in
    ATOXRSN. ATOXGR is signed: negative for low, positive for high values. CHG and PCHG are given after
    the baseline record only. SRCSEQ is LBSEQ of the LB data set that
    :func:`tutela.standards.sdtm.to_sdtm` writes; SRCFILE and SRCROW point to the file that was read.
    """
    rows = labs.join(_source_rows(study), on=_POINTER, how="left", maintain_order="left")
    rows = add_analysis_time(rows, study.subjects, time="time", raw="time_raw", names=("ADT", "ADTM", "ADY"))
    rows = rows.join(_baseline_grades(rows), on=["subject", "test"], how="left", maintain_order="left")
    rows = rows.with_columns(
        _change(rows),
        _parameter(rows),
        _range_indicator().alias("ANRIND"),
        pl.col("reason").map_elements(fit_text, return_dtype=pl.String).alias("ATOXRSN"),
    )
    frame = rows.sort("subject", "test", "time", *_POINTER, nulls_last=False).select(
        pl.lit(study.config.id).alias("STUDYID"),
        pl.col("subject").alias("USUBJID"),
        "PARAM",
        pl.col("test").replace({test: write_code(test) for test in labs["test"].unique()}).alias("PARAMCD"),
        pl.col("category").str.to_uppercase().alias("PARCAT1"),
        pl.col("visit").alias("AVISIT"),
        "ADT",
        "ADTM",
        "ADY",
        pl.col("time").alias("ARELTM"),
        pl.col("value").alias("AVAL"),
        pl.when(pl.col("value").is_null()).then(pl.col("value_raw")).alias("AVALC"),
        pl.col("unit").alias("AVALU"),
        pl.when(pl.col("is_baseline")).then(pl.lit("Y")).alias("ABLFL"),
        pl.col("baseline").alias("BASE"),
        "CHG",
        pl.when(pl.col("baseline") != 0).then(pl.col("CHG") / pl.col("baseline").abs() * 100).alias("PCHG"),
        pl.col("low").alias("ANRLO"),
        pl.col("high").alias("ANRHI"),
        "ANRIND",
        pl.col("baseline_flag").alias("BNRIND"),
        pl.col("term_l").alias("ATOXDSCL"),
        pl.col("term_h").alias("ATOXDSCH"),
        pl.col("grade_l").cast(pl.String).alias("ATOXGRL"),
        pl.col("grade_h").cast(pl.String).alias("ATOXGRH"),
        pl.col("grade").cast(pl.String).alias("ATOXGR"),
        pl.col("_base_l").cast(pl.String).alias("BTOXGRL"),
        pl.col("_base_h").cast(pl.String).alias("BTOXGRH"),
        pl.col("_base").cast(pl.String).alias("BTOXGR"),
        pl.col("version").alias("ATOXGRV"),
        "ATOXRSN",
        pl.lit("LB").alias("SRCDOM"),
        pl.when(pl.col("value").is_null())
        .then(pl.lit("LBSTRESC"))
        .otherwise(pl.lit("LBSTRESN"))
        .alias("SRCVAR"),
        pl.col("sequence").alias("SRCSEQ"),
        pl.col("source_file").alias("SRCFILE"),
        pl.col("source_row").alias("SRCROW"),
    )
    return build_adam(frame, name="ADLB", label="Laboratory Analysis Dataset", variables=VARIABLES)


def _source_rows(study: Study) -> pl.DataFrame:
    """What the graded values do not carry: the time as given, the visit, the result as given, --SEQ."""
    numbered = number_rows(study)["measurements"]
    kept = numbered.select(*_POINTER, "time_raw", "visit", "value_raw", "category", "sequence")
    return kept.unique(_POINTER, keep="first", maintain_order=True)


def _baseline_grades(rows: pl.DataFrame) -> pl.DataFrame:
    """Grades of the baseline record by subject and parameter."""
    return (
        rows.filter(pl.col("is_baseline"))
        .sort(*_POINTER)
        .group_by("subject", "test")
        .agg(
            pl.col("grade_l").first().alias("_base_l"),
            pl.col("grade_h").first().alias("_base_h"),
            pl.col("grade").first().alias("_base"),
            pl.col("time").first().alias("_base_time"),
        )
    )


def _change(rows: pl.DataFrame) -> pl.Expr:
    """Change from baseline, after the baseline record."""
    is_after = (
        pl.col("phase") == "after" if "phase" in rows.columns else pl.col("time") > pl.col("_base_time")
    )
    return pl.when(is_after.fill_null(value=False)).then(pl.col("value") - pl.col("baseline")).alias("CHG")


def _parameter(rows: pl.DataFrame) -> pl.Series:
    """Name of the parameter with its unit in brackets."""
    distinct = rows.select("test", "unit").unique()
    names = [name_test(test) + (f" ({unit})" if unit else "") for test, unit in distinct.iter_rows()]
    table = distinct.with_columns(pl.Series("PARAM", names, dtype=pl.String))
    named = rows.join(table, on=["test", "unit"], how="left", nulls_equal=True, maintain_order="left")
    return named["PARAM"]


def _range_indicator() -> pl.Expr:
    """LOW, NORMAL or HIGH by the record's own limits; without limits or value there is none."""
    value, low, high = pl.col("value"), pl.col("low"), pl.col("high")
    return (
        pl.when(value.is_null() | (low.is_null() & high.is_null()))
        .then(pl.lit(None, dtype=pl.String))
        .when(value < low)
        .then(pl.lit("LOW"))
        .when(value > high)
        .then(pl.lit("HIGH"))
        .otherwise(pl.lit("NORMAL"))
    )
