"""Something given, on the latent clock: the form in which treatment enters both the records and the truth."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Given"]


@dataclass(frozen=True)
class Given:
    """One treatment row before it is written down.

    Parameters
    ----------
    treatment
        Name as written.
    role
        Purpose, one of ``tutela.kernel.tables.treatments.ROLES``.
    start, end
        Minutes since infusion; ``end`` equals ``start`` for a single dose and is None while ongoing.
    dose, unit, frequency, route
        As written; ``dose`` is rounded when written.
    device, flow, fio2
        Oxygen device, L/min, fraction.
    indication, attribution
        Why; ``attribution`` is "other" for another cause than the therapy.
    """

    treatment: str
    role: str
    start: int
    end: int | None
    dose: float | None = None
    unit: str | None = None
    frequency: str | None = None
    route: str | None = None
    device: str | None = None
    flow: float | None = None
    fio2: float | None = None
    indication: str | None = None
    attribution: str | None = None
    lot: str | None = None
