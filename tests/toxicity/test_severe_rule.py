"""The rule on severe grades: below, at and above; and missing data that leave the grade open."""

from __future__ import annotations

import polars as pl
import pytest

from tutela.toxicity.findings import check_severe

PARAMS = {"grade": 3.0, "open_h": 24.0}


def ask(rows, *, status="graded", params=PARAMS):
    """Rows are (time in hours, lowest, highest)."""
    course = pl.DataFrame(
        [("S1", hours / 24, low, high, "words", "vs.csv:1") for hours, low, high in rows],
        schema=["subject", "time", "grade_low", "grade_high", "because", "evidence"],
        orient="row",
    )
    people = pl.DataFrame(
        {
            "subject": ["S1"],
            "status": [status],
            "reason": ["no data"],
            "grade_low": [max(r[1] for r in rows)],
            "grade_high": [max(r[2] for r in rows)],
        }
    )
    tables = {"subjects": people.select("subject"), "icans.course": course, "icans.subjects": people}
    return check_severe(tables, params, domain="icans", name="ICANS").row(0, named=True)


@pytest.mark.parametrize(("grade", "verdict"), [(2, "NO_ALERT"), (3, "ALERT"), (4, "ALERT")])
def test_the_verdict_turns_at_the_declared_grade(grade, verdict):
    assert ask([(0, 0, 0), (12, grade, grade), (24, 0, 0)])["verdict"] == verdict


@pytest.mark.parametrize(
    ("hours", "verdict"), [(23.9, "NO_ALERT"), (24.0, "NO_ALERT"), (24.1, "NOT_EVALUABLE")]
)
def test_missing_data_are_bridged_up_to_the_declared_time(hours, verdict):
    row = ask([(0, 0, 0), (12, 0, 4), (12 + hours, 0, 0)])
    assert row["verdict"] == verdict
    assert "missing data" in row["reason"] or row["reason"].startswith("up to grade 4")


def test_several_open_windows_in_a_row_count_as_one_stretch():
    assert ask([(0, 0, 0), (12, 0, 4), (20, 1, 3), (30, 0, 4), (37, 0, 0)])["verdict"] == "NOT_EVALUABLE"


def test_data_that_end_with_the_grade_open_cannot_be_told():
    assert ask([(0, 0, 0), (12, 0, 4)])["verdict"] == "NOT_EVALUABLE"


def test_a_certain_grade_is_an_alert_whatever_is_missing_elsewhere():
    row = ask([(0, 0, 4), (48, 3, 4), (96, 0, 0)])
    assert row["verdict"] == "ALERT"
    assert row["time"] == 2.0


def test_a_subject_without_data_is_not_evaluable_with_the_reason():
    row = ask([(0, 0, 0)], status="not evaluable")
    assert (row["verdict"], row["reason"]) == ("NOT_EVALUABLE", "no data")
