"""Spellings of units, brought to one form that the unit registry can read.

Case does not matter for the units of a laboratory (``MG/DL``, ``K/UL``), because exports often change it;
where upper and lower case mean different things outside the laboratory (``M`` for mega, ``m`` for milli),
the laboratory's meaning is taken. ``10E9/L`` is read as 10^9/L, as it is meant, not as 10 x 10^9.
"""

from __future__ import annotations

import re
from functools import cache

__all__ = ["COUNTED", "TOKENS", "normalize_unit"]

#: Things that are counted: they carry no dimension (cells, copies, platelets, titers).
COUNTED = frozenset(
    {
        "cell",
        "cells",
        "copy",
        "copies",
        "cp",
        "cps",
        "gc",
        "vg",
        "#",
        "count",
        "counts",
        "genecopies",
        "events",
        "genome",
        "diploidgenome",
        "nucleus",
    }
)

_MASS = {
    "kg": "kilogram",
    "g": "gram",
    "gm": "gram",
    "mg": "milligram",
    "mcg": "microgram",
    "ug": "microgram",
}
_MASS |= {"ng": "nanogram", "pg": "picogram", "fg": "femtogram", "lb": "pound", "lbs": "pound", "oz": "ounce"}
_VOLUME = {"l": "liter", "liter": "liter", "litre": "liter", "dl": "deciliter", "cl": "centiliter"}
_VOLUME |= {
    "ml": "milliliter",
    "cc": "milliliter",
    "ul": "microliter",
    "mcl": "microliter",
    "nl": "nanoliter",
}
_VOLUME |= {"fl": "femtoliter", "mm3": "microliter", "mm^3": "microliter", "cmm": "microliter"}
_VOLUME |= {"cumm": "microliter", "cm3": "milliliter", "cm^3": "milliliter"}
_AMOUNT = {"mol": "mole", "mmol": "millimole", "umol": "micromole", "nmol": "nanomole", "pmol": "picomole"}
_AMOUNT |= {"fmol": "femtomole", "fmol(fe)": "femtomole", "mmol(fe)": "millimole"}
_CHARGE = {"eq": "equivalent", "meq": "milliequivalent", "ueq": "microequivalent"}
_ACTIVITY = {
    "u": "activity",
    "iu": "activity",
    "unit": "activity",
    "units": "activity",
    "mu": "milliactivity",
}
_ACTIVITY |= {"miu": "milliactivity", "uu": "microactivity", "uiu": "microactivity", "ku": "kiloactivity"}
_ACTIVITY |= {"kat": "katal", "ukat": "microkatal", "nkat": "nanokatal"}
_PRESSURE = {"mmhg": "mmHg", "cmhg": "cmHg", "kpa": "kilopascal", "cmh2o": "cmH2O", "torr": "torr"}
_TIME = {"s": "second", "sec": "second", "secs": "second", "second": "second", "seconds": "second"}
_TIME |= {"min": "minute", "minute": "minute", "minutes": "minute", "h": "hour", "hr": "hour", "hour": "hour"}
_TIME |= {"hours": "hour", "d": "day", "day": "day", "days": "day", "wk": "week", "week": "week", "a": "year"}
_LENGTH = {"m": "meter", "cm": "centimeter", "mm": "millimeter", "in": "inch", "inch": "inch", "ft": "foot"}
_LENGTH |= {"m2": "meter**2", "m^2": "meter**2"}
_HEAT = {
    "c": "degree_Celsius",
    "degc": "degree_Celsius",
    "celsius": "degree_Celsius",
    "cel": "degree_Celsius",
}
_HEAT |= {"f": "degree_Fahrenheit", "degf": "degree_Fahrenheit", "fahrenheit": "degree_Fahrenheit"}
_HEAT |= {"[degf]": "degree_Fahrenheit", "kelvin": "kelvin"}
_RATE = {"beats": "count", "beat": "count", "breaths": "count", "breath": "count", "bpm": "count/minute"}
_NUMBER = {"1": "1", "fraction": "1", "ratio": "1", "proportion": "1", "fractionof1": "1", "score": "1"}
_NUMBER |= {
    "points": "1",
    "point": "1",
    "titer": "1",
    "titre": "1",
    "inr": "1",
    "nounits": "1",
    "unitless": "1",
}
_NUMBER |= {"none": "1", "%": "percent", "percent": "percent", "pct": "percent"}
_POWERS = {
    "k": 3,
    "thou": 3,
    "thousand": 3,
    "thous": 3,
    "mill": 6,
    "million": 6,
    "mil": 6,
    "giga": 9,
    "tera": 12,
}

