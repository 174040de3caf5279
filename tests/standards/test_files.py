"""Any file in, any file out: content decides, bad files say what they are, and nothing is half written."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
import zlib
from dataclasses import replace
from datetime import date, datetime, time

import polars as pl
import pytest

from tutela.kernel.errors import InputError, StandardError
from tutela.kernel.files import read_csv_table
from tutela.standards import compression, limits
from tutela.standards.build import build_dataset
from tutela.standards.dataset import MISSING_CODES, Column, Source
from tutela.standards.files import WRITERS, read_dataset, write_dataset
from tutela.standards.output import write_blocks
from tutela.standards.parquet import METADATA_KEY

EXTENSIONS = tuple(WRITERS)


@pytest.fixture
def dataset():
    frame = pl.DataFrame(
        {
            "USUBJID": ["01", "02", "03"],
            "N": [1, None, 2**53],
            "X": [0.1, None, 1e-7],
            "D": ["1.50", None, "2"],
            "DT": [date(2024, 2, 29), None, date(1960, 1, 1)],
            "DTM": [datetime(2024, 2, 29, 1, 2, 3), None, datetime(2024, 2, 29, 1, 2, 3, 4000)],
            "TM": [time(1, 2, 3), None, time(0, 0, 0, 5)],
            "DTC": ["2024-02", "", "2024-02-29T01:02"],
            "B": [True, None, False],
            "C": ["a,b", 'say "x"', "line\nbreak"],
        }
    )
    columns = [
        Column("USUBJID", "Unique Subject Identifier", length=20, key=1, oid="IT.AE.USUBJID"),
        Column("D", "Decimal", type="decimal", target_type="decimal"),
        Column("DT", "Date", type="date", target_type="integer", format="DATE9."),
        Column("DTC", "Date/Time", type="datetime"),
    ]
    return build_dataset(frame, name="AE", label="Adverse Events", columns=columns)


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_every_format_gives_back_the_values_and_types(tmp_path, dataset, extension):
    if extension == ".xpt":
        frame = dataset.frame.drop("B", "N", "D")
        dataset = replace(
            dataset, frame=frame, columns=tuple(c for c in dataset.columns if c.name in frame.columns)
        )
    path = tmp_path / f"ae{extension}"
    write_dataset(dataset, path)
    back = read_dataset(path, columns=dataset.columns)
    expected = dataset.frame
    if extension.startswith(".csv"):
        expected = expected.with_columns(pl.col(pl.String).replace("", None))
    assert back.frame.equals(expected)
    assert back.frame.schema == expected.schema
    assert back.name == "AE"
    assert back.source.file == path.name
    if not extension.startswith(".csv"):
        assert back.label == dataset.label
        assert [column.label for column in back.columns] == [column.label for column in dataset.columns]


@pytest.mark.parametrize("extension", [".json", ".ndjson", ".dsjc", ".parquet"])
def test_formats_that_know_missing_text_keep_it_apart_from_empty_text(tmp_path, extension):
    dataset = build_dataset(pl.DataFrame({"A": ["", None, "x"]}), name="X")
    write_dataset(dataset, tmp_path / f"x{extension}")
    assert read_dataset(tmp_path / f"x{extension}").frame["A"].to_list() == ["", None, "x"]


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_equal_data_give_equal_files(tmp_path, dataset, extension):
    dataset = build_dataset(dataset.frame.drop("B"), name="AE")
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    for folder in ("a", "b"):
        write_dataset(dataset, tmp_path / folder / f"x{extension}")
    assert (tmp_path / "a" / f"x{extension}").read_bytes() == (tmp_path / "b" / f"x{extension}").read_bytes()


def test_parquet_keeps_everything(tmp_path, dataset):
    codes = pl.DataFrame({"column": ["X"], "row": [2], "code": ["A"]}, schema=MISSING_CODES)
    source = Source("old.xpt", "xpt", created="2024-01-01T00:00:00", attributes={"studyOID": "S"})
    dataset = replace(dataset, missing_codes=codes, source=source, notices=("a notice",))
    path = tmp_path / "old.xpt.parquet"
    write_dataset(dataset, path)
    back = read_dataset(path)
    assert back.frame.equals(dataset.frame)
    assert back.missing_codes.equals(codes)
    assert (back.columns, back.name, back.label, back.notices) == (
        dataset.columns,
        "AE",
        "Adverse Events",
        ("a notice",),
    )
    assert back.source == replace(source, file=path.name)


def test_parquet_of_another_program_is_read_by_its_types(tmp_path):
    path = tmp_path / "vs.parquet"
    frame = pl.DataFrame(
        {"A": pl.Series([1], dtype=pl.Int16), "B": [None], "C": pl.Series(["x"], dtype=pl.Categorical)}
    )
    frame.write_parquet(path)
    dataset = read_dataset(path)
    assert dataset.name == "VS"
    assert dataset.frame.schema == {"A": pl.Int64, "B": pl.String, "C": pl.String}
    pl.DataFrame({"A": [[1, 2]]}).write_parquet(path)
    with pytest.raises(InputError, match="no counterpart"):
        read_dataset(path)


def test_damaged_parquet_is_said_to_be_so(tmp_path, dataset):
    path = tmp_path / "x.parquet"
    write_dataset(dataset, path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match="damaged or cut off"):
        read_dataset(path)
    dataset.frame.write_parquet(path, metadata={METADATA_KEY: '{"version": 99}'})
    with pytest.raises(InputError, match="later version of this package"):
        read_dataset(path)
    dataset.frame.write_parquet(path, metadata={METADATA_KEY: "{}"})
    with pytest.raises(InputError, match="metadata in the Parquet file cannot be read"):
        read_dataset(path)


@pytest.mark.parametrize("extension", [".xpt", ".json", ".ndjson", ".dsjc", ".parquet"])
@pytest.mark.parametrize("name", ["x.csv", "x", "x.dat", "x.xpt", "x.json"])
def test_content_decides_and_a_wrong_name_is_reported(tmp_path, extension, name):
    dataset = build_dataset(pl.DataFrame({"A": ["x"], "N": [1.5]}), name="X")
    write_dataset(dataset, tmp_path / f"right{extension}")
    wrong = (tmp_path / f"right{extension}").rename(tmp_path / name)
    back = read_dataset(wrong)
    assert back.frame.equals(dataset.frame)
    family = {"x.xpt": (".xpt",), "x.json": (".json", ".ndjson", ".dsjc"), "x": EXTENSIONS}
    assert bool(back.notices) != (extension in family.get(name, ()))


@pytest.mark.parametrize("extension", [".xpt", ".json", ".parquet", ".csv"])
def test_files_packed_with_gzip_are_looked_through(tmp_path, extension):
    dataset = build_dataset(pl.DataFrame({"A": ["x"], "N": ["1.5"]}), name="X")
    plain = tmp_path / f"x{extension}"
    write_dataset(dataset, plain)
    packed = tmp_path / f"x{extension}.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_dataset(packed).frame.equals(dataset.frame)
    packed.write_bytes(packed.read_bytes()[:-12])
    with pytest.raises(InputError):
        read_dataset(packed)


def workbook():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("x.csv", b"", "empty"),
        ("x.xpt", b"", "empty"),
        ("x.csv", b"\xef\xbb\xbf", "empty"),
        ("x.csv", b"\x1a", "empty"),
        ("x.csv", b" \r\n \r\n", "empty"),
        ("x.csv", workbook(), "spreadsheet or ZIP"),
        ("x.xpt", workbook(), "spreadsheet or ZIP"),
        ("x.csv", b"%PDF-1.7 ...", "a PDF file"),
        ("x.csv", b"<!DOCTYPE html><html>", "a web page"),
        ("x.json", b"<?xml version='1.0'?>", "an XML file"),
        ("x.sas7bdat", b"\0" * 12 + b"\xc2\xea\x81\x60" + b"\0" * 100, "a SAS data file"),
        ("x.xpt", b"**COMPRESSED** **COMPRESSED**", "a SAS CPORT file"),
        ("x.xpt", b"USUBJID,AGE\n01,4\n", "not a SAS transport file, as its name says"),
        ("x.parquet", b"USUBJID,AGE\n01,4\n", "not Parquet, as its name says"),
        ("x.json", b"USUBJID,AGE\n01,4\n", "not JSON"),
        ("x.json", '{"a": 1}'.encode("utf-16"), "UTF-16"),
        ("x.json", b'{"a": 1}', "not Dataset-JSON"),
        ("x.json", b"[1, 2]", "not Dataset-JSON"),
        ("x.bin", bytes(range(256)), "neither text nor a data set"),
    ],
)
def test_a_file_that_is_no_data_set_says_what_it_is(tmp_path, name, raw, words):
    path = tmp_path / name
    path.write_bytes(raw)
    with pytest.raises(InputError, match=words) as caught:
        read_dataset(path)
    assert caught.value.file == name


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_dataset(tmp_path / "x.xpt")
    with pytest.raises(InputError, match="not a file"):
        read_dataset(tmp_path)


def test_a_table_whose_first_name_starts_with_a_brace_is_a_table(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("{id},value\n1,2\n", encoding="utf-8")
    assert read_dataset(path).frame.columns == ["{id}", "value"]


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "x.xpt"
    path.write_bytes(b"HEADER RECORD*******" + b" " * 1000)
    monkeypatch.setattr(limits, "MAX_BYTES", 1000)
    with pytest.raises(
        InputError, match=r"too large(.|\n)*1,020 bytes(.|\n)*at most 1,000 bytes(.|\n)*Split it"
    ):
        read_dataset(path)


def test_a_small_file_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "x.dsjc"
    path.write_bytes(zlib.compress(b'{"name": "' + b"x" * 5_000_000 + b'"}'))
    monkeypatch.setattr(compression, "MAX_BYTES", 1_000_000)
    with pytest.raises(InputError, match="too large"):
        read_dataset(path)


def test_gzip_members_in_a_row_are_one_stream(tmp_path):
    path = tmp_path / "x.ndjson.gz"
    header = {
        "datasetJSONCreationDateTime": "2024-01-01T00:00:00",
        "datasetJSONVersion": "1.1",
        "itemGroupOID": "IG",
        "records": 2,
        "name": "X",
        "label": "",
        "columns": [{"itemOID": "I", "name": "A", "label": "", "dataType": "integer"}],
    }
    path.write_bytes(gzip.compress(json.dumps(header).encode() + b"\n[1]\n") + gzip.compress(b"[2]\n"))
    assert read_dataset(path).frame["A"].to_list() == [1, 2]


@pytest.mark.parametrize("name", ["x.sas7bdat", "x.xlsx", "x"])
def test_a_format_that_cannot_be_written_is_refused(tmp_path, dataset, name):
    with pytest.raises(StandardError, match="does not name a format"):
        write_dataset(dataset, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path, dataset):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        write_dataset(dataset, tmp_path / "file" / "x.csv")


def test_records_keep_their_numbers_past_blank_lines(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("A,B\n1,2\n\n3,4\n", encoding="utf-8")
    numbered = read_dataset(path).with_source_rows()
    assert numbered["A"].to_list() == ["1", "3"]
    assert numbered["source_file"].to_list() == ["x.csv", "x.csv"]
    assert numbered["source_row"].equals(read_csv_table(path).frame["source_row"])
    assert numbered.columns == ["source_file", "source_row", "A", "B"]


def test_a_record_that_does_not_fit_the_header_is_named(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("A,B\n1,2\n3,4,5\n", encoding="utf-8")
    with pytest.raises(InputError, match="do not fit the header") as caught:
        read_dataset(path)
    assert caught.value.row == 2


def test_a_write_that_fails_on_the_way_leaves_nothing(tmp_path):
    def blocks():
        yield b"first"
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        write_blocks(tmp_path / "x", blocks())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.external
@pytest.mark.oracle
def test_a_csv_of_the_pilot_converts_through_every_format(reference, tmp_path):
    """Values of the pediatric DM, read from CSV, are the same after each format."""
    dataset = read_dataset(reference / "data/ecosystem/pharmaversesdtm_peds/dm_peds.csv", name="DM")
    expected = dataset.frame.fill_null("")
    for extension in EXTENSIONS:
        write_dataset(dataset, tmp_path / f"dm{extension}")
        assert read_dataset(tmp_path / f"dm{extension}").frame.fill_null("").equals(expected)


@pytest.mark.parametrize(
    ("extension", "losses"),
    [
        (
            ".xpt",
            (
                "1 missing texts become blank: A.",
                "1 texts lose their trailing blanks: A.",
                "Decimals become numbers: D.",
            ),
        ),
        (".json", ("1 special missing values become plain missing: X.",)),
        (".dsjc", ("1 special missing values become plain missing: X.",)),
        (".parquet", ()),
        (
            ".csv.gz",
            (
                "1 special missing values become plain missing: X.",
                "1 empty texts are read as missing: A.",
                "1 texts lose the blanks around them: A.",
            ),
        ),
    ],
)
def test_what_a_format_cannot_keep_is_said(tmp_path, extension, losses):
    frame = pl.DataFrame({"A": ["x ", None, ""], "X": [1.5, None, 2.0], "D": ["1.50", None, "2"]})
    columns = [Column("D", type="decimal", target_type="decimal")]
    codes = pl.DataFrame({"column": ["X"], "row": [2], "code": ["A"]}, schema=MISSING_CODES)
    dataset = replace(build_dataset(frame, name="X", columns=columns), missing_codes=codes)
    assert write_dataset(dataset, tmp_path / f"x{extension}") == losses
