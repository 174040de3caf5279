"""Sources, rules with audited overrides, values with reasons, manifests."""

from __future__ import annotations

import json

import pytest

from tutela.kernel.cite import Cite, bibliography, cite, collect_cites
from tutela.kernel.errors import InputError, MissingExtraError, RuleError, TutelaError
from tutela.kernel.manifest import build_manifest, check_manifest, to_json
from tutela.kernel.provenance import hash_text
from tutela.kernel.rule import Override, Param, Rule, Severity, apply_overrides
from tutela.kernel.values import Quantity

LEE = Cite("lee2019", "Table 2")
LIMIT = Param("grade", 3.0, "grade", (1.0, 5.0), LEE)


def rule():
    return Rule(
        "test.rule",
        "A rule",
        "Is it?",
        (LIMIT,),
        ("subjects",),
        lambda t, p: None,
        Severity.NOTICE,
        "look",
        (LEE,),
    )


def override(value=2.0, **changes):
    facts = {"reason": "protocol", "approved_by": "monitor", "date": "2026-01-15"} | changes
    return Override(value, **facts)


def test_every_entry_of_the_bibliography_has_a_title_and_a_year():
    for entry in bibliography().values():
        assert entry.title, entry.key
        assert entry.year.isdigit(), entry.key


def test_an_unknown_key_is_an_error_that_names_it():
    with pytest.raises(TutelaError, match="nobody1900"):
        _ = Cite("nobody1900").reference


def test_cite_joins_the_places_of_one_source_and_marks_the_unverified():
    text = cite(LEE, Cite("lee2019", "text", is_verified=False))
    assert text.count("[lee2019]") == 1
    assert "Table 2; text [unverified]" in text
    assert cite(LEE, bibtex=True).startswith("@article{lee2019")


def test_cites_are_collected_from_rules_and_their_parts_once():
    assert collect_cites((rule(), LEE, LIMIT)) == (LEE,)


@pytest.mark.parametrize("value", [1.0, 5.0])
def test_an_override_at_the_edge_of_its_range_is_taken(value):
    changed = apply_overrides((rule(),), {"test.rule": {"grade": override(value)}})[0]
    assert changed.values == {"grade": value}
    assert changed.is_overridden
    assert rule().values == {"grade": 3.0}


@pytest.mark.parametrize("value", [0.9, 5.1])
def test_an_override_outside_its_range_is_refused(value):
    with pytest.raises(RuleError, match="outside its allowed range"):
        apply_overrides((rule(),), {"test.rule": {"grade": override(value)}})


@pytest.mark.parametrize("overrides", [{"other.rule": {}}, {"test.rule": {"other": override()}}])
def test_an_override_of_what_does_not_exist_is_refused(overrides):
    with pytest.raises(RuleError, match="no"):
        apply_overrides((rule(),), overrides)


@pytest.mark.parametrize("fact", ["reason", "approved_by", "date"])
def test_an_override_needs_its_audit_facts(fact):
    with pytest.raises(RuleError, match="needs"):
        override(**{fact: " "})


def test_a_quantity_has_a_value_or_a_reason_and_never_both():
    assert Quantity(2.0, "d").map(lambda x: 24 * x, unit="h").text == "48 h"
    missing = Quantity.missing("no sample", unit="d")
    assert missing.map(lambda x: x + 1) is missing
    for wrong in (
        lambda: Quantity(None),
        lambda: Quantity(1.0, "d", "why"),
        lambda: Quantity(float("nan"), "d"),
    ):
        with pytest.raises(ValueError, match="quantity"):
            wrong()


def test_an_error_keeps_its_fields_and_reads_as_three_lines():
    error = InputError(
        "Bad.", file="a.csv", row=3, column="x", value="?", expected="a number", advice="Mend it."
    )
    assert str(error).splitlines() == [
        "Bad.",
        "a.csv, row 3, column x: found '?', expected a number",
        "Mend it.",
    ]
    assert (error.file, error.row, error.column) == ("a.csv", 3, "x")
    assert "pip install 'tutela[cluster]'" in str(MissingExtraError("A cluster", extra="cluster"))


def test_a_manifest_is_equal_for_equal_runs_and_finds_what_changed(tmp_path):
    (tmp_path / "a.txt").write_text("one", encoding="utf-8")
    record = build_manifest(inputs={"b": "2", "a": "1"}, outputs={"a.txt": hash_text("one"), "b.txt": "0"})
    assert to_json(record) == to_json(build_manifest(inputs={"a": "1", "b": "2"}, outputs=record["outputs"]))
    path = tmp_path / "manifest.json"
    path.write_text(to_json(record), encoding="utf-8")
    assert check_manifest(path) == [("a.txt", "same"), ("b.txt", "missing")]
    (tmp_path / "a.txt").write_text("two", encoding="utf-8")
    assert check_manifest(path)[0] == ("a.txt", "changed")


@pytest.mark.parametrize("content", ["", "[]", json.dumps({"outputs": 3})])
def test_what_is_no_manifest_is_refused(tmp_path, content):
    path = tmp_path / "manifest.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="not a tutela manifest"):
        check_manifest(path)
