"""Oxygen and ventilation rows as grades of the hypoxia component, with bounds where device or flow is missing."""

from __future__ import annotations

import numpy as np
import polars as pl

from tutela.kernel.tri import FloatArray, at_most
from tutela.toxicity.crs.options import CrsOptions
from tutela.toxicity.crs.scales.astct_2019 import OXYGEN_GRADES
from tutela.toxicity.windows import IntArray

__all__ = ["rate_oxygen"]

_POSITIVE = 4
_BY_FLOW = ("nasal_cannula",)
#: Inspired oxygen fraction of room air; no more than this is no oxygen.
ROOM_AIR_FIO2 = 0.21


def rate_oxygen(rows: pl.DataFrame, *, options: CrsOptions) -> tuple[IntArray, IntArray]:
    """Lowest and highest grade that each row's device and flow allow.

    Parameters
    ----------
    rows
        Rows of role oxygen: ``device``, ``flow`` (L/min), ``fio2``.
    options
        Reads ``low_flow_max`` and ``high_flow_by_flow``.

    Returns
    -------
    tuple of numpy.ndarray
        Shape (m,) each, grade 0, 2, 3 or 4.

    Notes
    -----
    ==================  ===========  ======  =======
    device              flow         lowest  highest
    ==================  ===========  ======  =======
    nasal cannula       <= 6         2       2
    nasal cannula       > 6          3       3
    nasal cannula       missing      2       3
    mask, high flow     any          3       3
    any of these        0            0       0
    positive pressure   any          4       4
    missing             <= 6, none   2       4
    missing             > 6          3       4
    ==================  ===========  ======  =======

    References
    ----------
    lee2019, Table 2.
    """
    device = rows.get_column("device").cast(pl.String)
    base = device.replace_strict(OXYGEN_GRADES, default=None, return_dtype=pl.Int64)
    low = base.fill_null(2).to_numpy().astype(np.int64)
    high = base.fill_null(_POSITIVE).to_numpy().astype(np.int64)
    flow = _floats(rows, "flow")
    by_flow = (*_BY_FLOW, "high_flow") if options.high_flow_by_flow else _BY_FLOW
    is_cannula = device.is_in(by_flow).fill_null(value=False).to_numpy()
    is_unknown = base.is_null().to_numpy()
    is_low = at_most(flow, options.low_flow_max)
    low = np.where(is_cannula, np.where(is_low.possible, 2, 3), low)
    high = np.where(is_cannula, np.where(is_low.certain, 2, 3), high)
    low = np.where(is_unknown & ~is_low.possible, 3, low)
    is_off = (flow == 0) & (high < _POSITIVE)
    is_room = is_unknown & np.isnan(flow) & (_floats(rows, "fio2") <= ROOM_AIR_FIO2)
    return np.where(is_off | is_room, 0, low), np.where(is_off | is_room, 0, high)


def _floats(rows: pl.DataFrame, name: str) -> FloatArray:
    if name not in rows.columns:
        return np.full(rows.height, np.nan)
    return np.asarray(rows.get_column(name).cast(pl.Float64).fill_null(np.nan).to_numpy(), dtype=np.float64)
