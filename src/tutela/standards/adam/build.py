"""A frame made into an ADaM data set: declared variables, their labels and lengths, texts that fit."""

from __future__ import annotations

import unicodedata

import polars as pl

from tutela.standards.adam.variables import VARIABLES, Variable
from tutela.standards.build import build_dataset
from tutela.standards.dataset import Column, Dataset
from tutela.standards.sdtm.variables import check_length

__all__ = ["build_adam", "fit_text"]

#: Declared type, target type and SAS format by kind.
_TYPES: dict[str, tuple[str, str, str]] = {
    "text": ("string", "", ""),
    "integer": ("integer", "", ""),
    "float": ("float", "", ""),
    "date": ("date", "integer", "DATE9."),
    "datetime": ("datetime", "integer", "DATETIME20."),
}

_STORAGE: dict[str, pl.DataType] = {
    "text": pl.String(),
    "integer": pl.Int64(),
    "float": pl.Float64(),
    "date": pl.Date(),
    "datetime": pl.Datetime("us"),
}

#: Characters of our own wording that SAS transport (ASCII) does not have.
_ASCII = {
    "\u2265": ">=",  # greater than or equal to
    "\u2264": "<=",  # less than or equal to
    "\u00d7": "x",  # multiplication sign
    "\u00b5": "u",  # micro sign
    "\u03bc": "u",  # Greek mu
    "\u2013": "-",  # en dash
    "\u2014": "-",  # em dash
    "\u2212": "-",  # minus sign
    "\u00b0": "deg ",  # degree sign
    "\u00b2": "2",  # superscript two
}


def build_adam(frame: pl.DataFrame, *, name: str, label: str, variables: tuple[str, ...]) -> Dataset:
    """Make an ADaM data set.

    Parameters
    ----------
    frame
        Has the variables by name; those it lacks are added without values.
    name, label
        Of the data set.
    variables
        Names in order, all declared in :data:`tutela.standards.adam.variables.VARIABLES`.

    Returns
    -------
    Dataset
        Typed as declared; the length of a text variable is what its longest value needs.
    """
    declared = [VARIABLES[variable] for variable in variables]
    cells = frame.select(
        (pl.col(v.name) if v.name in frame.columns else pl.lit(None)).cast(_STORAGE[v.kind]).alias(v.name)
        for v in declared
    )
    return build_dataset(cells, name=name, label=label, columns=[_column(v, cells) for v in declared])


def _column(variable: Variable, frame: pl.DataFrame) -> Column:
    type_, target, display = _TYPES[variable.kind]
    length = None
    if variable.kind == "text":
        length = check_length(frame[variable.name], variable.length)
    return Column(
        variable.name, variable.label, type=type_, target_type=target, format=display, length=length
    )


def fit_text(text: str | None, *, max_bytes: int = 200) -> str | None:
    """Text of our own wording as ASCII that fits a variable; a cut text ends with three points.

    Parameters
    ----------
    text
        A reason or explanation; never an identifier or a reported term.
    max_bytes
        Greatest length.

    Examples
    --------
    >>> fit_text("value ≥ 3 × ULN"), fit_text("a longer reason", max_bytes=10)
    ('value >= 3 x ULN', 'a longe...')
    """
    if text is None or text == "":
        return None
    for character, plain in _ASCII.items():
        text = text.replace(character, plain)
    plain_text = unicodedata.normalize("NFKD", text).encode("ascii", "replace").decode("ascii")
    return plain_text if len(plain_text) <= max_bytes else plain_text[: max_bytes - 3] + "..."
