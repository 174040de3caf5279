"""What the report shows of CRS and ICANS, and that charts are drawn from results alone."""

from __future__ import annotations

import polars as pl
import pytest

from tutela.kernel.charts import GRADE_COLORS, to_spec
from tutela.kernel.section import Figure, Number, Table
from tutela.toxicity import icans
from tutela.toxicity.counts import count_grades, rate_text
from tutela.toxicity.crs.plot import plot_heat_map, plot_swimmer
from tutela.toxicity.crs.section import build_section
from tutela.toxicity.icans.section import build_section as build_icans_section
from tutela.toxicity.spans_of_grade import grade_by_day, grade_intervals


@pytest.fixture
def trial(case):
    case.every(range(0, 48, 4)).every(range(48, 60, 4), temp=39.0).every(range(60, 120, 4))
    case.give("oxygen", 50, 58, device="face_mask", flow=5.0).give(
        "anticytokine", 51, 52, agent="tocilizumab"
    )
    case.every(range(0, 60, 4), subject="b").person("b", age=30.5).person("c", age=30.5)
    case.every((0, 4), subject="d").measure(8, subject="d", temp=39.5, sbp=None).person("d", age=30.5)
    return case


def test_the_section_answers_with_counts_intervals_times_and_sources(trial):
    measured, tables = trial.tables()
    section = build_section(trial.grade(), treatments=tables["treatments"])
    assert section.question.startswith("How ill did they get?")
    numbers = {block.label: block for block in section.blocks if isinstance(block, Number)}
    assert numbers["Subjects with CRS"].value == "2 of 3 (67 %; 95 % CI 9-99 %)"
    assert numbers["Subjects with CRS grade 3 or more"].value == "1 of 3 (33 %; 95 % CI 1-91 %)"
    assert numbers["Subjects with CRS grade 3 or more"].subjects == ("a",)
    assert numbers["Time to onset of CRS"].value.startswith("median 1.2 days")
    assert "1 not seen to resolve" in numbers["Duration of CRS events"].value
    assert numbers["Tocilizumab among subjects with CRS"].value.startswith("1 of 2")
    assert {block.id for block in section.blocks if isinstance(block, Figure)} == {"crs-swimmer", "crs-days"}
    for block in section.blocks:
        if isinstance(block, Number | Table | Figure):
            assert any(source.key == "lee2019" for source in block.how.sources)
            assert "unverified" in block.how.text
    assert measured.height


def test_a_section_without_any_observation_says_so(case):
    section = build_section(case.person(age=3.5).grade())
    assert "Nobody has observations" in section.blocks[0].text
    empty = icans.grade(
        case.tables()[0].with_columns(value_raw=pl.lit(None)), subjects=case.tables()[1]["subjects"]
    )
    assert build_icans_section(empty).blocks[1].data.item(0, "status") == "not evaluable"


@pytest.mark.published
def test_the_exact_interval_of_nothing_in_twelve():
    assert rate_text(0, 12) == "0 of 12 (0 %; 95 % CI 0-26 %)"
    assert rate_text(12, 12) == "12 of 12 (100 %; 95 % CI 74-100 %)"


def test_counts_keep_bounds_and_missing_persons_apart(trial):
    counts = count_grades(trial.grade().subjects)
    assert counts.select("grade", "n").rows() == [("0", 1), ("3", 1), ("1 to 2", 1), ("not evaluable", 1)]
    assert counts.get_column("n").sum() == 4


def test_charts_carry_every_grade_and_the_one_ramp(trial):
    result = trial.grade()
    for chart in (
        plot_swimmer(result, treatments=trial.tables()[1]["treatments"]),
        plot_heat_map(result),
        result.plot(),
    ):
        text = str(to_spec(chart))
        for color in GRADE_COLORS.values():
            assert color in text


def test_intervals_join_equal_grades_and_stop_at_gaps(trial):
    course = trial.grade().course.filter(pl.col("subject") == "a")
    intervals = grade_intervals(course)
    assert intervals.get_column("grade_low").to_list() == [0, 1, 3, 1, 0]
    assert (intervals.get_column("start") * 24).round(3).to_list() == [0, 48, 50, 58, 60]
    assert intervals.get_column("end").to_list()[:-1] == intervals.get_column("start").to_list()[1:]


def test_the_heat_map_shows_the_worst_grade_of_each_day(trial):
    days = grade_by_day(trial.grade().course, days=30).filter(pl.col("subject") == "a")
    assert dict(days.select("day", "grade_low").rows()) == {0: 0, 1: 0, 2: 3, 3: 0, 4: 0}
