"""How a study tells time."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tutela.kernel.errors import TimeError

__all__ = ["DAYS_PER_UNIT", "KINDS", "Clock"]

#: Kinds of clock: calendar times, or numbers counted from the infusion.
KINDS = ("datetime", "relative")

#: Units of a relative clock as days: numerator and denominator.
DAYS_PER_UNIT = {
    "s": (1, 86_400),
    "min": (1, 1_440),
    "h": (1, 24),
    "d": (1, 1),
    "wk": (7, 1),
    # The mean year of the calendar.
    "a": (3_652_425, 10_000),
}


@dataclass(frozen=True)
class Clock:
    """How a study tells time.

    Parameters
    ----------
    kind
        ``datetime``: ISO 8601 dates and date-times. ``relative``: numbers counted from the infusion.
    unit
        Unit of relative times: s, min, h, d, wk or a.
    zone
        IANA zone of date-times that carry none, such as ``Europe/Rome``; None if none was declared.

    Raises
    ------
    TimeError
        If the kind, the unit or the zone does not exist.
    """

    kind: str = "datetime"
    unit: str = "d"
    zone: str | None = None

    def __post_init__(self) -> None:
        _check("kind", self.kind, KINDS)
        _check("unit", self.unit, tuple(DAYS_PER_UNIT))
        if self.zone is not None:
            _check_zone(self.zone)

    @property
    def is_relative(self) -> bool:
        """Whether times are numbers counted from the infusion."""
        return self.kind == "relative"


def _check(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        what = f"The clock's {name} is not known."
        raise TimeError(what, column=f"[clock] {name}", value=value, expected=" or ".join(allowed))


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        what = "There is no such time zone."
        raise TimeError(
            what,
            column="[clock] zone",
            value=zone,
            expected="a name of the IANA time zone database, such as Europe/Rome or UTC",
        ) from None
