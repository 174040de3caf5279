"""How something was measured: one text in the study, four variables in SDTM."""

from __future__ import annotations

import polars as pl

from tutela.standards.sdtm.frames import column

__all__ = ["METHOD_PARTS", "method_of", "split_method"]

#: SDTM variable and the words that mark it inside the study's ``method`` text; no words for the method itself.
METHOD_PARTS = (
    ("--METHOD", ""),
    ("--POS", "position "),
    ("--LOC", "location "),
    ("--BDAGNT", "binding agent "),
)


def method_of(frame: pl.DataFrame, code: str) -> pl.Expr:
    """Join method, position, location and binding agent into one text.

    Parameters
    ----------
    frame
        Rows of the domain, blank cells null.
    code
        Two letters of the domain.
    """
    parts = [
        pl.lit(words) + column(frame, name.replace("--", code)) if words else column(frame, f"{code}METHOD")
        for name, words in METHOD_PARTS
    ]
    joined = pl.concat_str(parts, separator="; ", ignore_nulls=True)
    return pl.when(joined != "").then(joined)


def split_method(text: str | None) -> dict[str, str]:
    """Split the study's ``method`` text into its SDTM variables.

    Parameters
    ----------
    text
        As :func:`method_of` makes it.

    Examples
    --------
    >>> split_method("ELISA; binding agent XANOMELINE")
    {'--METHOD': 'ELISA', '--BDAGNT': 'XANOMELINE'}
    """
    found: dict[str, str] = {}
    rest: list[str] = []
    for part in (text or "").split("; "):
        name = next((name for name, words in METHOD_PARTS if words and part.startswith(words)), "")
        if name and name not in found:
            found[name] = part.removeprefix(dict(METHOD_PARTS)[name])
        elif part:
            rest.append(part)
    return {"--METHOD": "; ".join(rest), **found} if rest else found
