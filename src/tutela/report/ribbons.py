"""Grades over time as intervals: what is derived, and what the site reported beside it."""

from __future__ import annotations

import polars as pl

__all__ = ["MAX_HOLD", "grade_runs", "shorten_evidence", "site_grades"]

#: Days for which an observation speaks when no further one follows: a vital sign older than a day does not
#: describe a person in a monitored period. A gap stays visible as a gap.
MAX_HOLD = 1.0
#: Days given to a last observation, so that it can be seen.
LAST_HOLD = 1 / 24

#: Words by which a site's event is recognized as the syndrome, in any case.
_SITE_WORDS = {
    "crs": r"(?i)cytokine release|\bCRS\b",
    "icans": r"(?i)\bICANS\b|effector cell-associated neuro|neurotoxicity",
}


def grade_runs(course: pl.DataFrame) -> pl.DataFrame:
    """Join observations of equal grade into intervals.

    Parameters
    ----------
    course
        ``subject``, ``time``, ``grade_low``, ``grade_high``, ``because`` and ``evidence`` of a grading result.

    Returns
    -------
    polars.DataFrame
        subject, start, end (days), low, high (null where not evaluable), because and evidence of the first
        observation, n observations.

    Notes
    -----
    An observation holds until the next one of the same subject, at most :data:`MAX_HOLD` days.
    """
    low, high = pl.col("grade_low"), pl.col("grade_high")
    following = pl.col("time").shift(-1).over("subject")
    held = (
        course.filter(pl.col("time").is_not_null())
        .sort("subject", "time", maintain_order=True)
        .with_columns(
            end=pl.min_horizontal(
                pl.when(following.is_null()).then(pl.col("time") + LAST_HOLD).otherwise(following),
                pl.col("time") + MAX_HOLD,
            )
        )
    )
    previous_end = pl.col("end").shift(1).over("subject")
    is_new = (
        previous_end.is_null()
        | (previous_end < pl.col("time"))
        | low.ne_missing(low.shift(1).over("subject"))
        | high.ne_missing(high.shift(1).over("subject"))
    )
    return (
        held.with_columns(run=is_new.cum_sum().over("subject"))
        .group_by("subject", "run", maintain_order=True)
        .agg(
            start=pl.col("time").first(),
            end=pl.col("end").last(),
            low=low.first(),
            high=high.first(),
            because=pl.col("because").first(),
            evidence=pl.col("evidence").first().map_elements(shorten_evidence, return_dtype=pl.String),
            n=pl.len(),
        )
        .drop("run")
    )


def shorten_evidence(evidence: str) -> str:
    """Source rows with each file named once.

    Examples
    --------
    >>> shorten_evidence("vs.csv:12, vs.csv:13, lb.csv:4")
    'vs.csv: 12, 13; lb.csv: 4'
    """
    rows: dict[str, list[str]] = {}
    for place in evidence.split(", "):
        file, _, row = place.rpartition(":")
        rows.setdefault(file, []).append(row)
    return "; ".join(
        f"{file}: {', '.join(numbers)}" if file else ", ".join(numbers) for file, numbers in rows.items()
    )


def site_grades(events: pl.DataFrame, *, kind: str) -> pl.DataFrame:
    """Events that the site reported as the syndrome, with the grade it gave.

    Parameters
    ----------
    events
        The study's events.
    kind
        ``crs`` or ``icans``.

    Returns
    -------
    polars.DataFrame
        subject, start, end (days; null if ongoing or unknown), grade, term, source_file, source_row.
    """
    text = pl.concat_str(pl.col("term").fill_null(""), pl.col("decod").fill_null(""), separator=" ")
    found = events.filter(
        text.str.contains(_SITE_WORDS[kind]) & pl.col("grade").is_not_null() & pl.col("start").is_not_null()
    )
    return found.sort("subject", "start", "source_row").select(
        "subject", "start", "end", "grade", "term", "source_file", "source_row"
    )
