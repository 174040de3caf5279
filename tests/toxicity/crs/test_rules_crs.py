"""CRS rules below, at and above each threshold, with their evidence; and what a reader is told."""

from __future__ import annotations

import polars as pl
import pytest

from tutela.kernel.rule import FINDING_COLUMNS
from tutela.kernel.tables import TABLES, empty
from tutela.toxicity import crs, icans
from tutela.toxicity.crs.rules import RULES
from tutela.toxicity.icans.rules import RULES as ICANS_RULES

BY_ID = {rule.id: rule for rule in (*RULES, *ICANS_RULES)}
EVENT = {
    "subject": "a",
    "term": "Cytokine release syndrome",
    "start": 1.0,
    "source_file": "ae.csv",
    "source_row": 3,
}


def tables_of(case, events=()):
    measured, tables = case.tables()
    result = crs.grade(measured, **tables)
    site = (
        pl.concat([empty(TABLES["events"]), pl.DataFrame(list(events))], how="diagonal_relaxed")
        if events
        else empty(TABLES["events"])
    )
    return {
        "subjects": tables["subjects"], "treatments": tables["treatments"], "measurements": measured, "events": site,
        "crs.course": result.course, "crs.episodes": result.episodes, "crs.subjects": result.subjects,
    }  # fmt: skip


def ask(rule_id, tables, **values):
    rule = BY_ID[rule_id]
    findings = rule.check(tables, rule.values | values)
    assert findings.columns == list(FINDING_COLUMNS)
    return findings.row(0, named=True)


def test_every_rule_declares_sources_and_numbers_inside_their_limits():
    assert set(BY_ID) == {
        "crs.severe", "crs.no-improvement-after-tocilizumab", "crs.no-temperature-24h", "crs.site-grade-differs",
        "icans.severe", "icans.site-grade-differs",
    }  # fmt: skip
    for rule in BY_ID.values():
        assert rule.sources
        for param in rule.params:
            assert param.limits[0] <= param.value <= param.limits[1]
            assert param.source.reference


@pytest.mark.parametrize(
    ("device", "flow", "verdict"),
    [("nasal_cannula", 6.0, "NO_ALERT"), ("nasal_cannula", 6.5, "ALERT"), ("bipap", None, "ALERT")],
)
def test_severe_crs_below_at_and_above_grade_3(case, device, flow, verdict):
    case.every((24, 26), temp=39.0).give("oxygen", 25, 27, device=device, flow=flow)
    row = ask("crs.severe", tables_of(case))
    assert row["verdict"] == verdict
    if verdict == "ALERT":
        assert row["time"] * 24 == pytest.approx(25)
        assert "cm.csv:1" in row["evidence"]


def test_severe_crs_cannot_be_told_where_only_the_bounds_reach_it(case):
    case.every((24, 26), temp=39.0).give("oxygen", 25, 27, device="nasal_cannula")
    row = ask("crs.severe", tables_of(case), open_h=0.0)
    assert row["verdict"] == "NOT_EVALUABLE"
    assert "up to grade 3" in row["reason"]
    assert ask("crs.severe", tables_of(case), grade=2.0)["verdict"] == "ALERT"


def test_a_person_without_data_gets_a_verdict_with_its_reason(case):
    case.person(age=30.5)
    for rule_id in ("crs.severe", "crs.no-temperature-24h"):
        row = ask(rule_id, tables_of(case))
        assert (row["verdict"], row["reason"]) == ("NOT_EVALUABLE", "no temperature after the infusion")


def treated(case, after_hour, device):
    """Low-flow oxygen with fever, tocilizumab at 30 h, then another state from ``after_hour`` on."""
    case.every(range(20, 31, 2), temp=39.0).give(
        "oxygen", 25, min(after_hour - 0.5, 38), device="nasal_cannula", flow=2.0
    )
    case.give("anticytokine", 30, 31, agent="tocilizumab")
    if device:
        case.give("oxygen", after_hour - 0.5, 200, device=device, flow=8.0)
    return case.every((after_hour,))


@pytest.mark.parametrize(
    ("after_hour", "device", "verdict"),
    [
        (41.9, None, "NOT_EVALUABLE"),
        (42, None, "NO_ALERT"),
        (48, None, "NO_ALERT"),
        (48.2, None, "NOT_EVALUABLE"),
        (45, "face_mask", "ALERT"),
        (35, "face_mask", "ALERT"),
    ],
)
def test_improvement_is_looked_for_12_to_18_hours_after_tocilizumab(case, after_hour, device, verdict):
    row = ask("crs.no-improvement-after-tocilizumab", tables_of(treated(case, after_hour, device)))
    assert row["verdict"] == verdict, row
    if verdict == "NOT_EVALUABLE":
        assert "no observation 12 to 18 h" in row["reason"]
    if verdict == "ALERT":
        assert "cm.csv:2" in row["evidence"]


def test_the_same_grade_after_tocilizumab_is_no_improvement(case):
    case.every(range(20, 31, 2), temp=39.0).give("oxygen", 25, 100, device="nasal_cannula", flow=2.0)
    case.give("anticytokine", 30, 31, agent="tocilizumab").every((44,))
    row = ask("crs.no-improvement-after-tocilizumab", tables_of(case))
    assert row["verdict"] == "ALERT"
    assert "did not improve" in row["finding"]
    assert "grade 2 before, grade 2 12 to 18 h after" in row["finding"]


