"""Colors with one meaning each: grades, treatments, and the few neutrals of a chart.

Grade is one ordered ramp used nowhere else. Its lightness falls with every grade, so it survives a black
and white printer and every kind of color blindness; the digit is printed beside it all the same.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "ACCENT",
    "CATEGORICAL",
    "DARK",
    "GRADE_COLORS",
    "GRADE_TEXT_COLORS",
    "GRID",
    "INK",
    "MUTED",
    "PAPER",
    "SEQUENTIAL",
    "TREATMENT_COLORS",
    "grade_scale",
]

#: Toxicity grade 0 to 5, light to dark.
GRADE_COLORS: dict[int, str] = {
    0: "#eceef1",
    1: "#f9e196",
    2: "#eda92f",
    3: "#cb4619",
    4: "#861313",
    5: "#121212",
}

#: Color of the digit printed on a grade. White is written one step off the background's white, so that
#: exchanging the background for a dark one leaves it white.
GRADE_TEXT_COLORS: dict[int, str] = {
    0: "#5c6670",
    1: "#4a3b00",
    2: "#2b1d00",
    3: "#fffffe",
    4: "#fffffe",
    5: "#fffffe",
}

#: Neutrals: text and axes, secondary text and data that do not matter yet, grid lines, background.
INK = "#1f262e"
MUTED = "#5f6b77"
GRID = "#dfe3e8"
PAPER = "#ffffff"

#: The one color that asks for attention outside grades.
ACCENT = "#0b63a5"

#: Neutral of the light theme -> its counterpart on a dark background.
DARK: dict[str, str] = {
    INK: "#e3e8ee",
    MUTED: "#9aa7b4",
    GRID: "#323b45",
    PAPER: "#14191f",
    ACCENT: "#6cb3f0",
    GRADE_COLORS[0]: "#3a434d",
    GRADE_TEXT_COLORS[0]: "#aab4be",
}

#: Unordered groups; none resembles a grade. After Okabe and Ito, without the yellow-to-red part.
CATEGORICAL: tuple[str, ...] = ("#0b63a5", "#1a936f", "#a3659e", "#59a9d6", "#6b7280", "#4c5fb0", "#7a8b3f")

#: Ordered quantity that is not a grade, such as a dose level, light to dark.
SEQUENTIAL: tuple[str, ...] = ("#d5e6f2", "#9cc5e2", "#5b9dcb", "#2a74ac", "#0d4a7d")

#: Treatment role (see ``tutela.kernel.tables.treatments.ROLES``) -> fixed muted hue.
TREATMENT_COLORS: dict[str, str] = {
    "product": "#1f262e",
    "conditioning": "#76808b",
    "bridging": "#98a1aa",
    "vasopressor": "#1f7a6c",
    "oxygen": "#4f9fc4",
    "antipyretic": "#8d95a0",
    "anticytokine": "#0b63a5",
    "steroid": "#7b57a6",
    "antiseizure": "#a3659e",
    "growth factor": "#7a8b3f",
    "transfusion": "#9b6b7d",
    "fluid": "#86a7b8",
    "immunosuppressant": "#4c5fb0",
    "next therapy": "#4a5560",
    "other": "#a3abb3",
}


def grade_scale() -> dict[str, Any]:
    """Vega-Lite scale that paints a nominal or ordinal ``grade`` field 0 to 5.

    Examples
    --------
    >>> grade_scale()["domain"]
    [0, 1, 2, 3, 4, 5]
    """
    return {"domain": list(GRADE_COLORS), "range": list(GRADE_COLORS.values())}
