"""From the columns of a file to the columns of a table: matched by name, all as text."""

from __future__ import annotations

import difflib

import polars as pl

from tutela.kernel.errors import InputError
from tutela.kernel.tables import TABLES, columns_of

__all__ = ["MISSING", "raw_columns", "to_raw"]

#: Spellings of a missing value, upper and lower case alike.
MISSING = ("", ".", "NA", "N/A", "NULL", "<NA>", "NONE")

#: Columns that are made on reading but may be given by who read the source before (SDTM, a written study).
GIVEN = {"measurements": ("value_raw", "unit_raw"), "treatments": ("agent",)}

_POINTERS = ("source_file", "source_row")
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f]"
# In these columns a word of MISSING can be a value: NA is sodium, NONE a seizure state or an allergy.
_KEEPS = {"test": ("", "."), "value": ("", ".", "NA", "N/A", "NULL", "<NA>")}


def raw_columns(table: str) -> dict[str, bool]:
    """Columns a study file may have -> whether it must have them."""
    return {
        name: bool((column.metadata or {}).get("required"))
        for name, column in TABLES[table].columns().items()
        if (column.metadata or {}).get("raw", True)
    }


def to_raw(
    frame: pl.DataFrame, *, table: str, file: str
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Bring a frame into the raw form of a table.

    Parameters
    ----------
    frame
        Columns in any order and case; more than the table knows are left out and reported.
    table
        Name of the table.
    file
        File name of rows that do not carry their own ``source_file``.

    Returns
    -------
    raw, notices
        All columns of the raw form as text (null where absent), ``source_file``, ``source_row``.

    Raises
    ------
    InputError
        If a required column is missing, or two columns have the same name but for case.
    """
    names = _match(frame, file)
    wanted = raw_columns(table)
    missing = [name for name, required in wanted.items() if required and name not in names]
    if missing:
        raise _missing_column(missing, names, wanted, table, file)
    derived = [name for name in columns_of(TABLES[table]) if name not in wanted]
    extra = [actual for name, actual in names.items() if name not in (*wanted, *derived, *_POINTERS)]
    columns = [
        _text(frame[names[name]], name) if name in names else pl.Series(name, [None] * frame.height, dtype=pl.String)
        for name in (*wanted, *GIVEN.get(table, ()))
    ]
    raw = pl.DataFrame(columns).with_columns(*_pointers(frame, names, file))
    notices = (f"{file}: columns not used: {', '.join(sorted(extra))}.",) if extra else ()
    return raw, notices


def _match(frame: pl.DataFrame, file: str) -> dict[str, str]:
    """Lower-case name -> actual name."""
    names: dict[str, str] = {}
    for actual in frame.columns:
        name = actual.strip().lower()
        if name in names:
            what = "Two columns have the same name."
            raise InputError(what, file=file, column=actual, advice="Rename or remove one of them.")
        names[name] = actual
    return names


def _missing_column(
    missing: list[str], names: dict[str, str], wanted: dict[str, bool], table: str, file: str
) -> InputError:
    shown = [actual for name, actual in names.items() if name not in _POINTERS]
    near = [
        f"{names[match[0]]!r} may be meant as {name!r}"
        for name in missing
        if (match := difflib.get_close_matches(name, [n for n in names if n not in wanted], n=1))
    ]
    plural = "s" if len(missing) > 1 else ""
    what = f"The {table} table lacks the column{plural} {', '.join(missing)}."
    has = f"It has: {', '.join(shown[:30]) or 'none'}."
    advice = " ".join((has, f"{'; '.join(near)}." if near else "Rename or add the column."))
    required = ", ".join(name for name, is_required in wanted.items() if is_required)
    return InputError(what, file=file, column=missing[0], expected=f"at least {required}", advice=advice)


def _text(series: pl.Series, name: str) -> pl.Series:
    """A column as trimmed text; missing values as null."""
    text = _cast(series)
    expression = (
        pl.col("text").str.replace_all(_CONTROL, "").str.replace_all(r"\r\n?", "\n").str.strip_chars()
    )
    clean = text.alias("text").to_frame().select(expression)["text"]
    missing = _KEEPS.get(name, MISSING)
    short = clean.str.len_bytes() <= max(len(word) for word in MISSING)
    is_missing = short & clean.str.to_uppercase().is_in(list(missing))
    return pl.select(pl.when(~is_missing).then(clean)).to_series().alias(name)


def _cast(series: pl.Series) -> pl.Series:
    dtype = series.dtype
    if dtype == pl.String:
        return series
    if dtype.is_float():
        # A whole number read as 101.0 is written as 101, so that identifiers stay what they were.
        whole = series.cast(pl.Float64).cast(pl.Int64, strict=False)
        is_whole = (whole.cast(pl.Float64) == series) & (series.abs() < 2**53)
        return whole.cast(pl.String).zip_with(is_whole.fill_null(value=False), series.cast(pl.String))
    if isinstance(dtype, pl.Datetime):
        form = "%Y-%m-%dT%H:%M:%S%.f" + ("%:z" if dtype.time_zone else "")
        return series.dt.strftime(form)
    return series.cast(pl.String)


def _pointers(frame: pl.DataFrame, names: dict[str, str], file: str) -> tuple[pl.Series, pl.Series]:
    """File and record of every row; what the frame itself says wins."""
    count = pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True)
    rows, files = count, pl.Series([file], dtype=pl.String).new_from_index(0, frame.height)
    if "source_row" in names:
        given = frame[names["source_row"]].cast(pl.Int64, strict=False)
        rows = given.zip_with(given.is_not_null() & (given >= 1), count)
    if "source_file" in names:
        given_file = frame[names["source_file"]].cast(pl.String)
        files = given_file.zip_with(given_file.is_not_null(), files)
    return files.alias("source_file"), rows.alias("source_row")
