"""Cytokine release syndrome: grades over time, events and maxima from vital signs and support."""

from __future__ import annotations

from tutela.toxicity.crs.grading import grade
from tutela.toxicity.crs.observation import CrsObservation
from tutela.toxicity.crs.options import CrsOptions
from tutela.toxicity.crs.result import CrsResult
from tutela.toxicity.crs.scales import ASTCT_2019, HYPOTENSION_2019, HYPOXIA_2019

__all__ = [
    "ASTCT_2019",
    "HYPOTENSION_2019",
    "HYPOXIA_2019",
    "CrsObservation",
    "CrsOptions",
    "CrsResult",
    "grade",
]
