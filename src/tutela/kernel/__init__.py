"""Floor 0: the study and its tables, time, units, sources, scales, rules, provenance, errors, charts."""

from __future__ import annotations

__all__: list[str] = []
