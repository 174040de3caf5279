"""The same patient written down in another zone, clock, unit or order has the same grades."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import polars as pl
import pytest

from tutela.kernel.study import build_study
from tutela.toxicity import crs

pytestmark = pytest.mark.property
INFUSION = datetime(2024, 3, 30, 9, 0, tzinfo=UTC)
VITALS = [(h, 36.8, 118) for h in range(0, 40, 4)] + [(40, 39.2, 110), (44, 39.5, 84), (48, 38.0, 118)]
VITALS += [(h, 36.9, 120) for h in range(52, 120, 4)]
GIVEN = [("Norepinephrine", 45, 47), ("Epinephrine", 46, 47), ("Tocilizumab", 49, 50)]


def written(zone, *, fahrenheit=False):
    """Study tables as text; the clock changes in Rome during the event."""

    def at(hour):
        return (INFUSION + timedelta(hours=hour)).astimezone(zone).isoformat()

    def temperature(celsius):
        return (str(round(celsius * 1.8 + 32, 2)), "F") if fahrenheit else (str(celsius), "C")

    rows = []
    for hour, temp, pressure in VITALS:
        value, unit = temperature(temp)
        rows += [("a", at(hour), "TEMP", value, unit), ("a", at(hour), "SYSBP", str(pressure), "mmHg")]
    measured = pl.DataFrame(rows, schema=["subject", "time", "test", "value", "unit"], orient="row")
    given = pl.DataFrame(
        [("a", name, at(start), at(end)) for name, start, end in GIVEN],
        schema=["subject", "treatment", "start", "end"],
        orient="row",
    )
    people = pl.DataFrame({"subject": ["a"], "birth_date": ["1990-05-01"], "infusion": [at(0)]})
    return build_study(subjects=people, measurements=measured, treatments=given)


def grade(study):
    result = crs.grade(study.measurements, treatments=study.treatments, subjects=study.subjects)
    course = result.course.select(pl.col("time").round(7), "grade_low", "grade_high", "because", "is_masked")
    return course, result.episodes.select(pl.col("onset", "resolution").round(7), "grade_low", "duration_h")


@pytest.mark.parametrize(
    ("zone", "fahrenheit"),
    [(timezone(timedelta(hours=9)), False), (timezone(timedelta(hours=-5)), True), (UTC, True)],
)
def test_zone_and_unit_do_not_change_a_grade(zone, fahrenheit):
    course, episodes = grade(written(UTC))
    other_course, other_episodes = grade(written(zone, fahrenheit=fahrenheit))
    assert course.get_column("grade_low").max() == 4
    assert course.equals(other_course)
    assert episodes.drop("duration_h").equals(other_episodes.drop("duration_h"))
    assert episodes.item(0, "duration_h") == pytest.approx(other_episodes.item(0, "duration_h"))
