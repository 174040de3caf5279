"""Files that are made in portions and still appear whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutela.kernel.files import write_atomic

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["write_blocks"]


def write_blocks(path: Path, blocks: Iterable[bytes]) -> None:
    """Write blocks of bytes to a file that takes its name only when it is complete.

    Parameters
    ----------
    path
        The file; an existing one is replaced in one step.
    blocks
        Content; may be made on the way. If making it fails, nothing is left behind.

    Raises
    ------
    InputError
        If the file cannot be written.
    """

    def write(part: Path) -> None:
        with part.open("wb") as file:
            file.writelines(blocks)

    write_atomic(path, write)
