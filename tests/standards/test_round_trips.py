"""Any data set through any format and back: the same values, types, labels and special missing values."""

from __future__ import annotations

import contextlib
import math
import string
from dataclasses import replace
from datetime import date, datetime

import polars as pl
import pyreadstat
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tutela.kernel.errors import StandardError
from tutela.standards.build import build_dataset
from tutela.standards.dataset import MISSING_CODES, Column
from tutela.standards.files import read_dataset, write_dataset
from tutela.standards.xpt.read import parse_xpt, read_xpt
from tutela.standards.xpt.write import to_xpt

SETTINGS = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ASCII = st.text(alphabet=[chr(code) for code in range(1, 128)], max_size=30)
LABELS = st.text(alphabet=string.ascii_letters + string.digits + " ()/-", max_size=40).map(str.strip)
XPT_FLOATS = st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda x: x == 0 or 1e-78 < abs(x) < 7e75
)
PYREADSTAT_LIMIT = 2.0**249
"""From here pyreadstat 1.3.7 writes the largest number of the format (7FFF...) instead of the value."""
SECONDS = st.datetimes(datetime(1582, 1, 1), datetime(9999, 12, 31)).map(lambda t: t.replace(microsecond=0))

XPT_KINDS = {
    "string": (Column("V"), ASCII),
    "float": (Column("V", type="float"), XPT_FLOATS),
    "integer": (Column("V", type="integer"), st.integers(-(2**53), 2**53)),
    "date": (
        Column("V", type="date", target_type="integer", format="DATE9."),
        st.dates(date(1582, 1, 1), date(9999, 12, 31)),
    ),
    "datetime": (Column("V", type="datetime", target_type="integer", format="DATETIME20."), SECONDS),
    "time": (Column("V", type="time", target_type="integer", format="TIME8."), st.times()),
}
JSON_KINDS = {
    "string": (Column("V"), st.text(max_size=20)),
    "URI": (Column("V", type="URI"), st.text(max_size=20)),
    "integer": (Column("V", type="integer"), st.integers(-(2**63), 2**63 - 1)),
    "float": (Column("V", type="float"), st.floats(allow_nan=False, allow_infinity=False)),
    "double": (Column("V", type="double"), st.floats(allow_nan=False, allow_infinity=False)),
    "decimal": (
        Column("V", type="decimal", target_type="decimal"),
        st.decimals(allow_nan=False, allow_infinity=False).map(lambda d: f"{d:f}"),
    ),
    "boolean": (Column("V", type="boolean"), st.booleans()),
    "partial": (
        Column("V", type="date"),
        st.sampled_from(["", "2024", "2024-02", "2024---15", "2024-02-29T10:30"]),
    ),
    "date": (Column("V", type="date", target_type="integer"), st.dates()),
    "datetime": (Column("V", type="datetime", target_type="integer"), st.datetimes()),
    "time": (Column("V", type="time", target_type="integer"), st.times()),
}


@st.composite
def datasets(draw, kinds, *, with_sequence=True):
    """A data set of up to five variables of any kind with labels, keys and missing values."""
    chosen = draw(st.lists(st.sampled_from(sorted(kinds)), min_size=1, max_size=5))
    height = draw(st.integers(0, 12))
    columns, series = [], []
    if with_sequence:
        columns.append(Column("SEQ", "Sequence", type="float", key=1))
        series.append(pl.Series("SEQ", [float(i) for i in range(height)], dtype=pl.Float64))
    for place, kind in enumerate(chosen):
        template, values = kinds[kind]
        column = replace(template, name=f"V{place}", label=draw(LABELS))
        cells = draw(st.lists(st.none() | values, min_size=height, max_size=height))
        columns.append(column)
        series.append(pl.Series(column.name, cells, dtype=column.storage))
    return build_dataset(pl.DataFrame(series), name="AE", label=draw(LABELS), columns=columns)


def as_transport_knows_it(dataset):
    """What the format cannot tell apart: null and blank text, trailing blanks, whole numbers and others."""
    text = pl.col(pl.String).fill_null("").str.strip_chars_end(" ")
    return dataset.frame.with_columns(text, pl.col(pl.Int64).cast(pl.Float64))


@pytest.mark.property
@SETTINGS
@given(datasets(XPT_KINDS))
def test_any_data_set_comes_back_from_a_transport_file(dataset):
    back = parse_xpt(to_xpt(dataset), file="ae.xpt")
    assert back.frame.equals(as_transport_knows_it(dataset))
    assert back.label == dataset.label
    assert [(c.name, c.label, c.format) for c in back.columns] == [
        (c.name, c.label, c.format) for c in dataset.columns
    ]
    assert to_xpt(back) == to_xpt(parse_xpt(to_xpt(back), file="again.xpt"))


@pytest.mark.property
@SETTINGS
@given(datasets({"string": XPT_KINDS["string"]}, with_sequence=False))
def test_text_alone_comes_back_unless_its_last_row_would_vanish(dataset):
    expected = as_transport_knows_it(dataset)
    if expected.height and not any(expected.row(-1)):
        with contextlib.suppress(StandardError):
            assert parse_xpt(to_xpt(dataset), file="ae.xpt").frame.equals(expected)
    else:
        assert parse_xpt(to_xpt(dataset), file="ae.xpt").frame.equals(expected)


