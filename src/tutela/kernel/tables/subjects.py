"""Table ``subjects``: one row is a person."""

from __future__ import annotations

import dataframely as dy

from tutela.kernel.tables.base import TableSchema, doc

__all__ = ["Subjects"]


class Subjects(TableSchema):
    """One row is a person."""

    subject = dy.String(
        primary_key=True, min_length=1, metadata=doc("identifier of the person", required=True)
    )
    sex = dy.String(nullable=True, regex=r"^(M|F|U|UNDIFFERENTIATED)$", metadata=doc("M, F, U (CDISC SEX)"))
    birth_date = dy.String(nullable=True, metadata=doc("ISO 8601 date, may be partial"))
    age = dy.Float64(
        nullable=True,
        min=0,
        max=130,
        metadata=doc("age at infusion (as recorded, or from birth_date)", unit="a"),
    )
    age_max = dy.Float64(
        nullable=True,
        min=0,
        max=131,
        metadata=doc(
            "upper end of the age at infusion: equal to age if exact, age + 1 if in whole years",
            unit="a",
            raw=False,
        ),
    )
    weight = dy.Float64(
        nullable=True, min_exclusive=0, max=500, metadata=doc("body weight at infusion", unit="kg")
    )
    height = dy.Float64(
        nullable=True, min_exclusive=0, max=260, metadata=doc("height at infusion", unit="cm")
    )
    disease = dy.String(nullable=True, metadata=doc("disease treated"))
    product = dy.String(nullable=True, metadata=doc("product infused"))
    arm = dy.String(nullable=True, metadata=doc("treatment arm"))
    cohort = dy.String(nullable=True, metadata=doc("dose level or cohort"))
    site = dy.String(nullable=True, metadata=doc("study site"))
    infusion = dy.String(
        nullable=True,
        metadata=doc(
            "date-time of the infusion, ISO 8601; time zero of the subject's clock (0 for relative clocks)"
        ),
    )
    infusion_precision = dy.String(nullable=True, metadata=doc("how precise the infusion time is", raw=False))
    developmental_delay = dy.Bool(
        nullable=True, metadata=doc("delay that makes CAPD the instrument at any age")
    )
    death_date = dy.String(nullable=True, metadata=doc("ISO 8601 date or date-time of death"))
    death_time = dy.Float64(nullable=True, metadata=doc("death", unit="d", raw=False))
    death_cause = dy.String(nullable=True, metadata=doc("principal cause of death"))
    last_contact = dy.String(nullable=True, metadata=doc("ISO 8601 date of the last contact"))
    last_time = dy.Float64(nullable=True, metadata=doc("last contact", unit="d", raw=False))
