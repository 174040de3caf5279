"""Floor 5: the command line."""

from __future__ import annotations

from tutela.cli.main import main

__all__ = ["main"]
