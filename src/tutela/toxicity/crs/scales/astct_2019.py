"""CRS by the ASTCT consensus of 2019: the worse of hypotension and hypoxia, in an event opened by fever."""

from __future__ import annotations

from tutela.kernel.cite import Cite
from tutela.kernel.scale import Grade, Scale
from tutela.toxicity.crs.observation import CrsObservation

__all__ = ["ASTCT_2019", "FEVER", "HYPOTENSION_2019", "HYPOXIA_2019", "LOW_FLOW_MAX", "OXYGEN_GRADES"]

_TABLE = Cite("lee2019", "Table 2")
_VASOPRESSIN = Cite("lee2019", "Table 2", note="vasopressin alone is not named", is_verified=False)

#: Fever, degC, inclusive.
FEVER = 38.0
#: Low flow by nasal cannula, L/min, inclusive.
LOW_FLOW_MAX = 6.0
#: Grade of the hypoxia component by device. A nasal cannula above LOW_FLOW_MAX is 3; room air is none.
OXYGEN_GRADES: dict[str, int] = {
    "room_air": 0,
    "nasal_cannula": 2,
    "blow_by": 2,
    "face_mask": 3,
    "venturi": 3,
    "non_rebreather": 3,
    "high_flow": 3,
    "cpap": 4,
    "bipap": 4,
    "invasive_ventilation": 4,
}

_MULTIPLE = "hypotension requiring multiple vasopressors (not counting vasopressin)"
_ONE = "hypotension requiring one vasopressor, with or without vasopressin"
_LOW = "hypotension not requiring vasopressors"
_PRESSURE = "hypoxia requiring positive pressure (CPAP, BiPAP, intubation and ventilation)"
_HIGH_FLOW = (
    "hypoxia requiring high-flow nasal cannula (> 6 L/min), face mask, non-rebreather or Venturi mask"
)
_LOW_FLOW = "hypoxia requiring low-flow nasal cannula (<= 6 L/min) or blow-by"
_SUPPORT_NOTE = "two agents count as multiple only while they run together"

HYPOTENSION_2019: Scale[CrsObservation] = Scale(
    id="crs.hypotension.astct-2019",
    title="Hypotension component of CRS, ASTCT 2019",
    source=_TABLE,
    grades=(
        Grade(4, text=_MULTIPLE, when=lambda o: o.multiple_vasopressors, note=_SUPPORT_NOTE),
        Grade(
            3,
            text=_ONE,
            when=lambda o: o.vasopressor,
            note="vasopressin alone counts as one vasopressor unless the option says otherwise",
            source=_VASOPRESSIN,
        ),
        Grade(
            2,
            text=_LOW,
            when=lambda o: o.hypotension,
            note="the consensus gives no number; systolic pressure below the limit of the age",
        ),
    ),
)

HYPOXIA_2019: Scale[CrsObservation] = Scale(
    id="crs.hypoxia.astct-2019",
    title="Hypoxia component of CRS, ASTCT 2019",
    source=_TABLE,
    grades=(
        Grade(
            4,
            text=_PRESSURE,
            when=lambda o: o.positive_pressure,
            note="not for airway protection, sleep apnea or anesthesia",
            source=Cite("lee2019", "text", is_verified=False),
        ),
        Grade(3, text=_HIGH_FLOW, when=lambda o: o.high_flow, note="a face mask counts at any flow"),
        Grade(2, text=_LOW_FLOW, when=lambda o: o.low_flow),
    ),
)

ASTCT_2019: Scale[CrsObservation] = Scale(
    id="crs.astct-2019",
    title="CRS, ASTCT consensus 2019",
    source=_TABLE,
    grades=(
        Grade(5, text="death due to CRS, no other principal cause", when=lambda o: o.died),
        Grade(4, text=_PRESSURE, when=lambda o: o.counts & o.positive_pressure),
        Grade(4, text=_MULTIPLE, when=lambda o: o.counts & o.multiple_vasopressors, note=_SUPPORT_NOTE),
        Grade(3, text=_HIGH_FLOW, when=lambda o: o.counts & o.high_flow),
        Grade(3, text=_ONE, when=lambda o: o.counts & o.vasopressor, source=_VASOPRESSIN),
        Grade(2, text=_LOW_FLOW, when=lambda o: o.counts & o.low_flow),
        Grade(2, text=_LOW, when=lambda o: o.counts & o.hypotension),
        Grade(
            1,
            text="fever (temperature >= 38.0 degC) not attributable to another cause",
            when=lambda o: o.is_open & o.fever,
            note="no longer needed after antipyretic, anticytokine or steroid therapy",
        ),
    ),
)
