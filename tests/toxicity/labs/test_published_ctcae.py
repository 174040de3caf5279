"""Published limits of CTCAE 4.03, 5.0 and 6.0, typed from the criteria texts: below, at and beyond each."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from boundaries import Case, over

from tutela.toxicity.labs import grade_term, read_criteria

pytestmark = pytest.mark.published

NORMAL = {"high": 40.0, "base": 30.0, "baseline_flag": "NORMAL"}
NORMAL_100 = {"high": 100.0, "base": 80.0, "baseline_flag": "NORMAL"}


def same_in(*versions: str, cases: list[Case]) -> list[tuple[str, Case]]:
    return [(version, case) for version in versions for case in cases]


EVERY = same_in(
    "ctcae-4",
    "ctcae-5",
    "ctcae-6",
    cases=[
        Case("Anemia", "L", "g/L", over(120, 100, 80), {"low": 120.0}),
        Case("Leukocytosis", "H", "10^9/L", ((100, 0, 0, 3),)),
        Case("Activated partial thromboplastin time prolonged", "H", "s", over(30, 45, 75), {"high": 30.0}),
        Case("Alanine aminotransferase increased", "H", "U/L", over(40, 120, 200, 800), NORMAL),
        Case("Aspartate aminotransferase increased", "H", "U/L", over(40, 120, 200, 800), NORMAL),
        Case("Blood bilirubin increased", "H", "umol/L", over(40, 60, 120, 400), NORMAL),
        Case("GGT increased", "H", "U/L", over(40, 100, 200, 800), NORMAL),
        Case("CD4 lymphocytes decreased", "L", "10^9/L", over(0.6, 0.5, 0.2, 0.05), {"low": 0.6}),
        Case("Cholesterol high", "H", "mmol/L", over(5.2, 7.75, 10.34, 12.92), {"high": 5.2}),
        Case("Haptoglobin decreased", "L", "g/L", over(0.3), {"low": 0.3}),
        Case("Lymphocyte count increased", "H", "10^9/L", ((4, 0, 0, 2), (20, 2, 2, 3))),
        Case("White blood cell decreased", "L", "10^9/L", over(4, 3, 2, 1), {"low": 4.0}),
        Case("Acidosis", "L", "", ((7.35, 0, 0, 1), (7.3, 1, 1, 3)), {"low": 7.35}),
        Case("Alkalosis", "H", "", ((7.45, 0, 0, 1), (7.5, 1, 1, 3)), {"high": 7.45}),
        Case("Hypercalcemia", "H", "mmol/L", over(2.6, 2.9, 3.1, 3.4), {"high": 2.6}),
        Case("Hypercalcemia (Ionized)", "H", "mmol/L", over(1.3, 1.5, 1.6, 1.8), {"high": 1.3}),
        Case("Hyperkalemia", "H", "mmol/L", over(5, 5.5, 6, 7), {"high": 5.0}),
        Case(
            "Hypermagnesemia",
            "H",
            "mmol/L",
            ((1.05, 0, 0, 1), (1.23, 1, 1, 3), (3.3, 3, 3, 4)),
            {"high": 1.05},
        ),
        Case("Hypernatremia", "H", "mmol/L", over(145, 150, 155, 160), {"high": 145.0}),
        Case("Hypertriglyceridemia", "H", "mmol/L", over(1.71, 3.42, 5.7, 11.4)),
        Case("Hypoalbuminemia", "L", "g/L", over(35, 30, 20), {"low": 35.0}),
        Case("Hypocalcemia", "L", "mmol/L", over(2.1, 2.0, 1.75, 1.5), {"low": 2.1}),
        Case("Hypocalcemia (Ionized)", "L", "mmol/L", over(1.15, 1.0, 0.9, 0.8), {"low": 1.15}),
        Case("Hypoglycemia", "L", "mmol/L", over(3.9, 3.0, 2.2, 1.7), {"low": 3.9}),
        Case("Hypokalemia", "L", "mmol/L", ((3.5, 0, 0, 2), (3.0, 2, 2, 3), (2.5, 3, 3, 4)), {"low": 3.5}),
        Case("Hypomagnesemia", "L", "mmol/L", over(0.7, 0.5, 0.4, 0.3), {"low": 0.7}),
    ],
)

FOUR_AND_FIVE = same_in(
    "ctcae-4",
    "ctcae-5",
    cases=[
        Case("Alkaline phosphatase increased", "H", "U/L", over(100, 250, 500, 2000), NORMAL_100),
        Case("CPK increased", "H", "U/L", over(200, 500, 1000, 2000), {"high": 200.0}),
        Case("Lymphocyte count decreased", "L", "10^9/L", over(1.0, 0.8, 0.5, 0.2), {"low": 1.0}),
        Case("Lipase increased", "H", "U/L", over(60, 90, 120, 300), {"high": 60.0}),
        Case("Neutrophil count decreased", "L", "10^9/L", over(2.0, 1.5, 1.0, 0.5), {"low": 2.0}),
        Case("Platelet count decreased", "L", "10^9/L", over(150, 75, 50, 25), {"low": 150.0}),
        Case("Serum amylase increased", "H", "U/L", over(60, 90, 120, 300), {"high": 60.0}),
    ],
)

FOUR = same_in(
    "ctcae-4",
    cases=[
        Case(
            "Creatinine increased",
            "H",
            "umol/L",
            (*over(80, 120, 240), (600, 3, 3, 4)),
            {"high": 100.0, "base": 80.0},
        ),
        Case("Hemoglobin increased", "H", "g/L", over(160, 180, 200), {"high": 160.0, "base": 140.0}),
        Case("Hemoglobin increased", "H", "g/L", over(170, 190, 210), {"high": 160.0, "base": 170.0}),
        Case("INR increased", "H", "", over(1.2, 1.8, 3.0), {"high": 1.2, "base": 1.2}),
        Case("Fibrinogen decreased", "L", "g/L", over(2.4, 1.8, 1.2, 0.6), {"low": 2.4, "pchg": 0.0}),
        Case("Hyperglycemia", "H", "mmol/L", ((13.9, 0, 0, 3), (27.8, 3, 3, 4))),
        Case("Hyperglycemia (Fasting)", "H", "mmol/L", over(6.0, 8.9, 13.9, 27.8), {"high": 6.0}),
        Case("Hyperuricemia", "H", "umol/L", ((400, 0, 0, 3), (590, 3, 3, 4)), {"high": 400.0}),
        Case("Hyponatremia", "L", "mmol/L", ((135, 0, 0, 1), (130, 1, 1, 3), (120, 3, 3, 4)), {"low": 135.0}),
        Case("Hypophosphatemia", "L", "mmol/L", over(0.9, 0.8, 0.6, 0.3), {"low": 0.9}),
    ],
)

FIVE = same_in(
    "ctcae-5",
    cases=[
        *(
            Case(
                f"{enzyme} aminotransferase increased",
                "H",
                "U/L",
                ((150, 0, 1, 1), *over(300, 500, 2000, start=1)),
                {"high": 40.0, "base": 100.0, "baseline_flag": "HIGH"},
            )
            for enzyme in ("Alanine", "Aspartate")
        ),
        Case(
            "Alkaline phosphatase increased",
            "H",
            "U/L",
            ((300, 0, 1, 1), *over(375, 750, 3000, start=1)),
            {"high": 100.0, "base": 150.0, "baseline_flag": "HIGH"},
        ),
        Case(
            "Blood bilirubin increased",
            "H",
            "umol/L",
            over(30, 45, 90, 300),
            {"high": 20.0, "base": 30.0, "baseline_flag": "HIGH"},
        ),
        Case("Blood lactate dehydrogenase increased", "H", "U/L", over(250), {"high": 250.0}),
        Case(
            "GGT increased",
            "H",
            "U/L",
            over(375, 750, 3000, start=1),
            {"high": 100.0, "base": 150.0, "baseline_flag": "HIGH"},
        ),
        Case("Creatinine increased", "H", "umol/L", over(100, 150, 300, 600), {"high": 100.0}),
        Case(
            "Creatinine increased",
            "H",
            "umol/L",
            ((90, 0, 0, 2), (180, 2, 2, 3), (600, 3, 3, 4)),
            {"high": 100.0, "base": 60.0},
        ),
        Case("Hemoglobin increased", "H", "g/L", over(160, 180, 200), {"high": 160.0}),
        Case("Hyponatremia", "L", "mmol/L", ((135, 0, 0, 1), (129, 1, 3, 3), (120, 3, 3, 4)), {"low": 135.0}),
    ],
)

SIX = same_in(
    "ctcae-6",
    cases=[
        *(
            Case(
                f"{enzyme} aminotransferase increased",
                "H",
                "U/L",
                ((100, 0, 1, 1), *over(150, 200, 400, start=1)),
                {"high": 40.0, "base": 100.0, "baseline_flag": "HIGH"},
            )
            for enzyme in ("Alanine", "Aspartate")
        ),
        Case("Alkaline phosphatase increased", "H", "U/L", over(120), {"high": 100.0, "base": 120.0}),
        Case("Alkaline phosphatase increased", "H", "U/L", over(100), {"high": 100.0, "base": 80.0}),
        Case(
            "GGT increased",
            "H",
            "U/L",
            ((100, 0, 1, 1), *over(150, 300, 1000, start=1)),
            {"high": 40.0, "base": 100.0, "baseline_flag": "HIGH"},
        ),
        Case(
            "Blood bilirubin increased",
            "H",
            "umol/L",
            ((30, 0, 1, 1), *over(45, 75, 300, start=1)),
            {"high": 20.0, "base": 30.0, "baseline_flag": "HIGH"},
        ),
        Case("Blood lactate dehydrogenase increased", "H", "U/L", over(250), {"high": 250.0}),
        Case("Neutrophil count decreased", "L", "10^9/L", over(1.5, 1.0, 0.5, 0.1)),
        Case("Thrombocytopenia", "L", "10^9/L", over(150, 75, 50, 10), {"low": 150.0}),
        Case(
            "Creatinine increased",
            "H",
            "umol/L",
            over(100, 150, 300, 600),
            {"high": 100.0, "base": 60.0, "baseline_flag": "NORMAL"},
        ),
        Case(
            "Creatinine increased",
            "H",
            "umol/L",
            ((120, 2, 2, 3), (600, 3, 3, 4)),
            {"high": 100.0, "base": 40.0, "baseline_flag": "LOW"},
        ),
        Case(
            "Creatinine clearance decreased",
            "L",
            "mL/min",
            ((49, 0, 2, 2), (25, 2, 3, 3)),
        ),
        Case("HDL decreased", "L", "mmol/L", over(1.0), {"low": 1.0}),
        Case("LDL increased", "H", "mmol/L", over(3.4), {"high": 3.4}),
        Case("Lipase increased", "H", "U/L", over(60, 90, 180, 300), {"high": 60.0}),
        Case("Serum amylase increased", "H", "U/L", over(60, 90, 120, 300), {"high": 60.0}),
        Case("Hyperglycemia", "H", "mmol/L", ((13.9, 0, 0, 3), (27.8, 3, 3, 4))),
        Case("Hyperglycemia (Fasting)", "H", "mmol/L", over(6.0, 8.9, 13.9, 27.8), {"high": 6.0}),
        Case("Hyponatremia", "L", "mmol/L", ((135, 0, 0, 1), (130, 1, 1, 3), (120, 3, 3, 4)), {"low": 135.0}),
    ],
)

FIVE_AND_SIX = same_in(
    "ctcae-5",
    "ctcae-6",
    cases=[
        Case("Hyperuricemia", "H", "umol/L", ((400, 0, 0, 3),), {"high": 400.0}),
        Case("INR increased", "H", "", over(1.2, 1.5, 2.5), {"base": 1.2}),
        Case("Fibrinogen decreased", "L", "g/L", over(2.4, 1.8, 1.2, 0.6), {"low": 2.4}),
        Case(
            "Fibrinogen decreased",
            "L",
            "g/L",
            ((2.4, 0, 0, 2),),
            {"low": 2.4, "pchg": -25.0},
        ),
        Case("Fibrinogen decreased", "L", "g/L", ((2.4, 0, 0, 3),), {"low": 2.4, "pchg": -50.0}),
        Case("Fibrinogen decreased", "L", "g/L", ((2.4, 0, 0, 4),), {"low": 2.4, "pchg": -75.0}),
        Case("Hemoglobin increased", "H", "g/L", over(160, 180, 200), {"high": 160.0}),
    ],
)

US_CASES = same_in(
    "ctcae-4",
    "ctcae-5",
    "ctcae-6",
    cases=[
        Case("Anemia", "L", "g/dL", over(12, 10, 8), {"low": 12.0}),
        Case("Leukocytosis", "H", "10^3/uL", ((100, 0, 0, 3),)),
        Case("Leukocytosis", "H", "10^3/mL", ((100_000, 0, 0, 3),)),
        Case("CD4 lymphocytes decreased", "L", "1/uL", over(600, 500, 200, 50), {"low": 600.0}),
        Case("Cholesterol high", "H", "mg/dL", over(200, 300, 400, 500), {"high": 200.0}),
        Case("White blood cell decreased", "L", "10^3/uL", over(4, 3, 2, 1), {"low": 4.0}),
        Case("White blood cell decreased", "L", "10^3/mL", over(4000, 3000, 2000, 1000), {"low": 4000.0}),
        Case("Hypercalcemia", "H", "mg/dL", over(10.4, 11.5, 12.5, 13.5), {"high": 10.4}),
        Case(
            "Hypermagnesemia", "H", "mg/dL", ((2.6, 0, 0, 1), (3.0, 1, 1, 3), (8.0, 3, 3, 4)), {"high": 2.6}
        ),
        Case("Hypertriglyceridemia", "H", "mg/dL", over(150, 300, 500, 1000)),
        Case("Hypoalbuminemia", "L", "g/dL", over(3.5, 3, 2), {"low": 3.5}),
        Case("Hypocalcemia", "L", "mg/dL", over(8.4, 8, 7, 6), {"low": 8.4}),
        Case("Hypoglycemia", "L", "mg/dL", over(70, 55, 40, 30), {"low": 70.0}),
        Case("Hypomagnesemia", "L", "mg/dL", over(1.7, 1.2, 0.9, 0.7), {"low": 1.7}),
        Case("Fibrinogen decreased", "L", "mg/dL", over(240, 180, 120, 60), {"low": 240.0, "pchg": 0.0}),
    ],
)
US_BY_VERSION = [
    *same_in(
        "ctcae-4",
        "ctcae-5",
        cases=[
            Case("Neutrophil count decreased", "L", "10^3/uL", over(2.0, 1.5, 1.0, 0.5), {"low": 2.0}),
            Case("Neutrophil count decreased", "L", "10^3/mL", over(2000, 1500, 1000, 500), {"low": 2000.0}),
            Case("Platelet count decreased", "L", "10^3/uL", over(150, 75, 50, 25), {"low": 150.0}),
        ],
    ),
    *same_in(
        "ctcae-4",
        cases=[
            Case("Hyperuricemia", "H", "mg/dL", ((7, 0, 0, 3), (10, 3, 3, 4)), {"high": 7.0}),
            Case("Hyperglycemia (Fasting)", "H", "mg/dL", over(110, 160, 250, 500), {"high": 110.0}),
            Case("Hypophosphatemia", "L", "mg/dL", over(2.7, 2.5, 2.0, 1.0), {"low": 2.7}),
            Case("Hemoglobin increased", "H", "g/dL", over(17, 19, 21), {"high": 16.0, "base": 17.0}),
        ],
    ),
    *same_in(
        "ctcae-6",
        cases=[
            Case("Neutrophil count decreased", "L", "10^3/uL", over(1.5, 1.0, 0.5, 0.1)),
            Case("Thrombocytopenia", "L", "10^3/uL", over(150, 75, 50, 10), {"low": 150.0}),
            Case("Hyperglycemia", "H", "mg/dL", ((250, 0, 0, 3), (500, 3, 3, 4))),
            Case("Hemoglobin increased", "H", "g/dL", over(16, 18, 20), {"high": 16.0}),
        ],
    ),
]

SI = EVERY + FOUR_AND_FIVE + FOUR + FIVE + FIVE_AND_SIX + SIX


def check(version: str, case: Case, units: str, **options: bool) -> None:
    values, expected = zip(*case.values, strict=True)
    given = dict(case.given)
    flag = given.pop("baseline_flag", None)
    found = grade_term(
        case.term, case.direction, values, unit=case.unit, version=version, units=units,
        baseline_flag=flag, **given, **options,
    )  # fmt: skip
    assert dict(zip(values, found.grade.tolist(), strict=True)) == dict(zip(values, expected, strict=True))


@pytest.mark.parametrize(("version", "case"), SI, ids=lambda x: str(x))
def test_each_published_limit_in_si_units_grades_below_at_and_beyond(version: str, case: Case):
    check(version, case, "SI")


@pytest.mark.parametrize(("version", "case"), US_CASES + US_BY_VERSION, ids=lambda x: str(x))
def test_each_published_limit_in_conventional_units_grades_below_at_and_beyond(version: str, case: Case):
    check(version, case, "US")


URATE, ENZYME = {"high": 400.0}, {"high": 60.0}
MILD = [
    ("ctcae-5", Case("Hyperuricemia", "H", "umol/L", over(400), URATE)),
    ("ctcae-4", Case("Hyperuricemia", "H", "umol/L", ((400, 0, 0, 1), (590, 1, 1, 4)), URATE)),
    ("ctcae-5", Case("INR increased", "H", "", over(1.2, 1.5, 2.5), {"base": 0.5})),
    ("ctcae-4", Case("INR increased", "H", "", over(1.2, 1.8, 3.0), {"high": 1.2, "base": 0.5})),
    ("ctcae-5", Case("Lipase increased", "H", "U/L", over(60, 90, 300), ENZYME)),
    ("ctcae-6", Case("Lipase increased", "H", "U/L", over(60, 90, 300), ENZYME)),
    ("ctcae-6", Case("Serum amylase increased", "H", "U/L", over(60, 90, 300), ENZYME)),
    (
        "ctcae-5",
        Case("Hypokalemia", "L", "mmol/L", ((3.5, 0, 0, 1), (3, 1, 1, 3), (2.5, 3, 3, 4)), {"low": 3.5}),
    ),
    (
        "ctcae-5",
        Case(
            "Hyponatremia",
            "L",
            "mmol/L",
            ((135, 0, 0, 1), (129, 1, 2, 2), (124, 2, 3, 3), (120, 3, 3, 4)),
            {"low": 135.0},
        ),
    ),
    ("ctcae-6", Case("Hyponatremia", "L", "mmol/L", over(135, 130, 125, 120), {"low": 135.0})),
]


@pytest.mark.parametrize(("version", "case"), MILD, ids=lambda x: str(x))
def test_without_worst_case_assumptions_the_milder_published_reading_holds(version: str, case: Case):
    check(version, case, "SI", worst_case=False)


def test_every_ctcae_criterion_has_a_boundary_case():
    covered = {(v, c.term.lower(), c.direction) for v, c in SI}
    for version in ("ctcae-4", "ctcae-5", "ctcae-6"):
        rows = [row for row in read_criteria(version).criteria if row.units == "SI"]
        absent = {(version, r.term.lower(), r.direction) for r in rows} - covered
        assert absent == set()


def test_no_observation_equals_the_limit_by_binary_rounding_alone():
    # 3 x 0.1 is 0.30000000000000004 in binary: it must still be "at", not "beyond", three times the limit.
    found = grade_term(
        "Alanine aminotransferase increased", "H", [3 * 0.1, 0.3], high=0.1, base=0.1, baseline_flag="NORMAL"
    )
    assert found.grade.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("high", "base", "value", "expected"),
    [
        (np.nan, 80.0, 70.0, 0),
        (np.nan, 80.0, 90.0, -1),
        (100.0, np.nan, 90.0, 0),
        (100.0, np.nan, 110.0, -1),
        (np.nan, np.nan, 90.0, -1),
    ],
)
def test_ctcae_6_alkaline_phosphatase_needs_both_limit_and_baseline_only_when_one_is_exceeded(
    high: float, base: float, value: float, expected: int
):
    found = grade_term(
        "Alkaline phosphatase increased", "H", [value], high=high, base=base, version="ctcae-6"
    )
    assert found.grade.tolist() == [expected]


def test_creatinine_clearance_below_ten_is_left_to_the_kidney_injury_terms():
    found = grade_term("Creatinine clearance decreased", "L", [10.0, 9.9], unit="mL/min", version="ctcae-6")
    assert found.grade.tolist() == [3, -1]
