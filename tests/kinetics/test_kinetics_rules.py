"""Rules of the kinetics domain below, at and above each threshold, and when they cannot be evaluated."""

from __future__ import annotations

import polars as pl
import pytest

from tutela.catalogue.products import kinetics_range
from tutela.kernel.rule import FINDING_COLUMNS, Override, apply_overrides
from tutela.kernel.tables import Measurements, Subjects, Treatments, columns_of
from tutela.kinetics.nca import compute
from tutela.kinetics.rules import RULES

BY_ID = {rule.id: rule for rule in RULES}
EXPANSION = BY_ID["kinetics.expansion-outside-published"]
NONE = BY_ID["kinetics.no-expansion"]
KYMRIAH = kinetics_range("Kymriah", "CMAX")
assert KYMRIAH is not None
DAYS = [0.0, 3.0, 7.0, 10.0, 14.0, 21.0, 28.0]


def frame(schema: type, rows: list[dict[str, object]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=columns_of(schema))


def subjects(product: str | None = "Kymriah") -> pl.DataFrame:
    return frame(Subjects, [{"subject": "1", "product": product, "source_file": "dm.csv", "source_row": 1}])


def measured(
    days: list[float], values: list[float], *, test: str = "CARTGENE", unit: str = "copies/ug"
) -> pl.DataFrame:
    return frame(
        Measurements,
        [
            {"subject": "1", "time": day, "test": test, "value": value, "unit": unit, "is_censored": value == 0,
             "source_file": "pc.csv", "source_row": row}
            for row, (day, value) in enumerate(zip(days, values, strict=True), start=1)
        ],
    )  # fmt: skip


def course(peak: float) -> list[float]:
    return [0.0, peak / 100, peak / 10, peak, peak / 2, peak / 10, peak / 100]


def expansion(
    data: pl.DataFrame, product: str | None = "Kymriah", **extra: pl.DataFrame
) -> dict[str, object]:
    tables = {"subjects": subjects(product), "nca.parameters": compute(data).table} | extra
    found = EXPANSION.check(tables, EXPANSION.values)
    assert found.columns == list(FINDING_COLUMNS)
    assert found.height == 1
    return found.row(0, named=True)


@pytest.mark.parametrize(
    ("factor", "verdict", "word"),
    [(0.999, "NO_ALERT", "within"), (1.0, "NO_ALERT", "within"), (1.001, "ALERT", "above")],
)
def test_the_upper_end_of_the_published_interval(factor: float, verdict: str, word: str) -> None:
    row = expansion(measured(DAYS, course(KYMRIAH.high * factor)))
    assert row["verdict"] == verdict
    assert word in str(row["finding"])
    assert row["evidence"] == "pc.csv:4"
    assert row["time"] == 10.0


@pytest.mark.parametrize(("factor", "verdict"), [(0.999, "ALERT"), (1.0, "NO_ALERT"), (1.001, "NO_ALERT")])
def test_the_lower_end_of_the_published_interval(factor: float, verdict: str) -> None:
    row = expansion(measured(DAYS, course(KYMRIAH.low * factor)))
    assert row["verdict"] == verdict
    assert "kymriah-smpc, table 7" in str(row["reason"])


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [(3.0, 17.0, "NO_ALERT"), (2.9, 17.0, "NOT_EVALUABLE"), (3.0, 17.1, "NOT_EVALUABLE")],
)
def test_samples_must_stand_within_the_gap_on_both_sides(before: float, after: float, verdict: str) -> None:
    row = expansion(measured([0.0, before, 10.0, after], [0.0, 10.0, 30_000.0, 100.0]))
    assert row["verdict"] == verdict


def test_a_value_above_the_interval_is_an_alert_however_sparse_the_samples() -> None:
    row = expansion(measured([0.0, 20.0], [0.0, KYMRIAH.high * 2]))
    assert row["verdict"] == "ALERT"


def test_a_peak_in_the_last_sample_may_still_come() -> None:
    row = expansion(measured([0.0, 3.0, 7.0], [0.0, 100.0, 2000.0]))
    assert (row["verdict"], row["reason"]) == (
        "NOT_EVALUABLE",
        "the largest value is the last sample: the peak may still come",
    )