def test_without_tocilizumab_or_without_an_event_there_is_nothing_to_improve(case):
    case.every((20, 24), temp=39.0)
    assert ask("crs.no-improvement-after-tocilizumab", tables_of(case))["finding"] == "no tocilizumab"
    other = type(case)().every((0, 4, 8)).give("anticytokine", 6, 7, agent="tocilizumab")
    row = ask("crs.no-improvement-after-tocilizumab", tables_of(other))
    assert row["verdict"] == "NO_ALERT"
    assert "outside any CRS event" in row["finding"]
    undated = type(case)().every((20, 24), temp=39.0).give("anticytokine", None, None, agent="tocilizumab")
    assert ask("crs.no-improvement-after-tocilizumab", tables_of(undated))["verdict"] == "NOT_EVALUABLE"


@pytest.mark.parametrize(("gap", "verdict"), [(23.9, "NO_ALERT"), (24, "NO_ALERT"), (24.1, "ALERT")])
def test_a_gap_in_temperature_during_an_event(case, gap, verdict):
    case.every((24, 28, 28 + gap, 32 + gap), temp=39.0)
    row = ask("crs.no-temperature-24h", tables_of(case))
    assert row["verdict"] == verdict
    if verdict == "ALERT":
        assert row["time"] * 24 == pytest.approx(28)
        assert row["evidence"] == "vs.csv:3, vs.csv:5"


def test_no_event_has_no_gap(case):
    case.every((0, 4))
    assert ask("crs.no-temperature-24h", tables_of(case))["finding"] == "no CRS event"


@pytest.mark.parametrize(
    ("site", "verdict", "words"),
    [
        (1, "ALERT", "hypotension not requiring vasopressors"),
        (2, "NO_ALERT", ""),
        (3, "ALERT", "no recorded observation supports the higher grade"),
        (None, "NOT_EVALUABLE", "has no grade"),
    ],
)
def test_site_grade_below_at_and_above_the_derived_one(case, site, verdict, words):
    case.every((24, 28), temp=39.0, sbp=80.0)
    row = ask("crs.site-grade-differs", tables_of(case, [EVENT | {"grade": site}]))
    assert row["verdict"] == verdict
    assert words in row["reason"]
    if verdict == "ALERT":
        assert row["evidence"].startswith("ae.csv:3, vs.csv:")
        assert row["finding"] == f"site grade {site}, derived grade 2"


def test_another_scale_is_named_as_the_reason(case):
    case.every((24, 28), temp=39.0, sbp=80.0)
    event = EVENT | {"grade": 3, "scale": "LEE 2014"}
    assert "another scale: LEE 2014" in ask("crs.site-grade-differs", tables_of(case, [event]))["reason"]


def test_an_event_that_the_site_did_not_report_is_an_alert(case):
    case.every((24, 28), temp=39.0).person("b", age=30.5).every((24, 28), subject="b")
    tables = tables_of(case, [EVENT | {"subject": "b", "grade": 1}])
    findings = BY_ID["crs.site-grade-differs"].check(tables, {"difference": 1.0})
    assert findings.get_column("verdict").to_list() == ["ALERT", "ALERT"]
    assert findings.get_column("finding").to_list() == [
        "site reported no CRS, derived grade 1",
        "site grade 1, derived grade 0",
    ]


def test_where_the_site_reported_no_event_at_all_nothing_can_be_compared(case):
    case.every((24, 28), temp=39.0)
    row = ask("crs.site-grade-differs", tables_of(case))
    assert (row["verdict"], "no CRS event in this study" in row["reason"]) == ("NOT_EVALUABLE", True)


def test_a_grade_inside_the_bounds_is_no_alert(case):
    case.every((24, 28), temp=39.0).give("oxygen", 25, 27, device="nasal_cannula")
    row = ask("crs.site-grade-differs", tables_of(case, [EVENT | {"grade": 3}]))
    assert row["verdict"] == "NO_ALERT"
    assert "bounds" in row["reason"]


@pytest.mark.parametrize(("score", "verdict"), [(3, "NO_ALERT"), (2, "ALERT"), (0, "NOT_EVALUABLE")])
def test_severe_icans_below_at_and_above_grade_3(case, score, verdict):
    rows = pl.DataFrame(
        {"subject": ["a"], "time": [4.0], "test": ["ICE"], "value": [float(score)], "value_raw": [str(score)],
         "source_file": ["qs.csv"], "source_row": [9]}
    )  # fmt: skip
    people = pl.DataFrame({"subject": ["a"], "age": [40.5]})
    result = icans.grade(rows, subjects=people)
    tables = {"subjects": people, "icans.course": result.course, "icans.subjects": result.subjects}
    # Without consciousness ICE 0 is grade 3 or 4: a higher threshold cannot be told.
    row = ask("icans.severe", tables, **({"grade": 4.0} if score == 0 else {}))
    assert row["verdict"] == verdict
    assert row["evidence"] == ("" if verdict == "NO_ALERT" else "qs.csv:9")


def test_icans_site_grade_names_the_domains(case):
    rows = pl.DataFrame(
        {"subject": ["a"] * 2, "time": [4.0] * 2, "test": ["ICE", "CONSC"], "value": [8.0, None],
         "value_raw": ["8", "voice"], "source_file": ["qs.csv"] * 2, "source_row": [9, 10]}
    )  # fmt: skip
    people = pl.DataFrame({"subject": ["a"], "age": [40.5]})
    result = icans.grade(rows, subjects=people)
    event = EVENT | {"term": "Immune effector cell-associated neurotoxicity syndrome", "grade": 4}
    site = pl.concat([empty(TABLES["events"]), pl.DataFrame([event])], how="diagonal_relaxed")
    tables = {
        "subjects": people,
        "events": site,
        "icans.course": result.course,
        "icans.subjects": result.subjects,
    }
    row = ask("icans.site-grade-differs", tables)
    assert row["finding"] == "site grade 4, derived grade 2"
    assert "cognition grade 1, consciousness grade 2, seizure grade 0" in row["reason"]
