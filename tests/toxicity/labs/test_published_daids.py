"""Published limits of DAIDS 2.1, typed from the grading table: below, at and beyond, by age and sex."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from boundaries import Case, from_, over

from tutela.toxicity.labs import grade_term, read_criteria

pytestmark = pytest.mark.published

DAY, MONTH, YEAR = "days", "months", "years"


def aged(count: int, unit: str) -> dict[str, float]:
    """An age in completed units, as days, months and years."""
    days = {DAY: count, MONTH: int(count * 30.4375) + 1, YEAR: int(count * 365.25) + 1}[unit]
    months = {DAY: int(days / 30.4375), MONTH: count, YEAR: count * 12}[unit]
    years = {DAY: int(days / 365.25), MONTH: count // 12, YEAR: count}[unit]
    return {"age_days": float(days), "age_months": float(months), "age_years": float(years)}


ADULT = aged(30, YEAR)

SI = [
    Case("Acidosis", "L", "", ((7.35, 0, 0, 2), (7.3, 2, 2, 4)), {"low": 7.35}),
    Case("Alkalosis", "H", "", ((7.45, 0, 0, 2), (7.5, 2, 2, 4)), {"high": 7.45}),
    Case("Albumin, Low", "L", "g/L", over(35, 30, 20), {"low": 35.0}),
    *(
        Case(term, "H", "U/L", from_(50, 100, 200, 400), {"high": 40.0})
        for term in ("Alkaline Phosphatase, High", "ALT, High", "AST, High")
    ),
    Case("Amylase, High", "H", "U/L", from_(66, 90, 180, 300), {"high": 60.0}),
    Case("Lipase, High", "H", "U/L", from_(66, 90, 180, 300), {"high": 60.0}),
    Case("Bicarbonate, Low", "L", "mmol/L", over(22, 16, 11, 8), {"low": 22.0}),
    Case("Direct Bilirubin, High", "H", "", ((5, 0, 0, 4),), {"high": 5.0, **ADULT}),
    Case(
        "Direct Bilirubin, High",
        "H",
        "umol/L",
        ((5, 0, 1, 1), (17.1, 1, 1, 2), (25.65, 2, 2, 3), (34.2, 3, 3, 4)),
        {"high": 5.0, **aged(28, DAY)},
    ),
    Case("Total Bilirubin, High", "H", "umol/L", from_(22, 32, 52, 100), {"high": 20.0, **aged(29, DAY)}),
    Case("Calcium, High", "H", "mmol/L", from_(2.65, 2.88, 3.13, 3.38), aged(7, DAY)),
    Case("Calcium, High", "H", "mmol/L", from_(2.88, 3.1, 3.23, 3.38), aged(6, DAY)),
    Case("Calcium, Low", "L", "mmol/L", over(2.1, 1.95, 1.75, 1.53), aged(7, DAY)),
    Case("Calcium, Low", "L", "mmol/L", over(1.88, 1.63, 1.5, 1.38), aged(6, DAY)),
    Case(
        "Calcium (Ionized), High", "H", "mmol/L", (*over(1.3), *from_(1.5, 1.6, 1.8, start=1)), {"high": 1.3}
    ),
    Case("Calcium (Ionized), Low", "L", "mmol/L", over(1.15, 1.0, 0.9, 0.8), {"low": 1.15}),
    Case("Creatine Kinase, High", "H", "U/L", from_(600, 1200, 2000, 4000), {"high": 200.0}),
    Case(
        "Creatinine, High",
        "H",
        "umol/L",
        ((110, 0, 1, 1), (130, 1, 1, 2), (180, 2, 2, 3), (350, 3, 4, 4)),
        {"high": 100.0},
    ),
    Case(
        "Creatinine, High",
        "H",
        "umol/L",
        ((65, 0, 2, 2), (75, 2, 3, 3), (100, 3, 4, 4)),
        {"high": 100.0, "base": 50.0},
    ),
    Case("Glucose Fasting, High", "H", "mmol/L", from_(6.11, 6.95, 13.89, 27.75)),
    Case("Glucose Nonfasting, High", "H", "mmol/L", from_(6.44, 8.89, 13.89, 27.75)),
    Case("Glucose, Low", "L", "mmol/L", over(3.55, 3.05, 2.22, 1.67), aged(1, MONTH)),
    Case("Glucose, Low", "L", "mmol/L", over(3.0, 2.78, 2.22, 1.67), aged(20, DAY)),
    Case("Lactate, High", "H", "mmol/L", from_(2, 4), {"high": 2.0}),
    Case("Cholesterol, Fasting, High", "H", "mmol/L", from_(5.18, 6.19, 7.77), aged(18, YEAR)),
    Case("Cholesterol, Fasting, High", "H", "mmol/L", from_(4.4, 5.15, 7.77), aged(17, YEAR)),
    Case("LDL, Fasting, High", "H", "mmol/L", from_(3.37, 4.12, 4.9), aged(18, YEAR)),
    Case("LDL, Fasting, High", "H", "mmol/L", from_(2.85, 3.34, 4.9), aged(3, YEAR)),
    Case("Triglycerides, Fasting, High", "H", "mmol/L", (*from_(1.71), *over(3.42, 5.7, 11.4, start=1))),
    Case("Magnesium, Low", "L", "mmol/L", over(0.7, 0.6, 0.45, 0.3)),
    Case("Phosphate, Low", "L", "mmol/L", over(0.8, 0.65, 0.45, 0.32), {"low": 0.8, **aged(15, YEAR)}),
    Case("Phosphate, Low", "L", "mmol/L", over(1.13, 0.97, 0.81, 0.48), aged(14, YEAR)),
    Case("Phosphate, Low", "L", "mmol/L", over(1.13, 0.97, 0.81, 0.48), aged(1, YEAR)),
    Case("Phosphate, Low", "L", "mmol/L", over(1.45, 1.13, 0.81, 0.48), aged(11, MONTH)),
    Case("Potassium, High", "H", "mmol/L", from_(5.6, 6.0, 6.5, 7.0)),
    Case("Potassium, Low", "L", "mmol/L", over(3.4, 3.0, 2.5, 2.0)),
    Case("Sodium, High", "H", "mmol/L", from_(146, 150, 154, 160)),
    Case("Sodium, Low", "L", "mmol/L", (*over(135, 130, 125), (120, 3, 4, 4))),
    Case("Uric Acid, High", "H", "umol/L", from_(450, 590, 710, 890)),
    Case("Absolute CD4+ Count, Low", "L", "10^9/L", over(0.4, 0.3, 0.2, 0.1), aged(6, YEAR)),
    Case("Absolute Lymphocyte Count, Low", "L", "10^9/L", over(0.65, 0.6, 0.5, 0.35), aged(6, YEAR)),
    Case(
        "Absolute Neutrophil Count (ANC), Low",
        "L",
        "10^9/L",
        ((1.0, 0, 1, 1), *over(0.8, 0.6, 0.4, start=1)),
        aged(8, DAY),
    ),
    Case(
        "Absolute Neutrophil Count (ANC), Low",
        "L",
        "10^9/L",
        ((1.5, 0, 1, 1), *over(1.25, 1.0, 0.75, start=1)),
        aged(7, DAY),
    ),
    Case(
        "Absolute Neutrophil Count (ANC), Low",
        "L",
        "10^9/L",
        ((1.5, 0, 1, 1), *over(1.25, 1.0, 0.75, start=1)),
        aged(2, DAY),
    ),
    Case(
        "Absolute Neutrophil Count (ANC), Low",
        "L",
        "10^9/L",
        ((5.0, 0, 1, 1), *over(4.0, 3.0, 1.5, start=1)),
        aged(1, DAY),
    ),
    Case("Fibrinogen Decreased", "L", "g/L", over(2.0, 1.0, 0.75, 0.5), {"low": 1.0}),
    Case("Fibrinogen Decreased", "L", "g/L", over(4.0, 3.0, 2.0, 1.0), {"low": 4.0}),
    Case(
        "Hemoglobin, Low",
        "L",
        "g/L",
        ((109, 0, 1, 1), *over(100, 90, 70, start=1)),
        {"sex": "M", **aged(13, YEAR)},
    ),
    Case(
        "Hemoglobin, Low",
        "L",
        "g/L",
        ((104, 0, 1, 1), *over(95, 85, 65, start=1)),
        {"sex": "F", **aged(13, YEAR)},
    ),
    Case(
        "Hemoglobin, Low",
        "L",
        "g/L",
        ((104, 0, 1, 1), *over(95, 85, 65, start=1)),
        {"sex": "M", **aged(12, YEAR)},
    ),
    Case(
        "Hemoglobin, Low",
        "L",
        "g/L",
        ((104, 0, 1, 1), *over(95, 85, 65, start=1)),
        {"sex": "M", **aged(57, DAY)},
    ),
    Case(
        "Hemoglobin, Low",
        "L",
        "g/L",
        ((96, 0, 1, 1), *over(85, 70, 60, start=1)),
        {"sex": "F", **aged(56, DAY)},
    ),
    Case(
        "Hemoglobin, Low",
        "L",
        "g/L",
        ((110, 0, 1, 1), *over(95, 80, 67, start=1)),
        {"sex": "F", **aged(35, DAY)},
    ),
    Case(
        "Hemoglobin, Low",
        "L",
        "g/L",
        ((130, 0, 1, 1), *over(110, 90, 80, start=1)),
        {"sex": "F", **aged(21, DAY)},
    ),
    Case(
        "Hemoglobin, Low",
        "L",
        "g/L",
        ((140, 0, 1, 1), *over(130, 100, 90, start=1)),
        {"sex": "F", **aged(7, DAY)},
    ),
    Case("INR, High", "H", "", from_(1.21, 1.65, 2.2, 3.3), {"high": 1.1}),
    Case("Methemoglobin", "H", "%", from_(5, 10, 15, 20)),
    Case("PTT, High", "H", "s", from_(33, 49.8, 69.9, 90), {"high": 30.0}),
    Case("PT, High", "H", "s", from_(13.2, 15, 18, 36), {"high": 12.0}),
    Case("Platelets, Decreased", "L", "10^9/L", over(125, 100, 50, 25)),
    Case("WBC, Decreased", "L", "10^9/L", over(2.5, 2.0, 1.5, 1.0), aged(8, DAY)),
    Case("WBC, Decreased", "L", "10^9/L", over(7.0, 5.5, 4.0, 2.5), aged(7, DAY)),
]

US = [
    Case("Albumin, Low", "L", "g/dL", over(3.5, 3, 2), {"low": 3.5}),
    Case(
        "Direct Bilirubin, High",
        "H",
        "mg/dL",
        ((0.3, 0, 1, 1), (1, 1, 1, 2), (1.5, 2, 2, 3), (2, 3, 3, 4)),
        {"high": 0.3, **aged(28, DAY)},
    ),
    Case("Calcium, High", "H", "mg/dL", from_(10.6, 11.5, 12.5, 13.5), aged(7, DAY)),
    Case("Calcium, High", "H", "mg/dL", from_(11.5, 12.4, 12.9, 13.5), aged(6, DAY)),
    Case("Calcium, Low", "L", "mg/dL", over(8.4, 7.8, 7.0, 6.1), aged(7, DAY)),
    Case("Calcium, Low", "L", "mg/dL", over(7.5, 6.5, 6.0, 5.5), aged(6, DAY)),
    Case(
        "Glucose Fasting, High",
        "H",
        "mg/dL",
        ((110, 0, 1, 1), (125, 1, 1, 2), (250, 2, 2, 3), (500, 3, 4, 4)),
    ),
    Case(
        "Glucose Nonfasting, High",
        "H",
        "mg/dL",
        ((116, 0, 1, 1), (160, 1, 1, 2), (250, 2, 2, 3), (500, 3, 4, 4)),
    ),
    Case("Glucose, Low", "L", "mg/dL", ((64, 0, 1, 1), *over(55, 40, 30, start=1)), aged(1, MONTH)),
    Case("Glucose, Low", "L", "mg/dL", ((54, 0, 1, 1), *over(50, 40, 30, start=1)), aged(20, DAY)),
    Case("Cholesterol, Fasting, High", "H", "mg/dL", from_(200, 240, 300), aged(18, YEAR)),
    Case("Cholesterol, Fasting, High", "H", "mg/dL", from_(170, 200, 300), aged(17, YEAR)),
    Case("Triglycerides, Fasting, High", "H", "mg/dL", (*from_(150), *over(300, 500, 1000, start=1))),
    Case("Phosphate, Low", "L", "mg/dL", over(2.5, 2.0, 1.4, 1.0), {"low": 2.5, **aged(15, YEAR)}),
    Case("Phosphate, Low", "L", "mg/dL", over(3.5, 3.0, 2.5, 1.5), aged(14, YEAR)),
    Case("Phosphate, Low", "L", "mg/dL", over(4.5, 3.5, 2.5, 1.5), aged(11, MONTH)),
    Case("Uric Acid, High", "H", "mg/dL", from_(7.5, 10, 12, 15)),
    Case("Absolute CD4+ Count, Low", "L", "1/uL", over(400, 300, 200, 100), aged(6, YEAR)),
    Case(
        "Absolute Neutrophil Count (ANC), Low",
        "L",
        "10^3/uL",
        ((1.0, 0, 1, 1), *over(0.8, 0.6, 0.4, start=1)),
        aged(8, DAY),
    ),
    Case(
        "Absolute Neutrophil Count (ANC), Low",
        "L",
        "10^3/mL",
        ((1500, 0, 1, 1), *over(1250, 1000, 750, start=1)),
        aged(2, DAY),
    ),
    Case("Fibrinogen Decreased", "L", "mg/dL", over(200, 100, 75, 50), {"low": 100.0}),
    Case("Hemoglobin, Low", "L", "g/dL", ((10.9, 0, 1, 1), *over(10, 9, 7, start=1)), {"sex": "M", **ADULT}),
    Case(
        "Hemoglobin, Low",
        "L",
        "g/dL",
        ((14, 0, 1, 1), *over(13, 10, 9, start=1)),
        {"sex": "M", **aged(7, DAY)},
    ),
    Case("Platelets, Decreased", "L", "10^3/uL", over(125, 100, 50, 25)),
    Case("WBC, Decreased", "L", "10^3/mL", over(2500, 2000, 1500, 1000), ADULT),
]


def check(case: Case, units: str) -> None:
    values, expected = zip(*case.values, strict=True)
    found = grade_term(
        case.term, case.direction, values, unit=case.unit, version="daids-2.1", units=units, **case.given
    )
    assert dict(zip(values, found.grade.tolist(), strict=True)) == dict(zip(values, expected, strict=True))


@pytest.mark.parametrize("case", SI, ids=str)
def test_each_published_limit_in_si_units_grades_below_at_and_beyond(case: Case):
    check(case, "SI")


@pytest.mark.parametrize("case", US, ids=str)
def test_each_published_limit_in_conventional_units_grades_below_at_and_beyond(case: Case):
    check(case, "US")


def test_every_daids_criterion_that_can_be_graded_has_a_boundary_case():
    covered = {(case.term, case.direction) for case in SI}
    rows = [r for r in read_criteria("daids-2.1").criteria if r.units == "SI" and r.branches]
    assert {(row.term, row.direction) for row in rows} - covered == set()


@pytest.mark.parametrize(
    ("term", "age"),
    [("Absolute CD4+ Count, Low", 5), ("Absolute Lymphocyte Count, Low", 5), ("LDL, Fasting, High", 2)],
)
def test_ages_without_published_criteria_are_not_graded(term: str, age: int):
    unit, direction = ("mmol/L", "H") if term.startswith("LDL") else ("10^9/L", "L")
    found = grade_term(term, direction, [0.01], unit=unit, version="daids-2.1", **aged(age, YEAR))
    assert found.grade.tolist() == [-1]


@pytest.mark.parametrize("missing", ["age", "sex"])
def test_an_unknown_age_or_sex_gives_no_grade_where_the_criterion_needs_it(missing: str):
    given = {} if missing == "age" else ADULT
    sex = "M" if missing == "age" else None
    found = grade_term("Hemoglobin, Low", "L", [50.0], unit="g/L", version="daids-2.1", sex=sex, **given)
    assert found.grade.tolist() == [-1]
