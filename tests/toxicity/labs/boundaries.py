"""Steps of a grading table: at a limit the grade is one number, just beyond it another."""

from __future__ import annotations

from dataclasses import dataclass, field

#: Relative distance of "just beside" a limit: far above rounding, far below any published digit.
STEP = 1e-7


@dataclass(frozen=True)
class Case:
    """One term with its limits: (limit, grade on the normal side, grade at it, grade beyond)."""

    term: str
    direction: str
    unit: str
    steps: tuple[tuple[float, int, int, int], ...]
    given: dict[str, object] = field(default_factory=dict)

    @property
    def values(self) -> list[tuple[float, int]]:
        beyond = -STEP if self.direction == "L" else STEP
        found = []
        for limit, normal, at, worse in self.steps:
            found += [(limit * (1 - beyond), normal), (limit, at), (limit * (1 + beyond), worse)]
        return found

    def __str__(self) -> str:
        given = ",".join(f"{key}={value}" for key, value in self.given.items())
        return f"{self.term}[{given}]"


def over(*limits: float, start: int = 0) -> tuple[tuple[float, int, int, int], ...]:
    """Limits that belong to the milder grade ('>5.0 - 20.0 x ULN', '<1.5 - 1.0'): grades rise by one."""
    return tuple((limit, start + i, start + i, start + i + 1) for i, limit in enumerate(limits))


def from_(*limits: float, start: int = 0) -> tuple[tuple[float, int, int, int], ...]:
    """Limits that belong to the worse grade ('5.0 to < 10.0 x ULN'): grades rise by one."""
    return tuple((limit, start + i, start + i + 1, start + i + 1) for i, limit in enumerate(limits))
