"""The compiler of criteria files: its parser, its refusals, and that the shipped files are its output."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))

from compile_criteria import (  # noqa: E402 - maintainer tools are not a package
    SCALES,
    TARGET,
    compile_branches,
    compile_condition,
    compile_group,
    compile_linear,
    compile_scale,
)
from r_expression import Node, ParseError, parse, parse_list  # noqa: E402

AGE = (
    'compute_duration(start_date = BRTHDT, end_date = ADT, trunc_out = TRUE, out_unit = "{}", '
    "add_one = FALSE)"
)


@pytest.mark.oracle
@pytest.mark.external
@pytest.mark.parametrize("version", SCALES)
def test_compiling_the_source_again_gives_the_shipped_file(reference: Path, version: str):
    source = reference / "data/toxicity/admiral_criteria"
    assert compile_scale(source, version) == (TARGET / f"{version}.json").read_text(encoding="utf-8")


@pytest.mark.external
@pytest.mark.parametrize(
    ("version", "counts"),
    [("ctcae-4", (42, 48)), ("ctcae-5", (40, 46)), ("ctcae-6", (43, 48)), ("daids-2.1", (63, 71))],
)
def test_no_row_of_the_source_is_lost(version: str, counts: tuple[int, int]):
    rows = json.loads((TARGET / f"{version}.json").read_text(encoding="utf-8"))["criteria"]
    assert tuple(sum(row["units"] == units for row in rows) for units in ("SI", "US")) == counts


def test_operators_bind_as_in_r():
    tree = parse("!a & b | c < 2 + 3*d ~ x")
    assert [tree.kind, tree.parts[0].kind] == ["~", "|"]
    left, right = tree.parts[0].parts
    assert (left.kind, left.parts[0].kind) == ("&", "!")
    assert (right.kind, right.parts[1].kind, right.parts[1].parts[1].kind) == ("<", "+", "*")


def test_negation_reaches_over_a_comparison_as_in_r():
    assert parse("!a < 2") == Node("!", parts=(parse("a < 2"),))


def test_commas_inside_brackets_do_not_split():
    assert [node.kind for node in parse_list('f(a, b) ~ "1", g(c) ~ "2"')] == ["~", "~"]


@pytest.mark.parametrize("text", ["a <", "f(a", "a b", "a ~ ~ b", "a; b", "", "(a", "a,"])
def test_text_outside_the_grammar_is_refused(text: str):
    with pytest.raises(ParseError):
        parse_list(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20*ANRHI", {"field": "high", "times": 20.0}),
        ("signif(ANRHI + 40, signif_dig)", {"field": "high", "plus": 40.0}),
        ("2.431 * 0.3", 0.7293),
        ("-75", -75.0),
        ("AVAL", {"field": "value"}),
    ],
)
def test_arithmetic_becomes_times_and_plus(text: str, expected: object):
    assert compile_linear(parse(text)) == expected


def test_a_condition_tree_holds_no_code():
    tree = compile_condition(parse("!(BNRIND %in% high_indicator) & AVAL > 3*ANRHI"))
    assert tree == {
        "all": [
            {"not": {"baseline": "HIGH"}},
            {"compare": [{"field": "value"}, ">", {"field": "high", "times": 3.0}]},
        ]
    }


def test_branches_keep_the_order_in_which_they_are_tried():
    codes = {
        "NA": "is.na(AVAL) ~ NA_character_",
        "1": 'is.na(ANRLO) ~ NA_character_, AVAL < ANRLO ~ "1"',
        "4": 'AVAL < 2 ~ "4"',
    }
    assert [branch["grade"] for branch in compile_branches(codes)] == [None, 4, None, 1]


def test_a_filter_becomes_age_limits_and_sex():
    text = f'(SEX == "M" | is.na(SEX)) & ({AGE.format("years")} >= 13 | is.na(BRTHDT) | is.na(ADT))'
    assert compile_group(text) == ([["years", ">=", 13.0]], "M")


@pytest.mark.parametrize(
    "text",
    [
        f"{AGE.format('years')} > 2 | {AGE.format('days')} < 3",
        "AVAL > 3",
        AGE.format("years").replace("trunc_out = TRUE", "trunc_out = FALSE") + " > 2",
    ],
)
def test_a_filter_that_is_not_a_conjunction_of_completed_ages_is_refused(text: str):
    with pytest.raises(ValueError, match=r"filter|conjunction|completed"):
        compile_group(text)


@pytest.mark.parametrize("text", ["AVAL ^ 2 > 3", "sqrt(AVAL) > 2", "UNKNOWN > 2", "AVAL"])
def test_a_condition_beyond_the_supported_forms_is_refused(text: str):
    with pytest.raises((ValueError, KeyError)):
        compile_condition(parse(text))
