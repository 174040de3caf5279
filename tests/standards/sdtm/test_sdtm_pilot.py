"""The CDISC pilot study (pharmaversesdtm 1.5.0.9001): every record is accounted for, and nothing changes.

Domains and their rows: dm 306, ex 591, cm 7,510, vs 29,643, lb 59,580, pc 4,572, is 691, ae 1,191.
"""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tutela.standards.build import build_dataset
from tutela.standards.files import read_dataset, write_dataset
from tutela.standards.sdtm import from_sdtm, read_sdtm, to_sdtm

pytestmark = [pytest.mark.external, pytest.mark.xdist_group("pilot")]

ROWS = {
    "dm.csv": ("subjects", 306),
    "ex.csv": ("treatments", 591),
    "cm.csv.gz": ("treatments", 7510),
    "vs.csv.gz": ("measurements", 29643),
    "lb.csv.gz": ("measurements", 59580),
    "pc.csv.gz": ("measurements", 4572),
    "is_ada.csv": ("measurements", 691),
    "ae.csv": ("events", 1191),
}


@pytest.fixture(scope="module")
def folder(reference):
    return reference / "data/toxicity/pharmaversesdtm"


@pytest.fixture(scope="module")
def pilot(folder):
    return read_sdtm([folder / name for name in ROWS])


@pytest.mark.published
@pytest.mark.parametrize("file", ROWS)
def test_every_record_is_kept_or_rejected_with_its_reason(pilot, file):
    table, count = ROWS[file]
    kept = pilot.tables[table].filter(source_file=file)["source_row"]
    left_out = pilot.rejected.filter(pl.col("file") == file, ~pl.col("action").str.starts_with("cell"))["row"]
    assert kept.n_unique() == kept.len()
    assert set(kept) | set(left_out) == set(range(1, count + 1))
    assert kept.len() + left_out.n_unique() == count


def test_none_of_the_pilot_records_is_left_out(pilot):
    assert pilot.rejected.is_empty()


@pytest.mark.published
def test_pointers_lead_to_the_record_in_the_file(pilot, folder):
    source = pl.read_csv(folder / "lb.csv.gz", infer_schema=False).with_row_index("source_row", offset=1)
    both = pilot.measurements.filter(source_file="lb.csv.gz").join(
        source.cast({"source_row": pl.Int64}), on="source_row"
    )
    assert (both["subject"] == both["USUBJID"]).all()
    assert both["value_raw"].equals(both["LBORRES"], check_names=False)
    same_unit = both.filter(pl.col("unit") == pl.col("LBSTRESU"), pl.col("LBSTRESN").is_not_null())
    assert same_unit.height > 30_000
    assert (same_unit["value"] == same_unit["LBSTRESN"].cast(pl.Float64)).all()


@pytest.mark.published
def test_known_counts_of_the_pilot(pilot):
    measured, given = pilot.measurements, pilot.treatments
    assert measured.filter(pl.col("value_raw") == "NOT DONE").height == 8
    assert pilot.subjects["infusion"].null_count() == 52
    assert pilot.subjects["death_date"].drop_nulls().len() == 3
    below = measured.filter(source_file="pc.csv.gz").filter(pl.col("value_raw") == "<BLQ")
    assert below.height > 0
    assert below["is_censored"].all()
    assert below["value"].null_count() == below.height
    assert given.filter("is_ongoing").height == 6812
    partial = given.filter(source_file="cm.csv.gz")["start_precision"].value_counts()
    assert dict(partial.iter_rows()) == {"day": 2035, "month": 1723, "year": 3731, None: 21}


@pytest.mark.published
def test_study_days_of_the_file_are_the_days_since_infusion(pilot, folder):
    source = pl.read_csv(folder / "vs.csv.gz", infer_schema=False).with_row_index("source_row", offset=1)
    both = pilot.measurements.filter(source_file="vs.csv.gz").join(
        source.cast({"source_row": pl.Int64}), on="source_row"
    )
    day = both["VSDY"].cast(pl.Float64)
    elapsed = both["time"]
    assert ((elapsed + (elapsed >= 0)) == day).all()


def test_hemoglobin_in_mmol_is_converted_to_grams(pilot, folder):
    """LBORRES is in g/dL: the SI value converted back by molar mass agrees with it to its printed digits."""
    hemoglobin = pilot.measurements.filter(pl.col("test") == "HGB", pl.col("value").is_not_null())
    assert hemoglobin["unit"].unique().to_list() == ["g/L"]
    apart = (hemoglobin["value"] / 10 - hemoglobin["value_raw"].cast(pl.Float64)).abs()
    assert apart.max() < 0.01


@pytest.mark.property
@pytest.mark.parametrize("kind", ["xpt", "ndjson", "csv", "parquet"])
def test_the_pilot_written_and_read_again_is_the_same(pilot, tmp_path, kind):
    for name, dataset in to_sdtm(pilot).items():
        write_dataset(dataset, tmp_path / f"{name.lower()}.{kind}")
    again = read_sdtm(tmp_path)
    assert again.rejected.is_empty()
    for name, table in pilot.tables.items():
        plain = table.drop("source_file", "source_row")
        other = again.tables[name].drop("source_file", "source_row")
        assert_frame_equal(plain.sort(plain.columns), other.sort(plain.columns), check_exact=True)


def test_a_whole_folder_names_what_it_does_not_use(folder):
    study = read_sdtm(folder)
    said = " ".join(study.notices)
    assert "pp.csv.gz" in said
    assert "columns.csv" in said
    assert "VS was joined from vs.csv.gz, vs_peds.csv" in said
    assert study.measurements.filter(pl.col("source_file") == "vs_peds.csv").height > 0


@pytest.mark.parametrize("ending", ["json", "ndjson", "dsjc"])
def test_the_published_examples_are_the_same_in_every_form(reference, ending):
    """AE of the Dataset-JSON examples (cdisc-org) with the DM made of its own subjects."""
    place = reference / "data/ecosystem/datasetjson/sdtm"
    first, second = (_with_subjects(read_dataset(place / f"ae.{kind}")) for kind in ("xpt", ending))
    assert first.events.height == 74
    assert first.rejected.is_empty()
    assert_frame_equal(first.events.drop("source_file"), second.events.drop("source_file"))


def _with_subjects(ae):
    persons = ae.frame.select("STUDYID", "USUBJID").unique(maintain_order=True)
    return from_sdtm({"DM": build_dataset(persons, name="DM"), "AE": ae})
