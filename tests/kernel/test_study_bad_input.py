"""Bad input: each row that cannot be used is returned with file, row, column, value, expected and reason."""

from __future__ import annotations

import math

import polars as pl
import pytest

from tutela.kernel.errors import InputError, StudyError, TimeError
from tutela.kernel.study import REJECTED_SCHEMA, build_study, build_table, read_study


def the_only_reject(study):
    assert study.rejected.height == 1, study.rejected
    assert study.rejected.schema == pl.Schema(REJECTED_SCHEMA)
    return study.rejected.row(0, named=True)


def test_a_good_row_is_not_rejected(study_of):
    study = study_of(measurements=[{}], treatments=[{}], events=[{}])
    assert study.rejected.is_empty()
    assert (study.measurements.height, study.treatments.height, study.events.height) == (1, 1, 1)


@pytest.mark.parametrize(
    ("row", "column", "kind", "words"),
    [
        ({"subject": "S9"}, "subject", "subject", "not in the subjects table"),
        ({"subject": None}, "subject", "subject", "no subject"),
        ({"test": None}, "test", "term", "no test"),
        ({"time": "2024-02-30"}, "time", "time", "no such date"),
        ({"time": "01/02/2024"}, "time", "time", "cannot be told apart"),
        ({"time": "2024-03-06T10:00+01:00"}, "time", "time", "declare zone"),
        ({"value": "NaN"}, "value", "number", "not finite"),
        ({"value": "inf"}, "value", "number", "not finite"),
        ({"value": "-Infinity"}, "value", "number", "not finite"),
        ({"value": "12,5"}, "value", "number", "comma"),
        ({"value": "hemolyzed"}, "value", "number", "no number"),
        ({"unit": None}, "unit", "unit", "no unit"),
        ({"unit": "xyz/L"}, "unit", "unit", "not known"),
        ({"unit": "mmol/L"}, "unit", "unit", "does not convert"),
        ({"value": "150", "unit": "mg/dL"}, "value", "implausible", "in mg/L it would be 150 mg/L"),
        ({"high": "5", "unit": "mg/dL"}, "high", "implausible", "in mg/L it would be 5 mg/L"),
        ({"test": "NEUT", "value": "3500", "unit": "10^9/L"}, "value", "implausible", "in /uL it would be 3.5"),
        ({"test": "TEMP", "value": "101.3", "unit": "degC"}, "value", "implausible", "in degF it would be 38.5"),
        ({"test": "HGB", "value": "13", "unit": "g/L"}, "value", "implausible", "in g/dL it would be 130"),
        ({"test": "GLUC", "value": "95", "unit": "mmol/L"}, "value", "implausible", "in mg/dL it would be 5.27"),
        ({"test": "CREAT", "value": "0.9", "unit": "umol/L"}, "value", "implausible", "in mg/dL it would be 79.56"),
        ({"test": "OXYSAT", "value": "0.97", "unit": "%"}, "value", "implausible", "in fraction it would be 97"),
        ({"test": "SYSBP", "value": "16", "unit": "mmHg"}, "value", "implausible", "in kPa it would be 120"),
        ({"test": "CAION", "value": "4.6", "unit": "mmol/L"}, "value", "implausible", "in mg/dL it would be 1.148"),
        ({"test": "FIBRINO", "value": "2.5", "unit": "mg/dL"}, "value", "implausible", "in g/L it would be 2.5"),
        ({"test": "ALT", "value": "-3", "unit": "U/L"}, "value", "implausible", "typing error"),
    ],
)  # fmt: skip
def test_a_measurement_that_cannot_be_used_says_why(study_of, row, column, kind, words):
    study = study_of(measurements=[row])
    told = the_only_reject(study)
    assert study.measurements.is_empty()
    assert (told["table"], told["row"], told["column"], told["kind"]) == ("measurements", 1, column, kind)
    assert words in told["reason"]
    assert told["action"] == "row set aside"


def test_a_rejected_value_is_shown_as_it_was_typed(study_of):
    told = the_only_reject(study_of(measurements=[{"test": "TEMP", "value": "101.3", "unit": "C"}]))
    assert told["value"] == "101.3 C"
    assert told["expected"] == "TEMP from 25.0 to 45.0 degC"


def test_an_identifier_that_differs_by_zeros_is_pointed_out(study_of):
    told = the_only_reject(study_of(subjects={"subject": ["007"]}, measurements=[{"subject": "7"}]))
    assert "'007' may be meant" in told["reason"]


@pytest.mark.parametrize("dose", ["-8", "NaN", "inf", -8.0, math.inf])
def test_a_dose_that_cannot_be_given_is_rejected(study_of, dose):
    told = the_only_reject(study_of(treatments=[{"dose": dose}]))
    assert (told["column"], told["action"]) == ("dose", "row set aside")


