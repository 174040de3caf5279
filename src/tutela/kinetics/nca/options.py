"""Choices of a non-compartmental analysis: every interpretive decision is a named option with its default."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any

from tutela.kinetics.nca.choices import (
    DUPLICATES,
    METHODS,
    START_POLICIES,
    WINDOW_POLICIES,
    BlqRule,
    TerminalFit,
    Window,
    require,
    require_that,
)

__all__ = ["NcaOptions"]


@dataclass(frozen=True, kw_only=True)
class NcaOptions:
    """Choices of one analysis.

    Parameters
    ----------
    method
        One of :data:`tutela.kinetics.nca.choices.METHODS`.
    start
        Time at which areas start, in ``time_unit`` since infusion.
    start_policy
        One of :data:`tutela.kinetics.nca.choices.START_POLICIES`.
    windows
        Windows over which areas are reported.
    window_policy
        One of :data:`tutela.kinetics.nca.choices.WINDOW_POLICIES`, for windows that have none of their own.
    blq
        What samples below quantification become.
    all_blq
        ``zero``: a profile without any quantifiable sample has Cmax 0 and areas 0; ``unavailable``.
    duplicates
        Several samples of a profile at one time: ``mean`` or ``max`` of the quantified ones,
        ``unavailable`` (the profile is not analyzed) or ``error``.
    specimen
        Where a profile mixes specimens, rows whose specimen contains this word, and rows without specimen,
        are used; the others are counted.
    terminal
        How lambda_z is found.
    confirm_blq
        Number of consecutive samples below quantification after Tmax that end persistence.
    expansion_points
        Fewest quantified samples, from the nadir to Tmax, for the doubling time.
    time_unit
        Unit of time in the data, as printed in units.
    """

    method: str = "linear-up-log-down"
    start: float = 0.0
    start_policy: str = "unavailable"
    # Two days of slack, our choice: the visit of day 28 is rarely 28.000 days after the infusion, and the
    # first sample often a day after it; of a typical expansion these days hold less than 2 % of the area.
    windows: tuple[Window, ...] = (Window(0.0, 28.0, slack=2.0),)
    window_policy: str = "sampled"
    blq: BlqRule = field(default_factory=BlqRule)
    all_blq: str = "zero"
    duplicates: str = "mean"
    specimen: str = "BLOOD"
    terminal: TerminalFit = field(default_factory=TerminalFit)
    confirm_blq: int = 2
    expansion_points: int = 3
    time_unit: str = "d"

    def __post_init__(self) -> None:
        require(self.method, METHODS, "method")
        require(self.start_policy, START_POLICIES, "start_policy")
        require(self.window_policy, WINDOW_POLICIES, "window_policy")
        require(self.all_blq, ("zero", "unavailable"), "all_blq")
        require(self.duplicates, DUPLICATES, "duplicates")
        require_that(math.isfinite(self.start), "start", self.start, "a finite time")
        require_that(self.confirm_blq >= 1, "confirm_blq", self.confirm_blq, "at least 1")
        require_that(self.expansion_points >= 2, "expansion_points", self.expansion_points, "at least 2")
        labels = [window.label for window in self.windows]
        require_that(len(set(labels)) == len(labels), "windows", labels, "each window once")

    @classmethod
    def for_cells(cls, **changes: Any) -> NcaOptions:  # noqa: ANN401 - any field of the class
        """Choices for infused cells or vector: nothing was there before, so areas start from 0 at infusion.

        Parameters
        ----------
        **changes
            Other fields.
        """
        return cls(**({"start_policy": "zero"} | changes))

    def policy_of(self, window: Window) -> str:
        """The policy in force for a window."""
        return window.policy or self.window_policy

    def to_dict(self) -> dict[str, Any]:
        """All choices as JSON values."""
        return asdict(self)

    @property
    def words(self) -> tuple[str, ...]:
        """The choices that change numbers most, in words."""
        b = self.blq
        places = (
            f"before Tmax {b.before_tmax}, after {b.after_tmax}"
            if b.is_by_tmax
            else f"first {b.first}, middle {b.middle}, last {b.last}"
        )
        windows = (
            f"AUC {w.start:g} to {w.end:g} {self.time_unit}, if the last quantifiable sample is earlier: "
            f"{self.policy_of(w)} ({WINDOW_POLICIES[self.policy_of(w)]})"
            for w in self.windows
        )
        return (
            f"method {self.method}: {METHODS[self.method]}",
            f"below quantification: {places}",
            f"first sample after the start: {self.start_policy}",
            *windows,
        )
