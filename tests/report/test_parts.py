"""The parts of the page before they are arranged: attention, masthead, limits, bands, figures, words."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import altair as alt
import polars as pl
import pytest

from tutela.kernel.charts import to_spec
from tutela.kernel.tables import TABLES, columns_of
from tutela.report.bands import peak_bands, pressure_bands
from tutela.report.columns import column_kind
from tutela.report.figures import build_figures
from tutela.report.inputs import manifest_of
from tutela.report.lanes import LANES
from tutela.report.limits import lab_limits
from tutela.report.overview import attention_rows, count_unevaluable, current_support, quality_line
from tutela.report.people import people_table
from tutela.report.series import pack_measurements
from tutela.toxicity.labs import read_criteria


def test_the_most_urgent_subject_stands_first_and_a_quiet_one_not_at_all(assessment, changed) -> None:
    rows = attention_rows(assessment)
    ranks = [("critical", "warning", "notice").index(row.severity) for row in rows]
    assert ranks == sorted(ranks)
    alerts = assessment.alerts.with_columns(verdict=pl.lit("NO_ALERT"))
    assert attention_rows(changed(assessment, alerts=alerts)) == ()


def test_attention_does_not_depend_on_the_order_of_alerts(assessment, changed) -> None:
    turned = changed(assessment, alerts=assessment.alerts.reverse())
    assert attention_rows(turned) == attention_rows(assessment)


def test_support_counts_only_what_is_ongoing_or_covers_the_last_day(assessment, changed) -> None:
    assert current_support(assessment)["1001"] == "dexamethasone"
    ended = assessment.study.treatments.with_columns(is_ongoing=pl.lit(False))
    study = changed(assessment.study, treatments=ended)
    assert current_support(changed(assessment, study=study)) == {}


def test_the_quality_line_counts_subjects_behind_a_finding(assessment) -> None:
    fired = assessment.alerts.filter(
        (pl.col("rule") == "quality.no-temperature") & (pl.col("verdict") == "ALERT")
    )
    assert f"{fired['subject'].n_unique()} of 6 subjects" in quality_line(assessment)


def test_what_could_not_be_evaluated_is_counted_with_its_reason(assessment, changed) -> None:
    one = assessment.alerts.with_columns(
        verdict=pl.lit("NOT_EVALUABLE"), reason=pl.lit("no temperature was recorded")
    )
    counts = count_unevaluable(changed(assessment, alerts=one))
    assert counts["n"].to_list() == [6, 6, 6]
    assert len(counts["subjects"][0]) == 6


def test_people_show_bounds_where_a_grade_is_not_determined(assessment) -> None:
    people = people_table(assessment)
    shown = dict(zip(people["subject"], people["bounds_crs"], strict=True))
    grades = assessment.crs.subjects
    for subject, low, high in grades.select("subject", "grade_low", "grade_high").iter_rows():
        assert shown[subject] == (str(low) if low == high else f"{low}-{high}")


@pytest.mark.published
def test_lines_of_neutrophil_grades_are_those_of_the_version_in_force() -> None:
    def values(version: str) -> list[float]:
        return [limit.value for limit in lab_limits(read_criteria(version))["NEUT"]]

    assert values("ctcae-5") == [0.5, 1.0, 1.5]
    assert values("ctcae-6") == [0.1, 0.5, 1.0, 1.5]


@pytest.mark.published
def test_lines_of_alt_are_multiples_of_the_upper_limit() -> None:
    limits = lab_limits(read_criteria("ctcae-5"))["ALT"]
    assert [limit.value for limit in limits] == [20, 5, 3, 1]
    assert {limit.source.key for limit in limits} == {"ctcae5"}


def test_a_term_that_depends_on_age_has_no_line() -> None:
    assert "NEUT" not in lab_limits(read_criteria("daids-2.1"))


@pytest.mark.published
def test_the_pressure_band_rises_with_age_and_ends_at_the_adult_limit(assessment, changed) -> None:
    # PALS: 70 + 2 x age from 1 to 10 years, then 90.
    schema = columns_of(TABLES["measurements"])
    rows = [
        {"subject": s, "test": "SYSBP", "time": t, "value": 100.0, "is_censored": False} for s, t in
        (("1001", 0.0), ("1001", 365.25 * 8))
    ]  # fmt: skip
    measured = pl.DataFrame([{c: row.get(c) for c in schema} for row in rows], schema=schema)
    bands = pressure_bands(changed(assessment, study=changed(assessment.study, measurements=measured)))
    assert bands["high"][0] == pytest.approx(75.0, abs=0.3)
    assert bands["high"][-1] == 90.0
    assert bands["high"].is_sorted()
    assert (bands["end"][:-1] == bands["start"][1:]).all()


@pytest.mark.published
def test_the_band_of_peaks_is_that_of_the_product_and_only_in_its_unit(assessment, changed) -> None:
    # EU product information of tisagenlecleucel: geometric mean (CV%) of Cmax 32,700 (163.4) copies/ug.
    bands = peak_bands(assessment)
    assert bands.height == 6
    assert bands["low"][0] < 32_700 < bands["high"][0]
    assert bands["label"].unique().to_list() == ["Cmax, kymriah-smpc"]
    other = assessment.study.measurements.with_columns(unit=pl.lit("copies/cell"))
    assert peak_bands(changed(assessment, study=changed(assessment.study, measurements=other))).is_empty()
    unknown = assessment.study.subjects.with_columns(product=pl.lit("a new product"))
    assert peak_bands(changed(assessment, study=changed(assessment.study, subjects=unknown))).is_empty()


def test_measurements_keep_every_row_and_its_source(assessment) -> None:
    measured = assessment.study.measurements
    packed = pack_measurements(measured, labs=assessment.labs.table, files=["lb.csv", "vs.csv"])
    assert count_rows(packed) == measured.height
    mine = packed["1001"]["m"]
    assert mine["TEMP"]["f"] == {"k": 1}
    assert mine["TEMP"]["u"] == {"k": "degC"}
    assert "g" in mine["NEUT"]
    assert "g" not in mine["TEMP"]


def sums(column: Any, n: int) -> list[int]:
    """Whole numbers as ``assets/decode.js`` reads them."""
    if isinstance(column, list):
        return column
    return [column["k"]] * n if "k" in column else list(accumulate(column["z"]))


def test_every_time_comes_back_to_the_minute(assessment) -> None:
    measured = assessment.study.measurements
    packed = pack_measurements(measured, labs=None, files=["lb.csv", "vs.csv"])
    for subject, data in packed.items():
        times = sums(data["times"], 1)
        for test, columns in data["m"].items():
            back = [times[place] / 1440 for place in sums(columns["t"], columns["n"])]
            given = measured.filter((pl.col("subject") == subject) & (pl.col("test") == test))["time"].sort()
            assert back == pytest.approx(given.to_list(), abs=0.5 / 1440 + 1e-9)


def count_rows(packed: dict[str, Any]) -> int:
    return sum(test["n"] for data in packed.values() for test in data["m"].values())


def test_two_measurements_of_one_source_row_do_not_multiply(assessment) -> None:
    grades = pl.concat([assessment.labs.table, assessment.labs.table.with_columns(grade=pl.lit(0, pl.Int8))])
    packed = pack_measurements(assessment.study.measurements, labs=grades, files=["lb.csv", "vs.csv"])
    assert count_rows(packed) == assessment.study.measurements.height


def test_equal_data_of_two_figures_are_stored_once() -> None:
    rows = pl.DataFrame({"x": [1.0, 2.0], "y": [3.0, 4.0]})
    charts = {name: to_spec(alt.Chart(rows).mark_point().encode(x="x:Q", y="y:Q")) for name in "ab"}
    built = build_figures(charts)
    assert len(built["datasets"]) == 1
    (name,) = built["datasets"]
    assert all(name in {data["name"] for data in figure["data"]} for figure in built["figures"].values())


def test_inline_rows_of_a_figure_are_taken_out_too() -> None:
    spec = {"mark": "point", "data": {"values": [{"x": 1}]}, "encoding": {"x": {"field": "x"}}}
    built = build_figures({"a": spec})
    assert list(built["datasets"].values()) == [{"n": 1, "c": {"x": {"k": 1}}}]
    assert '{"x": 1}' not in str(built["figures"])


def test_every_lane_that_draws_a_limit_names_its_source() -> None:
    assert all(limit.source.reference.title for lane in LANES for limit in lane.limits)


def test_a_manifest_is_put_together_where_none_is_given(assessment) -> None:
    manifest = manifest_of(assessment)
    assert manifest["inputs"] == assessment.study.files
    assert manifest["overrides"]["crs.refractory"]["hours"]["approved_by"] == "A. Person"


@pytest.mark.parametrize(
    ("name", "dtype", "kind"),
    [
        ("crs_low", pl.Int8(), "grade"),
        ("grade_l", pl.Int8(), "grade"),
        ("episode", pl.Int32(), "integer"),
        ("subjects", pl.List(pl.String), "subjects"),
        ("bounds_crs", pl.String(), "bounds"),
        ("is_resolved", pl.Boolean(), "flag"),
        ("value", pl.Float64(), "number"),
    ],
)
def test_columns_are_told_apart(name: str, dtype: pl.DataType, kind: str) -> None:
    assert column_kind(name, dtype) == kind
