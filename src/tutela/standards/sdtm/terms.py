"""Test codes and words: what SDTM files call a test or a result, and what the study calls it.

Most codes are the same, because the study uses CDISC codes. Declared here are older or sponsor-specific
codes for the same test, and how questionnaires name the items of ICE and CAPD.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from tutela.kernel.analytes import ANALYTES
from tutela.standards.sdtm.domains import Domain
from tutela.standards.sdtm.frames import choose, column
from tutela.standards.sdtm.names import read_code

__all__ = ["KINETIC_UNITS", "QUESTIONS", "Named", "find_tests", "neurology_words"]

#: Concentrations in these units are, by their unit, transgene by PCR, cells by flow, or vector copies.
KINETIC_UNITS: tuple[tuple[str, str], ...] = (
    (r"(?i)^(copies|copy|cp|gc|vg)\s*/\s*[µμum]c?g(\s*(of\s+)?g?dna)?$", "CARTGENE"),
    (r"(?i)^(copies|copy|vc|vector copies)\s*/\s*(cell|diploid genome|genome)$", "VCN"),
    (r"(?i)^cells?\s*/\s*([µμum]c?l|mm\^?3)$", "CARTCELL"),
)

#: Questionnaire items by their wording: (words of the category or name, words of the name, code).
QUESTIONS: tuple[tuple[str, str, str], ...] = (
    (r"\bICE\b|immune effector cell", r"orient", "ICE_ORIENT"),
    (r"\bICE\b|immune effector cell", r"nam(e|ing)\b.*object|object", "ICE_NAME"),
    (r"\bICE\b|immune effector cell", r"command", "ICE_COMMAND"),
    (r"\bICE\b|immune effector cell", r"writ", "ICE_WRITE"),
    (r"\bICE\b|immune effector cell", r"attention|count(ing)?\b", "ICE_ATTENTION"),
    (r"\bICE\b|immune effector cell", r"total|score", "ICE"),
    (r"\bCAPD\b|cornell", r"eye contact", "CAPD_1"),
    (r"\bCAPD\b|cornell", r"purposeful", "CAPD_2"),
    (r"\bCAPD\b|cornell", r"aware", "CAPD_3"),
    (r"\bCAPD\b|cornell", r"communicat", "CAPD_4"),
    (r"\bCAPD\b|cornell", r"restless", "CAPD_5"),
    (r"\bCAPD\b|cornell", r"inconsolable", "CAPD_6"),
    (r"\bCAPD\b|cornell", r"underactive", "CAPD_7"),
    (r"\bCAPD\b|cornell", r"respond|response|slow", "CAPD_8"),
    (r"\bCAPD\b|cornell", r"total|score", "CAPD"),
    (r"", r"(level|depressed level) of consciousness", "CONSC"),
    (r"", r"\bseizures?\b", "SEIZURE"),
    (r"", r"motor (finding|weakness|deficit)", "MOTOR"),
    (r"", r"intracranial pressure|cerebral (o)?edema", "ICP"),
)

#: Neurology results as words, by test: what files write, and the study's code.
_WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "CONSC": (
        (r"unarous|stupor|coma|vigorous|repetitive", "unarousable"),
        (r"tactile", "tactile"),
        (r"voice|verbal", "voice"),
        (r"spontan", "spontaneous"),
    ),
    "SEIZURE": (
        (r"repetitive|without return|no[_ ]baseline", "repetitive_no_baseline"),
        (r"prolonged|> ?5|status epilep|gt[_ ]?5", "prolonged_gt_5min"),
        (r"eeg|non-?convulsive", "eeg_resolving"),
        (r"rapid", "rapidly_resolving"),
        (r"^(no|none|absent|n)$", "none"),
    ),
    "MOTOR": ((r"deep|hemipar|parapar", "deep_focal"), (r"^(no|none|absent|normal|n)$", "none")),
    "ICP": (
        (r"papill", "papilledema"),
        (r"postur|decerebrate|decorticate", "posturing"),
        (r"cn[_ ]?6|cn[_ ]?vi|cranial nerve|sixth nerve|abducens", "cn6_palsy"),
        (r"cushing", "cushing"),
        (r"diffuse", "diffuse"),
        (r"focal|local", "focal"),
        (r"^(no|none|absent|normal|n)$", "none"),
    ),
}

_UNABLE = r"(?i)\bunable\b|not able|could not perform"
_SCORES = r"^(ICE|CAPD)(_|$)"


@dataclass(frozen=True, eq=False)
class Named:
    """Rows with the study's test code, and notes on what was renamed.

    Parameters
    ----------
    frame
        The rows; ``test`` is the study's code.
    notices
        One sentence per renamed code.
    """

    frame: pl.DataFrame
    notices: tuple[str, ...]


def find_tests(frame: pl.DataFrame, domain: Domain, *, codes: Mapping[str, str]) -> Named:
    """Give every row the study's test code.

    Parameters
    ----------
    frame
        Rows with ``test`` as in the file.
    domain
        The domain, for its test name, category and unit.
    codes
        The user's own codes; they win over all others.

    Notes
    -----
    Two different analytes are never merged: if units alone would give two codes of one file the same
    study code, both keep their own.
    """
    code = domain.code
    extra = [name for name in (f"{code}TEST", f"{code}CAT", f"{code}STRESU") if name in frame.columns]
    # The qualifier that this package writes holds the study's own code and stands above all else.
    frame = frame.with_columns(column(frame, f"{code}TUTEST").alias("_own"))
    distinct = (
        frame.filter(pl.col("_own").is_null()).select("test", "unit", *extra).unique(maintain_order=True)
    )
    chosen: dict[str, str] = {}
    for row in distinct.filter(pl.col("test").is_not_null()).iter_rows(named=True):
        given = str(row["test"]).upper()
        found = codes.get(given) or _known(given) or _by_question(row, code, given)
        if not found and code in ("PC", "GF"):
            found = _by_unit(row.get(f"{code}STRESU") or row["unit"])
        if found and found != given:
            chosen.setdefault(given, found)
    kept = _without_merging(chosen, set(distinct["test"].drop_nulls().str.to_uppercase()), codes)
    notices = tuple(f"{code}: test {given} was read as {found}." for given, found in sorted(kept.items()))
    given_test = pl.col("test").str.to_uppercase()
    renamed = given_test.replace(kept) if kept else given_test
    return Named(frame.with_columns(pl.coalesce("_own", renamed).alias("test")).drop("_own"), notices)


def _known(given: str) -> str:
    """Study code of a code in use; empty where the code is not known."""
    found = read_code(given)
    return found if found in ANALYTES else ""


def _by_question(row: Mapping[str, object], code: str, given: str) -> str:
    """Study code of a questionnaire item, from its wording."""
    if code not in ("QS", "FT", "RS"):
        return ""
    name = str(row.get(f"{code}TEST") or given)
    context = f"{row.get(f'{code}CAT') or ''} {name} {given}"
    for about, words, found in QUESTIONS:
        if re.search(about, context, re.IGNORECASE) and re.search(words, name, re.IGNORECASE):
            return found
    return ""


def _by_unit(unit: object) -> str:
    """Study code of a concentration whose unit says what it is."""
    return next((found for pattern, found in KINETIC_UNITS if unit and re.match(pattern, str(unit))), "")


def _without_merging(chosen: dict[str, str], present: set[str], codes: Mapping[str, str]) -> dict[str, str]:
    """Drop renamings by unit that would give two analytes the same code."""
    guessed = {found for _, found in KINETIC_UNITS}
    targets = list(chosen.values())
    return {
        given: found
        for given, found in chosen.items()
        if given in codes or found not in guessed or (targets.count(found) == 1 and found not in present)
    }


def neurology_words(frame: pl.DataFrame) -> pl.DataFrame:
    """Write neurology results in the study's lower-case codes.

    Parameters
    ----------
    frame
        Rows with ``test`` and ``value`` as text.

    Notes
    -----
    "Unable to perform" is a finding of its own, not a missing score.
    """
    text = pl.col("value").str.to_lowercase()
    unable = pl.col("test").str.contains(_SCORES) & pl.col("value").str.contains(_UNABLE)
    cases = [(unable, pl.lit("unable"))]
    for test, words in _WORDS.items():
        is_test = pl.col("test") == test
        cases += [(is_test & text.str.contains(pattern), pl.lit(found)) for pattern, found in words]
    return frame.with_columns(choose(cases, otherwise=pl.col("value")).alias("value"))
