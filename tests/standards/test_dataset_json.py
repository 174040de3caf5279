"""Dataset-JSON 1.1: three forms of three published data sets, the published schema, and broken files.

Oracles: datasetjson_shapes.csv; the published examples in four formats, each the oracle of the others; the
JSON schema of the standard (the schema file of the NDJSON form is UTF-16 with a dangling reference, so the
schema of the JSON form is used for both).
"""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time

import jsonschema
import polars as pl
import pytest

from tutela.kernel.errors import InputError, StandardError
from tutela.standards.build import build_dataset
from tutela.standards.dataset import Column, Source
from tutela.standards.datasetjson.attributes import ATTRIBUTES
from tutela.standards.datasetjson.read import read_dataset_json
from tutela.standards.datasetjson.write import FORMS, write_dataset_json
from tutela.standards.xpt.read import read_xpt

SETS = ("adam/adsl", "sdtm/ae", "send/is")
COLUMNS = [
    {"itemOID": "IT.X.ID", "name": "ID", "label": "Subject", "dataType": "string"},
    {"itemOID": "IT.X.N", "name": "N", "label": "Number", "dataType": "integer"},
]
HEADER = {
    "datasetJSONCreationDateTime": "2024-11-11T15:09:13",
    "datasetJSONVersion": "1.1.0",
    "itemGroupOID": "IG.X",
    "records": 2,
    "name": "X",
    "label": "Example",
    "columns": COLUMNS,
}
ROWS = [["01", 1], ["02", None]]


def write_json(path, rows=ROWS, **changes):
    """A small file, with attributes changed, or removed by None."""
    attributes = {key: value for key, value in {**HEADER, **changes}.items() if value is not None}
    path.write_text(json.dumps({**attributes, "rows": rows}), encoding="utf-8")
    return path


def write_lines(path, lines, **changes):
    header = {**HEADER, **changes}
    path.write_text("\n".join([json.dumps(header), *lines]), encoding="utf-8")
    return path


def one_column(path, data_type, values, **attributes):
    column = {"itemOID": "IT", "name": "V", "label": "", "dataType": data_type, **attributes}
    return write_json(path, rows=[[value] for value in values], columns=[column], records=len(values))


@pytest.mark.oracle
@pytest.mark.external
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", SETS)
def test_shapes_equal_the_oracle(reference, name, form):
    with (reference / "oracles/ecosystem/datasetjson_shapes.csv").open(encoding="utf-8") as file:
        expected = next(row for row in csv.DictReader(file) if name in row["files"])
    dataset = read_dataset_json(reference / "data/ecosystem/datasetjson" / f"{name}.{form}")
    text = dataset.frame.select(pl.col(pl.String))
    types = Counter(
        column.type + (f"->{column.target_type}" if column.target_type else "") for column in dataset.columns
    )
    assert dataset.name == expected["name"]
    assert dataset.label == expected["label"]
    assert dataset.frame.shape == (int(expected["rows"]), int(expected["columns"]))
    assert dataset.frame.null_count().sum_horizontal().item() == int(expected["null_cells"])
    assert int((text == "").sum().sum_horizontal().item()) == int(expected["empty_string_cells"])
    assert "; ".join(f"{kind}: {types[kind]}" for kind in sorted(types)) == expected["column_types"]
    assert dataset.source.attributes["studyOID"] == expected["studyOID"]
    assert dataset.source.attributes["itemGroupOID"] == expected["itemGroupOID"]
    assert dataset.source.kind == form


@pytest.mark.oracle
@pytest.mark.external
@pytest.mark.parametrize("name", SETS)
def test_all_four_formats_hold_the_same_cells(reference, name):
    folder = reference / "data/ecosystem/datasetjson"
    first, *others = (read_dataset_json(folder / f"{name}.{form}") for form in FORMS)
    for other in others:
        assert other.frame.equals(first.frame)
        assert other.columns == first.columns
    transport = read_xpt(folder / f"{name}.xpt")
    integers = [column.name for column in first.columns if column.type == "integer"]
    assert transport.frame.equals(first.frame.with_columns(pl.col(integers).cast(pl.Float64)))


