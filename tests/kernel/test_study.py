"""A study from its tables: time zero, results, roles, categories, notices."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tutela.kernel.study import Clock, StudyConfig, build_study
from tutela.kernel.tables import TABLES


@pytest.mark.parametrize(
    ("row", "value", "lloq", "censored", "raw"),
    [
        ({"value": "3.2"}, 3.2, None, False, "3.2"),
        ({"value": 3.2}, 3.2, None, False, "3.2"),
        ({"value": "<0.5"}, None, 0.5, True, "<0.5"),
        ({"value": "<0.5", "lloq": "0.2"}, None, 0.5, True, "<0.5"),
        ({"value": "≤0.5"}, None, 0.5, True, "≤0.5"),
        ({"value": "< 0.5", "unit": "mg/dL"}, None, 5.0, True, "< 0.5"),
        ({"value": "<BLQ", "lloq": "0.5", "unit": "mg/dL"}, None, 5.0, True, "<BLQ"),
        ({"value": "BLQ"}, None, None, True, "BLQ"),
        ({"value": "BQL"}, None, None, True, "BQL"),
        ({"value": "Below limit of quantification"}, None, None, True, "Below limit of quantification"),
        ({"value": "0", "lloq": "0.5"}, 0.0, 0.5, True, "0"),
        ({"value": "0.5", "lloq": "0.5"}, 0.5, 0.5, False, "0.5"),
        ({"value": ">500"}, 500.0, None, False, ">500"),
        ({"value": "NOT DONE"}, None, None, False, "NOT DONE"),
        ({"value": None}, None, None, False, None),
        ({"value": "NA"}, None, None, False, None),
        ({"test": "ADA", "value": "1:320", "unit": None}, 320.0, None, False, "1:320"),
        ({"test": "ADA", "value": "POSITIVE", "unit": None}, None, None, False, "POSITIVE"),
        ({"test": "ADA", "value": "<1.40", "unit": "titer"}, None, 1.4, True, "<1.40"),
        ({"test": "COLOR", "value": "yellow", "unit": None}, None, None, False, "yellow"),
        ({"test": "CONSC", "value": "Spontaneous", "unit": None}, None, None, False, "spontaneous"),
        ({"test": "SEIZURE", "value": "none", "unit": None}, None, None, False, "none"),
        ({"test": "ICE", "value": "Unable", "unit": None}, None, None, False, "unable"),
        ({"test": "ICE", "value": "7", "unit": None}, 7.0, None, False, "7"),
        ({"test": "TEMP", "value": "100.4", "unit": "F"}, 38.0, None, False, "100.4"),
        ({"test": "OXYSAT", "value": "95%", "unit": "%"}, 95.0, None, False, "95%"),
    ],
)
def test_a_result_becomes_number_flag_and_limit(study_of, row, value, lloq, censored, raw):
    study = study_of(measurements=[row])
    assert study.rejected.is_empty(), study.rejected
    found = study.measurements.row(0, named=True)
    assert (found["value"], found["lloq"], found["is_censored"], found["value_raw"]) == (
        value,
        lloq,
        censored,
        raw,
    )


def test_limits_travel_with_the_value_into_the_canonical_unit(study_of):
    row = {"test": "BUN", "value": "14", "unit": "mg/dL", "low": "7", "high": "20", "lloq": "2"}
    found = study_of(measurements=[row]).measurements.row(0, named=True)
    assert (found["test"], found["unit"], found["unit_raw"]) == ("UREAN", "mmol/L", "mg/dL")
    assert found["high"] / found["low"] == pytest.approx(20 / 7)
    assert found["value"] / found["lloq"] == pytest.approx(7)


def test_an_unknown_test_keeps_its_own_unit_and_is_told(study_of):
    study = study_of(measurements=[{"test": "XYZ", "value": "5", "unit": "arb"}])
    assert study.measurements.select("test", "value", "unit").row(0) == ("XYZ", 5.0, "arb")
    assert any("XYZ" in notice for notice in study.notices)


def test_known_tests_get_their_category_and_a_given_one_stays(study_of):
    study = study_of(
        measurements=[{}, {"test": "TEMP", "value": "37", "unit": "C", "category": "home diary"}]
    )
    assert study.measurements["category"].to_list() == ["laboratory", "home diary"]


def test_time_zero_is_the_first_product_where_the_subject_gives_none(study_of):
    study = study_of(
        subjects={"subject": ["S1"]},
        treatments=[
            {"treatment": "tisagenlecleucel", "start": "2024-03-08"},
            {"treatment": "tisagenlecleucel", "start": "2024-03-05T10:00"},
            {"treatment": "fludarabine", "start": "2024-03-01"},
        ],
        measurements=[{}],
    )
    assert study.subjects.select("infusion", "infusion_precision").row(0) == ("2024-03-05T10:00", "minute")
    assert study.measurements["time"].to_list() == [1.0]
    assert study.treatments["role"].to_list() == ["product", "product", "conditioning"]


def test_a_month_as_infusion_gives_way_to_the_product_but_is_not_lost(study_of):
    people = {"subject": ["S1"], "infusion": ["2024-03"]}
    alone = study_of(subjects=people, measurements=[{}])
    assert alone.subjects["infusion"].to_list() == ["2024-03"]
    assert alone.measurements["time"].to_list() == [None]
    both = study_of(subjects=people, treatments=[{"treatment": "CAR-T cells", "start": "2024-03-05"}])
    assert both.subjects["infusion"].to_list() == ["2024-03-05"]


def test_the_study_names_its_product():
    study = build_study(
        StudyConfig(product="ABC-123"),
        subjects=pl.DataFrame({"subject": ["S1"]}),
        treatments=pl.DataFrame({"subject": ["S1"], "treatment": ["abc-123"], "start": ["2024-03-05"]}),
    )
    assert study.treatments["role"].to_list() == ["product"]
    assert study.subjects.select("product", "infusion").row(0) == ("ABC-123", "2024-03-05")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"device": "HFNC", "fio2": "40"}, {"device": "high_flow", "fio2": 0.4, "role": "oxygen"}),
        ({"device": "none"}, {"device": "room_air"}),
        ({"fio2": "0.4"}, {"fio2": 0.4}),
        ({"treatment": "hydrocortisone", "route": "TOPICAL"}, {"role": "other", "agent": "hydrocortisone"}),
        ({"treatment": "Solu-Medrol 40 mg"}, {"role": "steroid", "agent": "methylprednisolone"}),
        ({"treatment": "x", "agent": "UNCODED"}, {"role": "other", "agent": None}),
        ({"role": "Vasopressors", "treatment": "study drug"}, {"role": "vasopressor"}),
        ({"end": "ONGOING"}, {"end": None, "is_ongoing": True}),
        ({"is_ongoing": "Y"}, {"is_ongoing": True}),
        ({}, {"is_ongoing": False, "role": "vasopressor", "agent": "norepinephrine"}),
        ({"end": "2024-03-06"}, {"start": 1.0, "end": 1.0}),
    ],
)
def test_a_treatment_is_brought_into_the_terms_of_the_package(study_of, row, expected):
    study = study_of(treatments=[row])
    assert study.rejected.is_empty(), study.rejected
    found = study.treatments.row(0, named=True)
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "grade"), [("3", 3), ("Grade 2", 2), ("G4", 4), ("5.0", 5), (3, 3), (None, None)]
)
def test_grades_of_the_site_are_read(study_of, text, grade):
    study = study_of(events=[{"grade": text}])
    assert study.rejected.is_empty()
    assert study.events["grade"].to_list() == [grade]


def test_ages_are_exact_from_the_birth_date_and_intervals_from_whole_years():
    people = pl.DataFrame(
        {"subject": ["a", "b", "c", "d"], "birth_date": ["2014-03-05", "2014", None, "1990-01-01"],
         "age": [None, None, "7", "7"], "infusion": ["2024-03-05T10:00"] * 4}
    )  # fmt: skip
    study = build_study(subjects=people)
    ages = study.subjects.select("age", "age_max").rows()
    assert ages[0] == (10.0, 10.0)
    assert ages[1][0] < 10 < ages[1][1]
    assert ages[2] == (7.0, 8.0)
    assert ages[3][0] > 34
    assert any("differ by more than a year" in notice for notice in study.notices)


def test_deaths_and_last_contacts_are_counted_from_the_infusion(study_of):
    study = study_of(subjects={"subject": ["S1"], "infusion": ["2024-03-05T10:00"], "death_date": ["2024-03-15"],
                               "last_contact": ["2024-03"]})  # fmt: skip
    found = study.subjects.row(0, named=True)
    assert (found["death_time"], found["death_date"]) == (10.0, "2024-03-15")
    assert (found["last_time"], found["last_contact"]) == (None, "2024-03")


def test_a_relative_clock_counts_from_the_infusion(study_of):
    study = study_of(
        clock={"kind": "relative", "unit": "h"},
        subjects={"subject": ["S1"], "death_date": ["48"]},
        measurements=[{"time": "36"}],
    )
    assert study.measurements.select("time", "time_precision", "time_raw").row(0) == (1.5, "relative", "36")
    assert study.subjects.select("infusion", "death_time").row(0) == ("0", 2.0)


def test_an_infusion_without_hour_is_told_because_hours_are_lost(study_of):
    study = study_of(subjects={"subject": ["S1"], "infusion": ["2024-03-05"]}, measurements=[{}])
    assert any("no time of day" in notice for notice in study.notices)


def test_every_table_meets_its_declaration_and_points_to_its_source(study_of):
    study = study_of(measurements=[{}, {"value": "13"}], treatments=[{}], events=[{}])
    for name, table in study.tables.items():
        assert TABLES[name].is_valid(table), name
        assert table["source_row"].to_list() == list(range(1, table.height + 1))


_ROWS = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(["CRP", "ALT", "TEMP"]), st.integers(26, 44)),
    min_size=1, max_size=12, unique=True,
)  # fmt: skip


@pytest.mark.property
@settings(max_examples=25, deadline=None)
@given(_ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, random):
    units = {"CRP": "mg/L", "ALT": "U/L", "TEMP": "degC"}
    frame = pl.DataFrame(
        [{"subject": "S1", "time": f"2024-03-{6 + d:02}", "test": t, "value": str(v), "unit": units[t],
          "source_file": "f", "source_row": i} for i, (d, t, v) in enumerate(rows, start=1)]
    )  # fmt: skip
    people = pl.DataFrame({"subject": ["S1"], "infusion": ["2024-03-05"]})
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=random.randrange(1000))
    first, second = (build_study(subjects=people, measurements=f).measurements for f in (frame, shuffled))
    assert_frame_equal(first.sort("source_row"), second.sort("source_row"))


@pytest.mark.property
@settings(max_examples=40, deadline=None)
@given(st.integers(250, 449), st.sampled_from(["degC", "degF"]))
def test_the_unit_in_which_a_result_is_written_does_not_change_it(tenths, unit):
    celsius = tenths / 10
    written = celsius if unit == "degC" else celsius * 9 / 5 + 32
    study = build_study(
        subjects=pl.DataFrame({"subject": ["S1"], "infusion": ["2024-03-05"]}),
        measurements=pl.DataFrame({"subject": ["S1"], "time": ["2024-03-05"], "test": ["TEMP"],
                                   "value": [repr(written)], "unit": [unit]}),
    )  # fmt: skip
    assert study.measurements["value"].to_list() == [celsius]


def test_building_changes_none_of_its_inputs():
    people = pl.DataFrame({"subject": [" S1 "], "infusion": ["2024-03-05"]})
    before = people.clone()
    build_study(StudyConfig(clock=Clock(zone="Europe/Rome")), subjects=people)
    assert_frame_equal(people, before)
