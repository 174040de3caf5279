"""Areas: to the last quantified sample, and over fixed windows under a declared policy."""

from __future__ import annotations

import numpy as np

from tutela.kinetics.nca.blq import Curves
from tutela.kinetics.nca.choices import Window
from tutela.kinetics.nca.columns import Column, Texts, add_texts, hush, say
from tutela.kinetics.nca.course import why_not_quantified
from tutela.kinetics.nca.intervals import BoolArray, FloatArray, Intervals, areas
from tutela.kinetics.nca.options import NcaOptions

__all__ = ["area_columns", "window_column"]


def area_columns(curves: Curves, joined: Intervals, options: NcaOptions) -> dict[str, Column]:
    """AUCLST, AUCALL and AUMCLST.

    Parameters
    ----------
    curves
        Profiles after the rules for values below quantification.
    joined
        Their intervals.
    options
        Choices of the analysis.

    Notes
    -----
    AUCALL adds one linear step from Tlast to the next sample, AUCLST adds nothing.
    """
    start = np.full(len(curves.tlast), options.start)
    reason = _why_no_area(curves, start, options)
    is_open = reason == None  # noqa: E711 - elementwise over texts
    is_zero = is_open & ~curves.has_quantified
    usable = is_open & curves.has_quantified
    area, moment = areas(joined, start, np.where(usable, curves.tlast, options.start))
    step = _step(curves, curves.tlast, np.full_like(start, np.inf))
    zero_flag = add_texts(
        say((is_zero, "below quantification in all {} sample(s), taken as 0", curves.samples)),
        hush(_say_start(curves, start, options), ~usable),
    )
    return {
        "AUCLST": Column(np.where(is_open, area, np.nan), reason, zero_flag),
        "AUCALL": Column(np.where(is_open, area + np.where(usable, step, 0.0), np.nan), reason, zero_flag),
        "AUMCLST": Column(np.where(is_open, moment, np.nan), reason, zero_flag),
    }


def _why_no_area(curves: Curves, start: FloatArray, options: NcaOptions) -> Texts:
    first = _first_time(curves)
    with np.errstate(invalid="ignore"):
        return say(
            (curves.samples == 0, "no sample with a time and a result"),
            (curves.samples == 1, "one sample"),
            (first > start, "the area starts at {:.6g}, the first sample is at {:.6g}", start, first),
            (~curves.has_quantified & (options.all_blq != "zero"), "{}", why_not_quantified(curves)),
            (curves.tlast < start, "the last quantified sample is at {:.6g}, the area starts at {:.6g}",
             curves.tlast, start),
        )  # fmt: skip


def _say_start(curves: Curves, start: FloatArray, options: NcaOptions) -> Texts:
    """What was assumed, or left out, between the start and the first sample."""
    how = {"zero": "0 assumed at {:.6g}", "back-extrapolate": "back-extrapolated to {:.6g}"}
    template = how.get(options.start_policy, "starts at the first sample, not at {:.6g}")
    origin = np.full_like(start, options.start) if options.start_policy in how else start
    with np.errstate(invalid="ignore"):
        is_late = curves.first_sample > start
    return say((is_late, template + "; first sample at {:.6g}", origin, curves.first_sample))


def _first_time(curves: Curves) -> FloatArray:
    # Where nothing was quantified no curve is drawn, but the samples still say what was looked at.
    result: FloatArray = np.where(curves.has_quantified, curves.first_time, curves.first_sample)
    return result


def _step(curves: Curves, low: FloatArray, high: FloatArray) -> FloatArray:
    """Part between two times of the linear step from Tlast to the next sample; 0 where there is none."""
    following = curves.last + 1
    t2, c2 = curves.at(curves.time, following), curves.at(curves.conc, following)
    with np.errstate(invalid="ignore"):
        a, b = np.maximum(curves.tlast, low), np.minimum(t2, high)
        slope = (c2 - curves.clast) / (t2 - curves.tlast)
        middle = curves.clast + slope * ((a + b) / 2 - curves.tlast)
        result: FloatArray = np.where(b > a, (b - a) * middle, 0.0)
    return result


