"""Table ``treatments``: one row is something given."""

from __future__ import annotations

import dataframely as dy

from tutela.kernel.tables.base import TableSchema, doc

__all__ = ["OXYGEN_DEVICES", "ROLES", "Treatments"]

#: What a treatment is for; ``other`` keeps a row without using it.
ROLES = (
    "product",
    "conditioning",
    "bridging",
    "vasopressor",
    "oxygen",
    "antipyretic",
    "anticytokine",
    "steroid",
    "antiseizure",
    "growth factor",
    "transfusion",
    "fluid",
    "immunosuppressant",
    "next therapy",
    "other",
)

#: Oxygen and ventilation devices, from none to invasive.
OXYGEN_DEVICES = (
    "room_air",
    "nasal_cannula",
    "blow_by",
    "face_mask",
    "venturi",
    "non_rebreather",
    "high_flow",
    "cpap",
    "bipap",
    "invasive_ventilation",
)


class Treatments(TableSchema):
    """One row is something given: product, conditioning, drug, vasopressor, oxygen, ventilation, transfusion."""

    subject = dy.String(min_length=1, metadata=doc("identifier of the person", required=True))
    treatment = dy.String(min_length=1, metadata=doc("name as given", required=True))
    role = dy.String(min_length=1, metadata=doc("purpose: " + ", ".join(ROLES)))
    agent = dy.String(
        nullable=True, metadata=doc("ingredient in lower case, such as norepinephrine", raw=False)
    )
    start = dy.Float64(
        nullable=True,
        metadata=doc(
            "start since infusion; in a study file: date-time or relative time", unit="d", required=True
        ),
    )
    start_raw = dy.String(nullable=True, metadata=doc("start as given", raw=False))
    start_precision = dy.String(nullable=True, metadata=doc("precision of start", raw=False))
    end = dy.Float64(nullable=True, metadata=doc("end since infusion; null if ongoing or unknown", unit="d"))
    end_raw = dy.String(nullable=True, metadata=doc("end as given", raw=False))
    end_precision = dy.String(nullable=True, metadata=doc("precision of end", raw=False))
    is_ongoing = dy.Bool(metadata=doc("still given at the data cut"))
    dose = dy.Float64(nullable=True, min=0, metadata=doc("dose amount"))
    unit = dy.String(nullable=True, metadata=doc("unit of the dose"))
    frequency = dy.String(nullable=True, metadata=doc("dosing frequency, CDISC FREQ"))
    route = dy.String(nullable=True, metadata=doc("route, CDISC ROUTE"))
    lot = dy.String(nullable=True, metadata=doc("product lot"))
    device = dy.String(
        nullable=True,
        regex="^(" + "|".join(OXYGEN_DEVICES) + ")$",
        metadata=doc("oxygen or ventilation device: " + ", ".join(OXYGEN_DEVICES)),
    )
    flow = dy.Float64(nullable=True, min=0, max=100, metadata=doc("oxygen flow", unit="L/min"))
    fio2 = dy.Float64(nullable=True, min=0.15, max=1.0, metadata=doc("inspired oxygen fraction", unit="1"))
    indication = dy.String(
        nullable=True,
        metadata=doc("why; 'airway', 'osa', 'anesthesia' and 'baseline' exclude support from CRS grading"),
    )
    attribution = dy.String(
        nullable=True,
        regex=r"^(therapy|other)$",
        metadata=doc("'other' where given for another cause"),
    )
