"""Choices of a non-compartmental analysis: every interpretive decision is a named option with its default."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any

from tutela.kernel.errors import InputError

__all__ = [
    "BLQ_ACTIONS",
    "METHODS",
    "START_POLICIES",
    "WINDOW_POLICIES",
    "BlqRule",
    "NcaOptions",
    "TerminalFit",
    "Window",
]

#: How two neighboring samples are joined.
METHODS = {
    "linear-up-log-down": "logarithmic where the concentration falls to a value above zero, else linear",
    "linear": "linear everywhere",
    "linear-log": "linear up to Tmax, logarithmic after it where both values are above zero",
    "log": "logarithmic wherever two values above zero differ, else linear",
}

#: What a sample below quantification becomes.
BLQ_ACTIONS = {
    "keep": "the number recorded below the limit, 0 where none was recorded",
    "drop": "left out",
    "zero": "0",
    "lloq/2": "half of its limit of quantification",
}

#: What an area over a fixed window becomes where the last quantifiable sample lies before the window's end.
WINDOW_POLICIES = {
    "unavailable": "not available",
    "sampled": "0 after the last quantifiable sample if sampling reached the end, else not available",
    "to_last": "ends at the last quantifiable sample",
    "extrapolate": "continued with lambda_z from the last observed concentration; the fraction is printed",
    "blq_zero": "one linear step from the last quantifiable sample to the next sample, then 0",
}

#: What happens where the first sample lies after the start of the area.
START_POLICIES = {
    "unavailable": "the area is not available",
    "zero": "the concentration at the start is taken as 0",
    "back-extrapolate": "log-linear from the first two samples if they fall, else the first value",
}

_DUPLICATES = ("mean", "max", "unavailable", "error")


def _require(value: object, allowed: tuple[str, ...] | dict[str, str], name: str) -> None:
    if value not in tuple(allowed):
        what = f"{name} has no choice {value!r}."
        raise InputError(what, value=value, expected="one of: " + ", ".join(allowed))


def _require_that(condition: bool, name: str, value: object, expected: str) -> None:  # noqa: FBT001
    if not condition:
        what = f"{name} is out of range."
        raise InputError(what, value=value, expected=expected)


@dataclass(frozen=True)
class Window:
    """A fixed window over which an area is reported, such as 0 to 28 days.

    Parameters
    ----------
    start, end
        In the time unit of the data; ``start`` may not lie before the first sample of a profile.
    policy
        One of :data:`WINDOW_POLICIES`; None takes that of the analysis.
    slack
        Visit window: a first sample this much after ``start``, and a last one this much before ``end``, count
        as reaching them; the area then starts or stops at that sample and says so. Same unit as ``end``.

    Examples
    --------
    >>> Window(0, 28).label
    'AUCINT_0_28'
    """

    start: float
    end: float
    policy: str | None = None
    slack: float = 0.0

    def __post_init__(self) -> None:
        _require_that(
            math.isfinite(self.start) and math.isfinite(self.end) and self.start < self.end,
            "A window",
            f"{self.start} to {self.end}",
            "a finite start before a finite end",
        )
        _require_that(
            0 <= self.slack < self.end - self.start, "slack", self.slack, "0 to less than the window's length"
        )
        if self.policy is not None:
            _require(self.policy, WINDOW_POLICIES, "policy")

    @property
    def label(self) -> str:
        """Column name of this window in a wide table."""
        return f"AUCINT_{self.start:.15g}_{self.end:.15g}"


@dataclass(frozen=True)
class BlqRule:
    """What a sample below quantification becomes, by its place in the profile.

    Parameters
    ----------
    first, middle, last
        Before the first, between, and after the last quantifiable sample; of :data:`BLQ_ACTIONS`.
    before_tmax, after_tmax
        If both are given, the place relative to Tmax decides instead.

    Notes
    -----
    The substituted value enters areas only. Cmax, Tmax, Clast, Tlast and lambda_z always use samples that
    were quantified.
    """

    first: str = "keep"
    middle: str = "drop"
    last: str = "keep"
    before_tmax: str | None = None
    after_tmax: str | None = None

    def __post_init__(self) -> None:
        for name in ("first", "middle", "last"):
            _require(getattr(self, name), BLQ_ACTIONS, name)
        given = [self.before_tmax, self.after_tmax]
        _require_that(
            given.count(None) != 1, "before_tmax and after_tmax", given, "both or neither of the two"
        )
        for action in given:
            if action is not None:
                _require(action, BLQ_ACTIONS, "before_tmax and after_tmax")

    @property
    def is_by_tmax(self) -> bool:
        """Whether the place relative to Tmax decides."""
        return self.before_tmax is not None

    @property
    def actions(self) -> tuple[str, ...]:
        """All actions in force."""
        if self.before_tmax is not None and self.after_tmax is not None:
            return (self.before_tmax, self.after_tmax)
        return (self.first, self.middle, self.last)


@dataclass(frozen=True)
class TerminalFit:
    """How the terminal slope lambda_z is found.

    Parameters
    ----------
    min_points, max_points
        Fewest (at least 3) and most points of a fit.
    tolerance
        Fits whose adjusted R2 is less than this below the best are equally good; the one with the most
        points is taken.
    allow_tmax
        Whether the sample at Tmax may take part.
    drop_rising_first
        True: fits with the wrong sign of slope are dropped before the best adjusted R2 is looked for.
        False: they take part in that search, as in PKNCA, so that an acceptable fit can be lost.
    not_before
        Earliest time of a point.
    window
        First and last time of the points; all quantified samples inside are used, nothing is searched.
    points
        Number of last points; exactly these are used, nothing is searched.

    Notes
    -----
    Points of single profiles are chosen with the logical columns ``lambda_z_include`` (only these are used,
    nothing is searched) and ``lambda_z_exclude`` of the profiles table.
    """

    min_points: int = 3
    max_points: int | None = None
    tolerance: float = 1e-4
    allow_tmax: bool = False
    drop_rising_first: bool = True
    not_before: float | None = None
    window: tuple[float, float] | None = None
    points: int | None = None

    def __post_init__(self) -> None:
        # With two points adjusted R2 is 0/0 and any line fits.
        _require_that(self.min_points >= 3, "min_points", self.min_points, "at least 3")
        most = self.max_points
        _require_that(most is None or most >= self.min_points, "max_points", most, "at least min_points")
        _require_that(self.tolerance > 0, "tolerance", self.tolerance, "above 0")
        last = self.points
        _require_that(last is None or last >= self.min_points, "points", last, "at least min_points")
        span = self.window
        _require_that(span is None or span[0] < span[1], "window", span, "start before end")
        _require_that(last is None or span is None, "points and window", last, "at most one of them")


@dataclass(frozen=True, kw_only=True)
class NcaOptions:
    """Choices of one analysis.

    Parameters
    ----------
    method
        One of :data:`METHODS`.
    start
        Time at which areas start, in ``time_unit`` since infusion.
    start_policy
        One of :data:`START_POLICIES`.
    windows
        Windows over which areas are reported.
    window_policy
        One of :data:`WINDOW_POLICIES`, for windows that have none of their own.
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
        _require(self.method, METHODS, "method")
        _require(self.start_policy, START_POLICIES, "start_policy")
        _require(self.window_policy, WINDOW_POLICIES, "window_policy")
        _require(self.all_blq, ("zero", "unavailable"), "all_blq")
        _require(self.duplicates, _DUPLICATES, "duplicates")
        _require_that(math.isfinite(self.start), "start", self.start, "a finite time")
        _require_that(self.confirm_blq >= 1, "confirm_blq", self.confirm_blq, "at least 1")
        _require_that(self.expansion_points >= 2, "expansion_points", self.expansion_points, "at least 2")
        labels = [window.label for window in self.windows]
        _require_that(len(set(labels)) == len(labels), "windows", labels, "each window once")

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
