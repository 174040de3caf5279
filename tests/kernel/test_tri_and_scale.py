"""Three-valued truth, and grades with bounds that follow from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.cite import Cite
from tutela.kernel.scale import Grade, Scale
from tutela.kernel.tri import FloatArray, Tri, above, at_least, at_most, below, is_in

STATES = {"true": (True, True), "unknown": (False, True), "false": (False, False)}
ORDER = ("false", "unknown", "true")


def tri(name):
    certain, possible = STATES[name]
    return Tri(np.array([certain]), np.array([possible]))


def name_of(value):
    return next(name for name, pair in STATES.items() if pair == (value.certain[0], value.possible[0]))


@pytest.mark.published
@pytest.mark.parametrize("left", ORDER)
@pytest.mark.parametrize("right", ORDER)
def test_and_or_not_follow_strong_kleene_logic(left, right):
    """Kleene 1952: AND is the minimum, OR the maximum, NOT the mirror of false < unknown < true."""
    rank = ORDER.index
    assert name_of(tri(left) & tri(right)) == ORDER[min(rank(left), rank(right))]
    assert name_of(tri(left) | tri(right)) == ORDER[max(rank(left), rank(right))]
    assert name_of(~tri(left)) == ORDER[2 - rank(left)]


@pytest.mark.parametrize(
    ("compare", "below_limit", "at_limit", "above_limit"),
    [
        (at_least, False, True, True),
        (above, False, False, True),
        (at_most, True, True, False),
        (below, True, False, False),
    ],
)
def test_comparisons_below_at_and_above_a_limit(compare, below_limit, at_limit, above_limit):
    found = compare([37.9, 38.0, 38.1], 38.0)
    assert found.certain.tolist() == [below_limit, at_limit, above_limit]
    assert found.possible.tolist() == found.certain.tolist()


def test_a_missing_value_or_limit_is_unknown():
    for found in (at_least([np.nan], 38.0), below([38.0], [np.nan])):
        assert name_of(found) == "unknown"
    assert name_of(is_in([-1], (1, 2))) == "unknown"


def test_binary_noise_does_not_decide():
    assert name_of(above([1.1 * 40.0], 44.0)) == "false"
    assert name_of(at_least([0.1 + 0.2], 0.3)) == "true"


@dataclass(frozen=True)
class Reading:
    """One number."""

    value: FloatArray


SCALE: Scale[Reading] = Scale(
    id="test.scale-2026",
    title="A scale",
    source=Cite("lee2019", "Table 2"),
    grades=(
        Grade(3, "very high", lambda r: at_least(r.value, 30.0)),
        Grade(2, "high", lambda r: at_least(r.value, 20.0)),
        Grade(1, "raised", lambda r: at_least(r.value, 10.0)),
    ),
)


def test_grades_are_the_worst_row_met_and_say_which():
    graded = SCALE(Reading(np.array([5.0, 10.0, 25.0, 31.0, np.nan])))
    assert graded.lowest.tolist() == [0, 1, 2, 3, 0]
    assert graded.highest.tolist() == [0, 1, 2, 3, 3]
    assert graded.because.tolist() == [-1, 2, 1, 0, -1]
    assert graded.is_certain.tolist() == [True, True, True, True, False]


def test_rows_are_declared_worst_first():
    with pytest.raises(ValueError, match="worst first"):
        Scale("x", "x", SCALE.source, SCALE.grades[::-1])


@pytest.mark.property
@given(st.lists(st.floats(0, 50) | st.just(float("nan")), min_size=1, max_size=20))
def test_bounds_hold_the_grade_of_every_completion(values):
    graded = SCALE(Reading(np.array(values)))
    for filler in (0.0, 12.0, 22.0, 50.0):
        complete = SCALE(Reading(np.where(np.isnan(values), filler, values)))
        assert (graded.lowest <= complete.lowest).all()
        assert (complete.highest <= graded.highest).all()
