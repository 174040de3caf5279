"""Molar masses computed from chemical formulas and standard atomic weights."""

from __future__ import annotations

import re
from fractions import Fraction

from tutela.kernel.cite import Cite

__all__ = ["ATOMIC_WEIGHTS", "SOURCE", "molar_mass"]

SOURCE = Cite("prohaska2022", "Table 1, abridged standard atomic weights", is_verified=False)

#: Abridged standard atomic weights, g/mol, as decimal text so that conversions stay exact.
ATOMIC_WEIGHTS = {
    "H": "1.008",
    "C": "12.011",
    "N": "14.007",
    "O": "15.999",
    "Na": "22.990",
    "Mg": "24.305",
    "P": "30.974",
    "S": "32.06",
    "Cl": "35.45",
    "K": "39.098",
    "Ca": "40.078",
    "Fe": "55.845",
    "Co": "58.933",
}

_PART = re.compile(r"([A-Z][a-z]?)(\d*)")


def molar_mass(formula: str) -> Fraction:
    """Molar mass of a formula without brackets.

    Parameters
    ----------
    formula
        Elements with counts, such as ``C4H7N3O``.

    Returns
    -------
    fractions.Fraction
        Molar mass, g/mol.

    Raises
    ------
    ValueError
        If the formula has an element that is not listed, or anything else in it.

    References
    ----------
    prohaska2022, Table 1.

    Examples
    --------
    >>> float(molar_mass("C4H7N3O"))
    113.12
    """
    parts = _PART.findall(formula)
    if (
        not parts
        or "".join(a + n for a, n in parts) != formula
        or any(a not in ATOMIC_WEIGHTS for a, _ in parts)
    ):
        message = f"{formula!r} is no formula of known elements"
        raise ValueError(message)
    return sum((Fraction(ATOMIC_WEIGHTS[a]) * int(n or 1) for a, n in parts), Fraction(0))
