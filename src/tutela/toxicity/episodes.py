"""Events as rows: onset, resolution, maximum grade, duration; and one row per person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from tutela.kernel.clock import to_study_day
from tutela.kernel.tri import BoolArray
from tutela.toxicity.spells import Spells
from tutela.toxicity.windows import DAY_MS, HOUR_MS, IntArray, Windows, unpack

__all__ = ["EPISODE_SCHEMA", "Ending", "find_episodes", "number_windows", "summarize_subjects"]

#: Columns of the events table.
EPISODE_SCHEMA: dict[str, pl.DataType] = {
    "subject": pl.String(),
    "episode": pl.Int32(),
    "onset": pl.Float64(),
    "resolution": pl.Float64(),
    "is_resolved": pl.Boolean(),
    "grade_low": pl.Int8(),
    "grade_high": pl.Int8(),
    "peak_time": pl.Float64(),
    "duration_h": pl.Float64(),
    "duration_days": pl.Int64(),
    "time_to_onset_d": pl.Float64(),
    "onset_study_day": pl.Int64(),
    "last_sign": pl.Float64(),
    "because": pl.String(),
    "reason": pl.String(),
    "evidence": pl.String(),
}


@dataclass(frozen=True, eq=False)
class Ending:
    """What decides on the end of events.

    Parameters
    ----------
    has_sign
        Shape (n,): a certain sign that keeps an event open.
    settled
        Indices of windows at which an observed quiet stretch begins that lasts long enough, increasing.
    is_quiet
        Shape (n,): observed to be quiet.
    death
        Per subject code: key of death, or the largest integer.
    unknown
        What could not be observed, in words.
    """

    has_sign: BoolArray
    settled: IntArray
    is_quiet: BoolArray
    death: IntArray
    unknown: str


def _spell_ends(windows: Windows, spells: Spells) -> tuple[IntArray, IntArray]:
    """First and last window of every event."""
    at = np.flatnonzero(spells.is_open)
    if not len(at):
        return at, at
    starts = np.concatenate(([True], spells.run[at][1:] != spells.run[at][:-1]))
    ends = np.concatenate((starts[1:], [True]))
    return at[starts], at[ends]


def number_windows(windows: Windows, spells: Spells) -> tuple[IntArray, IntArray, IntArray]:
    """Number events within subjects.

    Returns
    -------
    tuple of numpy.ndarray
        Shape (n,): number of the event, 0 outside; shape (k,): index of the first and of the last window of
        each event.
    """
    first, last = _spell_ends(windows, spells)
    code = windows.code[first]
    is_new = np.concatenate(([True], code[1:] != code[:-1])) if len(code) else np.zeros(0, dtype=bool)
    before = np.maximum.accumulate(np.where(is_new, np.arange(len(code)), 0)) if len(code) else code
    number = np.arange(len(code)) - before + 1
    episode = np.zeros(len(windows), dtype=np.int64)
    for begin, end, value in zip(first.tolist(), last.tolist(), number.tolist(), strict=True):
        episode[begin : end + 1] = value
    return episode, first, last


def _resolution(windows: Windows, ending: Ending, start: int, stop: int) -> int:
    """Index of the first observed long quiet stretch in a range of windows, -1 for none."""
    position = int(np.searchsorted(ending.settled, start))
    is_inside = position < len(ending.settled) and ending.settled[position] <= stop
    return int(ending.settled[position]) if is_inside else -1


def _late(windows: Windows, last_sign: int, resolved: int) -> str:
    """Say where quiet was observed only some time after the last sign."""
    if resolved == last_sign + 1:
        return ""
    last, quiet = windows.time[last_sign], windows.time[resolved]
    return (
        f"last certain sign on day {last:.1f}, quiet observed from day {quiet:.1f}: data between are missing"
    )


def _reason(windows: Windows, ending: Ending, last_sign: int, stop: int) -> str:
    death = int(ending.death[windows.code[last_sign]])
    if death != np.iinfo(np.int64).max:
        return f"not resolved at death on day {unpack(np.array([death]))[0]:.1f}"
    if stop <= last_sign:
        return f"signs at the last observation (day {windows.time[last_sign]:.1f})"
    if not ending.is_quiet[last_sign + 1 : stop + 1].all():
        return f"resolution not observed: {ending.unknown} not known after day {windows.time[last_sign]:.1f}"
    hours = (windows.key[stop] - windows.key[last_sign + 1]) / HOUR_MS
    return (
        f"resolution not observed: only {hours:.0f} h of observed quiet before the last observation or a gap"
    )


def find_episodes(
    windows: Windows,
    spells: Spells,
    ending: Ending,
    *,
    grades: tuple[np.ndarray, np.ndarray],
    because: pl.Series,
    evidence: pl.Series,
) -> pl.DataFrame:
    """Describe every event.

    Parameters
    ----------
    windows, spells
        Windows, and the event each lies in.
    ending
        What decides on resolution.
    grades
        Lowest and highest grade of every window.
    because, evidence
        Words and source rows of every window.

    Returns
    -------
    polars.DataFrame
        The columns of :data:`EPISODE_SCHEMA`.
    """
    low, high = grades
    number, first, last = number_windows(windows, spells)
    end_of = np.searchsorted(windows.code, np.arange(len(windows.subjects)), side="right") - 1
    next_start = np.append(first, len(windows))[1:]
    rows = []
    for begin, end, following in zip(first.tolist(), last.tolist(), next_start.tolist(), strict=True):
        stop = min(following - 1, int(end_of[windows.code[begin]]))
        peak = begin + int(np.argmax(low[begin : end + 1].astype(np.int64) * 8 + high[begin : end + 1]))
        last_sign = begin + int(np.flatnonzero(ending.has_sign[begin : end + 1])[-1])
        resolved = _resolution(windows, ending, last_sign + 1, stop)
        words = (
            _late(windows, last_sign, resolved)
            if resolved >= 0
            else _reason(windows, ending, last_sign, stop)
        )
        facts = {
            "episode": int(number[begin]),
            "grade_low": int(low[begin : end + 1].max()),
            "grade_high": int(high[begin : end + 1].max()),
            "because": because[peak],
            "reason": words,
            "evidence": ", ".join(
                dict.fromkeys(e for i in (begin, peak) if evidence[i] for e in str(evidence[i]).split(", "))
            ),
        }
        rows.append(facts | _times(windows, begin, peak, last_sign, resolved))
    return pl.DataFrame(rows, schema=EPISODE_SCHEMA)


def _calendar(windows: Windows, index: int) -> int:
    """Calendar days since the day of the infusion."""
    hour = 0 if windows.is_day[index] else int(windows.hours[windows.code[index]])
    return int((round(float(windows.time[index]) * DAY_MS) + hour) // DAY_MS)


def _times(windows: Windows, begin: int, peak: int, last_sign: int, resolved: int) -> dict[str, object]:
    time, is_known = windows.time, resolved >= 0
    onset = float(time[begin])
    return {
        "subject": windows.subjects[int(windows.code[begin])],
        "onset": onset,
        "resolution": float(time[resolved]) if is_known else None,
        "is_resolved": is_known,
        "peak_time": float(time[peak]),
        "duration_h": float(windows.key[resolved] - windows.key[begin]) / HOUR_MS if is_known else None,
        "duration_days": _calendar(windows, resolved) - _calendar(windows, begin) + 1 if is_known else None,
        "time_to_onset_d": onset,
        "onset_study_day": to_study_day(_calendar(windows, begin)),
        "last_sign": float(time[last_sign]),
    }


def summarize_subjects(
    windows: Windows,
    episodes: pl.DataFrame,
    grades: tuple[np.ndarray, np.ndarray],
    *,
    is_evaluable: BoolArray,
    reason_not: list[str],
    is_counted: BoolArray | None = None,
) -> pl.DataFrame:
    """One row per person.

    Parameters
    ----------
    windows
        Observation windows.
    episodes
        Events (:func:`find_episodes`).
    grades
        Lowest and highest grade of every window.
    is_evaluable
        Per subject code: there are data to grade.
    reason_not
        Per subject code: why not.
    is_counted
        Shape (n,): windows that enter the maxima; None for all.
    """
    low, high = grades
    counted = np.ones(len(windows), dtype=bool) if is_counted is None else is_counted
    n = len(windows.subjects)
    most = np.zeros((2, n), dtype=np.int8)
    for row, grade in zip(most, (low, high), strict=True):
        np.maximum.at(row, windows.code[counted], grade[counted].astype(np.int8))
    people = pl.DataFrame(
        {
            "subject": pl.Series(windows.subjects, dtype=pl.String),
            "status": np.where(is_evaluable, "graded", "not evaluable"),
            "missing": pl.Series(reason_not, dtype=pl.String),
            "grade_low": most[0],
            "grade_high": most[1],
        }
    )
    first = episodes.filter(pl.col("episode") == 1).select(
        "subject", "onset", first_grade_low="grade_low", first_grade_high="grade_high"
    )
    counts = episodes.group_by("subject").agg(pl.len().cast(pl.Int32).alias("episodes"))
    joined = people.join(counts, on="subject", how="left", maintain_order="left")
    joined = joined.join(first, on="subject", how="left", maintain_order="left")
    graded = pl.col("status") == "graded"
    bounds = pl.format("grade {} to {}: data are missing", "grade_low", "grade_high")
    return joined.select(
        "subject",
        "status",
        pl.when(~graded)
        .then("missing")
        .when(pl.col("grade_low") < pl.col("grade_high"))
        .then(bounds)
        .otherwise(pl.lit(""))
        .alias("reason"),
        pl.when(graded).then(pl.col("grade_low")).cast(pl.Int8),
        pl.when(graded).then(pl.col("grade_high")).cast(pl.Int8),
        pl.when(graded).then(pl.col("episodes").fill_null(0)),
        "onset",
        pl.when(graded).then(pl.col("first_grade_low").fill_null(0)).cast(pl.Int8),
        pl.when(graded).then(pl.col("first_grade_high").fill_null(0)).cast(pl.Int8),
    )
