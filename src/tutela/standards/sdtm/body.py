"""Weight and height at the infusion, from VS."""

from __future__ import annotations

import polars as pl

from tutela.standards.sdtm.frames import column

__all__ = ["body_size"]

#: Test, column of the study, and factors of its units to kg or cm.
_SIZES: tuple[tuple[str, str, dict[str, float]], ...] = (
    ("WEIGHT", "weight", {"KG": 1.0, "G": 0.001, "LB": 0.45359237, "LBS": 0.45359237}),
    ("HEIGHT", "height", {"CM": 1.0, "M": 100.0, "IN": 2.54}),
)


def body_size(subjects: pl.DataFrame, vs: pl.DataFrame | None) -> pl.DataFrame:
    """Fill weight and height: the value flagged as baseline, else the last one on or before the infusion.

    Parameters
    ----------
    subjects
        With ``USUBJID``, ``infusion``, and ``weight`` and ``height`` as text or null.
    vs
        Rows of VS, blank cells null; None if there are none.

    Returns
    -------
    polars.DataFrame
        Weight in kg and height in cm as text; what was given stands. A height measured only after the
        infusion is not used: a child grows.
    """
    if vs is None or "VSTESTCD" not in vs.columns:
        return subjects
    filled = subjects
    for test, name, factors in _SIZES:
        found = _at_infusion(subjects, vs, test, factors)
        filled = filled.join(found, on="USUBJID", how="left", maintain_order="left")
        filled = filled.with_columns(pl.coalesce(name, "_found").alias(name)).drop("_found")
    return filled


def _at_infusion(
    subjects: pl.DataFrame, vs: pl.DataFrame, test: str, factors: dict[str, float]
) -> pl.DataFrame:
    """One row per subject: ``USUBJID``, ``_found`` as text."""
    is_standard = column(vs, "VSSTRESN").is_not_null()
    value = pl.when(is_standard).then(column(vs, "VSSTRESN")).otherwise(column(vs, "VSORRES"))
    unit = pl.when(is_standard).then(column(vs, "VSSTRESU")).otherwise(column(vs, "VSORRESU"))
    factor = unit.str.to_uppercase().replace_strict(factors, default=None, return_dtype=pl.Float64)
    rows = vs.filter(pl.col("VSTESTCD") == test).select(
        "USUBJID",
        column(vs, "VSDTC").alias("_time"),
        (column(vs, "VSLOBXFL", "VSBLFL") == "Y").fill_null(value=False).alias("_flagged"),
        (value.cast(pl.Float64, strict=False) * factor).alias("_size"),
    )
    dated = rows.join(subjects.select("USUBJID", "infusion"), on="USUBJID", how="inner")
    # The day decides, not the hour: a weight of the infusion day is a weight at the infusion.
    before = (pl.col("_time").str.slice(0, 10) <= pl.col("infusion").str.slice(0, 10)).fill_null(value=False)
    usable = dated.filter(pl.col("_size").is_not_null() & (pl.col("_flagged") | before))
    return (
        usable.sort("_flagged", "_time", nulls_last=False, maintain_order=True)
        .group_by("USUBJID", maintain_order=True)
        .agg(pl.col("_size").last().cast(pl.String).alias("_found"))
    )
