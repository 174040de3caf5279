"""Product names, published numbers and the intervals that follow from them."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl
import pytest

from tutela.catalogue.products import (
    KINETICS,
    PRODUCTS,
    PublishedKinetics,
    Statistic,
    central_interval,
    find_product,
    kinetics_facts,
    kinetics_range,
)
from tutela.kernel.cite import Cite


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("Kymriah", "tisagenlecleucel"),
        ("TISAGENLECLEUCEL", "tisagenlecleucel"),
        ("CTL019 (tisagenlecleucel)", "tisagenlecleucel"),
        ("tisa-cel", "tisagenlecleucel"),
        ("axicabtagene ciloleucel (Yescarta®), 2e6/kg", "axicabtagene ciloleucel"),
        ("KTE-X19", "brexucabtagene autoleucel"),
        ("Liso cel", "lisocabtagene maraleucel"),
        ("bb2121", "idecabtagene vicleucel"),
        ("Cilta-cel", "ciltacabtagene autoleucel"),
        ("auto1", "obecabtagene autoleucel"),
    ],
)
def test_a_product_is_found_by_any_of_its_names(text: str, product: str) -> None:
    found = find_product(text)
    assert found is not None
    assert found.id == product


@pytest.mark.parametrize("text", [None, "", "CAR-T", "placebo", "autologous T cells", "Kymriah or Yescarta"])
def test_a_text_without_one_product_names_none(text: str | None) -> None:
    assert find_product(text) is None


def test_no_name_belongs_to_two_products() -> None:
    for product in PRODUCTS:
        for name in product.names:
            assert find_product(name) is product, name
            assert find_product(f"{name} infusion") in (product, None)


@pytest.mark.published
@pytest.mark.external
def test_every_published_number_equals_the_reference(reference: Path) -> None:
    codes = {
        "fold expansion": "fold expansion", "Tmax": "TMAX", "Cmax": "CMAX", "alpha": "alpha", "FB": "FB",
        "beta": "beta", "residual a (additive on log)": "residual error, additive on log",
        "doubling time": "DBLTIME", "initial half-life": "initial half-life", "terminal half-life": "LAMZHL",
        "lag time": "lag time", "AUC0-28d": "AUCINT_0_28", "half-life": "LAMZHL", "Tlast": "TLST",
        "AUC0-6m": "AUC0-6m", "AUC0-last": "AUCLST", "Tbql": "TBLQ",
    }  # fmt: skip
    table = pl.read_csv(reference / "oracles/pharmacology/published_cell_kinetics.csv")
    expected = sorted(
        (row["product"], codes[row["quantity"]], float(row["value"]), row["n"])
        for row in table.iter_rows(named=True)
    )
    assert sorted((f.product, f.parameter, float(f.value), f.n) for f in KINETICS) == expected
    numbers = table.select(
        "product", "value", pl.col("low_or_cv").cast(pl.Float64, strict=False), pl.col("high").cast(pl.Float64, strict=False),
        "statistic",
    )  # fmt: skip
    for fact in KINETICS:
        if fact.statistic in (Statistic.MEAN, Statistic.TYPICAL):
            continue
        printed = numbers.filter((pl.col("product") == fact.product) & (pl.col("value") == fact.value))
        first = fact.spread if fact.spread is not None else fact.low
        assert (first, fact.high) in printed.select("low_or_cv", "high").rows(), fact


@pytest.mark.external
def test_what_the_reference_did_not_see_is_marked_unverified(reference: Path) -> None:
    table = pl.read_csv(reference / "oracles/pharmacology/published_cell_kinetics.csv")
    unseen = table.filter(pl.col("status").str.contains("not seen") | pl.col("unit").str.contains("assumed"))
    assert unseen.height > 0
    for product, value in unseen.select("product", "value").iter_rows():
        facts = [f for f in KINETICS if f.product == product and f.value == value]
        assert facts
        assert not any(fact.source.is_verified for fact in facts)


def test_every_fact_names_a_product_and_a_source_in_the_bibliography() -> None:
    known = {product.id for product in PRODUCTS}
    for fact in KINETICS:
        assert fact.product in known
        assert fact.source.reference.key == fact.source.key
    for product in PRODUCTS:
        assert product.source.reference.title


def fact_of(statistic: Statistic, value: float, **numbers: float) -> PublishedKinetics:
    return PublishedKinetics("x", "y", 10, "CMAX", statistic, value, "1", Cite("stein2019"), **numbers)


def test_a_geometric_cv_gives_the_log_normal_interval() -> None:
    # s = 1 exactly when CV = 100 sqrt(e - 1).
    cv = 100 * math.sqrt(math.e - 1)
    low, high = central_interval(fact_of(Statistic.GEOMETRIC_MEAN_CV, 10.0, spread=cv)) or (0, 0)
    assert low == pytest.approx(10 * math.exp(-1.959963985), rel=1e-9)
    assert high == pytest.approx(10 * math.exp(1.959963985), rel=1e-9)


def test_a_mean_and_sd_give_the_log_normal_with_that_mean_and_sd() -> None:
    mean, sd = 8.0, 8.0 * math.sqrt(math.e - 1)
    low, high = central_interval(
        fact_of(Statistic.MEAN_SD, mean, spread=sd), coverage=0.6826894921370859
    ) or (0, 0)
    middle = mean * math.exp(-0.5)
    assert (low, high) == pytest.approx((middle / math.e, middle * math.e), rel=1e-9)


def test_a_range_is_used_as_printed_and_a_confidence_interval_is_not_a_range() -> None:
    assert central_interval(fact_of(Statistic.MEDIAN_RANGE, 5, low=1, high=9), coverage=0.5) == (1, 9)
    assert central_interval(fact_of(Statistic.ESTIMATE_CI, 5, low=4, high=6)) is None
    assert central_interval(fact_of(Statistic.MEAN, 5)) is None


def test_a_product_without_published_spread_has_no_range() -> None:
    assert kinetics_range("lisocabtagene maraleucel", "TMAX") is None
    assert kinetics_range("Yescarta", "CMAX") is None
    assert kinetics_range("unknown", "CMAX") is None


def test_all_populations_span_a_range_at_least_as_wide_as_each() -> None:
    whole = kinetics_range("Kymriah", "AUCINT_0_28")
    assert whole is not None
    assert len(whole.facts) == 2
    for fact in whole.facts:
        one = kinetics_range("Kymriah", "AUCINT_0_28", population=fact.population)
        assert one is not None
        assert whole.low <= one.low < fact.value < one.high <= whole.high
    wider = kinetics_range("Kymriah", "AUCINT_0_28", coverage=0.99)
    assert wider is not None
    assert wider.low < whole.low < whole.high < wider.high


def test_model_estimates_do_not_enter_observed_ranges() -> None:
    assert {f.is_model for f in kinetics_facts("tisagenlecleucel", "CMAX")} == {True, False}
    found = kinetics_range("tisagenlecleucel", "CMAX")
    assert found is not None
    assert not any(fact.is_model for fact in found.facts)
    assert not (kinetics_range("cilta-cel", "CMAX") or found).is_verified
