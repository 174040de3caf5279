"""Findings of monitoring rules as a table: one verdict for every subject of the study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from tutela.kernel.rule import FINDING_COLUMNS, Params, Verdict

__all__ = ["Finding", "build_findings", "check_severe", "describe_bounds"]

#: Source rows shown with a finding.
EVIDENCE_ROWS = 12

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
        ``grade``.
    domain
        ``crs`` or ``icans``.
    name
        The toxicity in words.

    Returns
    -------
    polars.DataFrame
        One row per subject. Not evaluable: no data, or only the highest possible grade reaches it.
    """
    grade = params["grade"]
    course = tables[f"{domain}.course"]
    first = _first(course.filter(pl.col("grade_low") >= grade))
    maybe = _first(course.filter(pl.col("grade_high") >= grade))
    findings = []
    for person in tables[f"{domain}.subjects"].iter_rows(named=True):
        subject = person["subject"]
        if person["status"] != "graded":
            findings.append(Finding(subject, Verdict.NOT_EVALUABLE, reason=person["reason"]))
        elif subject in first:
            row = first[subject]
            words = f"{name} {describe_bounds(person['grade_low'], person['grade_high'])} at most"
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
            findings.append(Finding(subject, Verdict.NO_ALERT, words))
    return build_findings(tables["subjects"], findings, absent=f"no data on {name}")


def _first(rows: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """The earliest row of every subject."""
    earliest = rows.sort("subject", "time").unique("subject", keep="first", maintain_order=True)
    return {row["subject"]: row for row in earliest.iter_rows(named=True)}
