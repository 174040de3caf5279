"""House style, held over the whole package."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import tutela
from tutela.kernel.cite import bibliography

ROOT = Path(tutela.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
MODULES = sorted(info.name for info in pkgutil.walk_packages([str(ROOT)], "tutela."))
MAX_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_POSITIONAL = 3


def _exported_functions():
    """Functions that a package offers (its ``__init__`` lists them); helpers between modules are its own affair."""
    seen = set()
    for name in MODULES:
        module = importlib.import_module(name)
        if not hasattr(module, "__path__"):
            continue
        for public in getattr(module, "__all__", ()):
            thing = getattr(module, public)
            if inspect.isfunction(thing) and thing not in seen:
                seen.add(thing)
                yield pytest.param(thing, id=f"{name}.{public}")


EXPORTED = list(_exported_functions())


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_has_one_subject_and_its_functions_are_short(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MAX_LINES, "split it"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = (
                node.end_lineno - node.body[0].lineno
                if ast.get_docstring(node) is None
                else (node.end_lineno - node.body[0].end_lineno)
            )
            assert body <= MAX_FUNCTION_LINES, f"{node.name} has {body} lines"


@pytest.mark.parametrize("name", MODULES)
def test_a_module_lists_its_public_names(name):
    module = importlib.import_module(name)
    if name.endswith("__main__"):
        return
    listed = getattr(module, "__all__", None)
    assert listed is not None, "no __all__"
    assert [n for n in listed if not hasattr(module, n)] == []


@pytest.mark.parametrize("function", EXPORTED)
def test_an_exported_function_is_typed_documented_and_has_few_positional_arguments(function):
    doc = inspect.getdoc(function)
    assert doc, "no docstring"
    parameters = list(inspect.signature(function).parameters.values())
    assert inspect.signature(function).return_annotation is not inspect.Signature.empty
    if function.__module__.startswith("tutela.cli"):
        return
    positional = [
        p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) and p.name != "self"
    ]
    assert len(positional) <= MAX_POSITIONAL, "make options keyword-only"


def test_every_citation_key_in_the_source_is_in_the_bibliography():
    keys = set()
    for path in FILES:
        keys.update(re.findall(r"\bCite\(\s*\"([^\"]+)\"", path.read_text(encoding="utf-8")))
    assert keys - set(bibliography()) == set()


def test_every_bibliography_entry_is_used():
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in ROOT.rglob("*") if path.suffix in {".py", ".json"}
    )
    assert [key for key in bibliography() if f'"{key}"' not in text and f"{key}" not in text] == []


def test_the_package_speaks_of_no_machine():
    words = re.compile(r"/(?:work|home|root|Users)/\w|C:\\\\Users")
    assert [str(p.relative_to(ROOT)) for p in FILES if words.search(p.read_text(encoding="utf-8"))] == []


def test_drawing_never_computes_and_computing_never_draws():
    offenders = [
        str(path.relative_to(ROOT))
        for path in FILES
        if "import altair" in path.read_text(encoding="utf-8")
        and path.name != "plot.py"
        and "charts" not in path.parts
    ]
    assert offenders == []
