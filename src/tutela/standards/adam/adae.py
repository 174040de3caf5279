"""ADAE: adverse events as reported, and beside them the CRS and ICANS episodes derived from observations."""

from __future__ import annotations

import polars as pl

from tutela.kernel.study import Study
from tutela.standards.adam.build import build_adam, fit_text
from tutela.standards.adam.dates import add_analysis_time
from tutela.standards.dataset import Dataset
from tutela.standards.sdtm.sequence import number_rows

__all__ = ["EPISODE_TERMS", "VARIABLES", "build_adae"]

#: Variables in order.
VARIABLES = (
    "STUDYID",
    "USUBJID",
    "AETERM",
    "AEDECOD",
    "AESEV",
    "AESER",
    "AEREL",
    "AEOUT",
    "AETOXGR",
    "ATOXGR",
    "ATOXGRMN",
    "ATOXGRMX",
    "ATOXGRV",
    "AESTDTC",
    "AEENDTC",
    "ASTDT",
    "ASTDTM",
    "ASTDY",
    "AENDT",
    "AENDTM",
    "AENDY",
    "ADURN",
    "ADURU",
    "TRTEMFL",
    "CRSFL",
    "ICANSFL",
    "DERIVFL",
    "EPISODE",
    "RESOLVFL",
    "AREASON",
    "SRCDOM",
    "SRCVAR",
    "SRCSEQ",
    "SRCFILE",
    "SRCROW",
)

#: Derived syndrome -> (flag variable, term, words that mark a reported term as the same syndrome).
EPISODE_TERMS: dict[str, tuple[str, str, str]] = {
    "crs": ("CRSFL", "Cytokine release syndrome", r"(?i)cytokine.release|\bcrs\b"),
    "icans": (
        "ICANSFL",
        "Immune effector cell-associated neurotoxicity syndrome",
        r"(?i)immune effector cell.associated neurotox|\bicans\b",
    ),
}

#: Criteria by which the episodes were graded.
EPISODE_SCALE = "ASTCT 2019"


def build_adae(
    study: Study, *, crs: pl.DataFrame | None = None, icans: pl.DataFrame | None = None
) -> Dataset:
    """Make ADAE.

    Parameters
    ----------
    study
        The study; its events of the category "adverse event", or of none, are the reported records.
    crs, icans
        Derived episodes: subject, episode, onset, resolution, is_resolved, grade_low, grade_high,
        duration_days, because, reason; None if they were not derived.

    Returns
    -------
    Dataset
        Reported and derived records (DERIVFL = Y) together, sorted by subject and start.

    Notes
    -----
    Reported and derived records of one syndrome stand side by side and both carry its flag (CRSFL,
    ICANSFL): count either those with DERIVFL = Y or those without, never both. ATOXGR of a derived
    record is filled only where the data determine it; otherwise ATOXGRMN and ATOXGRMX hold the lowest
    and highest grade that the data allow. ADURN counts both end days.
    """
    parts = [_reported(study)]
    for syndrome, episodes in (("crs", crs), ("icans", icans)):
        if episodes is not None:
            parts.append(_derived(study, episodes, syndrome))
    rows = pl.concat(parts, how="diagonal")
    frame = rows.sort(
        "USUBJID", "ASTDT", "ASTDY", "DERIVFL", "AEDECOD", "SRCSEQ", "EPISODE", nulls_last=True
    ).with_columns(pl.lit(study.config.id).alias("STUDYID"))
    return build_adam(frame, name="ADAE", label="Adverse Events Analysis Dataset", variables=VARIABLES)