@pytest.mark.oracle
@pytest.mark.external
@pytest.mark.parametrize("name", SETS)
def test_a_published_file_is_written_again_byte_for_byte(reference, tmp_path, name):
    path = reference / "data/ecosystem/datasetjson" / f"{name}.json"
    write_dataset_json(read_dataset_json(path), tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == path.read_bytes()


@pytest.mark.oracle
@pytest.mark.external
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", SETS)
def test_what_is_written_fulfils_the_schema_and_reads_back_the_same(reference, tmp_path, name, form):
    folder = reference / "data/ecosystem/datasetjson"
    schema = json.loads((folder / "schema/dataset.schema.json").read_text(encoding="utf-8"))
    transport = read_xpt(folder / f"{name}.xpt")
    for dataset in (transport, read_dataset_json(folder / f"{name}.{form}")):
        path = tmp_path / f"x.{form}"
        write_dataset_json(dataset, path)
        raw = zlib.decompress(path.read_bytes()) if form == "dsjc" else path.read_bytes()
        header = json.loads(raw if form == "json" else raw.split(b"\n")[0])
        jsonschema.validate(header, schema)
        assert list(header) == [name for name in ATTRIBUTES if name in header]
        back = read_dataset_json(path)
        assert back.frame.equals(dataset.frame)
        assert back.label == dataset.label


def test_compressed_files_are_zlib_without_spaces_and_gzip_is_read_too(tmp_path):
    dataset = build_dataset(pl.DataFrame({"A": ["x", None], "N": [1, 2]}), name="X")
    path = tmp_path / "x.dsjc"
    write_dataset_json(dataset, path)
    raw = path.read_bytes()
    assert raw[:2] == b"\x78\xda"
    lines = zlib.decompress(raw).decode("utf-8")
    assert " " not in lines
    assert lines.endswith('["x",1]\n[null,2]\n')
    path.write_bytes(gzip.compress(lines.encode()))
    assert read_dataset_json(path).frame.equals(dataset.frame)
    assert read_dataset_json(path).source.kind == "dsjc"


def test_the_order_of_attributes_does_not_matter_on_reading(tmp_path):
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"rows": ROWS, **dict(reversed(HEADER.items()))}), encoding="utf-8")
    assert read_dataset_json(path).frame.rows() == [("01", 1), ("02", None)]


def test_metadata_alone_is_a_data_set_without_rows(tmp_path):
    for text in (json.dumps({**HEADER, "records": 0}), json.dumps({**HEADER, "records": 0, "rows": []})):
        path = tmp_path / "x.json"
        path.write_text(text, encoding="utf-8")
        assert read_dataset_json(path).frame.schema == {"ID": pl.String, "N": pl.Int64}
    path.write_text(json.dumps(HEADER), encoding="utf-8")
    with pytest.raises(InputError, match="number of records"):
        read_dataset_json(path)


def test_null_and_empty_text_stay_apart(tmp_path):
    path = one_column(tmp_path / "x.json", "string", ["", None, "a"])
    assert read_dataset_json(path).frame["V"].to_list() == ["", None, "a"]


def test_numeric_dates_become_dates_and_other_dates_stay_text(tmp_path):
    path = tmp_path / "x.json"
    read = {}
    for kind, value in (("date", "2024-02-29"), ("datetime", "2024-02-29T10:30:00.5"), ("time", "10:30")):
        read[kind] = read_dataset_json(one_column(path, kind, [value, None], targetDataType="integer")).frame[
            "V"
        ]
        assert read_dataset_json(one_column(path, kind, [value, ""])).frame["V"].to_list() == [value, ""]
    assert read["date"].to_list() == [date(2024, 2, 29), None]
    assert read["datetime"].to_list() == [datetime(2024, 2, 29, 10, 30, 0, 500_000), None]
    assert read["time"].to_list() == [time(10, 30), None]


