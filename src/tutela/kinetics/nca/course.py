"""What is read off the samples: peak, last quantified sample, lag, confirmed loss, doubling time."""

from __future__ import annotations

import numpy as np

from tutela.kinetics.nca.blq import Curves
from tutela.kinetics.nca.columns import Column, Texts, hush, say
from tutela.kinetics.nca.intervals import FloatArray
from tutela.kinetics.nca.lambda_z import fit_ending_at_last
from tutela.kinetics.nca.options import NcaOptions
from tutela.kinetics.nca.profiles import Profiles

__all__ = ["course_columns", "why_not_quantified"]


def why_not_quantified(curves: Curves) -> Texts:
    """Say why a profile has no quantified sample; None where it has one."""
    none = ~curves.has_quantified
    return say(
        (none & (curves.samples == 0), "no sample with a time and a result"),
        (none & (curves.samples > 0), "below quantification in all {} sample(s)", curves.samples),
    )


def course_columns(profiles: Profiles, curves: Curves, options: NcaOptions) -> dict[str, Column]:
    """Peak, persistence and expansion as observed.

    Parameters
    ----------
    profiles
        Packed samples, before any was dropped.
    curves
        The same after the rules for values below quantification.
    options
        Choices of the analysis.
    """
    why = why_not_quantified(curves)
    peak_row = np.where(curves.peak >= 0, curves.row[_rows(curves), np.maximum(curves.peak, 0)], -1)
    last_row = np.where(curves.last >= 0, curves.row[_rows(curves), np.maximum(curves.last, 0)], -1)
    is_zero = ~curves.has_quantified & (curves.samples > 0) & (options.all_blq == "zero")
    cmax = Column(
        np.where(is_zero, 0.0, curves.cmax),
        hush(why, is_zero),
        say((is_zero, "below quantification in all {} sample(s), taken as 0", curves.samples)),
        peak_row,
    )
    return {
        "CMAX": cmax,
        "TMAX": Column(curves.tmax, why, None, peak_row),
        **_around_peak(profiles, curves),
        "TLAG": _lag(profiles, options, why),
        "TLST": Column(curves.tlast, why, _still_there(curves), last_row),
        "CLST": Column(curves.clast, why, None, last_row),
        "TBLQ": _loss(profiles, curves, options, why),
        "DBLTIME": _doubling(profiles, curves, options, why),
    }


def _rows(curves: Curves) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.arange(curves.time.shape[0])


def _still_there(curves: Curves) -> Texts:
    with np.errstate(invalid="ignore"):
        is_last = curves.tlast >= curves.last_sample
    return say((is_last, "quantified in the last sample: persistence is at least this"))


def _around_peak(profiles: Profiles, curves: Curves) -> dict[str, Column]:
    with np.errstate(invalid="ignore"):
        earlier = profiles.time < curves.tmax[:, None]
        later = profiles.time > curves.tmax[:, None]
    found = curves.has_quantified
    before = np.where(earlier, profiles.time, -np.inf).max(axis=1)
    after = np.where(later, profiles.time, np.inf).min(axis=1)
    return {
        "TMAXPREV": Column(
            np.where(found & np.isfinite(before), before, np.nan),
            say((found & ~np.isfinite(before), "the maximum is the first sample")),
        ),
        "TMAXNEXT": Column(
            np.where(found & np.isfinite(after), after, np.nan),
            say((found & ~np.isfinite(after), "the maximum is the last sample")),
        ),
    }


def _lag(profiles: Profiles, options: NcaOptions, why: Texts) -> Column:
    quantified = ~np.isnan(profiles.time) & ~profiles.is_blq
    first = np.argmax(quantified, axis=1)
    before = profiles.time[np.arange(len(first)), np.maximum(first - 1, 0)]
    value = np.where(first == 0, options.start, before)
    return Column(np.where(quantified.any(axis=1), value, np.nan), why)


def _loss(profiles: Profiles, curves: Curves, options: NcaOptions, why: Texts) -> Column:
    """First of the declared number of consecutive samples below quantification after Tmax."""
    is_sample = ~np.isnan(profiles.time)
    with np.errstate(invalid="ignore"):
        low = profiles.is_blq & (profiles.time > curves.tmax[:, None])
    # A run of k starts where this sample and the next k - 1 are low; the padding at the end is not low.
    padded = np.pad(low, ((0, 0), (0, options.confirm_blq - 1)))
    width = low.shape[1]
    starts = np.logical_and.reduce([padded[:, k : k + width] for k in range(options.confirm_blq)])
    found = starts.any(axis=1)
    at = np.argmax(starts, axis=1)
    rows = np.arange(len(at))
    time = np.where(found, profiles.time[rows, at], np.nan)
    with np.errstate(invalid="ignore"):
        again = is_sample & ~profiles.is_blq & (profiles.time > time[:, None])
    next_seen = np.where(again, profiles.time, np.inf).min(axis=1)
    ends_low = low[rows, np.maximum(curves.samples - 1, 0)] & (curves.samples > 0)
    has = curves.has_quantified & ~found
    reason = say(
        (~curves.has_quantified, "{}", why),
        (has & ends_low, "below quantification at the end, but not in {} consecutive samples",
         np.full(len(at), options.confirm_blq)),
        (has, "still quantified in the last sample, at {:.6g}", curves.last_sample),
    )  # fmt: skip
    flag = say((found & np.isfinite(next_seen), "quantified again at {:.6g}", next_seen))
    return Column(time, reason, flag, np.where(found, profiles.row[rows, at], -1))


def _doubling(profiles: Profiles, curves: Curves, options: NcaOptions, why: Texts) -> Column:
    """Log-linear growth from the lowest quantified value before Tmax to Tmax."""
    with np.errstate(invalid="ignore"):
        up = ~profiles.is_blq & (profiles.time <= curves.tmax[:, None])
    height = np.where(up, profiles.value, np.inf)
    width = up.shape[1]
    # The last of equal minima: growth starts when the decline of the infused cells is over.
    nadir = width - 1 - np.argmin(height[:, ::-1], axis=1)
    use = up & (np.arange(width)[None, :] >= nadir[:, None])
    fit = fit_ending_at_last(profiles.time, profiles.value, use)
    rows = np.arange(len(nadir))
    points = use.sum(axis=1)
    enough = points >= options.expansion_points
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = -fit.rate[rows, nadir]
        value: FloatArray = np.where(enough & (rate > 0), np.log(2.0) / rate, np.nan)
    needed = np.full(len(nadir), options.expansion_points)
    reason = say(
        (~curves.has_quantified, "{}", why),
        (~enough, "{} quantified sample(s) from the lowest value to Tmax, {} needed", points, needed),
        (~(rate > 0), "concentrations do not rise before Tmax"),
    )
    flag = say((enough, "{} samples from {:.6g} to {:.6g}", points, profiles.time[rows, nadir], curves.tmax))
    return Column(value, reason, flag)
