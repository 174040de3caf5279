"""Table ``events``: one row is something that happened."""

from __future__ import annotations

import dataframely as dy

from tutela.kernel.tables.base import TableSchema, doc

__all__ = ["Events"]


class Events(TableSchema):
    """One row is something that happened: adverse event, diagnosis, death, relapse, withdrawal."""

    subject = dy.String(min_length=1, metadata=doc("identifier of the person", required=True))
    term = dy.String(min_length=1, metadata=doc("term as reported", required=True))
    decod = dy.String(nullable=True, metadata=doc("dictionary-derived term"))
    category = dy.String(nullable=True, metadata=doc("adverse event, disposition, clinical event, finding"))
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
    grade = dy.Int64(
        nullable=True, min=0, max=5, metadata=doc("grade or toxicity grade as reported by the site")
    )
    scale = dy.String(nullable=True, metadata=doc("grading scale the site used"))
    severity = dy.String(nullable=True, metadata=doc("MILD, MODERATE, SEVERE as reported"))
    serious = dy.Bool(nullable=True, metadata=doc("serious adverse event"))
    related = dy.String(nullable=True, metadata=doc("relation to the product as reported"))
    outcome = dy.String(nullable=True, metadata=doc("outcome, CDISC OUT"))
    attribution = dy.String(
        nullable=True, regex=r"^(therapy|other)$", metadata=doc("'other' where due to another cause")
    )
