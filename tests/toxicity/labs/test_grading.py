"""Grading a measurements table: baseline, specimen, units, censoring, missing data, mapping."""

from __future__ import annotations

import polars as pl
import pytest

from tutela.kernel.errors import InputError
from tutela.toxicity import labs
from tutela.toxicity.labs import LabOptions, read_criteria
from tutela.toxicity.labs.mapping import NO_TERM, TESTS

CANONICAL = {
    "NEUT": "10^9/L", "PLAT": "10^9/L", "LYM": "10^9/L", "WBC": "10^9/L", "HGB": "g/L", "ALT": "U/L",
    "AST": "U/L", "ALP": "U/L", "CREAT": "umol/L", "URATE": "umol/L", "GLUC": "mmol/L", "CHOL": "mmol/L",
    "K": "mmol/L", "FIBRINO": "g/L", "BILI": "umol/L", "INR": "1", "PH": "1",
}  # fmt: skip


def lab(
    test: str, *values: float | None, times: list[float] | None = None, **columns: object
) -> pl.DataFrame:
    """Rows of one subject and test, on days 1, 2, ... unless told."""
    n = len(values)
    day = times if times is not None else [float(i + 1) for i in range(n)]
    base: dict[str, object] = {"subject": "1", "test": test, "unit": CANONICAL[test]} | columns
    frame = pl.DataFrame(
        {"time": day, "value": list(values)}, schema={"time": pl.Float64, "value": pl.Float64}
    )
    series = {k: v for k, v in base.items() if isinstance(v, list)}
    scalars = [pl.lit(v).alias(k) for k, v in base.items() if not isinstance(v, list)]
    return frame.with_columns(*scalars, *(pl.Series(k, v) for k, v in series.items()))


def grades(frame: pl.DataFrame, column: str = "grade", **options: object) -> list[object]:
    return labs.grade(frame, **options).table.get_column(column).to_list()


def test_the_table_has_the_documented_columns_and_the_version_in_every_row():
    table = labs.grade(lab("NEUT", 0.4, 3.0, low=1.8), version="ctcae-6").table
    assert table.columns == list(labs.GRADE_COLUMNS)
    assert table.get_column("version").unique().to_list() == ["ctcae-6"]


def test_low_and_high_hemoglobin_are_graded_apart_and_signed():
    table = labs.grade(lab("HGB", 75.0, 130.0, 190.0, low=120.0, high=160.0)).table
    assert table.get_column("grade_l").to_list() == [3, 0, 0]
    assert table.get_column("grade_h").to_list() == [0, 0, 2]
    assert table.get_column("grade").to_list() == [-3, 0, 2]


def test_a_missing_value_is_never_grade_zero():
    table = labs.grade(lab("NEUT", None, float("nan"), low=1.8)).table
    assert table.get_column("grade").to_list() == [None, None]
    assert table.get_column("reason").to_list() == ["Neutrophil count decreased: no value"] * 2


def test_a_missing_limit_gives_no_grade_and_says_which():
    table = labs.grade(lab("ALT", 500.0)).table
    assert table.get_column("grade").to_list() == [None]
    assert "no upper limit of normal" in table.item(0, "reason")


def test_a_limit_is_not_asked_for_where_the_value_alone_decides():
    assert grades(lab("NEUT", 0.3, 1.7)) == [-4, None]


def test_one_gradable_direction_does_not_make_the_other_zero():
    table = labs.grade(lab("HGB", 130.0, low=120.0)).table
    assert (table.item(0, "grade_l"), table.item(0, "grade_h"), table.item(0, "grade")) == (0, None, None)


def test_the_flagged_record_is_the_baseline_else_the_last_before_infusion():
    frame = lab("ALT", 30.0, 90.0, 200.0, times=[-7.0, -1.0, 5.0], high=40.0)
    flagged = frame.with_columns(pl.Series("is_baseline", [True, False, False]))
    assert grades(frame, "baseline") == [90.0] * 3
    assert grades(flagged, "baseline") == [30.0] * 3
    assert grades(flagged, "baseline", options=LabOptions(baseline="last")) == [90.0] * 3
    assert grades(frame, "baseline", options=LabOptions(baseline="flagged")) == [None] * 3


def test_an_abnormal_baseline_is_graded_by_multiples_of_baseline():
    frame = lab("ALT", 100.0, 140.0, 160.0, 310.0, times=[-1.0, 1.0, 2.0, 3.0], high=40.0)
    assert grades(frame)[1:] == [0, 1, 2]
    assert grades(frame, version="ctcae-6")[1:] == [1, 2, 3]
    assert grades(frame, "baseline_flag") == ["HIGH"] * 4


def test_the_baseline_record_is_graded_by_the_limits_not_against_itself():
    frame = lab("ALT", 250.0, 130.0, times=[-5.0, -1.0], high=40.0)
    assert grades(frame) == [3, 2]
    assert grades(frame, options=LabOptions(baseline_records="baseline")) == [1, 0]


