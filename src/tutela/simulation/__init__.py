"""Floor 4: virtual trials with published parameters and known truth."""

from __future__ import annotations

__all__: list[str] = []
