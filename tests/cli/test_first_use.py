"""What a new user meets: exports as they come, folders that hold their own files, tables still empty."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

VITALS = "subject,time,test,value,unit\nS1,24,TEMP,39.1,C\nS1,30,TEMP,38.4,C\nS1,60,TEMP,36.6,C\n"
CRS = ("toxicity", "crs")


def course(tutela, path, *words):
    answer = tutela(*CRS, path, "--level", "course", "--format", "json", *words)
    assert answer.code == 0, answer.err
    return [(row["time"], row["grade_low"]) for row in json.loads(answer.out)]


@pytest.fixture
def vitals(tmp_path):
    path = tmp_path / "vitals.csv"
    path.write_text(VITALS, encoding="utf-8")
    return path


def test_capitals_decimal_commas_and_empty_columns_of_a_spreadsheet_change_no_grade(tutela, vitals, tmp_path):
    plain = course(tutela, vitals, "--time-unit", "h")
    assert max(grade for _, grade in plain) == 1
    lines = VITALS.replace("subject,time,test", "Subject,TIME,Test").replace(",", ";").replace(".", ",")
    rows = "".join(f"{line};;\r\n" for line in lines.splitlines())
    sheet = tmp_path / "sheet.csv"
    sheet.write_bytes(b"\xef\xbb\xbf" + (rows + ";;;;;;\r\n").encode())
    assert course(tutela, sheet, "--time-unit", "h") == plain
    sheet.write_bytes(rows.encode("utf-16"))
    assert course(tutela, sheet, "--time-unit", "h") == plain


def test_a_record_that_does_not_fit_is_told_and_the_others_are_used(tutela, vitals):
    vitals.write_text(VITALS + "S1,90,TEMP\n", encoding="utf-8")
    answer = tutela(*CRS, vitals, "--time-unit", "h", "--format", "csv")
    assert answer.code == 0
    assert "row 4" in answer.err


def test_dates_without_infusion_are_no_empty_answer(tutela, vitals, tmp_path):
    vitals.write_text("subject,time,test,value,unit\nS1,2024-03-02T10:00,TEMP,39,C\n", encoding="utf-8")
    answer = tutela(*CRS, vitals)
    assert answer.code == 2
    assert "--subjects" in answer.err
    subjects = tmp_path / "subjects.csv"
    subjects.write_text("subject,infusion\nS1,2024-03-01T10:00\n", encoding="utf-8")
    assert course(tutela, vitals, "--subjects", subjects) == [(1.0, 1)]


def test_options_that_a_study_would_ignore_are_refused(tutela, trial, vitals):
    answer = tutela(*CRS, trial, "--treatments", vitals)
    assert answer.code == 2
    assert "--treatments" in answer.err


def test_the_current_folder_is_a_study(tutela, trial, monkeypatch, tmp_path):
    import shutil

    here = tmp_path / "a study \u2713"
    shutil.copytree(trial, here)
    monkeypatch.chdir(here)
    assert tutela("run", ".").code == 0
    assert (tmp_path / "a study \u2713-results" / "report.html").is_file()


def test_a_file_of_the_user_is_never_replaced(tutela, trial, tmp_path):
    out = tmp_path / "sdtm"
    assert tutela("export", "sdtm", trial, "--out", out).code == 0
    assert tutela("export", "sdtm", trial, "--out", out).code == 0
    (out / "letter.docx").write_bytes(b"mine")
    answer = tutela("export", "sdtm", trial, "--out", out)
    assert answer.code == 2
    assert "letter.docx" in answer.err
    assert (out / "letter.docx").read_bytes() == b"mine"


def test_neither_import_nor_simulation_replaces_a_study_made_by_hand(tutela, trial, tmp_path):
    mine, sdtm = tmp_path / "mine", tmp_path / "sdtm"
    tutela("new", mine)
    before = sorted(path.name for path in mine.iterdir())
    tutela("export", "sdtm", trial, "--out", sdtm)
    assert tutela("import", "sdtm", sdtm, "--out", mine).code == 2
    assert tutela("simulate", "car-t", "--n", 1, "--out", mine).code == 2
    assert sorted(path.name for path in mine.iterdir()) == before


@pytest.mark.parametrize("words", [("run",), ("export", "sdtm"), ("export", "adam")])
def test_a_place_that_cannot_be_written_is_named(tutela, trial, vitals, words):
    answer = tutela(*words, trial, "--out", vitals / "results")
    assert answer.code == 2
    assert answer.err.splitlines()[-3].startswith("Error: ")
    assert "results" in answer.err


def test_a_new_study_says_what_to_fill_in(tutela, tmp_path):
    folder = tmp_path / "fresh"
    assert "COLUMNS.md" in tutela("new", folder).err
    empty = tutela("check", folder)
    assert empty.code == 2
    assert "no rows yet" in empty.err
    with (folder / "subjects.csv").open("a", encoding="utf-8") as handle:
        handle.write("S1,f\n")
    assert "delete unused columns" in tutela("check", folder).err
    (folder / "subjects.csv").write_text("subject,infusion\nS1,2024-03-01T10:00\n", encoding="utf-8")
    checked = tutela("check", folder)
    assert checked.code == 0
    assert "no measurements yet" in checked.err


def test_a_reader_that_has_seen_enough_is_no_error():
    words = "from tutela.cli import main; main(['cite'])"
    child = subprocess.Popen([sys.executable, "-c", words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    child.stdout.close()
    said = child.stderr.read()
    child.stderr.close()
    assert child.wait() == 0
    assert said == b""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_interruption_leaves_nothing(tmp_path):
    words = f"from tutela.cli import main; main(['demo', '--n', '60', '--out', {str(tmp_path / 'd')!r}])"
    child = subprocess.Popen([sys.executable, "-c", words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(1.5)
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=30)
    assert child.returncode == 130
    assert b"Interrupted" in said
    assert b"Traceback" not in said
    assert list(tmp_path.rglob("*.part")) == []
    assert not (tmp_path / "d" / "results").exists()
