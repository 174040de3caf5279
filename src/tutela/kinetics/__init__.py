"""Floor 3: how far the cells or the vector expanded, peaked and persisted."""

from __future__ import annotations

from tutela.kinetics import nca

__all__ = ["nca"]
