"""Grades that the site reported against grades derived from the data, with the reason where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from tutela.kernel.rule import Params, Verdict
from tutela.toxicity.findings import Finding, build_findings, describe_bounds

__all__ = ["Toxicity", "compare_site_grades", "site_events"]


@dataclass(frozen=True)
class Toxicity:
    """How a toxicity is named in the tables.

    Parameters
    ----------
    domain
        Prefix of the result tables, ``crs`` or ``icans``.
    name
        In words.
    pattern
        Regular expression that finds its adverse events by decoded or reported term.
    components
        Columns of the course that make up the grade, without ``_low`` and ``_high``.
    """

    domain: str
    name: str
    pattern: str
    components: tuple[str, ...]


def site_events(events: pl.DataFrame, pattern: str) -> pl.DataFrame:
    """Adverse events of a toxicity as the site reported them, with ``label`` as source row.

    Parameters
    ----------
    events
        The events table.
    pattern
        Regular expression over the decoded term, or the reported one where there is no decoded term.
    """
    term = pl.coalesce("decod", "term")
    label = pl.concat_str("source_file", pl.lit(":"), pl.col("source_row").cast(pl.String))
    return events.filter(term.str.contains(pattern).fill_null(value=False)).with_columns(label.alias("label"))


def compare_site_grades(
    tables: Mapping[str, pl.DataFrame], params: Params, toxicity: Toxicity
) -> pl.DataFrame:
    """Compare the highest grade reported by the site with the derived one, per subject.

    Parameters
    ----------
    tables
        ``subjects``, ``events``, and the domain's course and subjects.
    params
        ``difference``: grades apart from which it is an alert.
    toxicity
        Names.

    Returns
    -------
    polars.DataFrame
        One row per subject. No alert inside the derived bounds; not evaluable where either side is missing.
    """
    reported = site_events(tables["events"], toxicity.pattern)
    by_subject: dict[str, list[dict[str, object]]] = {}
    for row in reported.sort("start", nulls_last=True).iter_rows(named=True):
        by_subject.setdefault(row["subject"], []).append(row)
    peaks = _peaks(tables[f"{toxicity.domain}.course"])
    findings = [
        _compare(
            person, by_subject.get(person["subject"], []), peaks.get(person["subject"], {}), params, toxicity
        )
        for person in tables[f"{toxicity.domain}.subjects"].iter_rows(named=True)
    ]
    if not reported.height:
        absent = f"the site reported no {toxicity.name} event in this study"
        return build_findings(tables["subjects"], [], absent=absent)
    return build_findings(tables["subjects"], findings, absent=f"no data on {toxicity.name}")


def _peaks(course: pl.DataFrame) -> dict[str, dict[str, object]]:
    """The window with the highest grade of every subject."""
    worst = course.sort(
        "subject", "grade_low", "grade_high", "time", descending=[False, True, True, False]
    ).unique("subject", keep="first", maintain_order=True)
    return {row["subject"]: row for row in worst.iter_rows(named=True)}


def _compare(
    person: dict[str, object],
    reported: list[dict[str, object]],
    peak: dict[str, object],
    params: Params,
    toxicity: Toxicity,
) -> Finding:
    subject = str(person["subject"])
    evidence = ", ".join(str(row["label"]) for row in reported if row["label"])
    if person["status"] != "graded":
        return Finding(subject, Verdict.NOT_EVALUABLE, "", str(person["reason"]), None, evidence)
    low, high = _whole(person["grade_low"]), _whole(person["grade_high"])
    derived = describe_bounds(low, high)
    grades = [_whole(row["grade"]) for row in reported if row["grade"] is not None]
    if reported and not grades:
        reason = f"the site's event has no grade; derived {derived}"
        return Finding(subject, Verdict.NOT_EVALUABLE, "", reason, None, evidence)
    site = max(grades, default=0)
    said = f"site grade {site}" if reported else f"site reported no {toxicity.name}"
    words = f"{said}, derived {derived}"
    apart = max(low - site, site - high)
    if apart >= params["difference"]:
        rows = ", ".join(part for part in (evidence, str(peak.get("evidence") or "")) if part)
        reason = _why(site < low, reported, peak, toxicity)
        return Finding(subject, Verdict.ALERT, words, reason, _time(reported, peak), rows)
    if low < high and not reported:
        reason = f"data are missing: {peak.get('because', '')}"
        return Finding(subject, Verdict.NOT_EVALUABLE, "", reason)
    inside = "inside the bounds that missing data leave" if low < high else ""
    return Finding(subject, Verdict.NO_ALERT, words, inside, None, evidence)


def _whole(value: object) -> int:
    return int(str(value))


def _time(reported: list[dict[str, object]], peak: dict[str, object]) -> float | None:
    starts = [row["start"] for row in reported if isinstance(row["start"], float)]
    if starts:
        return min(starts)
    time = peak.get("time")
    return time if isinstance(time, float) else None


def _why(
    is_site_lower: bool,  # noqa: FBT001 - which side is lower is the question asked
    reported: list[dict[str, object]],
    peak: dict[str, object],
    toxicity: Toxicity,
) -> str:
    """Which component explains the difference, and whether the site used another scale."""
    scales = sorted(
        {str(row["scale"]) for row in reported if row["scale"] and "ASTCT" not in str(row["scale"]).upper()}
    )
    parts = [f"the site used another scale: {', '.join(scales)}"] if scales else []
    parts += ["the site reported death"] if any(row["grade"] == 5 for row in reported) else []
    time = peak.get("time")
    when = f" on day {time:.1f}" if isinstance(time, float) else ""
    if is_site_lower:
        parts.append(f"derived from{when}: {peak.get('because', '')}")
    else:
        levels = ", ".join(
            f"{name} {describe_bounds(_whole(peak[f'{name}_low']), _whole(peak[f'{name}_high']))}"
            for name in toxicity.components
            if f"{name}_low" in peak
        )
        parts.append(f"no recorded observation supports the higher grade; worst window{when}: {levels}")
    return "; ".join(parts)
