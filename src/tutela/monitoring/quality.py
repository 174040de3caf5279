"""Rules about the data themselves: what a data manager should see before a clinician reads a grade."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tutela.kernel.cite import Cite
from tutela.kernel.rule import Param, Params, Rule, Severity, Verdict

__all__ = ["RULES", "check_rejected_rows", "check_time_outside", "check_unit_implausible"]

_SOURCE = Cite(
    "ich-e6r3", "data governance", note="data are attributable, legible, accurate; changes are traceable"
)
_MAX_EVIDENCE = 12


def _summarize(rejected: pl.DataFrame, subjects: pl.DataFrame, *, limit: float, words: str) -> pl.DataFrame:
    """One row per subject: how many rows, of which columns, and where they are."""
    place = pl.concat_str("file", pl.lit(":"), "row")
    found = rejected.group_by("subject").agg(
        count=pl.len(),
        example=pl.format(
            "{}: {} ({})", pl.col("column").fill_null("row"), "reason", pl.col("value").fill_null("")
        ).first(),
        evidence=place.head(_MAX_EVIDENCE).str.join(", "),
    )
    everyone = subjects.select("subject").unique().join(found, on="subject", how="left").sort("subject")
    fires = pl.col("count").fill_null(0) >= limit
    return everyone.select(
        "subject",
        pl.lit(None, dtype=pl.Float64).alias("time"),
        pl.when(fires)
        .then(pl.lit(str(Verdict.ALERT)))
        .otherwise(pl.lit(str(Verdict.NO_ALERT)))
        .alias("verdict"),
        pl.when(fires)
        .then(pl.format("{}: {}, such as {}", pl.lit(words), "count", "example"))
        .otherwise(pl.lit(""))
        .alias("finding"),
        pl.lit("").alias("reason"),
        pl.when(fires).then("evidence").otherwise(pl.lit("")).alias("evidence"),
    )


def check_unit_implausible(tables: Mapping[str, pl.DataFrame], params: Params) -> pl.DataFrame:
    """Who has values whose unit is unknown, does not fit, or makes them implausible?

    Parameters
    ----------
    tables
        Reads ``subjects`` and ``rejected``.
    params
        ``rows``: smallest number of such rows.
    """
    wrong = tables["rejected"].filter(pl.col("kind").is_in(["unit", "implausible"]))
    return _summarize(
        wrong, tables["subjects"], limit=params["rows"], words="Values with a wrong or implausible unit"
    )


def check_rejected_rows(tables: Mapping[str, pl.DataFrame], params: Params) -> pl.DataFrame:
    """Who has rows that could not be used for another reason?

    Parameters
    ----------
    tables
        Reads ``subjects`` and ``rejected``.
    params
        ``rows``: smallest number of such rows.
    """
    other = tables["rejected"].filter(~pl.col("kind").is_in(["unit", "implausible", "duplicate"]))
    return _summarize(other, tables["subjects"], limit=params["rows"], words="Rows that could not be used")


def check_time_outside(tables: Mapping[str, pl.DataFrame], params: Params) -> pl.DataFrame:
    """Who has measurements dated after the last contact?

    Parameters
    ----------
    tables
        Reads ``subjects`` (``last_time``) and ``measurements``.
    params
        ``grace_d``: days after the last contact that are still accepted.
    """
    last = pl.col("last_time") + params["grace_d"]
    late = tables["measurements"].join(tables["subjects"].select("subject", "last_time"), on="subject")
    found = (
        late.filter(pl.col("time") > last)
        .group_by("subject")
        .agg(
            count=pl.len(),
            first=pl.col("time").min(),
            evidence=pl.concat_str("source_file", pl.lit(":"), "source_row")
            .head(_MAX_EVIDENCE)
            .str.join(", "),
        )
    )
    rows = (
        tables["subjects"]
        .select("subject", "last_time")
        .join(found, on="subject", how="left")
        .sort("subject")
    )
    fires = pl.col("count").is_not_null()
    unknown = pl.col("last_time").is_null()
    words = pl.format(
        "{} dated after the last contact on day {}",
        pl.when(pl.col("count") == 1).then(pl.lit("1 value")).otherwise(pl.format("{} values", "count")),
        pl.col("last_time").round(0).cast(pl.Int64),
    )
    return rows.select(
        "subject",
        pl.col("first").alias("time"),
        pl.when(unknown)
        .then(pl.lit(str(Verdict.NOT_EVALUABLE)))
        .when(fires)
        .then(pl.lit(str(Verdict.ALERT)))
        .otherwise(pl.lit(str(Verdict.NO_ALERT)))
        .alias("verdict"),
        pl.when(fires).then(words).otherwise(pl.lit("")).alias("finding"),
        pl.when(unknown).then(pl.lit("no date of last contact")).otherwise(pl.lit("")).alias("reason"),
        pl.col("evidence").fill_null(""),
    )


def _rows(value: float) -> Param:
    return Param("rows", value, "1", (1, 1e6), _SOURCE, "smallest number of rows that is reported")


_ACTION = "Correct the source, or query the site; the rows named here were not used in any grade."

#: Data-quality rules of the study's tables; those about one syndrome live with it.
RULES: tuple[Rule, ...] = (
    Rule(
        id="data.unit-implausible",
        title="Unit unknown or value implausible",
        question="Does the subject have values whose unit does not fit, or that no living person has?",
        params=(_rows(1),),
        needs=("rejected",),
        check=check_unit_implausible,
        severity=Severity.WARNING,
        action=_ACTION,
        sources=(_SOURCE,),
        tags=("data quality",),
    ),
    Rule(
        id="data.rows-rejected",
        title="Rows that could not be used",
        question="Does the subject have rows with an unreadable date, number or term?",
        params=(_rows(1),),
        needs=("rejected",),
        check=check_rejected_rows,
        severity=Severity.NOTICE,
        action=_ACTION,
        sources=(_SOURCE,),
        tags=("data quality",),
    ),
    Rule(
        id="data.time-after-last-contact",
        title="Dated after the last contact",
        question="Does the subject have measurements dated after the last contact?",
        params=(
            Param("grace_d", 1.0, "d", (0.0, 30.0), _SOURCE, "days after the last contact that are accepted"),
        ),
        needs=("measurements",),
        check=check_time_outside,
        severity=Severity.NOTICE,
        action="Check the dates named here (day and month exchanged?), or update the last contact.",
        sources=(_SOURCE,),
        tags=("data quality",),
    ),
)
