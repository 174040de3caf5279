"""Floor 3: which grade of which toxicity did this person have, when, and why."""

from __future__ import annotations

__all__: list[str] = []
