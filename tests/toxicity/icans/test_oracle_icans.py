"""astct_icans_cases.csv (rule cases after Lee 2019) and the CAPD cases of gdl2_cases.json (Cornell fixtures)."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from tutela.kernel.tri import Tri
from tutela.toxicity.icans import ASTCT_2019, Bounds, IcansObservation
from tutela.toxicity.icans.findings import FINDINGS

pytestmark = [pytest.mark.oracle, pytest.mark.external]


@pytest.fixture
def rows(reference):
    with (reference / "oracles/toxicity/astct_icans_cases.csv").open() as handle:
        found = list(csv.DictReader(handle))
    assert len(found) == 24
    return found


def results(row):
    """The case as measurements."""
    unable = row["modifier"] == "unable"
    score = {"capd": "unable"} if unable else {row_test(row): float(row[row_test(row)])}
    found = {
        "consc": row["consciousness"],
        "seizure": row["seizure"] or "none",
        "motor": row["motor"] or ("tremor" if row["modifier"] == "tremor" else "none"),
        "icp": "hemorrhage" if row["modifier"] == "haemorrhage_excluded" else row["icp_edema"] or "none",
    }
    return score | found


def row_test(row):
    return "capd" if row["population"] == "child_lt12" else "ice"


def test_every_case_has_its_grade_in_a_time_series(rows, case):
    for row in rows:
        study = type(case)().person(age=8.3 if row["population"] == "child_lt12" else 40.5)
        study.add(96, **results(row))
        expected = int(row["expected_grade"])
        assert study.at(96) == (expected, expected), row["case"]


def test_every_case_has_its_grade_on_the_scale_itself(rows):
    for row in rows:
        graded = ASTCT_2019(observe(row))
        expected = int(row["expected_grade"])
        assert (int(graded.lowest[0]), int(graded.highest[0])) == (expected, expected), row["case"]


def observe(row):
    def exactly(number):
        return Bounds(np.array([float(number)]), np.array([float(number)]))

    def sure(truth):
        return Tri.of(np.array([truth]))

    found = results(row)
    level = {name: exactly(FINDINGS[name].levels[found[FINDINGS[name].test.lower()]]) for name in FINDINGS}
    return IcansObservation(
        in_scope=sure(True),
        uses_ice=sure(row["population"] == "adult"),
        ice=exactly(row["ice"] or 10),
        capd=exactly(row["capd"] or 0),
        is_unable=sure(row["modifier"] == "unable"),
        died=sure(False),
        **level,
    )


ITEM_WORDS = (
    "eye contact",
    "purposeful",
    "Aware",
    "Communicates",
    "Restless",
    "Inconsolable",
    "Underactive",
    "respond",
)


def test_capd_items_give_the_total_of_the_published_cases(reference, case):
    """Cornell_Assessment_of_Pediatric_Delirium.v1 fixtures: all items sum, a missing item gives no score."""
    with (reference / "oracles/toxicity/gdl2_cases.json").open() as handle:
        fixtures = [entry for entry in json.load(handle) if entry["guideline"].startswith("Cornell")]
    assert len(fixtures) == 14
    totals = []
    for fixture in fixtures:
        if not fixture["input"]:
            continue
        study = type(case)().person(age=8.3)
        items = {
            f"capd_{number_of(name)}": float(answer.split("|")[0])
            for name, answer in fixture["input"].items()
        }
        study.add(96, consc="spontaneous", seizure="none", **items)
        course = study.grade().course
        total = fixture["expected"].get("CAPD score")
        assert course.item(0, "capd") == total, fixture["case"]
        if total is not None:
            assert course.item(0, "grade") == (3 if total >= 9 else 1 if total else 0)
        else:
            assert course.item(0, "grade_low") <= course.item(0, "grade_high")
            assert len(items) < 8
        totals.append(total)
    assert {8, 16, 24, 32} <= set(totals)
    assert None in totals


def number_of(name):
    return next(number for number, word in enumerate(ITEM_WORDS, start=1) if word in name)
