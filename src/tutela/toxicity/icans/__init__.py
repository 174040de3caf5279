"""Immune effector cell-associated neurotoxicity syndrome: grades over time, events and maxima."""

from __future__ import annotations

from tutela.toxicity.icans.grading import grade
from tutela.toxicity.icans.instruments import CAPD, ICE
from tutela.toxicity.icans.observation import Bounds, IcansObservation
from tutela.toxicity.icans.options import IcansOptions
from tutela.toxicity.icans.result import IcansResult
from tutela.toxicity.icans.scales import ASTCT_2019, DOMAINS_2019

__all__ = [
    "ASTCT_2019",
    "CAPD",
    "DOMAINS_2019",
    "ICE",
    "Bounds",
    "IcansObservation",
    "IcansOptions",
    "IcansResult",
    "grade",
]
