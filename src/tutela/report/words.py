"""Numbers and days in the words of a clinician."""

from __future__ import annotations

import math
from collections.abc import Mapping

__all__ = ["count_of", "day_text", "format_age"]

DAYS_PER_YEAR = 365.25
MONTHS_PER_YEAR = 12


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
