"""ADaM-shaped data sets out: ADSL, ADLB with toxicity grades, ADAE with derived CRS and ICANS, ADPP."""

from __future__ import annotations

from tutela.standards.adam.export import to_adam

__all__ = ["to_adam"]
