"""Virtual trials: deterministic everywhere, clean or messy as asked, plausible, and readable as a study."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.kernel.errors import InputError
from tutela.kernel.execute import open_executor
from tutela.kernel.study import read_study
from tutela.simulation.car_t import CarTOptions, MessRates, simulate, write_trial
from tutela.simulation.car_t.medication import tocilizumab_dose

#: More than one chunk, so that chunks are put together.
N = 24
CLEAN = CarTOptions.clean()


@pytest.fixture(scope="module")
def messy():
    return simulate(N, seed=20)


@pytest.fixture(scope="module")
def clean():
    return simulate(N, seed=20, options=CLEAN)


def tables(trial):
    return {**trial.raw, **{f"truth.{name}": table for name, table in trial.truth.tables.items()}}


def assert_same(one, other):
    for name, table in tables(one).items():
        assert table.equals(tables(other)[name]), name


# Determinism


def test_a_pool_gives_the_same_trial(messy):
    with open_executor(workers=2) as pool:
        assert_same(simulate(N, seed=20, executor=pool), messy)


def test_a_dask_cluster_writes_the_same_bytes(tmp_path, messy):
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        open_executor(cluster=cluster.scheduler_address) as executor,
    ):
        write_trial(simulate(N, seed=20, executor=executor), tmp_path / "far")
    write_trial(messy, tmp_path / "near")
    near = sorted((tmp_path / "near").rglob("*.*"))
    assert len(near) == 11
    for file in near:
        assert file.read_bytes() == (tmp_path / "far" / file.relative_to(tmp_path / "near")).read_bytes(), (
            file
        )


def test_a_larger_trial_begins_with_the_smaller(messy):
    small = simulate(18, seed=20)
    names = small.raw["subjects"]["subject"].to_list()
    for name, table in small.raw.items():
        assert messy.raw[name].head(table.height).equals(table), name
    assert messy.truth.windows.filter(pl.col("subject").is_in(names)).equals(small.truth.windows)


def test_batches_are_parts_of_the_whole(messy):
    batch = simulate(8, seed=20, first=10)
    names = batch.raw["subjects"]["subject"].implode()
    for name in ("subjects", "crs", "windows"):
        assert (
            messy.truth.tables[name].filter(pl.col("subject").is_in(names)).equals(batch.truth.tables[name])
        )
    assert messy.raw["subjects"].slice(10, 8).equals(batch.raw["subjects"])


def test_mistakes_change_the_records_and_never_the_truth(messy, clean):
    for name in ("crs", "icans", "subjects"):
        assert messy.truth.tables[name].equals(clean.truth.tables[name]), name
    grades = ["subject", "time", "crs_grade", "icans_grade"]
    assert messy.truth.windows.select(grades).equals(clean.truth.windows.select(grades))


def test_another_seed_gives_other_people(messy):
    other = simulate(3, seed=21)
    assert not other.raw["subjects"].equals(messy.raw["subjects"].head(3))


# Mistakes


def test_a_clean_trial_has_no_mistakes_and_loses_no_row(clean):
    kinds = set(clean.truth.errors["kind"])
    assert not kinds
    assert clean.study.rejected.is_empty()
    for name in ("subjects", "treatments", "measurements", "events"):
        assert clean.study.tables[name].height == clean.raw[name].height
    complete = clean.truth.windows.filter("is_crs_observed")["is_crs_complete"]
    assert complete.all()


def test_every_logged_mistake_stands_where_the_log_says(messy):
    logged = messy.truth.errors.filter(pl.col("row").is_not_null() & pl.col("column").is_not_null())
    assert logged.height > 100
    for name, table in messy.raw.items():
        numbered = table.with_row_index("row", offset=1).with_columns(pl.col("row").cast(pl.Int64))
        for column, part in (
            logged.filter(pl.col("table") == name).partition_by("column", as_dict=True).items()
        ):
            found = part.join(
                numbered.select("row", cell=column[0]), on="row", how="left", maintain_order="left"
            )
            # A row with two mistakes in one cell (a date cut short after a swap) keeps the last.
            assert (found["cell"].eq_missing(found["written"])).all(), (name, column)


RATES = sorted(set(MessRates.__dataclass_fields__) - {"age_only", "missing_end", "missing_flow", "date_only"})


@pytest.mark.parametrize("rate", RATES)
def test_each_rate_makes_its_own_mistake_and_no_other(rate):
    options = CarTOptions(wrong_site_grade=0.0, mess=replace(MessRates.clean(), **{rate: 0.3}))
    kinds = set(simulate(12, seed=4, options=options).truth.errors["kind"])
    # An item left empty in a neurological form is logged as what it is: a missing value.
    logged = "missing_value" if rate == "missing_item" else rate
    allowed = {logged, f"{rate}_row"} if rate == "subject_typo" else {logged}
    assert kinds <= allowed
    assert logged in kinds


def test_rates_are_met():
    options = CarTOptions(mess=replace(MessRates.clean(), missing_row=0.1))
    trial = simulate(10, seed=9, options=options)
    lost = trial.truth.errors.filter(pl.col("kind") == "missing_row").height
    share = lost / (lost + trial.raw["measurements"].height)
    # About 20,000 rows: the standard error is 0.002.
    assert share == pytest.approx(0.1, abs=0.01)


def test_mixed_units_are_read_back_to_the_same_numbers():
    options = CarTOptions(mess=replace(MessRates.clean(), other_unit=1.0))
    mixed, plain = simulate(3, seed=6, options=options).study, simulate(3, seed=6, options=CLEAN).study
    keys = ["subject", "time", "test"]
    both = mixed.measurements.join(plain.measurements, on=keys, suffix="_plain").filter(
        pl.col("value").is_not_null()
    )
    assert both.height == plain.measurements["value"].is_not_null().sum()
    # Rounding in the other unit: at most half of its last digit (0.005 mg/dL of creatinine is 0.44 umol/L).
    error = (both["value"] - both["value_plain"]).abs() / (both["value_plain"].abs() + 1.0)
    assert error.max() < 0.06
    assert (both["unit"] == both["unit_plain"]).all()


# Biology


@pytest.mark.property
@given(st.floats(5.0, 150.0))
@settings(max_examples=50)
def test_tocilizumab_is_dosed_by_weight(weight):
    expected = min(800.0, (12.0 if weight < 30 else 8.0) * weight)
    assert abs(tocilizumab_dose(weight) - expected) <= 0.5


def test_severity_follows_expansion_and_burden():
    truth = simulate(200, seed=2, options=CLEAN).truth.subjects
    drive = np.log(truth["peak_drive"].to_numpy())
    for column, least in (("cmax", 0.15), ("burden", 0.15)):
        values = truth[column].to_numpy()
        values = np.log(values) if column == "cmax" else values
        assert np.corrcoef(values, drive)[0, 1] > least, column
    share = truth["crs_grade"].value_counts(normalize=True)
    shares = dict(share.iter_rows())
    # What the options promise, within three standard errors of 200 subjects.
    assert shares.get(0, 0) == pytest.approx(0.24, abs=0.09)
    assert shares.get(3, 0) + shares.get(4, 0) + shares.get(5, 0) == pytest.approx(0.20, abs=0.09)


def test_measured_temperature_and_pressure_agree_with_the_truth(clean):
    """A reading is febrile exactly if the truth has a grade or the fever is attributed to another cause."""
    temperature = clean.study.measurements.filter((pl.col("test") == "TEMP") & (pl.col("time") >= 0))
    joined = temperature.join(clean.truth.windows, on=["subject", "time"], how="inner")
    febrile = (pl.col("value") >= 38.0) & pl.col("attribution").is_null()
    assert joined.filter(febrile)["crs_grade"].min() >= 1
    assert joined.filter(~febrile & (pl.col("crs_grade") == 1)).is_empty()
    gap = joined.filter((pl.col("value") > 37.75) & (pl.col("value") < 37.95))
    assert gap.is_empty()


def test_the_truth_covers_the_whole_observation_without_gaps(messy):
    for course in (messy.truth.crs, messy.truth.icans):
        ends = course.group_by("subject", maintain_order=True).agg(
            pl.col("start").first(),
            pl.col("end").last(),
            gap=(pl.col("start").shift(-1) - pl.col("end")).abs().max(),
        )
        joined = ends.join(messy.truth.subjects.select("subject", total="end"), on="subject")
        assert (joined["start"] == 0).all()
        assert (joined["end"] == joined["total"]).all()
        assert joined["gap"].drop_nulls().max() == 0


def test_special_people_appear_when_asked_for():
    options = replace(
        CLEAN, birthday_12=1.0, developmental_delay=0.0, biphasic=1.0, infection=1.0, sleep_apnea=1.0
    )
    trial = simulate(25, seed=5, options=options)
    people = trial.raw["subjects"]
    turns = people.select(
        (
            pl.col("birth_date").str.to_date().dt.offset_by("12y")
            - pl.col("infusion").str.slice(0, 10).str.to_date()
        )
        .dt.total_days()
        .alias("days")
    )["days"]
    assert turns.is_between(1, 13).all()
    assert (trial.truth.subjects["crs_events"] == 2).sum() >= 5
    tests = set(trial.raw["measurements"]["test"])
    assert {"TEMP", "CONSC", "CARTGENE"} <= tests
    assert trial.raw["treatments"].filter(pl.col("indication") == "osa").height > 0
    assert trial.raw["measurements"].filter(pl.col("attribution") == "other").height > 0


def test_fatal_crs_is_grade_5_in_truth_report_and_records():
    trial = simulate(80, seed=3, options=replace(CLEAN, crs_fatality=1.0))
    dead = trial.truth.subjects.filter(pl.col("crs_grade") == 5)
    assert dead.height >= 3
    people = trial.raw["subjects"].filter(pl.col("subject").is_in(dead["subject"].implode()))
    assert people["death_date"].is_not_null().all()
    reported = trial.raw["events"].filter(
        (pl.col("term") == "Cytokine release syndrome") & (pl.col("outcome") == "FATAL")
    )
    assert set(reported["subject"]) == set(dead["subject"])
    last = trial.study.measurements.group_by("subject").agg(pl.col("time").max())
    assert (last.join(dead, on="subject").select(pl.col("time") < pl.col("death")).to_series()).all()


# Interfaces


def test_a_written_trial_reads_back_as_the_same_study(tmp_path, messy):
    write_trial(messy, tmp_path)
    study = read_study(tmp_path)
    for name, table in messy.study.tables.items():
        assert study.tables[name].drop("source_file").equals(table.drop("source_file")), name
    assert study.config.product == "tisagenlecleucel"


def test_sources_and_notices_say_what_is_unverified(messy):
    assert any(not cite.is_verified for cite in messy.sources)
    assert all(cite.reference.title for cite in messy.sources)
    assert any("random-effects" in notice for notice in messy.notices)
    assert messy.provenance.to_dict()["seed"] == 20


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("days", 20),
        ("sites", 0),
        ("biphasic", 1.5),
        ("first_infusion", "2024-02-30"),
        ("severity_median", 0.0),
    ],
)
def test_options_outside_their_range_are_refused(name, value):
    with pytest.raises(InputError, match=name):
        CarTOptions(**{name: value})


def test_rates_outside_0_to_1_are_refused():
    with pytest.raises(InputError, match="decimal_slip"):
        MessRates(decimal_slip=-0.1)


def test_a_trial_without_subjects_is_refused():
    with pytest.raises(InputError, match="at least one"):
        simulate(0, seed=1)
