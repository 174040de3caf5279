"""astct_crs_cases.csv (rule cases after Lee 2019) and pediatric_sbp_thresholds.csv (PALS; Goldstein 2005)."""

from __future__ import annotations

import csv
import re

import numpy as np
import polars as pl
import pytest

from tutela.kernel.tri import Tri
from tutela.toxicity.blood_pressure import GOLDSTEIN_2005, PALS
from tutela.toxicity.crs import ASTCT_2019, CrsObservation, CrsOptions
from tutela.toxicity.crs.oxygen import rate_oxygen

pytestmark = [pytest.mark.oracle, pytest.mark.external]
PRESSORS = ("norepinephrine", "epinephrine")


@pytest.fixture
def rows(reference):
    with (reference / "oracles/toxicity/astct_crs_cases.csv").open() as handle:
        found = list(csv.DictReader(handle))
    assert len(found) == 23
    return found


def indication(row):
    match = re.search(r"indication=(\w+)", row["modifier"])
    return match[1] if match else None


def is_death(row):
    return row["case"].startswith("death")


def test_every_case_has_its_grade_in_a_time_series(rows, case):
    for row in rows:
        study = type(case)()
        if is_death(row):
            study.measure(24, temp=39.0, sbp=110.0)
            study.person(age=40.5, death_time=1.5, death_cause="CYTOKINE RELEASE SYNDROME")
            assert study.at(36) == (5, 5)
            continue
        give_support(study, row)
        pressure = 80.0 if row["hypotension"] == "yes" else 120.0
        if "given" in row["modifier"]:
            study.measure(20, temp=39.0, sbp=120.0)
            agent = row["modifier"].split()[0]
            role = {"tocilizumab": "anticytokine", "steroid": "steroid"}[agent]
            study.give(role, 22, 22, agent=agent)
        study.measure(25, temp=float(row["temp_C"]), sbp=pressure)
        expected = int(row["expected_grade"])
        assert study.at(25) == (expected, expected), row["case"]


def give_support(study, row):
    for agent in PRESSORS[: int(row["n_vasopressors_excluding_vasopressin"])]:
        study.give("vasopressor", 24.5, 30, agent=agent)
    if row["vasopressin"] == "1":
        study.give("vasopressor", 24.5, 30, agent="vasopressin")
    if row["o2_device"] != "room_air":
        flow = float(row["flow_L_min"]) if row["flow_L_min"] else None
        study.give("oxygen", 24.5, 30, device=row["o2_device"], flow=flow, indication=indication(row))


def test_every_case_has_its_grade_on_the_scale_itself(rows):
    for row in rows:
        graded = ASTCT_2019(observe(row))
        expected = int(row["expected_grade"])
        assert (int(graded.lowest[0]), int(graded.highest[0])) == (expected, expected), row["case"]


def observe(row):
    def sure(truth):
        return Tri.of(np.array([truth]))

    if is_death(row):
        return CrsObservation(*(sure(False) for _ in range(9)), died=sure(True))
    device = pl.DataFrame(
        {"device": [row["o2_device"]], "flow": [float(row["flow_L_min"] or "nan")], "fio2": [None]}
    )
    level = int(rate_oxygen(device, options=CrsOptions())[0][0])
    level = 0 if indication(row) in CrsOptions().excluded_indications else level
    count = int(row["n_vasopressors_excluding_vasopressin"])
    return CrsObservation(
        fever=sure(float(row["temp_C"]) >= 38.0),
        is_open=sure(row["event_open_or_opened_by_fever"] == "yes"),
        is_masked=sure("given" in row["modifier"]),
        hypotension=sure(row["hypotension"] == "yes"),
        vasopressor=sure(count > 0 or row["vasopressin"] == "1"),
        multiple_vasopressors=sure(count > 1),
        low_flow=sure(level >= 2),
        high_flow=sure(level >= 3),
        positive_pressure=sure(level >= 4),
        died=sure(False),
    )


YEARS = {"day": 1 / 365.25, "week": 7 / 365.25, "month": 1 / 12, "year": 1.0}


@pytest.mark.parametrize(("source", "table"), [("PALS", PALS), ("Goldstein", GOLDSTEIN_2005)])
def test_every_pressure_limit_holds_inside_its_age_band(reference, source, table):
    with (reference / "oracles/toxicity/pediatric_sbp_thresholds.csv").open() as handle:
        rows = [row for row in csv.DictReader(handle) if row["source"].startswith(source)]
    assert len(rows) == {"PALS": 4, "Goldstein": 6}[source]
    for row in rows:
        start = float(row["age_from"]) * YEARS[row["age_from_unit"]]
        end = float(row["age_to"]) * YEARS[row["age_to_unit"]] if row["age_to"] else 80.0
        for age in np.linspace(start, end, 12)[1:-1]:
            limit = row["sbp_hypotension_below_mmHg"]
            expected = 70 + 2 * age if "age_years" in limit else float(limit)
            low, high = table(np.array([age]), np.array([age]))
            assert low[0] == high[0] == pytest.approx(expected, rel=1e-12), (row, age)
