"""Why a value has its grade, or none: short texts, kept once and pointed to by number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tutela.toxicity.labs.criterion import (
    AllOf,
    AnyOf,
    Branch,
    Condition,
    Criterion,
    Missing,
    Not,
    describe,
)
from tutela.toxicity.labs.evaluate import Observations

__all__ = ["Texts", "explain_grade", "explain_missing"]

Codes = NDArray[np.int32]

#: Reason words of a missing field.
_ABSENT = {
    "value": "no value",
    "low": "no lower limit of normal",
    "high": "no upper limit of normal",
    "base": "no baseline value",
    "pchg": "no change from baseline",
    "age": "age unknown",
    "sex": "sex unknown",
}


class Texts:
    """Distinct texts with their numbers; number 0 is the empty text."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"": 0}

    def code(self, text: str) -> int:
        """Return the number of a text, new or known."""
        return self._numbers.setdefault(text, len(self._numbers))

    def join(self, left: Codes, right: Codes, separator: str = "; ") -> Codes:
        """Numbers of "left; right" for every row, an empty side left out."""
        texts = list(self._numbers)
        keys, inverse = np.unique(left.astype(np.int64) * len(texts) + right, return_inverse=True)
        joined = [self._join(texts[key // len(texts)], texts[key % len(texts)], separator) for key in keys]
        return np.array(joined, dtype=np.int32)[inverse]

    def _join(self, left: str, right: str, separator: str) -> int:
        return self.code(separator.join(dict.fromkeys(text for text in (left, right) if text)))

    def column(self, codes: Codes) -> pl.Series:
        """The texts as a column."""
        return pl.Series(list(self._numbers), dtype=pl.String).gather(codes)


def explain_grade(criterion: Criterion, branch: Branch, *, worst_case: bool) -> str:
    """Why a branch gave its grade, in words.

    Examples
    --------
    >>> from tutela.toxicity.labs.library import read_criteria
    >>> row = read_criteria("ctcae-5").find("Neutrophil count decreased", "L", "SI")[0]
    >>> explain_grade(row, row.branches[1], worst_case=True)
    'Neutrophil count decreased, grade 4: value < 0.5 (10^9/L)'
    """
    group = f" ({criterion.group})" if criterion.group else ""
    unit = f" ({criterion.unit})" if criterion.unit else ""
    assumed = f", assuming '{criterion.assumption}'" if criterion.assumption and worst_case else ""
    return f"{criterion.term}{group}, grade {branch.grade}: {describe(branch.when)}{unit}{assumed}"


def _missing_fields(condition: Condition) -> tuple[str, ...]:
    match condition:
        case Missing(field):
            return (field,)
        case AllOf(parts) | AnyOf(parts):
            return tuple(dict.fromkeys(name for part in parts for name in _missing_fields(part)))
        case Not(part):
            return _missing_fields(part)
        case _:
            return ()


def explain_missing(
    observations: Observations, criterion: Criterion, branch: Branch | None, texts: Texts
) -> Codes:
    """Why observations that met a "not gradable" branch cannot be graded.

    Parameters
    ----------
    observations
        The observations concerned.
    criterion, branch
        What was met; no branch means that the criterion cannot be graded from numbers.
    texts
        Where texts are kept.

    Returns
    -------
    Codes
        Shape (n,): numbers of the reasons.
    """
    names = _missing_fields(branch.when) if branch else ()
    bits = np.zeros(len(observations), dtype=np.int64)
    for position, name in enumerate(names):
        bits |= observations.is_missing(name).astype(np.int64) << position
    patterns, inverse = np.unique(bits, return_inverse=True)
    codes = [texts.code(_reason(criterion, _chosen(names, int(pattern)))) for pattern in patterns]
    return np.array(codes, dtype=np.int32)[inverse]


def _chosen(names: Sequence[str], pattern: int) -> list[str]:
    return [name for position, name in enumerate(names) if pattern >> position & 1]


def _reason(criterion: Criterion, absent: list[str]) -> str:
    if absent:
        shown = ["value"] if "value" in absent else absent
        return f"{criterion.term}: " + ", ".join(_ABSENT[name] for name in shown)
    detail = criterion.note or "cannot be graded from numbers"
    group = f" ({criterion.group})" if criterion.group else ""
    return f"{criterion.term}{group}: {detail[:1].lower()}{detail[1:]}"
