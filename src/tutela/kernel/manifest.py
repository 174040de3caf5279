"""The manifest beside every output: what went in, what came out, by which versions and parameters."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tutela.kernel.errors import InputError
from tutela.kernel.provenance import hash_file, package_versions

__all__ = ["MANIFEST_VERSION", "build_manifest", "check_manifest", "to_json"]

#: Version of the manifest's own layout.
MANIFEST_VERSION = "1"


def build_manifest(
    *,
    inputs: Mapping[str, str],
    outputs: Mapping[str, str],
    provenance: Iterable[Mapping[str, Any]] = (),
    overrides: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Build the record of one run; equal inputs give an equal record (it holds no clock and no machine).

    Parameters
    ----------
    inputs, outputs
        File name -> SHA-256.
    provenance
        Records of :meth:`tutela.kernel.provenance.Provenance.to_dict`, one per result.
    overrides
        Rule parameters the study changed.
    facts
        Further facts, such as the study's identifier and data cut.
    """
    return {
        "manifest": MANIFEST_VERSION,
        "facts": dict(facts or {}),
        "versions": package_versions(),
        "inputs": dict(sorted(inputs.items())),
        "methods": [dict(record) for record in provenance],
        "overrides": dict(overrides or {}),
        "outputs": dict(sorted(outputs.items())),
    }


def to_json(value: Mapping[str, Any]) -> str:
    """JSON with sorted keys and a final newline: the same record gives the same bytes."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, default=str) + "\n"


def check_manifest(path: Path) -> list[tuple[str, str]]:
    """Compare the outputs beside a manifest with their recorded hashes.

    Parameters
    ----------
    path
        The ``manifest.json``.

    Returns
    -------
    list of (file, verdict)
        Verdict is "same", "changed" or "missing", one row per recorded output.

    Raises
    ------
    InputError
        If the file is not a manifest.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        outputs = dict(record["outputs"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        what = "This is not a tutela manifest."
        raise InputError(what, file=path.name, expected="a manifest.json written by tutela run") from error
    verdicts = []
    for name, recorded in sorted(outputs.items()):
        file = path.parent / name
        if not file.is_file():
            verdicts.append((name, "missing"))
        else:
            verdicts.append((name, "same" if hash_file(file) == recorded else "changed"))
    return verdicts
