"""CSV files, read as text so that nothing is lost before it can be checked.

A record is one line of the file, or several if a quoted cell holds line breaks. ``source_row`` counts
records after the header from 1, empty ones included: without line breaks in cells, record n stands in
line n + 1 of the file and of a spreadsheet.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import polars as pl

from tutela.kernel.errors import InputError
from tutela.kernel.files.content import read_content
from tutela.kernel.files.delimiter import find_delimiter, split_header
from tutela.kernel.files.model import DELIMITERS, FileOptions, FileTable

__all__ = ["BROKEN", "read_csv", "read_csv_table"]

#: Columns of the table of records that do not fit the header.
BROKEN: dict[str, pl.DataType] = {
    "row": pl.Int64(),
    "value": pl.String(),
    "expected": pl.String(),
    "reason": pl.String(),
}

_SAMPLE = 20
_SHOWN = 80
# Marks a quoted cell in the structure of a line; a control character that no text carries.
_CELL = "\x1a"
_NAMELESS = re.compile(r"column_\d+")


def read_csv(path: Path, *, options: FileOptions | None = None) -> pl.DataFrame:
    """Read a CSV file as text.

    Parameters
    ----------
    path
        File; may be compressed with gzip or Zstandard.
    options
        What is known of the file beforehand.

    Returns
    -------
    polars.DataFrame
        All columns as text, cells trimmed, empty cells null; and ``source_row``.

    Raises
    ------
    InputError
        If the file cannot be read, or a record does not fit the header. (:func:`read_csv_table` returns
        such records beside the table instead.)
    """
    table = read_csv_table(path, options=options)
    if table.broken.height:
        first = table.broken.row(0, named=True)
        what = f"{table.broken.height} records do not fit the header: {first['reason']}."
        raise InputError(
            what, file=table.name, row=first["row"], value=first["value"], expected=first["expected"]
        )
    return table.frame


def read_csv_table(
    path: Path, *, options: FileOptions | None = None, names: tuple[str, ...] = ()
) -> FileTable:
    """Read a CSV file as text, with the records that do not fit and what a reader should know.

    Parameters
    ----------
    path, options
        As in :func:`read_csv`.
    names
        Column names that are expected; they help to tell delimiters apart.

    Raises
    ------
    InputError
        If the file as a whole cannot be read.
    """
    path = Path(path)
    options = options or FileOptions()
    content = read_content(path, options)
    lines = pl.read_lines(io.BytesIO(content.text), name="line").to_series()
    start = _first_line(lines)
    header = lines[start]
    sample = lines.slice(start + 1, _SAMPLE).to_list()
    mark = find_delimiter(header, sample, file=path.name, declared=options.delimiter, names=names)
    columns = _column_names(header, mark, path.name)
    body = lines.slice(start + 1)
    structure = _structure(body, mark)
    if structure is None:
        cells, broken = _read_by_record(body, mark, columns, path.name)
    else:
        cells, broken = _read_by_line(body, structure, mark, columns)
    if broken.height and cells.is_empty():
        raise _nothing_fits(broken.row(0, named=True), path.name, mark, len(columns))
    return FileTable(_tidy(cells), path.name, mark, broken, content.notices)


def _nothing_fits(first: dict[str, Any], file: str, mark: str, expected: int) -> InputError:
    advice = "Check delimiter and decimal sign; a decimal comma needs another delimiter or quotes."
    if str(first["value"]).count(mark) + 1 < expected:
        advice = (
            f"Write a {DELIMITERS[mark]} for every empty cell too, or delete unused columns from the header."
        )
    what = f"No record fits the header: {first['reason']}."
    return InputError(
        what,
        file=file,
        row=first["row"],
        value=first["value"],
        expected=first["expected"],
        advice=advice,
    )


def _first_line(lines: pl.Series) -> int:
    """The header is the first line that is not empty."""
    position = (lines.str.strip_chars() != "").arg_max()
    return int(position or 0)


def _column_names(header: str, mark: str, file: str) -> list[str]:
    names = split_header(header, mark)
    names = [name or f"column_{number}" for number, name in enumerate(names, start=1)]
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            what = "Two columns have the same name."
            raise InputError(what, file=file, column=name, advice="Rename or remove one of them.")
        seen.add(name.lower())
    if "source_row" in seen and "source_file" not in seen:
        what = "The name source_row is reserved for the record number, together with source_file."
        raise InputError(what, file=file, column="source_row", advice="Rename the column.")
    return names


def _number(cells: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """Add the record numbers, unless the file itself says which file and record each row came from."""
    if "source_row" in cells.columns:
        return cells
    return cells.with_columns(rows.cast(pl.Int64).alias("source_row"))


def _structure(body: pl.Series, mark: str) -> pl.Series | None:
    """Lines with every quoted cell replaced by one character; None if a line is not a record."""
    if not body.str.contains('"', literal=True).any():
        return body
    masked = body.str.replace_all(r'"(?:[^"]|"")*"', _CELL)
    inside = f"[^{_CELL}{mark}]"
    is_odd = masked.str.contains('"', literal=True) | masked.str.contains(
        f"{inside}{_CELL}|{_CELL}{inside}|{_CELL}{_CELL}"
    )
    return None if is_odd.any() else masked


def _read_by_line(
    body: pl.Series, structure: pl.Series, mark: str, columns: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read a file in which every line is a record, all at once."""
    frame = pl.DataFrame({"line": body, "structure": structure}).with_row_index("row", offset=1)
    count = pl.col("structure").str.count_matches(mark, literal=True) + 1
    ends_open = (count == len(columns) + 1) & pl.col("structure").str.ends_with(mark)
    frame = frame.with_columns(
        pl.when(ends_open).then(count - 1).otherwise(count).alias("found"),
        pl.when(ends_open).then(pl.col("line").str.head(-1)).otherwise("line").alias("line"),
    ).filter(pl.col("line").str.strip_chars(f" {mark}") != "")
    whole = frame.filter(pl.col("found") == len(columns))
    quote = '"' if structure is not body else None
    cells = _number(_split(whole["line"], mark, columns, quote), whole["row"])
    return cells, _describe(frame.filter(pl.col("found") != len(columns)), mark, len(columns))


