"""Shared fixtures: the reference data folder beside the checkout, and a temporary study."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = Path(os.environ.get("TUTELA_REFERENCE_DATA", ROOT.parent / "shared"))


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder with reference data and expected numbers; tests that need it skip without it."""
    if not (REFERENCE / "oracles").is_dir():
        pytest.skip("reference data folder not found: set TUTELA_REFERENCE_DATA to run external tests")
    return REFERENCE
