"""Invariants of laboratory grading."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.toxicity import labs
from tutela.toxicity.labs import grade_term, read_criteria
from tutela.toxicity.labs.evaluate import round_significant

pytestmark = pytest.mark.property

TESTS = {"NEUT": "10^9/L", "ALT": "U/L", "HGB": "g/L", "CREAT": "umol/L", "K": "mmol/L", "BILI": "umol/L"}
POSITIVE = st.floats(1e-3, 1e4, allow_nan=False)
MAYBE = st.none() | POSITIVE


@st.composite
def tables(draw: st.DrawFn) -> pl.DataFrame:
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from("abc"),
                st.floats(-10, 30),
                st.sampled_from(sorted(TESTS)),
                MAYBE,
                MAYBE,
                MAYBE,
            ),
            min_size=1,
            max_size=25,
        )
    )
    names = ["subject", "time", "test", "value", "low", "high"]
    types = {"time": pl.Float64, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64}
    frame = pl.DataFrame(rows, schema=names, orient="row", schema_overrides=types, strict=False)
    return frame.with_columns(
        pl.col("test").replace_strict(TESTS).alias("unit"),
        pl.lit("lb.csv").alias("source_file"),
        pl.int_range(1, pl.len() + 1).alias("source_row"),
    )


VERSIONS = st.sampled_from(("ctcae-4", "ctcae-5", "ctcae-6"))


@given(tables(), VERSIONS, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_rows_does_not_matter(frame: pl.DataFrame, version: str, random: object):
    order = list(range(frame.height))
    random.shuffle(order)  # type: ignore[attr-defined]
    first, second = (labs.grade(part, version=version) for part in (frame, frame[order]))
    assert first.table.equals(second.table)
    assert first.worst.equals(second.worst)
    assert first.shift.equals(second.shift)


@given(tables(), VERSIONS)
@settings(max_examples=40, deadline=None)
def test_a_grade_has_a_criterion_and_no_grade_has_a_reason(frame: pl.DataFrame, version: str):
    table = labs.grade(frame, version=version).table
    assert table.filter(pl.col("grade").is_not_null() & (pl.col("because") == "")).height == 0
    assert table.filter(pl.col("grade").is_null() & (pl.col("reason") == "")).height == 0


@given(tables(), VERSIONS)
@settings(max_examples=40, deadline=None)
def test_removing_a_limit_never_turns_a_grade_into_zero_or_no_grade_into_one(
    frame: pl.DataFrame, version: str
):
    full = labs.grade(frame, version=version).table
    none = pl.lit(None, dtype=pl.Float64)
    bare = labs.grade(frame.with_columns(none.alias("low"), none.alias("high")), version=version).table
    for letter, other in (("grade_l", "grade_l"), ("grade_h", "grade_h")):
        pairs = pl.DataFrame({"full": full.get_column(letter), "bare": bare.get_column(other)})
        lost = pairs.filter((pl.col("bare") == 0) & pl.col("full").is_null())
        assert lost.height == 0


#: Graded by a window, not by distance from normal: values below 10 are left to another term.
NOT_MONOTONE = {"Creatinine clearance decreased"}
CRITERIA = [
    (version, units, row)
    for version in labs.VERSIONS
    for units in ("SI", "US")
    for row in read_criteria(version).criteria
    if row.units == units and row.branches and not row.ages and not row.sex and row.term not in NOT_MONOTONE
]


@pytest.mark.parametrize("milder", [False, True])
@pytest.mark.parametrize(("version", "units", "row"), CRITERIA, ids=lambda x: getattr(x, "term", x))
def test_moving_further_from_normal_never_lowers_the_grade(
    version: str, units: str, row: object, milder: bool
):
    values = np.geomspace(1e-4, 1e6, 4001)
    for low, high, base, flag in (
        (2.0, 5.0, 4.0, "NORMAL"),
        (20.0, 50.0, 70.0, "HIGH"),
        (20.0, 50.0, 10.0, "LOW"),
        (0.4, 1.1, 1.0, "NORMAL"),
    ):
        grade = grade_term(
            row.term, row.direction, values, unit=row.unit, low=low, high=high, base=base, baseline_flag=flag,
            pchg=(values - base) / base * 100, version=version, units=units, worst_case=not milder,
        ).grade  # fmt: skip
        towards = grade if row.direction == "H" else grade[::-1]
        assert (towards >= 0).all()
        assert (np.diff(towards) >= 0).all()


@given(st.floats(1e-12, 1e12), st.integers(-8, 8))
def test_rounding_to_fifteen_digits_is_idempotent_and_scale_free(number: float, power: int):
    once = round_significant(np.array([number]))
    assert (round_significant(once) == once).all()
    assert abs(once[0] - number) <= 1e-14 * number
    scaled = round_significant(np.array([number * 10.0**power]))
    assert np.isclose(scaled[0], once[0] * 10.0**power, rtol=1e-14)


@given(st.floats(20.0, 250.0), st.floats(0.01, 30.0))
@settings(max_examples=40, deadline=None)
def test_the_unit_in_which_a_value_is_recorded_never_changes_its_grade(hemoglobin: float, glucose: float):
    grams, millimoles = round(hemoglobin), round(glucose, 2)
    glucose_mass = 18.0156  # mg/dL per mmol/L, from the molar mass
    si = pl.DataFrame(
        {
            "subject": "1",
            "time": [1.0, 1.0],
            "test": ["HGB", "GLUC"],
            "value": [float(grams), millimoles],
            "unit": ["g/L", "mmol/L"],
            "low": [120.0, 3.9],
            "high": [160.0, 5.6],
        }
    )
    table = labs.grade(si).table
    conventional = si.with_columns(
        pl.Series("unit", ["g/dL", "mg/dL"]),
        *(
            pl.when(pl.col("test") == "HGB").then(pl.col(n) / 10).otherwise(pl.col(n) * glucose_mass).alias(n)
            for n in ("value", "low", "high")
        ),
    )
    other = labs.grade(conventional).table
    hgb = pl.col("test") == "HGB"
    assert table.filter(hgb).get_column("grade").equals(other.filter(hgb).get_column("grade"))
    glucose = pl.col("test") == "GLUC"
    assert table.filter(glucose).get_column("grade").equals(other.filter(glucose).get_column("grade"))
