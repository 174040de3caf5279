"""Measurements before they are written down: one block per test, numbers in the canonical unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from tutela.kernel.tri import FloatArray
from tutela.simulation.car_t.spans import MinuteArray

__all__ = ["MEASURED", "Block", "stack_blocks"]

#: Columns of stacked measurements; ``text`` replaces the number where the result is a word.
MEASURED: dict[str, pl.DataType] = {
    "time": pl.Int64(),
    "test": pl.String(),
    "value": pl.Float64(),
    "text": pl.String(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "lloq": pl.Float64(),
    "attribution": pl.String(),
}


@dataclass(frozen=True)
class Block:
    """Repeated measurements of one test in one subject.

    Parameters
    ----------
    test
        Test code.
    time
        Minutes since infusion, shape (n,).
    value
        Numbers in the canonical unit, shape (n,); NaN where ``text`` stands instead.
    text
        Words, shape (n,) or None for none.
    low, high, lloq
        Limits of normal and of quantification, same unit; None where there are none.
    attribution
        Shape (n,) or None for none.
    """

    test: str
    time: MinuteArray
    value: FloatArray
    text: Sequence[str | None] | None = None
    low: float | None = None
    high: float | None = None
    lloq: float | None = None
    attribution: Sequence[str | None] | None = None


def _spread(blocks: Sequence[Block], name: str) -> FloatArray:
    values = [np.nan if getattr(b, name) is None else getattr(b, name) for b in blocks]
    return np.repeat(np.array(values, dtype=np.float64), [len(b.time) for b in blocks])


def _words(blocks: Sequence[Block], name: str) -> list[str | None]:
    return [
        word
        for block in blocks
        for word in (getattr(block, name) if getattr(block, name) is not None else (None,) * len(block.time))
    ]


def stack_blocks(blocks: Sequence[Block]) -> pl.DataFrame:
    """Put blocks on top of each other, ordered by time and then by test as given."""
    sizes = [len(block.time) for block in blocks]
    frame = pl.DataFrame(
        {
            "time": np.concatenate([block.time for block in blocks]),
            "test": [block.test for block, size in zip(blocks, sizes, strict=True) for _ in range(size)],
            "value": np.concatenate([block.value for block in blocks]),
            "text": _words(blocks, "text"),
            **{name: _spread(blocks, name) for name in ("low", "high", "lloq")},
            "attribution": _words(blocks, "attribution"),
        },
        schema=MEASURED,
    )
    return frame.sort("time", maintain_order=True)
