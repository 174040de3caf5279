"""Floor 3: how far the cells or the vector expanded, peaked and persisted."""

from __future__ import annotations

__all__: list[str] = []