def _split(lines: pl.Series, mark: str, columns: list[str], quote: str | None) -> pl.DataFrame:
    """Cells of lines that all have as many as there are columns."""
    if lines.is_empty():
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    text = lines.to_frame().select(pl.col("line").str.join("\n")).item().encode("utf-8")
    return pl.read_csv(
        io.BytesIO(text),
        has_header=False,
        new_columns=columns,
        separator=mark,
        quote_char=quote,
        infer_schema=False,
    )


def _read_by_record(
    body: pl.Series, mark: str, columns: list[str], file: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read a file with line breaks or lone quotes inside cells, record by record."""
    rows: list[list[str]] = []
    numbers: list[int] = []
    broken: list[tuple[int, str, int]] = []
    for number, record in enumerate(_records(body, mark, file), start=1):
        if not any(cell.strip() for cell in record):
            continue
        if len(record) == len(columns) + 1 and not record[-1]:
            record.pop()
        if len(record) == len(columns):
            rows.append(record)
            numbers.append(number)
        else:
            broken.append((number, mark.join(record), len(record)))
    cells = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    schema = {"row": pl.Int64(), "line": pl.String(), "found": pl.Int64()}
    lost = pl.DataFrame(broken, schema=schema, orient="row")
    return _number(cells, pl.Series(numbers, dtype=pl.Int64)), _describe(lost, mark, len(columns))


def _records(body: pl.Series, mark: str, file: str) -> list[list[str]]:
    """Records by the rules of CSV; a quote inside a cell is only an error if it swallows the file."""
    text = "\n".join(body.to_list())
    done = 0
    try:
        records = []
        for record in csv.reader(
            io.StringIO(text, newline=""), delimiter=mark, skipinitialspace=True, strict=True
        ):
            records.append(record)
            done += 1
    except csv.Error as error:
        if "unexpected end" in str(error) or "larger than" in str(error):
            what = "A quoted cell is never closed."
            advice = "Close the quote, or write a quote inside a cell twice."
            raise InputError(what, file=file, row=done + 1, advice=advice) from error
        loose = csv.reader(io.StringIO(text, newline=""), delimiter=mark, skipinitialspace=True)
        return list(loose)
    return records


def _describe(broken: pl.DataFrame, mark: str, expected: int) -> pl.DataFrame:
    """Say what is wrong with records that do not fit the header."""
    number = pl.col("found").cast(pl.String)
    hint = pl.lit("")
    if mark == ",":
        has_comma = (pl.col("found") > expected) & pl.col("line").str.contains(r"(^|,)-?\d+,\d+(,|$)")
        hint = pl.when(has_comma).then(pl.lit("; a decimal comma may have split a number")).otherwise(hint)
    return broken.select(
        pl.col("row").cast(pl.Int64),
        pl.col("line").str.slice(0, _SHOWN).alias("value"),
        pl.lit(f"{expected} cells, as in the header, between {DELIMITERS[mark]}s").alias("expected"),
        pl.concat_str(pl.lit("the record has "), number, pl.lit(" cells"), hint).alias("reason"),
    ).cast(BROKEN)  # type: ignore[arg-type]


def _tidy(cells: pl.DataFrame) -> pl.DataFrame:
    """Trim cells, make empty ones null, drop nameless columns without content."""
    text = pl.col(pl.String).str.strip_chars()
    frame = cells.with_columns(pl.when(text != "").then(text).name.keep())
    hollow = [n for n in frame.columns if _NAMELESS.fullmatch(n) and frame[n].null_count() == frame.height]
    return frame.drop(hollow)
