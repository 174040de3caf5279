"""Subjects as rows of DM, with what DM has no variable for in SUPPDM."""

from __future__ import annotations

import polars as pl

from tutela.kernel.clock import parse_iso
from tutela.kernel.study import Study
from tutela.standards.sdtm.demographics import AGE_UNITS
from tutela.standards.sdtm.domains import BY_CODE
from tutela.standards.sdtm.frames import choose
from tutela.standards.sdtm.write_rows import Written

__all__ = ["CLOCK_QUALIFIERS", "write_subjects"]

#: Qualifiers that keep the study's clock: kind, unit of relative times, zone.
CLOCK_QUALIFIERS = (
    ("CLKKIND", "Clock of the Study"),
    ("CLKUNIT", "Unit of Relative Times"),
    ("CLKZONE", "Time Zone of Times without One"),
)

#: Widths of an age known to a whole unit are compared to this many years.
_TOLERANCE = 1e-9

_VARIABLES = (
    "STUDYID",
    "DOMAIN",
    "USUBJID",
    "SUBJID",
    "RFSTDTC",
    "RFXSTDTC",
    "DTHDTC",
    "DTHFL",
    "SITEID",
    "BRTHDTC",
    "AGE",
    "AGEU",
    "SEX",
    "ARM",
    "ACTARM",
)


def write_subjects(study: Study) -> Written:
    """Make DM and its qualifiers.

    Parameters
    ----------
    study
        The study.
    """
    rows = study.subjects.sort("subject")
    unit, count = _whole_age()
    infused = parse_iso(rows["infusion"])
    is_date = infused["precision"].is_not_null() & rows["infusion"].str.contains(r"^\d{4}-").fill_null(
        value=False
    )
    rows = rows.with_columns(
        pl.when(is_date).then("infusion").alias("_date"), unit.alias("_unit"), count.alias("_age")
    )
    clock = study.config.clock
    kept = {"CLKKIND": clock.kind, "CLKUNIT": clock.unit, "CLKZONE": clock.zone}
    supplements = [field for field in BY_CODE["DM"].fields if field.supp]
    exact = pl.when(pl.col("_unit").is_null()).then("age").cast(pl.String)
    frame = rows.select(
        pl.lit(study.config.id).alias("STUDYID"),
        pl.lit("DM").alias("DOMAIN"),
        pl.col("subject").alias("USUBJID"),
        pl.col("subject").alias("SUBJID"),
        pl.col("_date").alias("RFSTDTC"),
        pl.col("_date").alias("RFXSTDTC"),
        pl.col("death_date").alias("DTHDTC"),
        pl.when(pl.col("death_date").is_not_null()).then(pl.lit("Y")).alias("DTHFL"),
        pl.col("site").alias("SITEID"),
        pl.col("birth_date").alias("BRTHDTC"),
        pl.col("_age").alias("AGE"),
        pl.coalesce("_unit", pl.when(pl.col("_age").is_not_null()).then(pl.lit("YEARS"))).alias("AGEU"),
        pl.col("sex").alias("SEX"),
        pl.col("arm").alias("ARM"),
        pl.col("arm").alias("ACTARM"),
        *(_text(field.column).alias(field.variables[0]) for field in supplements if field.column != "age"),
        exact.alias("AGEEXACT"),
        *(pl.lit(value, dtype=pl.String).alias(name) for name, value in kept.items()),
    )
    qualifiers = (*((field.variables[0], field.label) for field in supplements), *CLOCK_QUALIFIERS)
    return Written(frame, _VARIABLES, qualifiers)


def _text(column: str) -> pl.Expr:
    """A column as text; yes and no as Y and N."""
    if column == "developmental_delay":
        return pl.when(pl.col(column)).then(pl.lit("Y")).when(~pl.col(column)).then(pl.lit("N"))
    return pl.col(column).cast(pl.String)


def _whole_age() -> tuple[pl.Expr, pl.Expr]:
    """Unit in which the age is known to a whole number, null if it is exact; and AGE in that unit, else in years."""
    width = pl.col("age_max") - pl.col("age")
    fits = {name: (width - years).abs() < _TOLERANCE for name, years in AGE_UNITS.items()}
    unit = choose(
        ((fit, pl.lit(name)) for name, fit in fits.items()), otherwise=pl.lit(None, dtype=pl.String)
    )
    counts = ((fit, (pl.col("age") / AGE_UNITS[name]).round(0)) for name, fit in fits.items())
    return unit, choose(counts, otherwise=pl.col("age").floor())
