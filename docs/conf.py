"""Sphinx configuration; generated pages come from the package's own declarations."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import tutela  # noqa: E402

project = "tutela"
author = "The tutela developers"
project_copyright = "The tutela developers, Apache-2.0"
version = release = tutela.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinxcontrib.bibtex",
]
bibtex_bibfiles = ["../src/tutela/kernel/references.bib"]
bibtex_default_style = "plain"
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"tutela {version}"
html_static_path = ["_static"]
autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False
suppress_warnings = ["bibtex.missing_field"]


def setup(_app: object) -> None:
    """Write the pages that come from declarations before anything is read."""
    from generate import write_pages

    write_pages(HERE / "_generated")