def test_a_whole_number_with_a_point_is_an_integer(tmp_path):
    path = tmp_path / "x.json"
    write_json(path)
    path.write_text(path.read_text(encoding="utf-8").replace('"01", 1', '"01", 1.0'), encoding="utf-8")
    assert read_dataset_json(path).frame["N"].to_list() == [1, None]


@pytest.mark.parametrize(
    ("data_type", "attributes", "value"),
    [
        ("integer", {}, 1.5),
        ("integer", {}, "1"),
        ("integer", {}, True),
        ("integer", {}, 2**63),
        ("integer", {}, 2.0**60),
        ("float", {}, "1.5"),
        ("float", {}, False),
        ("double", {}, 10**400),
        ("decimal", {}, 1.5),
        ("decimal", {}, "1,5"),
        ("decimal", {}, "1e3"),
        ("boolean", {}, 1),
        ("boolean", {}, "true"),
        ("string", {}, 5),
        ("string", {}, True),
        ("string", {}, [1]),
        ("string", {}, "\ud800"),
        ("URI", {}, 5),
        ("date", {}, 20240102),
        ("date", {"targetDataType": "integer"}, "2024-01"),
        ("date", {"targetDataType": "integer"}, "2024-02-30"),
        ("date", {"targetDataType": "integer"}, 23376),
        ("datetime", {"targetDataType": "integer"}, "2024-01-02"),
        ("datetime", {"targetDataType": "integer"}, "2024-01-02T10:00:00Z"),
        ("time", {"targetDataType": "integer"}, "25:00:00"),
    ],
)
def test_a_value_that_does_not_fit_its_type_names_column_row_and_value(
    tmp_path, data_type, attributes, value
):
    path = one_column(tmp_path / "x.json", data_type, [None, None, value], **attributes)
    with pytest.raises(InputError, match=f"dataType {data_type}") as caught:
        read_dataset_json(path)
    assert (caught.value.column, caught.value.row, caught.value.value) == ("V", 3, value)
    assert caught.value.file == "x.json"


@pytest.mark.parametrize("missing", [key for key in HEADER if key != "datasetJSONVersion"])
def test_a_required_attribute_that_is_missing_is_named(tmp_path, missing):
    with pytest.raises(InputError, match=f"required attribute {missing} is missing"):
        read_dataset_json(write_json(tmp_path / "x.json", **{missing: None}))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"datasetJSONVersion": "1.0.0"}, "version of Dataset-JSON is not supported"),
        ({"datasetJSONVersion": "1.10"}, "version of Dataset-JSON is not supported"),
        ({"datasetJSONVersion": None}, "version of Dataset-JSON is not supported"),
        ({"datasetJSONCreationDateTime": "2024-11-11"}, "datasetJSONCreationDateTime is not a date-time"),
        ({"datasetJSONCreationDateTime": "2024-02-30T00:00:00"}, "is not a date-time"),
        ({"dbLastModifiedDateTime": "yesterday"}, "dbLastModifiedDateTime is not a date-time"),
        ({"records": -1}, "records must be a whole number"),
        ({"records": "2"}, "records must be a whole number"),
        ({"records": True}, "records must be a whole number"),
        ({"name": 5}, "name must be text"),
        ({"name": ""}, "name must not be empty"),
        ({"studyOID": ""}, "studyOID must not be empty"),
        ({"sourceSystem": {"name": "SAS"}}, "sourceSystem is not allowed"),
        ({"sourceSystem": "SAS"}, "sourceSystem is not allowed"),
        ({"columns": []}, "columns must be a list"),
        ({"columns": {"a": 1}}, "columns must be a list"),
        ({"columns": ["ID", "N"]}, "variable must be an object"),
        ({"columns": [COLUMNS[0], COLUMNS[0]]}, "occurs more than once"),
        ({"columns": [COLUMNS[0], {**COLUMNS[1], "dataType": "number"}]}, "dataType is not allowed"),
        ({"columns": [COLUMNS[0], {**COLUMNS[1], "length": 0}]}, "length of the variable is not allowed"),
        ({"columns": [COLUMNS[0], {**COLUMNS[1], "keySequence": 1.5}]}, "keySequence of the variable"),
        ({"columns": [COLUMNS[0], {**COLUMNS[1], "label": None}]}, "label of the variable must be text"),
        (
            {"columns": [COLUMNS[0], {**COLUMNS[1], "targetDataType": "integer"}]},
            "targetDataType does not fit",
        ),
        (
            {"columns": [COLUMNS[0], {"name": "N", "label": "", "dataType": "integer"}]},
            "lacks the attribute itemOID",
        ),
        ({"records": 3}, "number of rows is not the number of records"),
        ({"records": 1}, "number of rows is not the number of records"),
        ({"rows": [["01"]]}, "one value per variable"),
        ({"rows": [["01", 1], {"ID": "02"}]}, "one value per variable"),
        ({"rows": {"ID": []}}, "rows must be a list"),
    ],
)
def test_a_broken_file_says_which_rule_it_breaks(tmp_path, changes, words):
    with pytest.raises(InputError, match=words) as caught:
        read_dataset_json(write_json(tmp_path / "x.json", **changes))
    assert caught.value.file == "x.json"


