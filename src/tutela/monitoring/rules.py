"""All declared rules of the package, in one explicit tuple."""

from __future__ import annotations

from tutela.kernel.errors import RuleError
from tutela.kernel.rule import Rule
from tutela.kinetics.rules import RULES as KINETICS
from tutela.monitoring.quality import RULES as QUALITY
from tutela.toxicity.crs.rules import RULES as CRS
from tutela.toxicity.icans.rules import RULES as ICANS
from tutela.toxicity.labs.rules import RULES as LABS

__all__ = ["RULES", "find_rule"]

#: Every rule, by domain.
RULES: tuple[Rule, ...] = (*CRS, *ICANS, *LABS, *KINETICS, *QUALITY)


def find_rule(rule_id: str) -> Rule:
    """The rule with this identifier.

    Raises
    ------
    RuleError
        If there is none.
    """
    for rule in RULES:
        if rule.id == rule_id:
            return rule
    near = [rule.id for rule in RULES if rule.id.split(".")[0] == rule_id.split(".")[0]]
    what = f"There is no rule {rule_id!r}."
    raise RuleError(
        what, advice="`tutela rules` lists all rules" + (f"; near: {', '.join(near)}." if near else ".")
    )
