"""One virtual subject from seed to paper: truth, schedule, measurements, mistakes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import polars as pl
from numpy.random import SeedSequence
from numpy.typing import NDArray

from tutela.kernel.tri import BoolArray
from tutela.simulation.car_t.adverse import report_adverse
from tutela.simulation.car_t.assessments import NEURO_TESTS, measure_neurology
from tutela.simulation.car_t.cytokines import measure_cells, measure_cytokines
from tutela.simulation.car_t.faults import EFFECTS, MEASUREMENT_FAULTS, Faults, draw_faults
from tutela.simulation.car_t.laboratory import measure_laboratory
from tutela.simulation.car_t.latent import Latent, simulate_latent
from tutela.simulation.car_t.options import CarTOptions
from tutela.simulation.car_t.paper import Paper, write_events, write_subject, write_treatments
from tutela.simulation.car_t.population import ICE_AGE, draw_person
from tutela.simulation.car_t.records import stack_blocks
from tutela.simulation.car_t.sampling import Schedule, plan_schedule
from tutela.simulation.car_t.spans import MinuteArray, inside
from tutela.simulation.car_t.truth import Timeline, find_crs, find_icans
from tutela.simulation.car_t.vitals import measure_vitals

__all__ = ["VirtualSubject", "simulate_subject"]

#: One stream of random numbers per purpose, so that a change of one leaves the others as they were: in
#: particular the same people fall ill in the same way whatever the rates of mistakes.
STREAMS = ("person", "course", "schedule", "measuring", "reporting", "mistakes")


@dataclass(frozen=True)
class VirtualSubject:
    """One subject, complete.

    Parameters
    ----------
    latent, crs, icans
        The truth.
    measured
        Measurements before writing, with the columns that :func:`write_measurements` needs.
    subject, treatments, events
        Written rows and logged mistakes.
    windows
        Observation windows: time (minutes), grades, and whether the records determine them.
    """

    latent: Latent
    crs: Timeline
    icans: Timeline
    measured: pl.DataFrame
    subject: Paper
    treatments: Paper
    events: Paper
    windows: pl.DataFrame


def simulate_subject(index: int, seed: SeedSequence, options: CarTOptions) -> VirtualSubject:
    """Simulate one subject.

    Parameters
    ----------
    index
        Position in the trial, from 0.
    seed
        The subject's seed sequence; not changed.
    options
        The trial's options.
    """
    # Children are addressed by key, because SeedSequence.spawn counts its calls.
    children = [
        SeedSequence(seed.entropy, spawn_key=(*seed.spawn_key, number)) for number in range(len(STREAMS))
    ]
    rng = dict(zip(STREAMS, (np.random.default_rng(child) for child in children), strict=True))
    person = draw_person(index, options, rng["person"])
    latent = simulate_latent(person, options, rng["course"])
    crs, icans = find_crs(latent), find_icans(latent)
    schedule = plan_schedule(latent, options, rng["schedule"])
    measured = _measure(latent, schedule, options, rng["measuring"])
    adverse = report_adverse(latent, crs, icans, options, rng["reporting"])
    mistakes = rng["mistakes"]
    subject = write_subject(latent, options.mess, mistakes)
    treatments = write_treatments(latent, options.mess, mistakes)
    events = write_events(latent, adverse, options.mess, mistakes)
    faults = _draw(measured, options, mistakes)
    return VirtualSubject(
        latent=latent, crs=crs, icans=icans, measured=_attach(measured, latent, faults), subject=subject,
        treatments=treatments, events=events,
        windows=_find_windows(latent, crs, icans, schedule, measured, faults, (subject, treatments)),
    )  # fmt: skip


def _measure(
    latent: Latent, schedule: Schedule, options: CarTOptions, rng: np.random.Generator
) -> pl.DataFrame:
    return stack_blocks(
        [
            *measure_vitals(latent, schedule.vitals, rng),
            *measure_neurology(latent, schedule.neurology, rng),
            *measure_laboratory(latent, options, schedule.laboratory, rng),
            *measure_cytokines(latent, schedule.cytokines, rng),
            *measure_cells(latent, options, schedule.cells, rng),
        ]
    )


def _draw(measured: pl.DataFrame, options: CarTOptions, rng: np.random.Generator) -> Faults:
    return draw_faults(
        measured["test"].to_list(),
        measured["time"].to_numpy(),
        ~measured["high"].is_nan().to_numpy(),
        ~measured["value"].is_nan().to_numpy(),
        options.mess,
        rng,
    )


def _attach(measured: pl.DataFrame, latent: Latent, faults: Faults) -> pl.DataFrame:
    return measured.with_columns(
        subject=pl.lit(latent.person.subject),
        infusion=pl.lit(latent.person.infusion).cast(pl.Datetime("us")),
        kind=pl.Series(faults.kind),
        is_up=pl.Series(faults.is_up),
        is_other=pl.Series(faults.is_other_unit),
    )


def _find_windows(
    latent: Latent,
    crs: Timeline,
    icans: Timeline,
    schedule: Schedule,
    measured: pl.DataFrame,
    faults: Faults,
    papers: tuple[Paper, ...],
) -> pl.DataFrame:
    times = np.union1d(schedule.vitals, schedule.neurology)
    times = times[times >= 0]
    effects = np.array([EFFECTS[name] for name in MEASUREMENT_FAULTS])[faults.kind]
    crs_gap, crs_false = _judge(times, measured, effects, ("TEMP", "SYSBP"))
    neuro_gap, neuro_false = _judge(times, measured, effects, NEURO_TESTS)
    written = [EFFECTS[kind] for paper in papers for kind in paper.grade_faults if kind != "age_only"]
    is_age_vague = any("age_only" in paper.grade_faults for paper in papers)
    may_turn = is_age_vague and abs(latent.person.whole_years - ICE_AGE) <= 1
    lacks_baseline = latent.person.developmental_delay and not _has_whole_capd(measured, effects)
    is_vital, is_neuro = np.isin(times, schedule.vitals), np.isin(times, schedule.neurology)
    sedated = inside(times, latent.sedation)
    # CRS has a memory (was there a fever before?), so a gap leaves a doubt behind; ICANS has none.
    crs_doubt = np.asarray(list(accumulate(crs_gap.tolist(), lambda a, b: a or b)), dtype=np.bool_)
    return pl.DataFrame(
        {
            "time": times,
            "crs_grade": _grades(crs, times),
            "is_crs_observed": is_vital,
            "is_crs_complete": is_vital & ~crs_doubt & ~np.bool_("gap" in written),
            "is_crs_misled": np.full(len(times), crs_false or "false" in written),
            "icans_grade": _grades(icans, times),
            "is_icans_observed": is_neuro,
            "is_icans_complete": is_neuro & ~neuro_gap & ~sedated & ~np.bool_(may_turn or lacks_baseline),
            "is_icans_misled": np.full(len(times), neuro_false),
        }
    )


def _judge(
    times: MinuteArray, measured: pl.DataFrame, effects: NDArray[np.str_], tests: tuple[str, ...]
) -> tuple[BoolArray, bool]:
    """At which times a needed record is missing, and whether any needed record is false."""
    needed = measured["test"].is_in(tests).to_numpy()
    when = measured["time"].to_numpy()
    gap = np.isin(times, when[needed & (effects == "gap")])
    return gap, bool((needed & (effects == "false")).any())


def _has_whole_capd(measured: pl.DataFrame, effects: NDArray[np.str_]) -> bool:
    """Whether some CAPD before the infusion, total or all items, is recorded as observed."""
    before = measured["test"].str.starts_with("CAPD").to_numpy() & (measured["time"].to_numpy() <= 0)
    times = measured["time"].to_numpy()
    return bool(np.setdiff1d(times[before], times[before & (effects != "intact")]).size)


def _grades(timeline: Timeline, times: MinuteArray) -> NDArray[np.int8]:
    starts = np.array([span.start for span in timeline.spans], dtype=np.int64)
    grades = np.array([span.grade for span in timeline.spans], dtype=np.int8)
    return grades[np.searchsorted(starts, times, side="right") - 1]
