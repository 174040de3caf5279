"""What other graders get wrong, each as a time series (reference list of pitfalls)."""

from __future__ import annotations

import polars as pl
import pytest

from tutela.kernel.errors import InputError
from tutela.toxicity import crs
from tutela.toxicity.blood_pressure import GOLDSTEIN_2005, PALS_WHOLE_YEARS


def test_fever_opens_at_exactly_38_and_not_below(case):
    assert case.measure(24, temp=37.9, sbp=120.0).at(24) == (0, 0)
    assert case.measure(30, temp=38.0, sbp=120.0).at(30) == (1, 1)


@pytest.mark.parametrize(("flow", "grade"), [(6.0, 2), (6.1, 3), (0.0, 1)])
def test_nasal_cannula_is_graded_by_flow_with_6_liters_still_low(case, flow, grade):
    case.give("oxygen", 23, 30, device="nasal_cannula", flow=flow).measure(24, temp=38.6, sbp=120.0)
    assert case.at(24) == (grade, grade)


def test_a_flow_that_is_missing_leaves_both_grades_of_a_cannula(case):
    case.give("oxygen", 23, 30, device="nasal_cannula").measure(24, temp=38.6, sbp=120.0)
    assert case.at(24) == (2, 3)


def test_a_device_that_is_missing_leaves_every_grade_of_oxygen(case):
    case.give("oxygen", 23, 30).measure(24, temp=38.6, sbp=120.0)
    assert case.at(24) == (2, 4)


def test_a_high_flow_device_can_be_graded_by_its_flow(case):
    case.give("oxygen", 23, 30, device="high_flow", flow=4.0).measure(24, temp=38.6, sbp=120.0)
    assert case.at(24) == (3, 3)
    assert case.at(24, high_flow_by_flow=True) == (2, 2)


def test_afebrile_after_tocilizumab_on_a_vasopressor_is_never_0(case):
    case.measure(24, temp=39.2, sbp=120.0).give("anticytokine", 30, 31, agent="tocilizumab")
    case.give("vasopressor", 40, 60, agent="norepinephrine").measure(41, temp=36.8, sbp=104.0)
    assert case.at(41) == (3, 3)
    course = case.grade().course.filter(pl.col("time") > 40.5 / 24)
    assert "afebrile after antipyretic" in course.item(0, "because")


def test_afebrile_without_any_masking_therapy_does_not_count_unless_asked_for(case):
    case.measure(24, temp=39.2, sbp=120.0).give("vasopressor", 40, 60, agent="norepinephrine")
    case.measure(41, temp=36.8, sbp=104.0)
    assert case.at(41) == (0, 0)
    assert case.at(41, grade_afebrile_unmasked=True) == (3, 3)


def test_masking_therapy_before_the_event_does_not_count_once_it_has_worn_off(case):
    case.give("antipyretic", 0, None, agent="acetaminophen")
    case.measure(24, temp=39.2, sbp=120.0).measure(30, temp=37.0, sbp=80.0)
    assert case.at(30) == (0, 0)
    case.give("antipyretic", 20, None, agent="acetaminophen")
    assert case.at(30) == (2, 2), "it acts for 6 h, so it reached into the event"


def test_a_topical_steroid_masks_nothing(case):
    case.measure(24, temp=39.2, sbp=120.0).measure(30, temp=37.0, sbp=80.0)
    case.give("steroid", 25, 26, agent="hydrocortisone", route="TOPICAL")
    assert case.at(30) == (0, 0)
    case.give("steroid", 25, 26, agent="hydrocortisone", route="INTRAVENOUS")
    assert case.at(30) == (2, 2)


def test_vasopressin_alone_is_an_option_and_never_a_second_vasopressor(case):
    case.give("vasopressor", 20, 30, agent="vasopressin").measure(24, temp=38.6, sbp=80.0)
    assert case.at(24) == (3, 3)
    assert case.at(24, vasopressin_alone=2) == (2, 2)
    case.give("vasopressor", 20, 30, agent="norepinephrine")
    assert case.at(24) == case.at(24, vasopressin_alone=2) == (3, 3)


def test_vasopressors_one_after_the_other_are_not_multiple(case):
    case.give("vasopressor", 20, 24, agent="norepinephrine").give("vasopressor", 24, 30, agent="epinephrine")
    case.measure(22, temp=38.6, sbp=80.0).measure(24, temp=38.6, sbp=80.0).measure(26, temp=38.6, sbp=80.0)
    assert case.grade().subjects.item(0, "grade_high") == 3


def test_a_changeover_can_be_kept_from_counting_as_multiple(case):
    case.give("vasopressor", 20, 25, agent="norepinephrine").give("vasopressor", 24, 30, agent="epinephrine")
    case.measure(24.5, temp=38.6, sbp=80.0)
    assert case.at(24.5) == (4, 4)
    assert case.at(24.5, min_overlap_h=1.5) == (3, 3)
    assert case.at(24.5, min_overlap_h=1.0) == (4, 4)


