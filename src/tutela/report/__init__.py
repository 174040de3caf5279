"""Floor 5: the report as one self-contained HTML file."""

from __future__ import annotations

__all__: list[str] = []
