"""What the drive does to one body, hour by hour, and what is done about it.

Fever, hypotension, hypoxia and neurotoxicity are levels of the drive with hysteresis; tocilizumab and steroids
are given by rule and weaken what comes after. All constants are choices of ours; none is an estimate.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tutela.simulation.car_t.options import CarTOptions

__all__ = ["Patient", "draw_patient"]

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
#: Time constants of tocilizumab, of its extra effect on fever, of steroids, and of neurotoxicity, hours.
TAU_TOCILIZUMAB, TAU_FEVER, TAU_STEROID, TAU_NEURO = 28.0, 14.0, 20.0, 36.0
#: Tocilizumab: hours at grade 2, and hours at grade 3 or above, before the first dose; hours between doses
#: (label: at least 8); doses at most.
TOCILIZUMAB_DELAY, TOCILIZUMAB_DELAY_SEVERE, TOCILIZUMAB_GAP, TOCILIZUMAB_MAX = 36, 8, 12, 3
#: Steroids are considered this many hours after tocilizumab without improvement (label: 12 to 18 h), and
#: end this many hours after the last reason for them.
STEROID_WAIT, STEROID_TAIL = 16, 48


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
class Patient:
    """The running state of one subject; it lives only while its course is simulated."""

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
        """Share of the drive that tocilizumab and steroids leave."""
        factor = 1.0
        for number, dose in enumerate(self.wave_doses):
            factor *= 1.0 - self.responses[number] * (1.0 - np.exp(-(hour - dose) / TAU_TOCILIZUMAB))
        if 0 <= self.steroid_start <= hour:
            factor *= 1.0 - self.steroid_response * (1.0 - np.exp(-(hour - self.steroid_start) / TAU_STEROID))
        return float(factor)

    def fever_factor(self, hour: int) -> float:
        """Share of the fever that tocilizumab leaves, beyond its effect on the drive."""
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
        """Whether a steroid course runs."""
        return 0 <= self.steroid_start <= hour < self.steroid_end

    def begin_wave(self) -> None:
        """A new wave meets a body in which earlier treatment has worn off."""
        self.wave += 1
        self.wave_start, self.quiet, self.is_over = -1, 0, False
        self.wave_doses = []
        if self.steroid_end >= 0:
            self.steroid_start = -1


def draw_patient(options: CarTOptions, rng: np.random.Generator) -> Patient:
    """Draw how one body weighs the drive and answers to drugs."""
    responses = tuple(
        float(rng.uniform(0.35, 0.75)) if rng.random() < 0.75 else float(rng.uniform(0.0, 0.25))
        for _ in range(TOCILIZUMAB_MAX)
    )
    return Patient(
        fever=_Channel(FEVER),
        hypotension=_Channel(HYPOTENSION, float(np.exp(np.clip(rng.normal(-0.05, 0.32), -0.6, 0.6)))),
        hypoxia=_Channel(HYPOXIA, float(np.exp(np.clip(rng.normal(-0.15, 0.34), -0.7, 0.6)))),
        neuro=_Channel(NEUROTOXICITY),
        gain=options.neurotoxicity_median * float(np.exp(np.clip(rng.normal(0.0, 0.5), -1.2, 1.2))),
        responses=responses,
        steroid_response=float(rng.uniform(0.4, 0.8)),
    )
