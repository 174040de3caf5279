"""The data set in memory: declared types are kept to, conversions are exact or refused, names and formats."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.kernel.errors import StandardError
from tutela.standards.build import blank_to_null, build_dataset
from tutela.standards.dataset import DATA_TYPES, Column, Dataset
from tutela.standards.formats import join_format, split_format
from tutela.standards.isodates import is_iso_part
from tutela.standards.names import check_names, is_valid_name, suggest_names
from tutela.standards.sas_dates import from_sas_numbers, to_sas_numbers


@pytest.mark.parametrize(
    ("type_", "target", "dtype"),
    [
        ("string", "", pl.String()),
        ("URI", "", pl.String()),
        ("integer", "", pl.Int64()),
        ("float", "", pl.Float64()),
        ("double", "", pl.Float64()),
        ("decimal", "decimal", pl.String()),
        ("boolean", "", pl.Boolean()),
        ("date", "", pl.String()),
        ("date", "integer", pl.Date()),
        ("datetime", "", pl.String()),
        ("datetime", "integer", pl.Datetime("us")),
        ("time", "", pl.String()),
        ("time", "integer", pl.Time()),
    ],
)
def test_the_storage_follows_from_the_declared_type(type_, target, dtype):
    assert Column("A", type=type_, target_type=target).storage == dtype


def test_every_data_type_has_a_storage():
    assert all(Column("A", type=type_).storage is not None for type_ in DATA_TYPES)


@pytest.mark.parametrize(
    ("values", "column", "expected"),
    [
        (["1", "", None, "-7"], Column("A", type="integer"), [1, None, None, -7]),
        ([1.0, None], Column("A", type="integer"), [1, None]),
        (["1.5", "1e3", ".5", ""], Column("A", type="float"), [1.5, 1000.0, 0.5, None]),
        ([1, 2**53], Column("A", type="float"), [1.0, 2.0**53]),
        (["true", "false", None], Column("A", type="boolean"), [True, False, None]),
        (["2024-02-29", ""], Column("A", type="date", target_type="integer"), [date(2024, 2, 29), None]),
        (
            ["2024-02-29T10:30", "2024-02-29T10:30:00.25"],
            Column("A", type="datetime", target_type="integer"),
            [datetime(2024, 2, 29, 10, 30), datetime(2024, 2, 29, 10, 30, 0, 250_000)],
        ),
        (
            ["10:30", "23:59:59"],
            Column("A", type="time", target_type="integer"),
            [time(10, 30), time(23, 59, 59)],
        ),
        ([1, None], Column("A"), ["1", None]),
        ([date(2024, 1, 2)], Column("A", type="date"), ["2024-01-02"]),
        ([datetime(2024, 1, 2, 3)], Column("A", type="datetime"), ["2024-01-02T03:00:00"]),
        ([Decimal("1.50")], Column("A", type="decimal"), ["1.50"]),
        ([None, None], Column("A", type="integer"), [None, None]),
    ],
)
def test_values_are_converted_to_the_declared_type(values, column, expected):
    dataset = build_dataset(pl.DataFrame({"A": values}), name="X", columns=[column])
    assert dataset.frame["A"].to_list() == expected
    assert dataset.frame["A"].dtype == column.storage


@pytest.mark.parametrize(
    ("values", "column"),
    [
        (["1", "1.5"], Column("A", type="integer")),
        (["1", "9223372036854775808"], Column("A", type="integer")),
        ([1.0, 1.5], Column("A", type="integer")),
        ([1.0, float("nan")], Column("A", type="integer")),
        (["1", "1,5"], Column("A", type="float")),
        (["1", "NaN"], Column("A", type="float")),
        (["1", "1e999"], Column("A", type="float")),
        ([1, 2**53 + 1], Column("A", type="float")),
        (["true", "Y"], Column("A", type="boolean")),
        ([0, 1], Column("A", type="boolean")),
        (["2024-01-01", "2024-02-30"], Column("A", type="date", target_type="integer")),
        (["2024-01-01", "2024-2-3"], Column("A", type="date", target_type="integer")),
        ([1, 2], Column("A", type="date", target_type="integer")),
        ([date(2024, 1, 1), date(2024, 1, 2)], Column("A", type="float")),
        ([datetime(2024, 1, 1), datetime(2024, 1, 1, 1)], Column("A", type="date", target_type="integer")),
    ],
)
def test_a_value_that_would_change_is_refused_by_cell(values, column):
    with pytest.raises(StandardError, match=r"data set X, column A, row [12]: found") as caught:
        build_dataset(pl.DataFrame({"A": values}), name="X", columns=[column])
    assert "Expected" in caught.value.advice


def test_undeclared_variables_follow_the_type_of_the_frame():
    frame = pl.DataFrame(
        {
            "I": pl.Series([1], dtype=pl.Int8),
            "F": pl.Series([1.5], dtype=pl.Float32),
            "C": pl.Series(["a"], dtype=pl.Categorical),
            "E": pl.Series(["a"], dtype=pl.Enum(["a"])),
            "D": [date(2024, 1, 1)],
            "M": pl.Series([datetime(2024, 1, 1)], dtype=pl.Datetime("ms")),
            "Z": pl.Series([datetime(2024, 1, 1)]).dt.replace_time_zone("UTC"),
            "X": [Decimal("1.10")],
        }
    )
    dataset = build_dataset(frame, name="X")
    assert [column.type for column in dataset.columns] == [
        "integer",
        "float",
        "string",
        "string",
        "date",
        "datetime",
        "datetime",
        "decimal",
    ]
    assert dataset.frame["Z"].to_list() == ["2024-01-01T00:00:00+00:00"]
    assert dataset.frame["X"].to_list() == ["1.10"]


@pytest.mark.parametrize("value", [[1, 2], {"a": 1}, b"x"])
def test_types_without_counterpart_are_refused(value):
    with pytest.raises(StandardError, match=r"no counterpart(.|\n)*column A"):
        build_dataset(pl.DataFrame({"A": [value]}), name="X")


def test_metadata_must_belong_to_the_frame():
    frame = pl.DataFrame({"A": ["x"]})
    with pytest.raises(StandardError, match="not in the frame: B"):
        build_dataset(frame, name="X", columns=[Column("B")])
    with pytest.raises(StandardError, match="different columns"):
        Dataset("X", "", frame, (Column("B"),))
    with pytest.raises(StandardError, match="kept as Int64, not as String"):
        Dataset("X", "", frame, (Column("A", type="integer"),))
    with pytest.raises(StandardError, match="more than once: A"):
        Dataset("X", "", frame, (Column("A"), Column("A")))


@pytest.mark.parametrize(
    "fault",
    [
        {"type": "number"},
        {"target_type": "float"},
        {"num_bytes": 1},
        {"num_bytes": 9},
        {"length": 0},
        {"key": 0},
    ],
)
def test_impossible_metadata_are_refused(fault):
    with pytest.raises(StandardError, match=r"cannot be declared(.|\n)*column A"):
        Column("A", **fault)


def test_building_changes_neither_the_frame_nor_its_order():
    frame = pl.DataFrame({"B": ["2", "1"], "A": ["x", ""]})
    before = frame.clone()
    dataset = build_dataset(frame, name="X", columns=[Column("A"), Column("B", type="integer", key=1)])
    assert frame.equals(before)
    assert dataset.frame.rows() == [(2, "x"), (1, "")]
    assert dataset.keys == ("B",)
    assert dataset.with_source_rows()["source_row"].to_list() == [1, 2]
    assert blank_to_null(dataset.frame)["A"].to_list() == ["x", None]


FORMAT_NAMES = st.sampled_from(["", "DATE", "E8601DA", "DATETIME", "$CHAR", "$", "BEST", "COMMA", "_MY"])


@pytest.mark.property
@settings(max_examples=200, deadline=None)
@given(FORMAT_NAMES, st.integers(0, 200), st.integers(0, 31))
def test_a_format_comes_apart_and_together_without_loss(name, width, decimals):
    assert split_format(join_format(name, width, decimals)) == (name, width, decimals)


@pytest.mark.parametrize("text", ["9A.", "DATE 9.", "8.2.1", "DATE-9", "é9."])
def test_what_is_no_format_is_refused(text):
    with pytest.raises(StandardError, match="not a SAS format"):
        split_format(text)


DATES = st.dates(date(1582, 1, 1), date(9999, 12, 31))
SECONDS = st.datetimes(datetime(1582, 1, 1), datetime(9999, 12, 31)).map(lambda t: t.replace(microsecond=0))
MICROSECONDS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1))


@pytest.mark.property
@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.tuples(st.just("date"), st.lists(st.none() | DATES)),
        st.tuples(st.just("datetime"), st.lists(st.none() | SECONDS)),
        st.tuples(st.just("datetime"), st.lists(st.none() | MICROSECONDS)),
        st.tuples(st.just("time"), st.lists(st.none() | st.times())),
    )
)
def test_dates_become_numbers_of_sas_and_come_back(case):
    kind, values = case
    series = pl.Series("D", values, dtype=Column("D", type=kind, target_type="integer").storage)
    back = from_sas_numbers(to_sas_numbers(series), kind=kind)
    assert back is not None
    assert back.equals(series)


@pytest.mark.property
@settings(max_examples=100, deadline=None)
@given(DATES)
def test_a_date_counts_the_days_from_1960(day):
    assert to_sas_numbers(pl.Series([day])).to_list() == [(day - date(1960, 1, 1)).days]


@pytest.mark.published
@pytest.mark.parametrize(
    ("text", "is_fit"),
    [
        ("2003-12-15T13:14:17.123", True),
        ("2003-12-15T13:14:17", True),
        ("2003-12-15T13:14", True),
        ("2003-12-15T13", True),
        ("2003-12-15", True),
        ("2003-12", True),
        ("2003", True),
        ("2003---15", True),
        ("--12-15", True),
        ("2003-12-15T-:15", True),
        ("2003-12-15T13:-:17", True),
        ("-----T07:15", True),
        ("--12-15T13", True),
        ("2003-12-01/2003-12-10", True),
        ("P10W", True),
        ("PT10M", True),
        ("-P14D", True),
        ("2003-12-15T13:14:17+05:30", True),
        ("2003-12-15T13:14:17Z", True),
        ("13:14", True),
        ("", True),
        ("15DEC2003", False),
        ("12/15/2003", False),
        ("2003-13", False),
        ("2003-12-32", False),
        ("2003-12-15 13:14", False),
        ("unknown", False),
        ("20031215", False),
    ],
)
def test_partial_dates_of_the_guide_are_iso_and_others_are_not(text, is_fit):
    """cdisc-sdtmig, sections 4.4.1 to 4.4.3: examples of complete, partial, interval and duration text."""
    assert is_iso_part(pl.Series([text])).to_list() == [is_fit]


@pytest.mark.property
@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=12), unique=True, max_size=30))
def test_suggested_names_are_allowed_and_differ(names):
    suggested = suggest_names(names)
    assert list(suggested) == names
    assert all(is_valid_name(name) for name in suggested.values())
    assert len(set(suggested.values())) == len(names)
    assert all(suggested[name] == name for name in names if is_valid_name(name))
    check_names(list(suggested.values()), dataset="X")