def test_a_dose_in_words_leaves_the_cell_empty_but_keeps_the_treatment(study_of):
    study = study_of(treatments=[{"dose": "1-2 tablets"}])
    assert study.treatments["dose"].to_list() == [None]
    assert the_only_reject(study)["action"] == "cell left empty"


def test_an_end_before_the_start_is_rejected(study_of):
    told = the_only_reject(study_of(treatments=[{"end": "2024-03-05"}]))
    assert (told["column"], told["kind"]) == ("end", "order")
    assert "2024-03-06T10:00" in told["expected"]


@pytest.mark.parametrize(
    ("column", "value"),
    [("birth_date", "2014-02-30"), ("infusion", "05/03/2024"), ("death_date", "unclear"), ("weight", "-3"),
     ("age", "-1"), ("age", "200"), ("sex", "X"), ("developmental_delay", "perhaps"), ("height", "NaN")],
)  # fmt: skip
def test_a_bad_cell_of_a_person_never_loses_the_person(study_of, column, value):
    people = {"subject": ["S1"], "infusion": ["2024-03-05T10:00"], column: [value]}
    study = study_of(subjects=people, measurements=[{}])
    told = the_only_reject(study)
    assert (told["column"], told["action"]) == (column, "cell left empty")
    assert told["value"] in (value, f"{value}.0")
    assert study.subjects.height == study.measurements.height == 1


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [("measurements", {"low": "normal"}, "low"), ("measurements", {"high": "inf"}, "high"),
     ("measurements", {"lloq": "-1"}, "lloq"), ("measurements", {"is_baseline": "B"}, "is_baseline"),
     ("treatments", {"device": "tent"}, "device"), ("treatments", {"flow": "500"}, "flow"),
     ("treatments", {"role": "pressors and more"}, "role"), ("treatments", {"end": "2024-02-30"}, "end"),
     ("events", {"grade": "severe"}, "grade"), ("events", {"grade": "6"}, "grade"),
     ("events", {"serious": "?"}, "serious"), ("measurements", {"attribution": "maybe"}, "attribution")],
)  # fmt: skip
def test_a_bad_cell_that_a_row_can_do_without_is_left_empty_and_told(study_of, table, row, column):
    study = study_of(**{table: [row]})
    told = the_only_reject(study)
    assert (told["table"], told["column"], told["action"]) == (table, column, "cell left empty")
    assert study.tables[table].height == 1
    if column != "role":
        assert study.tables[table][column].to_list() == [None]


def test_equal_rows_are_kept_once_and_the_others_told(study_of):
    study = study_of(measurements=[{}, {}, {"value": "13"}])
    assert study.measurements["value"].to_list() == [12.0, 13.0]
    told = the_only_reject(study)
    assert (told["row"], told["action"]) == (2, "duplicate removed")
    assert any("different results of one test" in notice for notice in study.notices)


def test_rows_that_differ_only_in_a_column_the_table_lacks_are_no_duplicates(study_of):
    study = study_of(measurements=[{"sample": "1"}, {"sample": "2"}])
    assert study.measurements.height == 2
    assert "measurements: columns not used: sample" in study.notices


def test_a_person_who_occurs_twice_keeps_the_first_row(study_of):
    study = study_of(subjects={"subject": ["S1", "S1"], "age": ["7", "8"]})
    assert study.subjects["age"].to_list() == [7.0]
    assert the_only_reject(study)["row"] == 2


def test_a_wrong_unit_of_a_whole_series_takes_its_plausible_values_along(study_of):
    """Neutrophils in cells/uL labelled 10^9/L: 80 alone looks plausible, beside 3500 it does not."""
    counts = ["3500", "1200", "80", "400", "0"]
    rows = [
        {"test": "NEUT", "value": v, "unit": "10^9/L", "time": f"2024-03-{6 + i:02}T10:00"}
        for i, v in enumerate(counts)
    ]
    study = study_of(measurements=rows)
    assert study.measurements.is_empty()
    kinds = dict(study.rejected.group_by("kind").len().iter_rows())
    assert kinds == {"implausible": 3, "unit": 2}


def test_a_single_typing_error_does_not_discredit_a_series(study_of):
    counts = ["3.5", "1.2", "3500", "0.4"]
    rows = [
        {"test": "NEUT", "value": v, "unit": "10^9/L", "time": f"2024-03-{6 + i:02}T10:00"}
        for i, v in enumerate(counts)
    ]
    study = study_of(measurements=rows)
    assert study.measurements["value"].to_list() == [3.5, 1.2, 0.4]


def test_ranges_of_blood_are_not_asked_of_urine(study_of):
    study = study_of(measurements=[{"test": "CREAT", "value": "250", "unit": "mg/dL", "specimen": "URINE"},
                                   {"test": "WBC", "value": "3", "unit": "/HPF", "specimen": "URINE"}])  # fmt: skip
    assert study.rejected.is_empty()
    assert study.measurements["unit"].to_list() == ["umol/L", "/HPF"]


