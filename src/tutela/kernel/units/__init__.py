"""Units: every spelling a laboratory uses, converted once, with molar masses where they are needed."""

from __future__ import annotations

from tutela.kernel.analytes import ANALYTES, Analyte
from tutela.kernel.units.convert import Conversion, canonical_unit, conversion, convert
from tutela.kernel.units.spelling import normalize_unit

__all__ = [
    "ANALYTES",
    "Analyte",
    "Conversion",
    "canonical_unit",
    "conversion",
    "convert",
    "normalize_unit",
]
