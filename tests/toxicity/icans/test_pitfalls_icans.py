"""What other graders get wrong, each as a time series."""

from __future__ import annotations

import polars as pl
import pytest

from tutela.kernel.errors import InputError
from tutela.toxicity import icans

ICE_ITEMS = {"ice_orient": 4.0, "ice_name": 3.0, "ice_command": 1.0, "ice_write": 1.0, "ice_attention": 1.0}
CALM = {"consc": "spontaneous", "seizure": "none", "motor": "none", "icp": "none"}


@pytest.mark.parametrize(("score", "grade"), [(10, 0), (9, 1), (7, 1), (6, 2), (3, 2), (2, 3), (0, 3)])
def test_ice_is_graded_at_each_boundary(case, score, grade):
    assert case.add(24, ice=float(score), **CALM).at(24) == (grade, grade)


@pytest.mark.parametrize(("score", "grade"), [(0, 0), (1, 1), (8, 1), (9, 3), (32, 3)])
def test_capd_is_graded_at_each_boundary(case, score, grade):
    case.person(age=6.4)
    assert case.add(24, capd=float(score), **CALM).at(24) == (grade, grade)


def test_capd_0_can_be_grade_1_as_in_the_other_publication(case):
    case.person(age=6.4).add(24, capd=0.0, **CALM)
    assert case.at(24, capd_zero_is_grade_1=True) == (1, 1)


def test_ice_0_is_grade_3_awake_4_unarousable_and_open_without_consciousness(case):
    case.add(24, ice=0.0, **CALM | {"consc": "spontaneous"})
    case.add(48, ice=0.0, **CALM | {"consc": "unarousable"})
    case.add(72, ice=0.0, seizure="none", motor="none", icp="none")
    assert [case.at(hour) for hour in (24, 48, 72)] == [(3, 3), (4, 4), (3, 4)]


def test_unable_to_perform_ice_is_3_or_4_by_consciousness(case):
    case.add(24, ice="unable", **CALM).add(48, ice="unable", **CALM | {"consc": "unarousable"})
    assert [case.at(hour) for hour in (24, 48)] == [(3, 3), (4, 4)]
    alone = type(case)().add(24, ice="unable")
    assert alone.at(24) == (3, 4), "even where the study never records consciousness"


def test_unable_to_perform_capd_is_grade_4(case):
    case.person(age=6.4).add(24, capd="unable", **CALM | {"consc": "unarousable"})
    assert case.at(24) == (4, 4)


@pytest.mark.parametrize(("age", "instrument"), [(11.99, "CAPD"), (12.0001, "ICE")])
def test_the_instrument_follows_the_age(case, age, instrument):
    case.person(age=age).add(1, ice=2.0, capd=8.0, **CALM)
    course = case.grade().course
    assert course.item(0, "instrument") == instrument
    assert course.item(0, "grade") == {"ICE": 3, "CAPD": 1}[instrument]


def test_a_12_year_old_is_ice_by_default_and_capd_by_option(case):
    case.person(birth_date="2012-01-05", infusion="2024-03-08T00:00").add(24, ice=8.0, **CALM)
    assert case.grade().course.item(0, "instrument") == "ICE"
    assert case.grade(ice_from_age=13.0).course.item(0, "instrument") == "CAPD"


def test_the_12th_birthday_in_the_event_changes_the_instrument(case):
    case.person(birth_date="2012-03-10", infusion="2024-03-08T00:00")
    case.add(47, capd=8.0, **CALM).add(49, ice=9.0, **CALM)
    assert case.grade().course.get_column("instrument").to_list() == ["CAPD", "ICE"]
    assert [case.at(hour) for hour in (47, 49)] == [(1, 1), (1, 1)]


def test_where_the_age_does_not_decide_the_recorded_instrument_does(case):
    case.person(age=11.0).add(24 * 5, ice=5.0, **CALM)
    assert case.at(24 * 5) == (2, 2)
    case.add(24 * 5, capd=9.0)
    assert case.at(24 * 5) == (2, 3)


def test_the_wrong_instrument_for_the_age_does_not_count(case):
    case.person(age=8.4).add(24, ice=10.0, **CALM)
    low, high = case.at(24)
    assert (low, high) == (0, 3)
    assert case.at(24, use_recorded_instrument=True) == (0, 0)


def test_developmental_delay_makes_capd_the_instrument_and_its_change_the_score(case):
    case.person(age=16.4, developmental_delay=True)
    case.add(-24, capd=7.0, **CALM).add(24, capd=12.0, ice=10.0, **CALM)
    assert case.grade().course.item(0, "instrument") == "CAPD"
    assert case.at(24) == (1, 1), "a change of 5"
    assert case.at(24, baseline_change="never") == (3, 3)


def test_delay_without_a_baseline_leaves_the_change_open(case):
    case.person(age=16.4, developmental_delay=True).add(24, capd=12.0, **CALM)
    assert case.at(24) == (0, 3)


def test_items_are_summed_and_a_missing_item_leaves_bounds_and_no_score(case):
    case.add(24, **ICE_ITEMS, **CALM)
    items = {name: value for name, value in ICE_ITEMS.items() if name != "ice_name"}
    case.add(48, **items, **CALM)
    assert case.at(24) == (0, 0)
    assert case.at(48) == (0, 1), "7 to 10 points"
    assert case.grade().course.get_column("ice").to_list() == [10, None]


def test_a_missing_capd_item_gives_no_score(case):
    case.person(age=6.4).add(24, **{f"capd_{item}": 1.0 for item in range(1, 8)}, **CALM)
    assert case.grade().course.item(0, "capd") is None
    assert case.at(24) == (1, 3), "7 to 11 points"


