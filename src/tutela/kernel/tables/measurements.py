"""Table ``measurements``: one row is something measured."""

from __future__ import annotations

import dataframely as dy

from tutela.kernel.tables.base import TableSchema, doc

__all__ = ["Measurements"]


class Measurements(TableSchema):
    """One row is something measured: vital sign, laboratory value, copies, cytokine, ICE or CAPD score."""

    subject = dy.String(min_length=1, metadata=doc("identifier of the person", required=True))
    time = dy.Float64(
        nullable=True,
        metadata=doc(
            "time since infusion; in a study file: date-time or relative time", unit="d", required=True
        ),
    )
    time_raw = dy.String(nullable=True, metadata=doc("time as given", raw=False))
    time_precision = dy.String(
        nullable=True, metadata=doc("second, minute, hour, day, month, year or relative", raw=False)
    )
    test = dy.String(
        min_length=1, metadata=doc("test code, CDISC controlled terminology where one exists", required=True)
    )
    value = dy.Float64(nullable=True, metadata=doc("result in the canonical unit of the test", required=True))
    unit = dy.String(nullable=True, metadata=doc("unit of value, low, high and lloq", required=True))
    value_raw = dy.String(
        nullable=True, metadata=doc("result as given, such as '<BLQ' or 'POSITIVE'", raw=False)
    )
    unit_raw = dy.String(nullable=True, metadata=doc("unit as given", raw=False))
    low = dy.Float64(nullable=True, metadata=doc("lower limit of normal, same unit as value"))
    high = dy.Float64(nullable=True, metadata=doc("upper limit of normal, same unit as value"))
    lloq = dy.Float64(nullable=True, min=0, metadata=doc("lower limit of quantification, same unit as value"))
    is_censored = dy.Bool(metadata=doc("below the limit of quantification", raw=False))
    category = dy.String(
        nullable=True, metadata=doc("vital sign, laboratory, kinetics, cytokine, neurology, antibody")
    )
    specimen = dy.String(nullable=True, metadata=doc("specimen, CDISC SPECTYPE"))
    method = dy.String(nullable=True, metadata=doc("method or assay"))
    visit = dy.String(nullable=True, metadata=doc("visit as planned"))
    is_baseline = dy.Bool(nullable=True, metadata=doc("flagged as baseline by the study"))
    attribution = dy.String(
        nullable=True,
        regex=r"^(therapy|other|sedation)$",
        metadata=doc(
            "'other' where attributed to another cause (excluded from grading), 'sedation' for neurology"
        ),
    )