def test_unknown_attributes_are_reported_on_reading(tmp_path):
    columns = [COLUMNS[0], {**COLUMNS[1], "colour": "red"}]
    dataset = read_dataset_json(write_json(tmp_path / "x.json", sponsor="S", columns=columns))
    assert dataset.notices == (
        "Unknown attributes of the file were not used: sponsor.",
        "N: unknown attributes of the variable were not used: colour.",
    )


def test_unknown_attributes_are_refused_on_writing(tmp_path):
    dataset = build_dataset(pl.DataFrame({"A": ["x"]}), name="X")
    with pytest.raises(StandardError, match="no attributes sponsor"):
        write_dataset_json(dataset, tmp_path / "x.json", attributes={"sponsor": "S"})
    with pytest.raises(StandardError, match="must not be empty"):
        write_dataset_json(dataset, tmp_path / "x.json", attributes={"studyOID": ""})
    assert list(tmp_path.iterdir()) == []


def test_oddities_that_break_no_rule_are_reported(tmp_path):
    path = one_column(tmp_path / "x.json", "date", ["2024-01", "02JAN2024", "n"], length=7)
    notices = read_dataset_json(path).notices
    assert "V: 2 values are not ISO 8601 dates or times, the first in row 2: '02JAN2024'." in notices
    assert "V: text of 9 bytes is longer than the declared 7." in notices
    later = write_json(path, dbLastModifiedDateTime="2024-11-11T15:09:14")
    assert (
        "dbLastModifiedDateTime is later than datasetJSONCreationDateTime."
        in read_dataset_json(later).notices
    )


@pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
def test_lines_may_end_in_either_way(tmp_path, ending):
    path = tmp_path / "x.ndjson"
    path.write_bytes(
        (ending or "\n").join([json.dumps(HEADER), '["01",1]', '["02",null]']).encode() + ending.encode()
    )
    assert read_dataset_json(path).frame.rows() == [("01", 1), ("02", None)]


def test_a_last_line_cut_off_is_named(tmp_path):
    path = write_lines(tmp_path / "x.ndjson", ['["01", 1]', '["02", nul'])
    with pytest.raises(InputError, match="cut off") as caught:
        read_dataset_json(path)
    assert caught.value.row == 3


