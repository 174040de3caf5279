"""Which score and which finding stands at each assessment, and what a record that is missing leaves open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from tutela.kernel.tri import BoolArray
from tutela.toxicity.icans.findings import FINDINGS, LevelReadings
from tutela.toxicity.icans.instruments import CAPD, ICE
from tutela.toxicity.icans.observation import Bounds
from tutela.toxicity.icans.options import IcansOptions
from tutela.toxicity.windows import DAY_MS, HOUR_MS, IntArray, Windows, carry

__all__ = ["Standing", "stand"]

#: A share of assessments with a test from which it counts as part of a set.
SET_SHARE = 0.5
#: Worst consciousness of a subject who scores above 0: awakens to touch at least.
_AROUSABLE = 2


@dataclass(frozen=True, eq=False)
class Standing:
    """What is known of one domain at each assessment.

    Parameters
    ----------
    value
        Score or level within bounds.
    index
        Shape (n,): reading that stands, -1 for none.
    row
        Shape (n,): its measurement row, -1 for none.
    is_now
        Shape (n,): read at this very assessment.
    is_unable, may_be_unable
        Shape (n,): unable to perform; perhaps unable.
    """

    value: Bounds
    index: IntArray
    row: IntArray
    is_now: BoolArray
    is_unable: BoolArray
    may_be_unable: BoolArray


def _index(reading: LevelReadings, windows: Windows, *, valid_h: float, sets: IntArray | None) -> IntArray:
    valid = np.maximum(round(valid_h * HOUR_MS), np.where(reading.is_day, DAY_MS, 0))
    index = carry(windows.key, reading.key, valid_ms=valid)
    if sets is None or not len(sets) or not len(reading):
        return index
    latest = sets[np.maximum(np.searchsorted(sets, windows.key, side="right") - 1, 0)]
    return np.where((index >= 0) & (reading.key[np.maximum(index, 0)] >= latest), index, -1)


def _take(reading: LevelReadings, index: IntArray, windows: Windows, absent: tuple[float, float]) -> Standing:
    """Values of the readings that stand; bounds of what an absent record leaves open."""
    n, is_here = len(windows), index >= 0
    if not len(reading):
        none = np.full(n, -1, dtype=np.int64)
        never = np.zeros(n, dtype=bool)
        value = Bounds(np.full(n, absent[0]), np.full(n, absent[1]))
        return Standing(value, none, none, never, never, np.ones(n, dtype=bool))
    at = np.maximum(index, 0)
    return Standing(
        Bounds(
            np.where(is_here, reading.value.low[at], absent[0]),
            np.where(is_here, reading.value.high[at], absent[1]),
        ),
        index,
        np.where(is_here, reading.row[at], -1),
        is_here & (reading.key[at] == windows.key),
        is_here & reading.is_unable[at],
        ~is_here | reading.may_be_unable[at],
    )


def stand(
    readings: Mapping[str, LevelReadings], windows: Windows, *, options: IcansOptions
) -> dict[str, Standing]:
    """Carry scores and findings to every assessment.

    Parameters
    ----------
    readings
        By domain: ``ice``, ``capd``, ``consciousness``, ``seizure``, ``motor``, ``pressure``.
    windows
        Assessments.
    options
        Validity, sets, and what an absent record means.

    Notes
    -----
    A score that is absent may be any score. A finding that is absent may be present where the study asks for
    it each time, else it was not found (``findings_recording``).
    """
    assessments = np.unique(np.concatenate([reading.key for reading in readings.values()]))
    scores = len(np.unique(np.concatenate([readings[name].key for name in ("ice", "capd")])))
    result = {}
    for name, reading in readings.items():
        # The two instruments replace each other by age, so they are one set.
        seen = scores if name in ("ice", "capd") else len(reading)
        in_sets = options.carry == "sets" or (
            options.carry == "auto" and seen >= SET_SHARE * len(assessments)
        )
        valid_h = 0.0 if name == "seizure" else options.assessment_valid_h
        index = _index(reading, windows, valid_h=valid_h, sets=assessments if in_sets else None)
        result[name] = _take(reading, index, windows, _absent(name, reading, options))
    result["consciousness"] = _judge_consciousness(result)
    result["capd"] = _judge_unable(result)
    return result


def _absent(name: str, reading: LevelReadings, options: IcansOptions) -> tuple[float, float]:
    if name in ("ice", "capd"):
        return 0.0, float((ICE if name == "ice" else CAPD).highest)
    asked = options.findings_recording == "unknown" or (
        options.findings_recording == "auto" and reading.has_negative
    )
    return 0.0, float(FINDINGS[name].highest) if asked else 0.0


def _judge_unable(standing: Mapping[str, Standing]) -> Standing:
    """CAPD is observed, so it can be done in whoever is known to be arousable (not valid only in coma)."""
    capd, awake = standing["capd"], standing["consciousness"]
    is_arousable = awake.is_now & (awake.value.high <= _AROUSABLE)
    return replace(capd, may_be_unable=capd.is_unable | (capd.may_be_unable & ~is_arousable))


def _judge_consciousness(standing: Mapping[str, Standing]) -> Standing:
    """Consciousness where it is not recorded: whoever cannot score may be in coma.

    A score above zero speaks against coma, but does not narrow the bounds: were the missing record to say
    coma, the grade would be 4, and a lost record must never lower the highest possible grade.
    """
    own, ice, capd = (standing[name] for name in ("consciousness", "ice", "capd"))
    fails = (ice.is_now & (ice.value.low == 0)) | (capd.is_now & capd.may_be_unable)
    worst = float(FINDINGS["consciousness"].highest)
    high = np.where((own.index < 0) & fails, worst, own.value.high)
    return replace(own, value=Bounds(own.value.low, high))
