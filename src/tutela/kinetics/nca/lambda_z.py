"""The terminal slope: log-linear fits that end at the last point, the best by adjusted R2."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.kinetics.nca.choices import TerminalFit
from tutela.kinetics.nca.intervals import BoolArray, FloatArray

__all__ = ["Fit", "Terminal", "fit_ending_at_last", "fit_terminal"]


@dataclass(frozen=True, eq=False)
class Fit:
    """Log-linear least squares through every run of points that ends at the last one.

    Parameters
    ----------
    n
        Points in the run that starts at this sample, shape (profiles, samples).
    rate
        Minus the slope of ln c on time; NaN where the run has fewer than two points.
    log_last
        ln of the fitted concentration at ``reference``.
    correlation
        Of time and ln c.
    r2, r2_adjusted
        Coefficient of determination, 1 - (1 - R2)(n - 1)/(n - 2).
    reference
        Time to which ``log_last`` refers, shape (profiles,): that of the last point.
    """

    n: NDArray[np.int64]
    rate: FloatArray
    log_last: FloatArray
    correlation: FloatArray
    r2: FloatArray
    r2_adjusted: FloatArray
    reference: FloatArray


@dataclass(frozen=True, eq=False)
class Terminal:
    """The terminal fit of n profiles; every array has shape (n,) unless said otherwise.

    Parameters
    ----------
    rate
        lambda_z, NaN where there is none.
    points, available
        Points of the chosen fit; points that could take part.
    candidates, rising
        Fits considered, and those among them whose concentration rises.
    lower, upper
        First and last time of the chosen fit.
    correlation, r2, r2_adjusted
        Quality of the chosen fit.
    log_last, reference
        ln of the fitted concentration at the time ``reference``.
    is_used
        Shape (n, samples): points of the chosen fit.
    is_chosen
        Points were chosen by the user; nothing was searched.
    lost_to_rising
        A rising fit had the best adjusted R2 and excluded all falling ones.
    """

    rate: FloatArray
    points: NDArray[np.int64]
    available: NDArray[np.int64]
    candidates: NDArray[np.int64]
    rising: NDArray[np.int64]
    lower: FloatArray
    upper: FloatArray
    correlation: FloatArray
    r2: FloatArray
    r2_adjusted: FloatArray
    log_last: FloatArray
    reference: FloatArray
    is_used: BoolArray
    is_chosen: BoolArray
    lost_to_rising: BoolArray


def fit_ending_at_last(time: FloatArray, conc: FloatArray, use: BoolArray) -> Fit:
    """Fit every run of used points that ends at the last used point.

    Parameters
    ----------
    time, conc
        Shape (n, points), padded with anything.
    use
        Points that take part; their concentrations are above 0.

    Notes
    -----
    Sums run backwards from the last point, with time and ln c relative to that point, so that all runs of
    all profiles come from one pass and large times lose no digits.
    """
    last = use.shape[1] - 1 - np.argmax(use[:, ::-1], axis=1)
    rows = np.arange(use.shape[0])
    reference = np.where(use.any(axis=1), time[rows, last], 0.0)
    log_conc = np.log(np.where(use, conc, 1.0))
    x = np.where(use, time - reference[:, None], 0.0)
    y = np.where(use, log_conc - log_conc[rows, last][:, None], 0.0)
    n, sx, sy, sxx, sxy, syy = (
        np.cumsum(term[:, ::-1], axis=1)[:, ::-1] for term in (use * 1.0, x, y, x * x, x * y, y * y)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        vx, vy, cov = n * sxx - sx * sx, n * syy - sy * sy, n * sxy - sx * sy
        slope = np.where(n > 1, cov / vx, np.nan)
        correlation = np.clip(cov / np.sqrt(vx * vy), -1.0, 1.0)
        r2 = correlation * correlation
        adjusted = 1.0 - (1.0 - r2) * (n - 1.0) / (n - 2.0)
        intercept = (sy - slope * sx) / n
    log_last = intercept + log_conc[rows, last][:, None]
    return Fit(n.astype(np.int64), -slope, log_last, correlation, r2, adjusted, reference)


def fit_terminal(
    time: FloatArray,
    conc: FloatArray,
    quantified: BoolArray,
    *,
    tmax: FloatArray,
    options: TerminalFit,
    include: BoolArray | None = None,
    exclude: BoolArray | None = None,
) -> Terminal:
    """Find the terminal slope of each profile.

    Parameters
    ----------
    time, conc
        Shape (n, points), times ascending.
    quantified
        Points with a concentration above the limit of quantification.
    tmax
        Shape (n,).
    options
        How the slope is found.
    include, exclude
        Points chosen, or left out, by the user.

    Returns
    -------
    Terminal
        The chosen fit, or NaN and what is needed to say why.

    References
    ----------
    pknca, half-life.
    """
    use, chosen = _points(time, quantified, tmax, options, include, exclude)
    fit = fit_ending_at_last(time, conc, use)
    available = use.sum(axis=1)
    needed = np.where(chosen, options.points or options.min_points, options.min_points)
    candidate = use & (fit.n >= needed[:, None])
    if options.max_points is not None:
        candidate &= (fit.n <= options.max_points) | chosen[:, None]
    candidate &= (fit.n == available[:, None]) | ~chosen[:, None]
    start, best_is_rising = _choose(fit, candidate, options)
    rows = np.arange(use.shape[0])
    found = start >= 0
    at = np.where(found, start, 0)

    def pick(values: FloatArray) -> FloatArray:
        result: FloatArray = np.where(found, values[rows, at], np.nan)
        return result

    with np.errstate(invalid="ignore"):
        rising = candidate & ~(fit.rate > 0)
    return Terminal(
        rate=pick(fit.rate), points=np.where(found, fit.n[rows, at], 0), available=available,
        candidates=candidate.sum(axis=1), rising=rising.sum(axis=1),
        lower=pick(time), upper=np.where(found, fit.reference, np.nan),
        correlation=pick(fit.correlation), r2=pick(fit.r2), r2_adjusted=pick(fit.r2_adjusted),
        log_last=pick(fit.log_last), reference=fit.reference,
        is_used=use & found[:, None] & (np.arange(use.shape[1])[None, :] >= at[:, None]),
        is_chosen=chosen, lost_to_rising=best_is_rising & ~found,
    )  # fmt: skip


def _points(
    time: FloatArray,
    quantified: BoolArray,
    tmax: FloatArray,
    options: TerminalFit,
    include: BoolArray | None,
    exclude: BoolArray | None,
) -> tuple[BoolArray, BoolArray]:
    """Points that may take part, and whether they were chosen so that nothing is searched."""
    with np.errstate(invalid="ignore"):
        after = time >= tmax[:, None] if options.allow_tmax else time > tmax[:, None]
        if options.not_before is not None:
            after = after & (time >= options.not_before)
        inside = (
            quantified & (time >= options.window[0]) & (time <= options.window[1]) if options.window else None
        )
    use = quantified & after
    if exclude is not None:
        use &= ~exclude
    chosen = np.zeros(use.shape[0], dtype=np.bool_)
    if inside is not None:
        use, chosen = inside, ~chosen
    elif options.points is not None:
        from_last = np.cumsum(use[:, ::-1], axis=1)[:, ::-1]
        use = use & (from_last <= options.points)
        chosen = ~chosen
    if include is not None:
        named = np.logical_or.reduce(include & quantified, axis=1)
        use = np.where(named[:, None], include & quantified, use)
        chosen = chosen | named
    return use, chosen


def _choose(fit: Fit, candidate: BoolArray, options: TerminalFit) -> tuple[NDArray[np.int64], BoolArray]:
    """Index of the first point of the chosen fit (-1: none), and whether a rising fit was the best."""
    with np.errstate(invalid="ignore"):
        falling: BoolArray = candidate & (fit.rate > 0)
    searched = falling if options.drop_rising_first else candidate
    score = np.where(searched & np.isfinite(fit.r2_adjusted), fit.r2_adjusted, -np.inf)
    best = score.max(axis=1)
    good: BoolArray = falling & (fit.r2_adjusted > best[:, None] - options.tolerance)
    # Runs start further left the more points they have: the first good one has the most.
    has_good, has_falling = np.logical_or.reduce(good, axis=1), np.logical_or.reduce(falling, axis=1)
    start = np.where(has_good, np.argmax(good, axis=1), -1)
    return start.astype(np.int64), has_falling & ~has_good
