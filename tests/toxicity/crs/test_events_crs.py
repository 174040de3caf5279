"""Onset, resolution, recurrence, merging, maxima, durations, and persons who cannot be evaluated."""

from __future__ import annotations

import polars as pl
import pytest


def event(case, number=0, **options):
    return case.grade(**options).episodes.row(number, named=True)


def fever_course(case):
    """Fever from 48 to 60 h, oxygen to 70 h, quiet from 70 h on."""
    case.every(range(0, 48, 4)).every(range(48, 61, 4), temp=39.0).every(range(64, 145, 4))
    return case.give("antipyretic", 50, 50, agent="acetaminophen").give(
        "oxygen", 52, 70, device="nasal_cannula", flow=3.0
    )


def test_an_event_runs_from_the_first_fever_to_the_start_of_lasting_quiet(case):
    row = event(fever_course(case))
    assert (row["onset"] * 24, row["resolution"] * 24) == pytest.approx((48, 70))
    assert row["is_resolved"]
    assert (row["grade_low"], row["grade_high"]) == (2, 2)
    assert row["duration_h"] == pytest.approx(22)
    assert row["duration_days"] == 1
    assert row["time_to_onset_d"] == pytest.approx(2.0)
    assert row["onset_study_day"] == 3
    assert row["reason"] is None or row["reason"] == ""
    assert row["evidence"].startswith("vs.csv:")
    assert "cm.csv:2" in row["evidence"]


def test_calendar_days_follow_the_hour_of_the_infusion(case):
    case = fever_course(case).person(age=40.5, infusion="2024-03-08T22:00")
    row = event(case)
    # 48 h after 22:00 is 22:00 of day 2; 70 h is 20:00 of day 3.
    assert (row["duration_days"], row["onset_study_day"]) == (2, 3)


def test_an_antipyretic_delays_resolution_unless_the_option_says_otherwise(case):
    case.every(range(0, 24, 4)).every((24, 28), temp=39.0).every(range(32, 121, 4))
    for hour in range(30, 60, 6):
        case.give("antipyretic", hour, hour, agent="acetaminophen")
    assert event(case)["resolution"] * 24 == pytest.approx(60)
    assert event(case, resolution_without_antipyretics=False)["resolution"] * 24 == pytest.approx(32)


def test_quiet_shorter_than_the_window_does_not_end_an_event(case):
    case.every((24, 28), temp=39.0).every(range(32, 52, 4)).every((52,), temp=38.5).every(range(56, 121, 4))
    assert case.grade().episodes.height == 1
    assert case.grade(resolution_window_h=12.0).episodes.height == 2


def test_quiet_of_exactly_the_window_ends_an_event(case):
    case.every((24,), temp=39.0).every(range(28, 52, 4)).every((52,), temp=38.5).every(range(56, 121, 4))
    assert case.grade().episodes.height == 2


def test_a_second_wave_is_an_event_of_its_own_unless_merged(case):
    case.every((24,), temp=39.0).every(range(28, 97, 4)).every((100,), temp=39.0, sbp=80.0)
    case.every(range(104, 181, 4))
    result = case.grade()
    assert result.episodes.get_column("grade_low").to_list() == [1, 2]
    person = result.subjects.row(0, named=True)
    assert (person["grade_low"], person["first_grade_low"], person["episodes"]) == (2, 1, 2)
    merged = case.grade(merge_gap_h=100.0)
    assert merged.episodes.height == 1
    assert merged.episodes.item(0, "resolution") * 24 == pytest.approx(104)


def test_an_event_at_the_last_data_is_not_resolved_and_says_why(case):
    case.every(range(0, 24, 4)).every((24, 28), temp=39.0)
    row = event(case)
    assert row["resolution"] is None
    assert row["duration_h"] is None
    assert not row["is_resolved"]
    assert "signs at the last observation (day 1.2)" in row["reason"]
    case.every((32, 36))
    assert "only 4 h of observed quiet" in event(case)["reason"]


def test_missing_pressure_keeps_resolution_from_being_observed(case):
    case.every((24,), temp=39.0).every(range(28, 80, 4), sbp=None)
    row = event(case)
    assert not row["is_resolved"]
    assert "not known after day 1.0" in row["reason"]


def test_death_ends_an_event_without_resolution(case):
    case.every((24, 28), temp=39.0).person(age=40.5, death_time=1.4, death_cause="SEPSIS")
    assert "death on day 1.4" in event(case)["reason"]