@pytest.mark.parametrize("score", [11.0, -1.0, 7.5])
def test_a_number_that_is_no_score_is_not_known(case, score):
    assert case.add(24, ice=score, **CALM).at(24) == (0, 3)


def test_sedation_leaves_scores_and_consciousness_open(case):
    case.add(24, attribution="sedation", ice="unable", consc="unarousable").add(24, seizure="none")
    assert case.at(24) == (0, 4)


def test_what_is_attributed_to_another_cause_does_not_count(case):
    case.add(24, attribution="other", ice=2.0, seizure="rapidly_resolving").add(24, consc="spontaneous")
    assert case.at(24) == (0, 0)


@pytest.mark.parametrize(
    ("finding", "code"), [("motor", "tremor"), ("motor", "myoclonus"), ("icp", "hemorrhage")]
)
def test_excluded_findings_do_not_count(case, finding, code):
    assert case.add(24, ice=10.0, **CALM | {finding: code}).at(24) == (0, 0)


@pytest.mark.parametrize(
    ("finding", "code", "grade"),
    [
        ("seizure", "rapidly_resolving", 3),
        ("seizure", "eeg_resolving", 3),
        ("seizure", "prolonged_gt_5min", 4),
        ("seizure", "repetitive_no_baseline", 4),
        ("motor", "deep_focal", 4),
        ("icp", "focal", 3),
        ("icp", "diffuse", 4),
        ("icp", "papilledema", 4),
        ("icp", "posturing", 4),
        ("icp", "cn6_palsy", 4),
        ("icp", "cushing", 4),
        ("consc", "voice", 2),
        ("consc", "tactile", 3),
        ("consc", "unarousable", 4),
    ],
)
def test_every_finding_has_its_grade(case, finding, code, grade):
    assert case.add(24, ice=10.0, **CALM | {finding: code}).at(24) == (grade, grade)


def test_a_code_that_is_not_known_leaves_every_level_open(case):
    assert case.add(24, ice=10.0, **CALM | {"icp": "swollen"}).at(24) == (0, 4)


def test_a_finding_the_study_never_asks_for_is_absent_and_one_it_asks_for_is_missing(case):
    case.add(24, ice=10.0)
    assert case.at(24) == (0, 0)
    assert case.at(24, findings_recording="unknown") == (0, 4)
    case.add(48, ice=10.0, seizure="none").add(72, ice=10.0, seizure="rapidly_resolving")
    assert [case.at(hour) for hour in (24, 48, 72)] == [(0, 4), (0, 0), (3, 3)]


def test_a_seizure_counts_at_its_own_time(case):
    case.add(24, ice=10.0).add(26, seizure="rapidly_resolving").add(28, ice=9.0)
    assert [case.at(hour) for hour in (24, 26, 28)] == [(0, 0), (3, 3), (1, 1)]


def test_events_have_onset_resolution_and_maximum(case):
    for hour, score in ((24, 10), (36, 8), (48, 4), (60, 9), (72, 10), (84, 10), (96, 10), (108, 10)):
        case.add(hour, ice=float(score), **CALM)
    result = case.grade()
    row = result.episodes.row(0, named=True)
    assert (row["onset"] * 24, row["resolution"] * 24, row["grade_low"]) == pytest.approx((36, 72, 2))
    assert row["peak_time"] * 24 == pytest.approx(48)
    assert row["duration_h"] == pytest.approx(36)
    assert result.subjects.row(0, named=True)["status"] == "graded"
    assert result.course.get_column("episode").to_list() == [None, 1, 1, 1, None, None, None, None]
    assert result.table is result.episodes


def test_findings_after_the_last_day_of_onset_open_no_event(case):
    case.add(24 * 5, ice=10.0, **CALM).add(24 * 100, ice=4.0, **CALM)
    assert case.at(24 * 100) == (0, 0)
    assert case.at(24 * 100, max_onset_day=120.0) == (2, 2)


def test_death_from_icans_is_grade_5(case):
    case.add(24, ice=4.0, **CALM).person(age=40.5, death_time=2.0, death_cause="ICANS, cerebral edema")
    assert case.at(48) == (5, 5)
    assert case.grade().subjects.item(0, "grade_low") == 5


def test_persons_without_assessment_are_not_evaluable(case):
    case.add(24, ice=9.0, **CALM).person("b", age=30.5).person("c", age=30.5).add(-24, subject="c", ice=10.0)
    people = case.grade().subjects
    assert people.get_column("status").to_list() == ["graded", "not evaluable", "not evaluable"]
    assert people.item(1, "reason") == "no neurological assessment after the infusion"
    assert people.item(1, "grade_low") is None


def test_an_empty_study_gives_empty_tables(case):
    result = case.grade()
    assert result.course.height == result.episodes.height == 0
    assert result.subjects.item(0, "status") == "not evaluable"


def test_a_table_without_a_needed_column_is_refused():
    with pytest.raises(InputError, match="'value'"):
        icans.grade(pl.DataFrame({"subject": ["a"], "time": [1.0], "test": ["ICE"]}))


@pytest.mark.parametrize(("name", "value"), [("carry", "x"), ("baseline_change", "yes"), ("max_gap_h", -1.0)])
def test_an_option_that_does_not_exist_is_refused(name, value):
    with pytest.raises(InputError, match=name):
        icans.IcansOptions(**{name: value})


def test_every_choice_stands_in_the_provenance(case):
    words = " ".join(case.add(24, ice=9.0, **CALM).grade(ice_from_age=13.0).provenance.options)
    for part in ("ICE from age 13", "change from baseline", "Tremor", "sedation", "Resolved after 24 h"):
        assert part in words
