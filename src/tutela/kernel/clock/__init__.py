"""Time: ISO 8601 text, complete or partial, turned once into days since the infusion."""

from __future__ import annotations

from tutela.kernel.clock.bounds import find_bounds
from tutela.kernel.clock.config import Clock
from tutela.kernel.clock.elapsed import Elapsed, to_elapsed, to_relative
from tutela.kernel.clock.iso import PRECISIONS, parse_iso
from tutela.kernel.clock.studyday import from_study_day, study_day, to_study_day

__all__ = [
    "PRECISIONS",
    "Clock",
    "Elapsed",
    "find_bounds",
    "from_study_day",
    "parse_iso",
    "study_day",
    "to_elapsed",
    "to_relative",
    "to_study_day",
]
