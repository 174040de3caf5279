"""Blood counts, chemistry and coagulation as measured: lymphodepletion, inflammation, organ stress."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tutela.kernel.tri import FloatArray
from tutela.simulation.car_t.cytokines import compute_crp, compute_ferritin, follow
from tutela.simulation.car_t.latent import Latent
from tutela.simulation.car_t.options import CarTOptions
from tutela.simulation.car_t.records import Block
from tutela.simulation.car_t.spans import DAY, HOUR, MinuteArray

__all__ = ["CHEMISTRY", "LabTest", "measure_laboratory"]

#: Lymphodepletion begins to act on this day, with this steepness in days.
NADIR_ONSET, NADIR_WIDTH = -1.5, 1.1
#: Day of neutrophil recovery, usual and prolonged, and steepness in days.
RECOVERY, PROLONGED, RECOVERY_WIDTH = (11.0, 17.0), (24.0, 45.0), 1.6


@dataclass(frozen=True)
class LabTest:
    """How one test behaves.

    Parameters
    ----------
    code
        Test code.
    low, high
        Limits of normal in the canonical unit; children and adults alike, for virtual people.
    typical, between, within
        Median of subjects, log spread between them and within one.
    organ
        Which hourly signal moves it: acute, liver, kidney, leak, clotting or none.
    effect
        Change of the logarithm per unit of the signal.
    """

    code: str
    low: float
    high: float
    typical: float
    between: float
    within: float
    organ: str = ""
    effect: float = 0.0


CHEMISTRY = (
    LabTest("ALT", 5, 40, 26, 0.40, 0.10, "liver", 0.85),
    LabTest("AST", 8, 40, 27, 0.30, 0.10, "liver", 0.95),
    LabTest("ALP", 60, 300, 160, 0.30, 0.06, "liver", 0.12),
    LabTest("BILI", 3, 21, 8.5, 0.35, 0.12, "liver", 0.42),
    LabTest("LDH", 120, 300, 240, 0.25, 0.08, "liver", 0.45),
    LabTest("CREAT", 20, 90, 42, 0.20, 0.06, "kidney", 0.30),
    LabTest("UREAN", 2.5, 7.0, 4.0, 0.25, 0.10, "kidney", 0.28),
    LabTest("GLUC", 3.9, 7.8, 5.4, 0.06, 0.12, "acute", 0.06),
    LabTest("SODIUM", 135, 145, 139, 0.008, 0.008, "leak", -0.009),
    LabTest("K", 3.5, 5.0, 4.0, 0.04, 0.07, "leak", -0.04),
    LabTest("CA", 2.15, 2.60, 2.32, 0.02, 0.02, "leak", -0.05),
    LabTest("MG", 0.66, 1.07, 0.82, 0.06, 0.05, "leak", -0.05),
    LabTest("PHOS", 0.9, 1.8, 1.35, 0.10, 0.10, "leak", -0.16),
    LabTest("ALB", 35, 52, 40, 0.07, 0.03, "leak", -0.12),
    LabTest("INR", 0.8, 1.2, 1.05, 0.05, 0.04, "clotting", 0.11),
    LabTest("APTT", 24, 37, 30, 0.07, 0.05, "clotting", 0.13),
    LabTest("FIBRINO", 2.0, 4.0, 3.0, 0.18, 0.08, "clotting", -0.38),
)

#: Limits of normal of the tests with a course of their own.
COUNT_LIMITS = {
    "WBC": (4.0, 12.0), "NEUT": (1.5, 8.0), "LYM": (1.0, 5.0), "MONO": (0.1, 1.0), "EOS": (0.0, 0.5),
    "PLAT": (150.0, 450.0), "HGB": (115.0, 160.0),
}  # fmt: skip
INFLAMMATION_LIMITS = {"CRP": (0.0, 5.0), "FERRITIN": (10.0, 300.0)}


def _signals(latent: Latent) -> dict[str, FloatArray]:
    drive = latent.course.drive
    shock = (latent.course.hypotension >= 3).astype(np.float64)
    return {
        "": np.zeros(len(drive)),
        "acute": drive,
        "leak": follow(drive, 24.0),
        "liver": follow(drive, 40.0),
        "kidney": follow(0.3 * drive + 2.0 * shock, 36.0),
        "clotting": follow(drive, 48.0),
    }


def _at(series: FloatArray, times: MinuteArray) -> FloatArray:
    grid = np.arange(len(series)) * HOUR + HOUR / 2
    return np.asarray(np.interp(times, grid, series), dtype=np.float64)


def _noise(spread: float, n: int, rng: np.random.Generator) -> FloatArray:
    return np.exp(np.clip(rng.normal(0, spread, n), -3 * spread, 3 * spread))


def measure_laboratory(
    latent: Latent, options: CarTOptions, times: MinuteArray, rng: np.random.Generator
) -> list[Block]:
    """Counts, chemistry, coagulation, CRP and ferritin at the given times, canonical units with limits."""
    return [
        *_counts(latent, options, times, rng),
        *_chemistry(latent, times, rng),
        *_inflammation(latent, times, rng),
    ]


def _chemistry(latent: Latent, times: MinuteArray, rng: np.random.Generator) -> list[Block]:
    signals = _signals(latent)
    blocks = []
    for test in CHEMISTRY:
        sensitivity = test.effect * float(_noise(0.35, 1, rng)[0])
        own = test.typical * float(_noise(test.between, 1, rng)[0])
        value = (
            own * np.exp(sensitivity * _at(signals[test.organ], times)) * _noise(test.within, len(times), rng)
        )
        blocks.append(Block(test.code, times, value, low=test.low, high=test.high))
    return blocks


def _inflammation(latent: Latent, times: MinuteArray, rng: np.random.Generator) -> list[Block]:
    courses = {"CRP": (compute_crp(latent), 0.18), "FERRITIN": (compute_ferritin(latent), 0.15)}
    return [
        Block(
            code, times, _at(course, times) * _noise(spread, len(times), rng),
            low=INFLAMMATION_LIMITS[code][0], high=INFLAMMATION_LIMITS[code][1],
        )
        for code, (course, spread) in courses.items()
    ]  # fmt: skip


def _step(day: FloatArray, center: float, width: float) -> FloatArray:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip((day - center) / width, -60, 60))), dtype=np.float64)


def _counts(
    latent: Latent, options: CarTOptions, times: MinuteArray, rng: np.random.Generator
) -> list[Block]:
    """Fall after lymphodepletion, nadir, recovery; late and shallow recovery in some."""
    day, n = times / DAY, len(times)
    is_prolonged = rng.random() < options.prolonged_neutropenia
    recovery = float(rng.uniform(*(PROLONGED if is_prolonged else RECOVERY)))
    fall = _step(day, NADIR_ONSET + float(rng.uniform(0, 2)), NADIR_WIDTH)
    gone = fall * (1 - _step(day, recovery, RECOVERY_WIDTH))
    depth = float(rng.uniform(0.94, 0.997))
    neut = float(np.exp(rng.normal(1.0, 0.4))) * (1 - depth * gone) * _noise(0.15, n, rng)
    lym = float(np.exp(rng.normal(0.1, 0.4))) * (1 - 0.97 * fall * (1 - 0.7 * _step(day, 12, 4)))
    lym = lym * _noise(0.15, n, rng)
    mono = 0.35 * (1 - 0.93 * gone) * _noise(0.2, n, rng)
    eos = 0.12 * (1 - 0.9 * gone) * _noise(0.3, n, rng)
    late = fall * (1 - _step(day, recovery + float(rng.uniform(2, 12)), 4.0))
    plat = (
        float(np.exp(rng.normal(4.9, 0.45)))
        * (1 - float(rng.uniform(0.6, 0.95)) * late)
        * _noise(0.1, n, rng)
    )
    hgb = float(rng.normal(105, 12)) - 22 * late + rng.normal(0, 3, n)
    values = {
        "NEUT": neut, "LYM": lym, "MONO": mono, "EOS": eos, "WBC": neut + lym + mono + eos, "PLAT": plat,
        "HGB": np.clip(hgb, 55, 175),
    }  # fmt: skip
    return [
        Block(
            code,
            times,
            np.asarray(value, dtype=np.float64),
            low=COUNT_LIMITS[code][0],
            high=COUNT_LIMITS[code][1],
        )
        for code, value in values.items()
    ]
