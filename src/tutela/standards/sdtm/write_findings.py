"""Measurements as rows of VS, LB, PC, IS, QS or RS."""

from __future__ import annotations

import polars as pl

from tutela.kernel.analytes import ANALYTES
from tutela.kernel.study import Study
from tutela.standards.sdtm.category import default_category
from tutela.standards.sdtm.domains import Domain
from tutela.standards.sdtm.method import METHOD_PARTS, split_method
from tutela.standards.sdtm.names import is_read_back, name_test, write_code
from tutela.standards.sdtm.terms import KINETIC_UNITS
from tutela.standards.sdtm.write_rows import Written, identify, time_variables

__all__ = ["write_findings"]

_QUALIFIERS = (
    ("TUTEST", "Test Code of the Study"),
    ("BASEFL", "Baseline Flag of the Study"),
    ("CATEG", "Study Category"),
    ("ATTRIB", "Attributed to Therapy, Other or Sedation"),
    ("TIMRAW", "Time as Given"),
)


def write_findings(rows: pl.DataFrame, domain: Domain, study: Study) -> Written:
    """Make the rows of one findings domain.

    Parameters
    ----------
    rows
        Measurements of this domain with their sequence.
    domain
        The declaration.
    study
        For the infusion of each subject.

    Notes
    -----
    The original result is what was given, the standard result is the value in the study's canonical
    unit. A result below the limit of quantification has no standard number; its standard text is
    ``<`` and the limit.
    """
    code = domain.code
    number = pl.col("value")
    is_undone = (pl.col("value_raw") == "NOT DONE").fill_null(value=False)
    has_result = pl.col("value_raw").is_not_null() & ~is_undone
    has_limit = pl.any_horizontal(pl.col("low", "high", "lloq").is_not_null())
    limit = pl.coalesce(pl.lit("<") + pl.col("lloq").cast(pl.String), pl.lit("<BLQ"))
    text = (
        pl.when(pl.col("is_censored")).then(limit).otherwise(pl.coalesce(number.cast(pl.String), "value_raw"))
    )
    is_text = number.is_null() & ~pl.col("is_censored")
    extra = (*_codes(rows, code), *_methods(rows, code), default_category(domain).alias("_category"))
    frame = rows.with_columns(extra).select(
        *identify(domain, study),
        pl.col("_code").alias(f"{code}TESTCD"),
        pl.col("_name").alias(f"{code}TEST"),
        pl.col("category").str.to_uppercase().alias(f"{code}CAT"),
        pl.when(has_result).then("value_raw").alias(f"{code}ORRES"),
        pl.col("unit_raw").alias(f"{code}ORRESU"),
        pl.when(has_result).then(text).alias(f"{code}STRESC"),
        pl.when(~pl.col("is_censored")).then(number).alias(f"{code}STRESN"),
        pl.when(has_result | has_limit).then("unit").alias(f"{code}STRESU"),
        pl.col("low").alias(f"{code}STNRLO"),
        pl.col("high").alias(f"{code}STNRHI"),
        pl.when(is_undone & is_text).then(pl.lit("NOT DONE")).alias(f"{code}STAT"),
        pl.col("specimen").alias(f"{code}SPEC"),
        *(name.replace("--", code) for name, _ in METHOD_PARTS),
        pl.when(pl.col("is_baseline")).then(pl.lit("Y")).alias(f"{code}LOBXFL"),
        pl.col("lloq").alias(f"{code}LLOQ"),
        pl.col("visit").alias("VISIT"),
        pl.when(~pl.col("_read_back")).then("test").alias(f"{code}TUTEST"),
        pl.when(~pl.col("is_baseline")).then(pl.lit("N")).alias(f"{code}BASEFL"),
        pl.when(pl.col("category").ne_missing(pl.col("_category"))).then("category").alias(f"{code}CATEG"),
        pl.col("attribution").alias(f"{code}ATTRIB"),
    )
    times = time_variables(rows, study, column="time", dtc=f"{code}DTC", day=f"{code}DY", raw=f"{code}TIMRAW")
    frame = frame.with_columns(times)
    qualifiers = tuple((code + name, label) for name, label in _QUALIFIERS)
    names = {name for name, _ in qualifiers}
    return Written(frame, tuple(name for name in frame.columns if name not in names), qualifiers)


def _codes(rows: pl.DataFrame, code: str) -> list[pl.Expr]:
    """Code and name for --TESTCD and --TEST, and whether the code alone is read back as this test."""
    tests = rows["test"].unique().to_list()
    test = pl.col("test")
    return [
        test.replace_strict({t: write_code(t) for t in tests}, return_dtype=pl.String).alias("_code"),
        test.replace_strict({t: name_test(t) for t in tests}, return_dtype=pl.String).alias("_name"),
        (
            test.replace_strict({t: is_read_back(t) for t in tests}, return_dtype=pl.Boolean)
            & ~_is_guessed(code)
        ).alias("_read_back"),
    ]


def _is_guessed(code: str) -> pl.Expr:
    """Whether reading would find another code for an unknown test, by its unit or its wording."""
    unknown = ~pl.col("test").is_in(list(ANALYTES))
    if code in ("PC", "GF"):
        by_unit = [pl.col("unit").str.contains(pattern) for pattern, _ in KINETIC_UNITS]
        return unknown & pl.any_horizontal(by_unit).fill_null(value=False)
    return unknown & pl.lit(code in ("QS", "FT", "RS"))


def _methods(rows: pl.DataFrame, code: str) -> list[pl.Expr]:
    """Method, position, location and binding agent from the study's one text."""
    texts = rows["method"].drop_nulls().unique().to_list()
    split = {text: split_method(text) for text in texts}
    method = pl.col("method")
    return [
        method.replace_strict(
            {text: parts.get(name) for text, parts in split.items()}, default=None, return_dtype=pl.String
        ).alias(name.replace("--", code))
        for name, _ in METHOD_PARTS
    ]
