"""Domain commands on plain files, rules, citations, and CDISC exchange."""

from __future__ import annotations

import polars as pl
import pytest

VITALS = """subject,time,test,value,unit
S1,0,TEMP,36.8,C
S1,24,TEMP,39.1,C
S1,24,SYSBP,118,mmHg
S1,30,TEMP,38.4,C
S1,30,SYSBP,112,mmHg
S1,60,TEMP,36.6,C
S1,90,TEMP,36.7,C
S1,120,TEMP,36.5,C
"""


@pytest.fixture
def vitals(tmp_path):
    path = tmp_path / "vitals.csv"
    path.write_text(VITALS, encoding="utf-8")
    return path


def test_rules_are_listed_and_shown_whole(tutela):
    listed = tutela("rules", "--format", "csv")
    assert listed.code == 0
    table = pl.read_csv(listed.out.encode())
    assert "crs.severe" in table.get_column("rule").to_list()
    for rule in table.get_column("rule"):
        shown = tutela("rules", "show", rule)
        assert shown.code == 0
        assert "Sources" in shown.out


def test_an_unknown_rule_gets_a_hint(tutela):
    answer = tutela("rules", "show", "crs.unknown")
    assert answer.code == 2
    assert "crs.severe" in answer.err


def test_cite_prints_sources_and_bibtex(tutela):
    assert "lee2019" in tutela("cite", "crs.severe").out
    assert "@article{lee2019" in tutela("cite", "lee2019", "--bibtex").out
    assert tutela("cite", "nobody1999").code == 2


def test_crs_of_a_plain_file_comes_with_bounds_where_support_is_not_recorded(tutela, vitals, tmp_path):
    out = tmp_path / "course.csv"
    answer = tutela("toxicity", "crs", vitals, "--time-unit", "h", "--level", "course", "--out", out)
    assert answer.code == 0, answer.err
    course = pl.read_csv(out)
    assert course.get_column("grade_low").max() >= 1
    assert course.get_column("grade_high").max() == 4


def test_times_as_numbers_need_their_unit(tutela, vitals):
    answer = tutela("toxicity", "crs", vitals)
    assert answer.code == 2
    assert "--time-unit" in answer.err


def test_a_file_that_is_not_a_table_of_measurements_says_what_it_has(tutela, tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("patient,day,result\n1,2,3\n", encoding="utf-8")
    answer = tutela("toxicity", "labs", path)
    assert answer.code == 2
    assert "subject" in answer.err
    assert "patient" in answer.err


def test_an_empty_file_is_named(tutela, tmp_path):
    path = tmp_path / "empty.csv"
    path.write_bytes(b"")
    answer = tutela("toxicity", "crs", path)
    assert answer.code == 2
    assert "empty.csv" in answer.err
    assert "Traceback" not in answer.err


def test_nca_names_the_tests_it_has(tutela, vitals):
    answer = tutela("kinetics", "nca", vitals, "--time-unit", "h", "--test", "CARTGENE")
    assert answer.code == 2
    assert "SYSBP, TEMP" in answer.err


def test_parquet_is_not_for_the_screen(tutela, vitals):
    assert (
        tutela("kinetics", "nca", vitals, "--time-unit", "h", "--test", "TEMP", "--format", "parquet").code
        == 2
    )


def test_domain_commands_take_a_study(tutela, trial):
    for words in (
        ("toxicity", "crs"),
        ("toxicity", "icans"),
        ("toxicity", "labs", "--show", "worst"),
        ("toxicity", "labs", "--show", "shift"),
        ("toxicity", "labs", "--show", "versions"),
        ("kinetics", "nca", "--shape", "wide"),
    ):
        answer = tutela(*words[:2], trial, *words[2:], "--format", "json")
        assert answer.code == 0, answer.err
        assert answer.out.startswith("[")


@pytest.mark.parametrize("kind", ["xpt", "json", "ndjson", "dsjc", "csv", "parquet"])
def test_exports_are_written_in_every_format(tutela, trial, tmp_path, kind):
    out = tmp_path / kind
    answer = tutela("export", "adam", trial, "--out", out, "--as", kind)
    assert answer.code == 0, answer.err
    assert {p.stem for p in out.iterdir()} >= {"adsl", "adlb", "adae", "adpp", "manifest"}


def test_sdtm_goes_out_and_comes_back(tutela, trial, tmp_path):
    out, back = tmp_path / "sdtm", tmp_path / "back"
    assert tutela("export", "sdtm", trial, "--out", out).code == 0
    answer = tutela("import", "sdtm", out, "--out", back)
    assert answer.code == 0, answer.err
    assert (back / "study.toml").is_file()
    assert tutela("check", back).code == 0
