"""Expansion and persistence of CAR-T cells in blood: published values, individual draws, exact exposure.

The published model is exponential growth to a peak and a biexponential decline after it. The numbers are
those transcribed in a model library from Stein 2019; the publication itself was not read, hence
*unverified*. The library does not say whether its random-effects column holds variances or standard
deviations, so the reading is a declared field, :attr:`KineticModel.reading`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from tutela.kernel.cite import Cite
from tutela.kernel.tri import FloatArray

__all__ = ["OGASAWARA_LAG", "STEIN_2019", "IndividualKinetics", "KineticModel", "draw_kinetics"]

#: Random effects are drawn within this many standard deviations: with the wide published spread of the
#: fold expansion a rarer draw would mean cells that do not expand at all.
MAX_ETA = 2.0

#: Window of the usual exposure measure AUC0-28d, days.
AUC_WINDOW = 28.0

#: Shortest growth phase after the lag, days; keeps the growth rate finite for the earliest peaks.
MIN_GROWTH = 2.0


@dataclass(frozen=True)
class KineticModel:
    """A population model of CAR transgene copies in blood.

    Parameters
    ----------
    name
        Name in words.
    fold, tmax, cmax, alpha, fraction, beta
        Typical values: fold expansion from day 0 to the peak; time of the peak, d; peak, copies/ug DNA;
        initial and terminal rates of decline, 1/d; fraction of the peak that declines slowly.
    spread_fold, spread_tmax, spread_cmax, spread_alpha, spread_fraction, spread_beta
        The random-effects column as transcribed (log scale; see ``reading``).
    residual
        Standard deviation of the additive error on the log scale.
    lag
        Days before growth begins.
    reading
        How the random-effects column is read: ``"sd"`` (what Monolix prints) or ``"variance"`` (how the
        transcribing library uses it). The publication's table was not seen; neither reading is verified.
    smoothness
        0: growth gives way to decline at a point (as published). Above 0: a soft minimum of the two on the
        log scale, ``(G^(-1/s) + D^(-1/s))^(-s)``, differentiable everywhere; 0.05 to 0.3 is sensible.
    sources
        Where the numbers come from.
    """

    name: str
    fold: float
    tmax: float
    cmax: float
    alpha: float
    fraction: float
    beta: float
    spread_fold: float
    spread_tmax: float
    spread_cmax: float
    spread_alpha: float
    spread_fraction: float
    spread_beta: float
    residual: float
    lag: float = 0.0
    reading: Literal["sd", "variance"] = "sd"
    smoothness: float = 0.0
    sources: tuple[Cite, ...] = ()

    def standard_deviation(self, spread: float) -> float:
        """Standard deviation on the log scale that a printed spread means under ``reading``."""
        return spread if self.reading == "sd" else float(np.sqrt(spread))


STEIN_2019 = KineticModel(
    name="tisagenlecleucel in pediatric and young adult B-ALL",
    fold=3900.0,
    tmax=9.3,
    cmax=24000.0,
    alpha=0.16,
    fraction=0.0079,
    beta=0.0032,
    spread_fold=2.4,
    spread_tmax=0.38,
    spread_cmax=0.65,
    spread_alpha=0.91,
    spread_fraction=0.8,
    spread_beta=0.86,
    residual=0.56,
    sources=(
        Cite("stein2019", "parameter table, as transcribed in nlmixr2lib", is_verified=False),
        Cite("nlmixr2lib", "Stein_2019_Tisagenlecleucel", is_verified=False),
    ),
)

#: Stein's values with the lag that was estimated for another product (lisocabtagene, adult lymphoma).
OGASAWARA_LAG = replace(
    STEIN_2019,
    name="tisagenlecleucel values with the lag of lisocabtagene maraleucel",
    lag=3.27,
    sources=(*STEIN_2019.sources, Cite("ogasawara2021", "abstract: lag 3.27 d (2.71-3.97)")),
)


@dataclass(frozen=True)
class IndividualKinetics:
    """Kinetics of one subject.

    Parameters
    ----------
    fold, tmax, cmax, alpha, fraction, beta, lag, smoothness
        As in :class:`KineticModel`, for this subject; ``cmax`` and ``tmax`` are the meeting point of growth
        and decline, which is the peak itself when ``smoothness`` is 0.

    Examples
    --------
    The typical profile of Stein 2019 over 28 days:

    >>> one = IndividualKinetics(3900.0, 9.3, 24000.0, 0.16, 0.0079, 0.0032)
    >>> round(one.auc(28.0), 3), round(float(one.concentration(np.array([28.0]))[0]), 3)
    (171774.285, 1373.559)
    """

    fold: float
    tmax: float
    cmax: float
    alpha: float
    fraction: float
    beta: float
    lag: float = 0.0
    smoothness: float = 0.0

    @property
    def growth_rate(self) -> float:
        """Rate of exponential growth after the lag, 1/d."""
        return float(np.log(self.fold)) / (self.tmax - self.lag)

    def _log_growth(self, time: FloatArray) -> FloatArray:
        start = np.log(self.cmax / self.fold)
        return np.asarray(start + self.growth_rate * np.maximum(time - self.lag, 0.0), dtype=np.float64)

    def _log_decline(self, time: FloatArray) -> FloatArray:
        since = time - self.tmax
        fast = np.log1p(-self.fraction) - self.alpha * since
        slow = np.log(self.fraction) - self.beta * since
        return np.asarray(np.log(self.cmax) + np.logaddexp(fast, slow), dtype=np.float64)

    def concentration(self, time: FloatArray) -> FloatArray:
        """Transgene copies per ug DNA at times in days since infusion, shape as given; 0 before it."""
        when = np.asarray(time, dtype=np.float64)
        growth, decline = self._log_growth(when), self._log_decline(when)
        if self.smoothness > 0:
            s = self.smoothness
            level = -s * np.logaddexp(-growth / s, -decline / s)
        else:
            level = np.where(when < self.tmax, growth, decline)
        return np.asarray(np.where(when < 0, 0.0, np.exp(level)), dtype=np.float64)

    def peak(self) -> tuple[float, float]:
        """Time of the peak in days and the peak itself, exact to 1e-9 d where no closed form exists."""
        if self.smoothness == 0:
            return self.tmax, self.cmax
        found = minimize_scalar(
            lambda t: -float(self.concentration(np.array([t]))[0]),
            bounds=(max(0.0, self.tmax - 5.0), self.tmax + 5.0),
            method="bounded",
            options={"xatol": 1e-9},
        )
        return float(found.x), -float(found.fun)

    def auc(self, until: float) -> float:
        """Area under the curve from infusion to a day, copies/ug x d.

        Notes
        -----
        Closed form for the published model; adaptive quadrature (relative 1e-10) for a smooth gate.
        """
        if self.smoothness > 0:
            corners = [t for t in (self.lag, self.tmax) if 0 < t < until]
            area, _ = quad(
                lambda t: float(self.concentration(np.array([t]))[0]), 0.0, until,
                points=corners or None, epsrel=1e-10, limit=400,
            )  # fmt: skip
            return float(area)
        return self._auc_rise(min(until, self.tmax)) + self._auc_fall(max(0.0, until - self.tmax))

    def _auc_rise(self, until: float) -> float:
        first, rate = self.cmax / self.fold, self.growth_rate
        if until <= self.lag:
            return first * until
        return first * self.lag + first / rate * float(np.expm1(rate * (until - self.lag)))

    def _auc_fall(self, days: float) -> float:
        fast = (1 - self.fraction) / self.alpha * -float(np.expm1(-self.alpha * days))
        slow = self.fraction / self.beta * -float(np.expm1(-self.beta * days))
        return self.cmax * (fast + slow)


def _draw_log(typical: float, spread: float, rng: np.random.Generator) -> float:
    eta = float(rng.standard_normal())
    while abs(eta) > MAX_ETA:
        eta = float(rng.standard_normal())
    return typical * float(np.exp(spread * eta))


def draw_kinetics(model: KineticModel, rng: np.random.Generator) -> IndividualKinetics:
    """Draw one subject's kinetics, log-normal around the typical values.

    Parameters
    ----------
    model
        The population model.
    rng
        The subject's random numbers.

    Returns
    -------
    IndividualKinetics
        Random effects independent of each other (no correlation is published) and within 2 standard
        deviations; the slow fraction below 0.5 and the slow rate below half the fast one, so that "fast"
        and "slow" keep their meaning; the fold expansion at least 2.
    """
    draw: Callable[[float, float], float] = partial(_draw_one, model, rng)
    fold = max(2.0, draw(model.fold, model.spread_fold))
    tmax = max(model.lag + MIN_GROWTH, draw(model.tmax, model.spread_tmax))
    cmax = draw(model.cmax, model.spread_cmax)
    alpha = draw(model.alpha, model.spread_alpha)
    fraction = min(0.5, draw(model.fraction, model.spread_fraction))
    beta = min(alpha / 2, draw(model.beta, model.spread_beta))
    return IndividualKinetics(fold, tmax, cmax, alpha, fraction, beta, model.lag, model.smoothness)


def _draw_one(model: KineticModel, rng: np.random.Generator, typical: float, spread: float) -> float:
    return _draw_log(typical, model.standard_deviation(spread), rng)
