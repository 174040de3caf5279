"""Provenance: which inputs, which method, which parameters, which versions."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Provenance", "hash_file", "hash_table", "hash_text", "package_versions"]

_PACKAGES = ("tutela", "polars", "numpy", "scipy", "numba", "dataframely", "pint", "altair")


def hash_text(text: str) -> str:
    """SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def hash_file(path: Path) -> str:
    """SHA-256 of a file, read in blocks."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def hash_table(table: pl.DataFrame) -> str:
    """SHA-256 of a table's canonical CSV form: names, types and cells, in the order given."""
    digest = hashlib.sha256(json.dumps({k: str(v) for k, v in table.schema.items()}).encode())
    digest.update(table.write_csv(null_value="\\N").encode("utf-8"))
    return digest.hexdigest()


@cache
def package_versions() -> dict[str, str]:
    """Versions of this package, of what it computes with, and of Python."""
    versions = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


@dataclass(frozen=True)
class Provenance:
    """How a result was made; equal inputs give an equal record.

    Parameters
    ----------
    method
        Dotted name of the function.
    params
        Parameters in force, JSON values only.
    inputs
        Name of each input table -> its SHA-256.
    options
        Interpretive choices made, in words.
    seed
        Seed of the random generator, if one was used.
    """

    method: str
    params: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    seed: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The record with the package version, as JSON values."""
        return {
            "method": self.method,
            "tutela": package_versions().get("tutela", ""),
            "params": self.params,
            "inputs": self.inputs,
            "options": list(self.options),
            "seed": self.seed,
        }
