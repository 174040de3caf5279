"""What is given besides support: product, lymphodepletion, tocilizumab, steroids, care by protocol."""

from __future__ import annotations

import numpy as np

from tutela.kernel.cite import Cite
from tutela.simulation.car_t.course import HourlyCourse
from tutela.simulation.car_t.given import Given
from tutela.simulation.car_t.options import CarTOptions
from tutela.simulation.car_t.population import Person
from tutela.simulation.car_t.spans import DAY, HOUR, find_runs, place_runs

__all__ = ["PRODUCT", "SOURCES", "give_crs_drugs", "give_protocol", "tocilizumab_dose"]

PRODUCT = "tisagenlecleucel"

#: Tocilizumab by weight: limit, mg/kg below it, mg/kg from it on, and the ceiling, mg.
TOCILIZUMAB_WEIGHT, TOCILIZUMAB_LIGHT, TOCILIZUMAB_HEAVY, TOCILIZUMAB_CEILING = 30.0, 12.0, 8.0, 800.0
#: Methylprednisolone, mg/kg per dose every 12 h with its ceiling; dexamethasone for neurotoxicity, mg/kg
#: every 6 h with its ceiling.
METHYLPREDNISOLONE, METHYLPREDNISOLONE_MAX = 1.0, 62.5
DEXAMETHASONE, DEXAMETHASONE_MAX = 0.3, 10.0
#: Cells, 10^6/kg up to 50 kg and 10^6 in all above.
CELLS_PER_KG, CELLS_FLAT, CELLS_WEIGHT = (0.2, 5.0), (10.0, 250.0), 50.0
#: Lymphodepletion: fludarabine 30 mg/m2 on days -6 to -3, cyclophosphamide 500 mg/m2 on days -6 and -5.
FLUDARABINE, CYCLOPHOSPHAMIDE = (30.0, (-6, -5, -4, -3)), (500.0, (-6, -5))

SOURCES = (Cite("kymriah-uspi", "dosage; Table 1, management of CRS", is_verified=False),)


def tocilizumab_dose(weight: float) -> float:
    """Dose in mg for a weight in kg.

    Examples
    --------
    >>> tocilizumab_dose(20.0), tocilizumab_dose(30.0), tocilizumab_dose(120.0)
    (240.0, 240.0, 800.0)
    """
    per_kg = TOCILIZUMAB_LIGHT if weight < TOCILIZUMAB_WEIGHT else TOCILIZUMAB_HEAVY
    return min(TOCILIZUMAB_CEILING, float(round(per_kg * weight)))


def give_protocol(person: Person, rng: np.random.Generator) -> tuple[Given, ...]:
    """Product, lymphodepletion, seizure prophylaxis and transfusions."""
    surface = float(np.sqrt(person.height * person.weight / 3600.0))
    rows = [_product(person, rng)]
    for name, (dose, days) in (("Fludarabine", FLUDARABINE), ("Cyclophosphamide", CYCLOPHOSPHAMIDE)):
        rows.extend(
            Given(name, "conditioning", day * DAY + 60, day * DAY + 120, round(dose * surface), "mg", "ONCE",
                  "INTRAVENOUS", indication="lymphodepletion")
            for day in days
        )  # fmt: skip
    if rng.random() < 0.7:
        rows.append(
            Given("Levetiracetam", "antiseizure", -DAY, 30 * DAY, round(min(750, 10 * person.weight)), "mg",
                  "BID", "ORAL", indication="prophylaxis")
        )  # fmt: skip
    for _ in range(int(rng.poisson(1.2))):
        start = int(rng.integers(2 * DAY, 20 * DAY))
        rows.append(
            Given("Platelets, apheresis", "transfusion", start, start + 45, 1, "unit", "ONCE", "INTRAVENOUS",
                  indication="thrombocytopenia")
        )  # fmt: skip
    return tuple(rows)


def _product(person: Person, rng: np.random.Generator) -> Given:
    is_light = person.weight <= CELLS_WEIGHT
    low, high = CELLS_PER_KG if is_light else CELLS_FLAT
    dose = float(np.exp(rng.uniform(np.log(3 * low), np.log(high))))
    return Given(
        PRODUCT.capitalize(), "product", 0, 10, round(dose, 2), "10^6 cells/kg" if is_light else "10^6 cells",
        "ONCE", "INTRAVENOUS", lot=f"L{int(rng.integers(10_000, 99_999))}",
    )  # fmt: skip


def give_crs_drugs(
    course: HourlyCourse, person: Person, options: CarTOptions, rng: np.random.Generator
) -> tuple[Given, ...]:
    """Tocilizumab doses, steroid courses, and filgrastim for some, at the hours of the course."""
    dose = tocilizumab_dose(person.weight)
    rows = [
        Given("Tocilizumab", "anticytokine", start, start + 60, dose, "mg", "ONCE", "INTRAVENOUS",
              indication="CRS")
        for start in (hour * HOUR + int(rng.integers(5, 50)) for hour in course.tocilizumab)
    ]  # fmt: skip
    for run in place_runs(find_runs(course.steroid.astype(np.int8)), rng):
        is_neuro = bool((course.neurotoxicity[run.start // HOUR : run.start // HOUR + 2] >= 2).any())
        rows.append(_steroid(run.start, run.end, person, is_neuro=is_neuro))
    if rng.random() < 0.3:
        first = int(rng.integers(14, 24))
        last = min(first + int(rng.integers(3, 9)), options.days - 1)
        rows.append(
            Given("Filgrastim", "growth factor", first * DAY, last * DAY, round(5 * person.weight), "ug",
                  "QD", "SUBCUTANEOUS", indication="neutropenia")
        )  # fmt: skip
    return tuple(rows)


def _steroid(start: int, end: int, person: Person, *, is_neuro: bool) -> Given:
    if is_neuro:
        dose = round(min(DEXAMETHASONE_MAX, DEXAMETHASONE * person.weight), 1)
        return Given(
            "Dexamethasone", "steroid", start, end, dose, "mg", "Q6H", "INTRAVENOUS", indication="ICANS"
        )
    dose = round(min(METHYLPREDNISOLONE_MAX, METHYLPREDNISOLONE * person.weight), 1)
    return Given(
        "Methylprednisolone", "steroid", start, end, dose, "mg", "Q12H", "INTRAVENOUS", indication="CRS"
    )
