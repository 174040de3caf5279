"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["write_blocks"]


def write_blocks(path: Path, blocks: Iterable[bytes]) -> None:
    """Write blocks of bytes to a file that takes its name only when it is complete.

    Parameters
    ----------
    path
        The file; its folder must exist. An existing file is replaced in one step.
    blocks
        Content; may be made on the way. If making it fails, nothing is left behind.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            for block in blocks:
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        _share_mode(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _share_mode(part: Path) -> None:
    """Give a temporary file, which only its owner may read, the mode of an ordinary new file."""
    mask = os.umask(0)
    os.umask(mask)
    part.chmod(0o666 & ~mask)
