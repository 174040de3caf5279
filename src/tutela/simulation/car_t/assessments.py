"""Neurological assessments as recorded: ICE or CAPD by age, total or items, and four coded findings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tutela.simulation.car_t.latent import Latent
from tutela.simulation.car_t.neurology import CALM, Findings
from tutela.simulation.car_t.records import Block
from tutela.simulation.car_t.spans import MinuteArray, inside

__all__ = ["CAPD_ITEMS", "ICE_ITEMS", "NEURO_TESTS", "measure_neurology"]

#: Items of ICE with their points, and of CAPD.
ICE_ITEMS = (
    ("ICE_ORIENT", 4), ("ICE_NAME", 3), ("ICE_COMMAND", 1), ("ICE_WRITE", 1), ("ICE_ATTENTION", 1),
)  # fmt: skip
CAPD_ITEMS = tuple(f"CAPD_{item}" for item in range(1, 9))
CAPD_ITEM_MAX, CAPD_MAX = 4, 32
#: Every test that an ICANS grade may rest on.
NEURO_TESTS = (
    "ICE", *(code for code, _ in ICE_ITEMS), "CAPD", *CAPD_ITEMS, "CONSC", "SEIZURE", "MOTOR", "ICP",
)  # fmt: skip
#: Every third hospital records items instead of totals.
ITEM_SITES = 3
UNABLE = "unable"


def _findings_at(latent: Latent, times: MinuteArray) -> list[Findings]:
    return [
        next((s.findings for s in latent.neurology if s.start <= minute < s.end), CALM)
        for minute in times.tolist()
    ]


def _draw_items(total: int, limits: Sequence[int], rng: np.random.Generator) -> list[int]:
    """Spread a total over items at random, each within its limit."""
    slots = np.repeat(np.arange(len(limits)), limits)
    chosen = rng.permutation(slots)[:total]
    return [int(count) for count in np.bincount(chosen, minlength=len(limits))]


def _score_block(
    test: str, times: MinuteArray, scores: Sequence[int | None], attribution: list[str | None]
) -> Block:
    value = np.array([np.nan if score is None else score for score in scores], dtype=np.float64)
    text = [UNABLE if score is None else None for score in scores]
    return Block(test, times, value, text=text, attribution=attribution)


def _item_blocks(
    codes: Sequence[str],
    limits: Sequence[int],
    times: MinuteArray,
    scores: Sequence[int | None],
    attribution: list[str | None],
    rng: np.random.Generator,
) -> list[Block]:
    items = [[None] * len(codes) if score is None else _draw_items(score, limits, rng) for score in scores]
    return [
        _score_block(code, times, [row[column] for row in items], attribution)
        for column, code in enumerate(codes)
    ]


def measure_neurology(latent: Latent, times: MinuteArray, rng: np.random.Generator) -> list[Block]:
    """Assessments at the given times, each complete: a score and the four coded findings.

    Notes
    -----
    A sedated subject is recorded as unable and unarousable, attributed to sedation.
    """
    turn = latent.person.ice_minute
    blocks: list[Block] = []
    for uses_ice in (False, True):
        when = times[(times >= turn) == uses_ice]
        if len(when):
            blocks.extend(_measure_part(latent, when, rng, uses_ice=uses_ice))
    return blocks


def _recorded_capd(findings: Findings, latent: Latent) -> int | None:
    """What the form says: a delayed subject starts from the score when well."""
    return None if findings.capd is None else min(CAPD_MAX, latent.person.capd_baseline + findings.capd)


def _measure_part(
    latent: Latent, times: MinuteArray, rng: np.random.Generator, *, uses_ice: bool
) -> list[Block]:
    findings, sedated = _findings_at(latent, times), inside(times, latent.sedation).tolist()
    cause: list[str | None] = ["sedation" if is_sedated else None for is_sedated in sedated]
    true_scores = [f.ice if uses_ice else _recorded_capd(f, latent) for f in findings]
    scores = [None if is_sedated else s for s, is_sedated in zip(true_scores, sedated, strict=True)]
    if latent.person.site % ITEM_SITES == 0:
        codes = tuple(code for code, _ in ICE_ITEMS) if uses_ice else CAPD_ITEMS
        limits = tuple(limit for _, limit in ICE_ITEMS) if uses_ice else (CAPD_ITEM_MAX,) * len(CAPD_ITEMS)
        blocks = _item_blocks(codes, limits, times, scores, cause, rng)
    else:
        blocks = [_score_block("ICE" if uses_ice else "CAPD", times, scores, cause)]
    awake = [
        "unarousable" if is_sedated else f.consciousness
        for f, is_sedated in zip(findings, sedated, strict=True)
    ]
    none = np.full(len(times), np.nan)
    return [
        *blocks,
        Block("CONSC", times, none, text=awake, attribution=cause),
        Block("SEIZURE", times, none, text=[f.seizure for f in findings]),
        Block("MOTOR", times, none, text=[f.motor for f in findings]),
        Block("ICP", times, none, text=[f.icp for f in findings]),
    ]
