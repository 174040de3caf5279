"""Values below quantification: what each becomes by its place, and the curve that areas are taken from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.kernel.errors import InputError
from tutela.kinetics.nca.intervals import BoolArray, FloatArray
from tutela.kinetics.nca.options import NcaOptions
from tutela.kinetics.nca.profiles import Profiles

__all__ = ["Curves", "draw_curves"]

#: Time, concentration, quantified, include, exclude, row.
_Parts = tuple[FloatArray, FloatArray, BoolArray, BoolArray, BoolArray, NDArray[np.int64]]


@dataclass(frozen=True, eq=False)
class Curves:
    """What the areas of n profiles are taken from, after the rules for values below quantification.

    Parameters
    ----------
    time, conc
        Shape (n, points), NaN as padding at the end; conc holds substituted values.
    quantified
        Points that were quantified.
    include, exclude
        Points chosen, or left out, for lambda_z.
    row
        Position in the samples table, -1 as padding or for a point added at the start.
    first_time
        Shape (n,): first point, NaN where there is none; after the start policy.
    first_sample
        Shape (n,): time of the first sample, whether quantified or not.
    samples
        Shape (n,): samples before any was dropped.
    last_sample
        Shape (n,): time of the last sample, whether quantified or not.
    peak, last
        Shape (n,): index of the maximum and of the last quantified point, -1 where none was quantified.
    tmax, cmax, tlast, clast
        Shape (n,): their times and concentrations, NaN where none was quantified.
    """

    time: FloatArray
    conc: FloatArray
    quantified: BoolArray
    include: BoolArray
    exclude: BoolArray
    row: NDArray[np.int64]
    first_time: FloatArray
    first_sample: FloatArray
    samples: NDArray[np.int64]
    last_sample: FloatArray
    peak: NDArray[np.int64]
    last: NDArray[np.int64]
    tmax: FloatArray
    cmax: FloatArray
    tlast: FloatArray
    clast: FloatArray

    @property
    def has_quantified(self) -> BoolArray:
        """Shape (n,): whether any sample was quantified."""
        result: BoolArray = self.last >= 0
        return result

    def at(self, values: NDArray[np.float64], index: NDArray[np.int64]) -> FloatArray:
        """Entry of each profile at an index; NaN where the index is -1 or past the end."""
        inside = (index >= 0) & (index < values.shape[1])
        picked = values[np.arange(values.shape[0]), np.where(inside, index, 0)]
        result: FloatArray = np.where(inside, picked, np.nan)
        return result


def draw_curves(profiles: Profiles, options: NcaOptions) -> Curves:
    """Apply the rules for values below quantification and for the start.

    Parameters
    ----------
    profiles
        Packed samples.
    options
        Choices of the analysis.

    Raises
    ------
    InputError
        If half the limit is asked for and a sample below quantification has no limit.
    """
    is_sample = ~np.isnan(profiles.time)
    quantified = is_sample & ~profiles.is_blq
    conc, is_kept = _substitute(profiles, quantified, is_sample, options)
    parts: _Parts = (
        np.where(is_kept, profiles.time, np.nan),
        conc,
        quantified,
        profiles.include & is_sample,
        profiles.exclude & is_sample,
        np.where(is_kept, profiles.row, -1),
    )
    time, conc, quantified, include, exclude, row = _close_gaps(_add_start(parts, options))
    peak, last = _peak(conc, quantified), _last(quantified)
    count = is_sample.sum(axis=1)
    last_sample = np.where(count > 0, profiles.time[np.arange(len(count)), np.maximum(count - 1, 0)], np.nan)
    rows = np.arange(len(count))

    def pick(values: FloatArray, index: NDArray[np.int64]) -> FloatArray:
        result: FloatArray = np.where(index >= 0, values[rows, np.maximum(index, 0)], np.nan)
        return result

    return Curves(
        time, conc, quantified, include, exclude, row,
        first_time=time[:, 0], first_sample=profiles.time[:, 0], samples=count, last_sample=last_sample,
        peak=peak, last=last,
        tmax=pick(time, peak), cmax=pick(conc, peak), tlast=pick(time, last), clast=pick(conc, last),
    )  # fmt: skip


def _close_gaps(parts: _Parts) -> _Parts:
    """Move samples that were left out to the end, as padding."""
    order = np.argsort(np.isnan(parts[0]), axis=1, kind="stable")
    time, conc, quantified, include, exclude, row = parts
    return (
        np.take_along_axis(time, order, axis=1),
        np.take_along_axis(conc, order, axis=1),
        np.take_along_axis(quantified, order, axis=1),
        np.take_along_axis(include, order, axis=1),
        np.take_along_axis(exclude, order, axis=1),
        np.take_along_axis(row, order, axis=1),
    )


def _peak(conc: FloatArray, quantified: BoolArray) -> NDArray[np.int64]:
    # argmax returns the first of equal maxima.
    index = np.argmax(np.where(quantified, conc, -np.inf), axis=1)
    return np.where(quantified.any(axis=1), index, -1).astype(np.int64)


def _last(quantified: BoolArray) -> NDArray[np.int64]:
    index = quantified.shape[1] - 1 - np.argmax(quantified[:, ::-1], axis=1)
    return np.where(quantified.any(axis=1), index, -1).astype(np.int64)


def _substitute(
    profiles: Profiles, quantified: BoolArray, is_sample: BoolArray, options: NcaOptions
) -> tuple[FloatArray, BoolArray]:
    """Concentrations with substituted values, and which samples are kept."""
    is_low = is_sample & ~quantified
    conc = np.where(quantified, profiles.value, np.nan)
    is_kept = is_sample.copy()
    for action, place in _places(profiles, quantified, options):
        here = is_low & place
        if action == "drop":
            is_kept &= ~here
        elif action == "zero":
            conc = np.where(here, 0.0, conc)
        elif action == "keep":
            conc = np.where(here, np.where(np.isnan(profiles.value), 0.0, profiles.value), conc)
        else:
            _require_limits(profiles, here)
            conc = np.where(here, profiles.lloq / 2.0, conc)
    return np.where(is_kept, conc, np.nan), is_kept


def _places(
    profiles: Profiles, quantified: BoolArray, options: NcaOptions
) -> tuple[tuple[str, BoolArray], ...]:
    rule = options.blq
    index = np.arange(quantified.shape[1])[None, :]
    if rule.is_by_tmax:
        peak = _peak(profiles.value, quantified)[:, None]
        # Without a quantified sample there is no Tmax: everything lies before it.
        is_before = (index < peak) | (peak < 0)
        return tuple(zip(rule.actions, (is_before, ~is_before), strict=True))
    first = np.where(quantified.any(axis=1), np.argmax(quantified, axis=1), quantified.shape[1])[:, None]
    last = _last(quantified)[:, None]
    is_first = index < first
    is_last = ~is_first & (index > last)
    return tuple(zip(rule.actions, (is_first, ~is_first & ~is_last, is_last), strict=True))


def _require_limits(profiles: Profiles, here: BoolArray) -> None:
    missing = here & ~(profiles.lloq > 0)
    if missing.any():
        row, slot = np.argwhere(missing)[0]
        what = "A sample below quantification has no limit of quantification to take half of."
        raise InputError(
            what,
            column="lloq",
            value=f"time {profiles.time[row, slot]:g}",
            expected="a limit above 0",
            advice="Give lloq for each sample, or choose another rule for values below quantification.",
        )


def _add_start(parts: _Parts, options: NcaOptions) -> _Parts:
    """Put a point at the start where the first sample lies after it and the policy says what it is."""
    if options.start_policy == "unavailable":
        return parts
    time, conc, quantified, include, exclude, row = parts
    first = np.argmin(np.isnan(time), axis=1)
    rows = np.arange(len(first))
    with np.errstate(invalid="ignore"):
        is_late = time[rows, first] > options.start
    is_zero = options.start_policy == "zero"
    value = np.zeros(len(first)) if is_zero else _back_extrapolate(time, conc, options.start)
    no = np.zeros((len(first), 1), dtype=np.bool_)
    return (
        np.concatenate([np.where(is_late, options.start, np.nan)[:, None], time], axis=1),
        np.concatenate([np.where(is_late, value, np.nan)[:, None], conc], axis=1),
        np.concatenate([no, quantified], axis=1),
        np.concatenate([no, include], axis=1),
        np.concatenate([no, exclude], axis=1),
        np.concatenate([np.full((len(first), 1), -1), row], axis=1),
    )


def _back_extrapolate(time: FloatArray, conc: FloatArray, start: float) -> FloatArray:
    order = np.argsort(np.isnan(time), axis=1, kind="stable")
    time = np.take_along_axis(time, order, axis=1)
    conc = np.take_along_axis(conc, order, axis=1)
    t1, t2, c1, c2 = time[:, 0], time[:, 1], conc[:, 0], conc[:, 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        is_falling = (c1 > c2) & (c2 > 0)
        rate = np.log(np.where(is_falling, c1 / c2, 1.0)) / (t2 - t1)
        result: FloatArray = np.where(is_falling, c1 * np.exp(rate * (t1 - start)), c1)
    return result
