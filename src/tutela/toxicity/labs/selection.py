"""Which measurements are laboratory values that a version of the criteria can grade, in one unit per test."""

from __future__ import annotations

import polars as pl

from tutela.kernel.errors import InputError, UnitError
from tutela.kernel.units import canonical_unit, conversion
from tutela.toxicity.labs.evaluate import CONVERTED_DIGITS
from tutela.toxicity.labs.mapping import BLOOD_SPECIMENS, NEEDS_SPECIMEN, TESTS
from tutela.toxicity.labs.options import LabOptions

__all__ = ["REQUIRED", "conversion_factor", "select_records"]

#: Columns of the measurements table that grading reads; the others may be absent.
REQUIRED = ("subject", "time", "test", "value")

_OPTIONAL: dict[str, pl.DataType | type[pl.DataType]] = {
    "unit": pl.String,
    "low": pl.Float64,
    "high": pl.Float64,
    "lloq": pl.Float64,
    "is_censored": pl.Boolean,
    "is_baseline": pl.Boolean,
    "is_fasting": pl.Boolean,
    "category": pl.String,
    "specimen": pl.String,
    "source_file": pl.String,
    "source_row": pl.Int64,
}


def conversion_factor(test: str, unit: str, target: str) -> float | None:
    """What a number in ``unit`` is multiplied by to be in ``target``; None if it cannot be converted.

    Examples
    --------
    >>> conversion_factor("HGB", "g/L", "g/dL")
    0.1
    """
    if unit.casefold() == target.casefold():
        return 1.0
    try:
        return conversion(unit, target, test=test).factor
    except UnitError:
        return None


def _complete(measurements: pl.DataFrame) -> pl.DataFrame:
    missing = [name for name in REQUIRED if name not in measurements.columns]
    if missing:
        what = "The measurements table lacks a column that laboratory grading needs."
        raise InputError(
            what, column=missing[0], expected=", ".join(REQUIRED), advice="Add or rename the column."
        )
    absent = [
        pl.lit(None, dtype=kind).alias(name) for name, kind in _OPTIONAL.items() if name not in measurements
    ]
    table = measurements.with_columns(absent).select(*REQUIRED, *_OPTIONAL)
    return table.with_columns(
        pl.col("is_censored").fill_null(value=False),
        pl.col("time", "value", "low", "high", "lloq").cast(pl.Float64).fill_nan(None),
    )


def _specimen_problem() -> pl.Expr:
    """Why a row's specimen rules it out, or null."""
    specimen = pl.col("specimen").str.to_uppercase()
    is_blood = pl.any_horizontal(specimen.str.contains(word, literal=True) for word in BLOOD_SPECIMENS)
    is_urinalysis = pl.col("category").str.to_uppercase().str.contains("URIN", literal=True)
    return (
        pl.when(specimen.is_not_null() & ~is_blood)
        .then(pl.lit("specimen is not blood, serum or plasma"))
        .when(specimen.is_null() & is_urinalysis.fill_null(value=False))
        .then(pl.lit("category says urine"))
        .when(specimen.is_null() & pl.col("test").is_in(NEEDS_SPECIMEN))
        .then(pl.lit("specimen unknown: this test is graded in blood only"))
    )


def _home_units(pairs: pl.DataFrame) -> pl.DataFrame:
    """Each test and unit -> the test's canonical unit and the factor to it; its own unit if none fits."""
    rows = []
    for test, unit in pairs.iter_rows():
        home = canonical_unit(test)
        factor = conversion_factor(test, unit, home) if unit and home else None
        rows.append((test, unit, home if factor is not None else unit, 1.0 if factor is None else factor))
    schema = {"test": pl.String, "unit": pl.String, "si_unit": pl.String, "factor": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _converted(name: str) -> pl.Expr:
    # Molar factors carry 12 digits; rounding to them puts a converted limit back on the limit.
    product = (pl.col(name) * pl.col("factor")).round_sig_figs(CONVERTED_DIGITS)
    return pl.when(pl.col("factor") == 1.0).then(pl.col(name)).otherwise(product)


def select_records(measurements: pl.DataFrame, options: LabOptions) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Select laboratory values of blood and bring each test to one unit.

    Parameters
    ----------
    measurements
        The study's measurements table, or a frame with at least the columns of :data:`REQUIRED`.
    options
        Choices of grading.

    Returns
    -------
    records, skipped
        Rows to grade, with ``row`` (their number in ``measurements``), ``si_value``, ``si_low``,
        ``si_high``, ``si_lloq``, ``si_unit`` and ``is_fasting``; and what was left out, counted by test,
        specimen and reason.

    Raises
    ------
    InputError
        If a required column is missing.
    """
    table = _complete(measurements).with_row_index("row")
    no_term = pl.when(~pl.col("test").is_in(list(TESTS))).then(pl.lit("no laboratory term grades this test"))
    table = table.with_columns(pl.coalesce(no_term, _specimen_problem()).alias("why"))
    skipped = table.filter(pl.col("why").is_not_null())
    counted = skipped.group_by("test", "specimen", pl.col("why").alias("reason")).len("rows")
    records = table.filter(pl.col("why").is_null()).drop("why")
    factors = _home_units(records.select("test", "unit").unique())
    joined = records.join(factors, on=["test", "unit"], how="left", maintain_order="left", nulls_equal=True)
    numbers = [_converted(name).alias(f"si_{name}") for name in ("value", "low", "high", "lloq")]
    fasting = pl.lit(options.assume_fasting) | pl.col("is_fasting").fill_null(value=False)
    return joined.with_columns(*numbers, fasting.alias("is_fasting")), counted.sort(
        "test", "specimen", "reason"
    )
