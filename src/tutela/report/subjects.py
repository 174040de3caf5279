"""What the page knows of each subject: facts, measurements by test, grade runs, and the tables behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from tutela.report.bands import PEAK_TEST, peak_bands, pressure_bands
from tutela.report.embed import SharedTexts, encode_column
from tutela.report.inputs import ReportInput, result_table
from tutela.report.ribbons import grade_runs, site_grades
from tutela.report.series import pack_measurements
from tutela.report.words import day_text, format_age

__all__ = ["SUBJECT_TABLES", "build_subjects", "subject_tables"]

#: Table of a subject's page -> (title, column -> heading). Columns that a study lacks are left out.
SUBJECT_TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "alerts": ("Findings of the rules", {
        "severity": "severity", "title": "rule", "verdict": "verdict", "time": "since, day", "finding": "finding",
        "reason": "reason", "action": "what the source says", "source": "source", "evidence": "evidence",
        "overrides": "changed parameters"}),
    "crs": ("CRS episodes", {
        "episode": "episode", "onset": "onset, day", "resolution": "resolved, day", "grade_low": "grade, at least",
        "grade_high": "grade, at most", "peak_time": "peak, day", "duration_days": "duration, days",
        "because": "because", "reason": "note", "evidence": "evidence"}),
    "icans": ("ICANS episodes", {
        "episode": "episode", "onset": "onset, day", "resolution": "resolved, day", "grade_low": "grade, at least",
        "grade_high": "grade, at most", "peak_time": "peak, day", "duration_days": "duration, days",
        "because": "because", "reason": "note", "evidence": "evidence"}),
    "worst": ("Worst laboratory grades", {}),
    "nca": ("Cellular kinetics", {
        "test": "test", "parameter": "code", "name": "parameter", "value": "value", "unit": "unit",
        "reason": "why not computable"}),
    "treatments": ("Treatments", {
        "treatment": "as given", "role": "role", "agent": "agent", "start": "start, day", "end": "end, day",
        "is_ongoing": "ongoing", "dose": "dose", "unit": "unit", "frequency": "frequency", "route": "route",
        "device": "device", "flow": "flow, L/min", "fio2": "FiO₂", "indication": "indication",
        "attribution": "attribution", "source_file": "file", "source_row": "row"}),
    "events": ("Events", {
        "term": "as reported", "decod": "dictionary term", "category": "category", "start": "start, day",
        "end": "end, day", "grade": "grade (site)", "scale": "scale", "severity": "severity", "serious": "serious",
        "related": "related", "outcome": "outcome", "source_file": "file", "source_row": "row"}),
}  # fmt: skip

#: Facts of a subject's masthead: column -> label.
_FACTS = {
    "sex": "Sex",
    "weight": "Weight, kg",
    "height": "Height, cm",
    "disease": "Disease",
    "product": "Product",
    "arm": "Arm",
    "cohort": "Cohort",
    "site": "Site",
}


def subject_tables(assessment: ReportInput) -> dict[str, pl.DataFrame]:
    """The tables shown on subject pages, with the columns and the order of :data:`SUBJECT_TABLES`."""
    study = assessment.study
    found = {
        "alerts": assessment.alerts,
        "crs": result_table(assessment.crs, "episodes"),
        "icans": result_table(assessment.icans, "episodes"),
        "worst": result_table(assessment.labs, "worst"),
        "nca": result_table(assessment.nca, "table"),
        "treatments": study.treatments,
        "events": study.events,
    }
    order = {"treatments": "start", "events": "start", "crs": "onset", "icans": "onset"}
    return {
        name: _select(table.sort(order[name], nulls_last=True, maintain_order=True) if name in order else table, name)
        for name, table in found.items()
        if table is not None and table.height and "subject" in table.columns
    }  # fmt: skip


def _select(table: pl.DataFrame, name: str) -> pl.DataFrame:
    wanted = SUBJECT_TABLES[name][1] or {column: column for column in table.columns}
    chosen = table.select("subject", *(c for c in wanted if c in table.columns and c != "subject"))
    # A column without a single value says nothing.
    return chosen.select(
        "subject", *(c for c in chosen.columns if c != "subject" and chosen[c].null_count() < chosen.height)
    )


def build_subjects(assessment: ReportInput, shared: SharedTexts) -> Iterator[tuple[str, dict[str, Any]]]:
    """Build the data of each subject, in the order of the subjects table.

    Parameters
    ----------
    assessment
        The assessment.
    shared
        Takes the texts that subjects have in common; complete when all subjects are built.

    Yields
    ------
    tuple
        Subject, and what ``assets/subject.js`` reads: ``facts``, ``times`` and ``m`` (measurements by test), ``runs`` and
        ``sites`` (grade ribbons), ``bands`` (behind a course) and ``tables``.
    """
    study = assessment.study
    files = study_files(assessment)
    measured = pack_measurements(study.measurements, labs=result_table(assessment.labs, "table"), files=files)
    runs = {
        name: _by_subject(grade_runs(course), shared)
        for name in ("crs", "icans")
        if (course := result_table(getattr(assessment, name), "course")) is not None
    }
    sites = {name: _by_subject(site_grades(study.events, kind=name), shared) for name in ("crs", "icans")}
    tables = {name: _by_subject(table, shared) for name, table in subject_tables(assessment).items()}
    bands = {
        "BP": _by_subject(pressure_bands(assessment), shared),
        PEAK_TEST: _by_subject(peak_bands(assessment), shared),
    }
    for row in study.subjects.sort("subject").iter_rows(named=True):
        subject = row["subject"]
        yield (
            subject,
            {
                "facts": _facts(row),
                **measured.get(subject, {"times": [], "m": {}}),
                "runs": _pick(runs, subject),
                "sites": _pick(sites, subject),
                "bands": _pick(bands, subject),
                "tables": _pick(tables, subject),
            },
        )


def study_files(assessment: ReportInput) -> list[str]:
    """Names of all source files of measurements, by which rows point to them."""
    return assessment.study.measurements["source_file"].unique().sort().to_list()


def _by_subject(table: pl.DataFrame, shared: SharedTexts) -> dict[str, Any]:
    """Encode the rows of each subject; texts that repeat across the table are written once for the page."""
    repeated = [
        name
        for name, dtype in table.schema.items()
        if dtype == pl.String and name != "subject" and 2 * table[name].n_unique() <= table.height
    ]
    parts = table.partition_by("subject", as_dict=True, include_key=False, maintain_order=True)
    return {str(key[0]): _encode(part, repeated, shared) for key, part in parts.items()}


def _encode(part: pl.DataFrame, repeated: list[str], shared: SharedTexts) -> dict[str, Any]:
    columns = {
        name: shared.encode(part[name].to_list()) if name in repeated else encode_column(part[name])
        for name in part.columns
    }
    return {"n": part.height, "c": columns}


def _pick(found: dict[str, dict[str, Any]], subject: str) -> dict[str, Any]:
    return {name: by_subject[subject] for name, by_subject in found.items() if subject in by_subject}


def _facts(row: dict[str, Any]) -> list[list[str]]:
    known = [[label, f"{row[c]:g}" if isinstance(row[c], float) else str(row[c])]
             for c, label in _FACTS.items() if row.get(c) is not None]  # fmt: skip
    died = row.get("death_time")
    ends = [["Death", day_text(died)]] if died is not None else []
    return [["Age at infusion", format_age(row)], *known, *ends]
