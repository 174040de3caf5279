"""Texts over 200 characters: the first part stays in the variable, the rest goes to numbered qualifiers."""

from __future__ import annotations

import polars as pl

from tutela.standards.sdtm.variables import MAX_TEXT

__all__ = ["cut_text", "join_long", "split_long"]

#: A qualifier's name is the variable's first seven characters and a digit.
_STEM = 7
_MAX_PARTS = 10

#: A part that is continued is nearly full; a shorter one beside a qualifier of such a name is a text of its own.
_MIN_CONTINUED = 100


def split_long(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[tuple[str, str]]]:
    """Split long texts.

    Parameters
    ----------
    frame
        Rows of a domain.

    Returns
    -------
    tuple
        The rows with qualifier columns added, and (QNAM, QLABEL) of those columns, as SDTM prescribes:
        ``AETERM1``, ``AETERM2`` ... continue ``AETERM``.
    """
    added: list[tuple[str, str]] = []
    for name in [column for column in frame.columns if frame[column].dtype == pl.String]:
        if not (frame[name].str.len_chars() > MAX_TEXT).any():
            continue
        parts = [cut_text(text or "") for text in frame[name].to_list()]
        count = min(max(map(len, parts)), _MAX_PARTS)
        names = [name, *(f"{name[:_STEM]}{i}" for i in range(1, count))]
        frame = frame.with_columns(
            pl.Series(key, [part[i] if len(part) > i else None for part in parts], dtype=pl.String)
            for i, key in enumerate(names)
        )
        added += [(key, f"{name} continued, part {i + 2}") for i, key in enumerate(names[1:])]
    return frame, added


def cut_text(text: str) -> list[str]:
    """Parts of at most 200 characters.

    Parameters
    ----------
    text
        Any text; an empty one has no parts.

    Notes
    -----
    A part that ends at a blank between two words has at most 199 characters and loses that blank; a part
    cut inside a word has exactly 200. So joining knows which is which.
    """
    parts: list[str] = []
    while len(text) > MAX_TEXT:
        blanks = [
            i
            for i in range(_MIN_CONTINUED, MAX_TEXT)
            if text[i] == " " and text[i - 1] != " " and text[i + 1] != " "
        ]
        end = blanks[-1] if blanks else MAX_TEXT
        parts.append(text[:end])
        text = text[end + 1 :] if blanks else text[end:]
    return [*parts, text] if text else parts


def join_long(frame: pl.DataFrame) -> pl.DataFrame:
    """Join texts that continue in numbered qualifiers.

    Parameters
    ----------
    frame
        Rows of a domain with its qualifiers merged.
    """
    joined = {}
    for name in frame.columns:
        whole = last = pl.col(name)
        for i in range(1, _MAX_PARTS):
            qualifier = f"{name[:_STEM]}{i}"
            if qualifier == name or qualifier not in frame.columns:
                break
            continues = pl.col(qualifier).is_not_null() & (last.str.len_chars() >= _MIN_CONTINUED)
            blank = pl.when(last.str.len_chars() == MAX_TEXT).then(pl.lit("")).otherwise(pl.lit(" "))
            whole = pl.when(continues).then(whole + blank + pl.col(qualifier)).otherwise(whole)
            last = pl.when(continues).then(pl.col(qualifier))
            joined[name] = whole
    return frame.with_columns(expression.alias(name) for name, expression in joined.items())
