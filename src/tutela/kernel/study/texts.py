"""The columns of a file as text: names brought to one form, cells trimmed, words for "no value" made null."""

from __future__ import annotations

import difflib

import polars as pl

from tutela.kernel.errors import InputError

__all__ = ["MISSING_TEXTS", "require_columns", "to_text"]

#: Texts that mean "no value", compared without case and surrounding blanks.
MISSING_TEXTS = ("", "na", "n/a", "null", "none", ".", "<na>")

# In these columns some of those texts are an answer: NA is sodium, "none" says that there was no seizure,
# no oxygen device.
_ANSWERS = {"test": ("na", "none", "null"), "value": ("none",), "device": ("none",)}
_POINTERS = ("source_file", "source_row")
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f]"


def to_text(frame: pl.DataFrame) -> pl.DataFrame:
    """All columns but ``source_row`` as trimmed text under lower-case names.

    Parameters
    ----------
    frame
        Columns of any type.

    Raises
    ------
    InputError
        If two columns have the same name but for case and blanks.

    Notes
    -----
    A whole number in a column of floats is written without its point, so that identifiers stay what they
    were. NaN in a column of floats means "no value", as in most tools; the text "NaN" in a file does not.
    """
    names = _names(frame)
    return pl.DataFrame([_text(frame[actual], name) for name, actual in names.items()])


def _names(frame: pl.DataFrame) -> dict[str, str]:
    names: dict[str, str] = {}
    for actual in frame.columns:
        name = actual.strip().lower()
        if name in names:
            what = "Two columns have the same name."
            raise InputError(what, column=actual, advice="Rename or remove one of them.")
        names[name] = actual
    return names


def _text(series: pl.Series, name: str) -> pl.Series:
    if name == "source_row":
        return series.cast(pl.Int64, strict=False).alias(name)
    clean = _cast(series).alias("text").to_frame()
    text = pl.col("text").str.replace_all(_CONTROL, "").str.replace_all(r"\r\n?", "\n").str.strip_chars()
    if name == "source_file":
        return clean.select(text.alias(name))[name]
    absent = [word for word in MISSING_TEXTS if word not in _ANSWERS.get(name, ())]
    clean = clean.select(text)
    # Long cells cannot be one of the short words: most columns need no comparison at all.
    is_short = pl.col("text").str.len_bytes() <= max(map(len, absent))
    missing = is_short & pl.col("text").str.to_lowercase().is_in(absent)
    return clean.select(pl.when(~missing).then("text").alias(name))[name]


def _cast(series: pl.Series) -> pl.Series:
    dtype = series.dtype
    if dtype == pl.String:
        return series
    if dtype == pl.Boolean:
        return series.replace_strict({True: "Y", False: "N"}, return_dtype=pl.String)
    if dtype.is_float():
        numbers = series.cast(pl.Float64).fill_nan(None)
        whole = numbers.cast(pl.Int64, strict=False)
        is_whole = (whole.cast(pl.Float64) == numbers) & (numbers.abs() < 2**53)
        return whole.cast(pl.String).zip_with(is_whole.fill_null(value=False), numbers.cast(pl.String))
    if isinstance(dtype, pl.Datetime):
        return series.dt.strftime("%Y-%m-%dT%H:%M:%S%.f" + ("%:z" if dtype.time_zone else ""))
    return series.cast(pl.String)


def require_columns(names: list[str], required: list[str], *, file: str, table: str) -> None:
    """Name the required columns that are missing, and the nearest ones there are.

    Parameters
    ----------
    names, required
        Columns there are, and columns that must be.
    file, table
        File and table, for the error.

    Raises
    ------
    InputError
        If one is missing.
    """
    missing = [column for column in required if column not in names]
    if not missing:
        return
    shown = [name for name in names if name not in _POINTERS]
    spare = [name for name in shown if name not in required]
    near = [
        f"Did you mean {found[0]!r} as {column!r}?"
        for column in missing
        if (found := difflib.get_close_matches(column, spare, n=1))
    ]
    several = "columns" if len(missing) > 1 else "column"
    verb = "are" if len(missing) > 1 else "is"
    what = (
        f"The {several} {', '.join(repr(column) for column in missing)} of the {table} table {verb} missing."
    )
    raise InputError(
        what,
        file=file,
        column=missing[0],
        expected=f"at least {', '.join(required)}",
        advice=" ".join([*near, f"The file has: {', '.join(shown[:30]) or 'no column'}."]),
    )
