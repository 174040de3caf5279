"""Monitoring rules: a question, its declared numbers, and a pure check over tables.

A rule never decides for a clinician: it says, for each subject, whether what its source describes is
present (ALERT), absent (NO_ALERT) or cannot be told (NOT_EVALUABLE, with the reason). Silence is never a
verdict. Numbers live in :class:`Param` only; a study may override one inside its range, with a reason,
an approver and a date, and the override shows wherever the alert is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from tutela.kernel.cite import Cite
from tutela.kernel.errors import RuleError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Override", "Param", "Params", "Rule", "Severity", "Verdict", "apply_overrides"]

Params = Mapping[str, float]


class Verdict(StrEnum):
    """What a rule says about one subject."""

    ALERT = "ALERT"
    NO_ALERT = "NO_ALERT"
    NOT_EVALUABLE = "NOT_EVALUABLE"


class Severity(StrEnum):
    """How soon a person should look, most urgent first."""

    CRITICAL = "critical"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True)
class Override:
    """A study's own value of a declared parameter, with its audit facts.

    Parameters
    ----------
    value
        The value used instead.
    reason, approved_by, date
        Why, by whom, and when (ISO 8601 date); none may be empty.
    """

    value: float
    reason: str
    approved_by: str
    date: str

    def __post_init__(self) -> None:
        for name in ("reason", "approved_by", "date"):
            if not str(getattr(self, name)).strip():
                what = f"An override needs a {name.replace('_', ' ')}."
                raise RuleError(what, advice="Give value, reason, approved_by and date in study.toml.")


@dataclass(frozen=True)
class Param:
    """A declared number of a rule.

    Parameters
    ----------
    name
        Name by which the check reads it.
    value
        Default value.
    unit
        Unit of the value, "1" for a pure number.
    limits
        Smallest and largest value that an override may take.
    source
        Where the default comes from.
    text
        What the number means.
    override
        The study's own value, if any.
    """

    name: str
    value: float
    unit: str
    limits: tuple[float, float]
    source: Cite
    text: str = ""
    override: Override | None = None

    @property
    def used(self) -> float:
        """The value in force."""
        return self.value if self.override is None else self.override.value


@dataclass(frozen=True)
class Rule:
    """A declared monitoring rule.

    Parameters
    ----------
    id
        Identifier ``domain.thing``, such as ``crs.severe``.
    title, question, action
        Name; what is asked of the data; what the source says to do, quoted as information, never an order.
    params
        Declared numbers.
    needs
        Names of the tables the check reads; the rule is NOT_EVALUABLE where one is absent.
    check
        Pure function ``(tables, params) -> findings`` with the columns of
        :data:`tutela.kernel.rule.FINDING_COLUMNS`.
    severity
        Urgency of an alert.
    sources
        Where the rule comes from.
    version, reviewed
        Version of the rule and date of its last review.
    """

    id: str
    title: str
    question: str
    params: tuple[Param, ...]
    needs: tuple[str, ...]
    check: Callable[[Mapping[str, pl.DataFrame], Params], pl.DataFrame]
    severity: Severity
    action: str
    sources: tuple[Cite, ...]
    version: int = 1
    reviewed: str = "2026-11-21"
    tags: tuple[str, ...] = field(default=())

    @property
    def values(self) -> dict[str, float]:
        """Values in force by parameter name."""
        return {param.name: param.used for param in self.params}

    @property
    def is_overridden(self) -> bool:
        """Whether the study changed a parameter."""
        return any(param.override is not None for param in self.params)


#: Columns that a check returns: one row per subject (or per episode of a subject).
FINDING_COLUMNS = {
    "subject": "the subject",
    "time": "day since infusion at which the finding starts, or null",
    "verdict": "ALERT, NO_ALERT or NOT_EVALUABLE",
    "finding": "what was found, in plain words",
    "reason": "why not evaluable, or what qualifies the finding",
    "evidence": "source rows as 'file:row', comma separated, at most the declared number",
}


def apply_overrides(
    rules: tuple[Rule, ...], overrides: Mapping[str, Mapping[str, Override]]
) -> tuple[Rule, ...]:
    """Put a study's overrides into the rules.

    Parameters
    ----------
    rules
        Declared rules.
    overrides
        Rule id -> parameter name -> override.

    Raises
    ------
    RuleError
        If a rule or parameter does not exist, or a value lies outside its declared range.
    """
    known = {rule.id: rule for rule in rules}
    for rule_id, by_name in overrides.items():
        if rule_id not in known:
            what = f"There is no rule {rule_id!r} to override."
            raise RuleError(what, where="study.toml, [overrides]", advice="`tutela rules` lists all rules.")
        known[rule_id] = _override_rule(known[rule_id], by_name)
    return tuple(known.values())


def _override_rule(rule: Rule, by_name: Mapping[str, Override]) -> Rule:
    where = f"study.toml, [overrides.'{rule.id}']"
    names = {param.name for param in rule.params}
    for name in by_name:
        if name not in names:
            what = f"Rule {rule.id} has no parameter {name!r}."
            raise RuleError(what, where=where, advice=f"It has: {', '.join(sorted(names)) or 'none'}.")
    params = tuple(
        _override_param(p, by_name[p.name], where) if p.name in by_name else p for p in rule.params
    )
    return replace(rule, params=params)


def _override_param(param: Param, override: Override, where: str) -> Param:
    low, high = param.limits
    if not low <= override.value <= high:
        what = f"{param.name} = {override.value:g} is outside its allowed range {low:g} to {high:g} {param.unit}."
        raise RuleError(what, where=where, advice="Choose a value inside the range, or propose a new rule.")
    return replace(param, override=override)