def test_lines_lost_at_the_end_are_noticed_by_their_number(tmp_path):
    path = write_lines(tmp_path / "x.ndjson", ['["01", 1]'])
    with pytest.raises(InputError, match="number of records") as caught:
        read_dataset_json(path)
    assert (caught.value.value, caught.value.expected) == (1, "2 rows")


@pytest.mark.parametrize("line", ["[1", '"x"', '["a",1],["b",2]', '{"ID": "02"}', "[1,2]]"])
def test_a_line_that_is_no_row_is_named(tmp_path, line):
    path = write_lines(tmp_path / "x.ndjson", ['["01",1]', line, '["03",3]', ""], records=3)
    with pytest.raises(InputError) as caught:
        read_dataset_json(path)
    assert caught.value.row in (2, 3)


def test_a_blank_line_between_rows_is_an_error_and_at_the_end_is_not(tmp_path):
    assert (
        read_dataset_json(write_lines(tmp_path / "x.ndjson", ['["01",1]', '["02",2]', "", ""])).frame.height
        == 2
    )
    with pytest.raises(InputError) as caught:
        read_dataset_json(write_lines(tmp_path / "x.ndjson", ['["01",1]', "", '["02",2]']))
    assert caught.value.row == 3


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{"name": "X"', "cut off"),
        (b'{"name": "X', "cut off"),
        (b'{"name": \xff}', "not UTF-8"),
        (json.dumps(HEADER).encode("utf-16"), "UTF-16"),
        (b'{"name": NaN}', "NaN is not JSON"),
        (b"[1, 2]", "not Dataset-JSON"),
        (b'{"a": 1}', "not Dataset-JSON"),
        (b'{"name": "X",, }', "not JSON"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_what_is_not_json_says_why(tmp_path, raw, words):
    path = tmp_path / "x.json"
    path.write_bytes(raw)
    with pytest.raises(InputError, match=words):
        read_dataset_json(path)


def test_text_that_is_not_utf8_names_its_line(tmp_path):
    path = tmp_path / "x.ndjson"
    path.write_bytes(json.dumps(HEADER).encode() + b'\n["01",1]\n["Ren\xe9",2]\n')
    with pytest.raises(InputError, match="not UTF-8") as caught:
        read_dataset_json(path)
    assert caught.value.row == 3


@pytest.mark.parametrize("pack", [zlib.compress, gzip.compress])
def test_a_compressed_file_cut_off_or_damaged_says_so(tmp_path, pack):
    lines = json.dumps({**HEADER, "records": 5000}) + "\n" + "".join(f'["{i}",{i}]\n' for i in range(5000))
    path = tmp_path / "x.dsjc"
    whole = pack(lines.encode())
    path.write_bytes(whole)
    assert read_dataset_json(path).frame.height == 5000
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="compressed file is cut off"):
        read_dataset_json(path)
    path.write_bytes(whole[:4000] + b"\xff" * 50 + whole[4050:])
    with pytest.raises(InputError, match=r"compressed file is (damaged|cut off)"):
        read_dataset_json(path)


def test_a_byte_order_mark_is_reported(tmp_path):
    path = write_json(tmp_path / "x.json")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    dataset = read_dataset_json(path)
    assert dataset.frame.height == 2
    assert "byte-order mark" in dataset.notices[0]


@pytest.mark.published
def test_numbers_are_written_in_their_shortest_form(tmp_path):
    frame = pl.DataFrame(
        {"F": [0.1, 1e300, -0.0, 3.0, 2.0**53, 5e-324], "N": [2**63 - 1, -(2**63), 2**53 + 1, 0, None, 1]}
    )
    path = tmp_path / "x.ndjson"
    write_dataset_json(build_dataset(frame, name="X"), path)
    rows = path.read_text(encoding="utf-8").splitlines()[1:]
    assert rows == [
        "[0.1,9223372036854775807]",
        "[1e+300,-9223372036854775808]",
        "[-0.0,9007199254740993]",
        "[3,0]",
        "[9007199254740992.0,null]",
        "[5e-324,1]",
    ]
    back = read_dataset_json(path).frame
    assert back.equals(frame)
    assert str(back["F"][2]) == "-0.0"


def test_decimals_keep_their_digits(tmp_path):
    column = Column("D", type="decimal", target_type="decimal")
    dataset = build_dataset(pl.DataFrame({"D": ["1.50", "0.1000", None]}), name="X", columns=[column])
    write_dataset_json(dataset, tmp_path / "x.json")
    assert json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))["rows"] == [
        ["1.50"],
        ["0.1000"],
        [None],
    ]
    assert read_dataset_json(tmp_path / "x.json").frame.equals(dataset.frame)


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ([1.0, float("nan")], Column("A", type="float")),
        ([1.0, float("-inf")], Column("A", type="double")),
        (["1", "1e5"], Column("A", type="decimal")),
        (["2024-01", "01/02/2024"], Column("A", type="date")),
        ([date(2024, 1, 1), date.min], Column("A", type="date", target_type="integer")),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_by_cell(tmp_path, values, column):
    frame = pl.DataFrame({"A": values})
    if values[1] == date.min:
        frame = frame.with_columns(pl.col("A").dt.offset_by("-1y"))
    with pytest.raises(StandardError, match=r"data set X, column A, row 2: found"):
        write_dataset_json(build_dataset(frame, name="X", columns=[column]), tmp_path / "x.ndjson")
    assert list(tmp_path.iterdir()) == []


