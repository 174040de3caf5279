"""Oxygen and ventilation in PR and CM: which device, at which flow, with which inspired fraction."""

from __future__ import annotations

import polars as pl

from tutela.standards.sdtm.frames import choose, column

__all__ = ["DEVICE_WORDS", "add_oxygen"]

#: Words in the name of a procedure -> device; the first match decides, so that "non-invasive mechanical
#: ventilation" is no invasive one and "high-flow nasal cannula" no low-flow one.
DEVICE_WORDS: tuple[tuple[str, str], ...] = (
    (r"\bbi-?pap\b|bi-?level|non.?invasive|\bniv\b|\bnippv\b|\bbpap\b", "bipap"),
    (r"\bcpap\b|continuous positive", "cpap"),
    (r"invasive|mechanical ventilation|\bventilator|intubat|endotracheal|\bhfov\b", "invasive_ventilation"),
    (r"high.?flow|\bhh?fnc\b|\bhfno\b|optiflow|vapotherm|airvo", "high_flow"),
    (r"non.?re-?breath|\bnrbm?\b|reservoir mask", "non_rebreather"),
    (r"venturi|venti-?mask", "venturi"),
    (r"blow.?by", "blow_by"),
    (r"nasal (cannula|canula|prong)|low.?flow|\bnc\b", "nasal_cannula"),
    (r"(face|oxygen|simple|o2) ?mask|partial re-?breath|\b(oxygen|o2)\b.*\bmask\b|^mask\b", "face_mask"),
    (r"room.?air|ambient air", "room_air"),
)

#: Dose units of an oxygen flow in litres per minute, and of an inspired fraction.
_FLOW = r"(?i)^l(it(er|re)s?)?\s*/\s*min(ute)?$|^lpm$"
_PERCENT = r"(?i)^%|percent"
_FRACTION = r"(?i)^(fraction|fraction of 1|1|ratio)$"

#: Words that say no event was ended or begun by this row, only a tube removed.
_NOT_A_SUPPORT = r"(?i)extubat|decannul|wean"

#: Oxygen whose device is not said, and words that make it something else (a reading, a chamber).
_OXYGEN = r"\boxygen\b|\bo2\b|trach\w* (collar|mask)"
_NOT_OXYGEN = r"saturat|\bsats?\b|oximet|monitor|consumption|hyperbaric|singlet|concentrator (check|service)"

#: A flow in the name of the support, such as "2 L/min", "15 L", "8lpm".
_FLOW_IN_NAME = r"(\d+(?:\.\d+)?)\s*(?:lpm|l(?:it(?:er|re)s?)?(?:\s*/|\s+per|\b))"


def add_oxygen(frame: pl.DataFrame, code: str) -> pl.DataFrame:
    """Fill ``device``, ``flow``, ``fio2`` and ``role`` of oxygen and ventilation rows.

    Parameters
    ----------
    frame
        Rows of an interventions domain with the study columns as text.
    code
        Two letters of the domain.

    Returns
    -------
    polars.DataFrame
        What the file states in its own qualifiers stands; the name fills what is missing. The dose is a
        flow if its unit is L/min, an inspired fraction if it is a percentage or a fraction. A flow that
        stands in the name alone is read from there.

    Notes
    -----
    A procedure that only removes a device (extubation) is not a support. Oxygen by a device that is not
    named stays oxygen without a device, so that grading leaves its bounds instead of not seeing it.
    """
    name = pl.col("treatment").fill_null("").str.to_lowercase()
    decod = column(frame, f"{code}DECOD").str.to_lowercase()
    nothing = pl.lit(None, dtype=pl.String)
    cases = [(name.str.contains(_NOT_A_SUPPORT), nothing)]
    for pattern, found in DEVICE_WORDS:
        said = name.str.contains(pattern) | decod.str.contains(pattern).fill_null(value=False)
        cases.append((said, pl.lit(found)))
    device = choose(cases, otherwise=nothing)
    named = frame.with_columns(pl.coalesce("device", device).alias("device"))
    is_support = pl.col("device").is_not_null() | _is_plain_oxygen(name)
    unit, dose = pl.col("unit"), pl.col("dose")
    number = dose.cast(pl.Float64, strict=False)
    percent = (number / 100).cast(pl.String)
    return named.with_columns(
        pl.coalesce(
            "flow",
            pl.when(is_support & unit.str.contains(_FLOW)).then(dose),
            pl.when(is_support & dose.is_null()).then(_flow_in_name(name)),
        ).alias("flow"),
        pl.coalesce(
            "fio2",
            pl.when(is_support & unit.str.contains(_PERCENT)).then(percent),
            pl.when(is_support & unit.str.contains(_FRACTION)).then(dose),
        ).alias("fio2"),
        pl.coalesce("role", pl.when(is_support).then(pl.lit("oxygen"))).alias("role"),
    )


def _is_plain_oxygen(name: pl.Expr) -> pl.Expr:
    """Whether a name means that oxygen was given, whatever the device."""
    other = name.str.contains(_NOT_A_SUPPORT) | name.str.contains(_NOT_OXYGEN)
    return name.str.contains(_OXYGEN) & ~other


def _flow_in_name(name: pl.Expr) -> pl.Expr:
    """The flow that a name states; null where it states none or a range."""
    said = name.str.count_matches(_FLOW_IN_NAME) == 1
    is_range = name.str.contains(r"\d\s*(?:-|to)\s*\d")
    return pl.when(said & ~is_range).then(name.str.extract(_FLOW_IN_NAME))
