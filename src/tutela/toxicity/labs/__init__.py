"""Laboratory toxicity: CTCAE 4, 5, 6 and DAIDS grades of laboratory values over time."""

from __future__ import annotations

__all__: list[str] = []
