"""One parameter over n profiles: a value, or the reason why there is none, and what qualifies it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutela.kinetics.nca.intervals import BoolArray, FloatArray

__all__ = ["Column", "Texts", "add_texts", "hush", "join_columns", "no_texts", "say"]

#: Shape (n,): a text or None for each profile.
Texts = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Column:
    """One parameter over n profiles.

    Parameters
    ----------
    value
        NaN where there is none.
    reason
        Why there is no value.
    flag
        What qualifies the value.
    row
        Position of the sample behind the value, -1 where there is none.
    """

    value: FloatArray
    reason: Texts | None = None
    flag: Texts | None = None
    row: NDArray[np.int64] | None = None


def hush(texts: Texts, where: BoolArray) -> Texts:
    """Texts without those of some profiles."""
    kept = texts.copy()
    kept[where] = None
    return kept


def add_texts(first: Texts, second: Texts) -> Texts:
    """Both texts of each profile, in one."""
    joined = first.copy()
    for index in np.flatnonzero(second != None):  # noqa: E711 - elementwise over texts
        joined[index] = second[index] if first[index] is None else f"{first[index]}; {second[index]}"
    return joined


def no_texts(n: int) -> Texts:
    """No text for any of n profiles."""
    return np.full(n, None, dtype=object)


def say(*cases: tuple[BoolArray, str, *tuple[NDArray[Any], ...]]) -> Texts:
    """Texts by case: the first case that holds for a profile speaks.

    Parameters
    ----------
    *cases
        Shape (n,) condition, format string, and one array per placeholder.

    Examples
    --------
    >>> import numpy as np
    >>> say((np.array([True, False]), "at {:g}", np.array([3.5, 7.0]))).tolist()
    ['at 3.5', None]
    """
    texts = no_texts(len(cases[0][0]))
    for where, template, *arrays in reversed(cases):
        for index in np.flatnonzero(where):
            texts[index] = template.format(*(values[index] for values in arrays))
    return texts


def join_columns(parts: list[dict[str, Column]], order: NDArray[np.int64]) -> dict[str, Column]:
    """Put the columns of several groups of profiles together.

    Parameters
    ----------
    parts
        Columns by parameter, the same parameters in each.
    order
        Position of each profile in the concatenation.
    """
    return {name: _join([part[name] for part in parts], order) for name in parts[0]} if parts else {}


def _join(columns: list[Column], order: NDArray[np.int64]) -> Column:
    def texts(name: str) -> Texts | None:
        found = [getattr(column, name) for column in columns]
        if all(part is None for part in found):
            return None
        filled = [
            no_texts(len(c.value)) if part is None else part for c, part in zip(columns, found, strict=True)
        ]
        result: Texts = np.concatenate(filled)[order]
        return result

    rows = [np.full(len(c.value), -1, dtype=np.int64) if c.row is None else c.row for c in columns]
    has_row = any(column.row is not None for column in columns)
    return Column(
        np.concatenate([column.value for column in columns])[order],
        texts("reason"),
        texts("flag"),
        np.concatenate(rows)[order] if has_row else None,
    )