def test_a_missing_column_is_named_with_what_is_there_and_what_may_be_meant():
    with pytest.raises(InputError, match="'value'") as error:
        build_study(subjects=pl.DataFrame({"subject": ["S1"]}),
                    measurements=pl.DataFrame({"subject": ["S1"], "time": ["0"], "test": ["CRP"], "values": ["1"]}))  # fmt: skip
    assert "Did you mean 'values'" in error.value.advice
    assert "subject, time, test, values" in error.value.advice


def test_without_any_usable_person_there_is_no_study():
    with pytest.raises(StudyError, match="no subject"):
        build_study(subjects=pl.DataFrame({"subject": [None]}, schema={"subject": pl.String}))


@pytest.mark.parametrize(
    ("clock", "time"), [({"kind": "relative", "unit": "h"}, "2024-03-06"), (None, "24.5")]
)
def test_times_of_the_other_kind_are_one_mistake_not_many(study_of, clock, time):
    with pytest.raises(TimeError, match="do not fit") as error:
        study_of(clock=clock, measurements=[{"time": time}, {"time": time, "value": "13"}])
    assert "kind =" in error.value.advice


def test_without_infusion_times_are_unknown_and_the_person_stays(study_of):
    study = study_of(subjects={"subject": ["S1"]}, measurements=[{}])
    assert study.measurements["time"].to_list() == [None]
    assert study.measurements["time_raw"].to_list() == ["2024-03-06T10:00"]
    assert any("no time of infusion" in notice for notice in study.notices)


def test_a_ragged_record_and_a_bad_cell_point_to_the_lines_of_their_file(folder_of):
    folder = folder_of(
        measurements__csv="subject,time,test,value,unit\n"
        "S1,2024-03-06T10:00,CRP,12,mg/L\n"
        "S1,2024-03-06T11:00,CRP,12,5,mg/L\n"
        "S1,2024-02-30,CRP,12,mg/L\n"
    )
    study = read_study(folder)
    assert study.measurements.height == 1
    assert study.rejected.select("file", "row", "kind").rows() == [
        ("measurements.csv", 2, "record"),
        ("measurements.csv", 3, "time"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("subject;time;test;value;unit\nS1;2024-03-06;TEMP;38,5;degC\n", 38.5),
        ("subject\ttime\ttest\tvalue\tunit\nS1\t2024-03-06\tTEMP\t38,5\tdegC\n", 38.5),
        ('subject,time,test,value,unit\nS1,2024-03-06,TEMP,"38,5",degC\n', None),
        ("subject\ttime\ttest\tvalue\tunit\nS1\t2024-03-06\tPLAT\t1,234\t10^9/L\n", None),
        ("subject;time;test;value;unit;lloq\nS1;2024-03-06;TEMP;38,5;degC;0.1\n", None),
    ],
)
def test_decimal_commas_are_read_only_where_they_cannot_be_confused(folder_of, text, expected):
    study = read_study(folder_of(measurements__csv=text))
    if expected is None:
        assert study.measurements.is_empty()
        assert "comma" in study.rejected.item(0, "reason")
    else:
        assert study.measurements["value"].to_list() == [expected]
        assert "measurements: numbers use a decimal comma" in study.notices


def test_a_declared_decimal_comma_is_believed(folder_of):
    folder = folder_of(
        study__toml='[files]\ndecimal = ","\n',
        measurements__csv='subject,time,test,value,unit\nS1,2024-03-06,PLAT,"1,234",10^9/L\n'
        "S1,2024-03-07,PLAT,1.234,10^9/L\n",
    )
    study = read_study(folder)
    assert study.measurements["value"].to_list() == [1.234]
    assert "ambiguous" in study.rejected.item(0, "reason")


def test_windows_text_and_a_mistyped_file_name_are_told(folder_of):
    folder = folder_of(
        subjects__csv="subject,disease\nS1,Leuk\u00e4mie\n".encode("cp1252"), mesurements__csv="subject\nS1\n"
    )
    notices = " ".join(read_study(folder).notices)
    assert "Windows-1252" in notices
    assert "meant as measurements" in notices


def test_a_table_alone_is_read_like_one_of_a_study():
    people = build_study(subjects=pl.DataFrame({"subject": ["S1"], "infusion": ["2024-03-05"]})).subjects
    frame = pl.DataFrame({"Subject ": ["S1", "S2"], "TIME": ["2024-03-06"] * 2, "test": ["CRP"] * 2,
                          "value": [1.5, 2.5], "unit": ["mg/dL"] * 2})  # fmt: skip
    table, rejected = build_table("measurements", frame, subjects=people)
    assert table.select("time", "value", "unit").rows() == [(1.0, 15.0, "mg/L")]
    assert rejected["subject"].to_list() == ["S2"]
