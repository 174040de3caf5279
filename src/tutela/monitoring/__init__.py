"""Floor 4: which declared rules fire now, on what evidence."""

from __future__ import annotations

from tutela.monitoring.alerts import ALERT_COLUMNS, evaluate_rules
from tutela.monitoring.assess import Assessment, AssessOptions, assess
from tutela.monitoring.exposure import EXPOSURE_COLUMNS, join_exposure
from tutela.monitoring.rules import RULES, find_rule

__all__ = [
    "ALERT_COLUMNS",
    "EXPOSURE_COLUMNS",
    "RULES",
    "AssessOptions",
    "Assessment",
    "assess",
    "evaluate_rules",
    "find_rule",
    "join_exposure",
]
