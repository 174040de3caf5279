"""The truth of a virtual trial: small hand-made courses with the grades the publication gives them."""

from __future__ import annotations

import csv
from datetime import date, datetime

import numpy as np
import pytest

from tutela.simulation.car_t.course import HourlyCourse
from tutela.simulation.car_t.given import Given
from tutela.simulation.car_t.kinetics import IndividualKinetics
from tutela.simulation.car_t.latent import Latent
from tutela.simulation.car_t.neurology import Findings, NeuroState
from tutela.simulation.car_t.population import Person
from tutela.simulation.car_t.spans import DAY, HOUR, Span
from tutela.simulation.car_t.truth import find_crs, find_icans, grade_findings

ADULT = Person(
    0, "CT01-00001", 1, "F", date(2004, 5, 1), datetime(2024, 5, 1, 10, 0), 60.0, 165.0, 0.0, False, False
)
KINETICS = IndividualKinetics(3900.0, 9.3, 24000.0, 0.16, 0.0079, 0.0032)


def latent(*, fever=(), hypotension=(), given=(), neurology=(), person=ADULT, end=20 * DAY, death_cause=None):
    hours = end // HOUR
    empty = np.zeros(hours, dtype=np.int8)
    course = HourlyCourse(
        np.zeros(hours), np.zeros(hours), empty, empty, empty, empty, (), np.zeros(hours, dtype=np.bool_)
    )
    return Latent(person, KINETICS, course, tuple(fever), None, tuple(hypotension), tuple(given),
                  tuple(neurology), (), end, death_cause)  # fmt: skip


def pressor(name, start, end):
    return Given(name, "vasopressor", start, end, 0.1, "ug/kg/min")


def oxygen(device, start, end, *, flow=None, indication="hypoxia"):
    return Given(device, "oxygen", start, end, device=device, flow=flow, indication=indication)


def tocilizumab(at):
    return Given("Tocilizumab", "anticytokine", at, at + 60)


@pytest.mark.oracle
@pytest.mark.external
def test_every_published_case_of_crs_has_its_grade(reference):
    """astct_crs_cases.csv: rule cases after Lee 2019."""
    with (reference / "oracles/toxicity/astct_crs_cases.csv").open() as handle:
        cases = list(csv.DictReader(handle))
    assert len(cases) == 23
    for case in cases:
        assert crs_grade_of(case) == int(case["expected_grade"]), case["case"]


def crs_grade_of(case):
    """Put one case between hours 10 and 12 of an event that a fever opened at hour 1, if it was open."""
    start, end = 10 * HOUR, 12 * HOUR
    if "death" in case["case"]:
        dead = latent(fever=[Span(HOUR, end)], end=end, death_cause="CYTOKINE RELEASE SYNDROME")
        return find_crs(dead).maximum
    is_febrile = float(case["temp_C"]) >= 38.0
    is_open = case["event_open_or_opened_by_fever"] == "yes"
    fever = [Span(HOUR, end)] if is_febrile else ([Span(HOUR, 2 * HOUR)] if is_open else [])
    given = []
    if "given" in case["modifier"]:
        given.append(tocilizumab(90) if "tocilizumab" in case["modifier"] else Given("X", "steroid", 90, 300))
    names = ("Norepinephrine", "Epinephrine")[: int(case["n_vasopressors_excluding_vasopressin"])]
    given += [pressor(name, start, end) for name in names]
    if int(case["vasopressin"]):
        given.append(pressor("Vasopressin", start, end))
    if case["o2_device"] != "room_air":
        why = next((w for w in ("airway", "osa") if w in case["modifier"]), "hypoxia")
        flow = float(case["flow_L_min"]) if case["flow_L_min"] else None
        given.append(oxygen(case["o2_device"], start, end, flow=flow, indication=why))
    low = [Span(start, end)] if case["hypotension"] == "yes" else []
    return find_crs(latent(fever=fever, hypotension=low, given=given)).at(start + 30)


