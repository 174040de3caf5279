"""Numbers and days in the words of a clinician."""

from __future__ import annotations

import math
from collections.abc import Mapping

__all__ = ["count_of", "day_text", "format_age", "print_powers"]

DAYS_PER_YEAR = 365.25
MONTHS_PER_YEAR = 12
_POWERS = {"3": "³", "6": "⁶", "9": "⁹", "12": "¹²"}


def day_text(time: float | None) -> str:
    """Day since infusion; the day of infusion is day 0.

    Examples
    --------
    >>> day_text(4.7), day_text(-2.5), day_text(800.0), day_text(None)
    ('day 4', 'day -3', 'day 800 (2.2 years)', 'not dated')
    """
    if time is None or not math.isfinite(time):
        return "not dated"
    words = f"day {math.floor(time)}"
    return f"{words} ({time / DAYS_PER_YEAR:.1f} years)" if time >= 2 * DAYS_PER_YEAR else words


def format_age(row: Mapping[str, object]) -> str:
    """Age at infusion, in months below two years.

    Examples
    --------
    >>> format_age({"age": 7.9}), format_age({"age": 0.5}), format_age({"age": None})
    ('7 y', '6 mo', 'not given')
    """
    age = row.get("age")
    if not isinstance(age, float):
        return "not given"
    return f"{math.floor(age * MONTHS_PER_YEAR + 1e-9)} mo" if age < 2 else f"{math.floor(age)} y"


def count_of(part: int, whole: int) -> str:
    """A count with its whole.

    Examples
    --------
    >>> count_of(3, 41)
    '3 of 41'
    """
    return f"{part:,} of {whole:,}"


def print_powers(text: str) -> str:
    """Powers of ten as they are printed.

    Examples
    --------
    >>> print_powers("below 0.5 x 10^9/L")
    'below 0.5 × 10⁹/L'
    """
    for power, raised in _POWERS.items():
        text = text.replace(f" x 10^{power}/", f" \N{MULTIPLICATION SIGN} 10{raised}/").replace(
            f"10^{power}/", f"10{raised}/"
        )
    return text