def test_two_rows_of_one_agent_are_one_vasopressor(case):
    case.give("vasopressor", 20, 26, agent="norepinephrine", dose=0.05)
    case.give("vasopressor", 22, 30, agent="norepinephrine", dose=0.1).measure(24, temp=38.6, sbp=80.0)
    assert case.at(24) == (3, 3)


def test_an_agent_that_is_not_named_may_be_a_second_vasopressor(case):
    case.give("vasopressor", 20, 30, agent="norepinephrine").give("vasopressor", 22, 30)
    case.measure(24, temp=38.6, sbp=80.0)
    assert case.at(24) == (3, 4)


@pytest.mark.parametrize(
    ("role", "facts"),
    [
        ("oxygen", {"device": "invasive_ventilation", "indication": "airway"}),
        ("oxygen", {"device": "cpap", "indication": "OSA"}),
        ("vasopressor", {"agent": "phenylephrine", "indication": "anesthesia"}),
        ("oxygen", {"device": "cpap", "attribution": "other"}),
        ("oxygen", {"device": "nasal_cannula", "flow": 2.0, "indication": "baseline"}),
    ],
)
def test_support_for_another_reason_is_not_crs_and_the_exclusion_can_be_switched_off(case, role, facts):
    case.give(role, 20, 30, **facts).measure(24, temp=38.6, sbp=120.0)
    assert case.at(24) == (1, 1)
    if "attribution" not in facts:
        assert case.at(24, excluded_indications=(), baseline_support="count")[0] >= 2


def test_support_from_before_the_infusion_counts_only_as_far_as_it_rose(case):
    case.give("oxygen", -48, 200, device="nasal_cannula", flow=2.0)
    case.measure(24, temp=38.6, sbp=120.0).measure(48, temp=38.6, sbp=120.0).measure(72, temp=38.6, sbp=120.0)
    case.give("oxygen", 40, 60, device="nasal_cannula", flow=4.0)
    case.give("oxygen", 70, 80, device="face_mask", flow=8.0)
    assert [case.at(hour) for hour in (24, 48, 72)] == [(1, 1), (2, 2), (3, 3)]
    assert case.at(24, baseline_support="count") == (2, 2)


def test_fever_pressure_and_temperature_of_another_cause_do_not_count(case):
    case.measure(24, temp=39.5, sbp=120.0, attribution="other")
    assert case.at(24) == (0, 0)
    case.measure(30, temp=39.5).measure(30, sbp=70.0, attribution="other")
    assert case.at(30) == (1, 1)


def test_the_worst_of_several_readings_at_one_instant_counts(case):
    case.measure(24, temp=37.2, sbp=120.0).measure(24, temp=38.4, sbp=82.0)
    assert case.at(24) == (2, 2)


def test_a_birthday_during_an_event_changes_the_limit_of_blood_pressure(case):
    # First birthday two days after the infusion: the limit rises from 70 to 72 mmHg.
    case.person(birth_date="2023-03-10", infusion="2024-03-08T00:00")
    case.every((24, 47, 48, 60), temp=39.0, sbp=71.0)
    assert [case.at(hour) for hour in (24, 47, 48, 60)] == [(1, 1), (1, 1), (2, 2), (2, 2)]


def test_whole_years_make_the_limit_step_on_each_birthday(case):
    case.person(birth_date="2018-03-10", infusion="2024-03-08T00:00")
    case.every((47, 48), temp=39.0, sbp=80.5)
    assert [case.at(hour, systolic_limits=PALS_WHOLE_YEARS) for hour in (47, 48)] == [(1, 1), (2, 2)]
    assert [case.at(hour) for hour in (47, 48)] == [(2, 2), (2, 2)], "70 + 2 x 5.99 is 81.99"


def test_an_age_in_whole_years_leaves_the_limit_in_bounds(case):
    case.person(age=5.0)
    case.measure(24, temp=39.0, sbp=81.0).measure(26, temp=39.0, sbp=79.0).measure(28, temp=39.0, sbp=83.0)
    assert [case.at(hour) for hour in (24, 26, 28)] == [(1, 2), (2, 2), (1, 1)]


def test_without_an_age_only_pressures_between_all_limits_are_open(case):
    case.person()
    case.measure(24, temp=39.0, sbp=75.0).measure(26, temp=39.0, sbp=55.0).measure(28, temp=39.0, sbp=95.0)
    assert [case.at(hour) for hour in (24, 26, 28)] == [(1, 2), (2, 2), (1, 1)]
    assert case.at(24, default_age=30.0) == (2, 2)


def test_goldstein_and_pals_disagree_about_an_infant(case):
    case.person(age=0.6)
    case.measure(24, temp=39.0, sbp=72.0)
    assert case.at(24) == (1, 1)
    assert case.at(24, systolic_limits=GOLDSTEIN_2005) == (2, 2)


def test_two_temperatures_in_fahrenheit_are_not_taken_for_celsius(case):
    case.measure(24, temp=101.3, sbp=120.0)
    assert case.at(24) == (0, 1)


