"""Sections "What is wrong with the data?" and "Which rules were asked?"."""

from __future__ import annotations

import polars as pl

from tutela.kernel.rule import Param, Rule, Verdict
from tutela.kernel.section import Block, How, Number, Section, Table, Text
from tutela.report.inputs import ReportInput
from tutela.report.overview import count_unevaluable

__all__ = ["build_quality", "build_rules", "rejected_by_reason"]

_REJECTED_HOW = How(
    text="Every row is checked on reading against the declaration of its table. A row that cannot be used is set "
    "aside whole, a value that cannot be used is emptied, and both are listed here with place and reason; nothing "
    "is dropped silently.",
    method="tutela.kernel.study.read_study",
    inputs=("rejected",),
    code="study.rejected",
)


def rejected_by_reason(rejected: pl.DataFrame) -> pl.DataFrame:
    """Count what was set aside or changed.

    Returns
    -------
    polars.DataFrame
        table, column, kind (the reason itself where the study names no kinds), action, n rows, one reason as an
        example, files, subjects; most frequent first.
    """
    kind = "kind" if "kind" in rejected.columns else "reason"
    keys = ["table", "column", kind, "action"]
    known = pl.col("subject").drop_nulls().unique().sort()
    return (
        rejected.sort("file", "row", "column", nulls_last=True)
        .group_by(keys, maintain_order=True)
        .agg(
            n=pl.len(),
            example=pl.col("reason").first(),
            files=pl.col("file").unique().sort().str.join(", "),
            subjects=known,
        )
        .sort("n", *keys, descending=[True, *[False] * len(keys)], nulls_last=True)
    )


def build_quality(assessment: ReportInput) -> Section:
    """Build the section on the data."""
    rejected = assessment.study.rejected
    blocks: list[Block] = [Text(notice) for notice in assessment.study.notices]
    if rejected.height:
        blocks.append(Number("source rows set aside or changed", _rows_touched(rejected), _REJECTED_HOW))
        blocks.append(Table("rejected-reasons", "By reason", rejected_by_reason(rejected), _REJECTED_HOW))
        blocks.append(Table("rejected-rows", "Row by row", rejected, _REJECTED_HOW))
    else:
        blocks.append(Text("Every row that was read could be used as it stands."))
    blocks += [*_findings(assessment), *_unevaluable(assessment)]
    return Section("quality", "What is wrong with the data?", tuple(blocks))


def _rows_touched(rejected: pl.DataFrame) -> str:
    return f"{rejected.select('file', 'row').unique().height:,}"


def _findings(assessment: ReportInput) -> list[Block]:
    quality = getattr(assessment, "quality", None)
    if not isinstance(quality, pl.DataFrame) or quality.is_empty():
        return []
    how = How(text="Findings of the data-quality checks.", method="tutela.monitoring.assess")
    return [Table("quality-findings", "Findings of the checks", quality, how)]


def _unevaluable(assessment: ReportInput) -> list[Block]:
    table = count_unevaluable(assessment)
    if table.is_empty():
        return []
    how = How(
        text="A rule that lacks what it needs for a subject gives the verdict NOT_EVALUABLE and says why; it is "
        "never counted as silence.",
        method="tutela.monitoring.assess",
        code="from tutela.monitoring import assess\n"
        "assess(study).alerts.filter(pl.col('verdict') == 'NOT_EVALUABLE')",
    )
    labels = {"title": "rule", "reason": "why it could not be asked", "n": "subjects", "subjects": "who"}
    return [Table("unevaluable", "Rules that could not be evaluated", table, how, labels=labels)]


def build_rules(assessment: ReportInput) -> Section | None:
    """Build the section on the rules, or None where there is none."""
    if not assessment.rules:
        return None
    changed = sum(rule.is_overridden for rule in assessment.rules)
    how = How(
        text="Every rule is declared with its question, its numbers and their sources, and is asked of every subject.",
        method="tutela.monitoring.rules",
        sources=tuple(sorted({cite for rule in assessment.rules for cite in rule.sources})),
        code="from tutela.monitoring import assess\nassess(study).rules",
    )
    labels = {
        "subjects": "alerts",
        "n_open": "not evaluable, subjects",
        "numbers": "numbers in force",
        "action": "what the source says",
    }
    table = Table("rules-table", "Rules", _rules_table(assessment), how, labels=labels)
    note = (
        f"{changed} of {len(assessment.rules)} rules use a number that the study changed; it is printed with the "
        "declared one, the reason, the approver and the date."
    )
    blocks: tuple[Block, ...] = (Text(note), table) if changed else (table,)
    return Section("rules", "Which rules were asked?", blocks)


def _rules_table(assessment: ReportInput) -> pl.DataFrame:
    declared = pl.DataFrame([_rule_row(rule) for rule in assessment.rules])
    counts = assessment.alerts.group_by("rule").agg(
        n_open=pl.col("subject").filter(pl.col("verdict") == str(Verdict.NOT_EVALUABLE)).n_unique(),
        subjects=pl.col("subject").filter(pl.col("verdict") == str(Verdict.ALERT)).unique().sort(),
    )
    joined = declared.join(counts, left_on="id", right_on="rule", how="left", maintain_order="left")
    return joined.with_columns(pl.col("n_open").fill_null(0)).select(
        "severity", "title", "question", "numbers", "subjects", "n_open", "action", "rule"
    )


def _rule_row(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "rule": f"{rule.id}, version {rule.version}, reviewed {rule.reviewed}",
        "severity": str(rule.severity),
        "title": rule.title,
        "question": rule.question,
        "numbers": "; ".join(map(_param_text, rule.params)) or "none",
        "action": f"{rule.action} Source: {'; '.join(cite.text for cite in rule.sources)}.",
    }


def _param_text(param: Param) -> str:
    words = f"{param.text or param.name}: {param.used:g} {'' if param.unit == '1' else param.unit}".strip()
    words = f"{words} ({param.source.text})"
    if param.override is None:
        return words
    o = param.override
    return f"{words}, declared {param.value:g}, changed by {o.approved_by} on {o.date}: {o.reason}"
