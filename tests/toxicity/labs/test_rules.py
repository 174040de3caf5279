"""Laboratory rules: below, at and above each number, and what cannot be told."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.kernel.rule import FINDING_COLUMNS, Override, apply_overrides
from tutela.toxicity.labs.neutropenia import find_spells
from tutela.toxicity.labs.rules import NEUTROPENIA_14D, RULES, TRANSAMINASES_5ULN


def measured(
    test: str, unit: str, *points: tuple[float, float | None], high: float | None = None, **more: object
) -> pl.DataFrame:
    frame = pl.DataFrame(points, schema={"time": pl.Float64, "value": pl.Float64}, orient="row")
    extra = {"subject": "1", "test": test, "unit": unit, "source_file": "lb.csv"} | more
    return frame.with_columns(
        pl.lit(high, dtype=pl.Float64).alias("high"),
        pl.int_range(1, pl.len() + 1).alias("source_row"),
        *(pl.lit(value).alias(name) for name, value in extra.items()),
    )


def ask(rule: object, measurements: pl.DataFrame, **changed: float) -> dict[str, object]:
    subjects = pl.DataFrame({"subject": ["1"]})
    tables = {"subjects": subjects, "measurements": measurements}
    findings = rule.check(tables, rule.values | changed)
    assert findings.columns == list(FINDING_COLUMNS)
    assert findings.height == 1
    return findings.row(0, named=True)


def anc(*points: tuple[float, float | None], **more: object) -> pl.DataFrame:
    return measured("NEUT", "10^9/L", *points, **more)


def daily(first: int, last: int, value: float) -> list[tuple[float, float]]:
    return [(float(day), value) for day in range(first, last + 1)]


@pytest.mark.parametrize(("last", "verdict"), [(16, "NO_ALERT"), (17, "NO_ALERT"), (18, "ALERT")])
def test_fourteen_days_below_the_limit_are_not_beyond_fourteen_days(last: int, verdict: str):
    counts = anc((2.0, 0.5), *daily(3, last, 0.2), (last + 1.0, 0.5))
    # Without interpolation the spell is from its first to its last low sample: last - 3 days.
    assert ask(NEUTROPENIA_14D, counts, interpolate=0.0)["verdict"] == verdict


@pytest.mark.parametrize(("last", "verdict"), [(14, "NO_ALERT"), (15, "NO_ALERT"), (16, "ALERT")])
def test_interpolated_spells_reach_to_the_crossings(last: int, verdict: str):
    # 0.5 at day 2 and at day last + 1: the line leaves and meets the limit there, last - 1 days in all.
    counts = anc((2.0, 0.5), *daily(3, last, 0.2), (last + 1.0, 0.5))
    assert ask(NEUTROPENIA_14D, counts)["verdict"] == verdict


@pytest.mark.parametrize(("value", "verdict"), [(0.499, "ALERT"), (0.5, "NO_ALERT"), (0.501, "NO_ALERT")])
def test_only_counts_below_the_grade_4_limit_of_version_5_are_low(value: float, verdict: str):
    assert ask(NEUTROPENIA_14D, anc(*daily(0, 20, value)))["verdict"] == verdict


def test_the_finding_says_how_long_from_when_and_which_rows():
    row = ask(NEUTROPENIA_14D, anc((0.0, 2.5), (4.0, 0.0), *daily(5, 20, 0.0), (22.0, 1.0)))
    assert row["verdict"] == "ALERT"
    # Crossing down between 2.5 and 0.0 at 0.5: day 3.2; up between 0.0 and 1.0: day 21.
    assert row["time"] == pytest.approx(3.2)
    assert row["finding"] == "Neutrophils below 0.5 x 10^9/L for 17.8 days (day 3.2 to 21.0), lowest 0"
    assert row["evidence"].startswith("lb.csv:2, lb.csv:3")


def test_a_single_count_at_the_limit_ends_the_spell():
    row = ask(NEUTROPENIA_14D, anc(*daily(0, 9, 0.1), (10.0, 0.5), *daily(11, 20, 0.1)))
    assert row["verdict"] == "NO_ALERT"


def test_a_gap_longer_than_allowed_is_not_bridged_but_said():
    counts = anc(*daily(0, 4, 0.1), *daily(13, 16, 0.1), (17.0, 2.0))
    row = ask(NEUTROPENIA_14D, counts)
    assert row["verdict"] == "NOT_EVALUABLE"
    assert "below 0.5 for 4.0 days for certain" in row["reason"]
    assert ask(NEUTROPENIA_14D, counts, max_gap=9.0)["verdict"] == "ALERT"


@pytest.mark.parametrize(("gap", "verdict"), [(6.9, "ALERT"), (7.0, "ALERT"), (7.1, "NOT_EVALUABLE")])
def test_the_longest_gap_that_is_bridged_is_seven_days(gap: float, verdict: str):
    counts = anc(*daily(0, 8, 0.1), *((8.0 + gap + day, 0.1) for day in range(3)))
    assert ask(NEUTROPENIA_14D, counts)["verdict"] == verdict


def test_a_long_gap_before_recovery_leaves_the_question_open():
    row = ask(NEUTROPENIA_14D, anc(*daily(0, 10, 0.1), (30.0, 3.0)))
    assert row["verdict"] == "NOT_EVALUABLE"
    assert "for 10.0 days for certain, for 30.0 days at most" in row["reason"]
    assert ask(NEUTROPENIA_14D, anc(*daily(0, 3, 0.1), (11.0, 3.0)))["verdict"] == "NO_ALERT"


def test_no_counts_before_a_late_low_one_leave_the_question_open():
    row = ask(NEUTROPENIA_14D, anc(*daily(12, 18, 0.1), (19.0, 3.0)))
    assert row["verdict"] == "NOT_EVALUABLE"
    assert ask(NEUTROPENIA_14D, anc((5.0, 3.0), *daily(12, 18, 0.1), (19.0, 3.0)))["verdict"] == "NO_ALERT"


def test_a_count_before_the_infusion_serves_for_interpolation():
    row = ask(NEUTROPENIA_14D, anc((-1.0, 1.0), (1.0, 0.0), *daily(2, 14, 0.0), (16.0, 1.0)))
    # The line meets 0.5 at day 0 and at day 15.
    assert row["finding"].startswith("Neutrophils below 0.5 x 10^9/L for 15.0 days (day 0.0 to 15.0)")


def test_time_before_the_infusion_is_not_counted():
    counts = anc(*daily(-10, 6, 0.1), (7.0, 2.0))
    assert ask(NEUTROPENIA_14D, counts)["verdict"] == "NO_ALERT"
    assert ask(NEUTROPENIA_14D, counts, from_day=-10.0)["verdict"] == "ALERT"


def test_a_spell_that_has_not_ended_is_said():
    row = ask(NEUTROPENIA_14D, anc(*daily(0, 20, 0.1)))
    assert (row["verdict"], row["reason"]) == ("ALERT", "still low at the last count")


def test_the_lowest_count_of_one_time_decides():
    counts = pl.concat([anc(*daily(0, 20, 0.1)), anc(*daily(0, 20, 2.0))])
    assert ask(NEUTROPENIA_14D, counts)["verdict"] == "ALERT"


def test_counts_below_quantification_are_low_if_that_limit_is():
    rows = [(day, None) for day, _ in daily(0, 20, 0.0)]
    low = anc(*rows, is_censored=True, lloq=0.1)
    assert ask(NEUTROPENIA_14D, low)["verdict"] == "ALERT"
    assert ask(NEUTROPENIA_14D, anc(*rows, is_censored=True, lloq=1.0))["verdict"] == "NOT_EVALUABLE"


@pytest.mark.parametrize("counts", [anc((-3.0, 0.1)), anc((3.0, None)), anc((3.0, 0.1)).clear()])
def test_without_counts_after_infusion_the_rule_is_not_evaluable(counts: pl.DataFrame):
    row = ask(NEUTROPENIA_14D, counts)
    assert (row["verdict"], row["reason"]) == ("NOT_EVALUABLE", "no neutrophil count after the infusion")


@pytest.mark.property
@given(
    st.lists(st.tuples(st.floats(0, 60), st.floats(0, 3)), min_size=1, max_size=30, unique_by=lambda p: p[0])
)
@settings(max_examples=60, deadline=None)
def test_spells_are_in_order_do_not_overlap_and_hold_their_low_samples(points: list[tuple[float, float]]):
    times, counts = (np.array(side) for side in zip(*sorted(points), strict=True))
    spells = find_spells(times, counts, limit=0.5, max_gap=7.0)
    widest = find_spells(times, counts, limit=0.5, max_gap=7.0, is_gap_low=True)
    assert sum(s.days for s in widest) >= sum(s.days for s in spells) - 1e-9
    low = [i for spell in spells for i in spell.rows]
    assert low == [i for i, count in enumerate(counts) if count < 0.5]
    for spell in spells:
        assert spell.start <= times[spell.rows[0]] <= times[spell.rows[-1]] <= spell.end
    assert all(a.end <= b.start + 1e-9 for a, b in pairwise(spells))


def alt(*points: tuple[float, float | None], high: float | None = 40.0, **more: object) -> pl.DataFrame:
    return measured("ALT", "U/L", *points, high=high, **more)


@pytest.mark.parametrize(("value", "verdict"), [(199.9, "NO_ALERT"), (200.0, "NO_ALERT"), (200.1, "ALERT")])
def test_five_times_the_upper_limit_is_not_above_it(value: float, verdict: str):
    assert ask(TRANSAMINASES_5ULN, alt((2.0, 30.0), (5.0, value)))["verdict"] == verdict


def test_five_times_a_decimal_limit_is_not_above_it_by_binary_rounding():
    assert ask(TRANSAMINASES_5ULN, alt((5.0, 1.1 * 3 * 5), high=1.1 * 3))["verdict"] == "NO_ALERT"


def test_the_finding_names_the_peak_and_the_alert_its_first_day():
    both = pl.concat(
        [alt((3.0, 210.0), (6.0, 400.0)), alt((4.0, 300.0)).with_columns(pl.lit("AST").alias("test"))]
    )
    row = ask(TRANSAMINASES_5ULN, both)
    assert row["time"] == 3.0
    assert row["finding"] == "ALT 10.0 x ULN on day 6.0 (400 U/L, ULN 40); 3 values above 5 x ULN"


def test_a_value_without_upper_limit_leaves_the_question_open():
    row = ask(TRANSAMINASES_5ULN, pl.concat([alt((2.0, 30.0)), alt((5.0, 900.0), high=None)]))
    assert row["verdict"] == "NOT_EVALUABLE"
    assert row["reason"] == "1 of 2 values has no upper limit of normal"


def test_an_alert_stands_beside_values_without_upper_limit():
    row = ask(TRANSAMINASES_5ULN, pl.concat([alt((2.0, 300.0)), alt((5.0, 900.0), high=None)]))
    assert (row["verdict"], row["reason"]) == ("ALERT", "1 of 2 values has no upper limit of normal")


@pytest.mark.parametrize("rows", [alt((-2.0, 900.0)), alt((2.0, None)), alt((2.0, 9.0)).clear()])
def test_without_values_after_infusion_transaminases_are_not_evaluable(rows: pl.DataFrame):
    assert ask(TRANSAMINASES_5ULN, rows)["verdict"] == "NOT_EVALUABLE"


def test_every_subject_of_the_study_gets_a_verdict():
    tables = {"subjects": pl.DataFrame({"subject": ["1", "2", "3"]}), "measurements": alt((2.0, 300.0))}
    findings = TRANSAMINASES_5ULN.check(tables, TRANSAMINASES_5ULN.values)
    assert dict(findings.select("subject", "verdict").iter_rows()) == {
        "1": "ALERT",
        "2": "NOT_EVALUABLE",
        "3": "NOT_EVALUABLE",
    }


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_number_of_a_rule_has_a_source_and_lies_in_its_range(rule: object):
    assert all(source.reference for source in rule.sources)
    for param in rule.params:
        assert param.source.reference.key == param.source.key
        assert param.limits[0] <= param.value <= param.limits[1]


def test_an_override_changes_the_verdict():
    mine = Override(7.0, "protocol 4.2", "Dr A", "2026-01-01")
    rule = apply_overrides(RULES, {"labs.neutropenia-g4-14d": {"days": mine}})[0]
    counts = anc((0.0, 2.0), *daily(1, 10, 0.1), (11.0, 2.0))
    assert ask(NEUTROPENIA_14D, counts)["verdict"] == "NO_ALERT"
    assert ask(rule, counts)["verdict"] == "ALERT"
