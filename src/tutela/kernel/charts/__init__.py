"""How every chart of the package looks, and how it leaves the package.

Domains draw in their ``plot.py`` with Altair and take colors, theme and the aligned timeline from here;
the report takes the specification (:func:`to_spec`), people take a file (:func:`export`).
"""

from __future__ import annotations

from tutela.kernel.charts.compile import to_vega
from tutela.kernel.charts.export import export
from tutela.kernel.charts.lanes import Lane, grade_ribbon, hatch, stack_lanes
from tutela.kernel.charts.palette import (
    ACCENT,
    CATEGORICAL,
    DARK,
    GRADE_COLORS,
    GRADE_TEXT_COLORS,
    GRID,
    INK,
    MUTED,
    PAPER,
    SEQUENTIAL,
    TREATMENT_COLORS,
    grade_scale,
)
from tutela.kernel.charts.spec import to_spec
from tutela.kernel.charts.theme import FONT, apply_theme, theme

__all__ = [
    "ACCENT",
    "CATEGORICAL",
    "DARK",
    "FONT",
    "GRADE_COLORS",
    "GRADE_TEXT_COLORS",
    "GRID",
    "INK",
    "MUTED",
    "PAPER",
    "SEQUENTIAL",
    "TREATMENT_COLORS",
    "Lane",
    "apply_theme",
    "export",
    "grade_ribbon",
    "grade_scale",
    "hatch",
    "stack_lanes",
    "theme",
    "to_spec",
    "to_vega",
]