@pytest.mark.parametrize(
    ("version", "expected"), [("ctcae-4", [3, 3]), ("ctcae-5", [3, 3]), ("ctcae-6", [3, 3])]
)
def test_baseline_creatinine_is_graded_by_its_upper_limit(version: str, expected: list[int]):
    frame = lab("CREAT", 350.0, 350.0, times=[-1.0, 1.0], high=100.0)
    assert grades(frame, version=version) == expected


def test_ctcae_6_grades_a_baseline_alkaline_phosphatase_above_its_limit():
    frame = lab("ALP", 150.0, 140.0, 160.0, times=[-1.0, 1.0, 2.0], high=100.0)
    assert grades(frame, version="ctcae-6") == [1, 0, 1]


def test_a_normal_baseline_fibrinogen_record_is_grade_zero_in_ctcae_4():
    # CTCAE 4 asks for the change from baseline; at baseline there is none, which must not block the grade.
    frame = lab("FIBRINO", 3.0, 2.9, times=[-1.0, 1.0], low=2.0)
    assert grades(frame, version="ctcae-4") == [0, -1]


def test_an_unknown_baseline_is_said():
    table = labs.grade(lab("ALT", 130.0, high=40.0)).table
    assert table.item(0, "grade") == 2
    assert "graded as if the baseline was normal" in table.item(0, "reason")


def test_a_grade_inside_the_normal_range_is_said():
    table = labs.grade(lab("NEUT", 1.4, low=1.0)).table
    assert table.item(0, "grade") == -2
    assert "inside the laboratory's normal range" in table.item(0, "reason")


@pytest.mark.parametrize(
    ("specimen", "is_graded"),
    [
        ("SERUM", True),
        ("plasma", True),
        ("ARTERIAL BLOOD", True),
        (None, True),
        ("URINE", False),
        ("CEREBROSPINAL FLUID", False),
    ],
)
def test_only_blood_serum_and_plasma_are_graded(specimen: str | None, is_graded: bool):
    frame = lab("GLUC", 2.0, low=3.9).with_columns(pl.lit(specimen, dtype=pl.String).alias("specimen"))
    result = labs.grade(frame)
    assert result.table.height == int(is_graded)
    assert result.skipped.height == int(not is_graded)


def test_a_ph_without_specimen_is_not_taken_for_acidosis():
    unknown = labs.grade(lab("PH", 6.0, low=7.35))
    arterial = labs.grade(lab("PH", 7.2, low=7.35, specimen="ARTERIAL BLOOD"))
    assert unknown.table.height == 0
    assert unknown.skipped.item(0, "reason") == "specimen unknown: this test is graded in blood only"
    assert arterial.table.get_column("grade_l").to_list() == [3]


def test_urinalysis_without_specimen_is_not_graded():
    assert labs.grade(lab("GLUC", 0.0, low=3.9, category="URINALYSIS")).table.height == 0


def test_what_is_not_a_laboratory_term_is_counted_not_dropped_silently():
    frame = pl.concat([lab("NEUT", 0.4), lab("NEUT", 12.0, 13.0).with_columns(pl.lit("CRP").alias("test"))])
    result = labs.grade(frame)
    assert result.table.height == 1
    assert result.skipped.select("test", "rows").rows() == [("CRP", 2)]


def test_absolute_lymphocytes_are_lymphocytes_not_cd4_cells():
    # One public ADLB carries "CD4 lymphocytes decreased" for absolute lymphocytes: 0.4 would be grade 2.
    table = labs.grade(lab("LYM", 0.4, low=1.0)).table
    assert (table.item(0, "term_l"), table.item(0, "grade_l")) == ("Lymphocyte count decreased", 3)


def test_a_direction_without_a_term_is_said_not_graded():
    table = labs.grade(lab("LYM", 0.1, low=1.0), version="ctcae-6").table
    assert (table.item(0, "term_l"), table.item(0, "grade_l")) == (None, None)
    assert "CTCAE 6 has no numeric term for low lymphocytes" in table.item(0, "reason")


def test_a_test_without_any_term_in_a_version_says_so():
    frame = lab("ALT", 90.0, high=60.0).with_columns(pl.lit("GGT").alias("test"))
    table = labs.grade(frame, version="daids-2.1").table
    assert table.item(0, "grade") is None
    assert table.item(0, "reason").endswith("has no numeric term for this test")


def test_fasting_glucose_uses_the_fasting_term():
    frame = lab("GLUC", 9.5, low=3.9, high=5.6)
    fasting = frame.with_columns(pl.lit(value=True).alias("is_fasting"))
    assert grades(frame, "grade_h", version="ctcae-6") == [0]
    assert grades(fasting, "grade_h", version="ctcae-6") == [2]
    assert grades(frame, "grade_h", version="ctcae-6", options=LabOptions(assume_fasting=True)) == [2]
    assert grades(fasting, "term_h", version="daids-2.1") == ["Glucose Fasting, High"]


def test_daids_lipids_are_graded_only_where_fasting():
    frame = lab("CHOL", 8.0, high=5.0)
    subjects = pl.DataFrame({"subject": ["1"], "sex": ["M"], "age": [30.0], "age_max": [30.0]})
    table = labs.grade(frame, subjects=subjects, version="daids-2.1").table
    assert table.item(0, "grade") is None
    assert "only where it was taken fasting" in table.item(0, "reason")


