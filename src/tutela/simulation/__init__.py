"""Floor 4: virtual trials with published parameters and known truth."""

from __future__ import annotations

from tutela.simulation import car_t

__all__ = ["car_t"]
