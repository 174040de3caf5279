"""Dataset-JSON 1.1: JSON, NDJSON and compressed."""

from __future__ import annotations

__all__: list[str] = []
