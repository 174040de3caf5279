"""DM, with what EX, VS, DS and DD know about the person, as rows of ``subjects``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from tutela.kernel.study.config import Clock
from tutela.standards.sdtm.body import body_size
from tutela.standards.sdtm.domains import BY_CODE
from tutela.standards.sdtm.frames import POINTER, column, take
from tutela.standards.sdtm.options import SdtmOptions
from tutela.standards.sdtm.timezero import find_time_zero

__all__ = ["AGE_UNITS", "Demographics", "take_demographics"]

#: Units of AGE in years (a year has 365.25 days).
AGE_UNITS: dict[str, float] = {
    "YEARS": 1.0,
    "MONTHS": 1 / 12,
    "WEEKS": 7 / 365.25,
    "DAYS": 1 / 365.25,
    "HOURS": 1 / (24 * 365.25),
}


@dataclass(frozen=True, eq=False)
class Demographics:
    """The persons of the study.

    Parameters
    ----------
    rows
        Columns of ``subjects`` as text, with ``age_max`` (the age is known only to a whole unit).
    notices
        How time zero was found, who has none.
    """

    rows: pl.DataFrame
    notices: tuple[str, ...]


def take_demographics(
    frames: Mapping[str, pl.DataFrame], *, options: SdtmOptions, clock: Clock
) -> Demographics:
    """Make the subjects table.

    Parameters
    ----------
    frames
        Domains by code, blank cells null, supplemental qualifiers merged; ``DM`` must be there.
    options
        Choice of time zero and of the product.
    clock
        Clock of the study; a relative clock has its zero at the infusion.

    Notes
    -----
    AGE is a whole number of AGEU at the reference date, so that the true age lies between AGE and
    AGE + 1 units. It is used only where the date of birth is unknown.
    """
    dm = take(frames["DM"], BY_CODE["DM"])
    zero = find_time_zero(frames, time_zero=options.time_zero, product=options.product)
    rows = dm.join(zero.table, on="USUBJID", how="left", maintain_order="left", suffix="_zero")
    rows = rows.with_columns(
        _infusion(frames, clock).alias("infusion"),
        pl.coalesce("product", "time_zero_treatment").alias("product"),
    )
    rows = body_size(rows, frames.get("VS"))
    rows = _ends(_ages(rows), frames)
    fields = [field.column for field in BY_CODE["DM"].fields]
    return Demographics(rows.select(*fields, "age_max", *POINTER), zero.notices)


def _infusion(frames: Mapping[str, pl.DataFrame], clock: Clock) -> pl.Expr:
    """Time zero as text: what the qualifier states, else what was found; 0 on a relative clock."""
    if clock.kind != "relative":
        return pl.coalesce("infusion", "time_zero")
    has_exposure = any(code in frames for code in ("EX", "EC"))
    treated = pl.col("time_zero_treatment").is_not_null() if has_exposure else pl.lit(value=True)
    return pl.coalesce("infusion", pl.when(treated).then(pl.lit("0")))


def _ages(rows: pl.DataFrame) -> pl.DataFrame:
    """Age and its upper end in years; an exact age (SUPPDM) has both equal."""
    unit = column(rows, "AGEU").str.to_uppercase().fill_null("YEARS")
    year = unit.replace_strict(AGE_UNITS, default=None, return_dtype=pl.Float64)
    whole = column(rows, "AGE").cast(pl.Float64, strict=False)
    exact = pl.col("age").cast(pl.Float64, strict=False)
    return rows.with_columns(
        pl.coalesce(exact, whole * year).alias("age"),
        pl.coalesce(exact, (whole + 1) * year).alias("age_max"),
    )


def _ends(rows: pl.DataFrame, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Death from DM, else DS; cause from SUPPDM, else DD; last contact from DM, else the last disposition."""
    joined = rows
    for table in (_last_disposition(frames.get("DS")), _death_cause(frames.get("DD"))):
        if table is not None:
            joined = joined.join(table, on="USUBJID", how="left", maintain_order="left")
    return joined.with_columns(
        column(joined, "death_date", "_death").alias("death_date"),
        column(joined, "death_cause", "_cause").alias("death_cause"),
        column(joined, "last_contact", "RFPENDTC", "_last").alias("last_contact"),
        pl.col("developmental_delay").str.to_uppercase(),
    )


def _last_disposition(ds: pl.DataFrame | None) -> pl.DataFrame | None:
    if ds is None or "DSSTDTC" not in ds.columns:
        return None
    is_death = column(ds, "DSDECOD", "DSTERM").str.to_uppercase().str.contains(r"\bDEATH\b|\bDIED\b")
    return ds.group_by("USUBJID").agg(
        pl.col("DSSTDTC").filter(is_death.fill_null(value=False)).min().alias("_death"),
        pl.col("DSSTDTC").max().alias("_last"),
    )


def _death_cause(dd: pl.DataFrame | None) -> pl.DataFrame | None:
    if dd is None or "DDTESTCD" not in dd.columns:
        return None
    cause = dd.filter(pl.col("DDTESTCD") == "PRCDTH").select(
        "USUBJID", column(dd, "DDSTRESC", "DDORRES").alias("_cause")
    )
    return cause.drop_nulls().unique("USUBJID", keep="first", maintain_order=True)
