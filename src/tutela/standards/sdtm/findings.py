"""Findings (VS, LB, PC, IS, GF, QS, FT, RS) as rows of ``measurements``."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tutela.kernel.analytes import ANALYTES
from tutela.standards.sdtm.category import default_category
from tutela.standards.sdtm.domains import Domain
from tutela.standards.sdtm.frames import Taken, column, keep_numbers, reject, take
from tutela.standards.sdtm.method import method_of
from tutela.standards.sdtm.terms import find_tests, neurology_words

__all__ = ["NOT_DONE", "take_findings"]

#: Result of a planned measurement that was not made: no value, but not nothing either.
NOT_DONE = "NOT DONE"

#: Tests of the kernel whose result is a number, and those whose result is a code.
_NUMERIC = tuple(code for code, row in ANALYTES.items() if not row.codes and row.category != "antibody")
_CODED = tuple(code for code, row in ANALYTES.items() if row.codes)

#: A result that is a number, perhaps with its bound, or says that it lies below the limit.
_RESULT = r"(?i)^(<=?|>=?|≤|≥)?\s*[+-]?[\d.,]+(e[+-]?\d+)?$|^(<\s*)?(blq|bql|bloq|lloq|llq|blod|lod|below.*)$"

#: Units that say there is none.
_NO_UNITS = ("NO UNITS", "NO UNIT", "NONE", "N/A")

#: Results that mean "below the limit of quantification", whatever number stands beside them.
_CENSORED = r"(?i)^\s*(<|<=|≤)|^\s*(blq|bloq|blloq|bql|below (the )?(lower )?(limit|lloq))"


def take_findings(frame: pl.DataFrame, domain: Domain, *, codes: Mapping[str, str]) -> Taken:
    """Make measurements of the rows of one findings domain.

    Parameters
    ----------
    frame
        Rows of the domain, blank cells null, supplemental qualifiers merged.
    domain
        The declaration.
    codes
        The user's own test codes: SDTM code -> study code.

    Returns
    -------
    Taken
        Every row of the domain stands either in the rows or among the rejected.

    Notes
    -----
    The standard result (``--STRESN`` in ``--STRESU``) is preferred, with its own limits of normal; if it
    is missing, or if only the original result has limits, the original result, unit and limits are used
    together. A result that says "below the limit" is taken as such even where a numeric 0 stands beside
    it. ``--STAT`` = NOT DONE stays a row without a value.
    """
    code = domain.code
    named = find_tests(take(frame, domain), domain, codes=codes)
    chosen = _keep_words(neurology_words(_choose_result(named.frame, code)))
    nameless = pl.col("test").is_null()
    lost = reject(
        chosen.filter(nameless),
        table="measurements",
        variable=f"{code}TESTCD",
        kind="term",
        reason="the row names no test",
        expected="a test code",
    )
    rows = chosen.filter(~nameless).with_columns(
        method_of(chosen, code).alias("method"),
        _specimen(chosen, code).alias("specimen"),
        pl.coalesce("category", default_category(domain)).alias("category"),
    )
    rows, emptied = keep_numbers(rows, "low", "high", "lloq", table="measurements")
    done = int(rows.select((pl.col("value_raw") == NOT_DONE).sum()).item())
    notes = (
        (f"{code}: {done} planned measurements were not done; they stand without a value.",) if done else ()
    )
    return Taken(rows, pl.concat([lost, emptied]), (*named.notices, *notes))


def _keep_words(frame: pl.DataFrame) -> pl.DataFrame:
    """Results in words of tests without a number scale are kept as words, not refused as bad numbers.

    For a test that is a number (``ALT``), a word is an error that the study reports; a coded test keeps
    its code; any other test keeps the word as the result as given.
    """
    value = pl.col("value")
    is_number_test = pl.col("test").is_in(_NUMERIC)
    is_coded = (pl.col("test").is_in(_CODED) | (value == "unable")).fill_null(value=False)
    is_word = value.is_not_null() & ~value.str.contains(_RESULT)
    undone = (value == NOT_DONE).fill_null(value=False)
    return frame.with_columns(
        pl.when(undone | (is_word & ~is_number_test))
        .then(pl.lit(None, dtype=pl.String))
        .otherwise(value)
        .alias("value"),
        pl.when(is_coded).then(value).otherwise("value_raw").alias("value_raw"),
    )


def _specimen(frame: pl.DataFrame, code: str) -> pl.Expr:
    """The specimen; urine where only the category says so, so that urine glucose is not blood glucose."""
    is_urine = column(frame, f"{code}CAT").str.to_uppercase().str.contains("URIN").fill_null(value=False)
    return pl.coalesce("specimen", pl.when(is_urine).then(pl.lit("URINE")))


def _choose_result(frame: pl.DataFrame, code: str) -> pl.DataFrame:
    """Value, unit and limits from either the standard or the original result, never mixed."""
    standard = column(frame, f"{code}STRESC")
    original = column(frame, f"{code}ORRES")
    unit, unit_original = _unit(frame, f"{code}STRESU"), _unit(frame, f"{code}ORRESU")
    number = column(frame, f"{code}STRESN")
    low, high = column(frame, f"{code}STNRLO"), column(frame, f"{code}STNRHI")
    low_original, high_original = column(frame, f"{code}ORNRLO"), column(frame, f"{code}ORNRHI")
    censored = pl.coalesce(standard, original).str.contains(_CENSORED).fill_null(value=False)
    # Blinded and rounded files often keep limits of normal in original units only: then the original
    # result goes with them, because a value and its limits must share a unit.
    limits_only_original = (
        low.is_null()
        & high.is_null()
        & (low_original.is_not_null() | high_original.is_not_null())
        & original.is_not_null()
        & ~pl.coalesce(unit == unit_original, pl.lit(value=False))
    )
    no_standard = number.is_null() & standard.is_null()
    is_original = (limits_only_original | no_standard) & original.is_not_null()
    same_unit = pl.coalesce(unit == unit_original, unit.is_null() | unit_original.is_null())
    undone = (column(frame, f"{code}STAT").str.to_uppercase() == NOT_DONE).fill_null(value=False)
    value = (
        pl.when(is_original)
        .then(original)
        .when(censored)
        .then(pl.coalesce(standard, original))
        .otherwise(pl.coalesce(number, standard, original))
    )
    return frame.with_columns(
        pl.when(undone & value.is_null()).then(pl.lit(NOT_DONE)).otherwise(value).alias("value"),
        pl.when(is_original).then(unit_original).otherwise(pl.coalesce(unit, unit_original)).alias("unit"),
        pl.when(is_original | same_unit).then(pl.coalesce(low, low_original)).otherwise(low).alias("low"),
        pl.when(is_original | same_unit).then(pl.coalesce(high, high_original)).otherwise(high).alias("high"),
        # --LLOQ is defined in standard units.
        pl.when(~is_original | same_unit).then(column(frame, f"{code}LLOQ")).alias("lloq"),
        pl.when(undone & value.is_null())
        .then(pl.lit(NOT_DONE))
        .otherwise(pl.coalesce(original, standard, number))
        .alias("value_raw"),
        # The unit belongs to the result as given: a standard unit says nothing about an original result.
        pl.when(original.is_null() & ~no_standard & ~undone)
        .then(pl.coalesce(unit_original, unit))
        .otherwise(unit_original)
        .alias("unit_raw"),
    )


def _unit(frame: pl.DataFrame, name: str) -> pl.Expr:
    unit = column(frame, name)
    return pl.when(~unit.str.to_uppercase().is_in(_NO_UNITS)).then(unit)
