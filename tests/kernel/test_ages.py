"""Age at each observation, with bounds."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.kernel.ages import age_at
from tutela.kernel.errors import InputError


def age(time, **subject):
    row = {"subject": "a", "birth_date": None, "infusion": None, "age": None} | subject
    types = {"birth_date": pl.String, "infusion": pl.String, "age": pl.Float64}
    people = pl.DataFrame([row], schema_overrides=types)
    return age_at(people, pl.DataFrame({"subject": ["a"], "time": [time]})).row(0)


def test_a_birthday_during_an_event_changes_the_age_on_that_day():
    born = {"birth_date": "2012-03-08", "infusion": "2024-03-05T10:00"}
    assert age(2.5, **born)[0] < 12
    assert age(3.0, **born) == (12.0, 12.0)


@pytest.mark.property
@settings(max_examples=60, deadline=None)
@given(st.dates(date(1930, 1, 1), date(2023, 12, 31)), st.integers(0, 36_000))
def test_age_is_whole_exactly_on_birthdays_and_never_falls(born, days):
    infusion = born + timedelta(days=days)
    low, high = age(0.0, birth_date=born.isoformat(), infusion=infusion.isoformat())
    after, _ = age(1.0, birth_date=born.isoformat(), infusion=infusion.isoformat())
    completed = infusion.year - born.year - ((infusion.month, infusion.day) < (born.month, born.day))
    assert low == high
    assert int(low) == completed
    assert after > low
    is_birthday = (infusion.month, infusion.day) == (born.month, born.day)
    if (born.month, born.day) != (2, 29):
        assert (low == completed) == is_birthday


@pytest.mark.property
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 360))
def test_days_are_exact_in_the_first_year(days):
    infusion = date(2023, 5, 1) + timedelta(days=days)
    assert age(0.0, birth_date="2023-05-01", infusion=infusion.isoformat())[0] * 365.25 == pytest.approx(days)


@pytest.mark.property
@settings(max_examples=60, deadline=None)
@given(st.dates(date(1950, 1, 1), date(2020, 1, 1)), st.sampled_from([4, 7]), st.floats(0, 5000))
def test_bounds_of_a_partial_birth_date_hold_the_true_age(born, length, time):
    true, _ = age(time, birth_date=born.isoformat(), infusion="2024-01-10")
    low, high = age(time, birth_date=born.isoformat()[:length], infusion="2024-01-10")
    assert low <= true <= high
    assert low < high


def test_an_age_in_whole_years_is_an_interval_and_advances_with_time():
    assert age(0.0, age=7.0) == (7.0, 8.0)
    assert age(365.25, age=7.0) == (8.0, 9.0)
    assert age(0.0, age=7.5) == (7.5, 7.5)


def test_a_recorded_age_narrows_a_partial_birth_date_where_they_agree():
    assert age(0.0, birth_date="2015", infusion="2024-07-01", age=8.0)[1] == 9.0
    alone = age(0.0, birth_date="2015", infusion="2024-07-01")
    assert age(0.0, birth_date="2015", infusion="2024-07-01", age=30.0) == alone


@pytest.mark.parametrize(
    "subject", [{}, {"birth_date": "2014-03-10"}, {"birth_date": "x", "infusion": "2024-01-01"}]
)
def test_what_is_not_known_is_null(subject):
    assert age(0.0, **subject) == (None, None)


def test_a_missing_time_has_no_age():
    assert age(None, birth_date="2014-03-10", infusion="2024-01-01") == (None, None)


def test_rows_keep_their_order_and_unknown_subjects_are_null():
    people = pl.DataFrame({"subject": ["a", "b"], "age": [7.5, 30.5]})
    keys = pl.DataFrame({"subject": ["b", "x", "a"], "time": [0.0, 0.0, 0.0]})
    assert age_at(people, keys)["age_low"].to_list() == [30.5, None, 7.5]


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="column"):
        age_at(pl.DataFrame({"subject": ["a"]}), pl.DataFrame({"subject": ["a"]}))
