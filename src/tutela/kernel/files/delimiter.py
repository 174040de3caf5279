"""Which delimiter a CSV file uses."""

from __future__ import annotations

import re
from collections.abc import Collection

from tutela.kernel.errors import InputError
from tutela.kernel.files.model import DELIMITERS

__all__ = ["find_delimiter", "split_header"]

_QUOTED = re.compile(r'"(?:[^"]|"")*"')

#: Characters that some programs put between cells but that are not supported.
_UNSUPPORTED = {":": "colon", "^": "caret", "~": "tilde", "#": "hash", "  ": "blanks"}


def find_delimiter(
    header: str, sample: list[str], *, file: str, declared: str | None, names: Collection[str] = ()
) -> str:
    """Find the delimiter from the header and the first records.

    Parameters
    ----------
    header
        Header line.
    sample
        First records.
    file
        File name, for errors.
    declared
        Delimiter the study declares; None to detect it.
    names
        Column names that are expected: the delimiter that yields most of them is taken.

    Raises
    ------
    InputError
        If the declared delimiter is not in the header while another one is, or no delimiter is found
        where several columns are expected.
    """
    columns = {mark: len(split_header(header, mark)) for mark in DELIMITERS}
    if declared is not None:
        return _check_declared(declared, columns, header, file)
    expected = {name.lower() for name in names}

    def rank(mark: str) -> tuple[int, int, int]:
        found = {cell.lower() for cell in split_header(header, mark)}
        same = sum(_count(line, mark) == columns[mark] - 1 for line in sample)
        return len(found & expected), same if columns[mark] > 1 else 0, columns[mark]

    best = max(DELIMITERS, key=rank)
    if columns[best] == 1:
        _refuse_unsupported(header, file)
    return best


def split_header(header: str, mark: str) -> list[str]:
    """Names in a header line, without quotes and blanks around them."""
    cells: list[str] = []
    start = 0
    masked = _QUOTED.sub(lambda match: "q" * len(match[0]), header)
    for position in [i for i, sign in enumerate(masked) if sign == mark] + [len(header)]:
        cells.append(header[start:position].strip().removeprefix('"').removesuffix('"').strip())
        start = position + 1
    return cells


def _count(line: str, mark: str) -> int:
    return _QUOTED.sub("", line).count(mark)


def _check_declared(declared: str, columns: dict[str, int], header: str, file: str) -> str:
    others = [mark for mark, n in columns.items() if mark != declared and n > 1]
    if columns[declared] == 1 and others:
        what = "The file uses another delimiter than the study declares."
        raise InputError(
            what,
            file=file,
            value=header[:80],
            expected=f"{DELIMITERS[declared]} as declared, found {DELIMITERS[others[0]]}",
            advice="Correct delimiter under [files] in study.toml, or leave it out to detect it.",
        )
    return declared


def _refuse_unsupported(header: str, file: str) -> None:
    for mark, name in _UNSUPPORTED.items():
        if header.strip().count(mark) > 1:
            what = f"No delimiter was found; the header seems to use {name}."
            raise InputError(
                what,
                file=file,
                value=header[:80],
                expected=", ".join(DELIMITERS.values()),
                advice="Save the file as CSV with comma or semicolon.",
            )
