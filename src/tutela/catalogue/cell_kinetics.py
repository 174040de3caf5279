"""Published cellular kinetics of products: printed numbers with their population, data cut and source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tutela.kernel.cite import Cite

__all__ = ["KINETICS", "PublishedKinetics", "Statistic", "kinetics_facts"]


class Statistic(StrEnum):
    """How a published number is summarized."""

    GEOMETRIC_MEAN_CV = "geometric mean (CV%)"
    MEAN_SD = "mean (SD)"
    MEAN = "mean"
    MEDIAN_RANGE = "median (range)"
    ESTIMATE_CI = "estimate (95% CI)"
    TYPICAL = "typical value"


@dataclass(frozen=True)
class PublishedKinetics:
    """One published number.

    Parameters
    ----------
    product
        Product identifier.
    population, n
        Who was studied, and how many of them the number rests on.
    parameter
        CDISC code of the parameter, ``AUCINT_start_end`` for a window in days, or the name of a model
        parameter.
    statistic
        How it is summarized.
    value
        The printed number.
    spread
        CV in percent or standard deviation, where one is printed.
    low, high
        Range or confidence limits, where printed.
    unit
        Unit.
    source
        Where it is printed.
    is_model
        An estimate of a population model, not a summary of observed values.
    """

    product: str
    population: str
    n: int
    parameter: str
    statistic: Statistic
    value: float
    unit: str
    source: Cite
    spread: float | None = None
    low: float | None = None
    high: float | None = None
    is_model: bool = False


_SMPC = Cite("kymriah-smpc", "table 7", note="pediatric and young adult B-ALL; an earlier data cut differs")
_CARTITUDE = Cite(
    "carvykti-medical-information",
    "CARTITUDE-1",
    note="the unit of copies per microgram of DNA is assumed",
    is_verified=False,
)
_STEIN_TABLE = Cite(
    "stein2019",
    "population estimates",
    note="as transcribed in nlmixr2lib; the table of the paper was not seen",
    is_verified=False,
)
_STEIN_ABSTRACT = Cite("stein2019", "abstract")
_OGASAWARA = Cite("ogasawara2021", "abstract")

_COPIES, _AREA = "copies/ug", "copies*d/ug"
_TISA, _CILTA, _LISO = "tisagenlecleucel", "ciltacabtagene autoleucel", "lisocabtagene maraleucel"
_CR, _NR = "pediatric and young adult B-ALL, CR/CRi", "pediatric and young adult B-ALL, no response"
_ALL, _MM, _LBCL = "pediatric and young adult B-ALL", "multiple myeloma, CARTITUDE-1", "large B-cell lymphoma"


def _geo(population: str, n: int, parameter: str, value: float, cv: float, unit: str) -> PublishedKinetics:
    return PublishedKinetics(
        _TISA, population, n, parameter, Statistic.GEOMETRIC_MEAN_CV, value, unit, _SMPC, spread=cv
    )


def _range(
    product: str, population: str, n: int, parameter: str, numbers: tuple[float, float, float], source: Cite
) -> PublishedKinetics:
    value, low, high = numbers
    kind = Statistic.MEDIAN_RANGE
    return PublishedKinetics(product, population, n, parameter, kind, value, "d", source, low=low, high=high)


def _mean(n: int, parameter: str, value: float, sd: float | None, unit: str) -> PublishedKinetics:
    kind = Statistic.MEAN if sd is None else Statistic.MEAN_SD
    return PublishedKinetics(_CILTA, _MM, n, parameter, kind, value, unit, _CARTITUDE, spread=sd)


def _typical(parameter: str, value: float, unit: str, source: Cite = _STEIN_TABLE) -> PublishedKinetics:
    return PublishedKinetics(
        _TISA, _ALL, 90, parameter, Statistic.TYPICAL, value, unit, source, is_model=True
    )


def _estimate(parameter: str, value: float, low: float, high: float) -> PublishedKinetics:
    return PublishedKinetics(
        _LISO, _LBCL, 261, parameter, Statistic.ESTIMATE_CI, value, "d", _OGASAWARA,
        low=low, high=high, is_model=True,
    )  # fmt: skip


#: Every number the package knows; a product that is absent has no published value here.
KINETICS: tuple[PublishedKinetics, ...] = (
    _geo(_CR, 80, "CMAX", 32_700, 163.4, _COPIES),
    _range(_TISA, _CR, 80, "TMAX", (9.83, 0.0111, 27.8), _SMPC),
    _geo(_CR, 80, "AUCINT_0_28", 300_000, 193.4, _AREA),
    _geo(_CR, 80, "LAMZHL", 21.7, 196.8, "d"),
    _range(_TISA, _CR, 80, "TLST", (170, 17.8, 617), _SMPC),
    _geo(_NR, 11, "CMAX", 19_500, 123.7, _COPIES),
    _range(_TISA, _NR, 11, "TMAX", (20.0, 0.0278, 62.7), _SMPC),
    _geo(_NR, 11, "AUCINT_0_28", 210_000, 111.7, _AREA),
    _geo(_NR, 11, "LAMZHL", 2.7, 154.4, "d"),
    _range(_TISA, _NR, 11, "TLST", (28.8, 13.9, 376), _SMPC),
    _mean(97, "CMAX", 48_692, 27_174, _COPIES),
    _range(_CILTA, _MM, 97, "TMAX", (12.71, 8.73, 329.77), _CARTITUDE),
    _mean(97, "AUCINT_0_28", 504_496, 385_380, _AREA),
    _mean(96, "AUC0-6m", 1_033_373, 1_355_394, _AREA),
    _mean(97, "AUCLST", 1_098_162, None, _AREA),
    _mean(41, "LAMZHL", 23.5, 24.2, "d"),
    _range(_CILTA, _MM, 97, "TLST", (125.9, 20, 715), _CARTITUDE),
    _range(_CILTA, _MM, 65, "TBLQ", (100.0, 27.9, 938.9), _CARTITUDE),
    _typical("fold expansion", 3900, "1"),
    _typical("TMAX", 9.3, "d"),
    _typical("CMAX", 24_000, _COPIES),
    _typical("alpha", 0.16, "1/d"),
    _typical("FB", 0.0079, "1"),
    _typical("beta", 0.0032, "1/d"),
    _typical("residual error, additive on log", 0.56, "1"),
    _typical("DBLTIME", 0.78, "d", _STEIN_ABSTRACT),
    _typical("initial half-life", 4.3, "d", _STEIN_ABSTRACT),
    _typical("LAMZHL", 220, "d", _STEIN_ABSTRACT),
    _estimate("lag time", 3.27, 2.71, 3.97),
    _estimate("DBLTIME", 0.755, 0.667, 0.821),
    _estimate("TMAX", 9.29, 8.81, 9.70),
    _estimate("initial half-life", 5.00, 4.15, 5.90),
    _estimate("LAMZHL", 352, 241, 647),
)


def kinetics_facts(
    product: str, parameter: str | None = None, *, is_model: bool | None = None
) -> tuple[PublishedKinetics, ...]:
    """The published numbers of a product.

    Parameters
    ----------
    product
        Product identifier.
    parameter
        One parameter; None for all.
    is_model
        True for model estimates only, False for observed values only.

    Examples
    --------
    >>> [fact.value for fact in kinetics_facts("tisagenlecleucel", "CMAX", is_model=False)]
    [32700, 19500]
    """
    return tuple(
        fact
        for fact in KINETICS
        if fact.product == product
        and parameter in (None, fact.parameter)
        and is_model in (None, fact.is_model)
    )
