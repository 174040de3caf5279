"""DAIDS groups by age at each observation, and what an inexact age allows."""

from __future__ import annotations

import polars as pl
import pytest

from tutela.toxicity import labs


def person(
    birth: str | None,
    *,
    age: float | None = None,
    age_max: float | None = None,
    sex: str = "F",
    infusion: str = "2026-03-01",
) -> pl.DataFrame:
    columns = {
        "subject": ["1"],
        "sex": [sex],
        "birth_date": [birth],
        "age": [age],
        "age_max": [age_max],
        "infusion": [infusion],
        "infusion_precision": ["day"],
    }
    types = {"birth_date": pl.String, "age": pl.Float64, "age_max": pl.Float64, "sex": pl.String}
    return pl.DataFrame(columns, schema_overrides=types)


def neutrophils(*days: float, value: float = 0.7) -> pl.DataFrame:
    return pl.DataFrame(
        {"subject": "1", "time": list(days), "test": "NEUT", "value": value, "unit": "10^9/L"}
    )


def grade(measurements: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    return labs.grade(measurements, subjects=subjects, version="daids-2.1").table


@pytest.mark.published
@pytest.mark.parametrize("infusion", ["2026-03-01", "2027-12-01"])
def test_a_newborn_changes_group_between_two_observations(infusion: str):
    # Born on the day of infusion: 0.7 x 10^9/L is grade 4 on day 1 and day 7, grade 2 on day 8. The second
    # child's first year has 366 days.
    table = grade(neutrophils(1.0, 7.0, 8.0), person(infusion, infusion=infusion))
    assert table.get_column("grade_l").to_list() == [4, 4, 2]


def test_the_group_is_named_in_the_reason_for_the_grade():
    table = grade(neutrophils(8.0), person("2026-03-01"))
    assert "> 7 days of age" in table.item(0, "because")


@pytest.mark.published
def test_hemoglobin_changes_limits_on_the_thirteenth_birthday():
    rows = pl.DataFrame({"subject": "1", "time": [9.0, 10.0], "test": "HGB", "value": 107.0, "unit": "g/L"})
    boy = person("2013-03-11", sex="M")
    assert grade(rows, boy).get_column("grade_l").to_list() == [0, 1]


def test_an_age_in_whole_years_is_graded_if_all_possible_groups_agree():
    infant = person(None, age=0.0, age_max=1.0)
    assert grade(neutrophils(1.0, value=0.3), infant).item(0, "grade_l") == 4
    table = grade(neutrophils(1.0, value=0.9), infant)
    assert table.item(0, "grade_l") is None
    assert "several age or sex groups" in table.item(0, "reason")


def test_without_an_age_no_group_is_guessed():
    table = grade(neutrophils(1.0), person(None))
    assert table.item(0, "grade_l") is None
    assert "age unknown" in table.item(0, "reason")
    assert labs.grade(neutrophils(1.0), version="daids-2.1").table.item(0, "grade_l") is None


def test_an_unknown_sex_gives_no_hemoglobin_grade_in_adults():
    rows = pl.DataFrame({"subject": "1", "time": [1.0], "test": "HGB", "value": 60.0, "unit": "g/L"})
    table = grade(rows, person("1990-01-01", sex="U"))
    assert table.item(0, "grade_l") is None
    assert "sex unknown" in table.item(0, "reason")