#: One part of a unit, in lower case -> name in the unit registry.
TOKENS: dict[str, str] = (
    _MASS | _VOLUME | _AMOUNT | _CHARGE | _ACTIVITY | _PRESSURE | _TIME | _LENGTH | _HEAT | _RATE | _NUMBER
)

#: Whole units whose parts mean something else alone (M is a meter, GI and TI nothing).
_WHOLE = {
    "gi/l": "1e9*count/liter",
    "ti/l": "1e12*count/liter",
    "m/ul": "1e6*count/microliter",
    "m/mm3": "1e6*count/microliter",
}
_MAX_PARTS = 3

_MICRO = str.maketrans(
    {"µ": "u", "μ": "u", "°": "", "º": "", "⁹": "9", "³": "3", "⁶": "6", "²": "2", "\u00d7": "x"}
)
_POWER_OF_TEN = re.compile(r"^(?:x|\*)?10(?:\^|\*\*|\*|exp|e|\(|)\+?(3|6|9|12)\)?(.*)$")
#: What was weighed or how it is expressed, after the unit; it does not change the unit.
_SUFFIXES = ("feu", "creatinine", "creat", "hgb", "dna", "gdna")
_INVERSE = re.compile(r"[.*]?([a-z]+)\^?-1$")


def _clean(text: str) -> str:
    lower = text.strip().translate(_MICRO).lower()
    return _INVERSE.sub(r"/\1", re.sub(r"\s+", "", lower.replace(" per ", "/")))


def _part(text: str) -> str | None:
    """One side of the fraction as an expression of the registry; None if it is not known."""
    if text in COUNTED:
        return "count"
    if text in TOKENS:
        return TOKENS[text]
    for suffix in _SUFFIXES:
        if text.endswith(suffix) and text.removesuffix(suffix) in TOKENS:
            return TOKENS[text.removesuffix(suffix)]
    power = _POWER_OF_TEN.match(text)
    if power:
        return _scaled(int(power[1]), power[2].strip("*x"))
    for word, exponent in _POWERS.items():
        if text == word or (text.startswith(word) and text[len(word) :].strip("*") in COUNTED):
            return f"1e{exponent}*count"
    return None


def _scaled(exponent: int, rest: str) -> str | None:
    if not rest or rest in COUNTED:
        return f"1e{exponent}*count"
    return None


@cache
def normalize_unit(text: str) -> str | None:
    """Expression of the unit registry for a unit as a laboratory spells it.

    Parameters
    ----------
    text
        Unit in any spelling.

    Returns
    -------
    str or None
        None if the spelling is not one of a laboratory.

    Examples
    --------
    >>> normalize_unit("K/uL"), normalize_unit("x10E9/L"), normalize_unit("MG/DL")
    ('1e3*count/microliter', '1e9*count/liter', 'milligram/deciliter')
    >>> normalize_unit("/mm3"), normalize_unit("GI/L"), normalize_unit("furlong")
    ('count/microliter', '1e9*count/liter', None)
    """
    clean = _clean(text)
    if clean in _WHOLE:
        return _WHOLE[clean]
    parts = clean.split("/")
    if not clean or len(parts) > _MAX_PARTS or (len(parts) > 1 and not all(parts[1:])):
        return None
    found = [_part(part) if part else "count" for part in parts]
    if any(part is None for part in found):
        return None
    return "/".join(str(part) for part in found)
