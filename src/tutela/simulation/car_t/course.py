"""The latent course: an inflammatory drive, hour by hour, what it does to the body and what is done about it.

The drive follows the cells: it grows as they expand (a small power of the expansion, so that fever comes
days before the peak) and ends as the tumor is cleared. Its height is tied to the peak expansion and to the
tumor burden. Fever, hypotension and hypoxia are levels of that one drive with the subject's own weights;
neurotoxicity follows it with a delay. Tocilizumab and steroids are given by rule and weaken what comes
after. A second wave may follow the first. All constants here are choices of ours that make plausible
courses; none is a published estimate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tutela.kernel.tri import BoolArray, FloatArray
from tutela.simulation.car_t.kinetics import IndividualKinetics
from tutela.simulation.car_t.options import CarTOptions
from tutela.simulation.car_t.patient import draw_patient
from tutela.simulation.car_t.population import Person
from tutela.simulation.car_t.spans import Levels

__all__ = ["HourlyCourse", "compute_drive", "simulate_course"]

#: Power of the relative expansion in the drive, delay of tumor clearance after the peak, and its steepness.
EXPANSION_POWER, CLEARANCE_DELAY, CLEARANCE_WIDTH = 0.3, 2.5, 1.8
#: Days that the cells need before they inflame anything.
ENGAGEMENT = 0.8
#: Hours from a wave's end to the peak of the next, and the last hour after which none begins any more.
SECOND_WAVE, LAST_SECOND_WAVE = (110.0, 260.0), 17 * 24


@dataclass(frozen=True)
class HourlyCourse:
    """Latent states on an hourly grid, element k covering hour k after infusion.

    Parameters
    ----------
    drive, untreated
        Inflammatory drive with and without the effect of treatment; fever begins at 1.
    fever
        Febrile apart from antipyretics.
    hypotension, hypoxia
        0, 2 (needs no vasopressor; low-flow oxygen), 3 (one vasopressor; high flow), 4 (two; positive
        pressure).
    neurotoxicity
        0 to 4.
    tocilizumab
        Hours of the doses.
    steroid
        Whether a steroid course runs.
    """

    drive: FloatArray
    untreated: FloatArray
    fever: Levels
    hypotension: Levels
    hypoxia: Levels
    neurotoxicity: Levels
    tocilizumab: tuple[int, ...]
    steroid: BoolArray

    @property
    def has_signs(self) -> BoolArray:
        """Fever, hypotension or hypoxia at each hour."""
        return np.asarray((self.fever > 0) | (self.hypotension > 0) | (self.hypoxia > 0))


def compute_drive(
    kinetics: IndividualKinetics, person: Person, options: CarTOptions, rng: np.random.Generator
) -> FloatArray:
    """The first wave of the drive before treatment, one value per hour of follow-up.

    Notes
    -----
    ``A (1 - exp(-(t/0.8)^2)) (C(t)/Cmax)^0.3 / (1 + exp((t - Tmax - 2.5)/1.8))`` with log A normal around
    the options' median, shifted by the doublings of Cmax over the typical value and by the tumor burden.
    """
    hours = np.arange(options.days * 24) / 24.0
    time_peak, peak = kinetics.peak()
    log_height = (
        np.log(options.severity_median)
        + options.expansion_effect * np.log2(peak / options.kinetics.cmax)
        + options.burden_effect * person.burden
        + options.severity_spread * float(np.clip(rng.normal(), -2.5, 2.5))
    )
    engagement = 1.0 - np.exp(-((hours / ENGAGEMENT) ** 2))
    relative = engagement * (kinetics.concentration(hours) / peak) ** EXPANSION_POWER
    clearance = 1.0 / (
        1.0 + np.exp(np.clip((hours - time_peak - CLEARANCE_DELAY) / CLEARANCE_WIDTH, -50, 50))
    )
    return np.asarray(np.exp(log_height) * relative * clearance, dtype=np.float64)


@dataclass(frozen=True)
class _SecondWave:
    """A Gaussian bump of the drive after the first wave."""

    wait: float
    width: float
    height: float

    def drive(self, hour: int, end_of_first: int) -> float:
        return self.height * float(np.exp(-0.5 * ((hour - end_of_first - self.wait) / self.width) ** 2))


def _draw_second_wave(options: CarTOptions, rng: np.random.Generator) -> _SecondWave | None:
    is_biphasic = rng.random() < options.biphasic
    wave = _SecondWave(
        float(rng.uniform(*SECOND_WAVE)), float(rng.uniform(16.0, 26.0)), float(rng.uniform(1.3, 2.8))
    )
    return wave if is_biphasic else None


def simulate_course(untreated: FloatArray, options: CarTOptions, rng: np.random.Generator) -> HourlyCourse:
    """Let the drive act, and treatment act back, hour by hour.

    Parameters
    ----------
    untreated
        First wave of the drive, one value per hour (:func:`compute_drive`).
    options
        The trial's options.
    rng
        The subject's random numbers for the course.

    Returns
    -------
    HourlyCourse
        Between two waves there are at least 60 h without any sign, so that the first has resolved by any
        sensible rule; within a wave never more than 10 h, so that it has not.
    """
    patient, second = draw_patient(options, rng), _draw_second_wave(options, rng)
    hours = len(untreated)
    total, treated = untreated.copy(), np.zeros(hours)
    levels = np.zeros((4, hours), dtype=np.int8)
    steroid = np.zeros(hours, dtype=np.bool_)
    first_end = -1
    for hour in range(hours):
        if patient.is_over and first_end < 0 and hour < LAST_SECOND_WAVE:
            first_end = hour
        if first_end >= 0 and second is not None:
            total[hour] = second.drive(hour, first_end)
            if patient.wave == 0 and hour - first_end >= second.wait - 2 * second.width:
                patient.begin_wave()
        treated[hour] = patient.advance(float(total[hour]), hour)
        levels[:, hour] = (
            patient.fever.level, patient.hypotension.level, patient.hypoxia.level, patient.neuro.level,
        )  # fmt: skip
        steroid[hour] = patient.on_steroid(hour)
    doses = tuple(hour for hour, _ in patient.doses)
    return HourlyCourse(treated, total, levels[0], levels[1], levels[2], levels[3], doses, steroid)
