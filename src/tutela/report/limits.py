"""Grade limits of laboratory tests, read from the criteria in force, to be drawn across their lanes."""

from __future__ import annotations

from tutela.kernel.cite import Cite
from tutela.report.lanes import Limit
from tutela.toxicity.labs import VERSIONS, CriteriaSet, read_criteria
from tutela.toxicity.labs.criterion import AllOf, Compare, Condition, Criterion

__all__ = ["DRAWN_TERMS", "drawn_limits", "lab_limits"]

#: Lane -> direction and the names by which the versions call the term. In lanes drawn in multiples of the
#: upper limit of normal only limits that are such multiples are shown.
DRAWN_TERMS = {
    "NEUT": ("L", ("Neutrophil count decreased",)),
    "PLAT": ("L", ("Platelet count decreased", "Platelets, Decreased")),
    "ALT": ("H", ("Alanine aminotransferase increased", "ALT or SGPT, High")),
    "BILI": ("H", ("Blood bilirubin increased",)),
}
#: Lanes whose values are divided by the upper limit of normal.
_RELATIVE = frozenset({"ALT", "BILI"})


def lab_limits(criteria: CriteriaSet) -> dict[str, tuple[Limit, ...]]:
    """Limits of each lane by the given version of the criteria.

    Parameters
    ----------
    criteria
        All criteria of the version in force.

    Returns
    -------
    dict
        Lane -> limits, worst grade first. A term whose limits depend on age or sex has none: one line would be
        wrong for some subjects.
    """
    sources = [source for source in criteria.sources if not source.key.startswith("admiral")]
    source = sources[0] if sources else Cite(criteria.version)
    return {
        lane: _limits(row, source, is_relative=lane in _RELATIVE)
        for lane, (direction, names) in DRAWN_TERMS.items()
        if (row := _find(criteria, names, direction)) is not None
    }


def drawn_limits(labs: object) -> dict[str, tuple[Limit, ...]]:
    """Limits by the version of the criteria that a result used; none where it used none of ours."""
    version = getattr(labs, "version", None)
    return lab_limits(read_criteria(version)) if version in VERSIONS else {}


def _find(criteria: CriteriaSet, names: tuple[str, ...], direction: str) -> Criterion | None:
    for name in names:
        rows = criteria.find(name, direction, "SI")
        if len(rows) == 1 and not rows[0].group:
            return rows[0]
    return None


def _limits(row: Criterion, source: Cite, *, is_relative: bool) -> tuple[Limit, ...]:
    found: dict[int, Limit] = {}
    for branch in row.branches:
        compare = _comparison(branch.when)
        if branch.grade is None or compare is None or branch.grade in found:
            continue
        value = _bound(compare, is_relative=is_relative)
        if value is not None:
            text = f"G{branch.grade} {compare.operator} {value:g}"
            found[branch.grade] = Limit(value, text, source)
    return tuple(found.values())


def _comparison(condition: Condition) -> Compare | None:
    """The comparison of the value with a limit, alone or beside conditions on the baseline."""
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    compares = [p for p in parts if isinstance(p, Compare) and p.left.field == "value" and p.left.times == 1]
    return compares[0] if len(compares) == 1 else None


def _bound(compare: Compare, *, is_relative: bool) -> float | None:
    limit = compare.right
    if is_relative:
        return limit.times if limit.field == "high" and limit.plus == 0 else None
    return limit.plus if not limit.field else None
