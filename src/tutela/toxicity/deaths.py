"""Deaths, and whether they were due to a toxicity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from tutela.kernel.tri import BoolArray
from tutela.toxicity.windows import IntArray, code_subjects, pack

__all__ = ["Deaths", "collect_deaths"]

#: A disposition that says of what a person died; what follows is the cause.
_DIED_OF = (
    r"(?i)^\s*(?:death|died|deceased|fatal outcome)\b[^a-z]*(?:(?:was|is) )?"
    r"(?:(?:due|secondary|related|attributed) to|because of|caused by|from|of)\b[^a-z]*(.*)$"
)

#: Where the principal cause ends: what comes after it is circumstance, or a cause that is denied.
_BESIDE_THE_CAUSE = r"(?i)(?:[,;]|\b(?:not|no|un-?related|without|after|following|with|during|in the (?:setting|context))\b).*$"

#: How bad it was is no part of what it was.
_SEVERITY = r"(?i)^(?:(?:severe|fatal|refractory|grade|g?\d)\s+)+"


@dataclass(frozen=True, eq=False)
class Deaths:
    """One row per person who died.

    Parameters
    ----------
    key
        Shape (k,): packed subject and time of death.
    is_due
        Shape (k,): the principal cause is the toxicity.
    is_unknown
        Shape (k,): no cause is given.
    evidence
        Shape (k,): source row as ``file:row``.
    """

    key: IntArray
    is_due: BoolArray
    is_unknown: BoolArray
    evidence: tuple[str, ...]


def _label(frame: pl.DataFrame) -> pl.Expr:
    if {"source_file", "source_row"} <= set(frame.columns):
        return pl.concat_str("source_file", pl.lit(":"), pl.col("source_row").cast(pl.String)).fill_null("")
    return pl.lit("")


def _column(frame: pl.DataFrame, name: str, kind: type[pl.DataType]) -> pl.Expr:
    return pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, dtype=kind)


def _from_subjects(subjects: pl.DataFrame, pattern: str) -> pl.DataFrame:
    cause = _column(subjects, "death_cause", pl.String)
    died = _column(subjects, "death_time", pl.Float64)
    rows = subjects.select(
        "subject",
        time=pl.coalesce(died, _column(subjects, "last_time", pl.Float64)),
        is_due=cause.str.contains(pattern).fill_null(value=False),
        is_unknown=cause.is_null(),
        is_dead=died.is_not_null()
        | cause.is_not_null()
        | _column(subjects, "death_date", pl.String).is_not_null(),
        evidence=_label(subjects),
    )
    return rows.filter("is_dead").drop("is_dead")


def _from_events(events: pl.DataFrame, pattern: str) -> pl.DataFrame:
    words = pl.coalesce(_column(events, "decod", pl.String), _column(events, "term", pl.String))
    is_fatal = (_column(events, "outcome", pl.String).str.to_uppercase() == "FATAL") | (
        _column(events, "grade", pl.Int64) == 5
    )
    rows = events.filter(is_fatal.fill_null(value=False) & words.str.contains(pattern))
    return rows.select(
        "subject",
        time=pl.coalesce(_column(rows, "end", pl.Float64), _column(rows, "start", pl.Float64)),
        is_due=pl.lit(value=True),
        is_unknown=pl.lit(value=False),
        evidence=_label(rows),
    )


def _from_dispositions(events: pl.DataFrame, pattern: str) -> pl.DataFrame:
    """Deaths whose term names the toxicity as the cause; any other wording settles nothing."""
    cause = _column(events, "term", pl.String).str.extract(_DIED_OF)
    first = cause.str.replace(_BESIDE_THE_CAUSE, "").str.replace(_SEVERITY, "")
    rows = events.filter(first.str.contains(pattern).fill_null(value=False))
    return rows.select(
        "subject",
        time=pl.coalesce(_column(rows, "start", pl.Float64), _column(rows, "end", pl.Float64)),
        is_due=pl.lit(value=True),
        is_unknown=pl.lit(value=False),
        evidence=_label(rows),
    )


def collect_deaths(
    subjects: pl.DataFrame | None,
    events: pl.DataFrame | None,
    names: tuple[str, ...],
    *,
    pattern: str,
) -> Deaths:
    """Find deaths in the subjects table, and fatal events of the toxicity and causes in the events table.

    Parameters
    ----------
    subjects, events
        Study tables; None if absent.
    names
        Persons, sorted.
    pattern
        Regular expression that finds the toxicity in a cause or term, ``(?i)`` for any case.

    Notes
    -----
    A recorded cause of death overrides a fatal event, which overrides the wording of a disposition
    ("death due to ..."). A death without a date is placed at the last contact,
    else just after the infusion.
    """
    parts = [
        *([_from_subjects(subjects, pattern)] if subjects is not None else []),
        *([_from_events(events, pattern)] if events is not None else []),
        *([_from_dispositions(events, pattern)] if events is not None else []),
    ]
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return Deaths(none, none.astype(bool), none.astype(bool), ())
    both = pl.concat(parts).sort("subject", "is_unknown", maintain_order=True)
    found = both.unique("subject", keep="first", maintain_order=True)
    time = found.get_column("time").fill_null(0.0).to_numpy()
    key = pack(code_subjects(found.get_column("subject"), names), np.maximum(time, 0.0))
    due, unknown = (found.get_column(name).to_numpy() for name in ("is_due", "is_unknown"))
    order = np.argsort(key)
    labels = found.get_column("evidence").to_list()
    return Deaths(key[order], due[order], unknown[order], tuple(labels[i] for i in order))