@pytest.mark.parametrize(
    ("product", "reason"),
    [
        (None, "no product recorded"),
        ("home-made cells", "the product 'home-made cells' is not one the catalogue knows"),
        ("Yescarta", "no published Cmax with its spread for Yescarta"),
    ],
)
def test_without_a_published_value_there_is_no_verdict(product: str | None, reason: str) -> None:
    row = expansion(measured(DAYS, course(1e9)), product)
    assert (row["verdict"], row["reason"]) == ("NOT_EVALUABLE", reason)


def test_another_unit_is_not_compared() -> None:
    row = expansion(measured(DAYS, course(1e9), test="CARTCELL", unit="cells/uL"))
    assert (row["verdict"], row["reason"]) == (
        "NOT_EVALUABLE",
        "published in copies/ug, measured in cells/uL",
    )


def test_nothing_measured_and_nothing_quantified_are_two_reasons() -> None:
    assert expansion(measured([], []))["reason"] == "no kinetic profile"
    assert "below quantification" in str(expansion(measured(DAYS, [0.0] * 7))["reason"])


def test_the_product_given_stands_in_for_a_missing_product() -> None:
    given = frame(
        Treatments,
        [{"subject": "1", "treatment": "CTL019", "role": "product", "start": 0.0, "is_ongoing": False,
          "source_file": "ex.csv", "source_row": 1}],
    )  # fmt: skip
    row = expansion(measured(DAYS, course(30_000.0)), None, treatments=given)
    assert row["verdict"] == "NO_ALERT"


def test_an_unverified_source_is_named_so() -> None:
    row = expansion(measured(DAYS, course(1e6)), "Carvykti")
    assert row["verdict"] == "ALERT"
    assert "[unverified]" in str(row["reason"])


def test_a_study_may_widen_the_interval() -> None:
    override = Override(0.999, "early trial", "A. Person", "2026-01-01")
    (rule, _) = apply_overrides(RULES, {EXPANSION.id: {"coverage": override}})
    tables = {
        "subjects": subjects(),
        "nca.parameters": compute(measured(DAYS, course(KYMRIAH.high * 1.001))).table,
    }
    assert rule.check(tables, rule.values)["verdict"].to_list() == ["NO_ALERT"]


def none(days: list[float], values: list[float]) -> dict[str, object]:
    tables = {"subjects": subjects(), "measurements": measured(days, values)}
    found = NONE.check(tables, NONE.values)
    assert found.columns == list(FINDING_COLUMNS)
    return found.row(0, named=True)


@pytest.mark.parametrize(
    ("days", "values", "verdict"),
    [
        ([7.0, 28.0], [0.0, 0.0], "ALERT"),
        ([6.9, 28.0], [0.0, 0.0], "NOT_EVALUABLE"),
        ([7.0, 28.1], [0.0, 0.0], "NOT_EVALUABLE"),
        ([7.0, 14.0, 28.0], [0.0, 0.0, 5.0], "NO_ALERT"),
        ([7.0], [5.0], "NO_ALERT"),
        ([1.0, 7.0, 14.0], [5.0, 0.0, 0.0], "ALERT"),
        ([14.0, 14.0], [0.0, 0.0], "NOT_EVALUABLE"),
        ([], [], "NOT_EVALUABLE"),
    ],
)
def test_no_expansion_needs_the_declared_number_of_looks_in_the_declared_days(
    days: list[float], values: list[float], verdict: str
) -> None:
    assert none(days, values)["verdict"] == verdict


def test_the_rows_behind_no_expansion_are_named() -> None:
    row = none([7.0, 14.0], [0.0, 0.0])
    assert row["evidence"] == "pc.csv:1, pc.csv:2"
    assert row["time"] == 7.0


def test_every_parameter_has_a_source_and_lies_in_its_limits() -> None:
    for rule in RULES:
        assert rule.sources
        for param in rule.params:
            low, high = param.limits
            assert low <= param.value <= high
            assert param.source.reference.title
