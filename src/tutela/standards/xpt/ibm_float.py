"""IBM hexadecimal floating point, the numbers of SAS transport files, both ways and exact.

A number is a sign bit, a 7-bit exponent of base 16 with bias 64, and a fraction of 56 bits:
value = (-1)^sign * fraction / 2^56 * 16^(exponent - 64). Missing values are a first byte ``.``, ``_``
or ``A`` to ``Z`` before zeros.

References
----------
sas-xport, "Numeric data fields" and "Missing values".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MISSING_BYTES", "fits_length", "from_ibm", "is_representable", "to_ibm"]

_BIAS: Final = 64
_FRACTION_BITS: Final = 56
_FRACTION_MASK: Final = np.uint64((1 << _FRACTION_BITS) - 1)
_MAX_EXPONENT: Final = 127
_SIGN: Final = np.uint64(1 << 63)

MISSING_BYTES: Final = {0x2E: "", 0x5F: "_", **{code: chr(code) for code in range(0x41, 0x5B)}}
"""First byte of a missing value and its code; the plain missing value ``.`` has the empty code."""


def from_ibm(raw: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Numbers and missing codes from bytes.

    Parameters
    ----------
    raw
        Shape (n, k) with 2 <= k <= 8; shorter numbers are truncated ones and continue with zeros.

    Returns
    -------
    tuple
        Values of shape (n,), NaN where missing; first byte of the missing values, 0 elsewhere.

    Notes
    -----
    A fraction of more than 53 significant bits is rounded to the nearest double, ties to even. All
    other numbers, and every number this package writes, convert exactly.

    Examples
    --------
    >>> values, missing = from_ibm(np.array([[0x41, 0x10, 0, 0, 0, 0, 0, 0], [0x2E] + [0] * 7], np.uint8))
    >>> values.tolist(), missing.tolist()
    ([1.0, nan], [0, 46])
    """
    padded = np.zeros((raw.shape[0], 8), dtype=np.uint8)
    padded[:, : raw.shape[1]] = raw
    words = padded.view(">u8").astype(np.uint64).reshape(-1)
    fraction = (words & _FRACTION_MASK).astype(np.float64)
    exponent = (padded[:, 0] & 0x7F).astype(np.int32)
    magnitude = np.ldexp(fraction, 4 * (exponent - _BIAS) - _FRACTION_BITS)
    values = np.where(words & _SIGN, -magnitude, magnitude)
    is_missing = (padded[:, 1:] == 0).all(axis=1) & np.isin(padded[:, 0], list(MISSING_BYTES))
    values[is_missing] = np.nan
    return values, np.where(is_missing, padded[:, 0], 0).astype(np.uint8)


def to_ibm(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Bytes of numbers.

    Parameters
    ----------
    values
        Finite and representable (:func:`is_representable`), shape (n,); NaN becomes the plain missing
        value.

    Returns
    -------
    numpy.ndarray
        Shape (n, 8).

    Notes
    -----
    A double has 53 significant bits and normalization to base 16 shifts by at most 3, so all of them
    fit into 56: the conversion is exact. Zero has all bytes zero; a negative zero loses its sign.
    """
    is_missing = np.isnan(values)
    mantissa, exponent = np.frexp(np.where(is_missing, 0.0, values))
    hexadecimal = -(-exponent // 4)
    fraction = np.ldexp(np.abs(mantissa), _FRACTION_BITS - (4 * hexadecimal - exponent)).astype(np.uint64)
    words = fraction | ((hexadecimal + _BIAS).astype(np.uint64) << np.uint64(_FRACTION_BITS))
    words = np.where(values < 0, words | _SIGN, words)
    words[fraction == 0] = 0
    raw: NDArray[np.uint8] = words.astype(">u8").view(np.uint8).reshape(-1, 8)
    raw[is_missing] = (0x2E, 0, 0, 0, 0, 0, 0, 0)
    return raw


def is_representable(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which numbers the format can hold: zero, and magnitudes from 16^-65 to below 16^63.

    NaN counts as missing, which it can hold.

    Examples
    --------
    >>> is_representable(np.array([0.0, 1e-80, 1e75, 1e76, np.inf])).tolist()
    [True, False, True, False, False]
    """
    exponent = -(-np.frexp(np.where(np.isfinite(values), values, 0.0))[1] // 4) + _BIAS
    is_in_range = (exponent >= 0) & (exponent <= _MAX_EXPONENT)
    return np.asarray(~np.isinf(values) & (is_in_range | (values == 0)))


def fits_length(raw: NDArray[np.uint8], *, num_bytes: int) -> NDArray[np.bool_]:
    """Which numbers keep their value when cut to fewer bytes.

    Parameters
    ----------
    raw
        Bytes of shape (n, 8).
    num_bytes
        Bytes kept, 2 to 8.
    """
    return np.asarray((raw[:, num_bytes:] == 0).all(axis=1))
