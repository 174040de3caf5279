"""Floor 1: facts about products and diseases, one source per row."""

from __future__ import annotations

from tutela.catalogue import products

__all__ = ["products"]