def window_column(
    curves: Curves,
    joined: Intervals,
    rate: FloatArray,
    why_no_rate: Texts,
    *,
    window: Window,
    options: NcaOptions,
) -> Column:
    """Area over a fixed window, interpolated at its ends.

    Parameters
    ----------
    curves, joined
        Profiles and their intervals.
    rate, why_no_rate
        lambda_z, and the reason where there is none.
    window
        The window.
    options
        Choices of the analysis.

    Notes
    -----
    Where the last quantifiable sample lies at or after the window's end, all policies agree. A last sample
    inside the visit window (``slack``) counts as reaching the end; the area then stops at that sample.
    The same holds for the first sample and the start.

    ===========  ==============================================  ===========================
    policy       area after Tlast                                peer name, where one exists
    ===========  ==============================================  ===========================
    unavailable  the whole area is not available
    sampled      as blq_zero if sampling reached the end,
                 else not available
    to_last      none                                            aucint.last
    extrapolate  Clast exp(-lambda_z (t - Tlast))                aucint.inf.obs
    blq_zero     one linear step to the next sample, then 0      aucint.all
    ===========  ==============================================  ===========================
    """
    policy = options.policy_of(window)
    start, end = np.full_like(rate, window.start), np.full_like(rate, window.end)
    with np.errstate(invalid="ignore"):
        is_short = ~(curves.tlast >= window.end)
        is_near = is_short & (curves.tlast >= window.end - window.slack)
        is_sampled = curves.last_sample >= window.end - window.slack
    area, _ = areas(joined, start, np.where(curves.has_quantified, np.minimum(curves.tlast, end), start))
    tail = np.zeros_like(area)
    if policy == "extrapolate":
        tail = np.where(is_short, _tail(curves, rate, start, end), 0.0)
    elif policy in ("blq_zero", "sampled"):
        tail = np.where(is_short & curves.has_quantified, _step(curves, start, end), 0.0)
    reason = _why_no_window(
        curves, window, options, policy, is_short & ~is_near, is_sampled, np.isnan(rate), why_no_rate
    )
    total = area + tail
    is_open = reason == None  # noqa: E711 - elementwise over texts
    flag = add_texts(
        hush(_say_start(curves, start, options), ~is_open | ~curves.has_quantified),
        _qualify(curves, policy, is_open & is_short, tail, total),
    )
    return Column(np.where(is_open, total, np.nan), reason, flag)


def _tail(curves: Curves, rate: FloatArray, start: FloatArray, end: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore"):
        a = np.maximum(curves.tlast, start) - curves.tlast
        b = end - curves.tlast
        result: FloatArray = curves.clast / rate * (np.exp(-rate * a) - np.exp(-rate * b))
    return result


def _why_no_window(
    curves: Curves,
    window: Window,
    options: NcaOptions,
    policy: str,
    is_early: BoolArray,
    is_sampled: BoolArray,
    no_rate: BoolArray,
    why_no_rate: Texts,
) -> Texts:
    n = len(is_early)
    start, end = np.full(n, window.start), np.full(n, window.end)
    first = _first_time(curves)
    has = curves.has_quantified
    never = np.zeros(n, dtype=np.bool_)
    with np.errstate(invalid="ignore"):
        return say(
            (curves.samples == 0, "no sample with a time and a result"),
            (curves.samples == 1, "one sample"),
            (first > start + window.slack, "the window starts at {:.6g}, the first sample is at {:.6g}",
             start, first),
            (~has & (options.all_blq != "zero"), "{}", why_not_quantified(curves)),
            (is_early & ~is_sampled if policy == "sampled" else never,
             "sampling ends at {:.6g}, the window at {:.6g} (policy: sampled)", curves.last_sample, end),
            (is_early & has if policy == "unavailable" else never,
             "the last quantified sample is at {:.6g}, the window ends at {:.6g} (policy: unavailable)",
             curves.tlast, end),
            (is_early & ~has if policy == "unavailable" else never, "{} (policy: unavailable)",
             why_not_quantified(curves)),
            ((curves.tlast < window.end) & no_rate if policy == "extrapolate" else never,
             "no extrapolation: {}", why_no_rate),
        )  # fmt: skip


def _qualify(curves: Curves, policy: str, is_short: BoolArray, tail: FloatArray, total: FloatArray) -> Texts:
    has = curves.has_quantified
    following = curves.at(curves.time, curves.last + 1)
    has_step = (policy in ("blq_zero", "sampled")) & ~np.isnan(following)
    percent = np.zeros_like(total)
    np.divide(100.0 * tail, total, out=percent, where=is_short & (total > 0))
    return say(
        (is_short & ~has, "below quantification in all {} sample(s), taken as 0", curves.samples),
        (is_short & (policy == "extrapolate"), "extrapolated after {:.6g}: {:.3g} % of the area",
         curves.tlast, percent),
        (is_short & has_step, "below quantification after {:.6g}, linear to {:.6g}, then 0",
         curves.tlast, following),
        (is_short, "ends at {:.6g}, the last quantified sample", curves.tlast),
    )  # fmt: skip
