"""All tests by code, and the code that belongs to a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

from tutela.kernel.analytes.blood import BLOOD
from tutela.kernel.analytes.chemistry import CHEMISTRY
from tutela.kernel.analytes.immune import IMMUNE
from tutela.kernel.analytes.model import Analyte
from tutela.kernel.analytes.neurology import NEUROLOGY
from tutela.kernel.analytes.vital import VITAL_SIGNS

__all__ = ["ANALYTES", "find_code"]

#: Every test the package knows, by code.
ANALYTES: Mapping[str, Analyte] = MappingProxyType(
    {row.code: row for row in (*VITAL_SIGNS, *BLOOD, *CHEMISTRY, *IMMUNE, *NEUROLOGY)}
)

# Signs that carry meaning in a name (percent of cells, positive cells, ions) are kept.
_NOISE = re.compile(r"[^a-z0-9%+]")


def _key(name: str) -> str:
    return _NOISE.sub("", name.lower())


def _keys(analyte: Analyte) -> Iterator[str]:
    for name in (analyte.code, analyte.name, *analyte.names):
        yield _key(name)


@cache
def _by_key() -> dict[str, str]:
    """Name without case and punctuation -> code; a code wins over a synonym."""
    found: dict[str, str] = {_key(code): code for code in ANALYTES}
    for analyte in ANALYTES.values():
        for key in _keys(analyte):
            found.setdefault(key, analyte.code)
    return found


def find_code(name: str) -> str | None:
    """Code of a test given by code, name or synonym; None if it is not known.

    Parameters
    ----------
    name
        Any spelling; case, spaces and punctuation do not matter.

    Examples
    --------
    >>> find_code("SGPT"), find_code("Interleukin-6"), find_code("color")
    ('ALT', 'INTLK6', None)
    """
    return _by_key().get(_key(name))