def test_an_infinite_value_is_refused_with_its_place(case):
    case.measure(24, temp=float("inf"), sbp=120.0)
    with pytest.raises(InputError, match=r"vs\.csv, row 1, column value"):
        case.grade()


def test_a_table_without_a_needed_column_is_refused():
    with pytest.raises(InputError, match="'test'"):
        crs.grade(pl.DataFrame({"subject": ["a"], "time": [1.0], "value": [39.0]}))


@pytest.mark.parametrize(
    ("name", "value"), [("vasopressin_alone", 1), ("carry", "x"), ("temperature_valid_h", -1.0)]
)
def test_an_option_that_does_not_exist_is_refused(name, value):
    with pytest.raises(InputError, match=name):
        crs.CrsOptions(**{name: value})


def test_date_only_records_are_graded_by_day(case):
    day = {"time_precision": "day"}
    for number in range(6):
        case.measure(24 * number, temp=39.0 if number in (2, 3) else 37.0, sbp=110.0, **day)
    case.give("vasopressor", 48, 72, agent="norepinephrine", start_precision="day", end_precision="day")
    case.person(age=40.5, infusion="2024-03-08")
    assert [case.at(24 * number) for number in (1, 2, 3)] == [(0, 0), (3, 3), (3, 3)]


def test_a_start_known_only_by_date_leaves_that_day_open_for_exact_readings(case):
    case.give("vasopressor", 24, 60, agent="norepinephrine", start_precision="day", end_precision="minute")
    case.measure(30, temp=39.0, sbp=110.0).measure(50, temp=39.0, sbp=110.0)
    assert case.at(30) == (1, 3)
    assert case.at(50) == (3, 3)


def test_death_without_a_cause_in_an_open_event_may_be_grade_5(case):
    case.measure(24, temp=39.0, sbp=110.0).person(age=40.5, death_time=26 / 24)
    assert case.at(26) == (1, 5)
    case.person(age=40.5, death_time=26 / 24, death_cause="PROGRESSION")
    assert case.grade().subjects.item(0, "grade_high") == 1


@pytest.mark.regression
@pytest.mark.parametrize("agent", ["milrinone", "dobutamine", "levosimendan"])
def test_an_inotrope_is_no_vasopressor_unless_the_user_counts_it(case, agent):
    case.give("vasopressor", 20, 30, agent=agent).measure(24, temp=38.6, sbp=80.0)
    assert case.at(24) == (2, 2)
    assert case.at(24, not_vasopressors=()) == (3, 3)
    case.give("vasopressor", 20, 30, agent="norepinephrine")
    assert case.at(24) == (3, 3)
    assert case.at(24, not_vasopressors=()) == (4, 4)


@pytest.mark.regression
@pytest.mark.parametrize(
    ("term", "high"),
    [
        ("DEATH DUE TO CRS", 5),
        ("Death due to severe cytokine release syndrome (CRS)", 5),
        ("Died of: cytokine release syndrome", 5),
        ("DEATH DUE TO SEPSIS, NOT RELATED TO CYTOKINE RELEASE SYNDROME", 1),
        ("DEATH DUE TO SEPSIS FOLLOWING CYTOKINE RELEASE SYNDROME", 1),
        ("DEATH NOT DUE TO CRS", 1),
        ("DEATH", 1),
    ],
)
def test_a_disposition_that_says_death_due_to_crs_is_grade_5(case, term, high):
    measured, tables = case.measure(24, temp=39.0, sbp=110.0).tables()
    events = pl.DataFrame(
        {
            "subject": ["a"],
            "term": [term],
            "decod": ["DEATH"],
            "category": ["disposition"],
            "start": [26 / 24],
        }
    )
    found = crs.grade(measured, **tables, events=events).subjects
    assert found.item(0, "grade_high") == high


@pytest.mark.regression
@pytest.mark.parametrize("term", ["DEATH DUE TO UNKNOWN CAUSE", "DEATH OF PATIENT", "DEATH"])
def test_a_disposition_without_a_cause_does_not_rule_grade_5_out(case, term):
    case.measure(24, temp=39.0, sbp=110.0).person(age=40.5, death_time=26 / 24)
    measured, tables = case.tables()
    events = pl.DataFrame({"subject": ["a"], "term": [term], "decod": ["DEATH"], "start": [26 / 24]})
    found = crs.grade(measured, **tables, events=events).subjects
    assert (found.item(0, "grade_low"), found.item(0, "grade_high")) == (1, 5)


def test_every_choice_stands_in_the_provenance(case):
    case.measure(24, temp=39.0, sbp=110.0)
    result = case.grade(min_overlap_h=2.0, vasopressin_alone=2)
    words = " ".join(result.provenance.options)
    for part in ("grade 2 (interpretation)", "at least 2 h", "unverified", "Resolved after 24 h"):
        assert part in words
    assert result.provenance.params["systolic_limits"] == "pals"
    assert {"measurements", "treatments", "subjects"} == set(result.provenance.inputs)
