"""What the CRS rules ask of the data: pure checks, a verdict for every subject."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import polars as pl

from tutela.kernel.rule import Params, Verdict
from tutela.toxicity.findings import Finding, build_findings, check_severe, describe_bounds
from tutela.toxicity.site_grades import Toxicity, compare_site_grades

__all__ = ["CRS", "check_improvement", "check_severe_crs", "check_site_grade", "check_temperature"]

CRS = Toxicity(
    domain="crs",
    name="CRS",
    pattern=r"(?i)cytokine release|^\s*crs\b",
    components=("hypotension", "hypoxia"),
)
TOCILIZUMAB = "tocilizumab"
HOURS = 24.0
#: Two times this close in hours are the same; days travel as binary numbers.
_SAME_HOUR = 1e-6

Row = dict[str, object]


def check_severe_crs(tables: Mapping[str, pl.DataFrame], params: Params) -> pl.DataFrame:
    """Ask of every subject whether CRS reached ``grade``; see :func:`check_severe`."""
    return check_severe(tables, params, domain="crs", name="CRS")


def check_site_grade(tables: Mapping[str, pl.DataFrame], params: Params) -> pl.DataFrame:
    """Compare site and derived CRS grades; see :func:`compare_site_grades`."""
    return compare_site_grades(tables, params, CRS)


def _by_subject(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {str(name): part for (name,), part in rows.group_by("subject", maintain_order=True)}


def check_improvement(tables: Mapping[str, pl.DataFrame], params: Params) -> pl.DataFrame:
    """Ask whether CRS improved in the hours after the first tocilizumab dose of each event.

    Parameters
    ----------
    tables
        ``subjects``, ``treatments``, ``crs.course``, ``crs.episodes``.
    params
        ``from_h``, ``to_h``: the window after the dose; ``before_h``: how old the grade at the dose may be.

    Returns
    -------
    polars.DataFrame
        One row per event with a dose. Alert: at the last observation of the window the grade is not lower than
        at the dose, or it rose before. Not evaluable: no observation in the window or before the dose, or
        bounds that leave it open.
    """
    agent = pl.coalesce("agent", pl.col("treatment").str.to_lowercase())
    given = tables["treatments"].filter(agent.str.contains(TOCILIZUMAB).fill_null(value=False))
    doses = _by_subject(given.sort("start", "source_row", nulls_last=True))
    course = _by_subject(
        tables["crs.course"].filter(pl.col("subject").is_in(list(doses))).sort("subject", "time")
    )
    episodes = _by_subject(tables["crs.episodes"])
    findings: list[Finding] = []
    for subject, rows in doses.items():
        findings += _judge_doses(subject, rows, course.get(subject), episodes.get(subject), params)
    return build_findings(tables["subjects"], findings, absent="no tocilizumab", verdict=Verdict.NO_ALERT)


def _judge_doses(
    subject: str,
    doses: pl.DataFrame,
    course: pl.DataFrame | None,
    episodes: pl.DataFrame | None,
    params: Params,
) -> list[Finding]:
    timed = doses.filter(pl.col("start") >= 0)
    if not timed.height:
        is_timed = doses.get_column("start").is_not_null().all()
        words = "tocilizumab before the infusion only" if is_timed else ""
        verdict = Verdict.NO_ALERT if is_timed else Verdict.NOT_EVALUABLE
        return [Finding(subject, verdict, words, "" if is_timed else "tocilizumab without a time")]
    if course is None:
        return [Finding(subject, Verdict.NOT_EVALUABLE, reason="no CRS grade after the infusion")]
    first = _first_of_each_event(timed, episodes)
    if not first:
        dose = timed.row(0, named=True)
        words = f"tocilizumab on day {dose['start']:.1f} outside any CRS event"
        open_above = course.filter((pl.col("time") <= dose["start"]) & (pl.col("grade_high") > 0))
        if open_above.height:
            reason = f"{words}; an event is possible: {open_above.row(-1, named=True)['because']}"
            return [Finding(subject, Verdict.NOT_EVALUABLE, "", reason, dose["start"], _label(dose))]
        return [Finding(subject, Verdict.NO_ALERT, words)]
    return [_judge_dose(subject, dose, course, params) for dose in first]


def _first_of_each_event(doses: pl.DataFrame, episodes: pl.DataFrame | None) -> list[Row]:
    found = []
    for event in episodes.iter_rows(named=True) if episodes is not None else ():
        end = event["resolution"] if event["resolution"] is not None else float("inf")
        inside = doses.filter((pl.col("start") >= event["onset"]) & (pl.col("start") <= end))
        found += [inside.row(0, named=True)] if inside.height else []
    return found


def _label(row: Row) -> str:
    return f"{row['source_file']}:{row['source_row']}" if row.get("source_file") else ""


def _judge_dose(subject: str, dose: Row, course: pl.DataFrame, params: Params) -> Finding:
    start = float(str(dose["start"]))
    hours = (course.get_column("time") - start) * HOURS
    before = course.filter((hours <= _SAME_HOUR) & (hours >= -params["before_h"] - _SAME_HOUR))
    after = course.filter((hours > _SAME_HOUR) & (hours <= params["to_h"] + _SAME_HOUR))
    window = course.filter((hours >= params["from_h"] - _SAME_HOUR) & (hours <= params["to_h"] + _SAME_HOUR))
    span = f"{params['from_h']:g} to {params['to_h']:g} h"
    at = f"tocilizumab on day {start:.1f}"
    if not before.height:
        reason = f"no CRS grade in the {params['before_h']:g} h before {at}"
        return Finding(subject, Verdict.NOT_EVALUABLE, "", reason, start, _label(dose))
    usual = before.row(-1, named=True)
    worse = after.filter(pl.col("grade_low") > usual["grade_high"])
    if worse.height:
        row = worse.row(0, named=True)
        words = f"CRS rose from {_bounds(usual)} to {_bounds(row)} within {params['to_h']:g} h after {at}"
        return _alert(subject, words, dose, usual, row)
    if not window.height:
        reason = f"no observation {span} after {at}"
        return Finding(subject, Verdict.NOT_EVALUABLE, "", reason, start, _label(dose))
    row = window.row(-1, named=True)
    words = f"{at}: {_bounds(usual)} before, {_bounds(row)} {span} after"
    if row["grade_high"] < usual["grade_low"]:
        return Finding(subject, Verdict.NO_ALERT, f"CRS improved; {words}")
    if row["grade_low"] >= usual["grade_high"] and usual["grade_low"] > 0:
        return _alert(subject, f"CRS did not improve; {words}", dose, usual, row)
    if usual["grade_high"] == 0:
        return Finding(subject, Verdict.NO_ALERT, f"no CRS grade at the dose; {words}")
    return Finding(subject, Verdict.NOT_EVALUABLE, "", f"{words}: data are missing", start, _label(dose))


def _bounds(row: Row) -> str:
    return describe_bounds(int(str(row["grade_low"])), int(str(row["grade_high"])))


def _alert(subject: str, words: str, dose: Row, before: Row, after: Row) -> Finding:
    parts = (_label(dose), before["evidence"], after["evidence"])
    evidence = ", ".join(str(part) for part in parts if part)
    return Finding(subject, Verdict.ALERT, words, "", float(str(after["time"])), evidence)


def check_temperature(tables: Mapping[str, pl.DataFrame], params: Params) -> pl.DataFrame:
    """Ask whether temperature was missing for longer than ``hours`` during a CRS event.

    Parameters
    ----------
    tables
        ``subjects``, ``measurements``, ``crs.episodes``, ``crs.course``, ``crs.subjects``.
    params
        ``hours``.

    Returns
    -------
    polars.DataFrame
        One row per subject. An event lasts from its onset to its resolution, or to the last observation.
    """
    known = tables["measurements"].filter(
        (pl.col("test") == "TEMP") & pl.col("value").is_not_null() & pl.col("time").is_not_null()
    )
    episodes = _by_subject(tables["crs.episodes"])
    readings = _by_subject(
        known.filter(pl.col("subject").is_in(list(episodes))).sort("subject", "time", "source_row")
    )
    last = dict(tables["crs.course"].group_by("subject").agg(pl.col("time").max()).iter_rows())
    findings = []
    for person in tables["crs.subjects"].iter_rows(named=True):
        subject = person["subject"]
        if person["status"] != "graded":
            findings.append(Finding(subject, Verdict.NOT_EVALUABLE, reason=person["reason"]))
        elif subject not in episodes:
            findings.append(Finding(subject, Verdict.NO_ALERT, "no CRS event"))
        else:
            findings.append(
                _judge_gaps(subject, episodes[subject], readings.get(subject), last[subject], params)
            )
    return build_findings(tables["subjects"], findings, absent="no data on CRS")


def _judge_gaps(
    subject: str, episodes: pl.DataFrame, readings: pl.DataFrame | None, last: float, params: Params
) -> Finding:
    rows = [] if readings is None else list(readings.iter_rows(named=True))
    widest: tuple[float, float, list[Row]] = (0.0, 0.0, [])
    for event in episodes.iter_rows(named=True):
        end = event["resolution"] if event["resolution"] is not None else last
        inside = [row for row in rows if event["onset"] <= row["time"] <= end]
        following = next(([row] for row in rows if row["time"] > end), [])
        times = [event["onset"], *(row["time"] for row in inside), end]
        for position, (a, b) in enumerate(pairwise(times)):
            beside = [*inside[max(position - 1, 0) : position + 1], *(following if b == end else [])]
            widest = max(widest, ((b - a) * HOURS, a, beside), key=lambda gap: gap[0])
    hours, start, beside = widest
    if hours > params["hours"] + _SAME_HOUR:
        words = f"no temperature for {hours:.0f} h from day {start:.1f} during a CRS event"
        evidence = ", ".join(label for label in map(_label, beside) if label)
        return Finding(subject, Verdict.ALERT, words, "", start, evidence)
    return Finding(subject, Verdict.NO_ALERT, f"longest time without temperature in an event: {hours:.0f} h")
