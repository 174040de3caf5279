"""Grading criteria of laboratory values as typed rows: conditions are trees of data, never code.

A :class:`Criterion` is one row of a published table: the grade texts a clinician reads, and beside them
branches in the order in which they are tried. A :class:`Branch` whose grade is None says "not gradable".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

__all__ = [
    "FIELDS",
    "AgeLimit",
    "AllOf",
    "AnyOf",
    "Baseline",
    "Branch",
    "Compare",
    "Condition",
    "Criterion",
    "Linear",
    "Missing",
    "Not",
    "condition_from_json",
    "describe",
]

#: Observation fields a condition may read, and their names in words.
FIELDS = {
    "value": "value",
    "low": "LLN",
    "high": "ULN",
    "base": "baseline",
    "pchg": "change from baseline (%)",
    "age": "age",
    "sex": "sex",
}

Operator = Literal["<", "<=", ">", ">=", "=="]


@dataclass(frozen=True)
class Linear:
    """``times * field + plus``; a plain number where ``field`` is empty.

    Parameters
    ----------
    field
        Name in :data:`FIELDS`, or empty.
    times, plus
        Factor and constant, in the unit of the criterion.
    """

    field: str = ""
    times: float = 1.0
    plus: float = 0.0

    @property
    def words(self) -> str:
        """The expression as a clinician writes it."""
        if not self.field:
            return f"{self.plus:g}"
        name = FIELDS[self.field]
        factor = name if self.times == 1 else f"{self.times:g} x {name}"
        return factor if self.plus == 0 else f"{factor} + {self.plus:g}"


@dataclass(frozen=True)
class Compare:
    """``left operator right``; false where either side is missing."""

    left: Linear
    operator: Operator
    right: Linear


@dataclass(frozen=True)
class Missing:
    """The field has no value."""

    field: str


@dataclass(frozen=True)
class Baseline:
    """The baseline value was outside the normal range on that side."""

    side: Literal["LOW", "HIGH"]


@dataclass(frozen=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: Condition


Condition = Compare | Missing | Baseline | AllOf | AnyOf | Not


@dataclass(frozen=True)
class Branch:
    """One step of a criterion: the first branch whose condition holds decides.

    Parameters
    ----------
    grade
        1 to 4, or None for "not gradable".
    when
        The condition.
    """

    grade: int | None
    when: Condition


@dataclass(frozen=True)
class AgeLimit:
    """A bound on age in completed units of time.

    Parameters
    ----------
    unit
        ``days``, ``months`` or ``years``.
    operator
        Comparison of the completed age with ``value``.
    value
        The bound.
    """

    unit: Literal["days", "months", "years"]
    operator: Operator
    value: float


@dataclass(frozen=True)
class Criterion:
    """One row of a published grading table for one direction.

    Parameters
    ----------
    term, soc
        Term and its system organ class (or panel).
    direction
        ``L`` (low values are graded) or ``H``.
    units
        ``SI`` or ``US`` (conventional).
    unit
        Unit the thresholds are written in; empty where only ratios or unit-free values occur.
    texts
        The published words of grades 1 to 4; empty where there is none.
    branches
        Steps tried in order; empty if the row cannot be graded from numbers.
    needs
        Fields the row reads.
    milder
        Branches without the worst-case assumption; empty if the row assumes nothing.
    assumption
        What the row assumes about facts that are not laboratory values; empty if nothing.
    note
        Interpretive note.
    group
        Age or sex group in words; empty if the row is for everybody.
    ages, sex
        The group as data: all limits must hold; sex ``M``, ``F`` or empty.
    """

    term: str
    soc: str
    direction: Literal["L", "H"]
    units: Literal["SI", "US"]
    unit: str
    texts: tuple[str, str, str, str]
    branches: tuple[Branch, ...]
    needs: tuple[str, ...]
    milder: tuple[Branch, ...] = ()
    assumption: str = ""
    note: str = ""
    group: str = ""
    ages: tuple[AgeLimit, ...] = ()
    sex: str = ""


def _linear(data: float | dict[str, Any]) -> Linear:
    if isinstance(data, dict):
        return Linear(data["field"], float(data.get("times", 1.0)), float(data.get("plus", 0.0)))
    return Linear(plus=float(data))


def condition_from_json(data: dict[str, Any]) -> Condition:
    """Build a condition from its JSON tree.

    Parameters
    ----------
    data
        One of ``{"compare": [left, operator, right]}``, ``{"missing": field}``, ``{"baseline": side}``,
        ``{"all": [...]}``, ``{"any": [...]}``, ``{"not": ...}``.

    Raises
    ------
    ValueError
        If the tree has another shape: the criteria file is damaged.

    Examples
    --------
    >>> describe(condition_from_json({"compare": [{"field": "value"}, ">", {"field": "high", "times": 2.5}]}))
    'value > 2.5 x ULN'
    """
    ((kind, content),) = data.items()
    match kind:
        case "compare":
            left, operator, right = content
            return Compare(_linear(left), operator, _linear(right))
        case "missing":
            return Missing(content)
        case "baseline":
            return Baseline(content)
        case "all":
            return AllOf(tuple(condition_from_json(part) for part in content))
        case "any":
            return AnyOf(tuple(condition_from_json(part) for part in content))
        case "not":
            return Not(condition_from_json(content))
    message = f"unknown condition {kind!r} in a criteria file"
    raise ValueError(message)


def describe(condition: Condition) -> str:
    """A condition in words; conditions that only guard against missing values are left out."""
    match condition:
        case Compare(left, operator, right):
            return f"{left.words} {operator} {right.words}"
        case Missing(field):
            return f"no {FIELDS[field]}"
        case Baseline(side):
            return "baseline above ULN" if side == "HIGH" else "baseline below LLN"
        case Not(Baseline(side)):
            return "baseline not above ULN" if side == "HIGH" else "baseline not below LLN"
        case Not(Missing(_)):
            return ""
        case Not(part):
            return f"not ({describe(part)})"
        case AllOf(parts):
            return ", ".join(words for words in map(describe, parts) if words)
        case AnyOf(parts):
            return " or ".join(words for words in map(describe, parts) if words)
