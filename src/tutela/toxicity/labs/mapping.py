"""Which published term grades which laboratory test, by version and direction: a declared table.

The test code decides, never the test's place in a data set: absolute lymphocytes are graded as
lymphocytes, although one public ADLB carries the term "CD4 lymphocytes decreased" for them. Where a
version has no numeric term for a direction, that is said in :data:`NO_TERM`, because the absence of a
grade must not read as grade 0.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BLOOD_SPECIMENS", "NEEDS_SPECIMEN", "NO_TERM", "TESTS", "TestTerms", "terms_of"]

#: A specimen is blood if its name contains one of these words (CDISC SPECTYPE, such as "ARTERIAL BLOOD").
BLOOD_SPECIMENS = ("BLOOD", "SERUM", "PLASMA")

#: Tests graded only where the specimen is known to be blood: without it, a urine pH would read as acidosis.
NEEDS_SPECIMEN = ("PH",)


@dataclass(frozen=True)
class TestTerms:
    """Terms of one test.

    Parameters
    ----------
    low, high
        Term by version (see :data:`tutela.toxicity.labs.library.VERSIONS`); a version that is absent has
        no term for that direction.
    fasting_high
        Terms used instead where the specimen was taken fasting.
    note
        What a reader must know about the mapping.
    """

    low: dict[str, str]
    high: dict[str, str]
    fasting_high: dict[str, str]
    note: str = ""


def _by_version(ctcae: str = "", daids: str = "", **changed: str) -> dict[str, str]:
    names = {"ctcae-4": ctcae, "ctcae-5": ctcae, "ctcae-6": ctcae, "daids-2.1": daids}
    names |= {f"ctcae-{key[1:]}": term for key, term in changed.items()}
    return {version: term for version, term in names.items() if term}


def _test(
    low: dict[str, str] | None = None,
    high: dict[str, str] | None = None,
    fasting_high: dict[str, str] | None = None,
    note: str = "",
) -> TestTerms:
    return TestTerms(low or {}, high or {}, fasting_high or {}, note)


_LIPIDS = "DAIDS grades this test only where it was taken fasting"
_CALCIUM = "the criterion is written for albumin-corrected calcium; total calcium is graded as measured"

_AMYLASE = _test(high=_by_version("Serum amylase increased", "Amylase, High"))
_LIPASE = _test(high=_by_version("Lipase increased", "Lipase, High"))
_CD4 = _test(_by_version("CD4 lymphocytes decreased", "Absolute CD4+ Count, Low"))

#: Test code (CDISC controlled terminology) -> terms.
TESTS: dict[str, TestTerms] = {
    "ALB": _test(_by_version("Hypoalbuminemia", "Albumin, Low")),
    "ALP": _test(high=_by_version("Alkaline phosphatase increased", "Alkaline Phosphatase, High")),
    "ALT": _test(high=_by_version("Alanine aminotransferase increased", "ALT, High")),
    "AMYLASE": _AMYLASE,
    "APTT": _test(high=_by_version("Activated partial thromboplastin time prolonged", "PTT, High")),
    "AST": _test(high=_by_version("Aspartate aminotransferase increased", "AST, High")),
    "BICARB": _test(_by_version(daids="Bicarbonate, Low")),
    "BILDIR": _test(high=_by_version(daids="Direct Bilirubin, High")),
    "BILI": _test(high=_by_version("Blood bilirubin increased", "Total Bilirubin, High")),
    "CA": _test(
        _by_version("Hypocalcemia", "Calcium, Low"),
        _by_version("Hypercalcemia", "Calcium, High"),
        note=_CALCIUM,
    ),
    "CACR": _test(
        _by_version("Hypocalcemia", "Calcium, Low"),
        _by_version("Hypercalcemia", "Calcium, High"),
        note="albumin-corrected calcium, for which the criterion is written",
    ),
    "CAION": _test(
        _by_version("Hypocalcemia (Ionized)", "Calcium (Ionized), Low"),
        _by_version("Hypercalcemia (Ionized)", "Calcium (Ionized), High"),
    ),
    "CD4": _CD4,
    "CHOL": _test(
        high=_by_version("Cholesterol high"),
        fasting_high=_by_version("Cholesterol high", "Cholesterol, Fasting, High"),
        note=_LIPIDS,
    ),
    "CK": _test(high=_by_version("CPK increased", "Creatine Kinase, High", v6="")),
    "CREAT": _test(high=_by_version("Creatinine increased", "Creatinine, High")),
    "CREATCLR": _test({"ctcae-6": "Creatinine clearance decreased"}),
    "FIBRINO": _test(_by_version("Fibrinogen decreased", "Fibrinogen Decreased")),
    "GGT": _test(high=_by_version("GGT increased")),
    "GLUC": _test(
        _by_version("Hypoglycemia", "Glucose, Low"),
        _by_version("Hyperglycemia", "Glucose Nonfasting, High", v5=""),
        _by_version("Hyperglycemia (Fasting)", "Glucose Fasting, High", v5=""),
        note="graded by the nonfasting criterion unless the measurement is marked as fasting",
    ),
    "HAPTOG": _test(_by_version("Haptoglobin decreased")),
    "HDL": _test({"ctcae-6": "HDL decreased"}),
    "HGB": _test(_by_version("Anemia", "Hemoglobin, Low"), _by_version("Hemoglobin increased")),
    "INR": _test(high=_by_version("INR increased", "INR, High")),
    "K": _test(_by_version("Hypokalemia", "Potassium, Low"), _by_version("Hyperkalemia", "Potassium, High")),
    "LACTICAC": _test(high=_by_version(daids="Lactate, High")),
    "LDH": _test(high=_by_version("Blood lactate dehydrogenase increased", v4="")),
    "LDL": _test(
        high={"ctcae-6": "LDL increased"},
        fasting_high={"ctcae-6": "LDL increased", "daids-2.1": "LDL, Fasting, High"},
        note=_LIPIDS,
    ),
    "LIPASE": _LIPASE,
    "LIPASET": _LIPASE,
    "LYM": _test(
        _by_version("Lymphocyte count decreased", "Absolute Lymphocyte Count, Low", v6=""),
        _by_version("Lymphocyte count increased"),
    ),
    "METHGB": _test(high=_by_version(daids="Methemoglobin")),
    "MG": _test(_by_version("Hypomagnesemia", "Magnesium, Low"), _by_version("Hypermagnesemia")),
    "NEUT": _test(_by_version("Neutrophil count decreased", "Absolute Neutrophil Count (ANC), Low")),
    "PH": _test(_by_version("Acidosis", "Acidosis"), _by_version("Alkalosis", "Alkalosis")),
    "PHOS": _test({"ctcae-4": "Hypophosphatemia", "daids-2.1": "Phosphate, Low"}),
    "PLAT": _test(_by_version("Platelet count decreased", "Platelets, Decreased", v6="Thrombocytopenia")),
    "PT": _test(high=_by_version(daids="PT, High")),
    "SODIUM": _test(_by_version("Hyponatremia", "Sodium, Low"), _by_version("Hypernatremia", "Sodium, High")),
    "TRIG": _test(
        high=_by_version("Hypertriglyceridemia"),
        fasting_high=_by_version("Hypertriglyceridemia", "Triglycerides, Fasting, High"),
        note=_LIPIDS,
    ),
    "URATE": _test(high=_by_version("Hyperuricemia", "Uric Acid, High")),
    "WBC": _test(_by_version("White blood cell decreased", "WBC, Decreased"), _by_version("Leukocytosis")),
}

#: (version, test, direction) -> why a direction that other versions grade has no numeric term here.
NO_TERM: dict[tuple[str, str, str], str] = {
    ("ctcae-6", "LYM", "L"): "CTCAE 6 has no numeric term for low lymphocytes",
    ("ctcae-6", "CK", "H"): "CTCAE 6 has no numeric term for high creatine kinase",
    ("ctcae-5", "GLUC", "H"): "CTCAE 5 grades high glucose by treatment, not by value",
    ("ctcae-5", "PHOS", "L"): "CTCAE 5 grades low phosphate by treatment, not by value",
    ("ctcae-6", "PHOS", "L"): "CTCAE 6 grades low phosphate by treatment, not by value",
    ("ctcae-4", "LDH", "H"): "CTCAE 4 has no numeric term for high lactate dehydrogenase",
    ("daids-2.1", "CHOL", "H"): "DAIDS grades cholesterol only where it was taken fasting",
    ("daids-2.1", "LDL", "H"): "DAIDS grades LDL cholesterol only where it was taken fasting",
    ("daids-2.1", "TRIG", "H"): "DAIDS grades triglycerides only where they were taken fasting",
}


def terms_of(test: str, version: str, *, is_fasting: bool) -> tuple[str, str]:
    """Terms of a test for low and for high values; an empty string where there is none.

    Parameters
    ----------
    test
        Test code.
    version
        Version of the criteria.
    is_fasting
        Whether the specimen was taken fasting.

    Examples
    --------
    >>> terms_of("PLAT", "ctcae-6", is_fasting=False)
    ('Thrombocytopenia', '')
    >>> terms_of("GLUC", "ctcae-4", is_fasting=True)
    ('Hypoglycemia', 'Hyperglycemia (Fasting)')
    """
    entry = TESTS.get(test)
    if entry is None:
        return "", ""
    low = entry.low.get(version, "")
    high = entry.high.get(version, "")
    if is_fasting:
        high = entry.fasting_high.get(version, high)
    return low, high
