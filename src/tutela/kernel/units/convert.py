"""Conversion between units, exact until the last multiplication."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar

from tutela.kernel.analytes import ANALYTES, Analyte, find_code
from tutela.kernel.errors import UnitError
from tutela.kernel.units.registry import base_of
from tutela.kernel.units.spelling import normalize_unit

__all__ = ["Conversion", "canonical_unit", "conversion", "convert"]

# A float, a numpy array, a polars Series or a polars expression: whatever multiplies by a float.
Value = TypeVar("Value", bound=Any)

_Measure = tuple[Fraction, Mapping[str, Fraction]]

#: Temperatures: value in kelvin = (value + offset) x scale.
_TEMPERATURES: dict[str, tuple[Fraction, Fraction]] = {
    "degree_Celsius": (Fraction("273.15"), Fraction(1)),
    "degree_Fahrenheit": (Fraction("459.67"), Fraction(5, 9)),
    "kelvin": (Fraction(0), Fraction(1)),
}

#: One enzyme unit, U or IU, is 1 umol of substrate per minute, in mol/s.
_ENZYME_UNIT = Fraction(1, 60_000_000)

_GRAMS_PER_KILOGRAM = 1000

#: Spellings that stand for giga and tera in counts only: elsewhere G/L is gram per liter.
_COUNT_SPELLINGS = {"g/l": "1e9*count/liter", "t/l": "1e12*count/liter"}

# Above this a whole number is not exact as a float.
_EXACT = 2**53


@dataclass(frozen=True)
class Conversion:
    """A linear conversion: result = (value + before) x numerator / denominator + after.

    Parameters
    ----------
    numerator, denominator
        The factor as a fraction: dividing by 1000 rounds once, multiplying by 0.001 twice.
    before, after
        Offsets; not 0 only between temperature scales.
    """

    numerator: int = 1
    denominator: int = 1
    before: float = 0.0
    after: float = 0.0

    @property
    def factor(self) -> float:
        """The factor as one number."""
        return self.numerator / self.denominator

    @property
    def is_identity(self) -> bool:
        """Whether values stay as they are."""
        return self == Conversion()

    def __call__(self, value: Value) -> Value:
        """Convert a number, array, series or expression."""
        shifted = value + self.before if self.before else value
        if self.numerator > _EXACT or self.denominator > _EXACT:
            scaled = shifted * self.factor
        else:
            scaled = shifted * float(self.numerator) if self.numerator != 1 else shifted
            scaled = scaled / float(self.denominator) if self.denominator != 1 else scaled
        result: Value = scaled + self.after if self.after else scaled
        return result


def canonical_unit(test: str) -> str | None:
    """Unit in which the results of a test are kept; None if the test is not known or has none.

    Examples
    --------
    >>> canonical_unit("HGB"), canonical_unit("SGPT"), canonical_unit("COLOR")
    ('g/L', 'U/L', None)
    """
    code = test if test in ANALYTES else find_code(test)
    return (ANALYTES[code].unit or None) if code else None


def convert(value: Value, from_unit: str, to_unit: str, *, test: str | None = None) -> Value:
    """Convert a value between units.

    Parameters
    ----------
    value
        Number, numpy array, polars Series or expression.
    from_unit, to_unit
        Units in any laboratory spelling.
    test
        Test code or name; needed between mass and amount of substance, mEq and mol, U and katal, and
        for G/L meaning 10^9/L.

    Raises
    ------
    UnitError
        If a unit is not known, or the units do not convert into each other.

    References
    ----------
    prohaska2022 (molar masses).

    Examples
    --------
    >>> convert(101.3, "degF", "degC")
    38.5
    >>> convert(3500.0, "/uL", "10^9/L", test="NEUT")
    3.5
    >>> round(convert(1.0, "mg/dL", "umol/L", test="CREAT"), 2)
    88.4
    """
    return conversion(from_unit, to_unit, test=test)(value)


@cache
def conversion(from_unit: str, to_unit: str, *, test: str | None = None) -> Conversion:
    """The conversion between two units, to be applied to many values.

    Parameters
    ----------
    from_unit, to_unit, test
        As in :func:`convert`.

    Raises
    ------
    UnitError
        If a unit is not known, or the units do not convert into each other.

    Examples
    --------
    >>> conversion("mg/dL", "g/L").factor
    0.01
    """
    code = None if test is None else (test if test in ANALYTES else find_code(test))
    analyte = ANALYTES.get(code) if code else None
    start, end = _expression(from_unit, analyte), _expression(to_unit, analyte)
    if start == end:
        return Conversion()
    if start in _TEMPERATURES and end in _TEMPERATURES:
        return _between_temperatures(start, end)
    ratio = _ratio(_measure(start, from_unit), _measure(end, to_unit), analyte)
    if ratio is None:
        what = f"{from_unit} does not convert to {to_unit}" + (f" for {test}." if test else ".")
        raise UnitError(what, column="unit", value=from_unit, expected=_expected(to_unit, analyte))
    return Conversion(ratio.numerator, ratio.denominator)


def _expression(unit: str, analyte: Analyte | None) -> str:
    """Expression of the registry; other text than a laboratory's is left to the registry itself."""
    if analyte is not None and analyte.unit in ("10^9/L", "10^12/L"):
        in_counts = _COUNT_SPELLINGS.get(unit.strip().lower())
        if in_counts:
            return in_counts
    return normalize_unit(unit) or unit.strip()


