"""JSON text to values, strictly: UTF-8, no NaN, and errors that name the line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NoReturn

from tutela.kernel.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["decode_text", "parse_document", "parse_lines"]

_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_SHOWN: Final = 40


def _refuse_constant(name: str) -> NoReturn:
    what = f"{name} is not JSON"
    raise ValueError(what)


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant)


def decode_text(raw: bytes, *, file: str, first_line: int = 1) -> str:
    """Bytes of a file as text; Dataset-JSON is UTF-8.

    Raises
    ------
    InputError
        If the bytes are not UTF-8; the line and the byte are named.
    """
    if raw.startswith(_UTF16) and first_line == 1:
        what = "The file is UTF-16; Dataset-JSON is UTF-8."
        raise InputError(what, file=file, advice="Save it again in UTF-8.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = first_line + raw.count(b"\n", 0, error.start)
        what = "The file is not UTF-8, as Dataset-JSON must be."
        raise InputError(
            what,
            file=file,
            row=line,
            value=raw[max(error.start - _SHOWN // 2, 0) : error.start + _SHOWN // 2],
            expected="UTF-8 text (the row is the line of the file)",
            advice="Save it again in UTF-8.",
        ) from None


def parse_document(text: str, *, file: str) -> object:
    """One JSON document.

    Raises
    ------
    InputError
        If it is not JSON; says whether it is cut off, else the line and what stands there.
    """
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        _fail(
            error.pos >= len(text.rstrip()) or _is_open_string(error), file, error.lineno, text[error.pos :]
        )
    except (ValueError, RecursionError) as error:
        what = f"The file is not JSON: {error}."
        raise InputError(what, file=file, advice="Missing values are null.") from None


def _is_open_string(error: json.JSONDecodeError) -> bool:
    return error.msg.startswith("Unterminated string")


def _fail(is_cut: bool, file: str, line: int, rest: str) -> NoReturn:  # noqa: FBT001
    what = "The file is cut off." if is_cut else "The file is not JSON."
    raise InputError(
        what,
        file=file,
        row=line,
        value=rest[:_SHOWN] or None,
        expected="complete JSON (the row is the line of the file)",
        advice="Copy or write the file again.",
    )


def parse_lines(lines: Sequence[bytes], *, file: str, first_line: int) -> list[Any]:
    """JSON values of lines, one value per line.

    Parameters
    ----------
    lines
        Lines with their ends.
    file, first_line
        For errors: file name, and number of the first line.

    Raises
    ------
    InputError
        If a line is not JSON; the line is named.
    """
    text = decode_text(b"".join(lines), file=file, first_line=first_line)
    stripped = [line.strip() for line in text.split("\n")]
    while stripped and not stripped[-1]:
        stripped.pop()
    try:
        values = _DECODER.decode(f"[{','.join(stripped)}]")
        if len(values) == len(stripped) and all(line.startswith("[") for line in stripped):
            return list(values)
    except (ValueError, RecursionError):
        pass
    is_ended = lines[-1].endswith(b"\n")
    return list(_parse_each(stripped, file, first_line, is_ended=is_ended))


def _parse_each(stripped: Sequence[str], file: str, first_line: int, *, is_ended: bool) -> Iterator[Any]:
    """Line by line, to find the one that is wrong."""
    for number, line in enumerate(stripped, start=first_line):
        try:
            value = _DECODER.decode(line)
        except (ValueError, RecursionError):
            is_last = number == first_line + len(stripped) - 1
            _fail(is_last and not is_ended, file, number, line)
        yield value
