"""What the room shows: figures hold the numbers of their tables, the section cites and drills down."""

from __future__ import annotations

import polars as pl
import pytest

from tutela.kernel.charts import to_spec
from tutela.kernel.section import Figure, Number, Table, Text
from tutela.toxicity import labs
from tutela.toxicity.labs.plot import plot_course, plot_shift, plot_worst
from tutela.toxicity.labs.section import build_section


@pytest.fixture(scope="module")
def measurements() -> pl.DataFrame:
    rows = [
        ("a", -1.0, "NEUT", 4.0, "10^9/L", 1.8, None),
        ("a", 5.0, "NEUT", 0.3, "10^9/L", 1.8, None),
        ("b", -1.0, "NEUT", 3.0, "10^9/L", 1.8, None),
        ("b", 5.0, "NEUT", 1.2, "10^9/L", 1.8, None),
        ("b", 6.0, "ALT", 900.0, "U/L", None, 40.0),
        ("b", 7.0, "ALT", 30.0, "U/L", None, None),
        ("c", 5.0, "NEUT", 2.5, "10^9/L", 1.8, None),
        ("c", 5.0, "CRP", 250.0, "mg/L", None, None),
    ]
    names = ["subject", "time", "test", "value", "unit", "low", "high"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return frame.with_columns(
        pl.lit("lb.csv").alias("source_file"), pl.int_range(1, pl.len() + 1).alias("source_row")
    )


@pytest.fixture(scope="module")
def result(measurements: pl.DataFrame) -> labs.LabGrades:
    return labs.grade(measurements)


def rows_of(spec: dict) -> list[dict]:
    return [row for rows in spec["datasets"].values() for row in rows]


def test_bars_hold_one_part_per_term_and_grade(result: labs.LabGrades):
    rows = rows_of(to_spec(plot_worst(result.worst)))
    parts = {(row["term"], row["grade"]): (row["from"], row["to"]) for row in rows}
    assert parts["Neutrophil count decreased", 4] == (2, 3)
    assert parts["Alanine aminotransferase increased", 4] == (0, 1)


def test_a_heat_map_prints_the_number_of_subjects(result: labs.LabGrades):
    rows = rows_of(to_spec(plot_shift(result.shift, term="Neutrophil count decreased")))
    cells = {(row["baseline_grade"], row["worst_grade"]): row["n"] for row in rows}
    assert cells == {("0", "4"): 1, ("0", "2"): 1, ("none", "0"): 1}


def test_a_course_has_a_panel_per_graded_test(result: labs.LabGrades):
    spec = to_spec(plot_course(result.table, subject="b"))
    assert [panel["title"] for panel in spec["vconcat"]] == ["ALT", "NEUT"]
    assert len(to_spec(plot_course(result.table, subject="b", tests=["NEUT"]))["vconcat"]) == 1


def test_a_result_draws_itself(result: labs.LabGrades):
    assert to_spec(result.plot())["layer"]


def test_the_section_answers_first_and_every_number_says_how(result: labs.LabGrades):
    section = build_section(result)
    assert section.question.startswith("How ill did they get?")
    numbers = [block for block in section.blocks if isinstance(block, Number)]
    assert numbers[0] is section.blocks[0]
    assert numbers[0].value.startswith("2 of 3 (67 %; 95 % CI 9-99 %)")
    assert numbers[0].subjects == ("a", "b")
    for block in section.blocks:
        if not isinstance(block, Text):
            assert block.how.text
            assert block.how.sources
            assert block.how.method.startswith("tutela.toxicity.labs.")


def test_counts_lead_to_their_subjects(result: labs.LabGrades):
    section = build_section(result)
    tables = {block.id: block for block in section.blocks if isinstance(block, Table)}
    counts = tables["labs-counts"].data
    row = counts.filter((pl.col("term") == "Neutrophil count decreased") & (pl.col("grade") == "4")).row(
        0, named=True
    )
    assert (row["n"], row["of"], row["subjects"]) == (1, 3, ["a"])
    for table in tables.values():
        if "n" in table.data.columns:
            assert (
                table.data.get_column("subjects").list.len().to_list() == table.data.get_column("n").to_list()
            )


def test_the_section_says_what_version_6_changes_and_what_has_no_grade(result: labs.LabGrades):
    section = build_section(result)
    numbers = [block for block in section.blocks if isinstance(block, Number)]
    assert numbers[1].subjects == ("a", "b")
    reasons = next(b for b in section.blocks if isinstance(b, Table) and b.id == "labs-reasons").data
    assert any("no upper limit of normal" in reason for reason in reasons.get_column("reason").to_list())


def test_what_rests_on_an_assumption_is_shown_apart(measurements: pl.DataFrame):
    urate = measurements.filter(pl.col("subject") == "c").with_columns(
        pl.lit("URATE").alias("test"), pl.lit("umol/L").alias("unit"), pl.lit(500.0).alias("value")
    )
    both = pl.concat([measurements, urate.head(1).with_columns(pl.lit(420.0).alias("high"))])
    numbers = [block for block in build_section(labs.grade(both)).blocks if isinstance(block, Number)]
    assert numbers[0].subjects == ("a", "b", "c")
    assert numbers[1].label.endswith("without assuming symptoms, anticoagulation or other facts not measured")
    assert numbers[1].subjects == ("a", "b")


def test_the_same_code_shown_to_the_reader_runs(result: labs.LabGrades):
    section = build_section(result)
    codes = [block.how.code for block in section.blocks if isinstance(block, Figure | Number | Table)]
    assert all("from tutela.toxicity import labs" in code for code in codes)


def test_a_study_without_laboratory_values_says_so(measurements: pl.DataFrame):
    empty = measurements.filter(pl.col("test") == "CRP")
    section = build_section(labs.grade(empty))
    assert isinstance(section.blocks[0], Text)
