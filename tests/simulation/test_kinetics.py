"""Kinetics of virtual subjects: published typical values, exact exposure, individual draws."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from tutela.simulation.car_t import OGASAWARA_LAG, STEIN_2019, IndividualKinetics
from tutela.simulation.car_t.kinetics import MAX_ETA, draw_kinetics

TYPICAL = IndividualKinetics(3900.0, 9.3, 24000.0, 0.16, 0.0079, 0.0032)


@pytest.mark.oracle
@pytest.mark.external
def test_typical_exposure_equals_the_exact_integrals(reference):
    """stein2019_exact.csv: closed-form integrals of the transcribed typical profile."""
    with (reference / "oracles/pharmacology/stein2019_exact.csv").open() as handle:
        exact = {row["quantity"]: float(row["value"]) for row in csv.DictReader(handle)}
    found = {f"auc_0_{day}": TYPICAL.auc(float(day)) for day in (28, 84, 180)}
    found |= {"auc_0_tmax": TYPICAL.auc(9.3), "auc_0_inf": TYPICAL.auc(1e6), "rho": TYPICAL.growth_rate}
    for day in ("0", "1", "3", "7", "9.3", "10", "14", "21", "28", "84", "180"):
        found[f"c_{day}"] = float(TYPICAL.concentration(np.array([float(day)]))[0])
    for name, value in found.items():
        # Both sides are closed forms in double precision.
        assert value == pytest.approx(exact[name], rel=1e-12), name


@pytest.mark.published
def test_rates_agree_with_the_abstract():
    """Stein 2019, abstract: doubling 0.78 d, half-lives 4.3 and 220 d."""
    assert np.log(2) / TYPICAL.growth_rate == pytest.approx(0.78, abs=0.005)
    assert np.log(2) / TYPICAL.alpha == pytest.approx(4.3, abs=0.05)
    assert np.log(2) / TYPICAL.beta == pytest.approx(220, rel=0.02)


positive = st.floats(0.2, 5.0)


@pytest.mark.property
@given(positive, st.floats(4.0, 25.0), positive, positive, st.floats(0.001, 0.4), st.sampled_from([0.0, 3.27]),
       st.sampled_from([0.0, 0.1]))  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_closed_form_equals_numerical_integration(fold, tmax, cmax, alpha, fraction, lag, smoothness):
    one = IndividualKinetics(3900 * fold, tmax, 24000 * cmax, 0.16 * alpha, fraction, 0.0032, lag, smoothness)
    numeric, _ = quad(lambda t: float(one.concentration(np.array([t]))[0]), 0, 28,
                      points=sorted({min(lag, 28), min(tmax, 28)} - {0.0}), limit=500)  # fmt: skip
    assert one.auc(28.0) == pytest.approx(numeric, rel=1e-6)


@pytest.mark.property
@given(st.floats(0.0, 60.0))
@settings(max_examples=30, deadline=None)
def test_a_soft_gate_lies_below_the_kink_and_meets_it_away_from_the_peak(day):
    soft = replace(TYPICAL, smoothness=0.1)
    kink, smooth = (float(one.concentration(np.array([day]))[0]) for one in (TYPICAL, soft))
    assert smooth <= kink * (1 + 1e-12)
    if abs(day - TYPICAL.tmax) > 5:
        assert smooth == pytest.approx(kink, rel=1e-3)


def test_the_peak_of_a_soft_gate_is_a_maximum():
    soft = replace(TYPICAL, smoothness=0.2)
    time, value = soft.peak()
    around = soft.concentration(time + np.linspace(-0.5, 0.5, 401))
    assert value == pytest.approx(around.max(), rel=1e-6)


def test_nothing_is_measured_before_infusion_and_the_lag_delays_growth():
    late = replace(TYPICAL, lag=3.27)
    assert late.concentration(np.array([-1.0]))[0] == 0.0
    assert late.concentration(np.array([0.0, 3.2])) == pytest.approx([24000 / 3900] * 2)


def test_the_spread_is_read_as_declared():
    variance = replace(STEIN_2019, reading="variance")
    assert STEIN_2019.standard_deviation(0.81) == pytest.approx(0.81)
    assert variance.standard_deviation(0.81) == pytest.approx(0.9)


def test_draws_are_log_normal_around_the_typical_values_and_bounded():
    rng = np.random.default_rng(5)
    drawn = [draw_kinetics(STEIN_2019, rng) for _ in range(4000)]
    cmax = np.log([one.cmax for one in drawn])
    # Truncation at 2 SD shrinks the standard deviation by the factor 0.8796.
    assert cmax.mean() == pytest.approx(np.log(24000), abs=0.04)
    assert cmax.std() == pytest.approx(0.65 * 0.8796, rel=0.05)
    assert np.abs((cmax - np.log(24000)) / 0.65).max() <= MAX_ETA
    assert all(one.beta <= one.alpha / 2 and one.fraction <= 0.5 and one.fold >= 2 for one in drawn)


def test_transcribed_values_are_marked_unverified():
    assert all(not cite.is_verified for cite in STEIN_2019.sources)
    assert any(cite.key == "ogasawara2021" for cite in OGASAWARA_LAG.sources)
