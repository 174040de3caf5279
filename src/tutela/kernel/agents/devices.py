"""Oxygen and ventilation devices by the names hospitals use."""

from __future__ import annotations

import re
from functools import cache

from tutela.kernel.tables.treatments import OXYGEN_DEVICES

__all__ = ["DEVICE_NAMES", "find_device"]

#: Device code -> other names, compared without case and punctuation.
DEVICE_NAMES: dict[str, tuple[str, ...]] = {
    "room_air": ("ra", "ambient air", "none", "no oxygen"),
    "nasal_cannula": (
        "nc",
        "nasal prongs",
        "low flow nasal cannula",
        "lfnc",
        "nasal canula",
        "nasal cannulae",
    ),
    "blow_by": ("blowby", "blow-by oxygen"),
    "face_mask": ("mask", "simple mask", "simple face mask", "oxygen mask", "facemask", "fm"),
    "venturi": ("venturi mask", "ventimask", "venti mask"),
    "non_rebreather": (
        "nrb",
        "nonrebreather",
        "non-rebreather mask",
        "non rebreathing mask",
        "reservoir mask",
    ),
    "high_flow": ("hfnc", "hhfnc", "high flow nasal cannula", "high-flow oxygen", "hfno", "optiflow"),
    "cpap": ("continuous positive airway pressure", "ncpap", "nasal cpap"),
    "bipap": ("bilevel", "niv", "non-invasive ventilation", "nippv", "bpap"),
    "invasive_ventilation": (
        "mechanical ventilation",
        "invasive mechanical ventilation",
        "imv",
        "ventilator",
        "intubated",
        "intubation",
        "endotracheal tube",
        "ett",
        "hfov",
    ),
}

_NOISE = re.compile(r"[^a-z0-9]")


@cache
def _by_key() -> dict[str, str]:
    return {
        _NOISE.sub("", name.lower()): code for code in OXYGEN_DEVICES for name in (code, *DEVICE_NAMES[code])
    }


def find_device(name: str) -> str | None:
    """Device code of a name; None if it is not known.

    Examples
    --------
    >>> find_device("HFNC"), find_device("Nasal cannula"), find_device("tent")
    ('high_flow', 'nasal_cannula', None)
    """
    return _by_key().get(_NOISE.sub("", name.lower()))
