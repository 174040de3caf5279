"""Writing transport files: the twelve writer cases, the bytes of files that SAS wrote, and refusals by cell.

Oracles: xpt_writer_cases.csv (what is required), and pyreadstat 1.3.7 as an independent reader.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, datetime, time

import polars as pl
import pyreadstat
import pytest

from tutela.kernel.errors import StandardError
from tutela.standards.build import build_dataset
from tutela.standards.dataset import MISSING_CODES, Column, Source
from tutela.standards.xpt.read import parse_xpt, read_xpt
from tutela.standards.xpt.write import to_xpt, write_xpt

FILES = (
    "datasetjson/adam/adsl.xpt",
    "datasetjson/sdtm/ae.xpt",
    "datasetjson/send/is.xpt",
    "bad_encoding_xpt/ts.xpt",
)


def one(values, *columns, name="AE", label=""):
    frame = pl.DataFrame(values)
    return build_dataset(frame, name=name, label=label, columns=columns)


def refused(dataset, tmp_path, **options):
    """The refusal's text; nothing may be left in the folder."""
    with pytest.raises(StandardError) as caught:
        write_xpt(dataset, tmp_path / "x.xpt", **options)
    assert list(tmp_path.iterdir()) == []
    return str(caught.value)


def name_too_long(_reference, tmp_path):
    text = refused(one({"LONGVARNAME1": ["x"]}), tmp_path)
    assert "1 to 8 characters" in text
    assert "column LONGVARNAME1" in text


def name_bad_characters(_reference, tmp_path):
    for name in ("A-B", "1ABC", "ABC \u00e9", "abc", "", "A.B"):
        assert f"found {name!r}" in refused(one({name: ["x"]}), tmp_path)
    for name in ("A", "_A", "ABCDEFGH", "A1_"):
        to_xpt(one({name: ["x"]}))


def label_60(_reference, tmp_path):
    text = refused(one({"A": ["x"]}, Column("A", "y" * 60)), tmp_path)
    assert "40 bytes; this one has 60" in text
    assert "column A" in text
    assert parse_xpt(to_xpt(one({"A": ["x"]}, Column("A", "y" * 40))), file="").column("A").label == "y" * 40


def value_250(_reference, tmp_path):
    text = refused(one({"B": ["", ""], "A": ["x", "y" * 250]}), tmp_path)
    assert "250 bytes; the limit is 200" in text
    assert "column A, row 2" in text


def value_120_e_acute(_reference, tmp_path):
    dataset = one({"A": ["x", "\u00e9" * 120]})
    assert "is not ascii" in refused(dataset, tmp_path)
    assert "column A, row 2" in refused(dataset, tmp_path)
    assert "240 bytes; the limit is 200" in refused(dataset, tmp_path, encoding="utf-8")


def all_null_column(_reference, tmp_path):
    frame = {"N": [None, None], "C": [None, None]}
    dataset = one(frame, Column("N", type="float"), Column("C", length=3))
    back = parse_xpt(to_xpt(dataset), file="")
    assert back.frame.schema == {"N": pl.Float64, "C": pl.String}
    assert back.frame["N"].to_list() == [None, None]
    assert back.column("C").length == 3
    with pytest.raises(StandardError, match="never guessed"):
        one(frame)


def date_column(_reference, tmp_path):
    dataset = one({"A": [date(2024, 1, 2)]}, Column("A", type="date", target_type="integer", format="DATE9."))
    path = tmp_path / "a.xpt"
    write_xpt(dataset, path)
    frame, meta = pyreadstat.read_xport(str(path), output_format="polars")
    assert frame["A"].to_list() == [date(2024, 1, 2)]
    assert read_xpt(path).column("A").format == "DATE9."
    assert meta.original_variable_types["A"].startswith("DATE")


def format_width(_reference, tmp_path):
    date_column(_reference, tmp_path)


def file_label(_reference, tmp_path):
    path = tmp_path / "a.xpt"
    write_xpt(one({"A": ["x"]}, name="ADSL", label="Subject-Level Analysis Dataset"), path)
    assert read_xpt(path).label == "Subject-Level Analysis Dataset"
    assert (
        pyreadstat.read_xport(str(path), output_format="polars")[1].file_label
        == "Subject-Level Analysis Dataset"
    )


def round_trip(reference, tmp_path):
    dataset = read_xpt(reference / "data/ecosystem/datasetjson/adam/adsl.xpt")
    write_xpt(dataset, tmp_path / "adsl.xpt")
    back = read_xpt(tmp_path / "adsl.xpt")
    assert back.frame.equals(dataset.frame)
    assert (back.columns, back.label, back.name) == (dataset.columns, dataset.label, dataset.name)


