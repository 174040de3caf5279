"""Reading transport files: the oracle's byte layout, an independent reader, and every way a file can be bad.

Oracles: xpt_layout.csv and xpt_variables.csv (byte parser, equal to pyreadstat 1.3.7 in every cell).
"""

from __future__ import annotations

import csv
import struct
from datetime import date, datetime, time

import polars as pl
import pyreadstat
import pytest

from tutela.kernel.errors import InputError
from tutela.standards.build import build_dataset
from tutela.standards.dataset import Column
from tutela.standards.xpt.members import find_members
from tutela.standards.xpt.read import parse_xpt, read_xpt, xpt_names
from tutela.standards.xpt.write import to_xpt

FILES = (
    "datasetjson/adam/adsl.xpt",
    "datasetjson/sdtm/ae.xpt",
    "datasetjson/send/is.xpt",
    "bad_encoding_xpt/ts.xpt",
)


def oracle(reference, name):
    with (reference / "oracles" / "ecosystem" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def small(frame=None, columns=()):
    frame = pl.DataFrame({"USUBJID": ["01", "02"], "AGE": [4, None]}) if frame is None else frame
    return build_dataset(frame, name="DM", label="Demographics", columns=columns)


@pytest.mark.oracle
@pytest.mark.external
@pytest.mark.parametrize("name", FILES)
def test_the_layout_equals_the_oracle(reference, name):
    expected = next(row for row in oracle(reference, "xpt_layout.csv") if row["file"] == name)
    data = (reference / "data" / "ecosystem" / name).read_bytes()
    (member,) = find_members(data, file=name)
    texts = [variable.length for variable in member.variables if not variable.is_numeric]
    found = {
        "bytes": len(data),
        "records_of_80": len(data) // 80,
        "dataset": member.name.decode(),
        "label": member.label.decode(),
        "variables": len(member.variables),
        "data_offset": member.start,
        "record_length": member.row_length,
        "rows": member.rows,
        "trailing_pad_bytes": member.end - member.start - member.rows * member.row_length,
        "numeric_variables": len(member.variables) - len(texts),
        "longest_char_variable": max(texts),
    }
    assert {key: str(value) for key, value in found.items()} == {key: expected[key] for key in found}


@pytest.mark.oracle
@pytest.mark.external
@pytest.mark.parametrize("name", FILES)
def test_every_variable_equals_the_oracle(reference, name):
    expected = [row for row in oracle(reference, "xpt_variables.csv") if row["file"] == name]
    data = (reference / "data" / "ecosystem" / name).read_bytes()
    (member,) = find_members(data, file=name)
    found = [
        {
            "file": name,
            "position_number": str(number),
            "name": variable.name.decode(),
            "type": "num" if variable.is_numeric else "char",
            "length": str(variable.length),
            "offset_in_record": str(variable.position),
            "format": variable.format[0].decode(),
            "format_width": str(variable.format[1]),
            "label": variable.label.decode(),
        }
        for number, variable in enumerate(member.variables, start=1)
    ]
    assert found == expected


@pytest.mark.oracle
@pytest.mark.external
@pytest.mark.parametrize("name", FILES)
def test_every_cell_equals_an_independent_reader(reference, name):
    path = reference / "data" / "ecosystem" / name
    encoding = "WINDOWS-1252" if "bad_encoding" in name else None
    expected, meta = pyreadstat.read_xport(str(path), output_format="polars", encoding=encoding)
    dataset = read_xpt(path)
    assert dataset.frame.equals(expected)
    assert [column.label for column in dataset.columns] == [label or "" for label in meta.column_labels]


@pytest.mark.external
def test_format_width_and_file_label_are_kept(reference):
    dataset = read_xpt(reference / "data/ecosystem/datasetjson/adam/adsl.xpt")
    assert dataset.column("TRTSDT").format == "DATE9."
    assert dataset.label == "Subject-Level Analysis Dataset"
    assert dataset.frame["TRTSDT"].dtype == pl.Date()


@pytest.mark.external
def test_windows_text_is_read_and_its_cells_are_named(reference):
    dataset = read_xpt(reference / "data/ecosystem/bad_encoding_xpt/ts.xpt")
    assert dataset.frame.shape == (33, 6)
    assert dataset.source.encoding == "windows-1252"
    (notice,) = dataset.notices
    assert "TSVAL rows 9, 14, 29" in notice
    assert dataset.frame["TSVAL"].str.contains("Alzheimer’s").sum() == 3  # noqa: RUF001


def test_only_the_cells_that_are_not_utf8_are_read_as_windows_text():
    frame = pl.DataFrame({"A": ["Ren\u00e9", "plain", "xxxxx"]})
    data = to_xpt(build_dataset(frame, name="A"), encoding="utf-8").replace(b"xxxxx", b"Ren\xe9 ")
    dataset = parse_xpt(data, file="a.xpt")
    assert dataset.frame["A"].to_list() == ["Ren\u00e9", "plain", "Ren\u00e9"]
    assert "A row 3;" in dataset.notices[0]


def test_a_stated_encoding_is_used_and_a_wrong_one_names_the_cell():
    frame = pl.DataFrame({"A": ["ab", "\u65e5"]})
    data = to_xpt(build_dataset(frame, name="A"), encoding="shift_jis")
    assert parse_xpt(data, file="a.xpt", encoding="shift_jis").frame["A"].to_list() == ["ab", "\u65e5"]
    with pytest.raises(InputError, match=r"a\.xpt, row 2, column A") as caught:
        parse_xpt(data, file="a.xpt", encoding="ascii")
    assert (caught.value.row, caught.value.column) == (2, "A")
    with pytest.raises(InputError, match="encoding is not known"):
        parse_xpt(data, file="a.xpt", encoding="latin-99")


def test_bytes_in_no_encoding_name_the_cell():
    head, _, tail = to_xpt(small()).rpartition(b"02")
    data = head + b"\x81\x8d" + tail
    with pytest.raises(InputError, match=r"a\.xpt, row 2, column USUBJID.*utf-8 or windows-1252"):
        parse_xpt(data, file="a.xpt")


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (50, "not a SAS transport file|cut off"),
        (80, "member header is incomplete"),
        (240, "member header is incomplete, 80 bytes are missing"),
        (400, "data set header is incomplete, 80 bytes"),
        (560, "NAMESTR header is incomplete, 80 bytes"),
        (640, "description of variable 1 of 2 is incomplete, 320 bytes"),
        (800, "description of variable 2 of 2 is incomplete, 160 bytes"),
        (960, "OBS header is incomplete, 80 bytes"),
        (1000, "last record is incomplete, 40 bytes are missing"),
    ],
)
def test_a_file_cut_off_says_what_is_missing(size, words):
    data = to_xpt(small())
    with pytest.raises(InputError, match=words):
        parse_xpt(data[:size], file="dm.xpt")


