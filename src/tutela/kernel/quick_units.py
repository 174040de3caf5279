"""Units: every value is converted once, at the edge, to the canonical unit of its test.

Dimensions are pint's; what a laboratory adds to them is declared here: catalytic units (1 U = 1 IU, by
convention for enzymes), equivalents by valence, mass to substance by molar mass, and counts, where ``G/L``
means 10^9/L and not gram per liter.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from tutela.kernel.quick_analytes import ANALYTES, Analyte, analyte
from tutela.kernel.errors import UnitError

__all__ = ["ANALYTES", "Conversion", "canonical_unit", "conversion", "convert", "suggest_unit"]


class Conversion(NamedTuple):
    """``target = source * factor + offset``."""

    factor: float
    offset: float = 0.0

    def __call__(self, value: float) -> float:
        """Convert one value."""
        return value * self.factor + self.offset


_DIMENSIONLESS = {
    "",
    "1",
    "ratio",
    "inr",
    "score",
    "points",
    "titer",
    "titre",
    "{score}",
    "{ratio}",
    "ph",
    "fraction",
    "l/l",
    "v/v",
}
_TEMPERATURES = {
    "degc": "degC", "c": "degC", "°c": "degC", "celsius": "degC", "cel": "degC",
    "degf": "degF", "f": "degF", "°f": "degF", "fahrenheit": "degF", "[degf]": "degF",
    "k": "kelvin", "kelvin": "kelvin",
}  # fmt: skip
_WHOLE = {
    "%": "percent", "percent": "percent", "bpm": "count/min", "/min": "count/min", "mmhg": "mmHg", "cmhg": "cmHg",
    "mm[hg]": "mmHg", "kpa": "kPa", "k/ul": "1e3*count/ul", "k/mm3": "1e3*count/ul", "thou/ul": "1e3*count/ul",
    "th/ul": "1e3*count/ul", "thou/mcl": "1e3*count/ul", "gi/l": "1e9*count/l", "ti/l": "1e12*count/l",
    "m/ul": "1e6*count/ul", "mil/ul": "1e6*count/ul", "mio/ul": "1e6*count/ul", "seconds": "s", "sec": "s",
    "secs": "s", "kg/m2": "kg/m**2", "pct": "percent", "in": "inch", "lb": "pound", "lbs": "pound",
}  # fmt: skip
_COUNT_WHOLE = {
    "g/l": "1e9*count/l",
    "t/l": "1e12*count/l",
    "giga/l": "1e9*count/l",
    "tera/l": "1e12*count/l",
}
_ATOMS = (
    (r"mm\^?3|cumm|cmm|mcl|µl|μl", "ul"),
    (r"(?<![a-z])mcg|(?<![a-z])[µμ]g", "ug"),
    (r"[µμ]mol|mcmol", "umol"),
    (r"[µu]kat", "(1e-6*katz)"),
    (r"(?<![a-z(*])nkat", "(1e-9*katz)"),
    (r"cells?|copies|counts?|\{[a-z ]*\}|beats?|breaths?|leuk|wbc|plts?", "count"),
    (r"(?<![a-z])miu(?![a-z])|(?<![a-z])mu(?![a-z])", "(1e-3*enzu)"),
    (r"(?<![a-z])iu(?![a-z])|(?<![a-z])u(?![a-z])|units?", "enzu"),
    (r"meq", "milliequiv"),
    (r"dna", ""),
)
# Temperature scales have a zero of their own; exact by definition.
_SCALES = {
    ("degree_Fahrenheit", "degree_Celsius"): Conversion(5 / 9, -160 / 9),
    ("degree_Celsius", "degree_Fahrenheit"): Conversion(9 / 5, 32.0),
    ("kelvin", "degree_Celsius"): Conversion(1.0, -273.15),
    ("degree_Celsius", "kelvin"): Conversion(1.0, 273.15),
    ("degree_Celsius", "degree_Celsius"): Conversion(1.0),
    ("degree_Fahrenheit", "degree_Fahrenheit"): Conversion(1.0),
}
_POWER = re.compile(r"^x?10(?:\^|\*\*?|e|\*)?(?P<exponent>\d{1,2})(?P<rest>/.*)$")


@cache
def _registry() -> Any:  # noqa: ANN401 - pint's registry type is dynamic
    from pint import UnitRegistry

    registry = UnitRegistry(cache_folder=None)
    registry.define("enzu = [catalytic_unit]")
    registry.define("katz = 6e7 * enzu")
    registry.define("equivalent = [equivalence]")
    registry.define("milliequiv = 1e-3 * equivalent")
    return registry


def _expression(unit: str, row: Analyte | None) -> str:
    """A unit as written in the field, as an expression pint reads."""
    text = re.sub(r"\s+", "", unit).casefold().replace("μ", "µ")
    is_count = row is not None and row.unit in {"10^9/L", "10^12/L", "cells/uL"}
    if text in _DIMENSIONLESS:
        return "dimensionless"
    if text in _TEMPERATURES and (row is None or row.unit == "degC"):
        return _TEMPERATURES[text]
    if is_count and text in _COUNT_WHOLE:
        return _COUNT_WHOLE[text]
    if text in _WHOLE:
        return _WHOLE[text]
    power = _POWER.match(text)
    scale = ""
    if power:
        scale, text = f"1e{power['exponent']}*", f"count{power['rest']}"
    elif text.startswith("/"):
        text = f"count{text}"
    for pattern, atom in _ATOMS:
        text = re.sub(pattern, atom, text)
    return scale + text


@cache
def _quantity(unit: str, test: str | None) -> Any:  # noqa: ANN401
    """The unit as a pint quantity with counts taken as pure numbers."""
    row = None if test is None else analyte(test)
    expression = _expression(unit, row)
    registry = _registry()
    try:
        if expression in {"degC", "degF", "kelvin"}:
            return registry.Quantity(1.0, expression)
        return registry.Quantity(registry.parse_expression(expression)).to_base_units()
    except Exception as error:  # noqa: BLE001 - pint raises many kinds for a text that is no unit
        what = "This unit is not known."
        raise UnitError(
            what,
            value=unit,
            expected=f"a unit of {test}, such as {canonical_unit(test)}" if test else "a unit",
        ) from error


def canonical_unit(test: str | None) -> str | None:
    """Canonical unit of a test code, or None for a test the package does not know.

    Examples
    --------
    >>> canonical_unit("CRP"), canonical_unit("NEUT")
    ('mg/L', '10^9/L')
    """
    row = None if test is None else analyte(test)
    return None if row is None else row.unit


@cache
def conversion(from_unit: str, to_unit: str, test: str | None = None) -> Conversion:
    """How a number in one unit becomes a number in another.

    Parameters
    ----------
    from_unit, to_unit
        Units as written in the field.
    test
        Test code, for molar mass, valence, and what ``G/L`` means.

    Raises
    ------
    UnitError
        If a unit is unknown, or the two do not fit.

    Examples
    --------
    >>> round(conversion("mg/dL", "umol/L", "CREAT").factor, 2)
    88.4
    """
    if from_unit == to_unit:
        return Conversion(1.0)
    source, target = _quantity(from_unit, test), _quantity(to_unit, test)
    if source.is_compatible_with(target):
        return _direct(source, target)
    bridged = _bridge(source, target, None if test is None else analyte(test))
    if bridged is None:
        what = "The unit does not fit the test." if test else "The units do not fit each other."
        raise UnitError(what, value=from_unit, expected=f"a unit that converts to {to_unit}")
    return bridged


def _direct(source: Any, target: Any) -> Conversion:  # noqa: ANN401
    if "[temperature]" in str(source.dimensionality):
        return _SCALES[str(source.units), str(target.units)]
    factor = float((source / target).to_base_units().magnitude)
    # Unit factors are decimal numbers; binary noise (1e-3 * 1e6) would make equal values differ.
    return Conversion(float(f"{factor:.15g}"))


def _bridge(source: Any, target: Any, row: Analyte | None) -> Conversion | None:  # noqa: ANN401
    """Mass to substance by molar mass, equivalents to substance by valence; either way round."""
    if row is None:
        return None
    registry = _registry()
    links = []
    if row.molar_mass is not None:
        links.append(registry.Quantity(row.molar_mass, "gram/mole"))
    if row.valence is not None:
        links.append(registry.Quantity(1.0 / row.valence, "mole") / registry.Quantity(1e3, "milliequiv"))
    for link in links:
        for bridged in (source * link, source / link):
            if bridged.is_compatible_with(target):
                factor = float((bridged / target).to_base_units().magnitude)
                return Conversion(float(f"{factor:.12g}"))
    return None


def convert(value: float, from_unit: str, to_unit: str, *, test: str | None = None) -> float:
    """Convert one value.

    Parameters
    ----------
    value
        The number.
    from_unit, to_unit
        Units as written in the field.
    test
        Test code, for molar mass, valence, and what ``G/L`` means.

    Raises
    ------
    UnitError
        If a unit is unknown, or the two do not fit.

    Examples
    --------
    >>> convert(101.3, "degF", "degC", test="TEMP")
    38.5
    >>> convert(3500, "/uL", "10^9/L", test="NEUT")
    3.5
    >>> convert(2.5, "mg/dL", "mg/L", test="CRP")
    25.0
    """
    return float(f"{conversion(from_unit, to_unit, test)(value):.12g}")


def suggest_unit(value: float, test: str) -> str | None:
    """The unit in which a value that is implausible as it stands would be plausible, or None.

    Examples
    --------
    >>> suggest_unit(101.3, "TEMP")
    'degF'
    >>> suggest_unit(3500.0, "NEUT")
    'cells/uL'
    """
    row = analyte(test)
    if row is None:
        return None
    for unit in row.others:
        try:
            candidate = conversion(unit, row.unit, test)(value)
        except UnitError:
            continue
        if row.low <= candidate <= row.high:
            return unit
    return None
