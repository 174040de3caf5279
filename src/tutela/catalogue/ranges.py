"""The interval in which a product's published observations lie, from whatever summary was printed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from tutela.catalogue.cell_kinetics import PublishedKinetics, Statistic, kinetics_facts
from tutela.catalogue.identity import find_product
from tutela.kernel.cite import Cite

__all__ = ["COVERAGE", "PublishedRange", "central_interval", "kinetics_range"]

#: Part of a published population that the interval is to hold.
COVERAGE = 0.95


@dataclass(frozen=True)
class PublishedRange:
    """The interval in which published observations of a parameter lie.

    Parameters
    ----------
    product, parameter
        What it is about.
    low, high
        Ends of the interval, over all published populations of the product.
    unit
        Unit of both.
    kind
        How the interval follows from the printed numbers, in words.
    facts
        The printed numbers.
    """

    product: str
    parameter: str
    low: float
    high: float
    unit: str
    kind: str
    facts: tuple[PublishedKinetics, ...]

    @property
    def sources(self) -> tuple[Cite, ...]:
        """Where the numbers are printed."""
        return tuple(sorted({fact.source for fact in self.facts}))

    @property
    def is_verified(self) -> bool:
        """Whether every number was checked against its primary source."""
        return all(source.is_verified for source in self.sources)


def central_interval(fact: PublishedKinetics, *, coverage: float = COVERAGE) -> tuple[float, float] | None:
    """The central part of a published distribution.

    Parameters
    ----------
    fact
        A printed summary of observed values.
    coverage
        Part of the population inside, 0 to 1.

    Returns
    -------
    tuple or None
        None where the summary says nothing about the spread between persons.

    Notes
    -----
    ====================  ==========================================================================
    printed               interval
    ====================  ==========================================================================
    geometric mean (CV%)  GM exp(-z s) to GM exp(z s) with s^2 = ln(1 + (CV/100)^2), log-normal
    mean (SD)             the log-normal with this mean and SD: s^2 = ln(1 + (SD/mean)^2),
                          GM = mean exp(-s^2 / 2)
    median (range)        the printed range, whatever the coverage
    others                none: a confidence interval is about the mean, not about persons
    ====================  ==========================================================================

    z is the normal quantile at (1 + coverage)/2. That kinetics are log-normal is an assumption.

    Examples
    --------
    >>> fact = kinetics_facts("tisagenlecleucel", "CMAX")[0]
    >>> [round(end) for end in central_interval(fact)]
    [3499, 305586]
    """
    if fact.statistic is Statistic.MEDIAN_RANGE and fact.low is not None and fact.high is not None:
        return fact.low, fact.high
    if fact.spread is None or fact.statistic not in (Statistic.GEOMETRIC_MEAN_CV, Statistic.MEAN_SD):
        return None
    is_geometric = fact.statistic is Statistic.GEOMETRIC_MEAN_CV
    variance = math.log1p((fact.spread / (100.0 if is_geometric else fact.value)) ** 2)
    middle = fact.value if is_geometric else fact.value * math.exp(-variance / 2)
    reach = NormalDist().inv_cdf((1 + coverage) / 2) * math.sqrt(variance)
    return middle * math.exp(-reach), middle * math.exp(reach)


def kinetics_range(
    product: str, parameter: str, *, population: str | None = None, coverage: float = COVERAGE
) -> PublishedRange | None:
    """The interval of a product's published observations.

    Parameters
    ----------
    product
        Any name of the product.
    parameter
        CDISC code, or ``AUCINT_start_end`` for a window in days.
    population
        One published population; None spans all of them, since response is not known while cells expand.
    coverage
        Part of each population inside.

    Returns
    -------
    PublishedRange or None
        None where the product is unknown, or no spread between persons is published.

    Examples
    --------
    >>> found = kinetics_range("Kymriah", "CMAX")
    >>> round(found.low), round(found.high), found.unit, found.is_verified
    (2951, 305586, 'copies/ug', True)
    >>> kinetics_range("Yescarta", "CMAX") is None
    True
    """
    known = find_product(product)
    if known is None:
        return None
    facts = [
        (fact, interval)
        for fact in kinetics_facts(known.id, parameter, is_model=False)
        if population in (None, fact.population)
        and (interval := central_interval(fact, coverage=coverage)) is not None
    ]
    if not facts or len({fact.unit for fact, _ in facts}) > 1:
        return None
    kinds = dict.fromkeys(_words(fact, coverage) for fact, _ in facts)
    return PublishedRange(
        product=known.id,
        parameter=parameter,
        low=min(low for _, (low, _) in facts),
        high=max(high for _, (_, high) in facts),
        unit=facts[0][0].unit,
        kind="; ".join(kinds),
        facts=tuple(fact for fact, _ in facts),
    )


def _words(fact: PublishedKinetics, coverage: float) -> str:
    if fact.statistic is Statistic.MEDIAN_RANGE:
        return "printed range"
    return f"central {100 * coverage:g} % of a log-normal distribution with the printed {fact.statistic}"
