"""Grading scales of ICANS, one per file, named after publication and year."""

from __future__ import annotations

from tutela.toxicity.icans.scales.astct_2019 import ASTCT_2019, DOMAINS_2019, build_astct_2019

__all__ = ["ASTCT_2019", "DOMAINS_2019", "build_astct_2019"]
