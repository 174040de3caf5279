"""From columns of parameters to the long table: reasons handed on, units attached, rows pointed at."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tutela.kernel.errors import InputError
from tutela.kinetics.nca.blq import Curves
from tutela.kinetics.nca.choices import Window
from tutela.kinetics.nca.columns import Column, Texts, hush, no_texts, say
from tutela.kinetics.nca.intervals import FloatArray
from tutela.kinetics.nca.lambda_z import Terminal
from tutela.kinetics.nca.options import NcaOptions
from tutela.kinetics.nca.parameters import PARAMETERS, Parameter, unit_of
from tutela.kinetics.nca.profiles import SampleTable

__all__ = ["build_table", "explain", "find_doses", "mark_samples"]

_UNDEFINED = "not defined: it divides by zero"
_BY_CODE = {parameter.code: parameter for parameter in PARAMETERS}


def explain(columns: dict[str, Column], facts: pl.DataFrame, dose: FloatArray | None) -> dict[str, Column]:
    """Give every missing value its reason: its own, or that of what it is computed from.

    Parameters
    ----------
    columns
        Parameters, some without reasons.
    facts
        One row per profile; ``reason`` says why a whole profile is not analyzed.
    dose
        Shape (n,), or None.
    """
    whole = np.array(facts.get_column("reason").to_list(), dtype=object)
    why_no_dose = no_texts(len(whole)) if dose is None else say((np.isnan(dose), "no dose given"))
    done: dict[str, Column] = {}
    names = [*(p.code for p in PARAMETERS), *(name for name in columns if name not in _BY_CODE)]
    for name in names:
        if name not in columns:
            continue
        column, parameter = columns[name], _BY_CODE.get(name, _BY_CODE["AUCINT"])
        uses_dose = "dose" in parameter.unit or parameter.unit in ("clearance", "volume")
        reasons = [whole, column.reason, *(done[need].reason for need in parameter.needs if need in done)]
        if uses_dose:
            reasons.append(why_no_dose)
        done[name] = _explain(column, [r for r in reasons if r is not None])
    return done


def _explain(column: Column, reasons: list[Texts]) -> Column:
    value = np.where(np.isfinite(column.value), column.value, np.nan)
    whole = reasons[0]
    is_stopped = whole != None  # noqa: E711 - elementwise over texts
    value = np.where(is_stopped, np.nan, value)
    missing = np.isnan(value)
    if not missing.any():
        return Column(value, None, column.flag, column.row)
    text = no_texts(len(value))
    for index in np.flatnonzero(missing):
        text[index] = next((r[index] for r in reasons if r[index] is not None), _UNDEFINED)
    flag = None if column.flag is None else hush(column.flag, missing)
    return Column(value, text, flag, None if column.row is None else np.where(missing, -1, column.row))


def find_doses(
    facts: pl.DataFrame, doses: pl.DataFrame | None, *, by: tuple[str, ...]
) -> tuple[pl.DataFrame, FloatArray | None]:
    """Attach the dose of each profile.

    Raises
    ------
    InputError
        If no key column is shared, or a profile has two doses, or a dose is not above 0.
    """
    if doses is None:
        return facts.with_columns(dose_unit=pl.lit(None, dtype=pl.String)), None
    keys = [name for name in by if name in doses.columns]
    if not keys or "dose" not in doses.columns:
        what = "The doses do not fit the profiles."
        raise InputError(what, expected=f"a column dose and at least one of {', '.join(by)}")
    twice = doses.filter(doses.select(keys).is_duplicated())
    bad = doses.filter(~(pl.col("dose").cast(pl.Float64).is_finite() & (pl.col("dose") > 0)))
    for rows, what in ((twice, "A profile has two doses."), (bad, "A dose is not above 0.")):
        if rows.height:
            raise InputError(what, column="dose", value=rows.row(0), expected="one dose above 0 per profile")
    unit = pl.col("unit") if "unit" in doses.columns else pl.lit(None, dtype=pl.String)
    right = doses.select(*keys, pl.col("dose").cast(pl.Float64), unit.alias("dose_unit"))
    joined = facts.join(right, on=keys, how="left", maintain_order="left")
    return joined, joined.get_column("dose").fill_null(float("nan")).to_numpy().astype(np.float64)


def build_table(
    columns: dict[str, Column],
    samples: pl.DataFrame,
    facts: pl.DataFrame,
    *,
    by: tuple[str, ...],
    options: NcaOptions,
    has_dose: bool,
) -> pl.DataFrame:
    """Build the long table: one row per profile and parameter.

    Returns
    -------
    polars.DataFrame
        The keys, ``parameter``, ``name``, ``value``, ``unit``, ``reason``, ``flags``, ``window_start``,
        ``window_end``, ``evidence``.
    """
    rows = _declared(options, has_dose=has_dose)
    n, k = facts.height, len(rows)
    if not n:
        return _empty(facts.select(by))
    found = [columns[window.label if window else parameter.code] for parameter, window in rows]
    # Columns are stacked one below the other; the table wants all parameters of a profile together.
    order = np.arange(k * n).reshape(k, n).T.ravel()
    profile, which = np.repeat(np.arange(n), k), np.tile(np.arange(k), n)
    evidence = pl.concat([samples.get_column("evidence"), pl.Series("evidence", [""])])
    row = np.concatenate([np.full(n, -1) if c.row is None else c.row for c in found])[order]
    starts = pl.Series([window.start if window else None for _, window in rows], dtype=pl.Float64)
    ends = pl.Series([window.end if window else None for _, window in rows], dtype=pl.Float64)
    return facts.select(by)[profile].with_columns(
        pl.Series([parameter.code for parameter, _ in rows])[which].alias("parameter"),
        pl.Series([_name(parameter, window, options) for parameter, window in rows])[which].alias("name"),
        pl.Series("value", np.concatenate([c.value for c in found])[order]).fill_nan(None),
        _units(facts, [parameter for parameter, _ in rows], options)[profile * k + which].alias("unit"),
        _text([c.reason for c in found], n)[order].alias("reason"),
        _text([c.flag for c in found], n)[order].alias("flags"),
        starts[which].alias("window_start"),
        ends[which].alias("window_end"),
        evidence[np.where(row < 0, samples.height, row)].alias("evidence"),
    )


def _declared(options: NcaOptions, *, has_dose: bool) -> list[tuple[Parameter, Window | None]]:
    single: list[tuple[Parameter, Window | None]] = [
        (p, None)
        for p in PARAMETERS
        if p.code != "AUCINT" and (has_dose or not ("dose" in p.unit or p.unit in ("clearance", "volume")))
    ]
    at = next(i for i, (p, _) in enumerate(single) if p.code == "AUMCLST")
    windows: list[tuple[Parameter, Window | None]] = [(_BY_CODE["AUCINT"], w) for w in options.windows]
    return single[:at] + windows + single[at:]


def _name(parameter: Parameter, window: Window | None, options: NcaOptions) -> str:
    return parameter.name if window is None else f"AUC {window.start:g} to {window.end:g} {options.time_unit}"


def _units(facts: pl.DataFrame, parameters: list[Parameter], options: NcaOptions) -> pl.Series:
    pairs = facts.select(pl.col("unit").fill_null(""), pl.col("dose_unit").fill_null(""))
    distinct = pairs.unique(maintain_order=True).with_row_index("code")
    code = pairs.join(distinct, on=["unit", "dose_unit"], how="left", maintain_order="left")
    known = [
        unit_of(parameter.unit, conc=conc, time=options.time_unit, dose=dose)
        for _, conc, dose in distinct.iter_rows()
        for parameter in parameters
    ]
    k = len(parameters)
    at = code.get_column("code").to_numpy().astype(np.int64)[:, None] * k + np.arange(k)[None, :]
    return pl.Series("unit", known, dtype=pl.String)[at.ravel()]


def _text(texts: list[Texts | None], n: int) -> pl.Series:
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, n)
    return pl.concat(
        [nothing if t is None else pl.Series(t.tolist(), dtype=pl.String) for t in texts], rechunk=True
    )


def _empty(keys: pl.DataFrame) -> pl.DataFrame:
    texts = ("parameter", "name", "unit", "reason", "flags", "evidence")
    numbers = ("value", "window_start", "window_end")
    order = ("parameter", "name", "value", "unit", "reason", "flags", *numbers[1:], "evidence")
    return keys.with_columns(
        *(pl.lit(None, dtype=pl.String).alias(name) for name in texts),
        *(pl.lit(None, dtype=pl.Float64).alias(name) for name in numbers),
    ).select(*keys.columns, *order)


def mark_samples(
    table: SampleTable, solved: list[tuple[Curves, Terminal]], *, by: tuple[str, ...]
) -> pl.DataFrame:
    """Every sample that took part, with what it counted as and whether the terminal fit used it.

    Returns
    -------
    polars.DataFrame
        The keys, ``time``, ``value`` (null below quantification), ``lloq``, ``is_blq``, ``entered``
        (concentration in the areas, null if left out), ``in_lambda_z``, ``fitted``, ``unit``, ``evidence``.
    """
    n = table.samples.height
    entered, fitted = np.full(n, np.nan), np.full(n, np.nan)
    used: NDArray[np.bool_] = np.zeros(n, dtype=np.bool_)
    for curves, fit in solved:
        here = curves.row >= 0
        at = curves.row[here]
        entered[at] = curves.conc[here]
        used[at] = fit.is_used[here]
        with np.errstate(invalid="ignore", over="ignore"):
            line = np.exp(fit.log_last[:, None] - fit.rate[:, None] * (curves.time - fit.reference[:, None]))
        fitted[at] = np.where(fit.is_used, line, np.nan)[here]
    keys = table.facts.select("profile", *by, *(["unit"] if "unit" not in by else []))
    at_profile = table.samples.get_column("profile").to_numpy()
    quantified = pl.when(~pl.col("is_blq")).then(pl.col("value")).alias("value")
    samples = table.samples.with_columns(
        pl.Series("entered", entered).fill_nan(None),
        pl.Series("in_lambda_z", used),
        pl.Series("fitted", fitted).fill_nan(None),
    )
    return keys.drop("profile")[at_profile].hstack(
        samples.select("time", quantified, "lloq", "is_blq", "entered", "in_lambda_z", "fitted", "evidence")
    )
