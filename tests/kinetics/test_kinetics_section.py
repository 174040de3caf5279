"""What the report and the figures show: statistics, reasons, and charts that draw."""

from __future__ import annotations

import json
import math

import numpy as np
import polars as pl
import pytest

from tutela.kernel.charts import export, to_spec
from tutela.kernel.section import Figure, Section, Table
from tutela.kinetics.nca import NcaResult, compute
from tutela.kinetics.nca.summary import summarize, typical_course
from tutela.kinetics.section import build_section


@pytest.fixture(scope="module")
def result() -> NcaResult:
    days = np.array([0.0, 3, 7, 10, 14, 21, 28, 60, 90])
    parts = []
    for number, peak in enumerate((1e3, 1e4, 1e5, 1e4, 0.0)):
        shape = np.where(days < 10, np.exp(0.7 * (days - 10)), np.exp(-0.2 * (days - 10)))
        value = np.round(peak * shape, 3)
        low = value < 25
        parts.append(
            pl.DataFrame(
                {"subject": f"S{number}", "test": "CARTGENE", "time": days, "value": value, "lloq": 25.0,
                 "is_censored": low, "unit": "copies/ug", "source_file": "pc.csv",
                 "source_row": np.arange(9) + 1 + 9 * number}
            )
        )  # fmt: skip
    return compute(pl.concat(parts))


def test_geometric_statistics_equal_their_definition(result: NcaResult) -> None:
    few = compute(result.samples.filter(pl.col("subject") != "S4").select(
        "subject", "test", "time", "value", "lloq", "unit", is_censored="is_blq"
    ))  # fmt: skip
    row = summarize(few, parameters=("CMAX",)).row(0, named=True)
    assert row["n"] == 4
    assert row["geometric_mean"] == pytest.approx(1e4)
    s = math.log(10) * math.sqrt(2 / 3)
    assert row["geometric_cv"] == pytest.approx(100 * math.sqrt(math.exp(s * s) - 1))
    # Student's t with 3 degrees of freedom.
    assert row["gm_low"] == pytest.approx(1e4 * math.exp(-3.182446305 * s / 2), rel=1e-8)
    assert (row["median"], row["low"], row["high"]) == (1e4, 1e3, 1e5)


def test_a_zero_is_counted_and_keeps_the_geometric_mean_away(result: NcaResult) -> None:
    row = summarize(result, parameters=("CMAX",)).row(0, named=True)
    assert (row["n"], row["zeros"], row["geometric_mean"], row["low"]) == (5, 1, None, 0.0)


def test_what_is_not_computable_is_counted_with_its_reasons(result: NcaResult) -> None:
    row = summarize(result, parameters=("LAMZHL",)).row(0, named=True)
    assert row["n"] + row["not_computable"] == 5
    assert "below quantification in all … sample(s)" in row["reasons"]


def test_the_typical_course_is_the_median_where_enough_are_followed(result: NcaResult) -> None:
    course = typical_course(result)
    at_peak = course.filter(pl.col("time") == 10)
    # Of five profiles two peak at 1e4; the one never quantified counts as half the limit.
    assert at_peak["median"].item() == pytest.approx(1e4)
    assert at_peak["profiles"].item() == 5
    # From day 49 on the median is below the limit of quantification.
    assert course["time"].max() == 49
    assert course["median"].min() >= 25


def blocks_of(section: Section, kind: type) -> list[object]:
    return [block for block in section.blocks if isinstance(block, kind)]


def test_the_section_shows_profiles_statistics_and_each_subject(result: NcaResult) -> None:
    products = pl.DataFrame({"subject": ["S0"], "product": ["Kymriah"]})
    section = build_section(result, subjects=products)
    assert section.question == "How far did the cells go?"
    tables = {table.id: table for table in blocks_of(section, Table)}
    assert set(tables) == {"kinetics-summary", "kinetics-published", "kinetics-individual"}
    summary = tables["kinetics-summary"].data
    missing = summary.filter(pl.col("name") == "half-life")
    assert "S4" in missing["subjects"].to_list()[0]
    assert len(missing["subjects"].to_list()[0]) == missing["not_computable"].item()
    assert (summary["n"] + summary["not_computable"] == 5).all()
    individual = tables["kinetics-individual"].data.filter(pl.col("subject") == "S4").row(0, named=True)
    assert individual["Tmax"] == "below quantification in all 9 sample(s)"
    assert individual["Cmax"] == "0"
    for block in (*blocks_of(section, Figure), *tables.values()):
        assert block.how.method
        assert block.how.sources


def test_figures_hold_their_data_and_draw(result: NcaResult, tmp_path: object) -> None:
    section = build_section(result, subjects=pl.DataFrame({"subject": ["S0"], "product": ["Kymriah"]}))
    figures = blocks_of(section, Figure)
    assert len(figures) == 2
    for figure in figures:
        text = json.dumps(figure.spec)
        assert "NaN" not in text
        assert figure.alt
        path = export(figure.spec, tmp_path / f"{figure.id}.svg")
        assert path.stat().st_size > 5_000


def test_a_result_draws_itself_also_without_a_test_or_a_limit() -> None:
    data = pl.DataFrame({"animal": ["a"] * 4, "time": [0.0, 1, 2, 200], "value": [1.0, 9, 3, 2]})
    spec = to_spec(compute(data, by=("animal",)).plot())
    assert "square-root" in json.dumps(spec)


def test_no_measurement_gives_a_sentence_instead_of_empty_charts() -> None:
    empty = pl.DataFrame(
        schema={"subject": pl.String, "test": pl.String, "time": pl.Float64, "value": pl.Float64}
    )
    section = build_section(compute(empty))
    assert [type(block).__name__ for block in section.blocks] == ["Text"]
