"""Which domain a study row belongs to, and its sequence number there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tutela.standards.sdtm.domains import DOMAINS

if TYPE_CHECKING:
    from tutela.kernel.study import Study

__all__ = ["number_rows"]

#: Domain of a measurement by its category; others go to LB with their category as a qualifier.
_BY_CATEGORY = {
    "vital sign": "VS",
    "laboratory": "LB",
    "cytokine": "LB",
    "kinetics": "PC",
    "antibody": "IS",
    "neurology": "QS",
    "response": "RS",
}
_OTHER_MEASUREMENT = "LB"
_OTHER_EVENT = "CE"


def number_rows(study: Study) -> dict[str, pl.DataFrame]:
    """The observation tables with ``domain`` and ``sequence``.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    dict of polars.DataFrame
        ``treatments``, ``measurements``, ``events``; the sequence counts from 1 within subject and
        domain, in the order of time and then of the source, so that the order of rows does not matter.
    """
    event_domains = {domain.category: domain.code for domain in DOMAINS if domain.table == "events"}
    domains = {
        "treatments": _treatment_domain(),
        "measurements": _by_category(_BY_CATEGORY, _OTHER_MEASUREMENT),
        # An event that says nothing of its kind is taken as an adverse event: one too many is seen, one
        # too few is not.
        "events": pl.when(pl.col("category").is_null())
        .then(pl.lit("AE"))
        .otherwise(_by_category(event_domains, _OTHER_EVENT)),
    }
    return {
        name: _number(getattr(study, name), domain, "time" if name == "measurements" else "start")
        for name, domain in domains.items()
    }


def _by_category(domains: dict[str, str], default: str) -> pl.Expr:
    return pl.col("category").str.to_lowercase().replace_strict(domains, default=default)


def _treatment_domain() -> pl.Expr:
    """The product is an exposure, support with a device a procedure, everything else a medication."""
    return (
        pl.when(pl.col("role") == "product")
        .then(pl.lit("EX"))
        .when(pl.col("device").is_not_null())
        .then(pl.lit("PR"))
        .otherwise(pl.lit("CM"))
    )


def _number(table: pl.DataFrame, domain: pl.Expr, time: str) -> pl.DataFrame:
    order = ["subject", "domain", time, "source_file", "source_row"]
    rows = table.with_columns(domain.alias("domain")).sort(order, nulls_last=True, maintain_order=True)
    return rows.with_columns(
        (pl.int_range(pl.len()).over("subject", "domain") + 1).cast(pl.Int64).alias("sequence")
    )
