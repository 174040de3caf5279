"""Test codes and names in SDTM form: a code of at most 8 characters, a name of at most 40."""

from __future__ import annotations

import re

from tutela.kernel.analytes import ANALYTES, find_code

__all__ = ["LONG_CODES", "SHORT_NAMES", "SYNONYMS", "is_read_back", "name_test", "read_code", "write_code"]

#: Study codes that are too long for --TESTCD, and what stands there instead.
LONG_CODES: dict[str, str] = {
    "ICE_ORIENT": "ICEORIEN",
    "ICE_COMMAND": "ICECOMMD",
    "ICE_WRITE": "ICEWRITE",
    "ICE_ATTENTION": "ICEATTN",
}

#: Names that are too long for --TEST, and what stands there instead.
SHORT_NAMES: dict[str, str] = {
    "ICE": "ICE Score",
    "CARTCELL": "CAR-Positive Cells in Blood",
}

#: Codes of sponsors that the kernel's list of names does not have.
SYNONYMS: dict[str, str] = {
    **{short: long for long, short in LONG_CODES.items()},
    "O2SAT": "OXYSAT",
    "LYMPH": "LYM",
    "IONCA": "CAION",
    "CAIONZD": "CAION",
    "FERR": "FERRITIN",
    "FERRITN": "FERRITIN",
    "DDIMERS": "DDIMER",
    "FIBRINOG": "FIBRINO",
    "TROPI": "TROPONI",
    "IFNGAMMA": "IFNG",
    "CAPDSCOR": "CAPD",
    "CAPDTOT": "CAPD",
    "ICESCORE": "ICE",
    "ICETOT": "ICE",
}

_MAX_CODE = 8
_MAX_NAME = 40
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,7}")


def name_test(code: str) -> str:
    """Name of a test; its code where no name is declared.

    Parameters
    ----------
    code
        Test code of the study.

    Examples
    --------
    >>> name_test("ALT"), name_test("SPONSOR1")
    ('Alanine Aminotransferase', 'SPONSOR1')
    """
    known = ANALYTES.get(code)
    return SHORT_NAMES.get(code) or (known.name if known else code)[:_MAX_NAME]


def read_code(code: str) -> str:
    """Study code of a code in --TESTCD; the code itself where no other is known.

    Examples
    --------
    >>> read_code("SGPT"), read_code("ICEORIEN"), read_code("SPONSOR1")
    ('ALT', 'ICE_ORIENT', 'SPONSOR1')
    """
    upper = code.strip().upper()
    return SYNONYMS.get(upper) or find_code(upper) or upper


def write_code(code: str) -> str:
    """Code for --TESTCD: the study's own where it fits, else a short form.

    Examples
    --------
    >>> write_code("ALT"), write_code("ICE_ATTENTION"), write_code("7-day mystery")
    ('ALT', 'ICEATTN', 'T7_DAY_M')
    """
    if code in LONG_CODES:
        return LONG_CODES[code]
    if _CODE.fullmatch(code):
        return code
    plain = re.sub(r"[^A-Z0-9_]+", "_", code.upper())
    return (plain if plain[:1].isalpha() else "T" + plain)[:_MAX_CODE]


def is_read_back(code: str) -> bool:
    """Whether the written code alone gives the study's code again; otherwise it needs a qualifier."""
    return read_code(write_code(code)) == code
