"""The study's category of a finding, from its test and its domain."""

from __future__ import annotations

import polars as pl

from tutela.kernel.analytes import ANALYTES
from tutela.standards.sdtm.domains import Domain

__all__ = ["default_category"]

_BY_TEST = {code: row.category for code, row in ANALYTES.items()}


def default_category(domain: Domain) -> pl.Expr:
    """Category of a row by its test code, or by its domain where the test is not known.

    Parameters
    ----------
    domain
        The domain of the row.
    """
    return pl.col("test").replace_strict(_BY_TEST, default=domain.category, return_dtype=pl.String)