def _measure(expression: str, unit: str) -> _Measure:
    try:
        return base_of(expression)
    except ValueError:
        what = f"The unit {unit!r} is not known."
        raise UnitError(
            what,
            column="unit",
            value=unit,
            expected="a unit such as mg/dL, mmol/L, U/L or 10^9/L",
            advice="Correct the unit, or convert the values before reading.",
        ) from None


def _expected(to_unit: str, analyte: Analyte | None) -> str:
    others = analyte.alternatives if analyte else ()
    return " or ".join((to_unit, *others)) if others else f"a unit that converts to {to_unit}"


def _between_temperatures(start: str, end: str) -> Conversion:
    (offset, scale), (offset_end, scale_end) = _TEMPERATURES[start], _TEMPERATURES[end]
    ratio = scale / scale_end
    # Fahrenheit to Celsius is (F - 32) x 5/9: one offset where it is a short number.
    before = offset - offset_end / ratio
    if before.denominator == 1:
        return Conversion(ratio.numerator, ratio.denominator, before=float(before))
    return Conversion(ratio.numerator, ratio.denominator, after=float(before * ratio))


def _ratio(start: _Measure, end: _Measure, analyte: Analyte | None) -> Fraction | None:
    """Factor between two measures; None if they do not measure the same."""
    if start[1] == end[1]:
        return start[0] / end[0]
    if analyte is None:
        return None
    one, other = _as_substance(start, analyte), _as_substance(end, analyte)
    return one[0] / other[0] if one[1] == other[1] else None


def _as_substance(measure: _Measure, analyte: Analyte) -> _Measure:
    """Mass, charge and enzyme activity as amount of substance, where the analyte says how."""
    factor, dimension = measure[0], dict(measure[1])
    exchanges: tuple[tuple[str, Fraction | None, dict[str, int]], ...] = (
        ("[mass]", _per_kilogram(analyte), {"[substance]": 1}),
        ("[charge_amount]", Fraction(1, analyte.valence) if analyte.valence else None, {"[substance]": 1}),
        (
            "[activity_amount]",
            _ENZYME_UNIT if analyte.is_enzyme else None,
            {"[substance]": 1, "[time]": -1},
        ),
    )
    for name, rate, becomes in exchanges:
        if rate is None or dimension.get(name) != 1:
            continue
        factor *= rate
        del dimension[name]
        for other, power in becomes.items():
            total = dimension.pop(other, Fraction(0)) + power
            if total:
                dimension[other] = total
    return factor, dimension


def _per_kilogram(analyte: Analyte) -> Fraction | None:
    mass = analyte.molar_mass
    return None if mass is None else _GRAMS_PER_KILOGRAM / mass
