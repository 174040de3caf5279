"""Errors, sources, values, three-valued truth, scales, rules and table declarations."""

from __future__ import annotations

import ast
import itertools
import pickle
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.kernel import errors
from tutela.kernel.cite import Cite, bibliography, cite, collect_cites
from tutela.kernel.errors import InputError, MissingExtraError, RuleError, TutelaError
from tutela.kernel.rule import Override, Param, Rule, Severity, apply_overrides
from tutela.kernel.scale import Grade, Scale
from tutela.kernel.tables import TABLES, columns_of, describe, empty, expected_of
from tutela.kernel.tri import Tri, above, at_least, at_most, below, is_in
from tutela.kernel.values import Quantity


def test_every_error_is_of_one_family_and_leaves_with_code_2():
    for name in errors.__all__:
        error = getattr(errors, name)
        assert issubclass(error, TutelaError)
        assert error.exit_code == 2


def test_an_input_error_says_what_where_and_what_to_do_and_carries_its_fields():
    error = InputError(
        "Not a date.", file="vs.csv", row=7, column="time", value="x", expected="a date", advice="Fix."
    )
    assert str(error) == "Not a date.\nvs.csv, row 7, column time: found 'x', expected a date\nFix."
    assert (error.file, error.row, error.column, error.value, error.expected) == (
        "vs.csv",
        7,
        "time",
        "x",
        "a date",
    )
    assert str(InputError("Only this.")) == "Only this."


def test_a_missing_part_names_its_install_command():
    assert "pip install 'tutela[cluster]'" in str(MissingExtraError("A cluster", extra="cluster"))


def _cited_keys() -> set[str]:
    """First argument of every ``Cite(...)`` in the package."""
    keys = set()
    for path in Path(str(resources.files("tutela"))).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Cite" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    keys.add(first.value)
    return keys


def test_every_citation_of_the_package_is_in_the_bibliography():
    used = _cited_keys()
    assert len(used) > 10
    assert used <= set(bibliography()), sorted(used - set(bibliography()))


def test_bibliography_entries_are_unique_and_complete():
    text = resources.files("tutela.kernel").joinpath("references.bib").read_text(encoding="utf-8")
    assert text.count("\n@") + text.startswith("@") == len(bibliography())
    for key, entry in bibliography().items():
        assert entry.title, key
        assert entry.year, key


def test_a_key_without_entry_is_an_error():
    with pytest.raises(TutelaError, match="nobody1999"):
        _ = Cite("nobody1999").reference


def test_citations_are_collected_once_from_whatever_was_used():
    @dataclass
    class Result:
        sources: tuple[Cite, ...] = (Cite("lee2019", "Table 2"), Cite("lee2019", "text", is_verified=False))

    assert len(collect_cites([Result(), Result(), Cite("lee2019", "Table 2")])) == 2
    text = cite(Result())
    assert text.count("[lee2019]") == 1
    assert "Table 2; text [unverified]" in text
    assert cite(Result(), bibtex=True).startswith("@article{lee2019")


@pytest.mark.parametrize(
    "wrong", [(None, "", ""), (1.0, "", "reason"), (float("nan"), "", ""), (float("inf"), "", "")]
)
def test_a_quantity_has_a_finite_value_or_a_reason(wrong):
    with pytest.raises(ValueError, match=r"value|finite"):
        Quantity(*wrong)


def test_a_missing_quantity_keeps_its_reason_through_computation():
    missing = Quantity.missing("too few points", unit="d")
    assert missing.map(lambda x: x * 2) == missing
    assert Quantity(2.0, "d").map(lambda x: x * 24, unit="h") == Quantity(48.0, "h")


# Kleene's strong logic, as in the table of tutela.kernel.tri.
_STATES = {"true": (True, True), "unknown": (False, True), "false": (False, False)}
_ORDER = {"false": 0, "unknown": 1, "true": 2}


def _tri(name):
    certain, possible = _STATES[name]
    return Tri(np.array([certain]), np.array([possible]))


def _name(tri):
    return next(k for k, v in _STATES.items() if v == (bool(tri.certain[0]), bool(tri.possible[0])))


@pytest.mark.published
@pytest.mark.parametrize(("one", "other"), list(itertools.product(_STATES, repeat=2)))
def test_statements_combine_by_kleenes_strong_logic(one, other):
    by_order = {rank: name for name, rank in _ORDER.items()}
    assert _name(_tri(one) & _tri(other)) == by_order[min(_ORDER[one], _ORDER[other])]
    assert _name(_tri(one) | _tri(other)) == by_order[max(_ORDER[one], _ORDER[other])]
    assert _name(~_tri(one)) == by_order[2 - _ORDER[one]]


@pytest.mark.property
@settings(max_examples=60)
@given(st.floats(allow_nan=True), st.floats(allow_nan=True))
def test_comparisons_are_unknown_exactly_where_a_side_is_missing(value, limit):
    for compare in (at_least, above, at_most, below):
        found = compare([value], limit)
        unknown = bool(found.possible[0]) and not bool(found.certain[0])
        assert unknown == (np.isnan(value) or np.isnan(limit))


