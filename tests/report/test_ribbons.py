"""Grade ribbons: what is drawn is what was graded, gaps stay gaps."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.kernel.tables import TABLES, columns_of
from tutela.report.ribbons import LAST_HOLD, MAX_HOLD, grade_runs, site_grades


def course(rows: list[tuple[str, float, int | None, int | None]]) -> pl.DataFrame:
    schema = {"subject": pl.String, "time": pl.Float64, "grade_low": pl.Int8, "grade_high": pl.Int8}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    return table.with_columns(
        because=pl.lit("words"), evidence=pl.concat_str(pl.lit("vs.csv:"), pl.col("time"))
    )


def test_observations_of_one_grade_make_one_run_until_the_next_grade() -> None:
    runs = grade_runs(course([("a", 1.0, 1, 1), ("a", 1.5, 1, 1), ("a", 2.0, 2, 2), ("a", 2.5, 0, 0)]))
    assert runs.select("start", "end", "low", "n").rows() == [
        (1.0, 2.0, 1, 2),
        (2.0, 2.5, 2, 1),
        (2.5, 2.5 + LAST_HOLD, 0, 1),
    ]


def test_a_gap_longer_than_a_day_is_not_painted_over() -> None:
    runs = grade_runs(course([("a", 1.0, 2, 2), ("a", 4.0, 2, 2)]))
    assert runs.select("start", "end").rows() == [(1.0, 1.0 + MAX_HOLD), (4.0, 4.0 + LAST_HOLD)]


def test_bounds_and_not_evaluable_are_runs_of_their_own() -> None:
    runs = grade_runs(course([("a", 1.0, 1, 1), ("a", 1.1, 1, 3), ("a", 1.2, None, None), ("a", 1.3, 1, 1)]))
    assert runs.select("low", "high").rows() == [(1, 1), (1, 3), (None, None), (1, 1)]


def test_one_subject_never_runs_into_the_next() -> None:
    runs = grade_runs(course([("a", 1.0, 2, 2), ("b", 1.2, 2, 2)]))
    assert runs["subject"].to_list() == ["a", "b"]


@pytest.mark.property
@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(0, 400), st.integers(0, 4)),
        min_size=1,
        max_size=40,
        unique_by=lambda row: row[:2],
    ),
    st.randoms(),
)
def test_runs_cover_every_observation_and_do_not_depend_on_row_order(rows, random) -> None:
    graded = [(subject, hour / 24, grade, grade) for subject, hour, grade in rows]
    runs = grade_runs(course(graded))
    assert runs["n"].sum() == len(rows)
    for subject, time, grade, _ in graded:
        here = runs.filter(
            (pl.col("subject") == subject) & (pl.col("start") <= time) & (pl.col("end") > time - 1e-9)
        )
        assert grade in here["low"].to_list()
    random.shuffle(graded)
    assert grade_runs(course(graded)).equals(runs)


def test_the_site_is_recognized_by_term_or_dictionary_and_needs_a_grade() -> None:
    base = dict.fromkeys(columns_of(TABLES["events"]))
    rows = [
        base | {"subject": "a", "term": "CRS", "start": 1.0, "grade": 2, "source_row": 1},
        base | {"subject": "a", "term": "fever", "decod": "Cytokine release syndrome", "start": 2.0, "grade": 1, "source_row": 2},
        base | {"subject": "a", "term": "CRS", "start": 3.0, "grade": None, "source_row": 3},
        base | {"subject": "a", "term": "acrsomething", "start": 4.0, "grade": 1, "source_row": 4},
        base | {"subject": "a", "term": "ICANS", "start": 5.0, "grade": 3, "source_row": 5},
    ]  # fmt: skip
    events = pl.DataFrame(rows, schema=columns_of(TABLES["events"]))
    assert site_grades(events, kind="crs")["source_row"].to_list() == [1, 2]
    assert site_grades(events, kind="icans")["source_row"].to_list() == [5]
