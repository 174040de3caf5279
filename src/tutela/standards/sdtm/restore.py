"""Texts that the study keeps as the file gives them, put back after the rows were checked and converted."""

from __future__ import annotations

import polars as pl

from tutela.standards.sdtm.frames import POINTER

__all__ = ["KEPT_TEXTS", "restore_texts"]

#: Columns by table that are texts without a meaning of their own for the check. "NONE" is a causality and
#: "UNKNOWN" an outcome in CDISC terminology, while in a plain table such words mean that a value is missing.
KEPT_TEXTS: dict[str, tuple[str, ...]] = {
    "subjects": ("disease", "product", "arm", "cohort", "site", "death_cause"),
    "treatments": ("agent", "unit", "frequency", "route", "lot", "indication"),
    "measurements": ("value_raw", "unit_raw", "specimen", "method", "visit"),
    "events": ("decod", "severity", "related", "outcome", "scale"),
}


def restore_texts(table: pl.DataFrame, given: pl.DataFrame, name: str) -> pl.DataFrame:
    """Put the texts of the file back.

    Parameters
    ----------
    table
        A table of the study as built.
    given
        The rows it was built from, with their source pointers.
    name
        Name of the table.

    Returns
    -------
    polars.DataFrame
        The same rows; only the columns of :data:`KEPT_TEXTS` differ.
    """
    columns = KEPT_TEXTS[name]
    texts = given.select(
        *POINTER, *(pl.col(column).cast(pl.String).alias(f"_{column}") for column in columns)
    ).unique(POINTER, keep="first", maintain_order=True)
    joined = table.join(texts, on=POINTER, how="left", maintain_order="left")
    return joined.with_columns(pl.col(f"_{column}").alias(column) for column in columns).select(table.columns)
