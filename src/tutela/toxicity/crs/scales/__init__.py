"""Grading scales of CRS, one per file, named after publication and year."""

from __future__ import annotations

from tutela.toxicity.crs.scales.astct_2019 import ASTCT_2019, HYPOTENSION_2019, HYPOXIA_2019

__all__ = ["ASTCT_2019", "HYPOTENSION_2019", "HYPOXIA_2019"]
