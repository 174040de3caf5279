"""What a column accepts, in words made from its declaration."""

from __future__ import annotations

import re

import dataframely as dy
import polars as pl

__all__ = ["expected_of"]

_CHOICES = re.compile(r"\^\(?([\w|]+)\)?\$")


def expected_of(declared: dy.Column) -> str:
    """What a column accepts.

    Parameters
    ----------
    declared
        The column's declaration.

    Examples
    --------
    >>> from tutela.kernel.tables import TABLES
    >>> expected_of(TABLES["treatments"].columns()["dose"])
    'a number of 0 or more, or nothing'
    >>> expected_of(TABLES["subjects"].columns()["sex"])
    'M, F, U or UNDIFFERENTIATED, or nothing'
    """
    unit = str((declared.metadata or {}).get("unit", ""))
    words = _words(declared) + (f" ({unit})" if unit and unit != "1" else "")
    return words + (", or nothing" if declared.nullable else "")


def _words(declared: dy.Column) -> str:
    if isinstance(declared, dy.String):
        choices = _CHOICES.fullmatch(declared.regex or "")
        if choices:
            *first, last = choices[1].split("|")
            return f"{', '.join(first)} or {last}" if first else last
        return f"text like {declared.regex}" if declared.regex else "text"
    if isinstance(declared, dy.Bool):
        return "Y or N"
    kind = "a whole number" if declared.dtype == pl.Int64 else "a number"
    return kind + _range(declared)


def _range(declared: dy.Column) -> str:
    low, high = getattr(declared, "min", None), getattr(declared, "max", None)
    above = getattr(declared, "min_exclusive", None)
    if above is not None:
        return f" above {above:g}" + (f" and at most {high:g}" if high is not None else "")
    if low is not None and high is not None:
        return f" from {low:g} to {high:g}"
    if low is not None:
        return f" of {low:g} or more"
    return f" of at most {high:g}" if high is not None else ""
