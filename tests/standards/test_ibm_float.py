"""IBM hexadecimal floating point against exact fractions and the bytes printed in the format's description."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.standards.xpt.ibm_float import MISSING_BYTES, fits_length, from_ibm, is_representable, to_ibm

LARGEST = float(Fraction(16) ** 63 * (1 - Fraction(1, 2**53)))
SMALLEST = float(Fraction(1, 16**65))

doubles = st.one_of(
    st.floats(min_value=SMALLEST, max_value=LARGEST),
    st.floats(min_value=-LARGEST, max_value=-SMALLEST),
    st.integers(-(2**53), 2**53).map(float),
    st.sampled_from([0.0, 1.0, -1.0, 0.1, 1 / 3, LARGEST, -LARGEST, SMALLEST, 16.0, 1 / 16]),
)


def exact_value(raw: bytes) -> Fraction:
    """The definition, in exact arithmetic: (-1)^s * fraction / 2^56 * 16^(e - 64)."""
    word = int.from_bytes(raw, "big")
    sign = -1 if word >> 63 else 1
    exponent = (word >> 56) & 0x7F
    return sign * Fraction(word & ((1 << 56) - 1), 1 << 56) * Fraction(16) ** (exponent - 64)


@pytest.mark.property
@settings(max_examples=300, deadline=None)
@given(st.lists(doubles, min_size=1, max_size=20))
def test_the_bytes_of_a_double_have_exactly_its_value(values):
    raw = to_ibm(np.array(values))
    assert [exact_value(row.tobytes()) for row in raw] == [Fraction(value) for value in values]


@pytest.mark.property
@settings(max_examples=300, deadline=None)
@given(st.lists(doubles, min_size=1, max_size=20))
def test_a_double_comes_back_unchanged(values):
    back, missing = from_ibm(to_ibm(np.array(values)))
    assert back.tolist() == values
    assert not missing.any()


@pytest.mark.property
@settings(max_examples=300, deadline=None)
@given(st.binary(min_size=8, max_size=8).filter(lambda raw: raw[1:] != b"\0" * 7))
def test_any_eight_bytes_are_read_as_the_nearest_double(raw):
    """All exponents and unnormalized fractions; Python's own division of integers rounds to nearest even."""
    values, _ = from_ibm(np.frombuffer(raw, dtype=np.uint8).reshape(1, 8))
    exact = exact_value(raw)
    assert values[0] == exact.numerator / exact.denominator


@pytest.mark.property
@settings(max_examples=200, deadline=None)
@given(st.integers(2, 8), st.binary(min_size=8, max_size=8).filter(lambda raw: raw[1:] != b"\0" * 7))
def test_a_short_number_continues_with_zeros(length, raw):
    short = np.frombuffer(raw[:length], dtype=np.uint8).reshape(1, length)
    whole = np.frombuffer(raw[:length].ljust(8, b"\0"), dtype=np.uint8).reshape(1, 8)
    assert from_ibm(short)[0].tobytes() == from_ibm(whole)[0].tobytes()


@pytest.mark.property
@settings(max_examples=200, deadline=None)
@given(doubles, st.integers(2, 8))
def test_a_number_is_said_to_fit_exactly_when_cutting_keeps_its_value(value, length):
    raw = to_ibm(np.array([value]))
    kept = from_ibm(raw[:, :length])[0][0]
    assert bool(fits_length(raw, num_bytes=length)[0]) == (kept == value)


@pytest.mark.published
@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, "4110000000000000"), (-1, "C110000000000000"), (0, "0000000000000000"), (2, "4120000000000000")],
)
def test_the_worked_bytes_of_the_description_are_written(value, expected):
    """sas-xport, the table of values after the function that converts IEEE to IBM."""
    assert to_ibm(np.array([float(value)])).tobytes().hex().upper() == expected


@pytest.mark.published
def test_all_28_missing_values_are_told_apart():
    """sas-xport, "Missing values": first byte 2E, 5F or 41 to 5A, the rest zero."""
    raw = np.array([[code, *[0] * 7] for code in MISSING_BYTES], dtype=np.uint8)
    values, missing = from_ibm(raw)
    assert np.isnan(values).all()
    assert len(set(missing.tolist())) == 28
    assert [MISSING_BYTES[code] for code in missing] == ["", "_", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ"]


@pytest.mark.parametrize(
    ("value", "fits"),
    [(LARGEST, True), (float(16**63), False), (SMALLEST, True), (SMALLEST / 2, False), (np.inf, False)],
)
def test_the_range_of_the_format_is_known_to_the_last_number(value, fits):
    assert bool(is_representable(np.array([value]))[0]) is fits


def test_a_missing_number_is_written_as_a_point():
    assert to_ibm(np.array([np.nan])).tobytes() == b".\0\0\0\0\0\0\0"
