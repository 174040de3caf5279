"""The time of every record as text: its date-time, else the study day, on the study's clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from tutela.kernel.study.config import Clock
from tutela.standards.sdtm.domains import Domain
from tutela.standards.sdtm.frames import column

__all__ = ["DAYS", "find_clock", "time_texts"]

#: Study column -> (study day, time as given) beside its date-time.
DAYS: dict[str, tuple[str, str]] = {
    "time": ("--DY", "--TIMRAW"),
    "start": ("--STDY", "--STTIM"),
    "end": ("--ENDY", "--ENTIM"),
}


def find_clock(frames: Mapping[str, pl.DataFrame]) -> Clock:
    """The clock of the data sets.

    Parameters
    ----------
    frames
        Domains by code, blank cells null.

    Returns
    -------
    Clock
        As the qualifiers of DM say (:func:`tutela.standards.sdtm.to_sdtm` writes them); else relative
        in days if no domain holds a single date, as in de-identified data with study days only.
    """
    dm = frames["DM"]
    stated = {
        name: next(iter(dm[variable].drop_nulls().to_list()), None)
        for name, variable in (("kind", "CLKKIND"), ("unit", "CLKUNIT"), ("zone", "CLKZONE"))
        if variable in dm.columns
    }
    if stated.get("kind"):
        return Clock(str(stated["kind"]), str(stated.get("unit") or "d"), stated.get("zone") or None)
    dates = (
        frame[name].null_count() < frame.height
        for frame in frames.values()
        for name in frame.columns
        if name.endswith("DTC") and name != "BRTHDTC"
    )
    return Clock() if any(dates) or not _has_days(frames.values()) else Clock("relative", "d")


def _has_days(frames: Iterable[pl.DataFrame]) -> bool:
    return any(name.endswith("DY") for frame in frames for name in frame.columns)


def time_texts(rows: pl.DataFrame, domain: Domain, *, reference: pl.DataFrame, clock: Clock) -> pl.DataFrame:
    """Fill the time columns that have no date-time from the study day.

    Parameters
    ----------
    rows
        Rows of the domain with the study columns as text.
    domain
        The declaration.
    reference
        ``USUBJID``, ``reference`` (RFSTDTC), ``zero_day`` (study day of the infusion).
    clock
        The study's clock.

    Notes
    -----
    Study days count from RFSTDTC and have no day 0. With calendar dates they give a date; on a relative
    clock they give whole days since the infusion.
    """
    names = [field.column for field in domain.fields if field.column in DAYS]
    joined = rows.join(reference, on="USUBJID", how="left", maintain_order="left")
    filled = []
    for name in names:
        day = _elapsed(column(joined, DAYS[name][0].replace("--", domain.code)))
        if clock.kind == "relative":
            zero = _elapsed(pl.col("zero_day")).fill_null(0)
            known = (day - zero).cast(pl.String)
        else:
            start = pl.col("reference").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
            known = (start + pl.duration(days=day)).cast(pl.String)
        filled.append(pl.coalesce(name, known).alias(name))
    return joined.with_columns(filled).drop("reference", "zero_day")


def _elapsed(day: pl.Expr) -> pl.Expr:
    """Whole days since the reference date of a study day; day 0 does not exist and gives none."""
    number = day.cast(pl.Float64, strict=False).cast(pl.Int64)
    return pl.when(number > 0).then(number - 1).when(number < 0).then(number)
