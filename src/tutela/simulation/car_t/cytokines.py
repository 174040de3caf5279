"""Cytokines, CRP, ferritin and transgene copies as measured, tied to the drive and to the cells."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from tutela.kernel.tri import FloatArray
from tutela.simulation.car_t.latent import Latent
from tutela.simulation.car_t.options import CarTOptions
from tutela.simulation.car_t.records import Block
from tutela.simulation.car_t.spans import DAY, HOUR, MinuteArray

__all__ = ["compute_crp", "compute_ferritin", "follow", "measure_cells", "measure_cytokines"]

#: Resting level, pg/mL, rise in logs per log(1 + drive^2), and log noise.
CYTOKINES = {
    "INTLK6": (4.0, 2.6, 0.35),
    "IFNG": (8.0, 2.3, 0.35),
    "INTLK10": (3.0, 1.9, 0.30),
    "TNFA": (6.0, 0.9, 0.25),
    "MCP1": (180.0, 1.3, 0.30),
}
CYTOKINE_LLOQ = {"INTLK6": 1.5, "IFNG": 4.0, "INTLK10": 1.0, "TNFA": 1.0, "MCP1": 10.0}
#: Interleukin 6 rises while its receptor is blocked: factor, and time constant in hours.
RECEPTOR_BLOCK, BLOCK_HOURS = 4.0, 120.0
#: CRP: resting mg/L, gain per unit of drive, hours; tocilizumab stops its making.
CRP_REST, CRP_GAIN, CRP_HOURS = 3.0, 75.0, 22.0
#: Ferritin: resting ug/L, log gain per unit of delayed drive, hours of delay.
FERRITIN_REST, FERRITIN_GAIN, FERRITIN_HOURS = 600.0, 1.15, 60.0
#: Limit of quantification of the transgene assay, copies/ug.
CELL_LLOQ = 50.0


def follow(signal: FloatArray, hours: float) -> FloatArray:
    """First-order lag of an hourly signal with a time constant in hours."""
    share = 1.0 / hours
    return np.asarray(lfilter([share], [1.0, share - 1.0], signal), dtype=np.float64)


def _at(series: FloatArray, times: MinuteArray) -> FloatArray:
    grid = np.arange(len(series)) * HOUR + HOUR / 2
    return np.asarray(np.interp(times, grid, series), dtype=np.float64)


def _noisy(level: FloatArray, spread: float, rng: np.random.Generator) -> FloatArray:
    return np.asarray(level * np.exp(rng.normal(0, spread, len(level))), dtype=np.float64)


def _receptor_block(latent: Latent) -> FloatArray:
    hours = np.arange(len(latent.course.drive))
    block = np.ones(len(hours))
    for dose in latent.course.tocilizumab:
        since = hours - dose
        block += np.where(since >= 0, (RECEPTOR_BLOCK - 1) * np.exp(-np.maximum(since, 0) / BLOCK_HOURS), 0.0)
    return np.minimum(block, RECEPTOR_BLOCK)


def compute_crp(latent: Latent) -> FloatArray:
    """CRP in mg/L on the hourly grid."""
    making = latent.course.drive / _receptor_block(latent)
    if latent.infection is not None:
        making = making.copy()
        making[latent.infection.start // HOUR : latent.infection.end // HOUR] += 1.2
    return CRP_REST + CRP_GAIN * follow(np.asarray(making, dtype=np.float64), CRP_HOURS)


def compute_ferritin(latent: Latent) -> FloatArray:
    """Ferritin in ug/L on the hourly grid."""
    rest = FERRITIN_REST * float(np.exp(0.5 * latent.person.burden))
    return rest * np.exp(FERRITIN_GAIN * follow(latent.course.drive, FERRITIN_HOURS))


def measure_cytokines(latent: Latent, times: MinuteArray, rng: np.random.Generator) -> list[Block]:
    """Cytokines in pg/mL at the given times; below quantification as a text with the limit."""
    drive = latent.course.drive
    blocks = []
    for code, (rest, gain, spread) in CYTOKINES.items():
        level = rest * np.exp(gain * np.log1p(drive**2))
        level = level * _receptor_block(latent) if code == "INTLK6" else level
        value = _noisy(_at(level, times), spread, rng)
        blocks.append(_censor(code, times, value, CYTOKINE_LLOQ[code]))
    return blocks


def measure_cells(
    latent: Latent, options: CarTOptions, times: MinuteArray, rng: np.random.Generator
) -> list[Block]:
    """Transgene copies per ug DNA with the model's residual error, below quantification as a text."""
    level = latent.kinetics.concentration(times / DAY)
    return [_censor("CARTGENE", times, _noisy(level, options.kinetics.residual, rng), CELL_LLOQ)]


def _censor(code: str, times: MinuteArray, value: FloatArray, lloq: float) -> Block:
    is_below = (value < lloq).tolist()
    text = [f"<{lloq:g}" if below else None for below in is_below]
    return Block(code, times, np.where(value < lloq, np.nan, value), text=text, lloq=lloq)
