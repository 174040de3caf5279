"""ADPP: pharmacokinetic parameters of cells or vector, one record per subject, analyte and parameter."""

from __future__ import annotations

import polars as pl

from tutela.kernel.study import Study
from tutela.standards.adam.build import build_adam, fit_text
from tutela.standards.dataset import Dataset
from tutela.standards.sdtm.names import name_test

__all__ = ["VARIABLES", "build_adpp"]

#: Variables in order.
VARIABLES = (
    "STUDYID",
    "USUBJID",
    "PARCAT1",
    "PARAM",
    "PARAMCD",
    "AVAL",
    "AVALU",
    "AVALRSN",
    "SRCDOM",
    "SRCVAR",
)


def build_adpp(study: Study, nca: pl.DataFrame) -> Dataset:
    """Make ADPP from non-compartmental parameters.

    Parameters
    ----------
    study
        The study.
    nca
        Parameters, long: subject, test, parameter (CDISC PPTESTCD), name, value, unit, reason.

    Returns
    -------
    Dataset
        PARAMCD is the CDISC code, PARCAT1 the analyte. Where a parameter cannot be computed, AVAL is
        missing and AVALRSN says why.
    """
    analytes = {test: name_test(test) for test in nca["test"].unique().to_list()}
    frame = nca.select(
        pl.lit(study.config.id).alias("STUDYID"),
        pl.col("subject").alias("USUBJID"),
        pl.col("test").replace(analytes).alias("PARCAT1"),
        pl.col("name").map_elements(fit_text, return_dtype=pl.String).alias("PARAM"),
        pl.col("parameter").alias("PARAMCD"),
        pl.col("value").alias("AVAL"),
        pl.col("unit").map_elements(fit_text, return_dtype=pl.String).alias("AVALU"),
        pl.col("reason").map_elements(fit_text, return_dtype=pl.String).alias("AVALRSN"),
        pl.lit("PC").alias("SRCDOM"),
        pl.lit("PCSTRESN").alias("SRCVAR"),
    )
    ordered = frame.sort("USUBJID", "PARCAT1", "PARAMCD")
    return build_adam(ordered, name="ADPP", label="PK Parameters Analysis Dataset", variables=VARIABLES)
