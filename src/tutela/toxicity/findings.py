"""Findings of monitoring rules as a table: one verdict for every subject of the study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from tutela.kernel.cite import Cite
from tutela.kernel.rule import FINDING_COLUMNS, Param, Params, Verdict

__all__ = ["OPEN_H", "Finding", "build_findings", "check_severe", "describe_bounds"]

HOURS_PER_DAY = 24.0

#: Source rows shown with a finding.
EVIDENCE_ROWS = 12

#: How long missing data may leave a grade open before a rule says that it cannot tell.
OPEN_H = Param(
    "open_h",
    24.0,
    "h",
    (0.0, 168.0),
    Cite("lee2019", "graded at each assessment", note="the length is our interpretation", is_verified=False),
    "longest time for which missing data may leave the grade open between assessments below it",
)

_SCHEMA: dict[str, pl.DataType] = {
    name: pl.Float64() if name == "time" else pl.String() for name in FINDING_COLUMNS
}


@dataclass(frozen=True)
class Finding:
    """What a rule says of one subject; the fields of :data:`tutela.kernel.rule.FINDING_COLUMNS`."""

    subject: str
    verdict: Verdict
    finding: str = ""
    reason: str = ""
    time: float | None = None
    evidence: str = ""

    @property
    def row(self) -> tuple[str, float | None, str, str, str, str]:
        """The values in the order of the columns."""
        labels = ", ".join(list(dict.fromkeys(self.evidence.split(", ")))[:EVIDENCE_ROWS])
        return self.subject, self.time, str(self.verdict), self.finding, self.reason, labels


def build_findings(
    subjects: pl.DataFrame,
    findings: Iterable[Finding],
    *,
    absent: str,
    verdict: Verdict = Verdict.NOT_EVALUABLE,
) -> pl.DataFrame:
    """Put findings into a table, and say something of whoever has none.

    Parameters
    ----------
    subjects
        The study's subjects table.
    findings
        In any order; those of other persons are dropped.
    absent
        Words for a subject without a finding: the reason, or with NO_ALERT the finding.
    verdict
        Verdict for a subject without a finding.
    """
    names = subjects.get_column("subject").unique().sort().to_list()
    found: dict[str, list[Finding]] = {name: [] for name in names}
    for finding in findings:
        if finding.subject in found:
            found[finding.subject].append(finding)
    is_quiet = verdict is Verdict.NO_ALERT
    for name, rows in found.items():
        if not rows:
            rows.append(
                Finding(name, verdict, finding=absent if is_quiet else "", reason="" if is_quiet else absent)
            )
    ordered = [finding.row for name in names for finding in sorted(found[name], key=_when)]
    return pl.DataFrame(ordered, schema=_SCHEMA, orient="row")


def _when(finding: Finding) -> float:
    return float("inf") if finding.time is None else finding.time


def describe_bounds(low: int, high: int) -> str:
    """A grade, or its bounds, in words.

    Examples
    --------
    >>> describe_bounds(2, 2), describe_bounds(1, 3)
    ('grade 2', 'grade 1 to 3')
    """
    return f"grade {low}" if low == high else f"grade {low} to {high}"


def check_severe(
    tables: Mapping[str, pl.DataFrame], params: Params, *, domain: str, name: str
) -> pl.DataFrame:
    """Ask of every subject whether a toxicity reached a grade.

    Parameters
    ----------
    tables
        ``subjects``, and ``<domain>.course`` and ``<domain>.subjects``.
    params
        ``grade``, and ``open_h``: the longest time, hours, for which missing data may leave the grade open
        between assessments that are below it.
    domain
        ``crs`` or ``icans``.
    name
        The toxicity in words.

    Returns
    -------
    polars.DataFrame
        One row per subject. Not evaluable: no data, or the highest possible grade reaches ``grade`` for longer
        than ``open_h`` or at the end of the data.
    """
    grade = params["grade"]
    course = tables[f"{domain}.course"]
    first = _first(course.filter(pl.col("grade_low") >= grade))
    open_runs = _open_runs(course, grade)
    maybe = _first(
        open_runs.filter(pl.col("hours").is_null() | (pl.col("hours") > params.get("open_h", 0.0)))
    )
    bridged = {
        row["subject"]: row["len"] for row in open_runs.group_by("subject").len().iter_rows(named=True)
    }
    findings = []
    for person in tables[f"{domain}.subjects"].iter_rows(named=True):
        subject = person["subject"]
        if person["status"] != "graded":
            findings.append(Finding(subject, Verdict.NOT_EVALUABLE, reason=person["reason"]))
        elif subject in first:
            row = first[subject]
            words = f"highest {name} {describe_bounds(person['grade_low'], person['grade_high'])}"
            said = f"{words}; first on day {row['time']:.1f}: {row['because']}"
            findings.append(Finding(subject, Verdict.ALERT, said, "", row["time"], row["evidence"] or ""))
        elif subject in maybe:
            row = maybe[subject]
            reason = f"up to grade {row['grade_high']} possible on day {row['time']:.1f}: {row['because']}"
            findings.append(
                Finding(subject, Verdict.NOT_EVALUABLE, "", reason, row["time"], row["evidence"] or "")
            )
        else:
            words = f"highest {name} {describe_bounds(person['grade_low'], person['grade_high'])}"
            findings.append(
                Finding(subject, Verdict.NO_ALERT, words, _bridged(bridged.get(subject, 0), params))
            )
    return build_findings(tables["subjects"], findings, absent=f"no data on {name}")


def _first(rows: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """The earliest row of every subject."""
    earliest = rows.sort("subject", "time").unique("subject", keep="first", maintain_order=True)
    return {row["subject"]: row for row in earliest.iter_rows(named=True)}


def _open_runs(course: pl.DataFrame, grade: float) -> pl.DataFrame:
    """Uninterrupted stretches in which only missing data leave the grade possible.

    Returns
    -------
    polars.DataFrame
        The first row of each stretch, with ``hours`` until the grade is excluded again; null if it never is.
    """
    is_open = (pl.col("grade_high") >= grade) & (pl.col("grade_low") < grade)
    rows = course.sort("subject", "time").with_columns(is_open.fill_null(value=True).alias("is_open"))
    changes = (pl.col("is_open") != pl.col("is_open").shift(1).over("subject")).fill_null(value=True)
    starts = rows.with_columns(changes.alias("starts")).filter("starts")
    until = pl.col("time").shift(-1).over("subject") - pl.col("time")
    return (
        starts.with_columns((until * HOURS_PER_DAY).alias("hours"))
        .filter("is_open")
        .drop("starts", "is_open")
    )


def _bridged(stretches: int, params: Params) -> str:
    if not stretches:
        return ""
    often = "once, for" if stretches == 1 else f"{stretches} times, each for"
    return f"missing data leave the grade open {often} at most {params['open_h']:g} h between assessments below it"
