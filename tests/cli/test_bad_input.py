"""Broken files: a message a data manager can act on, exit code 2 or a listed row, and nothing half-written."""

from __future__ import annotations

import json
import shutil

import pytest

SUBJECTS = "subject,infusion,birth_date\nS1,2024-03-01T10:00,2015-05-05\n"
VALUES = "subject,time,test,value,unit\nS1,2024-03-02T10:00,ALT,30,U/L\n"


@pytest.fixture
def study(tmp_path):
    """Build a study folder from its files' texts."""

    def build(**files: str | bytes):
        folder = tmp_path / "study"
        folder.mkdir(exist_ok=True)
        (folder / "study.toml").write_text('[study]\nid = "bad"\n', encoding="utf-8")
        for name, content in {"subjects_csv": SUBJECTS, "measurements_csv": VALUES, **files}.items():
            raw = content if isinstance(content, bytes) else content.encode("utf-8")
            (folder / name.replace("_", ".", 1)).write_bytes(raw)
        return folder

    return build


def rejected(tutela, folder):
    """Rows that ``tutela check`` lists."""
    answer = tutela("check", folder, "--format", "json")
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def refused(tutela, folder, *words):
    """The message of a study that cannot be run; nothing may be left behind."""
    before = sorted(p.name for p in folder.parent.iterdir())
    answer = tutela("run", folder)
    assert answer.code == 2
    assert answer.err.startswith("Error: ")
    assert "Traceback" not in answer.err
    assert sorted(p.name for p in folder.parent.iterdir()) == before
    for word in words:
        assert word in answer.err, answer.err
    return answer.err


def test_an_empty_file_is_named(tutela, study):
    refused(tutela, study(measurements_csv=""), "measurements.csv", "empty")


def test_a_header_without_rows_is_a_study_without_measurements(tutela, study):
    assert rejected(tutela, study(measurements_csv="subject,time,test,value,unit\n")) == []


def test_a_wrong_delimiter_is_named(tutela, study):
    refused(tutela, study(measurements_csv=VALUES.replace(",", "~")), "measurements.csv")


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_other_common_delimiters_are_found(tutela, study, mark):
    assert rejected(tutela, study(measurements_csv=VALUES.replace(",", mark))) == []


def test_a_missing_column_is_named_with_what_is_there(tutela, study):
    refused(
        tutela, study(measurements_csv=VALUES.replace("test", "tset")), "measurements.csv", "test", "tset"
    )


def test_a_column_twice_is_named(tutela, study):
    refused(tutela, study(measurements_csv=VALUES.replace("unit", "value")), "measurements.csv", "value")


def test_a_setting_that_is_misspelled_is_not_lost(tutela, study):
    folder = study()
    (folder / "study.toml").write_text('[study]\nid = "bad"\n[clokc]\nzone = "UTC"\n', encoding="utf-8")
    refused(tutela, folder, "study.toml", "clokc")


def test_an_override_outside_its_range_is_refused(tutela, study):
    folder = study()
    (folder / "study.toml").write_text(
        '[study]\nid = "bad"\n[overrides."crs.severe".grade]\nvalue = 9\nreason = "x"\napproved_by = "y"\n'
        'date = "2026-01-01"\n',
        encoding="utf-8",
    )
    refused(tutela, folder, "crs.severe", "9", "range")


def test_an_override_without_approver_is_refused(tutela, study):
    folder = study()
    (folder / "study.toml").write_text(
        '[study]\nid = "bad"\n[overrides."crs.severe".grade]\nvalue = 2\nreason = "x"\ndate = "2026-01-01"\n',
        encoding="utf-8",
    )
    refused(tutela, folder, "approved")


