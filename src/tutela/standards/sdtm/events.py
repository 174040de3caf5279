"""Events (AE, CE, DS) as rows of ``events``."""

from __future__ import annotations

import polars as pl

from tutela.standards.sdtm.domains import Domain
from tutela.standards.sdtm.frames import Taken, column, keep_numbers, reject, take

__all__ = ["take_events"]


def take_events(frame: pl.DataFrame, domain: Domain) -> Taken:
    """Make events of the rows of one events domain.

    Parameters
    ----------
    frame
        Rows of the domain, blank cells null, supplemental qualifiers merged.
    domain
        The declaration.

    Returns
    -------
    Taken
        Every row of the domain stands either in the rows or among the rejected.

    Notes
    -----
    ``grade`` is the toxicity grade the site reported (``--TOXGR``); a severity (``--SEV``) is kept as a
    severity and is never turned into a grade, because MILD is not CTCAE grade 1. Fatal outcome alone
    does not make a grade 5 either: the grade is what the site wrote. Pre-specified events that did not
    occur (``--OCCUR`` = N) are left out and reported.
    """
    code = domain.code
    rows = take(frame, domain).with_columns(
        pl.col("grade").str.to_uppercase().str.strip_prefix("GRADE").str.strip_chars(),
        pl.col("attribution").str.to_lowercase(),
        pl.col("category").fill_null(domain.category),
    )
    why = _not_happened(rows, code)
    lost = reject(
        rows.with_columns(why.alias("_why")).filter(why.is_not_null()),
        table="events",
        variable=f"{code}TERM",
        kind="absent",
        reason=pl.col("_why"),
        expected="an event that happened",
    )
    happened, emptied = keep_numbers(
        rows.filter(why.is_null()), "grade", table="events", pattern=r"^[0-5](\.0)?$"
    )
    return Taken(happened, pl.concat([lost, emptied]))


def _not_happened(rows: pl.DataFrame, code: str) -> pl.Series:
    """Why a row is no event; null where it is one."""
    absent = (column(rows, f"{code}OCCUR").str.to_uppercase() == "N").fill_null(value=False)
    undone = (column(rows, f"{code}STAT").str.to_uppercase() == "NOT DONE").fill_null(value=False)
    why = (
        pl.when(pl.col("term").is_null())
        .then(pl.lit("the row names no event"))
        .when(absent)
        .then(pl.lit(f"it is recorded as not occurred ({code}OCCUR = N)"))
        .when(undone)
        .then(pl.lit(f"it was not asked ({code}STAT = NOT DONE)"))
        .otherwise(pl.lit(None, dtype=pl.String))
    )
    return rows.select(why.alias("why"))["why"]