def test_a_row_cut_off_at_a_record_names_the_row():
    frame = pl.DataFrame({"A": ["x" * 200] * 5})
    data = to_xpt(build_dataset(frame, name="A"))
    with pytest.raises(
        InputError, match=r"row 4, of which 120 of 200 bytes are there, is incomplete, 80 bytes"
    ):
        parse_xpt(data[: 880 + 720], file="a.xpt")


def test_version_8_is_refused_by_name(tmp_path):
    path = tmp_path / "v8.xpt"
    pyreadstat.write_xport(pl.DataFrame({"LONGVARNAME1": [1.0]}), str(path), file_format_version=8)
    with pytest.raises(InputError, match=r"version 8.*\n.*version 5.*\n.*Dataset-JSON"):
        read_xpt(path)


@pytest.mark.parametrize("raw", [b"not a data set at all", b"**COMPRESSED** **COMPRESSED**"])
def test_other_content_is_not_taken_for_a_transport_file(raw):
    with pytest.raises(InputError, match="not a SAS transport file"):
        parse_xpt(raw, file="a.xpt")


def test_a_damaged_header_is_named():
    data = to_xpt(small())
    with pytest.raises(InputError, match="number of variables is not a number"):
        parse_xpt(data[:614] + b"  x " + data[618:], file="a.xpt")
    with pytest.raises(InputError, match="impossible length or position"):
        parse_xpt(
            data[:644] + struct.pack(">h", 9) + data[646:724] + struct.pack(">i", 90) + data[728:], file="a"
        )


def test_no_rows_give_an_empty_frame_with_its_types():
    frame = pl.DataFrame(schema={"USUBJID": pl.String, "AGE": pl.Float64, "DT": pl.Date})
    back = parse_xpt(to_xpt(build_dataset(frame, name="DM")), file="dm.xpt")
    assert back.frame.schema == frame.schema
    assert back.frame.height == 0


def test_special_missing_values_are_null_with_their_codes():
    values = pl.DataFrame({"X": [1.5, None, None, None, None]})
    plain = to_xpt(build_dataset(values, name="X"))
    start = len(plain) - 80
    marks = b".A_Z"
    body = plain[start:]
    for place, mark in enumerate(marks, start=1):
        body = body[: place * 8] + bytes([mark]) + body[place * 8 + 1 :]
    dataset = parse_xpt(plain[:start] + body, file="x.xpt")
    assert dataset.frame["X"].to_list() == [1.5, None, None, None, None]
    assert dataset.missing_codes.rows() == [("X", 3, "A"), ("X", 4, "_"), ("X", 5, "Z")]


