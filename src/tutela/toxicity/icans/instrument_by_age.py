"""ICE or CAPD: by age at the assessment, developmental delay, and what was recorded; CAPD as change."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from tutela.kernel.ages import age_at
from tutela.kernel.tri import BoolArray, Tri
from tutela.toxicity.icans.carrying import Standing
from tutela.toxicity.icans.findings import LevelReadings
from tutela.toxicity.icans.observation import Bounds
from tutela.toxicity.icans.options import IcansOptions
from tutela.toxicity.windows import Windows, code_of, unpack

__all__ = ["choose_instrument", "subtract_baseline"]


def _is_delayed(windows: Windows, subjects: pl.DataFrame | None) -> BoolArray:
    delayed: set[str] = set()
    if subjects is not None and "developmental_delay" in subjects.columns:
        rows = subjects.filter(pl.col("developmental_delay").fill_null(value=False))
        delayed = set(rows.get_column("subject").to_list())
    by_code = np.array([name in delayed for name in windows.subjects], dtype=bool)
    return by_code[windows.code] if len(by_code) else np.zeros(len(windows), dtype=bool)


def _by_age(windows: Windows, subjects: pl.DataFrame | None, options: IcansOptions) -> Tri:
    if subjects is None or not len(windows):
        return Tri.of(np.zeros(len(windows), dtype=bool), known=False)
    names = pl.Series("subject", windows.subjects, dtype=pl.String).gather(windows.code)
    ages = age_at(subjects, pl.DataFrame({"subject": names, "time": windows.time}))
    low, high = (
        ages.get_column(name).cast(pl.Float64).fill_null(np.nan).to_numpy()
        for name in ("age_low", "age_high")
    )
    cut = options.ice_from_age
    is_known = ~(np.isnan(low) | np.isnan(high))
    # The upper end of an age in whole years is not reached.
    may_reach = (high > cut) | (low >= cut)
    return Tri(is_known & (low >= cut), ~is_known | may_reach)


def choose_instrument(
    windows: Windows,
    standing: Mapping[str, Standing],
    subjects: pl.DataFrame | None,
    *,
    options: IcansOptions,
) -> Tri:
    """Whether ICE is the instrument of each assessment (else CAPD).

    Parameters
    ----------
    windows
        Assessments.
    standing
        Scores that stand.
    subjects
        Ages and developmental delay; None if not known.
    options
        Age cut, and whether the recorded instrument decides.

    Notes
    -----
    Where the age does not decide, the one instrument that was recorded does; where both or none were, it is
    not known.
    """
    by_age = _by_age(windows, subjects, options)
    has_ice, has_capd = standing["ice"].index >= 0, standing["capd"].index >= 0
    is_open = by_age.possible & ~by_age.certain
    decides = is_open | options.use_recorded_instrument
    only_ice, only_capd = decides & has_ice & ~has_capd, decides & has_capd & ~has_ice
    certain = (by_age.certain | only_ice) & ~only_capd
    possible = (by_age.possible | only_ice) & ~only_capd
    delayed = _is_delayed(windows, subjects)
    return Tri(certain & ~delayed, possible & ~delayed)


def subtract_baseline(
    windows: Windows,
    readings: LevelReadings,
    capd: Bounds,
    *,
    subjects: pl.DataFrame | None,
    options: IcansOptions,
) -> Bounds:
    """CAPD as change from the last whole score at or before the infusion, where the options say so.

    Notes
    -----
    Without a baseline the change may be anything from nothing to the whole score.
    """
    wanted = (
        _is_delayed(windows, subjects)
        if options.baseline_change == "delayed"
        else np.full(len(windows), fill_value=options.baseline_change == "always")
    )
    if not wanted.any():
        return capd
    n = len(windows.subjects)
    low, high = np.zeros(n), np.full(n, np.inf)
    # The last exact score; one with a missing item gives way to an earlier one that is whole.
    before = (unpack(readings.key) <= 0) & readings.value.is_exact & ~readings.may_be_unable
    # Keys are sorted by time, so the last assignment of a subject is its last value before the infusion.
    code = code_of(readings.key[before])
    low[code], high[code] = readings.value.low[before], readings.value.high[before]
    code = windows.code
    return Bounds(
        np.where(wanted, np.maximum(capd.low - high[code], 0.0), capd.low),
        np.where(wanted, np.maximum(capd.high - low[code], 0.0), capd.high),
    )
