"""How two neighboring samples are joined: which rule, the area and moment under it, the value inside it.

With dt = t2 - t1, k = ln(c2/c1)/dt and x = k dt:

========  =======================  ====================================  ==========================
rule      concentration at t       area                                  first moment
========  =======================  ====================================  ==========================
linear    straight line            dt (c1 + c2)/2                        see Notes of :func:`areas`
log       c1 exp(k (t - t1))       c1 dt (exp(x) - 1)/x                  see Notes of :func:`areas`
========  =======================  ====================================  ==========================

The area is the usual (c2 - c1)/k, written so that nearly equal concentrations lose no digits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["BoolArray", "FloatArray", "Intervals", "areas", "intervals", "is_log"]

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

#: Below this the moment's closed form loses digits (error about 2e-16 / x^2); its series is exact to 1e-18.
_SERIES_BELOW = 1e-2
_SERIES = tuple(1.0 / (math.factorial(order) * (order + 2)) for order in range(7))


@dataclass(frozen=True, eq=False)
class Intervals:
    """The intervals between the samples of n profiles, each of shape (n, m).

    Parameters
    ----------
    t1, t2, c1, c2
        Ends; NaN where a profile has no such interval.
    rate
        Exponential rate k of a logarithmic interval, NaN where the interval is linear.
    """

    t1: FloatArray
    t2: FloatArray
    c1: FloatArray
    c2: FloatArray
    rate: FloatArray

    def value(self, time: FloatArray) -> FloatArray:
        """Concentration at times inside the intervals, shape (n, m)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            line = self.c1 + (self.c2 - self.c1) * ((time - self.t1) / (self.t2 - self.t1))
            curve = self.c1 * np.exp(self.rate * (time - self.t1))
        result: FloatArray = np.where(np.isnan(self.rate), line, curve)
        return result


def is_log(t1: FloatArray, c1: FloatArray, c2: FloatArray, *, method: str, tmax: FloatArray) -> BoolArray:
    """Whether the logarithmic rule joins two samples.

    Parameters
    ----------
    t1, c1, c2
        Start of the interval, and the concentrations at its ends.
    method
        One of :data:`tutela.kinetics.nca.choices.METHODS`.
    tmax
        Time of the maximum, shape broadcastable to t1.

    Notes
    -----
    Equal concentrations and every interval that touches 0 are linear, so no logarithm of 0 and no 0/0
    arises.
    """
    with np.errstate(invalid="ignore"):
        is_positive = (c1 > 0) & (c2 > 0)
        chosen: dict[str, BoolArray] = {
            "linear": np.zeros_like(is_positive),
            "linear-up-log-down": is_positive & (c2 < c1),
            "linear-log": is_positive & (c2 != c1) & (t1 >= tmax),
            "log": is_positive & (c2 != c1),
        }
    return chosen[method]


def intervals(time: FloatArray, conc: FloatArray, *, method: str, tmax: FloatArray) -> Intervals:
    """Join the samples of each profile.

    Parameters
    ----------
    time, conc
        Shape (n, points), times ascending, padded with NaN at the end.
    method
        One of :data:`tutela.kinetics.nca.choices.METHODS`.
    tmax
        Shape (n,).

    References
    ----------
    pknca, AUC interval rules.
    """
    t1, t2, c1, c2 = time[:, :-1], time[:, 1:], conc[:, :-1], conc[:, 1:]
    log = is_log(t1, c1, c2, method=method, tmax=tmax[:, None])
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(log, np.log(c2 / c1) / (t2 - t1), np.nan)
    return Intervals(t1, t2, c1, c2, rate)


def areas(joined: Intervals, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Area and first moment between two times, whichever samples lie between them.

    Parameters
    ----------
    joined
        Intervals of n profiles.
    low, high
        Shape (n,): limits; parts outside the samples add nothing.

    Returns
    -------
    tuple
        Area and first moment, shape (n,).

    Notes
    -----
    Each interval keeps the rule of its two samples when a limit falls inside it, so areas of adjacent
    windows add up. First moment from a to b: linear dt (ca a + cb b)/2 - the trapezoid over t c(t), the
    convention of the oracles - and logarithmic a area + ca dt^2 (exp(x)(x - 1) + 1)/x^2.
    """
    with np.errstate(invalid="ignore"):
        a = np.maximum(joined.t1, low[:, None])
        b = np.minimum(joined.t2, high[:, None])
        is_inside = b > a
    # An interval that the window misses must not be evaluated: far outside its ends a curve overflows.
    a, b = np.where(is_inside, a, np.nan), np.where(is_inside, b, np.nan)
    ca, cb = joined.value(a), joined.value(b)
    dt = b - a
    x = joined.rate * dt
    linear = np.isnan(x)
    area = np.where(linear, dt * (ca + cb) / 2, ca * dt * _mean_exp(x))
    moment = np.where(linear, dt * (ca * a + cb * b) / 2, a * area + ca * dt * dt * _mean_s_exp(x))
    zero = np.zeros_like(area)
    return (
        np.where(is_inside, area, zero).sum(axis=1),
        np.where(is_inside, moment, zero).sum(axis=1),
    )


def _mean_exp(x: FloatArray) -> FloatArray:
    """Mean of exp(x s) over s in 0 to 1: (exp(x) - 1)/x, and 1 at x = 0."""
    safe = np.where(x == 0, 1.0, x)
    result: FloatArray = np.where(x == 0, 1.0, np.expm1(safe) / safe)
    return result


def _mean_s_exp(x: FloatArray) -> FloatArray:
    """Mean of s exp(x s) over s in 0 to 1."""
    is_small = np.abs(x) < _SERIES_BELOW
    safe = np.where(is_small, 1.0, x)
    closed = (np.exp(safe) * (safe - 1.0) + 1.0) / (safe * safe)
    series = np.polynomial.polynomial.polyval(np.where(is_small, x, 0.0), _SERIES)
    result: FloatArray = np.where(is_small, series, closed)
    return result
