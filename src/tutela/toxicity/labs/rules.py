"""Monitoring rules on laboratory values."""

from __future__ import annotations

from tutela.kernel.cite import Cite
from tutela.kernel.rule import Param, Rule, Severity
from tutela.toxicity.labs.checks import check_neutropenia, check_transaminases

__all__ = ["NEUTROPENIA_14D", "RULES", "TRANSAMINASES_5ULN"]

_ICAHT = Cite("rejeski2023", "early ICAHT: ANC at or below 500/uL for 14 days or more is grade 3")
_ANC = Cite("ctcae5", "Neutrophil count decreased, grade 4", note="grade 3 in CTCAE 6 unless below 0.1")
_AUTOMATION = Cite(
    "icaht-automation", "linear interpolation, gaps up to 7 days", note="its text says 5, its code uses 7"
)
_DAY_ZERO = Cite("rejeski2023", "early ICAHT counts from day 0")
_ALT = Cite("ctcae5", "Alanine and aspartate aminotransferase increased, grade 3: > 5.0 x ULN")

NEUTROPENIA_14D = Rule(
    id="labs.neutropenia-g4-14d",
    title="Grade 4 neutropenia beyond 14 days",
    question="Did neutrophils stay below the grade 4 limit of CTCAE 5 for longer than 14 days?",
    params=(
        Param("limit", 0.5, "10^9/L", (0.1, 1.0), _ANC, "counts below this are low"),
        Param("days", 14.0, "d", (3.0, 60.0), _ICAHT, "longer than this is an alert"),
        Param("max_gap", 7.0, "d", (1.0, 14.0), _AUTOMATION, "samples further apart are not joined"),
        Param("interpolate", 1.0, "1", (0.0, 1.0), _AUTOMATION, "1: to the crossing; 0: low samples only"),
        Param("from_day", 0.0, "d", (-14.0, 30.0), _DAY_ZERO, "time before this day is not counted"),
    ),
    needs=("subjects", "measurements"),
    check=check_neutropenia,
    severity=Severity.WARNING,
    action="The consensus counts 14 days or more as early ICAHT grade 3 (severe); see its recommendations. "
    "CTCAE 6 calls counts of 0.1 to 0.5 x 10^9/L grade 3.",
    sources=(_ICAHT, _ANC, _AUTOMATION),
    tags=("laboratory", "hematotoxicity"),
)

TRANSAMINASES_5ULN = Rule(
    id="labs.transaminases-5uln",
    title="ALT or AST above 5 x ULN",
    question="Did ALT or AST exceed 5 times the upper limit of normal after the infusion?",
    params=(
        Param("multiple", 5.0, "1", (1.5, 20.0), _ALT, "multiples of ULN above this are an alert"),
        Param("from_day", 0.0, "d", (-14.0, 30.0), _ALT, "values before this day are not read"),
    ),
    needs=("subjects", "measurements"),
    check=check_transaminases,
    severity=Severity.WARNING,
    action="Grade 3 or more by CTCAE 5 where the baseline was normal; the source grades an abnormal baseline "
    "by multiples of baseline. Bilirubin decides on Hy's law.",
    sources=(_ALT,),
    tags=("laboratory", "liver"),
)

#: The monitoring rules of this room.
RULES: tuple[Rule, ...] = (NEUTROPENIA_14D, TRANSAMINASES_5ULN)
