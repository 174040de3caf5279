"""tutela: safety and clinical pharmacology of cell and gene therapy.

One study in, a graded, cited and reproducible safety report out. Everything is also a function:
``tutela.toxicity.crs.grade(...)``, ``tutela.kinetics.nca.compute(...)`` work on plain data frames.

For monitoring and research; not a medical device; a physician decides.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tutela.kernel.cite import cite as cite
    from tutela.kernel.study import Study as Study
    from tutela.kernel.study import read_study as read_study

__version__ = "0.1.0"

__all__ = ["Study", "__version__", "cite", "read_study"]

_LAZY = {
    "Study": "tutela.kernel.study",
    "read_study": "tutela.kernel.study",
    "cite": "tutela.kernel.cite",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - module protocol
    """Import a public name on first use, so that ``import tutela`` stays fast."""
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    message = f"module 'tutela' has no attribute {name!r}"
    raise AttributeError(message)