def test_a_limit_times_a_factor_equals_itself():
    limit = 3 * 1.1
    assert limit != 3.3
    assert at_least([3.3], limit).certain[0]
    assert not above([limit], 3.3).possible[0]
    assert not below([3.3], limit).possible[0]
    assert at_most([limit], 3.3).certain[0]


def test_membership_of_an_unknown_code_is_unknown():
    found = is_in([1, 2, -1], (1,))
    assert found.certain.tolist() == [True, False, False]
    assert found.possible.tolist() == [True, False, True]


@dataclass(frozen=True)
class _Record:
    fever: Tri
    pressor: Tri


SCALE: Scale[_Record] = Scale(
    id="test.scale-2024",
    title="Test",
    source=Cite("lee2019", "Table 2"),
    grades=(
        Grade(3, "pressor", lambda r: r.fever & r.pressor),
        Grade(1, "fever", lambda r: r.fever, source=Cite("lee2019", "text")),
    ),
)


@pytest.mark.property
@pytest.mark.parametrize(("fever", "pressor"), list(itertools.product(_STATES, repeat=2)))
def test_bounds_hold_the_grade_of_every_completion(fever, pressor):
    bounds = SCALE(_Record(_tri(fever), _tri(pressor)))
    options = {"true": ["true"], "false": ["false"], "unknown": ["true", "false"]}
    for one, other in itertools.product(options[fever], options[pressor]):
        exact = SCALE(_Record(_tri(one), _tri(other)))
        assert exact.is_certain[0]
        assert bounds.lowest[0] <= exact.lowest[0] <= bounds.highest[0]


def test_a_scale_tells_which_row_decided_and_cites_all_its_sources():
    graded = SCALE(_Record(Tri.of([True, True, False]), Tri.of([True, False, True])))
    assert graded.lowest.tolist() == [3, 1, 0]
    assert graded.because.tolist() == [0, 1, -1]
    assert [source.where for source in SCALE.sources] == ["Table 2", "text"]


def test_grades_declared_in_another_order_are_refused():
    with pytest.raises(ValueError, match="worst first"):
        Scale("x", "x", Cite("lee2019"), grades=tuple(reversed(SCALE.grades)))


def _rule(value=3.0):
    return Rule(
        id="crs.severe",
        title="t",
        question="q?",
        params=(Param("grade", value, "1", (1, 4), Cite("lee2019")),),
        needs=("subjects",),
        check=lambda tables, params: tables["subjects"],
        severity=Severity.CRITICAL,
        action="a",
        sources=(Cite("lee2019"),),
    )


def _override(value):
    return {"crs.severe": {"grade": Override(value, "protocol", "monitor", "2026-01-01")}}


@pytest.mark.parametrize("value", [1.0, 2.5, 4.0])
def test_an_override_inside_its_range_is_used_and_shows(value):
    (rule,) = apply_overrides((_rule(),), _override(value))
    assert rule.values == {"grade": value}
    assert rule.is_overridden
    assert not _rule().is_overridden


@pytest.mark.parametrize("value", [0.99, 4.01])
def test_an_override_outside_its_range_is_refused(value):
    with pytest.raises(RuleError, match="outside its allowed range"):
        apply_overrides((_rule(),), _override(value))


def test_an_override_of_what_does_not_exist_is_refused():
    override = Override(1.0, "r", "a", "2026-01-01")
    for overrides in ({"crs.sever": {"grade": override}}, {"crs.severe": {"grad": override}}):
        with pytest.raises(RuleError, match="no"):
            apply_overrides((_rule(),), overrides)


@pytest.mark.parametrize("empty_field", ["reason", "approved_by", "date"])
def test_an_override_needs_its_audit_facts(empty_field):
    facts = {"reason": "r", "approved_by": "a", "date": "2026-01-01", empty_field: " "}
    with pytest.raises(RuleError, match=empty_field.replace("_", " ")):
        Override(1.0, **facts)


@pytest.mark.parametrize("name", list(TABLES))
def test_every_column_is_documented_with_what_it_accepts(name):
    page = describe(TABLES[name])
    assert page["column"].to_list() == list(columns_of(TABLES[name]))
    assert (page["meaning"] != "").all()
    assert (page["accepts"] != "").all()
    assert TABLES[name].is_valid(empty(TABLES[name]))


def test_what_a_column_accepts_follows_from_its_declaration():
    columns = TABLES["treatments"].columns() | TABLES["subjects"].columns() | TABLES["events"].columns()
    assert expected_of(columns["weight"]) == "a number above 0 and at most 500 (kg), or nothing"
    assert expected_of(columns["fio2"]) == "a number from 0.15 to 1, or nothing"
    assert expected_of(columns["grade"]) == "a whole number from 0 to 5, or nothing"
    assert expected_of(columns["serious"]) == "Y or N, or nothing"
    assert expected_of(columns["attribution"]) == "therapy or other, or nothing"
    assert expected_of(columns["term"]) == "text"


def test_errors_survive_a_process_boundary():
    """A worker process hands its error to the parent."""
    error = InputError("Not a date.", file="vs.csv", row=7)
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)


def test_reading_a_study_needs_no_unit_library_at_import():
    import subprocess
    import sys

    code = "import sys, tutela.kernel.study; sys.exit('pint' in sys.modules or 'altair' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
