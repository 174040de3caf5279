"""A virtual trial: many subjects, the records a hospital would deliver, and the truth behind them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from typing import cast

import polars as pl
from numpy.random import SeedSequence

from tutela.kernel.cite import Cite, collect_cites
from tutela.kernel.errors import InputError
from tutela.kernel.execute import map_chunks, spawn_seeds
from tutela.kernel.provenance import Provenance
from tutela.kernel.study import Study, StudyConfig, build_study
from tutela.simulation.car_t import medication
from tutela.simulation.car_t.options import CarTOptions
from tutela.simulation.car_t.paper import EVENT_COLUMNS, SUBJECT_COLUMNS, TREATMENT_COLUMNS, Paper
from tutela.simulation.car_t.subject import VirtualSubject, simulate_subject
from tutela.simulation.car_t.truth_tables import Truth, build_truth, join_truth
from tutela.simulation.car_t.written import ERRORS, write_measurements

__all__ = ["VirtualTrial", "simulate"]

TITLE = "Virtual pediatric CAR-T trial"
#: What the definitions behind the truth rest on.
DEFINITIONS = (Cite("lee2019", "Tables 2 to 6"), Cite("pals"), Cite("mahadeo2019", "Table 2"))

Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True, eq=False)
class VirtualTrial:
    """A virtual trial.

    Parameters
    ----------
    raw
        subjects, treatments, measurements and events as a hospital would deliver them: all text, several
        units, mistakes at the stated rates.
    truth
        What was true, and every departure of the records from it.
    options, seed, first
        How it was made; the same values give the same bytes.
    """

    raw: Tables
    truth: Truth
    options: CarTOptions
    seed: int
    first: int = 0

    @cached_property
    def study(self) -> Study:
        """The records read as a study: checked, converted, on the subjects' clocks."""
        return build_study(
            self.config,
            subjects=self.raw["subjects"],
            treatments=self.raw["treatments"],
            measurements=self.raw["measurements"],
            events=self.raw["events"],
            notices=self.notices,
        )

    @property
    def config(self) -> StudyConfig:
        """Settings of the study."""
        return StudyConfig(id=f"virtual-car-t-{self.seed}", title=TITLE, product=medication.PRODUCT)

    @property
    def sources(self) -> tuple[Cite, ...]:
        """Where the numbers and definitions come from."""
        return collect_cites([*self.options.kinetics.sources, *medication.SOURCES, *DEFINITIONS])

    @property
    def notices(self) -> tuple[str, ...]:
        """What a reader of the trial must know."""
        model = self.options.kinetics
        return (
            "All persons and data are invented.",
            f"Kinetic parameters: {model.name}, as transcribed in a model library; not checked against the"
            " publication.",
            f"The random-effects column of the kinetic model is read as {model.reading}; the publication does"
            " not settle it here.",
            "Severity, support, drugs' effects, counts and chemistry follow plausible choices of our own, not"
            " published estimates.",
        )

    @property
    def provenance(self) -> Provenance:
        """How the trial was made."""
        return Provenance(
            method="tutela.simulation.car_t.simulate",
            params={"n": self.truth.subjects.height, "first": self.first, **_plain(asdict(self.options))},
            options=self.notices,
            seed=self.seed,
        )


def _plain(options: dict[str, object]) -> dict[str, object]:
    """Options as JSON values."""
    kinetics = dict(cast("dict[str, object]", options["kinetics"]))
    del kinetics["sources"]
    return {**options, "kinetics": kinetics}


@dataclass(frozen=True)
class _Part:
    """Tables of one chunk; rows in ``errors`` count from 1 within the chunk."""

    raw: Tables
    truth: Truth


def simulate(
    n: int,
    *,
    seed: int,
    first: int = 0,
    executor: Executor | None = None,
    options: CarTOptions | None = None,
) -> VirtualTrial:
    """Simulate a pediatric CAR-T trial with known truth.

    Parameters
    ----------
    n
        Number of subjects, at least 1.
    seed
        Any whole number of at least 0. The same seed gives the same subjects on any executor, and the first
        subjects of a larger trial are those of a smaller one.
    first
        Number of the first subject, from 0. A trial too large for memory (about 1 MB per subject) is made in
        batches: subjects 1000 to 1999 are ``simulate(1000, seed=1, first=1000)``.
    executor
        Where to compute; None for this process.
    options
        What the trial is like; the defaults of :class:`CarTOptions` if None.

    Returns
    -------
    VirtualTrial
        ``raw`` tables, ``truth`` and, built on first use, ``study``.

    Raises
    ------
    InputError
        If n is below 1 or the seed is negative.

    References
    ----------
    stein2019 and ogasawara2021 (kinetics, unverified transcription), kymriah-uspi (tocilizumab by weight),
    lee2019 (definition of the grades).

    Examples
    --------
    >>> trial = simulate(2, seed=7)
    >>> trial.raw["subjects"].select("subject", "sex").rows() == simulate(2, seed=7).raw["subjects"].select(
    ...     "subject", "sex").rows()
    True
    """
    if n < 1:
        what = "A trial has at least one subject."
        raise InputError(what, column="n", value=n, expected="at least 1")
    chosen = CarTOptions() if options is None else options
    items = list(enumerate(spawn_seeds(seed, n, first=first), start=first))
    parts = map_chunks(partial(simulate_part, options=chosen), items, executor=executor)
    return _join(parts, chosen, seed, first)


def simulate_part(items: Sequence[tuple[int, SeedSequence]], *, options: CarTOptions) -> _Part:
    """Simulate some subjects; runs wherever the executor runs it."""
    subjects = [simulate_subject(index, seed, options) for index, seed in items]
    measurements, errors = write_measurements(pl.concat([s.measured for s in subjects]))
    raw = {
        "subjects": _stack([s.subject for s in subjects], SUBJECT_COLUMNS),
        "treatments": _stack([s.treatments for s in subjects], TREATMENT_COLUMNS),
        "measurements": measurements,
        "events": _stack([s.events for s in subjects], EVENT_COLUMNS),
    }
    return _Part(raw, build_truth(subjects, pl.concat([*_logs(subjects), errors])))


def _stack(papers: Sequence[Paper], columns: tuple[str, ...]) -> pl.DataFrame:
    rows = [row for paper in papers for row in paper.rows]
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String()))


def _logs(subjects: Sequence[VirtualSubject]) -> list[pl.DataFrame]:
    """Logged mistakes of the small tables, with rows counted within the chunk."""
    logs = []
    for name in ("subject", "treatments", "events"):
        before, entries = 0, []
        for subject in subjects:
            paper: Paper = getattr(subject, name)
            entries += [(e[0], e[1] if e[1] is None else e[1] + before, *e[2:]) for e in paper.errors]
            before += len(paper.rows)
        logs.append(pl.DataFrame(entries, schema=ERRORS, orient="row"))
    return logs


def _join(parts: Sequence[_Part], options: CarTOptions, seed: int, first: int) -> VirtualTrial:
    raw = {name: pl.concat([part.raw[name] for part in parts]) for name in parts[0].raw}
    heights = [{name: table.height for name, table in part.raw.items()} for part in parts]
    return VirtualTrial(raw, join_truth([part.truth for part in parts], heights), options, seed, first)
