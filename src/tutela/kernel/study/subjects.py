"""Build the subjects table: time zero, ages with their uncertainty, deaths and last contacts in days."""

from __future__ import annotations

import polars as pl

from tutela.kernel.ages import age_at
from tutela.kernel.clock import parse_iso
from tutela.kernel.study.finish import apply_schema
from tutela.kernel.study.parsing import Work, parse_bool, parse_elapsed, parse_number
from tutela.kernel.tables import Subjects

__all__ = ["build_subjects", "find_infusions"]

_SEXES = {"MALE": "M", "FEMALE": "F", "UNKNOWN": "U", "UNK": "U"}

#: Text columns that later steps read.
_TEXTS = (
    "sex",
    "birth_date",
    "age",
    "age_max",
    "weight",
    "height",
    "product",
    "infusion",
    "developmental_delay",
    "death_date",
    "last_contact",
)
#: Precisions that give a time zero.
_USABLE = ("day", "hour", "minute", "second")
#: A recorded age may differ so much from the birth date before it is worth a notice, years.
_AGE_TOLERANCE = 1.0


def find_infusions(subjects: pl.DataFrame, treatments: pl.DataFrame | None) -> pl.DataFrame:
    """Fill a missing time of infusion from the first product given.

    Parameters
    ----------
    subjects
        Subjects as text.
    treatments
        Treatments as text with their roles; None if there are none.

    Notes
    -----
    An infusion that is no day (a year or month alone, or no date at all) is as good as missing if the
    product has its day; otherwise it stays, to be told in the account.
    """
    if "infusion" not in subjects.columns:
        subjects = subjects.with_columns(infusion=pl.lit(None, dtype=pl.String))
    if treatments is None or not {"subject", "start", "role"} <= set(treatments.columns):
        return subjects
    given = treatments.filter(pl.col("role").str.to_lowercase() == "product")
    parsed = parse_iso(given.get_column("start"))
    moment = pl.col("local") - pl.duration(minutes=pl.col("offset").fill_null(0))
    timed = given.select("subject", pl.col("start").alias("_first")).hstack(parsed)
    dated = timed.filter(pl.col("precision").is_in(_USABLE)).sort(moment, "_first", maintain_order=True)
    first = dated.unique("subject", keep="first", maintain_order=True).select("subject", "_first")
    joined = subjects.join(first, on="subject", how="left", maintain_order="left")
    has_day = parse_iso(joined.get_column("infusion")).get_column("precision").is_in(_USABLE)
    stated = pl.when(has_day.fill_null(value=False)).then("infusion")
    return joined.with_columns(infusion=pl.coalesce(stated, "_first", "infusion")).drop("_first")


def build_subjects(work: Work, product: str) -> pl.DataFrame:
    """Turn text rows into the subjects table.

    Parameters
    ----------
    work
        Rows as text; what cannot be used is set aside in it.
    product
        Product of the study, for subjects that name none.

    Notes
    -----
    Only the identifier decides over a row. A birth date, weight or date of death that cannot be read
    leaves its cell empty, because with the person all of the person's measurements would be lost.
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
        reason="the subject occurs before with other values; the first row is used",
        expected="one row per subject",
    )
    absent = [name for name in _TEXTS if name not in work.rows.columns]
    work.rows = work.rows.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in absent)
    for column in ("age", "age_max", "weight", "height"):
        parse_number(work, column, optional=True)
    parse_bool(work, "developmental_delay")
    _normalize(work, product)
    _check_dates(work)
    _add_times(work)
    _add_ages(work)
    return apply_schema(work, Subjects, hard=("subject",))


def _normalize(work: Work, product: str) -> None:
    work.rows = work.rows.with_columns(
        sex=pl.col("sex").str.to_uppercase().replace(_SEXES),
        product=pl.coalesce("product", pl.lit(product or None, dtype=pl.String)),
    )


def _check_dates(work: Work) -> None:
    """Dates that cannot be read are left empty; on a relative clock the infusion is a number."""
    dates = ["birth_date"] if work.clock.is_relative else ["birth_date", "infusion"]
    for column in dates:
        problem = parse_iso(work.rows.get_column(column)).get_column("problem")
        work.rows = work.rows.with_columns(problem.alias("_problem"))
        work.leave_empty(
            pl.col("_problem").is_not_null(),
            column=column,
            kind="time",
            reason=pl.col("_problem"),
            expected="an ISO 8601 date such as 2014-03-10",
        )
        work.rows = work.rows.drop("_problem")
    if work.clock.is_relative:
        number = pl.col("infusion").cast(pl.Float64, strict=False)
        work.leave_empty(
            pl.col("infusion").is_not_null() & ~number.is_finite().fill_null(value=False),
            column="infusion",
            kind="time",
            reason="it is no number",
            expected=f"a number ({work.clock.unit}), 0 where times count from the infusion",
        )
        work.rows = work.rows.with_columns(pl.col("infusion").fill_null("0"))


def _add_times(work: Work) -> None:
    """Precision of the time zero; death and last contact in days."""
    parsed = parse_iso(work.rows.get_column("infusion")).get_column("precision")
    known = pl.lit("relative") if work.clock.is_relative else pl.lit(parsed)
    work.rows = work.rows.with_columns(known.alias("infusion_precision"))
    zero = work.rows.select("subject", "infusion")
    for text, days in (("death_date", "death_time"), ("last_contact", "last_time")):
        parse_elapsed(work, text, zero, raw="_raw", precision="_precision", optional=True)
        # A date that was read stays as given beside its days; the account holds one that was not. SDTM
        # dates without year (--12-15) are dates too, of unknown time.
        is_date = parse_iso(work.rows.get_column("_raw")).get_column("problem").is_null()
        is_read = pl.col("_precision").is_not_null() | (is_date & pl.lit(not work.clock.is_relative))
        work.rows = work.rows.with_columns(
            pl.col(text).alias(days), pl.when(is_read).then("_raw").alias(text)
        ).drop("_raw", "_precision")


def _add_ages(work: Work) -> None:
    """Age at infusion: exact from a complete birth date, else as recorded; whole years are an interval."""
    _check_ages(work)
    recorded = pl.col("age")
    whole = (recorded == recorded.floor()).cast(pl.Float64)
    rows = work.rows.with_columns(age_max=pl.coalesce("age_max", recorded + whole))
    dated = rows
    if work.clock.is_relative:
        # Then the infusion is a number, with which no birth date compares.
        dated = rows.with_columns(infusion=pl.lit(None, dtype=pl.String))
    keys = rows.select("subject", time=pl.lit(0.0))
    birth = age_at(dated.select("subject", "birth_date", "infusion"), keys)
    off = (rows["age"] - birth["age_high"] > _AGE_TOLERANCE) | (
        birth["age_low"] - rows["age"] > _AGE_TOLERANCE
    )
    count = int(off.sum())
    if count:
        work.notices.append(
            f"subjects: recorded age and birth date of {count} subjects differ by more than a year; the birth "
            "date is used"
        )
    ages = age_at(dated, keys)
    work.rows = rows.with_columns(age=ages.get_column("age_low"), age_max=ages.get_column("age_high"))


def _check_ages(work: Work) -> None:
    declared = Subjects.columns()["age"]
    low, high = float(getattr(declared, "min", 0.0)), float(getattr(declared, "max", 0.0))
    for column in ("age", "age_max"):
        outside = (pl.col(column) < low) | (pl.col(column) > high + 1)
        work.leave_empty(
            outside,
            column=column,
            kind="rule",
            reason="not an age",
            expected=f"years from {low:g} to {high:g}",
        )
