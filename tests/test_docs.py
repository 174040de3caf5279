"""Every command, rule, table column and scale is documented, from the declarations themselves."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from tutela.kernel.tables import TABLES, describe
from tutela.monitoring.rules import RULES
from tutela.toxicity import crs, icans
from tutela.toxicity.labs import VERSIONS, read_criteria

DOCS = Path(__file__).resolve().parents[1] / "docs"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The generated pages, by name."""
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    folder = tmp_path_factory.mktemp("pages")
    generate.write_pages(folder)
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_every_rule_with_every_number_and_source_is_documented(pages):
    for rule in RULES:
        assert f"## {rule.id}" in pages["rules"]
        for param in rule.params:
            assert param.name in pages["rules"]
        for source in rule.sources:
            assert source.key in pages["rules"]


def test_every_column_of_every_table_is_documented(pages):
    for name, schema in TABLES.items():
        assert f"## {name}" in pages["tables"]
        for column in describe(schema).get_column("column"):
            assert f"| {column} |" in pages["tables"]


def test_every_command_is_documented(pages):
    for command in (
        "demo", "new", "check", "run", "alerts", "verify", "cite", "rules show", "import sdtm", "export sdtm",
        "export adam", "simulate car-t", "toxicity crs", "toxicity icans", "toxicity labs", "kinetics nca",
    ):  # fmt: skip
        assert f"## tutela {command}" in pages["cli"]


@pytest.mark.parametrize("scale", [crs.ASTCT_2019, icans.ASTCT_2019], ids=lambda scale: scale.id)
def test_every_scale_is_documented_with_every_row(scale, pages):
    assert f"(`{scale.id}`)" in pages["scales"]
    for row in scale.grades:
        assert row.text in pages["scales"]


def test_every_laboratory_term_is_documented(pages):
    for version in VERSIONS:
        for criterion in read_criteria(version).criteria:
            assert f"| {criterion.term} |" in pages["criteria"]


def test_every_rule_has_sources_and_every_number_a_range_that_holds_it():
    for rule in RULES:
        assert rule.sources, rule.id
        for param in rule.params:
            low, high = param.limits
            assert low <= param.value <= high, (rule.id, param.name)
            assert param.source.reference.title
