"""Support in minutes: low pressure, vasopressors with their titration, oxygen and ventilation."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tutela.simulation.car_t.course import HourlyCourse
from tutela.simulation.car_t.given import Given
from tutela.simulation.car_t.options import CarTOptions
from tutela.simulation.car_t.population import Person
from tutela.simulation.car_t.spans import DAY, HOUR, Span, find_runs, place_runs

__all__ = ["Support", "place_airway", "place_sleep_apnea", "place_support"]

#: First vasopressor and its share; vasopressin alone is rare but real.
FIRST_AGENT = (("Norepinephrine", 0.66), ("Epinephrine", 0.28), ("Vasopressin", 0.06))
#: Probability that vasopressin is added to one vasopressor, and to two.
ADDED_VASOPRESSIN, ADDED_TO_TWO = 0.2, 0.4
#: Hours between changes of dose.
TITRATION = (3, 9)
#: Low-flow, high-flow and positive-pressure devices: name, share, flow from, to (L/min).
LOW_DEVICES = (("nasal_cannula", 0.88, 0.5, 6.0), ("blow_by", 0.12, 2.0, 6.0))
HIGH_DEVICES = (
    ("high_flow", 0.50, 8.0, 40.0),
    ("face_mask", 0.20, 4.0, 10.0),
    ("non_rebreather", 0.12, 10.0, 15.0),
    ("venturi", 0.10, 4.0, 12.0),
    ("nasal_cannula", 0.08, 6.5, 8.0),
)
PRESSURE_DEVICES = (
    ("bipap", 0.35, 0.0, 0.0),
    ("cpap", 0.25, 0.0, 0.0),
    ("invasive_ventilation", 0.40, 0.0, 0.0),
)
#: Age below which oxygen may be blown by, and FiO2 by level.
BLOW_BY_AGE = 6.0
FIO2 = {2: (0.24, 0.36), 3: (0.35, 0.6), 4: (0.4, 0.9)}
#: Treatment names of the devices, as hospitals write them.
DEVICE_NAMES = {
    "nasal_cannula": "Oxygen, nasal cannula",
    "blow_by": "Oxygen, blow-by",
    "face_mask": "Oxygen, simple face mask",
    "venturi": "Oxygen, Venturi mask",
    "non_rebreather": "Oxygen, non-rebreather mask",
    "high_flow": "High-flow nasal cannula",
    "cpap": "CPAP",
    "bipap": "BiPAP",
    "invasive_ventilation": "Mechanical ventilation",
}
#: Fluid bolus, mL/kg, and its ceiling, mL.
BOLUS, BOLUS_MAX = 20.0, 1000.0


@dataclass(frozen=True)
class Support:
    """Support of one subject on the latent clock.

    Parameters
    ----------
    hypotension
        Stretches with a systolic pressure below the limit of the age.
    pressors, oxygen, fluids
        Treatment rows, by start.
    """

    hypotension: tuple[Span, ...]
    pressors: tuple[Given, ...]
    oxygen: tuple[Given, ...]
    fluids: tuple[Given, ...]


def place_support(course: HourlyCourse, person: Person, rng: np.random.Generator) -> Support:
    """Turn hourly levels into low pressure, vasopressor rows, oxygen rows and fluid boluses."""
    pressure = place_runs(find_runs(course.hypotension), rng)
    low = tuple(Span(run.start, run.end) for run in pressure if run.level == 2)
    oxygen = place_runs(find_runs(course.hypoxia), rng)
    return Support(
        hypotension=low,
        pressors=tuple(_give_pressors([run for run in pressure if run.level > 2], rng)),
        oxygen=tuple(row for run in oxygen for row in _give_oxygen(run, person, rng)),
        fluids=tuple(_give_bolus(span, person) for span in low),
    )


def _pick(table: tuple[tuple[str, float], ...], rng: np.random.Generator) -> str:
    shares = np.array([share for _, share in table])
    return table[int(rng.choice(len(table), p=shares / shares.sum()))][0]


def _join(runs: list[Span]) -> list[list[Span]]:
    """Group runs that touch, such as one vasopressor, then two, then one."""
    groups: list[list[Span]] = []
    for run in runs:
        if groups and groups[-1][-1].end == run.start:
            groups[-1].append(run)
        else:
            groups.append([run])
    return groups


def _give_pressors(runs: list[Span], rng: np.random.Generator) -> list[Given]:
    rows: list[Given] = []
    for group in _join(runs):
        first = _pick(FIRST_AGENT, rng)
        whole = Span(group[0].start, group[-1].end)
        rows.extend(_titrate(first, whole, rng))
        others = [name for name, _ in FIRST_AGENT if name != first and name != "Vasopressin"]
        for run in group:
            if run.level == 4:
                needed = others if first == "Vasopressin" else others[:1]
                rows.extend(row for name in needed for row in _titrate(name, run, rng))
        share = ADDED_TO_TWO if any(run.level == 4 for run in group) else ADDED_VASOPRESSIN
        if first != "Vasopressin" and rng.random() < share:
            start = whole.start + int(0.3 * (whole.end - whole.start))
            rows.extend(_titrate("Vasopressin", Span(start, whole.end), rng))
    return sorted(rows, key=lambda row: (row.start, row.treatment))


def _titrate(name: str, span: Span, rng: np.random.Generator) -> list[Given]:
    """One agent as consecutive rows with changing dose; one row ends where the next begins."""
    is_vasopressin = name == "Vasopressin"
    unit, scale = ("U/kg/h", 0.03) if is_vasopressin else ("ug/kg/min", 0.1)
    rows: list[Given] = []
    start = span.start
    while start < span.end:
        stop = min(span.end, start + int(rng.integers(*TITRATION)) * HOUR + int(rng.integers(0, HOUR)))
        stop = span.end if span.end - stop < HOUR else stop
        dose = round(scale * float(rng.uniform(0.3, 1.8)), 3)
        rows.append(
            Given(name, "vasopressor", start, stop, dose, unit, "CONTINUOUS", "INTRAVENOUS", indication="CRS")
        )
        start = stop
    return rows


def _give_oxygen(run: Span, person: Person, rng: np.random.Generator) -> list[Given]:
    devices = {2: LOW_DEVICES, 3: HIGH_DEVICES, 4: PRESSURE_DEVICES}[run.level]
    if person.age >= BLOW_BY_AGE:
        devices = tuple(row for row in devices if row[0] != "blow_by")
    name = _pick(tuple((row[0], row[1]) for row in devices), rng)
    low, high = next((row[2], row[3]) for row in devices if row[0] == name)
    is_long = run.end - run.start > 8 * HOUR
    middle = run.start + (run.end - run.start) // 2
    cuts = [run.start, middle, run.end] if is_long else [run.start, run.end]
    return [_oxygen_row(name, a, b, (low, high), run.level, rng) for a, b in pairwise(cuts)]


def _oxygen_row(
    device: str, start: int, end: int, flow: tuple[float, float], level: int, rng: np.random.Generator
) -> Given:
    # Half liters, as flowmeters are read; the upper end (6.0 L/min is still low flow) is reached often.
    liters = round(2 * float(rng.uniform(flow[0], flow[1] + 0.75))) / 2 if flow[1] > 0 else None
    fio2 = round(float(rng.uniform(*FIO2[level])), 2)
    return Given(
        DEVICE_NAMES[device], "oxygen", start, end, route="RESPIRATORY (INHALATION)", device=device,
        flow=None if liters is None else min(max(liters, flow[0]), flow[1]), fio2=fio2, indication="hypoxia",
    )  # fmt: skip


def _give_bolus(span: Span, person: Person) -> Given:
    volume = min(BOLUS_MAX, round(BOLUS * person.weight))
    return Given(
        "Sodium chloride 0.9%", "fluid", span.start + 5, span.start + 35, volume, "mL", "ONCE",
        "INTRAVENOUS", indication="hypotension",
    )  # fmt: skip


def place_airway(spans: tuple[Span, ...], support: Support) -> tuple[Given, ...]:
    """Ventilation that protects the airway in coma; not a sign of hypoxia, and never beside oxygen for it."""
    free = [
        span
        for span in spans
        if all(
            row.end is not None and (row.end <= span.start or row.start >= span.end) for row in support.oxygen
        )
    ]
    return tuple(
        Given(
            DEVICE_NAMES["invasive_ventilation"], "oxygen", span.start, span.end,
            route="RESPIRATORY (INHALATION)", device="invasive_ventilation", fio2=0.25, indication="airway",
        )
        for span in free
    )  # fmt: skip


def place_sleep_apnea(person: Person, options: CarTOptions) -> tuple[Given, ...]:
    """CPAP from home, every night from 21:30 to 06:10, for whoever has sleep apnea."""
    if not person.sleep_apnea:
        return ()
    midnight = -(person.infusion.hour * HOUR + person.infusion.minute)
    return tuple(
        Given(
            "CPAP (home device)", "oxygen", midnight + night * DAY + 21 * HOUR + 30,
            midnight + (night + 1) * DAY + 6 * HOUR + 10, route="RESPIRATORY (INHALATION)", device="cpap",
            indication="osa",
        )
        for night in range(-1, min(options.days, 30))
    )  # fmt: skip
