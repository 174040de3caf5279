"""SAS transport files, version 5."""

from __future__ import annotations

__all__: list[str] = []
