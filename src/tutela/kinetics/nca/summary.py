"""What a group of profiles has in common: statistics of each parameter, and the typical course."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl
from scipy import stats

from tutela.kinetics.nca.result import NcaResult

__all__ = ["LOG_NORMAL", "summarize", "typical_course"]

#: Parameters whose logarithm is averaged; the others are times of events, shown by median and range.
LOG_NORMAL = frozenset(
    {"CMAX", "AUCINT", "AUCLST", "AUCALL", "AUCIFO", "AUCIFP", "LAMZ", "LAMZHL", "DBLTIME"}
)
#: The typical course is shown where at least this part of the profiles is still followed.
_FOLLOWED = 0.5
_FEWEST = 3
_SCHEMA: dict[str, Any] = {
    "n": pl.Int64, "zeros": pl.Int64, "geometric_mean": pl.Float64, "gm_low": pl.Float64, "gm_high": pl.Float64,
    "geometric_cv": pl.Float64, "median": pl.Float64, "low": pl.Float64, "high": pl.Float64,
    "not_computable": pl.Int64, "reasons": pl.String,
}  # fmt: skip


def summarize(result: NcaResult, *, parameters: tuple[str, ...]) -> pl.DataFrame:
    """Statistics of each parameter over all profiles of a test.

    Parameters
    ----------
    result
        Result of an analysis; every key but ``subject`` forms groups.
    parameters
        Codes, in the order wanted.

    Returns
    -------
    polars.DataFrame
        Group keys, ``parameter``, ``name``, ``unit``, ``n`` computed, of which ``zeros``,
        ``geometric_mean`` with its 95 % confidence limits ``gm_low`` and ``gm_high``, ``geometric_cv`` (%),
        ``median``, ``low``, ``high``, ``not_computable`` and its ``reasons`` with counts.

    Notes
    -----
    Geometric CV = 100 sqrt(exp(s^2) - 1) with s the standard deviation of the logarithms; confidence limits
    by Student's t on the logarithms. Zeros are counted and cannot enter a geometric mean.
    """
    groups = [key for key in result.by if key != "subject"]
    keys = [*groups, "parameter", "name", "unit"]
    table = result.table.filter(pl.col("parameter").is_in(parameters))
    rows = []
    for names, part in table.group_by(keys, maintain_order=True):
        values = part.get_column("value").drop_nulls().to_numpy()
        reasons = part.get_column("reason").drop_nulls()
        rows.append((*names, *_describe(str(names[-3]), values), len(reasons), _count(reasons)))
    schema = {name: table.schema[name] for name in keys} | _SCHEMA
    rank = {code: index for index, code in enumerate(parameters)}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    order = pl.col("parameter").replace_strict(rank, return_dtype=pl.Int64)
    return frame.sort(*groups, order, "name", maintain_order=True)


def _describe(code: str, values: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[float | int | None, ...]:
    n = len(values)
    middle = (float(np.median(values)), float(values.min()), float(values.max())) if n else (None,) * 3
    positive = values[values > 0]
    zeros = n - len(positive)
    if code not in LOG_NORMAL or zeros or not n:
        return n, zeros if code in LOG_NORMAL else 0, None, None, None, None, *middle
    logs = np.log(positive)
    mean = float(logs.mean())
    if n < 2:
        return n, zeros, math.exp(mean), None, None, None, *middle
    sd = float(logs.std(ddof=1))
    reach = float(stats.t.ppf(0.975, n - 1)) * sd / math.sqrt(n)
    cv = 100 * math.sqrt(math.expm1(sd * sd)) if sd * sd < 700 else None
    return n, zeros, math.exp(mean), math.exp(mean - reach), math.exp(mean + reach), cv, *middle


def _count(reasons: pl.Series) -> str:
    """Count the reasons, most frequent first; numbers in them differ by subject and are left out."""
    if not len(reasons):
        return ""
    kinds = reasons.str.replace_all(r"-?\d+(\.\d+)?", "…")
    counts = kinds.alias("reason").value_counts().sort("count", "reason", descending=[True, False])
    return "; ".join(f"{n} x {text}" for text, n in counts.iter_rows())


def typical_course(result: NcaResult) -> pl.DataFrame:
    """Median concentration over time, for the eye.

    Parameters
    ----------
    result
        Result of an analysis.

    Returns
    -------
    polars.DataFrame
        Group keys, ``time``, ``median``, ``profiles`` that contribute.

    Notes
    -----
    Each profile is joined log-linearly between its samples, samples below quantification at half their
    limit (left out where no limit is known); the median is taken on whole days up to 35, then weekly, where
    at least half of the profiles, and three, are still followed, and where it is not below the limit.
    """
    groups = [key for key in result.by if key != "subject"]
    shown = pl.when(pl.col("is_blq")).then(pl.col("lloq") / 2).otherwise(pl.col("value")).alias("shown")
    samples = result.samples.with_columns(shown).filter(pl.col("shown") > 0)
    rows: list[tuple[object, ...]] = []
    for names, group in samples.group_by(groups, maintain_order=True) if groups else [((), samples)]:
        profiles = [
            (part.get_column("time").to_numpy(), np.log(part.get_column("shown").to_numpy()))
            for _, part in group.group_by(result.by, maintain_order=True)
        ]
        limit = group.get_column("lloq").min()
        rows += [(*names, *row) for row in _medians(profiles) if limit is None or row[1] >= limit]  # type: ignore[operator]
    schema: dict[str, Any] = {key: result.samples.schema[key] for key in groups}
    schema |= {"time": pl.Float64, "median": pl.Float64, "profiles": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


_Course = tuple["np.ndarray[Any, np.dtype[np.float64]]", "np.ndarray[Any, np.dtype[np.float64]]"]


def _medians(profiles: list[_Course]) -> list[tuple[float, float, int]]:
    if not profiles:
        return []
    last = max(float(time[-1]) for time, _ in profiles)
    days = np.concatenate([np.arange(0.0, min(last, 35.0) + 1e-9), np.arange(42.0, last + 1e-9, 7.0)])
    at_days = np.array([np.interp(days, time, logs, left=np.nan, right=np.nan) for time, logs in profiles])
    followed = (~np.isnan(at_days)).sum(axis=0)
    is_shown = followed >= max(_FEWEST, math.ceil(_FOLLOWED * len(profiles)))
    medians = np.exp(np.nanmedian(at_days[:, is_shown], axis=0)) if is_shown.any() else np.array([])
    return list(zip(days[is_shown].tolist(), medians.tolist(), followed[is_shown].tolist(), strict=True))
