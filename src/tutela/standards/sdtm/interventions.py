"""Interventions (EX, EC, CM, PR) as rows of ``treatments``."""

from __future__ import annotations

import polars as pl

from tutela.standards.sdtm.domains import Domain
from tutela.standards.sdtm.frames import Taken, choose, column, keep_numbers, reject, take
from tutela.standards.sdtm.oxygen import add_oxygen
from tutela.standards.sdtm.roles import find_roles

__all__ = ["find_indication", "take_interventions"]

#: --ENRTPT / --ENRF values that mean "still given at the reference time point".
_ONGOING = ("ONGOING", "AFTER", "DURING/AFTER", "CONTINUING")

#: Roles whose indication decides whether CRS grading counts them.
_SUPPORT = ("oxygen", "vasopressor")

#: Words of an indication that take support out of CRS grading, and the study's code for them.
_INDICATIONS: tuple[tuple[str, str], ...] = (
    (r"airway protect|protect(ion of|ing)? (the |his |her )?airway|^airway$", "airway"),
    (r"sleep.?apn|^osas?$", "osa"),
    (r"^an(a)?esthesia$|(general|during|for|under) an(a)?esthe|intra-?operative", "anesthesia"),
    (r"^baseline$|pre-?existing|home (oxygen|o2|ventilation)", "baseline"),
)


def take_interventions(frame: pl.DataFrame, domain: Domain, *, product: str | None = None) -> Taken:
    """Make treatments of the rows of one interventions domain.

    Parameters
    ----------
    frame
        Rows of the domain, blank cells null, supplemental qualifiers merged.
    domain
        The declaration.
    product
        Name of the product in EXTRT; None for every exposure that is no conditioning.

    Returns
    -------
    Taken
        Every row of the domain stands either in the rows or among the rejected.

    Notes
    -----
    A pre-specified treatment that did not occur (``--OCCUR`` = N), a planned but not performed dose
    (``--MOOD`` = SCHEDULED) and a row with ``--STAT`` = NOT DONE are not treatments: they are left out
    and reported, so that "tocilizumab: no" never counts as tocilizumab. The indication of oxygen,
    ventilation and vasopressors is read for words that exclude them from grading; all other
    indications stay as written.
    """
    code = domain.code
    ongoing = pl.col("is_ongoing").str.to_uppercase().is_in(_ONGOING).fill_null(value=False)
    rows = add_oxygen(take(frame, domain), code).with_columns(
        pl.when(ongoing & pl.col("end").is_null())
        .then(pl.lit("Y"))
        .otherwise(pl.lit("N"))
        .alias("is_ongoing"),
        pl.col("attribution").str.to_lowercase(),
        pl.col("role").str.to_lowercase(),
    )
    rows = find_roles(rows, code, product=product)
    is_support = pl.col("role").is_in(_SUPPORT)
    coded = find_indication(pl.col("indication"))
    rows = rows.with_columns(pl.when(is_support).then(coded).otherwise("indication").alias("indication"))
    reasons = _not_given(rows, code)
    lost = reject(
        rows.with_columns(reasons.alias("_why")).filter(reasons.is_not_null()),
        table="treatments",
        variable=f"{code}TRT",
        kind="absent",
        reason=pl.col("_why"),
        expected="a treatment that was given",
    )
    given, emptied = keep_numbers(rows.filter(reasons.is_null()), "dose", "flow", "fio2", table="treatments")
    return Taken(given, pl.concat([lost, emptied]))


def _not_given(rows: pl.DataFrame, code: str) -> pl.Series:
    """Why a row is no treatment; null where it is one."""
    stated = {
        "OCCUR": ("N", "it is recorded as not given"),
        "MOOD": ("SCHEDULED", "it was planned, not performed"),
        "STAT": ("NOT DONE", "it was not done"),
    }
    nameless = pl.col("treatment").is_null()
    cases = [(nameless, pl.lit("the row names no treatment"))]
    for suffix, (value, words) in stated.items():
        matches = (column(rows, f"{code}{suffix}").str.to_uppercase() == value).fill_null(value=False)
        cases.append((matches, pl.lit(f"{words} ({code}{suffix} = {value})")))
    why = choose(cases, otherwise=pl.lit(None, dtype=pl.String))
    return rows.select(why.alias("why"))["why"]


def find_indication(text: pl.Expr) -> pl.Expr:
    """The study's code for indications that matter in grading; other words stay as they are.

    Parameters
    ----------
    text
        Indication as given.
    """
    lower = text.str.to_lowercase()
    cases = [(lower.str.contains(pattern), pl.lit(code)) for pattern, code in _INDICATIONS]
    return choose(cases, otherwise=text)
