"""Worst grades, shift from baseline, and shift between versions of the criteria."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest

from tutela.toxicity import labs


def counts(subject: str, test: str, *points: tuple[float, float | None], **columns: object) -> pl.DataFrame:
    frame = pl.DataFrame(points, schema={"time": pl.Float64, "value": pl.Float64}, orient="row")
    extra = {"subject": subject, "test": test, "unit": "10^9/L", "source_file": "lb.csv"} | columns
    rows = pl.int_range(1, pl.len() + 1).alias("source_row")
    return frame.with_columns(rows, *(pl.lit(v).alias(k) for k, v in extra.items()))


NEUTROPHILS = pl.concat(
    [
        counts("a", "NEUT", (-1.0, 4.0), (3.0, 0.4), (5.0, 0.05), (9.0, 0.05), low=1.8),
        counts("b", "NEUT", (-1.0, 1.6), (4.0, 1.2), low=1.8),
        counts("c", "NEUT", (6.0, 3.0), low=1.8),
        counts("d", "NEUT", (-1.0, 0.3), (4.0, None), low=1.8),
    ]
)


def test_the_worst_grade_points_to_the_first_value_that_reached_it():
    worst = labs.worst(labs.grade(NEUTROPHILS).table)
    assert worst.columns == list(labs.WORST_COLUMNS)
    row = worst.filter(pl.col("subject") == "a").row(0, named=True)
    assert (row["grade"], row["time"], row["value"], row["source_row"]) == (4, 5.0 - 2.0, 0.4, 2)
    assert (row["graded"], row["not_graded"]) == (3, 0)


def test_records_before_the_infusion_do_not_count_unless_asked_for():
    table = labs.grade(NEUTROPHILS).table
    after = labs.worst(table).filter(pl.col("subject") == "d").row(0, named=True)
    always = labs.worst(table, period="all").filter(pl.col("subject") == "d").row(0, named=True)
    assert (after["grade"], after["not_graded"]) == (None, 1)
    assert after["reason"] == "Neutrophil count decreased: no value"
    assert (always["grade"], always["time"]) == (4, -1.0)


def test_the_shift_table_counts_every_subject_once_and_keeps_who_cannot_be_graded():
    shift = labs.shift_table(labs.grade(NEUTROPHILS).table)
    cells = shift.select("baseline_grade", "worst_grade", "n", "subjects").rows()
    assert cells == [
        (None, 0, 1, ["c"]),
        (0, 4, 1, ["a"]),
        (1, 2, 1, ["b"]),
        (4, None, 1, ["d"]),
    ]
    assert shift.get_column("n").sum() == 4


def test_a_shift_table_can_be_asked_for_one_term():
    both = pl.concat([NEUTROPHILS, counts("a", "PLAT", (-1.0, 200.0), (3.0, 60.0), low=150.0)])
    table = labs.grade(both).table
    shift = labs.shift_table(table, term="platelet COUNT decreased")
    assert shift.select("baseline_grade", "worst_grade", "n").rows() == [(0, 2, 1)]
    assert labs.shift_table(table).get_column("term").n_unique() == 2


@pytest.mark.published
def test_neutrophil_grades_move_one_step_down_from_version_5_to_6():
    # Published limits: v5 <LLN-1.5, <1.5-1.0, <1.0-0.5, <0.5; v6 <1.5-1.0, <1.0-0.5, <0.5-0.1, <0.1 (10^9/L).
    by_hand = {
        1.6: (1, 0),
        1.5: (1, 0),
        1.2: (2, 1),
        1.0: (2, 1),
        0.7: (3, 2),
        0.5: (3, 2),
        0.3: (4, 3),
        0.1: (4, 3),
        0.05: (4, 4),
    }
    frame = counts("a", "NEUT", *((float(i), v) for i, v in enumerate(by_hand)), low=1.8)
    shift = labs.version_shift(frame)
    found = {
        (row["grade_before"], row["grade_after"]): (row["rows"], row["is_changed"])
        for row in shift.iter_rows(named=True)
    }
    assert Counter(by_hand.values()) == {grades: rows for grades, (rows, _) in found.items()}
    assert found == {
        (1, 0): (2, True),
        (2, 1): (2, True),
        (3, 2): (2, True),
        (4, 3): (2, True),
        (4, 4): (1, False),
    }


@pytest.mark.published
def test_platelets_change_term_and_only_grade_4_moves():
    frame = counts("a", "PLAT", (1.0, 60.0), (2.0, 30.0), (3.0, 15.0), (4.0, 9.0), low=150.0)
    shift = labs.version_shift(frame)
    assert shift.select("grade_before", "grade_after").rows() == [(2, 2), (3, 3), (4, 3), (4, 4)]
    assert shift.select("term_before", "term_after").unique().rows() == [
        ("Platelet count decreased", "Thrombocytopenia")
    ]


def test_a_term_that_the_newer_version_lacks_is_a_change():
    frame = counts("a", "LYM", (1.0, 0.3), low=1.0)
    shift = labs.version_shift(frame, only_changed=True)
    row = shift.filter(pl.col("direction") == "L").row(0, named=True)
    assert (row["grade_before"], row["grade_after"], row["term_after"]) == (3, None, None)
    assert shift.columns == list(labs.VERSION_SHIFT_COLUMNS)


def test_a_version_compared_with_itself_changes_nothing():
    assert labs.version_shift(NEUTROPHILS, before="ctcae-5", after="ctcae-5", only_changed=True).height == 0
