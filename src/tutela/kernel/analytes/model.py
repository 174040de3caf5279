"""The declaration of one test."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tutela.kernel.molar import molar_mass

__all__ = ["Analyte"]


@dataclass(frozen=True)
class Analyte:
    """One test that the package knows by code.

    Parameters
    ----------
    code
        CDISC test code where one exists, else the study's own code.
    name
        Name in words.
    unit
        Canonical unit; results are converted to it once, on reading.
    category
        vital sign, laboratory, cytokine, kinetics, antibody or neurology.
    plausible
        Smallest and largest believable result in the canonical unit. The ranges are the project's own
        choice, wider than what is seen in severe illness: a result outside is taken for an error of unit
        or typing, not for illness.
    upper_limit
        Range in which a laboratory's upper limit of normal must lie, canonical unit; None if not checked.
        Chosen wide over ages and methods: a limit outside means that the unit of the row is wrong.
    alternatives
        Units that are often confused with the given one; used only in the words of a rejection.
    formula
        What is weighed when the result is a mass: a chemical formula, or the molar mass in g/mol as
        decimal text where the convention is not a formula.
    valence
        Charge, for mEq/L; 0 if the unit does not apply.
    is_enzyme
        True if U and IU both mean the enzyme unit (1 umol/min).
    needs_unit
        False if a missing unit can only be the canonical one.
    codes
        Allowed results of a test whose result is a word; empty for numbers.
    names
        Other names and codes, compared without case, spaces and punctuation.
    """

    code: str
    name: str
    unit: str
    category: str = "laboratory"
    plausible: tuple[float, float] = (0.0, float("inf"))
    upper_limit: tuple[float, float] | None = None
    alternatives: tuple[str, ...] = ()
    formula: str = ""
    valence: int = 0
    is_enzyme: bool = False
    needs_unit: bool = True
    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def molar_mass(self) -> Fraction | None:
        """Molar mass, g/mol; None if mass and amount of substance do not convert."""
        if not self.formula:
            return None
        return Fraction(self.formula) if self.formula[0].isdigit() else molar_mass(self.formula)
