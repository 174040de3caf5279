"""Non-compartmental analysis of many profiles at once: a table in, a table of values or reasons out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from tutela.kernel.errors import InputError
from tutela.kernel.provenance import Provenance, hash_table
from tutela.kinetics.nca.area import area_columns, window_column
from tutela.kinetics.nca.blq import Curves, draw_curves
from tutela.kinetics.nca.columns import Column, Texts, join_columns, no_texts
from tutela.kinetics.nca.course import course_columns
from tutela.kinetics.nca.intervals import FloatArray, intervals
from tutela.kinetics.nca.lambda_z import Terminal, fit_terminal
from tutela.kinetics.nca.options import NcaOptions
from tutela.kinetics.nca.profiles import Profiles, pack, prepare
from tutela.kinetics.nca.result import NcaResult
from tutela.kinetics.nca.table import build_table, explain, find_doses, mark_samples
from tutela.kinetics.nca.terminal import derive, terminal_columns

__all__ = ["DEFAULTS", "ArrayResult", "compute", "compute_arrays"]

#: The choices of an analysis that names none.
DEFAULTS = NcaOptions()


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


def compute(
    profiles: pl.DataFrame,
    *,
    by: tuple[str, ...] = ("subject", "test"),
    doses: pl.DataFrame | None = None,
    options: NcaOptions = DEFAULTS,
) -> NcaResult:
    """Non-compartmental parameters of every profile, each a value or the reason why there is none.

    Parameters
    ----------
    profiles
        One row per sample: the columns of ``by``, ``time`` (since infusion, in ``options.time_unit``) and
        ``value`` (concentration, one unit per profile). Optional: ``unit``, ``lloq``, ``is_censored``,
        ``specimen``, ``lambda_z_include``, ``lambda_z_exclude``, ``source_file``, ``source_row``. The table
        ``measurements`` of a study fits. Rows may stand in any order.
    by
        Columns that identify a profile.
    doses
        Columns of ``by`` (all or some), ``dose`` and optionally ``unit``; adds clearance, volume and
        dose-normalized parameters.
    options
        Every interpretive choice.

    Returns
    -------
    NcaResult
        Parameters in the table, points of the terminal fits, counts of samples not used.

    Raises
    ------
    InputError
        If a column is missing, a number is not finite or negative, or a profile has two doses; names the row.

    Notes
    -----
    Missing concentrations are left out and counted. The last sample before infusion stands at infusion where
    none was taken then. See :mod:`tutela.kinetics.nca.options` for all rules.

    References
    ----------
    pknca; cdisc-pkparmcd.

    Examples
    --------
    >>> import polars as pl
    >>> profile = pl.DataFrame({"subject": ["1"] * 6, "test": ["CARTGENE"] * 6, "unit": ["copies/ug"] * 6,
    ...                         "time": [0.0, 4, 8, 14, 21, 28], "value": [0.0, 50, 800, 200, 100, 50]})
    >>> result = compute(profile)
    >>> result.value("1", "CARTGENE", "LAMZHL").text
    '7 d'
    >>> result.value("1", "CARTGENE", "TBLQ").text
    'not computable: still quantified in the last sample, at 28'
    """
    table = prepare(profiles, by=by, options=options)
    packed = list(pack(table))
    solved = [_solve(part, options) for part in packed]
    order = np.argsort(np.concatenate([part.ids for part in packed])) if packed else np.array([], dtype=int)
    columns = join_columns([columns for columns, _, _ in solved], order)
    facts, dose = find_doses(table.facts, doses, by=by)
    if columns:
        columns = explain(derive(columns, dose), facts, dose)
    return NcaResult(
        table=build_table(columns, table.samples, facts, by=by, options=options, has_dose=dose is not None),
        samples=mark_samples(table, [(curves, fit) for _, curves, fit in solved], by=by),
        profiles=facts.drop("profile"),
        by=by,
        options=options,
        provenance=_provenance(profiles, doses, by, options),
    )


def _solve(profiles: Profiles, options: NcaOptions) -> tuple[dict[str, Column], Curves, Terminal]:
    """Everything that comes from the samples of a group of profiles."""
    curves = draw_curves(profiles, options)
    joined = intervals(curves.time, curves.conc, method=options.method, tmax=curves.tmax)
    fit = fit_terminal(
        curves.time,
        curves.conc,
        curves.quantified,
        tmax=curves.tmax,
        options=options.terminal,
        include=curves.include,
        exclude=curves.exclude,
    )
    columns = course_columns(profiles, curves, options)
    columns |= area_columns(curves, joined, options)
    columns |= terminal_columns(curves, fit, options.terminal)
    why = columns["LAMZ"].reason
    for window in options.windows:
        columns[window.label] = window_column(
            curves,
            joined,
            fit.rate,
            no_texts(len(fit.rate)) if why is None else why,
            window=window,
            options=options,
        )
    return columns, curves, fit


def _provenance(
    profiles: pl.DataFrame, doses: pl.DataFrame | None, by: tuple[str, ...], options: NcaOptions
) -> Provenance:
    inputs = {"profiles": hash_table(profiles)}
    if doses is not None:
        inputs["doses"] = hash_table(doses)
    return Provenance(
        method="tutela.kinetics.nca.compute",
        params={"by": list(by)} | options.to_dict(),
        inputs=inputs,
        options=options.words,
    )


def compute_arrays(
    time: ArrayLike,
    conc: ArrayLike,
    *,
    is_blq: ArrayLike | None = None,
    lloq: ArrayLike | None = None,
    dose: ArrayLike | None = None,
    options: NcaOptions = DEFAULTS,
) -> ArrayResult:
    """The same analysis for arrays, without a table: for simulation and design.

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
    columns, _, _ = _solve(profiles, options)
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
