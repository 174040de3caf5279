"""Monitoring rules of the kinetics domain: expansion outside what was published, and no expansion at all."""

from __future__ import annotations

from tutela.catalogue.products import kinetics_facts
from tutela.kernel.cite import Cite
from tutela.kernel.rule import Param, Rule, Severity
from tutela.kinetics.expansion import check_expansion, check_no_expansion

__all__ = ["RULES"]

_SMPC = Cite("kymriah-smpc", "table 7", note="Tmax of responders 0.0111 to 27.8 d, median 9.83 d")
_SAMPLING = Cite(
    "stein2019",
    "typical profile",
    note="closed form: with samples 7 days apart the largest of them is 48 % of the true peak",
    is_verified=False,
)


EXPANSION = Rule(
    id="kinetics.expansion-outside-published",
    title="Expansion outside the published range",
    question="Is the largest transgene or cell level outside the interval published for this product?",
    params=(
        Param(
            "coverage",
            0.95,
            "1",
            (0.5, 0.999),
            Cite("kymriah-smpc", "table 7", note="the label prints geometric mean and CV; 95 % is our choice"),
            "part of the published population inside the interval, taken as log-normal",
        ),
        Param(
            "gap",
            7.0,
            "d",
            (1.0, 14.0),
            _SAMPLING,
            "longest time from the largest value to the samples before and after it",
        ),
    ),
    needs=("subjects", "nca.parameters"),
    check=check_expansion,
    severity=Severity.NOTICE,
    action="Publications relate higher expansion to cytokine release; they name no action for a single value.",
    sources=tuple(
        sorted(
            {fact.source for name in ("tisagenlecleucel", "ciltacabtagene autoleucel")
             for fact in kinetics_facts(name, "CMAX", is_model=False)}
        )
    ),
    tags=("kinetics",),
)  # fmt: skip

NO_EXPANSION = Rule(
    id="kinetics.no-expansion",
    title="No cells quantified when they should peak",
    question="Were all samples below quantification in the days in which cells are expected to peak?",
    params=(
        Param("first_day", 7.0, "d", (1.0, 14.0), _SMPC, "first day looked at, before the median Tmax"),
        Param("last_day", 28.0, "d", (14.0, 90.0), _SMPC, "last day looked at, after the latest Tmax"),
        Param("samples", 2.0, "1", (1.0, 10.0), _SMPC, "fewest sampling times; two is our choice"),
    ),
    needs=("subjects", "measurements"),
    check=check_no_expansion,
    severity=Severity.WARNING,
    action="Check the assay and the product given; the label reports expansion in responders and others.",
    sources=(_SMPC,),
    tags=("kinetics",),
)

#: Rules of the kinetics domain.
RULES: tuple[Rule, ...] = (EXPANSION, NO_EXPANSION)
