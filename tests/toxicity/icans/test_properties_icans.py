"""Invariants of ICANS grading: missing data, worse findings, order of rows."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutela.toxicity import icans
from tutela.toxicity.icans.findings import FINDINGS

pytestmark = pytest.mark.property
FEW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CODES = {name.upper(): list(finding.levels) for name, finding in FINDINGS.items()}


@st.composite
def assessments(draw):
    """Complete assessments of one subject every 8 h, with the age; items for every second one."""
    rows = []
    for hour in range(0, 96, 8):
        findings = {
            finding.test.lower(): draw(st.sampled_from(list(finding.levels))) for finding in FINDINGS.values()
        }
        calm = {finding.test.lower(): next(iter(finding.levels)) for finding in FINDINGS.values()}
        rows.append(
            (
                hour,
                float(draw(st.integers(0, 10))),
                float(draw(st.integers(0, 32))),
                findings if draw(st.booleans()) else calm,
            )
        )
    return draw(st.sampled_from([6.4, 40.5])), rows


def build(case, drawn):
    age, rows = drawn
    fresh = type(case)().person(age=age)
    for hour, ice, capd, findings in rows:
        fresh.add(hour, **({"ice": ice} if age > 12 else {"capd": capd}), **findings)
    return fresh


def grade(measured, people, **options):
    return icans.grade(measured, subjects=people, options=icans.IcansOptions(**options))


def assert_wider(whole, gappy):
    both = whole.course.join(gappy.course, on=["subject", "time"], suffix="_2")
    assert both.height
    narrower = both.filter(
        (pl.col("grade_low_2") > pl.col("grade_low")) | (pl.col("grade_high_2") < pl.col("grade_high"))
    )
    assert narrower.is_empty(), narrower.select("time", "^grade.*$", "because_2")


@FEW
@given(drawn=assessments())
def test_complete_assessments_give_one_grade(case, drawn):
    course = build(case, drawn).grade().course
    assert (course["grade_low"] == course["grade_high"]).all()


@FEW
@given(drawn=assessments(), seed=st.integers(0, 2**32 - 1), share=st.floats(0.02, 0.9))
def test_a_result_not_obtained_never_narrows_the_bounds(case, drawn, seed, share):
    measured, people = build(case, drawn).tables()
    kept = pl.Series(np.random.default_rng(seed).random(measured.height) >= share)
    gappy = measured.with_columns(pl.when(kept).then("value"), pl.when(kept).then("value_raw"))
    options = {"findings_recording": "unknown"}
    assert_wider(grade(measured, people, **options), grade(gappy, people, **options))


@FEW
@given(drawn=assessments(), seed=st.integers(0, 2**32 - 1), share=st.floats(0.02, 0.9))
def test_a_row_lost_from_an_assessment_never_narrows_the_bounds(case, drawn, seed, share):
    measured, people = build(case, drawn).tables()
    rng = np.random.default_rng(seed)
    spared = pl.Series(rng.integers(0, 5, 12).repeat(5) == np.tile(np.arange(5), 12))
    kept = pl.Series(rng.random(measured.height) >= share) | spared
    options = {"findings_recording": "unknown", "carry": "sets"}
    assert_wider(grade(measured, people, **options), grade(measured.filter(kept), people, **options))


@FEW
@given(drawn=assessments(), which=st.integers(0, 11), finding=st.sampled_from(list(FINDINGS.values())))
def test_a_worse_finding_never_lowers_the_grade(case, drawn, which, finding):
    age, rows = drawn
    hour, ice, capd, findings = rows[which]
    worst = max(finding.levels, key=lambda code: finding.levels[code])
    worse = [*rows]
    worse[which] = (hour, ice, capd, findings | {finding.test.lower(): worst})
    before, after = (build(case, (age, some)).grade().course for some in (rows, worse))
    both = before.join(after, on=["subject", "time"], suffix="_2")
    assert both.filter(pl.col("grade_low_2") < pl.col("grade_low")).is_empty()


@FEW
@given(drawn=assessments(), seed=st.integers(0, 2**31 - 1))
def test_the_order_of_rows_does_not_matter(case, drawn, seed):
    measured, people = build(case, drawn).tables()
    one, two = grade(measured, people), grade(measured.sample(fraction=1.0, shuffle=True, seed=seed), people)
    assert one.course.equals(two.course)
    assert one.episodes.equals(two.episodes)
