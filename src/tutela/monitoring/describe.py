"""Rules in words: for the terminal, the report and the documentation."""

from __future__ import annotations

import polars as pl

from tutela.kernel.rule import Param, Rule
from tutela.monitoring.rules import RULES

__all__ = ["describe_rule", "rules_table"]


def rules_table(rules: tuple[Rule, ...] = RULES) -> pl.DataFrame:
    """All rules, one row each.

    Returns
    -------
    polars.DataFrame
        rule, severity, title, question, parameters, source.
    """
    return pl.DataFrame(
        {
            "rule": [rule.id for rule in rules],
            "severity": [str(rule.severity) for rule in rules],
            "title": [rule.title for rule in rules],
            "question": [rule.question for rule in rules],
            "parameters": [
                "; ".join(f"{p.name} = {p.used:g} {p.unit}" for p in rule.params) for rule in rules
            ],
            "source": ["; ".join(source.text for source in rule.sources) for rule in rules],
        },
        schema=dict.fromkeys(("rule", "severity", "title", "question", "parameters", "source"), pl.String),
    )


def describe_rule(rule: Rule) -> str:
    """One rule as plain text."""
    lines = [
        f"{rule.id}  (version {rule.version}, reviewed {rule.reviewed})",
        rule.title,
        "",
        f"Question   {rule.question}",
        f"Severity   {rule.severity}",
        f"Reads      {', '.join(rule.needs)}",
        f"The source says   {rule.action}",
        "",
        "Numbers" if rule.params else "No numbers.",
        *(line for param in rule.params for line in _describe_param(param)),
        "",
        "Sources",
        *(f"  {source.text}: {source.reference.text}" for source in rule.sources),
    ]
    return "\n".join(lines)


def _describe_param(param: Param) -> list[str]:
    low, high = param.limits
    lines = [
        f"  {param.name} = {param.used:g} {param.unit}   (may be {low:g} to {high:g})  {param.source.text}",
    ]
    if param.text:
        lines.append(f"      {param.text}")
    if param.override is not None:
        o = param.override
        lines.append(f"      changed from {param.value:g}: {o.reason}; approved by {o.approved_by}, {o.date}")
    return lines
