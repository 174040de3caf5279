"""Fixtures of the report's tests: a hand-made assessment, and a headless browser."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


def _sibling(name: str) -> ModuleType:
    """Load a module beside this file: test folders are no packages here."""
    spec = importlib.util.spec_from_file_location(f"report_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


made, browsing = _sibling("made"), _sibling("browser")


@pytest.fixture(scope="session")
def assessment() -> Any:
    """Six subjects over 30 days."""
    return made.make_assessment()


@pytest.fixture(scope="session")
def make() -> Callable[..., Any]:
    """The maker itself."""
    return made.make_assessment


@pytest.fixture(scope="session")
def changed() -> Callable[..., Any]:
    """``dataclasses.replace``, under a name that says what a test does with it."""
    return replace


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A headless browser that counts what a page asks for."""
    if browsing.CHROMIUM is None:
        pytest.skip("Chromium is not installed: browser tests cannot run")
    with browsing.Browser(Path(tmp_path_factory.mktemp("profile"))) as started:
        yield started
