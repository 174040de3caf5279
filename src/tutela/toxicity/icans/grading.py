"""ICANS grades from neurological assessments over time."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import polars as pl

from tutela.kernel.cite import collect_cites
from tutela.kernel.provenance import Provenance, hash_table
from tutela.kernel.scale import Graded, Scale
from tutela.toxicity.episodes import Ending, find_episodes, number_windows, summarize_subjects
from tutela.toxicity.evidence import join_labels, label_rows
from tutela.toxicity.icans.instruments import CAPD, ICE
from tutela.toxicity.icans.observation import Bounds, IcansObservation
from tutela.toxicity.icans.options import IcansOptions
from tutela.toxicity.icans.result import IcansResult
from tutela.toxicity.icans.scales import ASTCT_2019, DOMAINS_2019, build_astct_2019
from tutela.toxicity.icans.series import IcansSeries, build_series
from tutela.toxicity.icans.words import explain
from tutela.toxicity.inputs import name_subjects
from tutela.toxicity.windows import code_of

__all__ = ["grade"]

METHOD = "tutela.toxicity.icans.grade"


def grade(
    measurements: pl.DataFrame,
    *,
    treatments: pl.DataFrame | None = None,
    subjects: pl.DataFrame | None = None,
    events: pl.DataFrame | None = None,
    scale: Scale[IcansObservation] | None = None,
    options: IcansOptions | None = None,
) -> IcansResult:
    """Grade immune effector cell-associated neurotoxicity over time, with events and maxima.

    Parameters
    ----------
    measurements
        Columns subject, time (days since infusion), test, value, value_raw: ICE or its items, CAPD or its
        items, and the coded findings CONSC, SEIZURE, MOTOR, ICP in ``value_raw``; ``unable`` in ``value_raw``
        for a score that could not be performed. Optionally attribution: ``other`` does not count,
        ``sedation`` makes scores and consciousness unknown.
    treatments
        Only names persons; ICANS does not depend on support.
    subjects
        Birth date or age (ICE or CAPD), developmental_delay, infusion, death.
    events
        Fatal events of ICANS (grade 5).
    scale
        The grading scale; the ASTCT consensus of 2019 if None.
    options
        Interpretive choices; the defaults are those of :class:`tutela.toxicity.icans.IcansOptions`.

    Returns
    -------
    IcansResult
        Course, events and persons; see there for the columns.

    Raises
    ------
    InputError
        If a column is missing.

    Notes
    -----
    The grade is the worst of cognition (ICE from age 12, CAPD below or with developmental delay),
    consciousness, seizure, motor findings and intracranial pressure. Maxima are over assessments.

    References
    ----------
    lee2019, ICANS consensus grading; traube2014 (CAPD).

    Examples
    --------
    >>> rows = pl.DataFrame({"subject": ["a"] * 4, "time": [4.0, 4.0, 5.0, 5.0],
    ...     "test": ["ICE", "CONSC"] * 2, "value": [6.0, None, 0.0, None],
    ...     "value_raw": [None, "spontaneous", None, "unarousable"]})
    >>> people = pl.DataFrame({"subject": ["a"], "age": [34.0]})
    >>> grade(rows, subjects=people).course.select("time", "grade", "because").rows()[0]
    (4.0, 2, 'ICE 3 to 6')
    """
    chosen = options or IcansOptions()
    used = scale or (
        build_astct_2019(capd_zero_is_grade_1=True) if chosen.capd_zero_is_grade_1 else ASTCT_2019
    )
    names = name_subjects(measurements, treatments, subjects)
    series = build_series(measurements, used, subjects=subjects, events=events, names=names, options=chosen)
    graded = used(series.observation)
    because = explain(series.observation, graded, used)
    evidence = _evidence(series, measurements)
    episodes = _episodes(series, graded, because, evidence)
    return IcansResult(
        course=_course(series, graded, because, evidence),
        episodes=episodes,
        subjects=_subjects(series, graded, episodes),
        options=chosen,
        sources=collect_cites((used, ICE, CAPD, *DOMAINS_2019.values(), chosen)),
        provenance=_provenance(
            {"measurements": measurements, "subjects": subjects, "events": events}, used, chosen
        ),
    )


def _exact(bounds: Bounds) -> pl.Series:
    exact = pl.Series(bounds.low).cast(pl.Int64, strict=False)
    return exact.scatter(np.flatnonzero(~bounds.is_exact), None)


def _course(series: IcansSeries, graded: Graded, because: pl.Series, evidence: pl.Series) -> pl.DataFrame:
    windows, seen = series.windows, series.observation
    domains = {name: scale(seen) for name, scale in DOMAINS_2019.items()}
    episode, _, _ = number_windows(windows, series.certain)
    names = pl.Series("subject", windows.subjects, dtype=pl.String)
    kind = np.where(seen.uses_ice.certain, 1, np.where(seen.uses_ice.possible, 2, 0))
    instruments = pl.Series("instrument", ["CAPD", "ICE", None], dtype=pl.String)
    low, high = pl.col("grade_low"), pl.col("grade_high")
    columns = {
        "subject": names.gather(windows.code),
        "time": windows.time,
        "grade_low": graded.lowest,
        "grade_high": graded.highest,
        "instrument": instruments.gather(kind),
        "ice": _exact(series.standing["ice"].value),
        "capd": _exact(series.standing["capd"].value).scatter(
            np.flatnonzero(series.standing["capd"].may_be_unable), None
        ),
    }
    for name, domain in domains.items():
        columns |= {f"{name}_low": domain.lowest, f"{name}_high": domain.highest}
    columns |= {
        "episode": pl.Series(episode, dtype=pl.Int32).scatter(np.flatnonzero(episode == 0), None),
        "because": because,
        "evidence": evidence,
    }
    return pl.DataFrame(columns).select(
        "subject", "time", pl.when(low == high).then(low).alias("grade"), pl.exclude("subject", "time")
    )


def _evidence(series: IcansSeries, measurements: pl.DataFrame) -> pl.Series:
    """Rows of the scores and findings that stand at each assessment."""
    evidence = join_labels([label_rows(measurements, standing.row) for standing in series.standing.values()])
    is_due = series.deaths.is_due.tolist()
    for at, label, due in zip(series.death_at.tolist(), series.deaths.evidence, is_due, strict=True):
        if label and due:
            evidence[at] = ", ".join(part for part in (evidence[at], label) if part)
    return evidence


def _episodes(series: IcansSeries, graded: Graded, because: pl.Series, evidence: pl.Series) -> pl.DataFrame:
    death = np.full(len(series.windows.subjects), np.iinfo(np.int64).max, dtype=np.int64)
    death[code_of(series.deaths.key)] = series.deaths.key
    ending = Ending(series.has_sign, series.settled, series.is_quiet, death, "scores or findings")
    grades = (graded.lowest, graded.highest)
    return find_episodes(
        series.windows, series.certain, ending, grades=grades, because=because, evidence=evidence
    )


def _subjects(series: IcansSeries, graded: Graded, episodes: pl.DataFrame) -> pl.DataFrame:
    windows = series.windows
    n = len(windows.subjects)
    # Somebody is evaluable if any assessment narrows the grade down at all.
    says = (graded.lowest > 0) | (graded.highest < np.max(graded.highest, initial=4))
    is_evaluable = np.zeros(n, dtype=bool)
    is_evaluable[windows.code[says]] = True
    reasons = np.full(n, "no neurological assessment after the infusion", dtype=object)
    reasons[np.unique(windows.code)] = "no score or finding that can be used after the infusion"
    return summarize_subjects(
        windows,
        episodes,
        (graded.lowest, graded.highest),
        is_evaluable=is_evaluable,
        reason_not=reasons.tolist(),
    )


def _provenance(
    tables: dict[str, pl.DataFrame | None], scale: Scale[IcansObservation], options: IcansOptions
) -> Provenance:
    notes = tuple(f"{row.text}: {row.note}." for row in scale.grades if row.note)
    return Provenance(
        method=METHOD,
        params={"scale": scale.id, **asdict(options)},
        inputs={name: hash_table(table) for name, table in tables.items() if table is not None},
        options=(*options.words, *notes),
    )