def test_worst_case_assumptions_are_an_option_and_said():
    frame = lab("URATE", 500.0, high=420.0)
    worst = labs.grade(frame).table
    assert worst.item(0, "grade") == 3
    assert "assuming 'with physiologic consequences'" in worst.item(0, "because")
    milder = labs.grade(frame, options=LabOptions(worst_case=False)).table
    assert milder.item(0, "grade") == 1
    assert "assuming" not in milder.item(0, "because")


@pytest.mark.parametrize(("lloq", "expected"), [(0.05, -4), (0.1, -4), (0.5, -4), (0.6, None), (2.5, None)])
def test_a_value_below_quantification_is_graded_if_all_it_can_be_has_one_grade(
    lloq: float, expected: int | None
):
    frame = lab("NEUT", None, low=2.0, is_censored=True, lloq=lloq)
    table = labs.grade(frame).table
    assert table.item(0, "grade") == expected
    if expected is None:
        assert table.item(0, "reason").startswith(f"Neutrophil count decreased: below {lloq:g}, grade ")


def test_a_value_below_quantification_is_not_high():
    assert grades(lab("BILI", None, high=20.0, is_censored=True, lloq=5.0)) == [0]


def test_a_value_below_an_unknown_limit_is_not_graded():
    assert grades(lab("NEUT", None, low=2.0, is_censored=True)) == [None]


def test_a_censored_record_is_not_a_baseline():
    frame = lab(
        "BILI",
        10.0,
        None,
        50.0,
        times=[-3.0, -1.0, 2.0],
        high=20.0,
        is_censored=[False, True, False],
        lloq=5.0,
    )
    assert grades(frame, "baseline") == [10.0] * 3


def test_another_unit_of_the_same_quantity_gives_the_same_grade():
    grams = lab("HGB", 75.0, 99.9, 110.0, low=120.0, high=160.0)
    decigrams = grams.with_columns(pl.col("value", "low", "high") / 10, pl.lit("g/dL").alias("unit"))
    assert grades(decigrams) == grades(grams) == [-3, -2, -1]
    assert grades(grams, options=LabOptions(units="US")) == [-3, -2, -1]
    assert grades(decigrams, "unit") == ["g/dL"] * 3


@pytest.mark.parametrize(("unit", "words"), [("mg/mmol", "cannot be converted to 10^9/L"), (None, "no unit")])
def test_a_unit_that_does_not_fit_gives_no_grade_and_says_so(unit: str | None, words: str):
    frame = lab("NEUT", 0.3).with_columns(pl.lit(unit, dtype=pl.String).alias("unit"))
    table = labs.grade(frame).table
    assert table.item(0, "grade") is None
    assert words in table.item(0, "reason")


def test_the_input_is_not_changed():
    frame = lab("ALT", 100.0, 500.0, times=[-1.0, 2.0], high=40.0)
    before = frame.clone()
    labs.grade(frame)
    assert frame.equals(before)


def test_an_empty_table_gives_an_empty_result():
    result = labs.grade(lab("NEUT").clear())
    assert result.table.columns == list(labs.GRADE_COLUMNS)
    assert result.worst.height == result.shift.height == 0


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="laboratory grading needs") as caught:
        labs.grade(lab("NEUT", 1.0).drop("time"))
    assert caught.value.column == "time"


def test_an_unknown_version_lists_the_known_ones():
    with pytest.raises(InputError, match="ctcae-5"):
        labs.grade(lab("NEUT", 1.0), version="ctcae-7")


def test_an_unknown_choice_is_refused():
    with pytest.raises(InputError, match="flagged or last"):
        LabOptions(baseline="screening")  # type: ignore[arg-type]


@pytest.mark.parametrize("version", labs.VERSIONS)
def test_every_mapped_term_exists_and_every_criterion_is_reached(version: str):
    rows = {(r.term, r.direction) for r in read_criteria(version).criteria if r.units == "SI"}
    mapped = set()
    for entry in TESTS.values():
        mapped |= {(entry.low[version], "L")} if version in entry.low else set()
        mapped |= {(terms[version], "H") for terms in (entry.high, entry.fasting_high) if version in terms}
    assert mapped - rows == set()
    assert rows - mapped == set()


def test_a_stated_absence_of_a_term_is_an_absence():
    for version, test, direction in NO_TERM:
        terms = TESTS[test].low if direction == "L" else TESTS[test].high
        assert version not in terms


def test_provenance_names_inputs_options_and_version():
    record = labs.grade(lab("NEUT", 0.4)).provenance.to_dict()
    assert record["params"]["version"] == "ctcae-5"
    assert len(record["inputs"]["measurements"]) == 64
    assert any("worst-case" in line.lower() for line in record["options"])


def test_every_source_is_in_the_bibliography():
    for version in labs.VERSIONS:
        assert all(source.reference.key == source.key for source in read_criteria(version).sources)
