"""Build the subjects table: time zero, ages with their uncertainty, deaths and last contacts in days."""

from __future__ import annotations

import polars as pl

from tutela.kernel.ages import age_at
from tutela.kernel.study.config import UNIT_DAYS
from tutela.kernel.study.finish import apply_schema
from tutela.kernel.study.parsing import Work, parse_bool, parse_number
from tutela.kernel.tables import Subjects
from tutela.kernel.times import parse_times

__all__ = ["build_subjects", "find_infusions"]

_SEXES = {"MALE": "M", "FEMALE": "F", "UNKNOWN": "U"}


def find_infusions(subjects: pl.DataFrame, treatments: pl.DataFrame | None) -> pl.DataFrame:
    """Fill a missing time of infusion from the first product given.

    Parameters
    ----------
    subjects, treatments
        Tables as text.
    """
    if "infusion" not in subjects.columns:
        subjects = subjects.with_columns(infusion=pl.lit(None, dtype=pl.String))
    if treatments is None or not {"subject", "start", "role"} <= set(treatments.columns):
        return subjects
    given = treatments.filter(pl.col("role").str.to_lowercase() == "product").drop_nulls("start")
    first = given.group_by("subject").agg(_first=pl.col("start").min())
    joined = subjects.join(first, on="subject", how="left", maintain_order="left")
    return joined.with_columns(infusion=pl.coalesce("infusion", "_first")).drop("_first")


def build_subjects(work: Work, product: str) -> pl.DataFrame:
    """Turn text rows into the subjects table.

    Parameters
    ----------
    work
        Rows as text; what cannot be used is set aside in it.
    product
        Product of the study, for subjects that name none.
    """
    work.set_aside(
        pl.col("subject").is_null(),
        column="subject",
        kind="subject",
        reason="no subject",
        expected="an identifier",
    )
    again = pl.col("subject").is_first_distinct()
    work.set_aside(
        ~again,
        column="subject",
        kind="duplicate",
        reason="the subject occurs before",
        expected="one row per subject",
    )
    for column in ("age", "age_max", "weight", "height"):
        if column in work.rows.columns:
            parse_number(work, column)
    if "developmental_delay" in work.rows.columns:
        parse_bool(work, "developmental_delay")
    _normalize(work, product)
    _check_dates(work)
    _add_times(work)
    _add_ages(work)
    return apply_schema(work, Subjects)


def _normalize(work: Work, product: str) -> None:
    rows = work.rows
    if "sex" in rows.columns:
        rows = rows.with_columns(sex=pl.col("sex").str.to_uppercase().replace(_SEXES))
    named = pl.col("product") if "product" in rows.columns else pl.lit(None, dtype=pl.String)
    work.rows = rows.with_columns(product=pl.coalesce(named, pl.lit(product or None, dtype=pl.String)))


def _check_dates(work: Work) -> None:
    """A date that cannot be read stands in the way of every time of the subject: the row is set aside."""
    if work.clock.kind == "relative":
        return
    for column in ("birth_date", "infusion", "death_date", "last_contact"):
        if column not in work.rows.columns:
            continue
        parsed = parse_times(work.rows.get_column(column), zone=work.clock.zone)
        work.rows = work.rows.with_columns(parsed.get_column("problem").alias("_problem"))
        work.set_aside(
            pl.col("_problem").is_not_null(),
            column=column,
            kind="time",
            reason=pl.col("_problem"),
            expected="an ISO 8601 date such as 2014-03-10",
        )
        work.rows = work.rows.drop("_problem")


def _add_times(work: Work) -> None:
    from tutela.kernel.times import add_elapsed

    rows = work.rows
    pairs = (("death_date", "death_time"), ("last_contact", "last_time"))
    if work.clock.kind == "relative":
        per = UNIT_DAYS[work.clock.unit]
        work.rows = rows.with_columns(
            pl.lit("relative").alias("infusion_precision"),
            *(
                (pl.col(text).cast(pl.Float64, strict=False) * per).alias(days)
                for text, days in pairs
                if text in rows.columns
            ),
        )
        return
    zero = parse_times(rows.get_column("infusion"), zone=work.clock.zone)
    added = [zero.get_column("precision").alias("infusion_precision")]
    for text, days in pairs:
        if text in rows.columns:
            times = parse_times(rows.get_column(text), zone=work.clock.zone)
            added.append(add_elapsed(times, zero).get_column("elapsed").alias(days))
    work.rows = rows.with_columns(added)


def _add_ages(work: Work) -> None:
    """Age at infusion: from the birth date where there is one; a whole number of years is an interval."""
    rows = work.rows
    for column in ("age", "age_max"):
        if column not in rows.columns:
            rows = rows.with_columns(pl.lit(None, dtype=pl.Float64).alias(column))
    whole = (pl.col("age") == pl.col("age").floor()).cast(pl.Float64)
    rows = rows.with_columns(age_max=pl.coalesce("age_max", pl.col("age") + whole))
    ages = age_at(rows, rows.select("subject", time=pl.lit(0.0)))
    work.rows = rows.with_columns(age=ages.get_column("age_low"), age_max=ages.get_column("age_high"))
