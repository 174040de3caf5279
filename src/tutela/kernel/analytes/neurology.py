"""Neurological scores and signs; signs have a word as their result."""

from __future__ import annotations

from tutela.kernel.analytes.model import Analyte

__all__ = ["NEUROLOGY"]

_ICE_ITEMS = (
    ("ICE_ORIENT", "ICE orientation", 4),
    ("ICE_NAME", "ICE naming", 3),
    ("ICE_COMMAND", "ICE following a command", 1),
    ("ICE_WRITE", "ICE writing", 1),
    ("ICE_ATTENTION", "ICE attention", 1),
)

_SIGNS = (
    ("CONSC", "Consciousness", ("spontaneous", "voice", "tactile", "unarousable")),
    (
        "SEIZURE",
        "Seizure",
        ("none", "rapidly_resolving", "eeg_resolving", "prolonged_gt_5min", "repetitive_no_baseline"),
    ),
    ("MOTOR", "Motor weakness", ("none", "deep_focal")),
    (
        "ICP",
        "Raised intracranial pressure or edema",
        ("none", "focal", "diffuse", "papilledema", "posturing", "cn6_palsy", "cushing"),
    ),
)


def _score(code: str, name: str, maximum: int, *names: str) -> Analyte:
    return Analyte(code, name, "1", "neurology", (0, maximum), needs_unit=False, names=names)


#: ICE (0-10) and CAPD (0-32) with their items, and the signs of ICANS.
NEUROLOGY: tuple[Analyte, ...] = (
    _score("ICE", "Immune effector cell-associated encephalopathy score", 10, "ice score", "ice total"),
    *(_score(code, name, maximum) for code, name, maximum in _ICE_ITEMS),
    _score("CAPD", "Cornell Assessment of Pediatric Delirium", 32, "capd score", "capd total", "cap-d"),
    *(_score(f"CAPD_{item}", f"CAPD item {item}", 4) for item in range(1, 9)),
    *(
        Analyte(code, name, "", "neurology", needs_unit=False, codes=(*codes, "unable"))
        for code, name, codes in _SIGNS
    ),
)
