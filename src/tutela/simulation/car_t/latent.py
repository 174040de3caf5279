"""Everything that is true of one virtual subject, in continuous time, before anybody measures or writes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tutela.simulation.car_t.course import HourlyCourse, compute_drive, simulate_course
from tutela.simulation.car_t.fever import draw_infection, place_fever
from tutela.simulation.car_t.given import Given
from tutela.simulation.car_t.kinetics import IndividualKinetics, draw_kinetics
from tutela.simulation.car_t.medication import give_crs_drugs, give_protocol
from tutela.simulation.car_t.neurology import NeuroState, find_coma, place_neurology
from tutela.simulation.car_t.options import CarTOptions
from tutela.simulation.car_t.population import Person
from tutela.simulation.car_t.spans import DAY, HOUR, Span, find_runs
from tutela.simulation.car_t.support import Support, place_airway, place_sleep_apnea, place_support

__all__ = ["Latent", "simulate_latent"]

#: Care follows the label up to this day; deaths from relapse come after it.
LATE_DEATH_DAY = 30


@dataclass(frozen=True)
class Latent:
    """One subject's truth.

    Parameters
    ----------
    person, kinetics, course
        Who; the cells; the hourly course.
    fever
        Febrile stretches of CRS; the temperature is 38.0 or above inside and below it outside.
    infection
        Febrile stretch of an infection, attributed to another cause; None without one.
    hypotension
        Stretches with a systolic pressure below the limit of the age, without vasopressor.
    given
        All treatment rows, by start.
    neurology
        Abnormal neurological stretches.
    sedation
        Stretches in which cognition and consciousness cannot be assessed.
    end
        End of observation: planned follow-up or death, minutes.
    death_cause
        Principal cause of death at ``end``; None if alive.
    """

    person: Person
    kinetics: IndividualKinetics
    course: HourlyCourse
    fever: tuple[Span, ...]
    infection: Span | None
    hypotension: tuple[Span, ...]
    given: tuple[Given, ...]
    neurology: tuple[NeuroState, ...]
    sedation: tuple[Span, ...]
    end: int
    death_cause: str | None = None

    @property
    def pressors(self) -> tuple[Given, ...]:
        """Vasopressor rows."""
        return tuple(row for row in self.given if row.role == "vasopressor")

    @property
    def oxygen(self) -> tuple[Given, ...]:
        """Oxygen and ventilation rows."""
        return tuple(row for row in self.given if row.role == "oxygen")

    @property
    def last_sign(self) -> int:
        """End of the last CRS or neurological sign, minutes; 0 without any."""
        ends = [span.end for span in (*self.fever, *self.hypotension)]
        ends += [row.end or self.end for row in (*self.pressors, *self.oxygen) if row.indication != "osa"]
        ends += [state.end for state in self.neurology]
        return max(ends, default=0)


def simulate_latent(person: Person, options: CarTOptions, rng: np.random.Generator) -> Latent:
    """Draw one subject's cells, course, support, drugs, neurology and fate.

    Parameters
    ----------
    person
        The subject.
    options
        The trial's options.
    rng
        The subject's random numbers for the course; nothing that is measured or mistyped draws from it.
    """
    kinetics = draw_kinetics(options.kinetics, rng)
    course = simulate_course(compute_drive(kinetics, person, options, rng), options, rng)
    fever, antipyretics = place_fever(course, person, rng)
    support = place_support(course, person, rng)
    neurology = place_neurology(course, rng)
    airway = place_airway(find_coma(neurology, rng, options.airway_intubation), support)
    infection, for_infection = draw_infection(course, person, options, rng)
    given = (
        *give_protocol(person, rng), *antipyretics, *support.pressors, *support.oxygen, *support.fluids,
        *airway, *place_sleep_apnea(person, options), *for_infection,
        *give_crs_drugs(course, person, options, rng),
    )  # fmt: skip
    latent = Latent(
        person, kinetics, course, fever, infection, support.hypotension,
        tuple(sorted(given, key=lambda row: (row.start, row.role, row.treatment))),
        neurology, _find_sedation(support, airway), options.days * DAY,
    )  # fmt: skip
    return _meet_fate(latent, options, rng)


def _find_sedation(support: Support, airway: tuple[Given, ...]) -> tuple[Span, ...]:
    ventilated = [row for row in (*support.oxygen, *airway) if row.device == "invasive_ventilation"]
    return tuple(Span(row.start, row.end) for row in ventilated if row.end is not None)


def _meet_fate(latent: Latent, options: CarTOptions, rng: np.random.Generator) -> Latent:
    """Decide on death, from CRS in its gravest stretch or from relapse later, and end everything there."""
    fatal, late = rng.random() < options.crs_fatality, rng.random() < options.late_death
    share, when = float(rng.uniform(0.5, 0.95)), float(rng.uniform(LATE_DEATH_DAY, options.days))
    grave = [
        run
        for levels in (latent.course.hypotension, latent.course.hypoxia)
        for run in find_runs(levels)
        if run.level == 4
    ]
    if grave and fatal:
        run = max(grave, key=lambda r: (r.end - r.start, -r.start))
        minute = (run.start + 1) * HOUR + int(share * max(0, run.end - run.start - 2) * HOUR)
        return _end_at(latent, minute + 7, "CYTOKINE RELEASE SYNDROME")
    minute = round(when * DAY)
    if late and options.days > LATE_DEATH_DAY and latent.last_sign + 2 * DAY < minute:
        return _end_at(latent, minute, "RELAPSE OF ACUTE LYMPHOBLASTIC LEUKEMIA")
    return latent


def _end_at(latent: Latent, minute: int, cause: str) -> Latent:
    """Cut everything at death."""

    def cut(spans: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(s._replace(end=min(s.end, minute)) for s in spans if s.start < minute)

    infection = latent.infection
    return replace(
        latent,
        fever=cut(latent.fever),
        infection=cut((infection,))[0] if infection is not None and infection.start < minute else None,
        hypotension=cut(latent.hypotension),
        given=tuple(
            replace(row, end=None if row.end is None else min(row.end, minute))
            for row in latent.given
            if row.start < minute
        ),
        neurology=tuple(
            replace(state, end=min(state.end, minute)) for state in latent.neurology if state.start < minute
        ),
        sedation=cut(latent.sedation),
        end=minute,
        death_cause=cause,
    )
