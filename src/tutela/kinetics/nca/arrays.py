"""The same analysis for arrays, without a table: for simulation and design."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from tutela.kernel.errors import InputError
from tutela.kinetics.nca.columns import Texts, no_texts
from tutela.kinetics.nca.intervals import FloatArray
from tutela.kinetics.nca.options import NcaOptions
from tutela.kinetics.nca.profiles import Profiles
from tutela.kinetics.nca.solve import DEFAULTS, solve
from tutela.kinetics.nca.table import explain
from tutela.kinetics.nca.terminal import derive

__all__ = ["ArrayResult", "compute_arrays"]


@dataclass(frozen=True, eq=False)
class ArrayResult:
    """Parameters of n profiles as arrays.

    Parameters
    ----------
    values
        Parameter code (windows by their label, such as ``AUCINT_0_28``) -> shape (n,), NaN where there is
        no value.
    reasons
        The same keys -> why there is no value, None where there is one.
    """

    values: dict[str, FloatArray]
    reasons: dict[str, Texts]


def compute_arrays(
    time: ArrayLike,
    conc: ArrayLike,
    *,
    is_blq: ArrayLike | None = None,
    lloq: ArrayLike | None = None,
    dose: ArrayLike | None = None,
    options: NcaOptions = DEFAULTS,
) -> ArrayResult:
    """Non-compartmental parameters of profiles given as arrays.

    Parameters
    ----------
    time
        Shape (n, points), or (points,) shared by all: ascending, NaN as padding at the end.
    conc
        Shape (n, points), 0 or more; NaN is a missing sample, 0 one below quantification.
    is_blq
        Shape (n, points): below quantification whatever ``conc`` says.
    lloq
        Shape broadcastable to (n, points).
    dose
        Shape (n,).
    options
        Every interpretive choice.

    Returns
    -------
    ArrayResult
        Arrays of values and reasons by parameter.

    Raises
    ------
    InputError
        If a concentration is negative or not finite, or times do not ascend.

    Examples
    --------
    >>> result = compute_arrays([0.0, 1, 2, 3, 4], [[0.0, 8, 4, 2, 1]])
    >>> round(float(result.values["LAMZHL"][0]), 9)
    1.0
    """
    profiles = _pack_arrays(time, conc, is_blq, lloq)
    columns, _, _ = solve(profiles, options)
    n = len(profiles.ids)
    amount = None if dose is None else np.broadcast_to(np.asarray(dose, dtype=np.float64), (n,))
    facts = pl.DataFrame({"reason": pl.Series([None] * n, dtype=pl.String)})
    solved = explain(derive(columns, amount), facts, amount)
    return ArrayResult(
        {name: column.value for name, column in solved.items()},
        {name: no_texts(n) if c.reason is None else c.reason for name, c in solved.items()},
    )


def _pack_arrays(
    time: ArrayLike, conc: ArrayLike, is_blq: ArrayLike | None, lloq: ArrayLike | None
) -> Profiles:
    value = np.atleast_2d(np.asarray(conc, dtype=np.float64))
    clock = np.broadcast_to(np.asarray(time, dtype=np.float64), value.shape)
    low = np.zeros(value.shape, dtype=np.bool_) if is_blq is None else np.broadcast_to(is_blq, value.shape)
    limit = np.broadcast_to(np.asarray(np.nan if lloq is None else lloq, dtype=np.float64), value.shape)
    _check_arrays(clock, value, low)
    if value.shape[1] < 2:
        # Two columns at least: everything else looks at neighbors.
        pad = ((0, 0), (0, 2 - value.shape[1]))
        clock, value, limit = (np.pad(part, pad, constant_values=np.nan) for part in (clock, value, limit))
        low = np.pad(low, pad)
    is_sample = ~np.isnan(clock) & (~np.isnan(value) | low)
    order = np.argsort(~is_sample, axis=1, kind="stable")

    def arrange(values: NDArray[np.float64]) -> FloatArray:
        return np.take_along_axis(np.where(is_sample, values, np.nan), order, axis=1)

    clock, value, limit = arrange(clock), arrange(value), arrange(limit)
    low = np.take_along_axis(low & is_sample, order, axis=1)
    with np.errstate(invalid="ignore"):
        low = low | (value == 0) | (value < limit)
        has_number = ~low | ((value > 0) & (value < limit))
    none = np.zeros(value.shape, dtype=np.bool_)
    row = np.where(np.isnan(clock), -1, np.arange(value.shape[1])[None, :])
    return Profiles(
        np.arange(len(value)), clock, np.where(has_number, value, np.nan), low, limit, none, none, row
    )


def _check_arrays(time: FloatArray, conc: FloatArray, is_blq: NDArray[np.bool_]) -> None:
    with np.errstate(invalid="ignore"):
        wrong = (~is_blq & ((conc < 0) | np.isinf(conc))) | np.isinf(time)
        # NaN is padding: it may only follow the last time.
        backwards = ~(np.diff(time, axis=1) > 0) & ~np.isnan(time[:, 1:])
    if wrong.any():
        row, slot = np.argwhere(wrong)[0]
        what = "A concentration is negative, or a number is not finite."
        raise InputError(
            what, row=int(row) + 1, value=float(conc[row, slot]), expected="finite numbers of 0 or more"
        )
    if backwards.any():
        row, slot = np.argwhere(backwards)[0]
        what = "Times do not ascend."
        raise InputError(
            what, row=int(row) + 1, value=float(time[row, slot + 1]), expected="ascending, distinct times"
        )
