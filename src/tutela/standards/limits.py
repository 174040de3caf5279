"""The largest file that is read as a whole, so that a wrong file cannot exhaust the memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tutela.kernel.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MAX_BYTES", "check_size", "too_large"]

MAX_BYTES: Final = 2**31
"""2 GiB; a choice of this package, far above any data set of a trial in this field."""


def check_size(path: Path) -> int:
    """Size of a file that can be read.

    Raises
    ------
    InputError
        If there is no such file, it is a folder, empty, or larger than :data:`MAX_BYTES`.
    """
    if not path.exists():
        what = "There is no such file."
        raise InputError(what, file=str(path))
    if not path.is_file():
        what = "This is not a file."
        raise InputError(what, file=str(path), expected="a data set file")
    size = path.stat().st_size
    if size == 0:
        what = "The file is empty."
        raise InputError(what, file=path.name, advice="Ask for the file again.")
    if size > MAX_BYTES:
        raise too_large(path.name, size)
    return size


def too_large(file: str, size: int) -> InputError:
    """Make the error for a file over the limit."""
    what = "The file is too large to be read at once."
    advice = "Split it by subject or visit; NDJSON and Parquet take less room than CSV."
    return InputError(
        what, file=file, value=f"{size:,} bytes", expected=f"at most {MAX_BYTES:,} bytes", advice=advice
    )
