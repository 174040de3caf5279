"""The band of systolic pressure that is hypotension at the subject's age, as it moves while a child grows."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl

from tutela.kernel.ages import age_at
from tutela.report.inputs import ReportInput
from tutela.toxicity.blood_pressure import PALS, SystolicLimits

__all__ = ["pressure_bands", "pressure_limits"]

#: Days between two steps of the band in the first year, and the largest number of steps: a limit that rises
#: 2 mmHg per year needs no more.
STEP = 30.0
MAX_STEPS = 60


def pressure_limits(assessment: ReportInput) -> SystolicLimits:
    """The limits that CRS was graded with; PALS where no CRS result says otherwise."""
    limits = getattr(getattr(assessment.crs, "options", None), "systolic_limits", None)
    return limits if isinstance(limits, SystolicLimits) else PALS


def pressure_bands(assessment: ReportInput) -> pl.DataFrame:
    """Bands of every subject with a systolic pressure.

    Returns
    -------
    polars.DataFrame
        subject, start, end (days), high (limit, mmHg; the highest that the age allows), at_least (the lowest),
        source; neighboring steps with one limit are joined.
    """
    limits = pressure_limits(assessment)
    knots = _knots(assessment.study.measurements)
    ages = age_at(assessment.study.subjects, knots.select("subject", time="start"))
    low, high = limits(ages["age_low"].to_numpy(), ages["age_high"].to_numpy())
    steps = knots.with_columns(
        at_least=pl.Series(np.round(low, 1), dtype=pl.Float64),
        high=pl.Series(np.round(high, 1), dtype=pl.Float64),
    )
    run = pl.struct("at_least", "high").rle_id().over("subject")
    return (
        steps.with_columns(run=run)
        .group_by("subject", "run", maintain_order=True)
        .agg(pl.col("start").first(), pl.col("end").last(), pl.col("high", "at_least").first())
        .drop("run")
        .with_columns(source=pl.lit(limits.source.text))
    )


def _knots(measurements: pl.DataFrame) -> pl.DataFrame:
    spans = (
        measurements.filter((pl.col("test") == "SYSBP") & pl.col("time").is_not_null())
        .group_by("subject")
        .agg(first=pl.col("time").min(), last=pl.col("time").max())
        .sort("subject")
    )
    rows = [
        (subject, float(start), float(end))
        for subject, first, last in spans.iter_rows()
        for start, end in _steps(first, last)
    ]
    return pl.DataFrame(
        rows, schema={"subject": pl.String, "start": pl.Float64, "end": pl.Float64}, orient="row"
    )


def _steps(first: float, last: float) -> list[tuple[float, float]]:
    count = int(min(MAX_STEPS, max(1, np.ceil((last - first) / STEP))))
    edges = np.linspace(first, max(last, first + 1), count + 1)
    return list(pairwise(edges))
