"""NCA against independent programs: Phoenix WinNonlin and PKNCA on theophylline, and exact areas.

Tables: oracles/pharmacology (winnonlin_theoph_*, pknca_theoph_*, stein2019_*), described in its README.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tutela.kinetics.nca import NcaOptions, Window, compute, compute_arrays

pytestmark = [pytest.mark.oracle, pytest.mark.external]

#: Column of the WinNonlin table -> our code. The tables were computed with a dose of 320 for everybody.
WINNONLIN = {
    "Rsq": "R2", "Rsq_adjusted": "R2ADJ", "Corr_XY": "CORRXY", "No_points_lambda_z": "LAMZNPT",
    "Lambda_z": "LAMZ", "Lambda_z_lower": "LAMZLL", "Lambda_z_upper": "LAMZUL", "HL_Lambda_z": "LAMZHL",
    "Tlag": "TLAG", "Tmax": "TMAX", "Cmax": "CMAX", "Cmax_D": "CMAXD", "Tlast": "TLST", "Clast": "CLST",
    "AUClast": "AUCLST", "AUCall": "AUCALL", "AUCINF_obs": "AUCIFO", "AUCINF_D_obs": "AUCIFOD",
    "AUC_%Extrap_obs": "AUCPEO", "Vz_F_obs": "VZFO", "Cl_F_obs": "CLFO", "AUCINF_pred": "AUCIFP",
    "AUCINF_D_pred": "AUCIFPD", "AUC_%Extrap_pred": "AUCPEP", "Vz_F_pred": "VZFP", "Cl_F_pred": "CLFP",
    "AUMClast": "AUMCLST", "AUMCINF_obs": "AUMCIFO", "AUMC_%Extrap_obs": "AUMCPEO",
    "AUMCINF_pred": "AUMCIFP",
    "AUMC_%Extrap_pred": "AUMCPEP", "MRTlast": "MRTEVLST",
    "MRTINF_obs": "MRTEVIFO", "MRTINF_pred": "MRTEVIFP",
}  # fmt: skip

PKNCA = {
    "auclast": "AUCLST", "aucall": "AUCALL", "aumclast": "AUMCLST", "cmax": "CMAX", "tmax": "TMAX",
    "tlast": "TLST", "clast.obs": "CLST", "lambda.z": "LAMZ", "r.squared": "R2", "adj.r.squared": "R2ADJ",
    "lambda.z.time.first": "LAMZLL", "lambda.z.n.points": "LAMZNPT", "clast.pred": "CLSTP",
    "half.life": "LAMZHL", "span.ratio": "LAMZSPN", "aucinf.obs": "AUCIFO", "aucinf.pred": "AUCIFP",
    "aumcinf.obs": "AUMCIFO", "aucpext.obs": "AUCPEO", "cl.obs": "CLFO", "mrt.obs": "MRTEVIFO",
    "vz.obs": "VZFO",
}  # fmt: skip

#: Peer's name of the interpolated area -> our policy.
POLICIES = {"aucint.last": "to_last", "aucint.all": "blq_zero", "aucint.inf.obs": "extrapolate"}


@pytest.fixture(scope="module")
def theoph(reference: Path) -> pl.DataFrame:
    data = pl.read_csv(reference / "data/pharmacology/r_datasets/Theoph.csv")
    return data.select(subject="Subject", time="Time", value="conc", dose="Dose", unit=pl.lit("mg/L"))


@pytest.mark.parametrize(
    ("method", "file"),
    [("linear", "winnonlin_theoph_linear"), ("linear-up-log-down", "winnonlin_theoph_linup_logdown")],
)
def test_every_column_equals_winnonlin(reference: Path, theoph: pl.DataFrame, method: str, file: str) -> None:
    expected = pl.read_csv(reference / f"oracles/pharmacology/{file}.csv").sort("Subject")
    doses = expected.select(subject="Subject", dose=pl.lit(320.0), unit=pl.lit("mg"))
    options = NcaOptions(method=method, windows=(), time_unit="h")
    found = compute(theoph, by=("subject",), doses=doses, options=options).wide.sort("subject")
    assert found.height == expected.height == 12
    assert set(WINNONLIN) == set(expected.columns) - {"Subject"}
    assert found["LAMZNPT"].to_list() == expected["No_points_lambda_z"].to_list()
    for theirs, ours in WINNONLIN.items():
        np.testing.assert_allclose(found[ours], expected[theirs].cast(float), rtol=1e-6, err_msg=theirs)


def test_every_column_equals_pknca(reference: Path, theoph: pl.DataFrame) -> None:
    expected = pl.read_csv(reference / "oracles/pharmacology/pknca_theoph_linup_logdown.csv").sort("Subject")
    doses = theoph.group_by("subject").agg(pl.col("dose").first()).sort("subject")
    options = NcaOptions(windows=(), time_unit="h")
    found = compute(theoph, by=("subject",), doses=doses, options=options).wide.sort("subject")
    assert set(PKNCA) == set(expected.columns) - {"Subject"}
    for theirs, ours in PKNCA.items():
        np.testing.assert_allclose(found[ours], expected[theirs].cast(float), rtol=1e-9, err_msg=theirs)


@pytest.fixture(scope="module")
def partial(reference: Path) -> pl.DataFrame:
    table = pl.read_csv(
        reference / "oracles/pharmacology/pknca_theoph_partial_auc.csv",
        null_values="NA",
        schema_overrides={"PPORRES": pl.Float64, "exclude": pl.String},
    )
    return table.rename({"Subject": "subject", "PPTESTCD": "theirs", "PPORRES": "expected"})


@pytest.mark.parametrize("theirs", POLICIES)
def test_interpolated_partial_areas_equal_pknca(
    partial: pl.DataFrame, theoph: pl.DataFrame, theirs: str
) -> None:
    rows = partial.filter(pl.col("theirs") == theirs)
    ends = rows["end"].unique().sort().to_list()
    windows = tuple(Window(0, end, policy=POLICIES[theirs]) for end in ends)
    table = compute(theoph, by=("subject",), options=NcaOptions(windows=windows, time_unit="h")).table
    found = table.filter(pl.col("parameter") == "AUCINT")
    found = found.with_columns(end=pl.col("window_end").cast(pl.Int64))
    both = rows.join(found, on=["subject", "end"])
    assert both.height == rows.height == 48
    np.testing.assert_allclose(both["value"], both["expected"], rtol=1e-9)


@pytest.mark.parametrize("end", [5, 12, 24, 28])
def test_the_samples_inside_an_interval_give_what_pknca_gives_or_excludes(
    partial: pl.DataFrame, theoph: pl.DataFrame, end: int
) -> None:
    rows = partial.filter((pl.col("end") == end) & ~pl.col("theirs").is_in(list(POLICIES)))
    inside = theoph.filter(pl.col("time") <= end)
    table = compute(inside, by=("subject",), options=NcaOptions(windows=(), time_unit="h")).table
    codes = rows.with_columns(parameter=pl.col("theirs").replace_strict(PKNCA))
    both = codes.join(table, on=["subject", "parameter"])
    assert both.height == rows.height
    excluded, given = both.filter(pl.col("exclude").is_not_null()), both.filter(pl.col("exclude").is_null())
    np.testing.assert_allclose(given["value"], given["expected"], rtol=1e-9)
    assert excluded["value"].null_count() == excluded.height
    # The peer's reason counts the same points as ours.
    counted = excluded["exclude"].str.extract(r"only (\d+) points")
    assert excluded["reason"].str.extract(r"^(\d+) ").to_list() == counted.to_list()


def stein(time: np.ndarray, p: dict[str, float]) -> np.ndarray:
    """Typical tisagenlecleucel profile, closed form of the reference section 2.6."""
    after = time - p["tmax"]
    falling = (1 - p["fb"]) * np.exp(-p["alpha"] * after) + p["fb"] * np.exp(-p["beta"] * after)
    return np.where(time < p["tmax"], p["r0"] * np.exp(p["rho"] * time), p["cmax"] * falling)


@pytest.fixture(scope="module")
def typical(reference: Path) -> dict[str, float]:
    table = pl.read_csv(reference / "oracles/pharmacology/stein2019_exact.csv")
    return dict(zip(table["quantity"], table["value"], strict=True))


def days_of(schedule: str) -> np.ndarray:
    """Sampling days; the sample called day 0 was placed at day 0.001."""
    if schedule.startswith("dense"):
        return np.linspace(0.001, 28.0, 5601)
    return np.array([0.001 if day == "0" else float(day) for day in schedule.split(",")])


@pytest.mark.parametrize("row", range(4))
def test_sampling_schedules_give_the_areas_of_the_oracle(
    reference: Path, typical: dict[str, float], row: int
) -> None:
    schedules = pl.read_csv(reference / "oracles/pharmacology/stein2019_sampling_schedules.csv")
    expected = schedules.row(row, named=True)
    days = days_of(expected["schedule_days"])
    assert len(days) == expected["n_samples"]
    methods = {"linear": "auc_linear", "linear-up-log-down": "auc_linup_logdown", "log": "auc_log_both"}
    for method, column in methods.items():
        options = NcaOptions(method=method, start=0.001, windows=(Window(0.001, 28, policy="unavailable"),))
        values = compute_arrays(days, stein(days, typical), options=options).values
        assert values["AUCINT_0.001_28"][0] == pytest.approx(expected[column], rel=1e-9)
        assert values["CMAX"][0] == pytest.approx(expected["cmax_observed"], rel=1e-9)
        assert values["TMAX"][0] == pytest.approx(expected["tmax_observed"], rel=1e-9)


def test_a_dense_profile_recovers_the_closed_form(typical: dict[str, float]) -> None:
    days = np.linspace(0.0, 180.0, 90_001)
    options = NcaOptions(windows=tuple(Window(0, end) for end in (9.3, 28, 84, 180)))
    values = compute_arrays(days, stein(days, typical), options=options).values
    # The trapezoid on a 0.002 d grid is off by (rho h)^2 / 12 of the rising part, below 1e-6.
    for label, name in {
        "AUCINT_0_9.3": "auc_0_tmax", "AUCINT_0_28": "auc_0_28",
        "AUCINT_0_84": "auc_0_84", "AUCINT_0_180": "auc_0_180",
    }.items():  # fmt: skip
        assert values[label][0] == pytest.approx(typical[name], rel=1e-6)
    assert values["DBLTIME"][0] == pytest.approx(typical["doubling_time"], rel=1e-9)