@pytest.mark.property
@SETTINGS
@given(st.lists(st.none() | st.sampled_from("ABCXYZ_"), max_size=20), st.integers(2, 8))
def test_special_missing_values_come_back_at_any_length(codes, num_bytes):
    values = [None if code else 1.0 for code in codes]
    rows = [(row, code) for row, code in enumerate(codes, start=1) if code]
    table = pl.DataFrame(
        {"column": ["X"] * len(rows), "row": [row for row, _ in rows], "code": [code for _, code in rows]},
        schema=MISSING_CODES,
    )
    frame = pl.DataFrame({"X": values}, schema={"X": pl.Float64})
    dataset = build_dataset(frame, name="X", columns=[Column("X", type="float", num_bytes=num_bytes)])
    back = parse_xpt(to_xpt(replace(dataset, missing_codes=table)), file="x.xpt")
    assert back.frame.equals(frame)
    assert back.missing_codes.equals(table)


@pytest.mark.oracle
@pytest.mark.property
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(datasets({key: XPT_KINDS[key] for key in ("string", "float", "integer", "date")}))
def test_an_independent_reader_reads_what_we_write(tmp_path, dataset):
    """pyreadstat 1.3.7; text only of printable characters, because it stops at control characters."""
    printable = pl.col(pl.String).str.replace_all(r"[^ -~]", "?")
    dataset = replace(dataset, frame=dataset.frame.with_columns(printable))
    path = tmp_path / "ae.xpt"
    write_dataset(dataset, path)
    frame, meta = pyreadstat.read_xport(str(path), output_format="polars")
    expected = as_transport_knows_it(dataset)
    assert frame.columns == expected.columns
    assert frame.height == expected.height
    if expected.height:
        for name in expected.columns:
            filled = frame[name].cast(expected[name].dtype)
            assert filled.equals(expected[name]), name
    assert [label or "" for label in meta.column_labels] == [column.label for column in dataset.columns]


@pytest.mark.oracle
@pytest.mark.property
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            XPT_FLOATS.filter(lambda x: abs(x) < PYREADSTAT_LIMIT),
            st.text(alphabet=string.printable[:95], min_size=1, max_size=30).map(str.rstrip),
        ),
        min_size=1,
        max_size=10,
    )
)
def test_we_read_what_an_independent_writer_writes(tmp_path, rows):
    assume(any(text for _, text in rows))
    frame = pl.DataFrame(rows, schema={"X": pl.Float64, "C": pl.String}, orient="row")
    path = tmp_path / "x.xpt"
    pyreadstat.write_xport(
        frame,
        str(path),
        file_label="A label",
        column_labels=["Number", "Text"],
        table_name="XX",
        file_format_version=5,
    )
    dataset = read_xpt(path)
    assert [dataset.frame["C"].to_list(), dataset.name, dataset.label] == [
        frame["C"].to_list(),
        "XX",
        "A label",
    ]
    assert all(
        math.isclose(ours, given, rel_tol=0, abs_tol=0)
        for ours, given in zip(dataset.frame["X"], frame["X"], strict=True)
    )
    assert [column.label for column in dataset.columns] == ["Number", "Text"]


@pytest.mark.property
@SETTINGS
@given(datasets(JSON_KINDS), st.sampled_from([".json", ".ndjson", ".dsjc"]))
def test_any_data_set_comes_back_from_dataset_json(tmp_path, dataset, extension):
    path = tmp_path / f"ae{extension}"
    write_dataset(dataset, path)
    back = read_dataset(path)
    assert back.frame.equals(dataset.frame)
    assert back.frame.schema == dataset.frame.schema
    assert (back.name, back.label) == (dataset.name, dataset.label)
    ours = [replace(column, oid="") for column in back.columns]
    assert ours == list(dataset.columns)
    first = path.read_bytes()
    write_dataset(back, path)
    assert read_dataset(path).frame.equals(dataset.frame)
    assert path.suffix != ".json" or path.read_bytes() == first


@pytest.mark.property
@SETTINGS
@given(
    datasets({key: XPT_KINDS[key] for key in ("string", "float", "date")}),
    st.sampled_from([".xpt", ".json", ".dsjc", ".parquet", ".csv"]),
)
def test_values_read_back_differ_exactly_where_a_loss_was_reported(tmp_path, dataset, extension):
    path = tmp_path / f"ae{extension}"
    assume(dataset.frame.height > 0)
    losses = write_dataset(dataset, path)
    back = read_dataset(path, columns=dataset.columns)
    assert back.frame.equals(dataset.frame) == (not losses)


@pytest.mark.property
@SETTINGS
@given(datasets(JSON_KINDS))
def test_any_data_set_comes_back_from_parquet(tmp_path, dataset):
    path = tmp_path / "ae.parquet"
    write_dataset(dataset, path)
    back = read_dataset(path)
    assert back.frame.equals(dataset.frame)
    assert back.columns == dataset.columns


@pytest.mark.property
@SETTINGS
@given(datasets({kind: JSON_KINDS[kind] for kind in JSON_KINDS if kind not in ("string", "URI")}))
def test_any_values_come_back_from_csv_with_their_declaration(tmp_path, dataset):
    assume(dataset.frame.height > 0)
    path = tmp_path / "ae.csv"
    write_dataset(dataset, path)
    back = read_dataset(path, columns=dataset.columns)
    assert back.frame.equals(dataset.frame.with_columns(pl.col(pl.String).replace("", None)))
