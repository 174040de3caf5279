"""Invariants of CRS grading: support, missing data, order of rows, representation of time."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutela.toxicity import crs
from tutela.toxicity.blood_pressure import GOLDSTEIN_2005, PALS, PALS_WHOLE_YEARS

pytestmark = pytest.mark.property
FEW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
HOURS = 96


@st.composite
def studies(draw):
    """One subject: vital signs in sets, some support, some masking therapy; hours since infusion."""
    step = draw(st.sampled_from([2, 4, 6]))
    hours = list(range(0, HOURS, step))
    temps = draw(
        st.lists(st.sampled_from([36.8, 37.9, 38.0, 39.4]), min_size=len(hours), max_size=len(hours))
    )
    pressures = draw(st.lists(st.sampled_from([79.0, 95.0, 120.0]), min_size=len(hours), max_size=len(hours)))
    support = draw(st.lists(treatment_rows(), max_size=6))
    return hours, temps, pressures, support


@st.composite
def treatment_rows(draw):
    start = draw(st.integers(0, HOURS - 2)) + 0.5
    end = start + draw(st.integers(1, 40))
    kind = draw(
        st.sampled_from(
            [
                ("vasopressor", {"agent": "norepinephrine"}),
                ("vasopressor", {"agent": "epinephrine"}),
                ("vasopressor", {"agent": "vasopressin"}),
                ("oxygen", {"device": "nasal_cannula", "flow": 4.0}),
                ("oxygen", {"device": "nasal_cannula", "flow": 9.0}),
                ("oxygen", {"device": "face_mask", "flow": 5.0}),
                ("oxygen", {"device": "bipap"}),
                ("anticytokine", {"agent": "tocilizumab"}),
                ("antipyretic", {"agent": "acetaminophen"}),
                ("steroid", {"agent": "dexamethasone", "route": "INTRAVENOUS"}),
            ]
        )
    )
    return kind[0], start, end, kind[1]


def build(case, study):
    hours, temps, pressures, support = study
    fresh = type(case)()
    for hour, temp, pressure in zip(hours, temps, pressures, strict=True):
        fresh.measure(hour, temp=temp, sbp=pressure)
    for role, start, end, facts in support:
        fresh.give(role, start, end, **facts)
    return fresh


def bounds(course):
    return course.select("subject", "time", "grade_low", "grade_high").sort("subject", "time")


def compare(one, two):
    """Bounds of both at their common windows."""
    keyed = [
        bounds(c).with_columns(ms=(pl.col("time") * 86_400_000).round().cast(pl.Int64)) for c in (one, two)
    ]
    return keyed[0].join(keyed[1], on=["subject", "ms"], suffix="_2")


@FEW
@given(study=studies())
def test_complete_data_give_equal_bounds(case, study):
    course = build(case, study).grade().course
    at_vitals = course.filter(((pl.col("time") * 24).round(6) % 1) == 0)
    assert (at_vitals["grade_low"] == at_vitals["grade_high"]).all()


@FEW
@given(study=studies(), extra=treatment_rows())
def test_more_support_never_lowers_a_grade(case, study, extra):
    role, start, end, facts = extra
    if role not in ("vasopressor", "oxygen"):
        role, facts = "vasopressor", {"agent": "dopamine"}
    before = build(case, study).grade().course
    after = build(case, study).give(role, start, end, **facts).grade().course
    both = compare(before, after)
    assert both.filter(pl.col("grade_low_2") < pl.col("grade_low")).is_empty()
    assert both.filter(pl.col("grade_high_2") < pl.col("grade_high")).is_empty()


@FEW
@given(study=studies(), seed=st.integers(0, 2**32 - 1), share=st.floats(0.02, 0.9))
def test_a_reading_not_obtained_never_narrows_the_bounds(case, study, seed, share):
    full = build(case, study)
    measured, tables = full.tables()
    lost = np.random.default_rng(seed).random(measured.height) < share
    gappy = measured.with_columns(value=pl.when(pl.Series(~lost)).then("value"))
    assert_wider(crs.grade(measured, **tables).course, crs.grade(gappy, **tables).course)


@FEW
@given(study=studies(), seed=st.integers(0, 2**32 - 1), share=st.floats(0.02, 0.9))
def test_a_row_lost_from_a_set_never_narrows_the_bounds(case, study, seed, share):
    full = build(case, study)
    measured, tables = full.tables()
    rng = np.random.default_rng(seed)
    # From each set of temperature and pressure one of the two may get lost, so that the set is still seen.
    lost = (rng.random(measured.height // 2) < share).repeat(2)
    which = rng.random(measured.height // 2) < 0.5
    lost &= np.column_stack((which, ~which)).ravel()
    options = crs.CrsOptions(carry="sets")
    whole = crs.grade(measured, **tables, options=options).course
    assert_wider(whole, crs.grade(measured.filter(pl.Series(~lost)), **tables, options=options).course)


@FEW
@given(study=studies(), data=st.data())
def test_a_fact_of_support_that_is_not_known_never_narrows_the_bounds(case, study, data):
    full = build(case, study)
    measured, tables = full.tables()
    treatments = tables["treatments"]
    if not treatments.height:
        return
    row = data.draw(st.integers(0, treatments.height - 1))
    column = data.draw(st.sampled_from(["end", "flow", "device", "agent", "start"]))
    kind = treatments.schema[column]
    vague = treatments.with_row_index("i").with_columns(
        pl.when(pl.col("i") == row).then(pl.lit(None, dtype=kind)).otherwise(pl.col(column)).alias(column)
    )
    before = crs.grade(measured, **tables).course
    after = crs.grade(measured, **(tables | {"treatments": vague.drop("i")})).course
    assert_wider(before, after)


def assert_wider(whole, gappy):
    both = compare(whole, gappy)
    assert both.height
    narrower = both.filter(
        (pl.col("grade_low_2") > pl.col("grade_low")) | (pl.col("grade_high_2") < pl.col("grade_high"))
    )
    assert narrower.is_empty(), narrower


@FEW
@given(study=studies(), seed=st.integers(0, 2**32 - 1))
def test_the_order_of_rows_does_not_matter(case, study, seed):
    measured, tables = build(case, study).tables()
    shuffled = measured.sample(fraction=1.0, shuffle=True, seed=seed % 2**31)
    given_rows = tables["treatments"].sample(fraction=1.0, shuffle=True, seed=seed % 2**31)
    one = crs.grade(measured, **tables)
    two = crs.grade(shuffled, **(tables | {"treatments": given_rows}))
    assert one.course.drop("evidence").equals(two.course.drop("evidence"))
    assert one.episodes.drop("evidence").equals(two.episodes.drop("evidence"))
    assert one.subjects.equals(two.subjects)


@FEW
@given(study=studies(), noise=st.floats(-3e-9, 3e-9))
def test_rounding_of_time_and_of_converted_values_does_not_change_a_grade(case, study, noise):
    measured, tables = build(case, study).tables()
    # The same instant by another zone or unit of time differs in the last bits; so does 100.4 degF in degC.
    shaken = measured.with_columns(
        pl.col("time") + noise, (((pl.col("value") * 1.8 + 32) - 32) / 1.8).alias("value")
    )
    one, two = crs.grade(measured, **tables).course, crs.grade(shaken, **tables).course
    keep = ["subject", "grade_low", "grade_high"]
    assert one.select(keep).equals(two.select(keep))


@FEW
@given(study=studies())
def test_grading_changes_no_input_and_is_repeatable(case, study):
    measured, tables = build(case, study).tables()
    copies = measured.clone(), tables["treatments"].clone()
    one, two = crs.grade(measured, **tables), crs.grade(measured, **tables)
    assert measured.equals(copies[0])
    assert tables["treatments"].equals(copies[1])
    assert one.course.equals(two.course)
    assert one.provenance == two.provenance


@FEW
@given(study=studies())
def test_a_subject_is_graded_the_same_alone_and_among_others(case, study):
    alone = build(case, study)
    together = build(case, study)
    together.every((3, 40), temp=39.9, sbp=60.0, subject="0")
    together.every((3, 40), temp=39.9, sbp=60.0, subject="b")
    together.give("vasopressor", 2, None, subject="b", agent="dopamine", is_ongoing=True)
    one = alone.grade(carry="sets").course
    two = together.grade(carry="sets").course.filter(pl.col("subject") == "a")
    assert one.drop("evidence").equals(two.drop("evidence"))


@FEW
@given(
    ages=st.lists(st.floats(0, 90), min_size=2, max_size=2),
    table=st.sampled_from([PALS, PALS_WHOLE_YEARS, GOLDSTEIN_2005]),
)
def test_an_age_in_bounds_allows_the_limit_of_every_age_between(ages, table):
    low, high = np.array([min(ages)]), np.array([max(ages)])
    least, most = table(low, high)
    inside = np.linspace(low[0], high[0], 50)
    exact, same = table(inside, inside)
    assert np.array_equal(exact, same)
    assert (exact >= least - 1e-9).all()
    assert (exact <= most + 1e-9).all()