def test_late_onset_is_pointed_out_and_fever_after_the_last_day_opens_nothing(case):
    case.every(range(0, 24 * 16, 8)).every((24 * 16,), temp=39.0).every(range(24 * 16 + 4, 24 * 31, 8))
    assert "onset after day 14" in event(case)["reason"]
    case.every((24 * 40,), temp=39.0)
    result = case.grade()
    assert result.episodes.height == 1
    row = result.course.filter(pl.col("time") == 40.0).row(0, named=True)
    assert (row["grade"], row["because"]) == (0, "fever after the last day on which an event may begin")


def test_support_starts_and_stops_are_windows_of_their_own(case):
    case.every((24, 30, 36), temp=39.0).give("vasopressor", 25, 29, agent="norepinephrine")
    course = case.grade().course.with_columns(hour=(pl.col("time") * 24).round(3))
    assert course.get_column("hour").to_list() == [24, 25, 29, 30, 36]
    assert course.get_column("grade").to_list() == [1, 3, 1, 1, 1]


def test_persons_without_temperature_or_without_any_row_are_not_evaluable(case):
    case.measure(24, temp=39.0, sbp=120.0).measure(24, subject="b", sbp=120.0).person("b", age=30.5)
    case.person("c", age=30.5).measure(-20, subject="c", temp=36.0, sbp=120.0).person("d", age=30.5)
    people = case.grade().subjects
    assert people.get_column("subject").to_list() == ["a", "b", "c", "d"]
    assert people.get_column("status").to_list() == ["graded"] + ["not evaluable"] * 3
    assert set(people.get_column("reason")[1:]) == {"no temperature after the infusion"}
    assert people.get_column("grade_low").to_list() == [1, None, None, None]


def test_an_empty_study_gives_empty_tables(case):
    result = case.grade()
    assert result.course.height == result.episodes.height == 0
    assert result.subjects.item(0, "status") == "not evaluable"


def test_windows_begin_at_the_infusion(case):
    case.every((-5, 0, 5), temp=39.0)
    assert case.grade().course.get_column("time").to_list() == pytest.approx([0.0, 5 / 24])


def test_an_ongoing_treatment_lasts_to_the_end_and_an_unknown_end_leaves_bounds(case):
    case.every((20,)).every((24, 48), temp=39.0).give("vasopressor", 23, None, agent="norepinephrine")
    assert [case.at(hour) for hour in (23, 24, 48)] == [(0, 0), (1, 3), (1, 3)]
    case.given[0]["is_ongoing"] = True
    assert [case.at(hour) for hour in (24, 48)] == [(3, 3), (3, 3)]


def test_room_air_ends_oxygen_whose_end_is_not_known(case):
    case.every((24, 48), temp=39.0).give("oxygen", 20, None, device="nasal_cannula", flow=2.0)
    case.give("oxygen", 40, None, device="room_air")
    assert case.at(24) == (1, 2)
    assert case.at(48) == (1, 1)


def test_without_a_treatments_table_support_may_have_been_given(case):
    from tutela.toxicity import crs

    case.every((12,)).every((24,), temp=39.0)
    measured, tables = case.tables()
    bare = crs.grade(measured, subjects=tables["subjects"])
    assert bare.course.select("grade_low", "grade_high").rows() == [(0, 0), (1, 4)]
    assert "support (not recorded)" in bare.course.item(1, "because")
    assert not bare.episodes.item(0, "is_resolved")
    given = crs.grade(
        measured, subjects=tables["subjects"], options=crs.CrsOptions(support_recording="complete")
    )
    assert given.course.item(1, "grade") == 1


def test_a_reading_stands_for_its_hours_and_no_longer(case):
    # Temperature every 12 h, pressure every hour: each test has its own rhythm.
    case.measure(24, temp=39.0)
    for hour in range(24, 48):
        case.measure(hour, sbp=120.0)
    assert case.at(31) == (1, 1)
    assert case.at(32) == (0, 1)
    assert case.at(40, temperature_valid_h=20.0) == (1, 1)


def test_in_sets_a_temperature_does_not_outlive_a_set_that_lacks_it(case):
    case.every((24, 28, 36), temp=39.0).measure(32, sbp=120.0)
    assert case.at(32) == (0, 1)
    assert case.at(32, carry="free") == (1, 1)