def encoding(reference, _tmp_path):
    dataset = read_xpt(reference / "data/ecosystem/bad_encoding_xpt/ts.xpt")
    assert dataset.frame.shape == (33, 6)
    assert "windows-1252" in dataset.notices[0]


def two_names_same_prefix(_reference, tmp_path):
    text = refused(one({"LABTESTCODE1": ["x"], "LABTESTCODE2": ["y"]}), tmp_path)
    assert "column LABTESTCODE1" in text


CASES = {
    case.__name__: case
    for case in (
        name_too_long,
        name_bad_characters,
        label_60,
        value_250,
        value_120_e_acute,
        all_null_column,
        date_column,
        format_width,
        file_label,
        round_trip,
        encoding,
        two_names_same_prefix,
    )
}


@pytest.mark.oracle
@pytest.mark.external
@pytest.mark.parametrize("case", CASES)
def test_the_writer_does_what_the_case_requires(reference, tmp_path, case):
    CASES[case](reference, tmp_path)


@pytest.mark.oracle
@pytest.mark.external
def test_every_case_of_the_oracle_is_tested(reference):
    with (reference / "oracles/ecosystem/xpt_writer_cases.csv").open(encoding="utf-8") as file:
        assert {row["case"] for row in csv.DictReader(file)} == set(CASES)


@pytest.mark.oracle
@pytest.mark.external
@pytest.mark.parametrize("name", FILES)
def test_a_file_of_sas_is_written_again_byte_for_byte(reference, name):
    path = reference / "data" / "ecosystem" / name
    dataset = read_xpt(path)
    assert to_xpt(dataset, encoding="windows-1252" if "bad" in name else "ascii") == path.read_bytes()


@pytest.mark.external
def test_text_that_is_not_ascii_names_its_cell_unless_an_encoding_is_asked_for(reference, tmp_path):
    dataset = read_xpt(reference / "data/ecosystem/bad_encoding_xpt/ts.xpt")
    text = refused(dataset, tmp_path)
    assert "column TSVAL, row 9" in text


@pytest.mark.oracle
def test_an_independent_reader_sees_the_same_cells_and_labels(tmp_path):
    dataset = one(
        {
            "USUBJID": ["01", "02", "03"],
            "X": [1.5, None, -1e-70],
            "N": [2**53, -(2**53), None],
            "DT": [date(1960, 1, 1), None, date(2100, 12, 31)],
            "DTM": [datetime(2024, 2, 29, 23, 59, 59), None, datetime(1959, 12, 31)],
            "TM": [time(0, 0, 0), time(23, 59, 59), None],
            "C": ["", None, " leading"],
        },
        Column("USUBJID", "Unique Subject Identifier", length=20),
        Column("DT", type="date", target_type="integer", format="DATE9."),
        Column("DTM", type="datetime", target_type="integer", format="DATETIME20."),
        Column("TM", type="time", target_type="integer", format="TIME8."),
        label="All kinds",
    )
    path = tmp_path / "ae.xpt"
    write_xpt(dataset, path)
    frame, meta = pyreadstat.read_xport(str(path), output_format="polars")
    expected = dataset.frame.with_columns(pl.col("N").cast(pl.Float64), pl.col("C").fill_null(""))
    assert frame.with_columns(pl.col("DTM").cast(pl.Datetime("us"))).equals(expected)
    assert meta.column_labels[0] == "Unique Subject Identifier"
    assert (meta.table_name, meta.file_label) == ("AE", "All kinds")


@pytest.mark.parametrize(
    ("values", "column", "words"),
    [
        ([1.0, float("nan")], Column("A", type="float"), "is not a number; a missing number is null"),
        ([1.0, float("inf")], Column("A", type="float"), "outside the range"),
        ([1.0, 1e76], Column("A", type="float"), "outside the range"),
        ([1.0, 1e-80], Column("A", type="float"), "outside the range"),
        ([1, 2**53 + 1], Column("A", type="integer"), "beyond 2^53"),
        ([1.0, 0.1], Column("A", type="float", num_bytes=3), "does not keep its value in 3 bytes"),
        (["1.5", "1,5"], Column("A", type="decimal"), "not a decimal number"),
        (["1.5", "0.12345678901234567890"], Column("A", type="decimal"), "not a decimal number"),
        (["ok", "toolong"], Column("A", length=4), "7 bytes; the declared length is 4"),
        (["ok", "a\0b"], Column("A"), "zero byte"),
        (
            [date(2024, 1, 1), date(1500, 1, 1)],
            Column("A", type="date", target_type="integer"),
            "cannot be a SAS date",
        ),
    ],
)
def test_a_value_the_format_cannot_hold_is_refused_by_cell(tmp_path, values, column, words):
    text = refused(one({"A": values}, column), tmp_path)
    assert words in text
    assert "data set AE, column A, row 2" in text