def _reported(study: Study) -> pl.DataFrame:
    """Adverse events as the site reported them."""
    numbered = number_rows(study)["events"].filter(pl.col("domain") == "AE")
    rows = _dated(study, numbered, start_raw="start_raw", end_raw="end_raw")
    said = pl.concat_str(pl.col("decod").fill_null(""), pl.lit(" "), pl.col("term"))
    flags = [
        pl.when(said.str.contains(words)).then(pl.lit("Y")).alias(flag)
        for flag, _, words in EPISODE_TERMS.values()
    ]
    grade = pl.col("grade").cast(pl.String)
    return rows.select(
        pl.col("subject").alias("USUBJID"),
        pl.col("term").alias("AETERM"),
        pl.col("decod").alias("AEDECOD"),
        pl.col("severity").alias("AESEV"),
        pl.when("serious").then(pl.lit("Y")).when(~pl.col("serious")).then(pl.lit("N")).alias("AESER"),
        pl.col("related").alias("AEREL"),
        pl.col("outcome").alias("AEOUT"),
        grade.alias("AETOXGR"),
        grade.alias("ATOXGR"),
        pl.col("scale").alias("ATOXGRV"),
        pl.col("start_raw").alias("AESTDTC"),
        pl.col("end_raw").alias("AEENDTC"),
        *_DATES,
        _days_between().alias("ADURN"),
        pl.when(_days_between().is_not_null()).then(pl.lit("DAYS")).alias("ADURU"),
        pl.when(pl.col("start") >= 0).then(pl.lit("Y")).alias("TRTEMFL"),
        *flags,
        pl.lit(None, dtype=pl.String).alias("DERIVFL"),
        pl.lit(None, dtype=pl.Int64).alias("EPISODE"),
        pl.lit("AE").alias("SRCDOM"),
        pl.lit("AESEQ").alias("SRCVAR"),
        pl.col("sequence").alias("SRCSEQ"),
        pl.col("source_file").alias("SRCFILE"),
        pl.col("source_row").alias("SRCROW"),
    )


def _derived(study: Study, episodes: pl.DataFrame, syndrome: str) -> pl.DataFrame:
    """Episodes of one syndrome as records."""
    flag, term, _ = EPISODE_TERMS[syndrome]
    rows = _dated(study, episodes.rename({"onset": "start", "resolution": "end"}))
    low, high = pl.col("grade_low").cast(pl.Int64), pl.col("grade_high").cast(pl.Int64)
    said = [pl.when(pl.col(name) != "").then(name) for name in ("because", "reason")]
    why = pl.concat_str(said, separator="; ", ignore_nulls=True)
    return rows.select(
        pl.col("subject").alias("USUBJID"),
        pl.lit(term).alias("AEDECOD"),
        pl.when(low == high).then(low.cast(pl.String)).alias("ATOXGR"),
        low.alias("ATOXGRMN"),
        high.alias("ATOXGRMX"),
        pl.lit(EPISODE_SCALE).alias("ATOXGRV"),
        *_DATES,
        pl.col("duration_days").cast(pl.Int64).alias("ADURN"),
        pl.when(pl.col("duration_days").is_not_null()).then(pl.lit("DAYS")).alias("ADURU"),
        pl.lit("Y").alias("TRTEMFL"),
        pl.lit("Y").alias(flag),
        pl.lit("Y").alias("DERIVFL"),
        pl.col("episode").cast(pl.Int64).alias("EPISODE"),
        pl.when("is_resolved").then(pl.lit("Y")).otherwise(pl.lit("N")).alias("RESOLVFL"),
        why.map_elements(fit_text, return_dtype=pl.String).alias("AREASON"),
    )


_DATES = ("ASTDT", "ASTDTM", "ASTDY", "AENDT", "AENDTM", "AENDY")


def _dated(
    study: Study, rows: pl.DataFrame, *, start_raw: str | None = None, end_raw: str | None = None
) -> pl.DataFrame:
    begun = add_analysis_time(rows, study.subjects, time="start", raw=start_raw, names=_DATES[:3])
    return add_analysis_time(begun, study.subjects, time="end", raw=end_raw, names=_DATES[3:])


def _days_between() -> pl.Expr:
    """Days from start to end, both counted; from study days where there are no dates."""
    dates = (pl.col("AENDT") - pl.col("ASTDT")).dt.total_days()
    # Study days skip 0: a span over the infusion has one day less than their difference.
    crossing = ((pl.col("ASTDY") < 0) & (pl.col("AENDY") > 0)).cast(pl.Int64)
    return pl.coalesce(dates, pl.col("AENDY") - pl.col("ASTDY") - crossing) + 1