def test_equal_data_give_equal_files_and_the_clock_is_not_read(tmp_path):
    dataset = build_dataset(pl.DataFrame({"A": ["x"]}), name="X")
    for form in FORMS:
        first, second = tmp_path / f"a.{form}", tmp_path / f"b.{form}"
        write_dataset_json(dataset, first)
        write_dataset_json(dataset, second)
        assert first.read_bytes() == second.read_bytes()
    header = json.loads((tmp_path / "a.ndjson").read_text(encoding="utf-8").splitlines()[0])
    assert header["datasetJSONCreationDateTime"] == "1960-01-01T00:00:00"


def test_the_time_of_the_data_cannot_be_after_the_time_of_the_file(tmp_path):
    source = Source(kind="json", created="2024-01-01T00:00:00", modified="2024-01-02T00:00:00")
    dataset = replace(build_dataset(pl.DataFrame({"A": ["x"]}), name="X"), source=source)
    with pytest.raises(StandardError, match="changed after the file was created"):
        write_dataset_json(dataset, tmp_path / "x.json")
    write_dataset_json(dataset, tmp_path / "x.json", created="2024-01-03T00:00:00")
    assert read_dataset_json(tmp_path / "x.json").notices == ()


def test_an_unknown_form_is_refused(tmp_path):
    dataset = build_dataset(pl.DataFrame({"A": ["x"]}), name="X")
    with pytest.raises(StandardError, match="not a form of Dataset-JSON"):
        write_dataset_json(dataset, tmp_path / "x.jsonl")


def test_files_longer_than_a_portion_are_whole(tmp_path):
    count = 45_001
    frame = pl.DataFrame({"ID": [f"{i:05d}" for i in range(count)], "N": range(count)})
    dataset = build_dataset(frame, name="X")
    for form in FORMS:
        path = tmp_path / f"x.{form}"
        write_dataset_json(dataset, path)
        assert read_dataset_json(path).frame.equals(dataset.frame)
    text = (tmp_path / "x.ndjson").read_text(encoding="utf-8").splitlines()
    text[40_001] = '["40000","forty thousand"]'
    (tmp_path / "x.ndjson").write_text("\n".join(text), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_dataset_json(tmp_path / "x.ndjson")
    assert (caught.value.row, caught.value.column) == (40_001, "N")
