"""Section "Who was treated?": every subject with the worst of what happened, the way into all details."""

from __future__ import annotations

import polars as pl

from tutela.kernel.rule import Severity, Verdict
from tutela.kernel.section import How, Section, Table
from tutela.report.inputs import ReportInput, result_table
from tutela.report.overview import follow_up

__all__ = ["build_people", "people_table"]

_LABELS = {
    "age": "age, years",
    "last": "last known day",
    "bounds_crs": "CRS, worst",
    "bounds_icans": "ICANS, worst",
    "grade_lab": "worst lab grade",
    "rules_fired": "rules fired",
    "critical": "of these critical",
    "death_time": "death, day",
}


def people_table(assessment: ReportInput) -> pl.DataFrame:
    """One row per subject.

    Returns
    -------
    polars.DataFrame
        subject, sex, age, product, cohort, worst CRS and ICANS grade (``low-high`` where only bounds are
        known), worst laboratory grade, rules fired, of these critical, last known day, death;
        columns without any value are left out.
    """
    study = assessment.study
    wanted = ("subject", "sex", "age", "product", "arm", "cohort")
    table = study.subjects.sort("subject").select(c for c in wanted if c in study.subjects.columns)
    if table["product"].n_unique() == 1:
        table = table.drop("product")
    for name in ("crs", "icans"):
        grades = result_table(getattr(assessment, name), "subjects")
        if grades is not None:
            bounds = grades.select("subject", _bounds().alias(f"bounds_{name}"))
            table = table.join(bounds, on="subject", how="left", maintain_order="left")
    for more in (_worst_lab(assessment), _fired(assessment), follow_up(assessment), _deaths(assessment)):
        table = table.join(more, on="subject", how="left", maintain_order="left")
    table = table.with_columns(pl.col("rules_fired", "critical").fill_null(0))
    return table.select(c for c in table.columns if table[c].null_count() < max(table.height, 1))


def _bounds() -> pl.Expr:
    """One grade where the data determine it, otherwise the lowest and the highest that they allow."""
    low, high = pl.col("grade_low").cast(pl.String), pl.col("grade_high").cast(pl.String)
    return pl.when(pl.col("grade_low") == pl.col("grade_high")).then(low).otherwise(low + "-" + high)


def _worst_lab(assessment: ReportInput) -> pl.DataFrame:
    labs = result_table(assessment.labs, "table")
    if labs is None:
        return pl.DataFrame(schema={"subject": pl.String})
    return labs.group_by("subject").agg(grade_lab=pl.col("grade").abs().max())


def _fired(assessment: ReportInput) -> pl.DataFrame:
    fired = assessment.alerts.filter(pl.col("verdict") == str(Verdict.ALERT))
    is_critical = pl.col("severity") == str(Severity.CRITICAL)
    return fired.group_by("subject").agg(
        rules_fired=pl.col("rule").n_unique(), critical=pl.col("rule").filter(is_critical).n_unique()
    )


def _deaths(assessment: ReportInput) -> pl.DataFrame:
    return assessment.study.subjects.select("subject", "death_time")


def build_people(assessment: ReportInput) -> Section:
    """Build the section."""
    how = How(
        text="One row per subject: highest grade over the whole observation, worst laboratory grade of any test, "
        "number of rules that fired, and the last known day: the last contact or death, where the study "
        "records one, otherwise the latest dated row.",
        method="tutela.monitoring.assess",
        inputs=("subjects", "measurements", "treatments", "events"),
        code="from tutela.monitoring import assess\nfrom tutela.report.people import people_table\n"
        "people_table(assess(study))",
    )
    table = Table("people", "All subjects", people_table(assessment), how, labels=_LABELS)
    return Section("people", "Who was treated?", (table,))
