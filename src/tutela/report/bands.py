"""Bands behind a course: the pressure that is hypotension at the age, the published peaks of the product."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl

from tutela.catalogue import products
from tutela.catalogue.ranges import PublishedRange
from tutela.kernel.ages import age_at
from tutela.kernel.cite import Cite
from tutela.report.inputs import ReportInput
from tutela.toxicity.blood_pressure import PALS, SystolicLimits

__all__ = ["BAND_COLUMNS", "PEAK_TEST", "band_sources", "peak_bands", "pressure_bands"]

#: Days between two steps of the pressure band, and the largest number of steps: a limit that rises 2 mmHg per
#: year needs no more.
STEP = 30.0
MAX_STEPS = 60
#: Test in whose lane the published peaks are drawn.
PEAK_TEST = "CARTGENE"

#: Columns of a band and what they mean.
BAND_COLUMNS = {
    "subject": "the subject",
    "start": "first day",
    "end": "last day",
    "low": "lower edge; null reaches to the foot of the lane",
    "high": "upper edge",
    "label": "name at the end of the lane",
    "words": "what the band says",
    "source": "publication",
}


def band_sources(assessment: ReportInput) -> tuple[Cite, ...]:
    """Citations of all bands of the page."""
    peaks = (found.sources for found in _published(assessment).values())
    return (_limits(assessment).source, *(source for sources in peaks for source in sources))


def pressure_bands(assessment: ReportInput) -> pl.DataFrame:
    """Systolic pressure that is hypotension at the subject's age, as it rises while a child grows.

    Returns
    -------
    polars.DataFrame
        The columns of :data:`BAND_COLUMNS`; the upper edge is the highest limit that the age allows, and
        neighboring steps with one limit are joined.
    """
    limits = _limits(assessment)
    knots = _knots(_spans(assessment.study.measurements, "SYSBP"))
    ages = age_at(assessment.study.subjects, knots.select("subject", time="start"))
    low, high = limits(ages["age_low"].to_numpy(), ages["age_high"].to_numpy())
    steps = knots.with_columns(
        at_least=pl.Series(np.round(low, 1), dtype=pl.Float64),
        high=pl.Series(np.round(high, 1), dtype=pl.Float64),
    )
    run = pl.struct("at_least", "high").rle_id().over("subject")
    joined = (
        steps.with_columns(run=run)
        .group_by("subject", "run", maintain_order=True)
        .agg(pl.col("start").first(), pl.col("end").last(), pl.col("high", "at_least").first())
    )
    least = (
        pl.when(pl.col("at_least") < pl.col("high"))
        .then(pl.format("{} to ", "at_least"))
        .otherwise(pl.lit(""))
    )
    return joined.with_columns(
        low=pl.lit(None, dtype=pl.Float64),
        label=pl.lit(f"limit, {limits.source.key}"),
        words=pl.format("hypotension at this age: below {}{} mmHg", least, "high"),
        source=pl.lit(limits.source.text),
    ).select(list(BAND_COLUMNS))


def peak_bands(assessment: ReportInput) -> pl.DataFrame:
    """Peaks published for the subject's product, over the days in which the cells were measured.

    Returns
    -------
    polars.DataFrame
        The columns of :data:`BAND_COLUMNS`; only for products with a published spread in the unit of the data.
    """
    published = _published(assessment)
    spans = _spans(assessment.study.measurements, PEAK_TEST).join(
        assessment.study.subjects.select("subject", "product"),
        on="subject",
        how="left",
        maintain_order="left",
    )
    rows = [
        (subject, first, last, found.low, found.high, f"Cmax, {found.sources[0].key}", f"published Cmax: {found.kind}",
         "; ".join(source.text for source in found.sources))
        for subject, first, last, unit, product in spans.iter_rows()
        if (found := published.get(product)) is not None and found.unit == unit
    ]  # fmt: skip
    numbers = ("start", "end", "low", "high")
    schema = {name: pl.Float64 if name in numbers else pl.String for name in BAND_COLUMNS}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _limits(assessment: ReportInput) -> SystolicLimits:
    """The limits that CRS was graded with; PALS where no CRS result says otherwise."""
    limits = getattr(getattr(assessment.crs, "options", None), "systolic_limits", None)
    return limits if isinstance(limits, SystolicLimits) else PALS


def _published(assessment: ReportInput) -> dict[str, PublishedRange]:
    names = assessment.study.subjects["product"].drop_nulls().unique().sort().to_list()
    found = {name: products.kinetics_range(name, "CMAX") for name in names}
    return {name: interval for name, interval in found.items() if interval is not None}


def _spans(measurements: pl.DataFrame, test: str) -> pl.DataFrame:
    return (
        measurements.filter((pl.col("test") == test) & pl.col("time").is_not_null())
        .group_by("subject")
        .agg(first=pl.col("time").min(), last=pl.col("time").max(), unit=pl.col("unit").drop_nulls().first())
        .sort("subject")
    )


def _knots(spans: pl.DataFrame) -> pl.DataFrame:
    rows = [
        (subject, float(start), float(end))
        for subject, first, last, _ in spans.iter_rows()
        for start, end in _steps(first, last)
    ]
    return pl.DataFrame(
        rows, schema={"subject": pl.String, "start": pl.Float64, "end": pl.Float64}, orient="row"
    )


def _steps(first: float, last: float) -> list[tuple[float, float]]:
    count = int(min(MAX_STEPS, max(1, np.ceil((last - first) / STEP))))
    edges = np.linspace(first, max(last, first + 1), count + 1)
    return list(pairwise(edges))
