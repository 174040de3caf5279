"""Floor 1: facts about products and diseases, one source per row."""

from __future__ import annotations

__all__: list[str] = []
