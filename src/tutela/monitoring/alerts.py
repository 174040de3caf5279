"""Evaluate declared rules over a study's tables: one alerts table, in which silence is never a verdict."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tutela.kernel.errors import RuleError
from tutela.kernel.rule import FINDING_COLUMNS, Rule, Severity, Verdict

__all__ = ["ALERT_COLUMNS", "evaluate_rules"]

#: Columns of the alerts table and what they mean.
ALERT_COLUMNS = {
    "rule": "rule identifier",
    "title": "rule in a few words",
    "subject": "the subject",
    "time": "day since infusion at which the finding starts",
    "verdict": "ALERT, NO_ALERT or NOT_EVALUABLE",
    "severity": "critical, warning or notice",
    "finding": "what was found, in plain words",
    "reason": "why it cannot be evaluated, or what qualifies the finding",
    "evidence": "source rows as file:row",
    "action": "what the source says to do",
    "source": "publications with table or section",
    "is_verified": "whether every source was checked against its primary text",
    "is_overridden": "whether the study changed a parameter of the rule",
    "overrides": "changed parameters with reason, approver and date",
    "version": "version of the rule",
}

_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    name: pl.Float64 if name == "time" else pl.String for name in FINDING_COLUMNS
}
_VERDICT_ORDER = (Verdict.ALERT, Verdict.NOT_EVALUABLE, Verdict.NO_ALERT)
_SEVERITY_ORDER = (Severity.CRITICAL, Severity.WARNING, Severity.NOTICE)


def evaluate_rules(tables: Mapping[str, pl.DataFrame], rules: tuple[Rule, ...]) -> pl.DataFrame:
    """Ask every rule of every subject.

    Parameters
    ----------
    tables
        Tables by name; must hold ``subjects``. A table that a rule needs and that is absent makes the
        rule NOT_EVALUABLE for every subject.
    rules
        Rules with the study's overrides applied.

    Returns
    -------
    polars.DataFrame
        The columns of :data:`ALERT_COLUMNS`; alerts first, most severe first, then by subject and time.

    Raises
    ------
    RuleError
        If a check breaks its contract: other columns, an unknown verdict, or a subject left without one.
    """
    subjects = tables["subjects"].get_column("subject").unique().sort()
    parts = [_decorate(_findings(rule, tables, subjects), rule) for rule in rules]
    schema = dict.fromkeys(ALERT_COLUMNS, pl.String)
    alerts = pl.concat(parts) if parts else pl.DataFrame(schema=schema)
    return alerts.sort(
        _rank("verdict", tuple(str(v) for v in _VERDICT_ORDER)),
        _rank("severity", tuple(str(s) for s in _SEVERITY_ORDER)),
        "subject",
        "rule",
        "time",
        nulls_last=True,
        maintain_order=True,
    )


def _rank(column: str, order: tuple[str, ...]) -> pl.Expr:
    return pl.col(column).replace_strict(
        {name: rank for rank, name in enumerate(order)}, return_dtype=pl.Int8
    )


def _findings(rule: Rule, tables: Mapping[str, pl.DataFrame], subjects: pl.Series) -> pl.DataFrame:
    missing = [name for name in rule.needs if name not in tables]
    if missing:
        return _not_evaluable(subjects, f"no {' and no '.join(missing)} table in this study")
    findings = rule.check(tables, rule.values)
    if findings.columns != list(FINDING_COLUMNS):
        what = f"Rule {rule.id} returned columns {findings.columns}, expected {list(FINDING_COLUMNS)}."
        raise RuleError(what, advice="This is a defect of the rule; please report it.")
    findings = findings.cast(pl.Schema(_SCHEMA))
    wrong = findings.filter(~pl.col("verdict").is_in([str(v) for v in Verdict]))
    if wrong.height:
        what = f"Rule {rule.id} returned the verdict {wrong.item(0, 'verdict')!r}."
        raise RuleError(what, advice="This is a defect of the rule; please report it.")
    silent = subjects.filter(~subjects.is_in(findings.get_column("subject").implode()))
    if len(silent):
        what = f"Rule {rule.id} gave no verdict for {len(silent)} subject(s), the first being {silent[0]!r}."
        raise RuleError(what, advice="This is a defect of the rule; please report it.")
    return findings


def _not_evaluable(subjects: pl.Series, reason: str) -> pl.DataFrame:
    return pl.DataFrame({"subject": subjects}, schema={"subject": pl.String}).select(
        pl.col("subject"),
        pl.lit(None, dtype=pl.Float64).alias("time"),
        pl.lit(str(Verdict.NOT_EVALUABLE)).alias("verdict"),
        pl.lit("").alias("finding"),
        pl.lit(reason).alias("reason"),
        pl.lit("").alias("evidence"),
    )


def _decorate(findings: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    facts = {
        "rule": rule.id,
        "title": rule.title,
        "severity": str(rule.severity),
        "action": rule.action,
        "source": "; ".join(source.text for source in rule.sources),
        "is_verified": all(source.is_verified for source in rule.sources),
        "is_overridden": rule.is_overridden,
        "overrides": describe_overrides(rule),
        "version": rule.version,
    }
    return findings.with_columns(pl.lit(value).alias(name) for name, value in facts.items()).select(
        list(ALERT_COLUMNS)
    )


def describe_overrides(rule: Rule) -> str:
    """Changed parameters of a rule in words, empty if there are none."""
    return "; ".join(
        f"{p.name} {p.value:g} -> {p.override.value:g} {p.unit} ({p.override.reason}; "
        f"approved by {p.override.approved_by}, {p.override.date})"
        for p in rule.params
        if p.override is not None
    )
