"""The latent course: an inflammatory drive, hour by hour, what it does to the body and what is done about it.

The drive follows the cells: it grows as they expand (a small power of the expansion, so that fever comes
days before the peak) and ends as the tumor is cleared. Its height is tied to the peak expansion and to the
tumor burden. Fever, hypotension and hypoxia are levels of that one drive with the subject's own weights;
neurotoxicity follows it with a delay. Tocilizumab and steroids are given by rule and weaken what comes
after. A second wave may follow the first. All constants here are choices of ours that make plausible
courses; none is a published estimate.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tutela.kernel.tri import BoolArray, FloatArray
from tutela.simulation.car_t.kinetics import IndividualKinetics
from tutela.simulation.car_t.options import CarTOptions
from tutela.simulation.car_t.population import Person
from tutela.simulation.car_t.spans import Levels

__all__ = ["HourlyCourse", "compute_drive", "simulate_course"]

#: Power of the relative expansion in the drive, delay of tumor clearance after the peak, and its steepness.
EXPANSION_POWER, CLEARANCE_DELAY, CLEARANCE_WIDTH = 0.3, 2.5, 1.8
#: Days that the cells need before they inflame anything.
ENGAGEMENT = 0.8
#: Drive at which each level begins.
FEVER = ((1, 1.0),)
HYPOTENSION = ((2, 1.35), (3, 2.1), (4, 2.5))
HYPOXIA = ((2, 1.45), (3, 2.2), (4, 2.65))
NEUROTOXICITY = ((1, 0.55), (2, 0.8), (3, 1.15), (4, 1.7))
#: A level is left when the drive has been below this share of its threshold for this many hours.
HYSTERESIS, HOURS_BELOW, HOURS_BETWEEN = 0.75, 3, 2
#: Support begins at least this long after the fever that opens an event.
HOURS_BEFORE_SUPPORT = 3
#: A wave is over after this many hours without fever, hypotension or hypoxia.
QUIET_HOURS = 10
#: Hours from a wave's end to the peak of the next, and the last hour after which none begins any more.
SECOND_WAVE, LAST_SECOND_WAVE = (110.0, 260.0), 17 * 24
#: Time constants of tocilizumab, of its extra effect on fever, of steroids, and of neurotoxicity, hours.
TAU_TOCILIZUMAB, TAU_FEVER, TAU_STEROID, TAU_NEURO = 28.0, 14.0, 20.0, 36.0
#: Tocilizumab: hours at grade 2, and hours at grade 3 or above, before the first dose; hours between doses
#: (label: at least 8); doses at most.
TOCILIZUMAB_DELAY, TOCILIZUMAB_DELAY_SEVERE, TOCILIZUMAB_GAP, TOCILIZUMAB_MAX = 36, 8, 12, 3
#: Steroids are considered this many hours after tocilizumab without improvement (label: 12 to 18 h), and
#: end this many hours after the last reason for them.
STEROID_WAIT, STEROID_TAIL = 16, 48


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


@dataclass
class _Channel:
    """One graded state with hysteresis, so that it does not flicker."""

    thresholds: tuple[tuple[int, float], ...]
    weight: float = 1.0
    level: int = 0
    changed: int = -99
    below: int = 0

    def _reach(self, value: float, share: float) -> int:
        return max((level for level, limit in self.thresholds if value > share * limit), default=0)

    def step(self, drive: float, hour: int) -> int:
        value = drive * self.weight
        target = self._reach(value, 1.0)
        staying = self._reach(value, HYSTERESIS)
        self.below = self.below + 1 if staying < self.level else 0
        if target > self.level and hour - self.changed >= HOURS_BETWEEN:
            self.level, self.changed = target, hour
        elif self.below >= HOURS_BELOW:
            self.level, self.changed, self.below = staying, hour, 0
        return self.level

    def clear(self, hour: int) -> int:
        if self.level:
            self.level, self.changed, self.below = 0, hour, 0
        return 0


@dataclass
class _Patient:
    """The running state of one subject; lives only inside :func:`simulate_course`."""

    fever: _Channel
    hypotension: _Channel
    hypoxia: _Channel
    neuro: _Channel
    gain: float
    responses: tuple[float, ...]
    steroid_response: float
    wave: int = 0
    wave_start: int = -1
    quiet: int = 0
    is_over: bool = False
    support_hours: int = 0
    severe_hours: int = 0
    doses: list[tuple[int, int]] = field(default_factory=list)
    wave_doses: list[int] = field(default_factory=list)
    steroid_start: int = -1
    steroid_end: int = -1
    neuro_drive: float = 0.0

    def treatment_factor(self, hour: int) -> float:
        factor = 1.0
        for number, dose in enumerate(self.wave_doses):
            factor *= 1.0 - self.responses[number] * (1.0 - np.exp(-(hour - dose) / TAU_TOCILIZUMAB))
        if 0 <= self.steroid_start <= hour:
            factor *= 1.0 - self.steroid_response * (1.0 - np.exp(-(hour - self.steroid_start) / TAU_STEROID))
        return float(factor)

    def fever_factor(self, hour: int) -> float:
        if not self.wave_doses:
            return 1.0
        return float(1.0 - 0.6 * (1.0 - np.exp(-(hour - self.wave_doses[0]) / TAU_FEVER)))

    def advance(self, untreated: float, hour: int) -> float:
        """Move one hour on; returns the treated drive."""
        drive = untreated * self.treatment_factor(hour)
        self._advance_inflammation(drive, hour)
        self._advance_neuro(untreated, hour)
        self._treat(hour)
        return drive

    def _advance_inflammation(self, drive: float, hour: int) -> None:
        if self.is_over:
            for channel in (self.fever, self.hypotension, self.hypoxia):
                channel.clear(hour)
            return
        self.fever.step(drive * self.fever_factor(hour), hour)
        if self.wave_start < 0 and self.fever.level:
            self.wave_start = hour
        if self.wave_start >= 0 and hour - self.wave_start >= HOURS_BEFORE_SUPPORT:
            self.hypotension.step(drive, hour)
            self.hypoxia.step(drive, hour)
        has_signs = self.fever.level or self.hypotension.level or self.hypoxia.level
        self.quiet = 0 if has_signs or self.wave_start < 0 else self.quiet + 1
        self.is_over = self.quiet >= QUIET_HOURS

    def _advance_neuro(self, untreated: float, hour: int) -> None:
        relief = 1.0
        if 0 <= self.steroid_start <= hour:
            relief -= 0.7 * self.steroid_response * (1.0 - np.exp(-(hour - self.steroid_start) / TAU_STEROID))
        self.neuro_drive += (self.gain * untreated * relief - self.neuro_drive) / TAU_NEURO
        self.neuro.step(self.neuro_drive, hour)

    def _treat(self, hour: int) -> None:
        support = max(self.hypotension.level, self.hypoxia.level)
        self.support_hours = self.support_hours + 1 if support >= 2 else 0
        self.severe_hours = self.severe_hours + 1 if support >= 3 else 0
        last = self.doses[-1] if self.doses else (-99, 0)
        is_due = hour - last[0] >= TOCILIZUMAB_GAP and len(self.doses) < TOCILIZUMAB_MAX
        is_needed = not self.wave_doses or support >= last[1]
        is_time = self.support_hours >= TOCILIZUMAB_DELAY or self.severe_hours >= TOCILIZUMAB_DELAY_SEVERE
        if is_time and is_due and is_needed:
            self.doses.append((hour, support))
            self.wave_doses.append(hour)
        self._steer_steroid(support, hour)

    def _steer_steroid(self, support: int, hour: int) -> None:
        first = self.wave_doses[0] if self.wave_doses else 10**6
        is_refractory = support >= 3 and hour - first >= STEROID_WAIT
        is_needed = is_refractory or support >= 4 or self.neuro.level >= 2
        if is_needed and self.steroid_start < 0:
            self.steroid_start = hour
        if is_needed:
            self.steroid_end = hour + STEROID_TAIL

    def on_steroid(self, hour: int) -> bool:
        return 0 <= self.steroid_start <= hour < self.steroid_end

    def begin_wave(self) -> None:
        """A new wave meets a body in which earlier treatment has worn off."""
        self.wave += 1
        self.wave_start, self.quiet, self.is_over = -1, 0, False
        self.wave_doses = []
        if self.steroid_end >= 0:
            self.steroid_start = -1


def _draw_patient(options: CarTOptions, rng: np.random.Generator) -> _Patient:
    responses = tuple(
        float(rng.uniform(0.35, 0.75)) if rng.random() < 0.75 else float(rng.uniform(0.0, 0.25))
        for _ in range(TOCILIZUMAB_MAX)
    )
    return _Patient(
        fever=_Channel(FEVER),
        hypotension=_Channel(HYPOTENSION, float(np.exp(np.clip(rng.normal(-0.05, 0.32), -0.6, 0.6)))),
        hypoxia=_Channel(HYPOXIA, float(np.exp(np.clip(rng.normal(-0.15, 0.34), -0.7, 0.6)))),
        neuro=_Channel(NEUROTOXICITY),
        gain=options.neurotoxicity_median * float(np.exp(np.clip(rng.normal(0.0, 0.5), -1.2, 1.2))),
        responses=responses,
        steroid_response=float(rng.uniform(0.4, 0.8)),
    )


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
    patient, second = _draw_patient(options, rng), _draw_second_wave(options, rng)
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