@pytest.mark.parametrize(
    ("dataset", "words"),
    [
        (one({"A": [True]}), "no true and false"),
        (one({"A": ["x"]}, Column("A", length=201)), "over the limit of 200"),
        (one({"A": ["x"]}, Column("A", "line\nbreak")), "control characters"),
        (one({"A": ["x"]}, Column("A", "Ren\u00e9")), "ascii characters only"),
        (one({"A": ["x"]}, label="z" * 41), "40 bytes; this one has 41"),
        (one({"A": ["x"]}, Column("A", format="MUCHTOOLONG9.")), "at most 8 characters"),
        (one({"A": ["x"]}, Column("A", format="9A.")), "not a SAS format"),
        (one({"A": ["x"]}, name="toolongname"), "data set name is not allowed"),
        (one({"A": ["x", ""]}), "would take it for padding"),
        (one({}), "1 to 9999 variables"),
    ],
)
def test_what_the_format_cannot_state_is_refused(tmp_path, dataset, words):
    assert words in refused(dataset, tmp_path)


def test_equal_data_give_equal_bytes_and_the_clock_is_not_read():
    dataset = one({"A": ["x"]})
    assert to_xpt(dataset) == to_xpt(dataset)
    assert to_xpt(dataset).count(b"01JAN60:00:00:00") == 4
    assert to_xpt(dataset, created=datetime(2024, 5, 6, 7, 8, 9)).count(b"06MAY24:07:08:09") == 4


def test_a_year_that_two_digits_cannot_mean_is_refused(tmp_path):
    assert "1960 to 2059" in refused(one({"A": ["x"]}), tmp_path, created=datetime(2060, 1, 1))


def test_special_missing_values_are_written_back():
    codes = pl.DataFrame({"column": ["X", "X"], "row": [2, 3], "code": ["A", "_"]}, schema=MISSING_CODES)
    dataset = replace(one({"X": [1.0, None, None, None]}), missing_codes=codes)
    assert parse_xpt(to_xpt(dataset), file="").missing_codes.equals(codes)


@pytest.mark.parametrize(
    ("column", "row", "code"), [("X", 1, "A"), ("X", 9, "A"), ("X", 2, "a"), ("C", 2, "A")]
)
def test_a_special_missing_value_that_fits_no_cell_is_refused(tmp_path, column, row, code):
    codes = pl.DataFrame({"column": [column], "row": [row], "code": [code]}, schema=MISSING_CODES)
    dataset = replace(one({"X": [1.0, None], "C": ["a", "b"]}), missing_codes=codes)
    assert "pecial missing value" in refused(dataset, tmp_path)


def test_decimals_become_the_nearest_numbers():
    dataset = one({"A": ["1.50", "-0.1", "", None]}, Column("A", type="decimal", target_type="decimal"))
    assert parse_xpt(to_xpt(dataset), file="").frame["A"].to_list() == [1.5, -0.1, None, None]


def test_trailing_blanks_and_null_text_become_blank():
    dataset = one({"K": ["1", "2", "3"], "A": [" a ", None, "b\t"]})
    assert parse_xpt(to_xpt(dataset), file="").frame["A"].to_list() == [" a", "", "b\t"]


def test_numeric_dates_without_a_format_get_an_iso_one():
    back = parse_xpt(to_xpt(one({"A": [date(2024, 1, 2)]})), file="")
    assert back.column("A").format == "E8601DA."
    assert back.frame["A"].to_list() == [date(2024, 1, 2)]


def test_the_stamps_of_a_read_file_are_kept_and_those_of_another_format_are_not():
    dataset = one({"A": ["x"]})
    stated = Source(kind="json", created="2024-01-01T00:00:00", modified="2023-05-04T03:02:01Z", system="SAS")
    data = to_xpt(replace(dataset, source=stated))
    assert data.count(b"04MAY23:03:02:01") == 4
    assert b"tutela" in data[80:160]


def test_a_failed_write_leaves_the_old_file_as_it_was(tmp_path):
    path = tmp_path / "a.xpt"
    write_xpt(one({"A": ["x"]}), path)
    before = path.read_bytes()
    with pytest.raises(StandardError):
        write_xpt(one({"A": ["\u00e9"]}), path)
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["a.xpt"]
