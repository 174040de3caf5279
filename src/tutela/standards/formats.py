"""SAS formats as text: name, width and decimals, taken apart and put together without loss."""

from __future__ import annotations

import re

from tutela.kernel.errors import StandardError

__all__ = ["join_format", "split_format"]

_FORMAT = re.compile(
    r"(?P<name>\$?(?:[A-Za-z_](?:\w*[A-Za-z_])?)?)(?P<width>\d*)\.?(?P<decimals>\d*)", re.ASCII
)


def split_format(text: str) -> tuple[str, int, int]:
    """Name, width and decimals of a SAS format.

    Parameters
    ----------
    text
        A format such as ``DATE9.``, ``8.2``, ``$CHAR20.``, ``E8601DA``; may be empty.

    Raises
    ------
    StandardError
        If the text is not a format.

    Examples
    --------
    >>> split_format("DATE9."), split_format("8.2"), split_format("E8601DA10.")
    (('DATE', 9, 0), ('', 8, 2), ('E8601DA', 10, 0))
    """
    match = _FORMAT.fullmatch(text.strip())
    if match is None:
        what = f"{text!r} is not a SAS format."
        raise StandardError(what, advice="Write it as NAMEw.d, such as DATE9. or 8.2.")
    return match["name"].upper(), int(match["width"] or 0), int(match["decimals"] or 0)


def join_format(name: str, width: int, decimals: int) -> str:
    """A SAS format as text; empty if there is none.

    Examples
    --------
    >>> join_format("DATE", 9, 0), join_format("", 8, 2), join_format("", 0, 0)
    ('DATE9.', '8.2', '')
    """
    if not (name or width or decimals):
        return ""
    return f"{name}{width or ''}.{decimals or ''}"
