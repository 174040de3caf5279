"""Floor 4: which declared rules fire now, on what evidence."""

from __future__ import annotations

__all__: list[str] = []
