"""What a treatment is given for: from its qualifier, its standard name, its reported name, its domain."""

from __future__ import annotations

import polars as pl

from tutela.kernel.agents import add_agents
from tutela.standards.sdtm.frames import column
from tutela.standards.sdtm.timezero import NOT_THE_PRODUCT

__all__ = ["find_roles"]

_EXPOSURE = ("EX", "EC")

#: Standard names that say there is none.
_UNCODED = ("UNCODED", "NOT CODED", "UNKNOWN", "MULTIPLE")


def find_roles(rows: pl.DataFrame, code: str, *, product: str | None) -> pl.DataFrame:
    """Fill ``agent`` and ``role``.

    Parameters
    ----------
    rows
        Rows of an interventions domain with the study columns as text.
    code
        Two letters of the domain.
    product
        Name of the product in EXTRT; None for every exposure that is no conditioning.

    Notes
    -----
    The ingredient is that of the standard name (``--DECOD``), else of the reported name, else the standard
    name itself. A role in the qualifiers stands. Exposures are the product, unless their name is a
    conditioning or bridging treatment.
    """
    standard = add_agents(_named(rows, column(rows, f"{code}DECOD")))
    reported = add_agents(_named(rows, pl.col("treatment")))
    found = rows.with_columns(
        standard["agent"].alias("_standard"),
        standard["role"].alias("_standard_role"),
        reported["agent"].alias("_reported"),
        reported["role"].alias("_reported_role"),
    )
    # A reported name that says "cream" takes the role from an ingredient that has one.
    is_local = pl.col("_reported").is_not_null() & (pl.col("_reported_role") == "other")
    usual = (
        pl.when(is_local)
        .then(pl.lit("other"))
        .when(pl.col("_standard").is_not_null())
        .then("_standard_role")
        .otherwise("_reported_role")
    )
    if code in _EXPOSURE:
        usual = _exposure_role(usual, product)
    uncoded = pl.col("agent").str.to_uppercase().is_in(_UNCODED)
    return found.with_columns(
        pl.coalesce(
            "_standard", "_reported", pl.when(~uncoded).then(pl.col("agent").str.to_lowercase())
        ).alias("agent"),
        pl.coalesce("role", usual).alias("role"),
    ).drop("_standard", "_standard_role", "_reported", "_reported_role")


def _named(rows: pl.DataFrame, name: pl.Expr) -> pl.DataFrame:
    """The columns that the kernel's list of names reads, with no role given."""
    nothing = pl.lit(None, dtype=pl.String)
    return rows.select(
        name.fill_null("").alias("treatment"),
        nothing.alias("agent"),
        nothing.alias("role"),
        "route",
        nothing.alias("device"),
    )


def _exposure_role(usual: pl.Expr, product: str | None) -> pl.Expr:
    """Role of a row of EX or EC."""
    name = pl.col("treatment").fill_null("").str.to_lowercase()
    if product is not None:
        return pl.when(name == product.lower()).then(pl.lit("product")).otherwise(usual)
    return (
        pl.when(usual.ne_missing(pl.lit("other")))
        .then(usual)
        .when(name.str.contains(NOT_THE_PRODUCT))
        .then(pl.lit("conditioning"))
        .otherwise(pl.lit("product"))
    )
