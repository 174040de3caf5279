"""Names of data sets and variables as SAS transport files of version 5 allow them."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from tutela.standards.refuse import refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MAX_LABEL", "MAX_NAME", "check_label", "check_names", "is_valid_name", "suggest_names"]

MAX_NAME: Final = 8
MAX_LABEL: Final = 40
_VALID: Final = re.compile(r"[A-Z_][A-Z0-9_]{0,7}", re.ASCII)
_RULE: Final = "a name has 1 to 8 characters of A-Z, 0-9 and _, and does not start with a digit"


def is_valid_name(name: str) -> bool:
    """True if a data set or variable may have this name in a transport file.

    Examples
    --------
    >>> [is_valid_name(name) for name in ("LBTESTCD", "_N1", "1ABC", "lbtest", "LONGVARNAME1", "")]
    [True, True, False, False, False, False]
    """
    return _VALID.fullmatch(name) is not None


def check_names(names: Sequence[str], *, dataset: str) -> None:
    """Refuse names that a transport file cannot hold; nothing is ever cut.

    Parameters
    ----------
    names
        Variable names in frame order.
    dataset
        Data set name, which is checked too.

    Raises
    ------
    StandardError
        If a name is not allowed or occurs twice; the advice gives a name that would be.
    """
    if not is_valid_name(dataset):
        what = f"The data set name is not allowed: {_RULE}."
        raise refusal(what, dataset=dataset, value=dataset)
    for name in names:
        if not is_valid_name(name):
            what = f"The variable name is not allowed: {_RULE}."
            advice = f"Rename it, for example to {suggest_names(names)[name]}."
            raise refusal(what, dataset=dataset, column=name, value=name, advice=advice)
    for name, count in Counter(names).items():
        if count > 1:
            what = "A variable name occurs more than once."
            raise refusal(what, dataset=dataset, column=name)


def suggest_names(names: Sequence[str]) -> dict[str, str]:
    """Allowed and distinct names for any names, as a proposal to the user.

    Parameters
    ----------
    names
        Any texts.

    Returns
    -------
    dict
        Name to proposal; allowed names are kept, others are put in upper case, other characters
        become ``_``, and names that agree in their first characters get a number at the end.

    Examples
    --------
    >>> suggest_names(["AGE", "lab test code 1", "lab test code 2"])
    {'AGE': 'AGE', 'lab test code 1': 'LAB_TEST', 'lab test code 2': 'LAB_TES2'}
    """
    proposals = {name: name for name in names if is_valid_name(name)}
    for name in names:
        if name in proposals:
            continue
        base = re.sub(r"[^A-Z0-9_]", "_", name.upper(), flags=re.ASCII) or "_"
        base = (base if not base[0].isdigit() else f"_{base}")[:MAX_NAME]
        candidate, number = base, 1
        while candidate in proposals.values():
            number += 1
            candidate = f"{base[: MAX_NAME - len(str(number))]}{number}"
        proposals[name] = candidate
    return {name: proposals[name] for name in names}


def check_label(label: str, *, dataset: str, column: str | None = None, encoding: str = "ascii") -> None:
    """Refuse a label that a transport file cannot hold; nothing is ever cut.

    Raises
    ------
    StandardError
        If it has more than 40 bytes, or characters that the encoding does not have.
    """
    advice = "Shorten the label and write it in plain letters."
    try:
        size = len(label.encode(encoding))
    except UnicodeEncodeError:
        what = f"A label may hold {encoding} characters only."
        raise refusal(what, dataset=dataset, column=column, value=label, advice=advice) from None
    if not label.isprintable():
        what = "A label may not hold line breaks, tabs or other control characters."
        raise refusal(what, dataset=dataset, column=column, value=label, advice=advice)
    if size > MAX_LABEL:
        what = f"A label may have {MAX_LABEL} bytes; this one has {size}."
        raise refusal(what, dataset=dataset, column=column, value=label, advice=advice)
