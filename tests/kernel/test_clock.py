"""Time: ISO 8601 text of any precision, zones, daylight saving, study days without a day 0."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.kernel.clock import (
    Clock,
    find_bounds,
    from_study_day,
    parse_iso,
    study_day,
    to_elapsed,
    to_relative,
    to_study_day,
)
from tutela.kernel.errors import TimeError

ROME = Clock(zone="Europe/Rome")


def elapsed(text, zero, clock=None):
    row = to_elapsed(
        pl.Series([text], dtype=pl.String), pl.Series([zero], dtype=pl.String), clock=clock or Clock()
    )
    return row.table.row(0, named=True)


@pytest.mark.published
@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("2003", "year"),
        ("2003-12", "month"),
        ("2003-12-15", "day"),
        ("2003-12-15T13", "hour"),
        ("2003-12-15T13:14", "minute"),
        ("2003-12-15T13:14:17", "second"),
        ("2003-12-15T13:14:17.25", "second"),
        ("2003-12-15 13:14", "minute"),
        ("2003---15", "year"),
        ("2003-12-15T-:15", "day"),
        ("2003-12-15T13:-:17", "hour"),
        ("--12-15", None),
        ("-----T07:15", None),
    ],
)
def test_precision_is_that_of_the_unbroken_beginning(text, precision):
    """SDTMIG, section 4.4.2: dates and times with missing parts."""
    row = parse_iso(pl.Series([text])).row(0, named=True)
    assert (row["precision"], row["problem"]) == (precision, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2024-02-30", "no such date"),
        ("2023-02-29", "no such date"),
        ("2024-13-01", "no such date"),
        ("2024-01-01T25:00", "no such date"),
        ("2024-01-01T10:00+19:00", "no such date"),
        ("01/02/2024", "cannot be told apart"),
        ("1.2.2024", "cannot be told apart"),
        ("45321", "spreadsheet"),
        ("12JAN2024", "no ISO 8601"),
        ("20240112", "number is no date"),
        ("yesterday", "no ISO 8601"),
    ],
)
def test_text_that_is_no_date_says_why(text, reason):
    row = parse_iso(pl.Series([text])).row(0, named=True)
    assert row["local"] is None
    assert reason in row["problem"]


@pytest.mark.parametrize("zone", ["Z", "+00:00", "+0000", "+00"])
def test_spellings_of_a_zone_are_equal(zone):
    row = parse_iso(pl.Series([f"2024-01-01T10:00{zone}"])).row(0, named=True)
    assert (row["local"], row["offset"]) == (datetime(2024, 1, 1, 10), 0)


def test_negative_and_half_hour_offsets_are_read():
    assert parse_iso(pl.Series(["2024-01-01T10:00-03:30"])).item(0, "offset") == -210


def test_two_date_times_give_the_time_that_passed():
    assert elapsed("2024-03-06T22:00", "2024-03-05T10:00")["time"] == 1.5


def test_a_date_counts_whole_calendar_days_from_the_day_of_the_infusion():
    assert elapsed("2024-03-05", "2024-03-05T14:00")["time"] == 0.0
    assert elapsed("2024-03-07", "2024-03-05T23:59")["time"] == 2.0
    assert elapsed("2024-03-05T06:00", "2024-03-05")["time"] == 0.0


@pytest.mark.parametrize("text", ["2024", "2024-03", "2024---05", None])
def test_a_month_or_year_alone_gives_no_time(text):
    assert elapsed(text, "2024-03-05T14:00")["time"] is None


def test_without_infusion_no_time_is_invented():
    row = elapsed("2024-03-05T14:00", None)
    assert (row["time"], row["precision"], row["problem"]) == (None, "minute", None)


def test_daylight_saving_is_counted_as_time_that_passed():
    """Europe/Rome put clocks forward on 2024-03-31 and back on 2024-10-27."""
    assert elapsed("2024-03-31T12:00", "2024-03-30T12:00", ROME)["time"] == 23 / 24
    assert elapsed("2024-10-27T12:00", "2024-10-26T12:00", ROME)["time"] == 25 / 24


def test_a_local_time_that_was_skipped_is_refused():
    assert "does not exist" in elapsed("2024-03-31T02:30", "2024-03-30T12:00", ROME)["problem"]


def test_a_local_time_that_occurred_twice_is_the_first_and_is_counted():
    result = to_elapsed(
        pl.Series(["2024-10-27T02:30", "2024-10-27T02:30+01:00"]),
        pl.Series(["2024-10-27T00:30"] * 2),
        clock=ROME,
    )
    assert result.table["time"].to_list() == [2 / 24, 3 / 24]
    assert result.ambiguous == 1


def test_times_with_and_without_zone_do_not_mix_unless_a_zone_is_declared():
    zoned, naive = "2024-03-06T10:00+01:00", "2024-03-06T10:00"
    assert "declare zone" in elapsed(naive, zoned)["problem"]
    assert "declare zone" in elapsed(zoned, naive)["problem"]
    assert elapsed(naive, zoned, ROME)["time"] == elapsed(zoned, naive, ROME)["time"] == 0.0


def test_the_calendar_date_is_that_of_the_declared_zone():
    assert elapsed("2024-03-06", "2024-03-05T23:30Z", ROME)["time"] == 0.0


@pytest.mark.property
@settings(max_examples=60, deadline=None)
@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    st.integers(-10_000_000, 10_000_000),
    st.sampled_from(["UTC", "Europe/Rome", "America/New_York", "Asia/Kolkata"]),
)
def test_the_zone_in_which_a_moment_is_written_does_not_change_it(zero, seconds, zone):
    zero = zero.replace(microsecond=0, tzinfo=ZoneInfo("UTC"))
    moment = zero + timedelta(seconds=seconds)
    written = moment.astimezone(ZoneInfo(zone)).isoformat()
    assert elapsed(written, zero.isoformat())["time"] == seconds / 86_400
    assert elapsed(written, zero.isoformat(), ROME)["time"] == seconds / 86_400


@pytest.mark.property
@settings(max_examples=40, deadline=None)
@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_dates_count_exact_days(one, other):
    assert elapsed(one.isoformat(), other.isoformat())["time"] == (one - other).days


@pytest.mark.property
@settings(max_examples=40, deadline=None)
@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from([4, 7, 10]))
def test_bounds_hold_every_date_that_a_partial_date_can_mean(day, length):
    zero = "2000-01-01"
    bounds = find_bounds(pl.Series([day.isoformat()[:length]]), pl.Series([zero]), clock=Clock())
    true = (day - date(2000, 1, 1)).days
    earliest, latest = bounds.row(0)
    assert earliest <= true <= latest
    assert (earliest == latest) == (length == 10)


def test_bounds_of_text_that_is_no_date_are_unknown():
    assert find_bounds(pl.Series(["x"]), pl.Series(["2000-01-01"]), clock=Clock()).row(0) == (None, None)


@pytest.mark.property
@settings(max_examples=50)
@given(st.integers(-40_000, 40_000))
def test_study_days_have_no_day_0_and_convert_back(days):
    day = to_study_day(days)
    assert day != 0
    assert from_study_day(day) == days
    assert to_study_day(days + 1) > day


def test_study_days_work_alike_on_numbers_series_arrays_and_expressions():
    days = [-1.5, -1.0, 0.0, 0.9, 27.0]
    expected = [-2, -1, 1, 1, 28]
    frame = pl.DataFrame({"x": days})
    assert [to_study_day(day) for day in days] == expected
    assert to_study_day(frame["x"]).to_list() == expected
    assert to_study_day(np.array(days)).tolist() == expected
    assert frame.select(to_study_day(pl.col("x")))["x"].to_list() == expected
    back = [-2, -1, 0, 0, 27]
    assert from_study_day(pl.Series(expected)).to_list() == back
    assert from_study_day(np.array(expected)).tolist() == back


def test_study_day_0_is_refused():
    for day in (0, pl.Series([1, 0]), np.array([0])):
        with pytest.raises(TimeError, match="no study day 0"):
            from_study_day(day)
    assert pl.DataFrame({"d": [0, 1]}).select(from_study_day(pl.col("d")))["d"].to_list() == [None, 0]


def test_the_study_day_follows_the_calendar_of_the_declared_zone():
    day = study_day(pl.Series(["2024-03-05T23:30Z"]), pl.Series(["2024-03-05T10:00Z"]), clock=ROME)
    assert day.to_list() == [2]


@pytest.mark.parametrize(
    ("unit", "text", "days"),
    [
        ("s", "86400", 1.0),
        ("min", "90", 0.0625),
        ("h", "36", 1.5),
        ("d", "-1", -1.0),
        ("wk", "3", 21.0),
        ("h", "1e2", 100 / 24),
    ],
)
def test_relative_times_turn_into_days(unit, text, days):
    clock = Clock(kind="relative", unit=unit)
    assert (
        to_relative(pl.Series([text]), pl.Series([None], dtype=pl.String), clock=clock).table["time"][0]
        == days
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [("2024-01-01", "datetime"), ("noon", "no number"), ("inf", "no number"), ("NaN", "no number")],
)
def test_what_is_no_relative_time_says_why(text, words):
    clock = Clock(kind="relative", unit="h")
    row = to_relative(pl.Series([text]), pl.Series(["0"]), clock=clock).table.row(0, named=True)
    assert row["time"] is None
    assert words in row["problem"]


@pytest.mark.parametrize(
    "wrong", [{"kind": "lunar"}, {"unit": "fortnight"}, {"zone": "Europe/Atlantis"}, {"zone": "../etc"}]
)
def test_a_clock_that_does_not_exist_is_refused(wrong):
    with pytest.raises(TimeError):
        Clock(**wrong)
