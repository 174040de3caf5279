"""What can be measured: test codes with names, canonical units, molar masses and plausible ranges."""

from __future__ import annotations

from tutela.kernel.analytes.lookup import ANALYTES, find_code
from tutela.kernel.analytes.model import Analyte

__all__ = ["ANALYTES", "Analyte", "find_code"]
