"""How criteria read without their worst-case assumption; fragments in the notation of the source.

Some published grades depend on facts that no laboratory value carries ("with symptoms", "if on
anticoagulation"). The source program assumes the worse; here stands the other reading, written from the
criterion's published words.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Milder:
    """The other reading of one row.

    Parameters
    ----------
    assumption
        What the source assumes, in words.
    codes
        Fragments by grade ("NA", "4" to "1") without that assumption.
    group
        Age group the reading is for; empty if the row has one group.
    """

    assumption: str
    codes: dict[str, str]
    group: str = ""


def _steps(operator: str, limit: str, steps: dict[str, str]) -> dict[str, str]:
    """Write one comparison per grade, guarded against a missing limit."""
    guard = f"is.na(AVAL) | is.na({limit}) ~ NA_character_" if limit else "is.na(AVAL) ~ NA_character_"
    scaled = {
        g: f"{factor}*{limit}" if limit and factor != "1" else (limit or factor)
        for g, factor in steps.items()
    }
    return {"NA": guard} | {g: f'AVAL {operator} {right} ~ "{g}"' for g, right in scaled.items()}


def _low(constants: dict[str, str], last: str) -> dict[str, str]:
    """Write comparisons with constants, then with the lower limit of normal at grade ``last``."""
    codes = {g: f'{test} ~ "{g}"' for g, test in constants.items()}
    final = f'is.na(ANRLO) ~ NA_character_, AVAL < ANRLO ~ "{last}"'
    return {"NA": "is.na(AVAL) ~ NA_character_"} | codes | {last: final}


_INR_4 = Milder("on anticoagulation", _steps(">", "ANRHI", {"3": "2.5", "2": "1.5", "1": "1"}))
_INR_5 = Milder("on anticoagulation", _steps(">", "", {"3": "2.5", "2": "1.5", "1": "1.2"}))
_ENZYME = Milder("with signs or symptoms", _steps(">", "ANRHI", {"3": "5", "2": "1.5", "1": "1"}))
_URATE_5 = Milder("with physiologic consequences", _steps(">", "ANRHI", {"1": "1"}))
_POTASSIUM = Milder("symptomatic", _low({"4": "AVAL < 2.5", "3": "AVAL < 3"}, "1"))
_SODIUM_5 = Milder("symptomatic", _low({"4": "AVAL < 120", "3": "AVAL <= 124", "2": "AVAL <= 129"}, "1"))
_SODIUM_6 = Milder("symptomatic", _low({"4": "AVAL < 120", "3": "AVAL < 125", "2": "AVAL < 130"}, "1"))
_NEONATE = "> 28 days of age"


def _urate_4(limit: str) -> Milder:
    high = 'is.na(ANRHI) ~ NA_character_, AVAL > ANRHI ~ "1"'
    codes = {"NA": "is.na(AVAL) ~ NA_character_", "4": f'AVAL > {limit} ~ "4"', "1": high}
    return Milder("with physiologic consequences", codes)


def _ph(limit: str, operator: str, constant: str) -> Milder:
    codes = {
        "NA": "is.na(AVAL) ~ NA_character_",
        "3": f'AVAL {operator} {constant} ~ "3"',
        "2": f'is.na({limit}) ~ NA_character_, AVAL {operator} {limit} ~ "2"',
    }
    return Milder("with life-threatening consequences", codes)


_DIRECT = Milder(
    "with life-threatening consequences",
    {
        "NA": "is.na(AVAL) | is.na(ANRHI) | is.na(BRTHDT) | is.na(ADT) ~ NA_character_",
        "3": 'AVAL > ANRHI ~ "3"',
    },
    _NEONATE,
)


def _both(version: str, term: str, reading: Milder) -> dict[tuple[str, str, str], Milder]:
    return {(version, units, term): reading for units in ("SI", "US")}


#: (version, unit system, term) -> the other reading.
MILDER: dict[tuple[str, str, str], Milder] = {
    **_both("ctcae-4", "INR increased", _INR_4),
    ("ctcae-4", "SI", "Hyperuricemia"): _urate_4("590"),
    ("ctcae-4", "US", "Hyperuricemia"): _urate_4("10"),
    **_both("ctcae-4", "Hypokalemia", _POTASSIUM),
    **_both("daids-2.1", "Acidosis", _ph("ANRLO", "<", "7.3")),
    **_both("daids-2.1", "Alkalosis", _ph("ANRHI", ">", "7.5")),
    **_both("daids-2.1", "Direct Bilirubin, High", _DIRECT),
}
for _version, _sodium in (("ctcae-5", _SODIUM_5), ("ctcae-6", _SODIUM_6)):
    MILDER |= _both(_version, "INR increased", _INR_5)
    MILDER |= _both(_version, "Lipase increased", _ENZYME)
    MILDER |= _both(_version, "Serum amylase increased", _ENZYME)
    MILDER |= _both(_version, "Hyperuricemia", _URATE_5)
    MILDER |= _both(_version, "Hypokalemia", _POTASSIUM)
    MILDER |= _both(_version, "Hyponatremia", _sodium)
