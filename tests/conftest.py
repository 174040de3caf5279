"""Shared fixtures: the reference data folder beside the checkout, and a temporary study."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine must not fail a property, and a build must be repeatable: random examples are for developers.
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("dev"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = Path(os.environ.get("TUTELA_REFERENCE_DATA", ROOT.parent / "shared"))


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder with reference data and expected numbers; tests that need it skip without it."""
    if not (REFERENCE / "oracles").is_dir():
        pytest.skip("reference data folder not found: set TUTELA_REFERENCE_DATA to run external tests")
    return REFERENCE
