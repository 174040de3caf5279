"""Monitoring rules on ICANS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tutela.kernel.cite import Cite
from tutela.kernel.rule import Param, Params, Rule, Severity
from tutela.toxicity.findings import OPEN_H, check_severe
from tutela.toxicity.site_grades import Toxicity, compare_site_grades

if TYPE_CHECKING:
    import polars as pl

__all__ = ["ICANS", "RULES"]

_GRADE = Cite("lee2019", "ICANS consensus grading")

ICANS = Toxicity(
    domain="icans",
    name="ICANS",
    pattern=r"(?i)\bicans\b|immune effector cell.associated neurotoxicity|^\s*neurotoxicity",
    components=("cognition", "consciousness", "seizure", "motor", "icp"),
)


def _check_severe(tables: Mapping[str, pl.DataFrame], params: Params) -> pl.DataFrame:
    return check_severe(tables, params, domain="icans", name="ICANS")


def _check_site_grade(tables: Mapping[str, pl.DataFrame], params: Params) -> pl.DataFrame:
    return compare_site_grades(tables, params, ICANS)


SEVERE = Rule(
    id="icans.severe",
    title="Severe ICANS",
    question="Did ICANS reach grade 3 or more?",
    params=(Param("grade", 3.0, "grade", (1.0, 5.0), _GRADE, "this grade and above is an alert"), OPEN_H),
    needs=("subjects", "icans.course", "icans.subjects"),
    check=_check_severe,
    severity=Severity.CRITICAL,
    action="Published guidelines give corticosteroids and intensive care for this severity; a physician decides.",
    sources=(_GRADE,),
    tags=("icans",),
)

SITE_GRADE = Rule(
    id="icans.site-grade-differs",
    title="Site ICANS grade differs",
    question="Does the highest ICANS grade reported by the site differ from the one derived from the data?",
    params=(Param("difference", 1.0, "grade", (1.0, 4.0), _GRADE, "grades apart from which it is an alert"),),
    needs=("subjects", "events", "icans.course", "icans.subjects"),
    check=_check_site_grade,
    severity=Severity.NOTICE,
    action="Query the site: scale used, domain that decided, attribution to another cause, or missing scores.",
    sources=(_GRADE,),
    tags=("icans", "data quality"),
)

#: The monitoring rules of this room.
RULES: tuple[Rule, ...] = (SEVERE, SITE_GRADE)
