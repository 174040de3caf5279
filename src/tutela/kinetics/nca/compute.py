"""Non-compartmental analysis of many profiles at once: a table in, a table of values or reasons out."""

from __future__ import annotations

import numpy as np
import polars as pl

from tutela.kernel.provenance import Provenance, hash_table
from tutela.kinetics.nca.columns import join_columns
from tutela.kinetics.nca.options import NcaOptions
from tutela.kinetics.nca.profiles import pack, prepare
from tutela.kinetics.nca.result import NcaResult
from tutela.kinetics.nca.solve import DEFAULTS, solve
from tutela.kinetics.nca.table import build_table, explain, find_doses, mark_samples
from tutela.kinetics.nca.terminal import derive

__all__ = ["compute"]


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
        ``value`` (concentration); optional ``unit``, ``lloq``, ``is_censored``, ``specimen``,
        ``lambda_z_include``, ``lambda_z_exclude``, ``source_file``, ``source_row``, as in ``measurements``.
    by
        Columns that identify a profile.
    doses
        Columns of ``by`` (all or some), ``dose`` and optionally ``unit``; adds what needs the dose.
    options
        Every interpretive choice.

    Returns
    -------
    NcaResult
        Parameters, points of the terminal fits, counts of samples not used.

    Raises
    ------
    InputError
        If a column is missing, a number is not finite or negative, or a profile has two doses; names the row.

    Notes
    -----
    Every rule stands in :mod:`tutela.kinetics.nca.options`; rows may stand in any order.

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
    solved = [solve(part, options) for part in packed]
    order = np.argsort(np.concatenate([part.ids for part in packed])) if packed else np.array([], dtype=int)
    facts, dose = find_doses(table.facts, doses, by=by)
    columns = join_columns([columns for columns, _, _ in solved], order)
    columns = explain(derive(columns, dose), facts, dose) if columns else {}
    return NcaResult(
        table=build_table(columns, table.samples, facts, by=by, options=options, has_dose=dose is not None),
        samples=mark_samples(table, [(curves, fit) for _, curves, fit in solved], by=by),
        profiles=facts.drop("profile"),
        by=by,
        options=options,
        provenance=_provenance(profiles, doses, by, options),
    )


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
