"""How hospitals write results: unit and decimals, and the other units in use."""

from __future__ import annotations

from functools import cache

import polars as pl

from tutela.kernel.analytes import ANALYTES
from tutela.kernel.units import convert

__all__ = ["ALTERNATIVES", "convertible_tests", "format_table"]

#: Decimals of a result in the canonical unit; 0 where not named.
DECIMALS = {
    "TEMP": 1, "WBC": 2, "NEUT": 2, "LYM": 2, "MONO": 2, "EOS": 2, "BILI": 1, "UREAN": 1, "GLUC": 1, "K": 1,
    "CA": 2, "MG": 2, "PHOS": 2, "INR": 2, "APTT": 1, "FIBRINO": 2, "CRP": 1, "INTLK6": 1, "IFNG": 1,
    "INTLK10": 1, "TNFA": 1, "MCP1": 1,
}  # fmt: skip
#: The other unit in use and its decimals.
ALTERNATIVES = {
    "TEMP": ("degF", 1), "CRP": ("mg/dL", 2), "WBC": ("/uL", 0), "NEUT": ("/uL", 0), "LYM": ("/uL", 0),
    "MONO": ("/uL", 0), "EOS": ("/uL", 0), "PLAT": ("10^3/uL", 0), "HGB": ("g/dL", 1), "CREAT": ("mg/dL", 2),
    "BILI": ("mg/dL", 2), "FERRITIN": ("ng/mL", 0), "FIBRINO": ("mg/dL", 0), "GLUC": ("mg/dL", 0),
    "CA": ("mg/dL", 1), "MG": ("mg/dL", 1), "PHOS": ("mg/dL", 1), "ALB": ("g/dL", 1), "UREAN": ("mg/dL", 0),
}  # fmt: skip
#: Tests whose records carry no unit.
UNITLESS = ("INR",)
SPECIMENS = {"laboratory": "BLOOD", "cytokine": "SERUM", "kinetics": "BLOOD"}


def convertible_tests() -> tuple[str, ...]:
    """Tests that have another unit in use."""
    return tuple(ALTERNATIVES)


@cache
def format_table() -> pl.DataFrame:
    """One row per test and unit in use.

    Returns
    -------
    polars.DataFrame
        test, is_other, unit (as written), factor and offset (from the canonical unit), decimals, category,
        specimen.
    """
    rows = []
    for row in ANALYTES.values():
        rows.append(_row(row.code, row.unit, DECIMALS.get(row.code, 0), is_other=False))
        if row.code in ALTERNATIVES:
            unit, decimals = ALTERNATIVES[row.code]
            rows.append(_row(row.code, unit, decimals, is_other=True))
    return pl.DataFrame(rows)


def _row(test: str, unit: str, decimals: int, *, is_other: bool) -> dict[str, object]:
    known = ANALYTES[test]
    offset = convert(0.0, known.unit, unit, test=test)
    is_score = known.category == "neurology" or test in UNITLESS
    return {
        "test": test,
        "is_other": is_other,
        "unit": None if is_score else unit,
        "factor": convert(1.0, known.unit, unit, test=test) - offset,
        "offset": offset,
        "decimals": decimals,
        "category": known.category,
        "specimen": SPECIMENS.get(known.category),
    }
