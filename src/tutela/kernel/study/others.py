"""Build the treatments and events tables: intervals, agents, devices, grades."""

from __future__ import annotations

import polars as pl

from tutela.kernel.agents import add_agents, find_device
from tutela.kernel.study.finish import apply_schema
from tutela.kernel.study.numbers import NOT_FINITE
from tutela.kernel.study.parsing import Work, parse_bool, parse_elapsed, parse_number
from tutela.kernel.tables import Events, Treatments
from tutela.kernel.tables.treatments import ROLES

__all__ = ["build_events", "build_treatments", "name_treatments"]

#: Columns whose value decides over the row.
_HARD_TREATMENTS = ("subject", "treatment", "role", "start", "dose")
_HARD_EVENTS = ("subject", "term", "start")

_TREATMENT_TEXTS = ("role", "route", "agent", "device", "is_ongoing", "end", "dose", "flow", "fio2")

#: Codes that say only that a name was not coded.
_UNCODED = ("UNCODED", "NOT CODED")
#: Words in place of an end.
_ONGOING = ("ongoing", "continuing", "continues")

#: Other words for a role.
_ROLE_WORDS = {
    "vasopressors": "vasopressor",
    "pressor": "vasopressor",
    "pressors": "vasopressor",
    "steroids": "steroid",
    "corticosteroid": "steroid",
    "corticosteroids": "steroid",
    "anti-cytokine": "anticytokine",
    "antiepileptic": "antiseizure",
    "ventilation": "oxygen",
    "lymphodepletion": "conditioning",
}


def _code_devices(rows: pl.DataFrame) -> pl.DataFrame:
    """Device names in use become codes; an unknown name stays, for the schema to refuse."""
    names = rows.get_column("device").unique().drop_nulls().to_list()
    return rows.with_columns(pl.col("device").replace({name: find_device(name) or name for name in names}))


def _interval(work: Work, zero: pl.DataFrame) -> None:
    for column in ("start", "end"):
        if column not in work.rows.columns:
            work.rows = work.rows.with_columns(pl.lit(None, dtype=pl.String).alias(column))
        parse_elapsed(
            work,
            column,
            zero,
            raw=f"{column}_raw",
            precision=f"{column}_precision",
            optional=column == "end",
        )
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
    # On the day itself such an end must not come before the hour of the start.
    work.rows = work.rows.with_columns(
        pl.when(pl.col("end") < pl.col("start")).then("start").otherwise("end").alias("end")
    )


def build_treatments(work: Work, zero: pl.DataFrame) -> pl.DataFrame:
    """Turn text rows into the treatments table.

    Parameters
    ----------
    work
        Rows as text; what cannot be used is set aside in it.
    zero
        Columns ``subject`` and ``infusion``; ``product`` where known.
    """
    work.set_aside(
        pl.col("treatment").is_null(),
        column="treatment",
        kind="term",
        reason="no name",
        expected="what was given",
    )
    work.rows = name_treatments(work.rows)
    known = pl.col("role").is_in(ROLES)
    work.leave_empty(
        pl.col("role").is_not_null() & ~known,
        column="role",
        kind="term",
        reason="not one of the roles; the name of the treatment decides",
        expected=", ".join(ROLES),
    )
    products = zero.get_column("product").drop_nulls().str.to_lowercase() if "product" in zero.columns else ()
    work.rows = add_agents(work.rows, products=frozenset(products))
    _read_ongoing(work)
    _interval(work, zero)
    _read_amounts(work)
    work.rows = work.rows.with_columns(
        pl.col(name).str.to_lowercase() for name in ("indication", "attribution") if name in work.rows.columns
    )
    return apply_schema(work, Treatments, hard=_HARD_TREATMENTS)


def name_treatments(rows: pl.DataFrame) -> pl.DataFrame:
    """Bring devices, roles and coded names into the terms of the package; unknown ones stay.

    Parameters
    ----------
    rows
        Treatments as text.
    """
    absent = [name for name in _TREATMENT_TEXTS if name not in rows.columns]
    rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in absent)
    role = pl.col("role").str.to_lowercase().str.replace_all("_", " ", literal=True)
    is_uncoded = pl.col("agent").str.to_uppercase().is_in(list(_UNCODED)).fill_null(value=False)
    named = rows.with_columns(
        role.replace(_ROLE_WORDS).alias("role"), pl.when(~is_uncoded).then("agent").alias("agent")
    )
    return _code_devices(named)


def _read_ongoing(work: Work) -> None:
    """Whether it is still given: by its own column, or by a word in place of the end."""
    parse_bool(work, "is_ongoing")
    says = pl.col("end").str.to_lowercase().is_in(list(_ONGOING)).fill_null(value=False)
    work.rows = work.rows.with_columns(
        (pl.col("is_ongoing").fill_null(value=False) | says).alias("is_ongoing"),
        pl.when(~says).then("end").alias("end"),
    )


def _read_amounts(work: Work) -> None:
    """Doses, flows and oxygen fractions: a dose that is not finite is an error of its row."""
    work.set_aside(
        pl.col("dose").str.contains(NOT_FINITE),
        column="dose",
        kind="number",
        reason="it is not finite",
        expected="a finite number of 0 or more",
    )
    # A text such as "1-2" has no number, but says that it was given: the row stays.
    for column in ("dose", "flow", "fio2"):
        parse_number(work, column, optional=True)
    # Charts write 40 for 40 %; a fraction is never above 1.
    is_percent = pl.col("fio2") > 1
    count = int(work.rows.select(is_percent.sum()).item())
    if count:
        work.notices.append(f"treatments: {count} values of fio2 above 1 were read as percent")
    work.rows = work.rows.with_columns(
        fio2=pl.when(is_percent).then(pl.col("fio2") / 100).otherwise(pl.col("fio2"))
    )


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
    absent = [name for name in _EVENT_TEXTS if name not in work.rows.columns]
    work.rows = work.rows.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in absent)
    says_ongoing = pl.col("end").str.to_lowercase().is_in(list(_ONGOING)).fill_null(value=False)
    work.rows = work.rows.with_columns(pl.when(~says_ongoing).then("end").alias("end"))
    _interval(work, zero)
    _read_grades(work)
    parse_bool(work, "serious")
    work.rows = work.rows.with_columns(pl.col("attribution").str.to_lowercase())
    return apply_schema(work, Events, hard=_HARD_EVENTS)


_EVENT_TEXTS = ("end", "grade", "serious", "attribution")


def _read_grades(work: Work) -> None:
    """Read grades such as 3, "Grade 3" or G3."""
    digit = pl.col("grade").str.extract(r"(?i)^(?:grade|gr\.?|g)?\s*([0-5])(?:\.0+)?$", 1)
    work.leave_empty(
        pl.col("grade").is_not_null() & digit.is_null(),
        column="grade",
        kind="term",
        reason="not a grade",
        expected="0 to 5, or nothing",
    )
    work.rows = work.rows.with_columns(digit.cast(pl.Int64).alias("grade"))