ROWS = {
    "a date that does not exist": ("S1,2024-02-30,ALT,30,U/L", "time", "2024-02-30"),
    "an ambiguous date": ("S1,01/02/2024,ALT,30,U/L", "time", "01/02/2024"),
    "a time with a zone among times without": ("S1,2024-03-02T10:00+02:00,ALT,30,U/L", "time", "+02:00"),
    "a subject that is not in the study": ("S9,2024-03-02T10:00,ALT,30,U/L", "subject", "S9"),
    "a C-reactive protein in the wrong unit": ("S1,2024-03-02T10:00,CRP,250,mg/dL", "value", "250"),
    "a count per microliter under another unit": ("S1,2024-03-02T10:00,NEUT,3500,10^9/L", "value", "3500"),
    "a temperature in Fahrenheit as Celsius": ("S1,2024-03-02T10:00,TEMP,101.3,C", "value", "101.3"),
    "a unit that does not fit": ("S1,2024-03-02T10:00,ALT,30,mmHg", "unit", "mmHg"),
    "a unit that nobody knows": ("S1,2024-03-02T10:00,ALT,30,bananas", "unit", "bananas"),
    "no unit": ("S1,2024-03-02T10:00,ALT,30,", "unit", None),
    "infinity": ("S1,2024-03-02T10:00,ALT,inf,U/L", "value", "inf"),
    "text for a number": ("S1,2024-03-02T10:00,ALT,high,U/L", "value", "high"),
    "a decimal comma among points": ('S1,2024-03-02T10:00,ALT,"30,5",U/L', "value", "30,5"),
    "a negative result": ("S1,2024-03-02T10:00,ALT,-3,U/L", "value", "-3"),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_bad_row_is_listed_with_file_row_column_and_value(tutela, study, case):
    line, column, value = ROWS[case]
    rows = rejected(tutela, study(measurements_csv=f"{VALUES}{line}\n"))
    mine = [row for row in rows if row["row"] == 2]
    assert len(mine) == 1, rows
    assert mine[0]["file"] == "measurements.csv"
    assert mine[0]["column"] == column
    assert mine[0]["reason"]
    assert value is None or value in mine[0]["value"]


def test_the_hint_names_the_likely_unit(tutela, study):
    rows = rejected(tutela, study(measurements_csv=f"{VALUES}S1,2024-03-02T10:00,TEMP,101.3,C\n"))
    assert (
        "degF" in rows[0]["reason"] + rows[0]["expected"] or "°F" in rows[0]["reason"] + rows[0]["expected"]
    )


def test_nan_is_no_value_and_never_a_number(tutela, study):
    folder = study(measurements_csv=f"{VALUES}S1,2024-03-02T11:00,ALT,NaN,U/L\n")
    listed = rejected(tutela, folder)
    assert all(row["column"] == "value" for row in listed)
    out = tutela("toxicity", "labs", folder, "--format", "json")
    grades = {row["time"]: row["grade"] for row in json.loads(out.out)}
    assert 0 not in {grade for time, grade in grades.items() if time > 1.01}


def test_an_exact_duplicate_is_kept_once_and_listed(tutela, study):
    rows = rejected(tutela, study(measurements_csv=VALUES + VALUES.splitlines()[1] + "\n"))
    assert len(rows) == 1
    assert "duplicate" in rows[0]["action"]


def test_two_different_values_at_one_time_are_both_kept(tutela, study):
    assert rejected(tutela, study(measurements_csv=f"{VALUES}S1,2024-03-02T10:00,ALT,31,U/L\n")) == []


def test_a_negative_dose_and_an_end_before_the_start_are_listed(tutela, study):
    lines = (
        "subject,treatment,start,end,dose,unit",
        "S1,Tocilizumab,2024-03-03T10:00,2024-03-03T11:00,-8,mg/kg",
        "S1,Norepinephrine,2024-03-04T10:00,2024-03-03T10:00,1,ug/min",
    )
    rows = rejected(tutela, study(treatments_csv="\n".join(lines) + "\n"))
    assert {(row["row"], row["column"]) for row in rows} == {(1, "dose"), (2, "end")}


def test_decimal_commas_are_read_where_they_cannot_be_confused(tutela, study):
    text = "subject;time;test;value;unit\nS1;2024-03-02T10:00;TEMP;38,5;C\nS1;2024-03-02T12:00;TEMP;39,1;C\n"
    folder = study(measurements_csv=text)
    assert rejected(tutela, folder) == []
    course = json.loads(tutela("toxicity", "crs", folder, "--level", "course", "--format", "json").out)
    assert any(row["is_febrile"] for row in course)


def test_windows_text_is_read_and_said(tutela, study):
    folder = study(
        subjects_csv="subject,infusion,disease\nS1,2024-03-01T10:00,Leuk\xe4mie\n".encode("cp1252")
    )
    answer = tutela("check", folder)
    assert answer.code == 0
    assert "1252" in answer.err


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tutela, study):
    folder = study()
    with (folder / "measurements.csv").open("r+b") as handle:
        handle.truncate(3 * 1024**3)
    refused(tutela, folder, "measurements.csv", "Parquet")


def test_a_zip_file_under_another_name_is_no_table(tutela, study):
    refused(
        tutela, study(measurements_csv=b"PK\x03\x04\x00\x00\x00\xff\xfe\x00\x01" * 40), "measurements.csv"
    )


@pytest.mark.external
def test_a_truncated_transport_file_says_what_is_missing(tutela, reference, tmp_path):
    source = reference / "data" / "ecosystem" / "datasetjson" / "sdtm" / "ae.xpt"
    folder = tmp_path / "sdtm"
    folder.mkdir()
    shutil.copy(reference / "data" / "toxicity" / "pharmaversesdtm" / "dm.csv", folder / "dm.csv")
    (folder / "ae.xpt").write_bytes(source.read_bytes()[:-1000])
    refused(tutela, folder, "ae.xpt")


@pytest.mark.external
def test_windows_text_in_a_transport_file_is_read_and_said(reference):
    from tutela.standards.files import read_dataset

    dataset = read_dataset(reference / "data" / "ecosystem" / "bad_encoding_xpt" / "ts.xpt")
    assert dataset.frame.shape == (33, 6)
    assert any("1252" in notice for notice in dataset.notices)
