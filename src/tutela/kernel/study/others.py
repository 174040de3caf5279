"""Build the treatments and events tables: intervals, agents, devices, grades."""

from __future__ import annotations

import polars as pl

from tutela.kernel.agents import add_agents, find_device
from tutela.kernel.study.finish import apply_schema
from tutela.kernel.study.parsing import Work, parse_bool, parse_elapsed, parse_number
from tutela.kernel.tables import Events, Treatments
from tutela.kernel.tables.treatments import ROLES

__all__ = ["build_events", "build_treatments"]


def _code_devices(rows: pl.DataFrame) -> pl.DataFrame:
    """Device names in use become codes; an unknown name stays, for the schema to refuse."""
    names = rows.get_column("device").unique().drop_nulls().to_list()
    return rows.with_columns(pl.col("device").replace({name: find_device(name) or name for name in names}))


def _interval(work: Work, zero: pl.DataFrame) -> None:
    for column in ("start", "end"):
        if column not in work.rows.columns:
            work.rows = work.rows.with_columns(pl.lit(None, dtype=pl.String).alias(column))
        parse_elapsed(work, column, zero, raw=f"{column}_raw", precision=f"{column}_precision")
    # A date without a time of day may end on the day it starts: by the calendar, because elapsed days
    # count from the hour of the infusion where both times have one and from midnight where one has none.
    by_day = pl.any_horizontal(pl.col("start_precision", "end_precision") == "day")
    early = (
        pl.when(by_day)
        .then(pl.col("end_raw").str.slice(0, 10) < pl.col("start_raw").str.slice(0, 10))
        .otherwise(pl.col("end") < pl.col("start"))
    )
    work.set_aside(
        early,
        column="end",
        kind="order",
        reason="the end lies before the start",
        expected=pl.format("not before {}", pl.col("start_raw")),
        value="end_raw",
    )


def build_treatments(work: Work, zero: pl.DataFrame) -> pl.DataFrame:
    """Turn text rows into the treatments table.

    Parameters
    ----------
    work
        Rows as text; what cannot be used is set aside in it.
    zero
        Columns ``subject`` and ``infusion``.
    """
    work.set_aside(
        pl.col("treatment").is_null(),
        column="treatment",
        kind="term",
        reason="no name",
        expected="what was given",
    )
    rows = work.rows
    for column in ("role", "route", "agent", "device", "is_ongoing"):
        if column not in rows.columns:
            rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias(column))
    work.rows = rows.with_columns(pl.col("role").str.to_lowercase())
    allowed = pl.col("role").is_null() | pl.col("role").is_in(ROLES)
    work.set_aside(
        ~allowed, column="role", kind="term", reason="not one of the roles", expected=", ".join(ROLES)
    )
    work.rows = add_agents(_code_devices(work.rows))
    parse_bool(work, "is_ongoing")
    work.rows = work.rows.with_columns(pl.col("is_ongoing").fill_null(value=False))
    _interval(work, zero)
    for column in ("dose", "flow", "fio2"):
        if column in work.rows.columns:
            parse_number(work, column)
    if "fio2" in work.rows.columns:
        # Charts write 40 for 40 %; a fraction is never above 1.
        work.rows = work.rows.with_columns(
            fio2=pl.when(pl.col("fio2") > 1).then(pl.col("fio2") / 100).otherwise(pl.col("fio2"))
        )
    work.rows = work.rows.with_columns(
        pl.col(name).str.to_lowercase() for name in ("indication", "attribution") if name in work.rows.columns
    )
    return apply_schema(work, Treatments)


def build_events(work: Work, zero: pl.DataFrame) -> pl.DataFrame:
    """Turn text rows into the events table.

    Parameters
    ----------
    work
        Rows as text; what cannot be used is set aside in it.
    zero
        Columns ``subject`` and ``infusion``.
    """
    work.set_aside(
        pl.col("term").is_null(), column="term", kind="term", reason="no term", expected="what happened"
    )
    _interval(work, zero)
    if "grade" in work.rows.columns:
        digit = pl.col("grade").str.extract(r"(?i)^(?:grade\s*)?([0-5])(?:\.0)?$", 1)
        bad = pl.col("grade").is_not_null() & digit.is_null()
        work.set_aside(bad, column="grade", kind="term", reason="not a grade", expected="0 to 5")
        work.rows = work.rows.with_columns(digit.cast(pl.Int64).alias("grade"))
    if "serious" in work.rows.columns:
        parse_bool(work, "serious")
    if "attribution" in work.rows.columns:
        work.rows = work.rows.with_columns(pl.col("attribution").str.to_lowercase())
    return apply_schema(work, Events)
