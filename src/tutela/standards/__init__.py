"""Floor 1: CDISC and file formats in and out."""

from __future__ import annotations

__all__: list[str] = []