@pytest.mark.parametrize("length", [1, 7, 8, 39, 40, 41, 79, 80, 81])
@pytest.mark.parametrize("rows", [1, 2, 3, 11, 80])
def test_padding_is_never_taken_for_rows(length, rows):
    frame = pl.DataFrame({"A": ["x" * length] * rows})
    back = parse_xpt(to_xpt(build_dataset(frame, name="A")), file="a.xpt")
    assert back.frame.equals(frame)


@pytest.mark.oracle
@pytest.mark.parametrize("length", [8, 20, 40, 79, 81, 120])
@pytest.mark.parametrize("blanks", [1, 2, 3, 9])
def test_blank_rows_before_the_last_record_are_kept_as_an_independent_reader_does(tmp_path, length, blanks):
    """pyreadstat 1.3.7 drops trailing blank rows in the last record too, where the row is shorter."""
    rows = ["x" * length, *[""] * blanks, "y"]
    whole = to_xpt(build_dataset(pl.DataFrame({"A": rows}), name="A", columns=[Column("A", length=length)]))
    path = tmp_path / "a.xpt"
    path.write_bytes(whole)
    expected, _ = pyreadstat.read_xport(str(path), output_format="polars")
    assert read_xpt(path).frame.equals(expected)
    assert expected["A"].to_list() == rows


def test_several_data_sets_in_one_file_are_chosen_by_name(tmp_path):
    first, second = to_xpt(small()), to_xpt(build_dataset(pl.DataFrame({"B": [1.0]}), name="B"))
    path = tmp_path / "two.xpt"
    path.write_bytes(first + second[240:])
    assert xpt_names(path) == ("DM", "B")
    assert read_xpt(path, name="B").frame["B"].to_list() == [1.0]
    assert read_xpt(path, name="DM").frame["USUBJID"].to_list() == ["01", "02"]
    with pytest.raises(InputError, match=r"several data sets.*\n.*\n?.*DM, B"):
        read_xpt(path)
    with pytest.raises(InputError, match="no data set 'C'"):
        read_xpt(path, name="C")


def test_short_numbers_written_elsewhere_are_read():
    """A NAMESTR with length 3: the first three bytes of 1.0 and of -2.5."""
    data = to_xpt(
        build_dataset(
            pl.DataFrame({"X": [1.0, -2.5, None]}), name="X", columns=[Column("X", type="float", num_bytes=3)]
        )
    )
    dataset = parse_xpt(data, file="x.xpt")
    assert dataset.frame["X"].to_list() == [1.0, -2.5, None]
    assert dataset.column("X").num_bytes == 3


@pytest.mark.published
@pytest.mark.parametrize(
    ("number", "fmt", "expected"),
    [
        (0.0, "DATE9.", date(1960, 1, 1)),
        (-1.0, "YYMMDD10.", date(1959, 12, 31)),
        (23376.0, "E8601DA.", date(2024, 1, 1)),
        (0.0, "DATETIME20.", datetime(1960, 1, 1)),
        (86400.5, "E8601DT22.3", datetime(1960, 1, 2, 0, 0, 0, 500000)),
        (3661.0, "TIME8.", time(1, 1, 1)),
        (5.25, "8.2", 5.25),
    ],
)
def test_formats_decide_what_a_number_means(number, fmt, expected):
    columns = [Column("X", type="float", format=fmt)]
    data = to_xpt(build_dataset(pl.DataFrame({"X": [number, None]}), name="X", columns=columns))
    assert parse_xpt(data, file="x.xpt").frame["X"].to_list() == [expected, None]
    kept = parse_xpt(data, file="x.xpt", dates=False)
    assert kept.frame["X"].to_list() == [number, None]
    assert kept.column("X").format == fmt


@pytest.mark.parametrize(("number", "fmt"), [(10.5, "DATE9."), (90_000.0, "TIME5."), (5e6, "DATE9.")])
def test_numbers_that_are_no_such_date_stay_numbers_and_are_reported(number, fmt):
    columns = [Column("X", type="float", format=fmt)]
    data = to_xpt(build_dataset(pl.DataFrame({"X": [number]}), name="X", columns=columns))
    dataset = parse_xpt(data, file="x.xpt")
    assert dataset.frame["X"].to_list() == [number]
    assert "kept as numbers" in dataset.notices[0]


def test_names_that_were_cut_to_the_same_are_refused():
    data = to_xpt(build_dataset(pl.DataFrame({"LBTESTC1": ["a"], "LBTESTC2": ["b"]}), name="LB"))
    with pytest.raises(InputError, match=r"more than once(.|\n)*column LBTESTC1"):
        parse_xpt(data.replace(b"LBTESTC2", b"LBTESTC1"), file="lb.xpt")