@pytest.mark.oracle
@pytest.mark.external
def test_every_published_case_of_icans_has_its_grade(reference):
    """astct_icans_cases.csv: rule cases after Lee 2019."""
    spelling = {"papilloedema": "papilledema", "": "none"}
    with (reference / "oracles/toxicity/astct_icans_cases.csv").open() as handle:
        cases = list(csv.DictReader(handle))
    assert len(cases) == 24
    for case in cases:
        uses_ice = case["population"] == "adult"
        score = case["ice" if uses_ice else "capd"]
        icp = spelling.get(case["icp_edema"], case["icp_edema"])
        findings = Findings(
            ice=int(score) if uses_ice and score else None, capd=int(score) if score else None,
            consciousness=case["consciousness"], seizure=case["seizure"] or "none",
            motor=case["motor"] or "none", icp=icp,
        )  # fmt: skip
        assert grade_findings(findings, uses_ice=uses_ice) == int(case["expected_grade"]), case["case"]


@pytest.mark.published
def test_support_without_any_fever_is_not_crs():
    one = latent(hypotension=[Span(HOUR, 5 * HOUR)], given=[oxygen("cpap", HOUR, 9 * HOUR)])
    assert find_crs(one).maximum == 0


@pytest.mark.published
def test_without_masking_treatment_a_grade_needs_fever():
    one = latent(fever=[Span(60, 300)], given=[oxygen("nasal_cannula", 200, 500, flow=2.0)])
    course = find_crs(one)
    assert [course.at(m) for m in (59, 60, 250, 299, 300, 400)] == [0, 1, 2, 2, 0, 0]


@pytest.mark.published
def test_masking_lasts_to_the_end_of_the_event_and_not_into_the_next():
    given = [tocilizumab(120), oxygen("nasal_cannula", 1000, 1500, flow=2.0),
             oxygen("nasal_cannula", 10 * DAY, 10 * DAY + 600, flow=2.0)]  # fmt: skip
    course = find_crs(latent(fever=[Span(60, 300), Span(9 * DAY, 9 * DAY + 300)], given=given))
    assert [course.at(m) for m in (1200, 9 * DAY + 10, 10 * DAY + 10)] == [2, 1, 0]
    assert {span.event for span in course.spans} == {0, 1, 2}


@pytest.mark.published
@pytest.mark.parametrize(("gap_h", "events"), [(23, 1), (24, 2)])
def test_an_event_resolves_after_a_day_without_signs(gap_h, events):
    second = 300 + gap_h * HOUR
    course = find_crs(latent(fever=[Span(60, 300), Span(second, second + 300)]))
    assert max(span.event for span in course.spans) == events


@pytest.mark.published
def test_two_vasopressors_one_after_the_other_are_not_two_at_once():
    given = [tocilizumab(70), pressor("Norepinephrine", 300, 600), pressor("Epinephrine", 600, 900)]
    assert find_crs(latent(fever=[Span(60, 900)], given=given)).maximum == 3


@pytest.mark.published
def test_death_from_crs_is_grade_5_and_from_relapse_is_not():
    causes = {"CYTOKINE RELEASE SYNDROME": 5, "RELAPSE OF ACUTE LYMPHOBLASTIC LEUKEMIA": 1}
    for cause, grade in causes.items():
        assert find_crs(latent(fever=[Span(60, 300)], death_cause=cause)).maximum == grade


@pytest.mark.published
def test_the_instrument_changes_at_the_twelfth_birthday():
    turning = Person(0, "CT01-00002", 1, "M", date(2012, 5, 3), datetime(2024, 5, 1, 10, 0), 40.0, 150.0, 0.0,
                     False, False)  # fmt: skip
    state = NeuroState(DAY, 4 * DAY, Findings(ice=5, capd=3, consciousness="spontaneous"))
    course = find_icans(latent(neurology=[state], person=turning))
    # CAPD 3 is grade 1 until midnight of May 3 (38 h after the infusion), ICE 5 is grade 2 from then on.
    assert turning.ice_minute == 38 * HOUR
    assert [course.at(m) for m in (DAY, 38 * HOUR - 1, 38 * HOUR, 4 * DAY)] == [1, 1, 2, 0]
