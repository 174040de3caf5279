"""CRS grades from time series of vital signs and support."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import polars as pl

from tutela.kernel.cite import Cite, collect_cites
from tutela.kernel.provenance import Provenance, hash_table
from tutela.kernel.scale import Graded, Scale
from tutela.kernel.tri import Tri
from tutela.toxicity.crs.observation import CrsObservation
from tutela.toxicity.crs.options import CrsOptions
from tutela.toxicity.crs.result import CrsResult
from tutela.toxicity.crs.scales import ASTCT_2019, HYPOTENSION_2019, HYPOXIA_2019
from tutela.toxicity.crs.series import CrsSeries, build_series
from tutela.toxicity.crs.words import explain
from tutela.toxicity.episodes import Ending, find_episodes, number_windows, summarize_subjects
from tutela.toxicity.evidence import join_labels, label_rows
from tutela.toxicity.windows import IntArray, code_of

__all__ = ["grade"]

METHOD = "tutela.toxicity.crs.grade"
_MASKING = Cite("lee2019", "text", note="fever is not needed after antipyretic or anticytokine therapy")


def grade(
    measurements: pl.DataFrame,
    *,
    treatments: pl.DataFrame | None = None,
    subjects: pl.DataFrame | None = None,
    events: pl.DataFrame | None = None,
    scale: Scale[CrsObservation] = ASTCT_2019,
    options: CrsOptions | None = None,
) -> CrsResult:
    """Grade cytokine release syndrome over time, with events, maxima, and the rows that decided.

    Parameters
    ----------
    measurements
        Columns subject, time (days since infusion), test, value: TEMP in degC, SYSBP in mmHg; optionally
        time_precision, attribution, source_file, source_row. A row without a value says that the reading was
        not obtained.
    treatments
        Columns subject, role (oxygen, vasopressor, antipyretic, anticytokine, steroid), start; optionally end,
        is_ongoing, agent or treatment, device, flow (L/min), fio2, dose, route, indication, attribution. Where
        the table is given, what it does not hold was not given; without it, support is not known and grades
        come as bounds.
    subjects
        Birth date or age (for limits of blood pressure), infusion, death.
    events
        Fatal events of CRS (grade 5).
    scale
        The grading scale.
    options
        Interpretive choices; the defaults are those of :class:`tutela.toxicity.crs.CrsOptions`.

    Returns
    -------
    CrsResult
        Course, events and persons; see there for the columns.

    Raises
    ------
    InputError
        If a column is missing or a value is infinite.

    Notes
    -----
    Windows are the times of temperature and systolic pressure, starts and stops of support, and death, from
    the infusion on. Fever (>= 38.0 degC, not attributed to another cause) opens an event; in an open event the
    grade is the worse of hypotension and hypoxia, at least 1 with fever; without fever these count once an
    antipyretic, anticytokine drug or systemic steroid was given in the event. An event resolves where fever,
    hypotension and support are absent for the resolution window. Maxima are over windows: what nobody
    observed between two windows does not enter.

    References
    ----------
    lee2019, Table 2 and text; mahadeo2019, Table 2 (blood pressure by age).

    Examples
    --------
    >>> vitals = pl.DataFrame({"subject": ["a"] * 4, "time": [1.0, 1.0, 1.25, 1.25],
    ...     "test": ["TEMP", "SYSBP"] * 2, "value": [39.5, 82.0, 39.1, 104.0]})
    >>> support = pl.DataFrame({"subject": ["a"], "role": ["vasopressor"], "agent": ["norepinephrine"],
    ...     "start": [1.1], "end": [1.8]})
    >>> people = pl.DataFrame({"subject": ["a"], "age": [34.0]})
    >>> course = grade(vitals, treatments=support, subjects=people).course
    >>> course.select("time", "grade").rows()[:3]
    [(1.0, 2), (1.1, 3), (1.25, 3)]
    """
    chosen = options or CrsOptions()
    series = build_series(
        measurements, treatments=treatments, subjects=subjects, events=events, options=chosen
    )
    graded = scale(series.observation)
    because = explain(series, graded, scale, options=chosen)
    evidence = _evidence(series, graded, measurements, treatments)
    course = _course(series, graded, because, evidence)
    episodes = _episodes(series, graded, because, evidence, chosen)
    return CrsResult(
        course=course,
        episodes=episodes,
        subjects=_subjects(series, graded, episodes),
        options=chosen,
        sources=collect_cites((scale, HYPOTENSION_2019, HYPOXIA_2019, chosen, _MASKING)),
        provenance=_provenance(
            {"measurements": measurements, "treatments": treatments, "subjects": subjects, "events": events},
            scale,
            chosen,
        ),
    )


def _truth(statement: Tri) -> pl.Series:
    values = pl.Series(statement.certain)
    return values.scatter(np.flatnonzero(statement.possible & ~statement.certain), None)


def _course(series: CrsSeries, graded: Graded, because: pl.Series, evidence: pl.Series) -> pl.DataFrame:
    windows, observation = series.windows, series.observation
    pressure, oxygen = HYPOTENSION_2019(observation), HYPOXIA_2019(observation)
    episode, _, _ = number_windows(windows, series.certain)
    names = pl.Series("subject", windows.subjects, dtype=pl.String)
    low, high = pl.col("grade_low"), pl.col("grade_high")
    return pl.DataFrame(
        {
            "subject": names.gather(windows.code),
            "time": windows.time,
            "grade_low": graded.lowest,
            "grade_high": graded.highest,
            "hypotension_low": pressure.lowest,
            "hypotension_high": pressure.highest,
            "hypoxia_low": oxygen.lowest,
            "hypoxia_high": oxygen.highest,
            "is_febrile": _truth(observation.fever),
            "is_masked": _truth(observation.is_masked),
            "episode": pl.Series(episode, dtype=pl.Int32).scatter(np.flatnonzero(episode == 0), None),
            "because": because,
            "evidence": evidence,
        }
    ).select("subject", "time", pl.when(low == high).then(low).alias("grade"), pl.exclude("subject", "time"))


def _evidence(
    series: CrsSeries, graded: Graded, measurements: pl.DataFrame, treatments: pl.DataFrame | None
) -> pl.Series:
    """Rows that determined each window: temperature, then what the deciding component rests on."""
    signs, support = series.signs, series.support
    shows_pressure = (graded.highest >= 2) | signs.hypotension.possible
    labels = [
        label_rows(measurements, signs.temperature_row),
        label_rows(measurements, np.where(shows_pressure, signs.pressure_row, -1)),
        label_rows(treatments, support.oxygen_row),
        label_rows(treatments, support.pressor_row),
        label_rows(treatments, support.extra_row),
    ]
    evidence = join_labels(labels)
    for at, label in zip(series.death_at.tolist(), series.deaths.evidence, strict=True):
        if label:
            evidence[at] = ", ".join(part for part in (evidence[at], label) if part)
    return evidence


def _death_by_subject(series: CrsSeries) -> IntArray:
    death = np.full(len(series.windows.subjects), np.iinfo(np.int64).max, dtype=np.int64)
    death[code_of(series.deaths.key)] = series.deaths.key
    return death


def _episodes(
    series: CrsSeries, graded: Graded, because: pl.Series, evidence: pl.Series, options: CrsOptions
) -> pl.DataFrame:
    unknown = "temperature, systolic pressure or support"
    ending = Ending(
        series.has_sign,
        series.settled,
        series.is_quiet,
        _death_by_subject(series),
        unknown if series.is_recorded else "support (not recorded)",
    )
    grades = (graded.lowest, graded.highest)
    episodes = find_episodes(
        series.windows, series.certain, ending, grades=grades, because=because, evidence=evidence
    )
    late = f"onset after day {options.late_onset_day:g} is uncommon: consider another cause [unverified]"
    words = pl.when(pl.col("onset") > options.late_onset_day).then(pl.lit(late))
    return episodes.with_columns(
        reason=pl.concat_str(
            pl.when(pl.col("reason") != "").then("reason"), words, separator="; ", ignore_nulls=True
        )
    )


def _subjects(series: CrsSeries, graded: Graded, episodes: pl.DataFrame) -> pl.DataFrame:
    windows = series.windows
    n = len(windows.subjects)
    has_temperature, is_due = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    readings = series.vitals.temperature
    usable = ~np.isnan(readings.value) & np.isin(readings.key, windows.key)
    has_temperature[code_of(readings.key[usable])] = True
    is_due[code_of(series.deaths.key[series.deaths.is_due])] = True
    return summarize_subjects(
        windows,
        episodes,
        (graded.lowest, graded.highest),
        is_evaluable=has_temperature | is_due,
        reason_not=["no temperature after the infusion"] * n,
    )


def _provenance(
    tables: dict[str, pl.DataFrame | None], scale: Scale[CrsObservation], options: CrsOptions
) -> Provenance:
    params = asdict(options)
    params["systolic_limits"] = options.systolic_limits.id
    notes = tuple(f"{row.text}: {row.note}." for row in scale.grades if row.note)
    return Provenance(
        method=METHOD,
        params={"scale": scale.id, **params},
        inputs={name: hash_table(table) for name, table in tables.items() if table is not None},
        options=(*options.words, *notes),
    )
