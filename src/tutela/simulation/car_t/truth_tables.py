"""The truth as tables: grades in continuous time, subjects, observation windows, logged mistakes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tutela.simulation.car_t.kinetics import AUC_WINDOW
from tutela.simulation.car_t.spans import DAY
from tutela.simulation.car_t.subject import VirtualSubject
from tutela.simulation.car_t.truth import Timeline

__all__ = ["Truth", "build_truth", "join_truth"]

GRADES: dict[str, pl.DataType] = {
    "subject": pl.String(),
    "start": pl.Float64(),
    "end": pl.Float64(),
    "grade": pl.Int8(),
    "event": pl.Int64(),
}
SUBJECTS: dict[str, pl.DataType] = {
    "subject": pl.String(),
    "crs_grade": pl.Int8(),
    "crs_onset": pl.Float64(),
    "crs_resolution": pl.Float64(),
    "crs_events": pl.Int64(),
    "icans_grade": pl.Int8(),
    "icans_onset": pl.Float64(),
    "icans_resolution": pl.Float64(),
    "cmax": pl.Float64(),
    "tmax": pl.Float64(),
    "auc_0_28": pl.Float64(),
    "burden": pl.Float64(),
    "peak_drive": pl.Float64(),
    "tocilizumab_doses": pl.Int64(),
    "had_steroid": pl.Boolean(),
    "death": pl.Float64(),
    "death_cause": pl.String(),
    "end": pl.Float64(),
}


@dataclass(frozen=True, eq=False)
class Truth:
    """What was true in a virtual trial; all times in days since infusion.

    Parameters
    ----------
    crs, icans
        subject, start, end, grade, event: stretches of constant grade that cover each subject's observation
        from infusion on; CRS events count from 1, and stretches of an event without signs keep its number.
    subjects
        One row per subject: highest grades (5: death), onset and end of the last sign, the exact Cmax
        (copies/ug), Tmax and AUC0-28d (copies/ug x d) of the model, tumor burden (score), highest drive,
        treatment, death.
    windows
        subject, time and, for CRS and ICANS, the true grade; whether vital signs or an assessment were due
        then (``is_*_observed``); whether the records up to then say all that was observed
        (``is_*_complete``); whether some record of the subject is false in a way that no method can see
        through (``is_*_misled``).
    errors
        table, row (from 1; null for a row never written), column, original, written, kind, subject: every
        departure of the records from what was observed.
    """

    crs: pl.DataFrame
    icans: pl.DataFrame
    subjects: pl.DataFrame
    windows: pl.DataFrame
    errors: pl.DataFrame

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """The tables by name."""
        return {
            "crs": self.crs,
            "icans": self.icans,
            "subjects": self.subjects,
            "windows": self.windows,
            "errors": self.errors,
        }


def _days(minute: int | None) -> float | None:
    return None if minute is None else minute / DAY


def _spans(subject: str, timeline: Timeline) -> Iterator[tuple[str, float, float, int, int]]:
    for span in timeline.spans:
        yield subject, span.start / DAY, span.end / DAY, span.grade, span.event


def _subject_row(one: VirtualSubject) -> dict[str, Any]:
    latent = one.latent
    tmax, cmax = latent.kinetics.peak()
    died = latent.death_cause is not None
    return {
        "subject": latent.person.subject,
        "crs_grade": one.crs.maximum,
        "crs_onset": _days(one.crs.onset),
        "crs_resolution": _days(one.crs.resolution),
        "crs_events": max(span.event for span in one.crs.spans),
        "icans_grade": one.icans.maximum,
        "icans_onset": _days(one.icans.onset),
        "icans_resolution": _days(one.icans.resolution),
        "cmax": cmax,
        "tmax": tmax,
        "auc_0_28": latent.kinetics.auc(AUC_WINDOW),
        "burden": latent.person.burden,
        "peak_drive": float(latent.course.drive.max()),
        "tocilizumab_doses": sum(row.treatment == "Tocilizumab" for row in latent.given),
        "had_steroid": any(row.role == "steroid" for row in latent.given),
        "death": _days(latent.end) if died else None,
        "death_cause": latent.death_cause,
        "end": _days(latent.end),
    }


def build_truth(subjects: Sequence[VirtualSubject], errors: pl.DataFrame) -> Truth:
    """Tables of some subjects; ``errors`` as logged while writing them."""
    crs = [row for one in subjects for row in _spans(one.latent.person.subject, one.crs)]
    icans = [row for one in subjects for row in _spans(one.latent.person.subject, one.icans)]
    windows = pl.concat(
        [one.windows.select(pl.lit(one.latent.person.subject).alias("subject"), pl.all()) for one in subjects]
    )
    return Truth(
        crs=pl.DataFrame(crs, schema=GRADES, orient="row"),
        icans=pl.DataFrame(icans, schema=GRADES, orient="row").drop("event"),
        subjects=pl.DataFrame([_subject_row(one) for one in subjects], schema=SUBJECTS),
        windows=windows.with_columns(pl.col("time") / DAY),
        errors=errors,
    )


def join_truth(parts: Sequence[Truth], heights: Sequence[Mapping[str, int]]) -> Truth:
    """Put chunks together, counting the rows of the whole tables.

    Parameters
    ----------
    parts
        Truth of consecutive chunks.
    heights
        Rows of each raw table, by name, in each chunk.
    """
    errors, before = [], dict.fromkeys(heights[0], 0)
    for part, height in zip(parts, heights, strict=True):
        offset = pl.col("table").replace_strict(before, return_dtype=pl.Int64)
        errors.append(part.errors.with_columns(pl.col("row") + offset))
        before = {name: before[name] + height[name] for name in before}
    joined = {name: pl.concat([part.tables[name] for part in parts]) for name in parts[0].tables}
    joined["errors"] = pl.concat(errors)
    return Truth(**joined)
