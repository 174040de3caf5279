"""Oracle: the ADLB of pharmaverseadam, graded from its values alone by the high-level function."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

from tutela.standards.sdtm import read_sdtm
from tutela.toxicity import labs
from tutela.toxicity.labs import LabOptions

pytestmark = [pytest.mark.oracle, pytest.mark.external]

#: PARAMCD -> test code.
CODES = {
    "ALB": "ALB", "ALKPH": "ALP", "ALT": "ALT", "AST": "AST", "BILI": "BILI", "CA": "CA", "CHOLES": "CHOL",
    "CK": "CK", "CREAT": "CREAT", "GGT": "GGT", "GLUC": "GLUC", "PHOS": "PHOS", "PLAT": "PLAT",
    "POTAS": "K", "SODIUM": "SODIUM", "WBC": "WBC", "HGB": "HGB", "LYMPH": "LYM",
}  # fmt: skip
#: Their grades differ by design: hemoglobin is given in mmol/L, which the peer cannot grade and we convert;
#: lymphocytes carry the term of CD4 cells there.
OTHERWISE = ("HGB", "LYM")


@pytest.fixture(scope="module")
def adlb(reference: Path) -> pl.DataFrame:
    path = reference / "data/toxicity/pharmaverseadam/adlb_atoxgr.csv.gz"
    return pl.read_csv(gzip.decompress(path.read_bytes()), infer_schema_length=None).with_row_index("row")


@pytest.fixture(scope="module")
def joined(adlb: pl.DataFrame) -> pl.DataFrame:
    day = pl.col("ADY")
    measurements = adlb.select(
        pl.col("USUBJID").alias("subject"),
        # A study day has no day 0: day 1 is the day of the first dose.
        pl.when(day > 0).then(day - 1).otherwise(day).cast(pl.Float64).alias("time"),
        pl.col("PARAMCD").replace_strict(CODES).alias("test"),
        pl.col("AVAL").alias("value"),
        pl.col("PARAM").str.extract(r"\(([^()]*)\)$").alias("unit"),
        pl.col("ANRLO").alias("low"),
        pl.col("ANRHI").alias("high"),
        (pl.col("ABLFL") == "Y").fill_null(value=False).alias("is_baseline"),
        pl.lit("adlb.csv").alias("source_file"),
        (pl.col("row").cast(pl.Int64) + 1).alias("source_row"),
    )
    options = LabOptions(baseline="flagged", baseline_records="baseline")
    table = labs.grade(measurements, version="ctcae-4", options=options).table
    expected = adlb.select((pl.col("row").cast(pl.Int64) + 1).alias("source_row"), "BASE", "BNRIND", "ATOXGR")
    return table.join(expected, on="source_row", how="inner")


def test_every_row_is_graded_or_explained(joined: pl.DataFrame):
    assert joined.height == 32_650
    assert joined.filter(pl.col("grade").is_null() & (pl.col("reason") == "")).height == 0


def test_baseline_values_and_flags_are_those_of_the_data_set(joined: pl.DataFrame):
    same = pl.col("baseline").eq_missing(pl.col("BASE"))
    close = (pl.col("baseline") - pl.col("BASE")).abs() <= 1e-9 * pl.col("BASE").abs()
    differ = joined.filter(~(same | close.fill_null(value=False)))
    # Of 28 lymphocyte rows the baseline record is a derived one (DTYPE), which the subset leaves out.
    assert differ.height == 28
    assert differ.select(pl.col("test").unique(), pl.col("baseline").is_null().all()).rows() == [
        ("LYM", True)
    ]
    assert joined.filter(pl.col("baseline_flag").ne_missing(pl.col("BNRIND"))).height == 0


def test_signed_grades_are_those_of_the_data_set(joined: pl.DataFrame):
    compared = joined.filter(~pl.col("test").is_in(OTHERWISE))
    assert compared.height == 29_045
    assert compared.filter(pl.col("grade").ne_missing(pl.col("ATOXGR"))).height == 0


def test_hemoglobin_in_millimoles_is_converted_and_graded(joined: pl.DataFrame):
    hemoglobin = joined.filter((pl.col("test") == "HGB") & pl.col("value").is_not_null())
    assert hemoglobin.get_column("ATOXGR").null_count() == hemoglobin.height
    graded = hemoglobin.filter(pl.col("grade").is_not_null())
    assert graded.height > 0.99 * hemoglobin.height
    # 100 g/L is 6.2 mmol/L by the published table: grade 2 or more lies below it, with its rounding.
    assert graded.filter(pl.col("grade") <= -2).get_column("value").max() < 6.25


@pytest.fixture(scope="module")
def imported(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> labs.LabGrades:
    """The pilot study's SDTM laboratory data set, read as a study and graded by CTCAE 4."""
    source, folder = reference / "data/toxicity/pharmaversesdtm", tmp_path_factory.mktemp("sdtm")
    for name in ("dm.csv", "ex.csv"):
        (folder / name).write_bytes((source / name).read_bytes())
    (folder / "lb.csv").write_bytes(gzip.decompress((source / "lb.csv.gz").read_bytes()))
    study = read_sdtm(folder)
    # The ADLB takes the last record before treatment; the data set's own flag marks screening.
    options = LabOptions(baseline="last", baseline_records="baseline")
    return labs.grade(study.measurements, subjects=study.subjects, version="ctcae-4", options=options)


def test_the_imported_laboratory_data_set_gets_the_published_grades(
    imported: labs.LabGrades, adlb: pl.DataFrame, reference: Path
):
    raw = pl.read_csv(
        gzip.decompress((reference / "data/toxicity/pharmaversesdtm/lb.csv.gz").read_bytes()),
        infer_schema=False,
    )
    keys = raw.select("USUBJID", pl.col("LBSEQ").cast(pl.Int64)).with_row_index("source_row", offset=1)
    found = imported.table.join(keys.cast({"source_row": pl.Int64}), on="source_row")
    expected = adlb.with_columns(pl.col("PARAMCD").replace_strict(CODES).alias("test"))
    both = found.join(expected, on=["USUBJID", "LBSEQ", "test"], how="inner")
    compared = both.filter(~pl.col("test").is_in(OTHERWISE))
    assert compared.height == 29_045
    differ = compared.filter(pl.col("grade").ne_missing(pl.col("ATOXGR")))
    # Five bilirubin results are given as below the limit of quantification: the data set has no number and no
    # grade for them; whatever they are, they are not above the upper limit of normal.
    facts = differ.select("test", "value", "grade", "ATOXGR").unique().rows()
    assert (differ.height, facts) == (5, [("BILI", None, 0, None)])


def test_urine_ph_of_the_pilot_study_is_not_taken_for_acidosis(imported: labs.LabGrades):
    assert imported.table.filter(pl.col("test") == "PH").height == 0
    assert imported.skipped.filter(pl.col("test") == "PH").get_column("rows").to_list() == [874]
