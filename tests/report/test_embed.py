"""Tables inside the page: what is written is what is read back, and no text can leave its place."""

from __future__ import annotations

import json
import math
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.report.embed import (
    SIGNIFICANT_DIGITS,
    SharedTexts,
    dump_json,
    encode_column,
    encode_rows,
    encode_table,
)


def decode(column: Any, n: int) -> list[Any]:
    """The inverse, as ``assets/decode.js`` does it."""
    if isinstance(column, list):
        return column
    if "k" in column:
        return [column["k"]] * n
    if "i" in column:
        return [None if code < 0 else column["d"][code] for code in column["i"]]
    if "l" in column:
        return [[column["d"][code] for code in codes] for codes in column["l"]]
    total, values = 0, []
    for step in column["z"]:
        total += step
        values.append(total)
    return values


TEXTS = st.lists(st.one_of(st.none(), st.text(max_size=4), st.sampled_from(["mg/L", "day 1"])), max_size=30)
INTEGERS = st.lists(st.one_of(st.none(), st.integers(-(10**9), 10**9)), max_size=30)


@pytest.mark.property
@settings(max_examples=60)
@given(TEXTS)
def test_texts_come_back_as_they_were(values: list[str | None]) -> None:
    assert decode(encode_column(pl.Series(values, dtype=pl.String)), len(values)) == values


@pytest.mark.property
@settings(max_examples=60)
@given(INTEGERS)
def test_whole_numbers_come_back_as_they_were(values: list[int | None]) -> None:
    assert decode(encode_column(pl.Series(values, dtype=pl.Int64)), len(values)) == values


@pytest.mark.property
@settings(max_examples=60)
@given(st.lists(st.one_of(st.none(), st.floats(-1e12, 1e12, allow_subnormal=False)), max_size=30))
def test_decimal_numbers_keep_their_significant_digits(values: list[float | None]) -> None:
    back = decode(encode_column(pl.Series(values, dtype=pl.Float64)), len(values))
    for value, read in zip(values, back, strict=True):
        assert (value is None) == (read is None)
        assert value is None or math.isclose(value, read, rel_tol=0.5 * 10.0 ** (1 - SIGNIFICANT_DIGITS))


def test_a_number_that_is_none_becomes_missing_and_never_zero() -> None:
    assert decode(encode_column(pl.Series([1.5, math.nan, math.inf])), 3) == [1.5, None, None]


def test_lists_of_subjects_share_one_dictionary() -> None:
    column = encode_column(pl.Series([["a", "b"], [], None, ["b"]], dtype=pl.List(pl.String)))
    assert column == {"d": ["a", "b"], "l": [[0, 1], [], [], [1]]}


def test_true_and_false_stay_apart_from_one_and_zero() -> None:
    assert decode(encode_column(pl.Series([True, True])), 2) == [True, True]
    assert encode_rows([{"a": True}, {"a": 1}])["c"]["a"] == [True, 1]


def test_rows_that_lack_a_field_are_filled_with_nothing() -> None:
    encoded = encode_rows([{"a": 1}, {"b": "x"}])
    assert decode(encoded["c"]["a"], 2) == [1, None]
    assert decode(encoded["c"]["b"], 2) == [None, "x"]


@pytest.mark.property
@settings(max_examples=40)
@given(st.lists(TEXTS, max_size=4))
def test_texts_shared_by_many_tables_come_back_as_they_were(columns: list[list[str | None]]) -> None:
    shared = SharedTexts()
    encoded = [shared.encode(values) for values in columns]
    for values, column in zip(columns, encoded, strict=True):
        if "s" in column:
            read = [None if code < 0 else shared.texts[code] for code in column["s"]]
        else:
            read = decode(column, len(values))
        assert read == values


def test_steps_and_dictionaries_make_a_regular_table_short() -> None:
    table = pl.DataFrame({"minute": range(1_000_000, 1_060_000, 60), "unit": ["mmHg"] * 1000})
    assert len(dump_json(encode_table(table))) < 4000


@pytest.mark.parametrize("text", ["</script>", "<!--", "<script>", "a\u2028b"])
def test_no_text_can_end_the_element_it_stands_in(text: str) -> None:
    written = dump_json({"term": text})
    assert "<" not in written
    assert json.loads(written) == {"term": text}


def test_nan_is_refused_where_it_was_not_expected() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        dump_json({"value": math.nan})
