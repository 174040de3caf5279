"""Monitoring rules on CRS."""

from __future__ import annotations

from tutela.kernel.cite import Cite
from tutela.kernel.rule import Param, Rule, Severity
from tutela.toxicity.crs.checks import (
    check_improvement,
    check_severe_crs,
    check_site_grade,
    check_temperature,
)
from tutela.toxicity.findings import OPEN_H

__all__ = ["RULES"]

_GRADE = Cite("lee2019", "Table 2")
_LABEL = Cite("kymriah-uspi", "Table 1", note="no improvement 12 to 18 h after the first dose, or worsening")
_OWN_WINDOW = Cite(
    "kymriah-uspi", "Table 1", note="age of the grade at the dose: our choice", is_verified=False
)
_DAILY = Cite("lee2019", "text", note="24 h between temperatures: our choice", is_verified=False)

SEVERE = Rule(
    id="crs.severe",
    title="Severe CRS",
    question="Did CRS reach grade 3 or more?",
    params=(Param("grade", 3.0, "grade", (1.0, 5.0), _GRADE, "this grade and above is an alert"), OPEN_H),
    needs=("subjects", "crs.course", "crs.subjects"),
    check=check_severe_crs,
    severity=Severity.CRITICAL,
    action="The label's management table gives tocilizumab and support for this severity; a physician decides.",
    sources=(_GRADE, _LABEL),
    tags=("crs",),
)

NO_IMPROVEMENT = Rule(
    id="crs.no-improvement-after-tocilizumab",
    title="CRS not improving after tocilizumab",
    question="Was CRS no better 12 to 18 h after the first tocilizumab dose of an event, or did it worsen?",
    params=(
        Param("from_h", 12.0, "h", (1.0, 24.0), _LABEL, "improvement is looked for from this time on"),
        Param("to_h", 18.0, "h", (6.0, 48.0), _LABEL, "and up to this time"),
        Param("before_h", 12.0, "h", (1.0, 48.0), _OWN_WINDOW, "the grade at the dose may be this old"),
    ),
    needs=("subjects", "treatments", "crs.course", "crs.episodes"),
    check=check_improvement,
    severity=Severity.CRITICAL,
    action="The label then lists methylprednisolone 2 mg/kg, and a further tocilizumab dose after 8 h or more.",
    sources=(_LABEL,),
    tags=("crs", "tocilizumab"),
)

NO_TEMPERATURE = Rule(
    id="crs.no-temperature-24h",
    title="No temperature during CRS",
    question="Was no temperature recorded for more than 24 h during a CRS event?",
    params=(Param("hours", 24.0, "h", (4.0, 72.0), _DAILY, "a longer gap is an alert"),),
    needs=("subjects", "measurements", "crs.course", "crs.episodes", "crs.subjects"),
    check=check_temperature,
    severity=Severity.NOTICE,
    action="Ask the site for the missing readings: without them the event's grade and end are not known.",
    sources=(_DAILY,),
    tags=("crs", "data quality"),
)

SITE_GRADE = Rule(
    id="crs.site-grade-differs",
    title="Site CRS grade differs",
    question="Does the highest CRS grade reported by the site differ from the one derived from the data?",
    params=(Param("difference", 1.0, "grade", (1.0, 4.0), _GRADE, "grades apart from which it is an alert"),),
    needs=("subjects", "events", "crs.course", "crs.subjects"),
    check=check_site_grade,
    severity=Severity.NOTICE,
    action="Query the site: scale used, support given, attribution to another cause, or missing records.",
    sources=(_GRADE,),
    tags=("crs", "data quality"),
)

#: The monitoring rules of this room.
RULES: tuple[Rule, ...] = (SEVERE, NO_IMPROVEMENT, NO_TEMPERATURE, SITE_GRADE)
