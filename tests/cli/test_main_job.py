"""The main job from the command line: check, run, alerts, verify."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest


@pytest.fixture(scope="module")
def results(trial, tmp_path_factory):
    """One run of the main job, shared."""
    out = tmp_path_factory.mktemp("run") / "results"
    program = str(Path(sys.executable).with_name("tutela"))
    done = subprocess.run(
        [program, "run", str(trial), "--out", str(out)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return out, done


def test_run_says_what_a_person_wants_to_know(results):
    _, done = results
    assert "6 subjects" in done.stdout
    assert "Alerts:" in done.stdout
    assert "report.html" in done.stdout
    assert "Done in" in done.stdout


def test_run_writes_report_tables_and_manifest(results):
    out, _ = results
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert "report.html" in manifest["outputs"]
    assert "tables/alerts.parquet" in manifest["outputs"]
    assert set(manifest["inputs"])
    assert manifest["versions"]["tutela"]
    crs = pl.read_parquet(out / "tables" / "crs_subjects.parquet")
    assert crs.height == 6


def test_verify_finds_a_changed_output(results, tutela, tmp_path):
    out, _ = results
    assert tutela("verify", out).code == 0
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "tables").mkdir()
    for file in out.rglob("*"):
        if file.is_file():
            (copy / file.relative_to(out)).write_bytes(file.read_bytes())
    report = copy / "report.html"
    report.write_text(report.read_text(encoding="utf-8") + " ", encoding="utf-8")
    (copy / "tables" / "alerts.parquet").unlink()
    answer = tutela("verify", copy / "manifest.json")
    assert answer.code == 1
    assert "changed  report.html" in answer.out
    assert "missing  tables/alerts.parquet" in answer.out


def test_the_same_study_gives_the_same_bytes(trial, results, tutela, tmp_path):
    out, _ = results
    again = tmp_path / "again"
    assert tutela("run", trial, "--out", again).code == 0
    for file in sorted(out.rglob("*")):
        if file.is_file():
            assert (again / file.relative_to(out)).read_bytes() == file.read_bytes(), file.name


def test_run_replaces_its_own_results_but_never_a_foreign_folder(trial, tutela, tmp_path):
    mine = tmp_path / "notes"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work", encoding="utf-8")
    answer = tutela("run", trial, "--out", mine)
    assert answer.code == 2
    assert "did not write" in answer.err
    assert (mine / "thesis.txt").read_text(encoding="utf-8") == "years of work"
    assert [p.name for p in tmp_path.iterdir()] == ["notes"]


def test_alerts_can_fail_a_nightly_job(trial, tutela):
    plain = tutela("alerts", trial, "--format", "csv")
    assert plain.code == 0
    fired = pl.read_csv(plain.out.encode())
    worst = "notice" if fired.height else None
    assert worst is not None, "the trial of this seed is meant to raise alerts"
    assert tutela("alerts", trial, "--fail-on", "notice", "--format", "json").code == 1


def test_alerts_of_an_unknown_subject_are_refused_not_empty(trial, tutela):
    answer = tutela("alerts", trial, "--subject", "NOBODY")
    assert answer.code == 2
    assert "There is no subject 'NOBODY'" in answer.err


def test_check_lists_rejected_rows_in_every_format(trial, tutela, tmp_path):
    for kind in ("csv", "json"):
        assert tutela("check", trial, "--format", kind).code == 0
    out = tmp_path / "rejected.parquet"
    assert tutela("check", trial, "--out", out).code == 0
    assert {"file", "row", "column", "value", "expected", "reason"} <= set(pl.read_parquet(out).columns)


def test_a_missing_study_gets_three_plain_lines_and_code_2(tutela, tmp_path):
    answer = tutela("run", tmp_path / "nowhere")
    assert answer.code == 2
    assert answer.err.startswith("Error: There is no such study.")
    assert "Traceback" not in answer.err
    assert list(tmp_path.iterdir()) == []


def test_new_makes_a_folder_that_check_understands(tutela, tmp_path):
    folder = tmp_path / "mine"
    assert tutela("new", folder).code == 0
    assert {p.name for p in folder.iterdir()} == {
        "study.toml",
        "subjects.csv",
        "treatments.csv",
        "measurements.csv",
        "events.csv",
        "COLUMNS.md",
    }
    assert tutela("new", folder).code == 2
    answer = tutela("check", folder)
    assert "Traceback" not in answer.err
    assert answer.code in {0, 2}


def test_help_of_every_command_answers(tutela):
    commands = (
        (), ("demo",), ("new",), ("check",), ("run",), ("alerts",), ("verify",), ("rules",), ("rules", "show"),
        ("cite",), ("import", "sdtm"), ("export", "adam"), ("export", "sdtm"), ("simulate", "car-t"),
        ("toxicity", "crs"), ("toxicity", "icans"), ("toxicity", "labs"), ("kinetics", "nca"),
    )  # fmt: skip
    for words in commands:
        answer = tutela(*words, "--help")
        assert answer.code == 0, words
        assert "Usage:" in answer.out


def test_help_imports_no_heavy_library():
    code = (
        "import sys; from tutela.cli.app import app\n"
        "try: app(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'polars', 'altair', 'numba', 'scipy', 'numpy', 'pint', 'dataframely'} & set(sys.modules)\n"
        "sys.exit(','.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
