"""Time zero of every subject: the infusion, found by a declared choice among EX, RFXSTDTC and RFSTDTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from tutela.standards.sdtm.frames import column

__all__ = ["NOT_THE_PRODUCT", "TIME_ZEROS", "TimeZero", "find_time_zero", "reference_days"]

#: Choices of time zero; where the chosen one is missing, the next one is taken and a notice says so.
TIME_ZEROS = ("product", "RFXSTDTC", "RFSTDTC")

#: Treatments that stand in EX before the product in cell and gene therapy trials: conditioning and bridging.
NOT_THE_PRODUCT = (
    r"cyclophosph|fludarab|bendamust|busulf|treosulf|melphal|thiotep|pentostat|clofarab|cytarab|etopos"
    r"|carmust|alemtuz|thymoglob|anti-?thymocyte|\batg\b|rituxim|total body|\btbi\b|lympho-?deplet"
    r"|condition|bridging|plerixafor|filgrastim|leuk?apheresis|apheresis"
)

_EXPOSURE = ("EX", "EC")

#: Length of a complete date YYYY-MM-DD.
_DATE_LENGTH = 10


@dataclass(frozen=True, eq=False)
class TimeZero:
    """Time zero by subject.

    Parameters
    ----------
    table
        ``USUBJID``, ``time_zero`` (ISO 8601 text or null), ``time_zero_treatment``.
    notices
        How many subjects have which kind of time zero.
    """

    table: pl.DataFrame
    notices: tuple[str, ...]


def find_time_zero(frames: Mapping[str, pl.DataFrame], *, time_zero: str, product: str | None) -> TimeZero:
    """Find time zero.

    Parameters
    ----------
    frames
        Domains by code, blank cells null.
    time_zero
        Preferred choice, one of :data:`TIME_ZEROS`.
    product
        Name of the product in EXTRT (case does not matter); None for the first treatment that is not a
        conditioning or bridging treatment.

    Notes
    -----
    RFXSTDTC is the first exposure to any study treatment, which is the conditioning where that is
    recorded in EX: hence the product by default. If the chosen date has no time of day and another
    candidate of the same day has one, the more precise one is taken.
    """
    dm = frames["DM"]
    first = _first_product(frames, product)
    table = dm.select(
        "USUBJID",
        column(dm, "RFXSTDTC").alias("RFXSTDTC"),
        column(dm, "RFSTDTC").alias("RFSTDTC"),
    ).unique("USUBJID", keep="first", maintain_order=True)
    table = table.join(first, on="USUBJID", how="left", maintain_order="left")
    order = (time_zero, *(name for name in TIME_ZEROS if name != time_zero))
    found = table.with_columns(pl.coalesce(order).alias("_chosen"))
    finer = [
        pl.when(
            (pl.col("_chosen").str.len_chars() == _DATE_LENGTH)
            & (pl.col(name).str.len_chars() > _DATE_LENGTH)
            & (pl.col(name).str.slice(0, _DATE_LENGTH) == pl.col("_chosen"))
        ).then(pl.col(name))
        for name in order
    ]
    found = found.with_columns(
        pl.coalesce(*finer, "_chosen").alias("time_zero"),
        pl.coalesce(*(pl.when(pl.col(name).is_not_null()).then(pl.lit(name)) for name in order)).alias(
            "_kind"
        ),
    )
    return TimeZero(found.select("USUBJID", "time_zero", "time_zero_treatment"), _notices(found, order))


def reference_days(frames: Mapping[str, pl.DataFrame], *, product: str | None) -> pl.DataFrame:
    """What study days count from, and the study day of the infusion.

    Parameters
    ----------
    frames
        Domains by code, blank cells null.
    product
        As in :func:`find_time_zero`.

    Returns
    -------
    polars.DataFrame
        ``USUBJID``, ``reference`` (RFSTDTC), ``zero_day`` (text; null where EX has no study day).
    """
    dm = frames["DM"]
    first = _exposures(frames, product).drop_nulls("zero_day")
    day = pl.col("zero_day").cast(pl.Float64, strict=False)
    days = first.sort(day).unique("USUBJID", keep="first", maintain_order=True).select("USUBJID", "zero_day")
    table = dm.select("USUBJID", column(dm, "RFSTDTC").alias("reference"))
    return table.unique("USUBJID", keep="first", maintain_order=True).join(
        days, on="USUBJID", how="left", maintain_order="left"
    )


def _first_product(frames: Mapping[str, pl.DataFrame], product: str | None) -> pl.DataFrame:
    """First exposure to the product by subject: ``USUBJID``, ``product`` (start), ``time_zero_treatment``."""
    rows = _exposures(frames, product)
    # Undated exposures come last: they still name the product of a study without dates.
    ordered = rows.sort("product", "time_zero_treatment", nulls_last=True)
    return ordered.unique("USUBJID", keep="first", maintain_order=True).drop("zero_day")


def _exposures(frames: Mapping[str, pl.DataFrame], product: str | None) -> pl.DataFrame:
    """Exposures to the product that took place: subject, start, name, study day."""
    names = ("USUBJID", "product", "time_zero_treatment", "zero_day")
    parts = [pl.DataFrame(schema=dict.fromkeys(names, pl.String))]
    for code in _EXPOSURE:
        frame = frames.get(code)
        if frame is None:
            continue
        happened = (column(frame, f"{code}OCCUR") != "N").fill_null(value=True)
        performed = (column(frame, f"{code}MOOD") != "SCHEDULED").fill_null(value=True)
        variables = ("USUBJID", f"{code}STDTC", f"{code}TRT", f"{code}STDY")
        parts.append(
            frame.filter(happened & performed).select(
                column(frame, variable).alias(name) for variable, name in zip(variables, names, strict=True)
            )
        )
    rows = pl.concat(parts).drop_nulls(["USUBJID", "time_zero_treatment"])
    name = pl.col("time_zero_treatment").str.to_lowercase()
    return rows.filter((name == product.lower()) if product else ~name.str.contains(NOT_THE_PRODUCT))


def _notices(found: pl.DataFrame, order: tuple[str, ...]) -> tuple[str, ...]:
    words = {
        "product": "the first exposure to the product in EX",
        "RFXSTDTC": "RFXSTDTC",
        "RFSTDTC": "RFSTDTC",
    }
    counts = {name: int((found["_kind"] == name).sum()) for name in order}
    lines = [f"Time zero is {words[name]} for {n} subjects." for name, n in counts.items() if n]
    none = int(found["_kind"].null_count())
    if none:
        lines.append(f"{none} subjects have no time zero (not treated, such as screening failures).")
    return tuple(lines)
