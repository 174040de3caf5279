"""The criteria of each version, read once from the package's own files.

The files hold the thresholds of CTCAE 4.03, 5.0, 6.0 and DAIDS 2.1 in SI and US conventional units, as
data: condition trees, short criteria texts, groups of age and sex, and every interpretive note.

References
----------
ctcae4, ctcae5, ctcae6, daids: the published tables. admiral: the machine-readable form they were taken
from.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from tutela.kernel.cite import Cite
from tutela.kernel.errors import InputError
from tutela.toxicity.labs.criterion import AgeLimit, Branch, Criterion, condition_from_json

__all__ = ["VERSIONS", "CriteriaSet", "read_criteria"]

#: Versions of the criteria, oldest CTCAE first.
VERSIONS = ("ctcae-4", "ctcae-5", "ctcae-6", "daids-2.1")

#: What each source is cited for.
_WHERE = {"admiral": "criteria as data"}


@dataclass(frozen=True)
class CriteriaSet:
    """All criteria of one version.

    Parameters
    ----------
    version, title
        Identifier and name in words.
    criteria
        Rows of both unit systems.
    sources
        Where they come from.
    """

    version: str
    title: str
    criteria: tuple[Criterion, ...]
    sources: tuple[Cite, ...]

    def find(self, term: str, direction: str, units: str) -> tuple[Criterion, ...]:
        """Rows of a term (case does not matter), direction and unit system; several where groups exist."""
        wanted = term.casefold()
        return tuple(
            row
            for row in self.criteria
            if row.term.casefold() == wanted and row.direction == direction and row.units == units
        )


def _branches(data: list[dict[str, Any]]) -> tuple[Branch, ...]:
    return tuple(Branch(branch["grade"], condition_from_json(branch["when"])) for branch in data)


def _criterion(row: dict[str, Any]) -> Criterion:
    first, second, third, fourth = row["texts"]
    return Criterion(
        term=row["term"],
        soc=row["soc"],
        direction=row["direction"],
        units=row["units"],
        unit=row["unit"],
        texts=(first, second, third, fourth),
        branches=_branches(row["branches"]),
        needs=tuple(row["needs"]),
        milder=_branches(row.get("milder", [])),
        assumption=row.get("assumption", ""),
        note=row["note"],
        group=row["group"],
        ages=tuple(AgeLimit(*limit) for limit in row["ages"]),
        sex=row["sex"],
    )


@cache
def read_criteria(version: str) -> CriteriaSet:
    """Criteria of one version.

    Parameters
    ----------
    version
        One of :data:`VERSIONS`.

    Raises
    ------
    InputError
        If there is no such version.

    Examples
    --------
    >>> read_criteria("ctcae-6").find("thrombocytopenia", "L", "SI")[0].texts[3]
    '<10,000/mm3; 10.0 x 10^9/L; life-threatening consequences; urgent intervention indicated'
    """
    if version not in VERSIONS:
        what = "There are no laboratory criteria of this version."
        raise InputError(
            what,
            column="version",
            value=version,
            expected="one of " + ", ".join(VERSIONS),
            advice="Choose one of the versions listed.",
        )
    file = resources.files("tutela.toxicity.labs").joinpath("criteria", f"{version}.json")
    data = json.loads(file.read_text(encoding="utf-8"))
    return CriteriaSet(
        version=data["version"],
        title=data["title"],
        criteria=tuple(_criterion(row) for row in data["criteria"]),
        sources=tuple(Cite(key, _WHERE.get(key, "laboratory terms")) for key in data["sources"]),
    )
