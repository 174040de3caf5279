"""The single choices of an analysis: methods, policies, windows, rules below quantification, terminal fit."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tutela.kernel.errors import InputError

__all__ = [
    "BLQ_ACTIONS",
    "DUPLICATES",
    "METHODS",
    "START_POLICIES",
    "WINDOW_POLICIES",
    "BlqRule",
    "TerminalFit",
    "Window",
    "require",
    "require_that",
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

#: What becomes of several samples at one time.
DUPLICATES = ("mean", "max", "unavailable", "error")


def require(value: object, allowed: tuple[str, ...] | dict[str, str], name: str) -> None:
    """Refuse a choice that does not exist."""
    if value not in tuple(allowed):
        what = f"{name} has no choice {value!r}."
        raise InputError(what, value=value, expected="one of: " + ", ".join(allowed))


def require_that(condition: bool, name: str, value: object, expected: str) -> None:  # noqa: FBT001
    """Refuse a value that is out of range."""
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
        require_that(
            math.isfinite(self.start) and math.isfinite(self.end) and self.start < self.end,
            "A window",
            f"{self.start} to {self.end}",
            "a finite start before a finite end",
        )
        require_that(
            0 <= self.slack < self.end - self.start, "slack", self.slack, "0 to less than the window's length"
        )
        if self.policy is not None:
            require(self.policy, WINDOW_POLICIES, "policy")

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
            require(getattr(self, name), BLQ_ACTIONS, name)
        given = [self.before_tmax, self.after_tmax]
        require_that(
            given.count(None) != 1, "before_tmax and after_tmax", given, "both or neither of the two"
        )
        for action in given:
            if action is not None:
                require(action, BLQ_ACTIONS, "before_tmax and after_tmax")

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
        require_that(self.min_points >= 3, "min_points", self.min_points, "at least 3")
        most = self.max_points
        require_that(most is None or most >= self.min_points, "max_points", most, "at least min_points")
        require_that(self.tolerance > 0, "tolerance", self.tolerance, "above 0")
        last = self.points
        require_that(last is None or last >= self.min_points, "points", last, "at least min_points")
        span = self.window
        require_that(span is None or span[0] < span[1], "window", span, "start before end")
        require_that(last is None or span is None, "points and window", last, "at most one of them")
