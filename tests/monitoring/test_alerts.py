"""Rules are asked of everybody, and silence is never a verdict."""

from __future__ import annotations

import polars as pl
import pytest

from tutela.kernel.cite import Cite
from tutela.kernel.errors import RuleError
from tutela.kernel.rule import Override, Param, Rule, Severity, apply_overrides
from tutela.monitoring.alerts import ALERT_COLUMNS, evaluate_rules

SOURCE = Cite("lee2019", "Table 2")
SUBJECTS = pl.DataFrame({"subject": ["a", "b", "c"]})


def _finding(subject, verdict, *, time=None, reason=""):
    return {
        "subject": subject,
        "time": time,
        "verdict": verdict,
        "finding": "found" if verdict == "ALERT" else "",
        "reason": reason,
        "evidence": "vs.csv:1",
    }


def _rule(check, *, needs=("values",), severity=Severity.WARNING, rule_id="test.rule", params=()):
    return Rule(
        id=rule_id,
        title="A rule",
        question="Is it so?",
        params=params,
        needs=needs,
        check=check,
        severity=severity,
        action="look",
        sources=(SOURCE,),
    )


def _above(tables, params):
    rows = [
        _finding(subject, "ALERT" if value >= params["limit"] else "NO_ALERT", time=1.0)
        for subject, value in tables["values"].iter_rows()
    ]
    return pl.DataFrame(rows)


LIMIT = Param("limit", 3.0, "1", (1.0, 5.0), SOURCE)
TABLES = {
    "subjects": SUBJECTS,
    "values": pl.DataFrame({"subject": ["a", "b", "c"], "value": [2.0, 3.0, 4.0]}),
}


def test_every_subject_gets_a_verdict_and_alerts_come_first():
    alerts = evaluate_rules(TABLES, (_rule(_above, params=(LIMIT,)),))
    assert alerts.columns == list(ALERT_COLUMNS)
    assert alerts.get_column("subject").to_list() == ["b", "c", "a"]
    assert alerts.get_column("verdict").to_list() == ["ALERT", "ALERT", "NO_ALERT"]


def test_a_rule_without_its_table_is_not_evaluable_for_everybody():
    alerts = evaluate_rules({"subjects": SUBJECTS}, (_rule(_above, params=(LIMIT,)),))
    assert alerts.get_column("verdict").unique().to_list() == ["NOT_EVALUABLE"]
    assert alerts.get_column("reason").unique().to_list() == ["no values table in this study"]
    assert alerts.height == 3


def test_a_check_that_forgets_a_subject_is_refused():
    with pytest.raises(RuleError, match="gave no verdict"):
        evaluate_rules(TABLES, (_rule(lambda t, p: pl.DataFrame([_finding("a", "ALERT")])),))


def test_a_check_with_other_columns_is_refused():
    with pytest.raises(RuleError, match="columns"):
        evaluate_rules(TABLES, (_rule(lambda t, p: pl.DataFrame({"subject": ["a"]})),))


def test_an_unknown_verdict_is_refused():
    rows = pl.DataFrame([_finding(s, "MAYBE") for s in "abc"])
    with pytest.raises(RuleError, match="MAYBE"):
        evaluate_rules(TABLES, (_rule(lambda t, p: rows),))


def test_severity_orders_alerts_of_different_rules():
    mild = _rule(_above, params=(LIMIT,), severity=Severity.NOTICE, rule_id="test.a")
    grave = _rule(_above, params=(LIMIT,), severity=Severity.CRITICAL, rule_id="test.z")
    alerts = evaluate_rules(TABLES, (mild, grave))
    assert alerts.get_column("rule").to_list()[:2] == ["test.z", "test.z"]


def test_an_override_changes_the_verdict_and_is_shown_beside_it():
    override = Override(4.0, "protocol 8.3", "monitor", "2026-01-15")
    rules = apply_overrides((_rule(_above, params=(LIMIT,)),), {"test.rule": {"limit": override}})
    alerts = evaluate_rules(TABLES, rules)
    assert alerts.filter(pl.col("verdict") == "ALERT").get_column("subject").to_list() == ["c"]
    assert alerts.get_column("is_overridden").all()
    assert "limit 3 -> 4 1 (protocol 8.3; approved by monitor, 2026-01-15)" in alerts.item(0, "overrides")


def test_no_rules_give_an_empty_table_with_all_columns():
    assert evaluate_rules(TABLES, ()).columns == list(ALERT_COLUMNS)


def test_a_rule_with_an_unverified_source_says_so():
    rule = Rule(
        **{**_rule(_above, params=(LIMIT,)).__dict__, "sources": (Cite("lee2019", is_verified=False),)}
    )
    alerts = evaluate_rules(TABLES, (rule,))
    assert not alerts.get_column("is_verified").any()
    assert "[unverified]" in alerts.item(0, "source")
