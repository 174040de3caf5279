"""Show or write a result table, the same way in every command."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tutela.cli.options import Format
from tutela.kernel.errors import InputError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["emit", "note", "say", "to_bytes"]

#: Rows shown on a screen before the rest is only counted.
MAX_SCREEN_ROWS = 200


def note(text: str) -> None:
    """Say something to the person, beside the result (on standard error)."""
    print(text, file=sys.stderr)


def say(text: str) -> None:
    """Write a result to standard output; a reader that has seen enough (``| head``) is no error."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still buffered would fail again at the end of the process.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def emit(
    table: pl.DataFrame,
    *,
    format: Format,
    out: Path | None,
    title: str = "",
    screen: tuple[str, ...] = (),
) -> None:
    """Write a table to a file or to the screen.

    Parameters
    ----------
    table
        The result.
    format
        ``table`` is for people; the others are for programs.
    out
        File to write; None for standard output.
    title
        Caption on the screen.
    screen
        Columns that fit a screen; none for all. Files and formats for programs always have all.

    Raises
    ------
    InputError
        If Parquet is asked for on a screen, or the file cannot be written.
    """
    if out is None and format is Format.PARQUET:
        what = "Parquet is not for the screen."
        raise InputError(what, expected="--out FILE", advice="Add --out result.parquet.")
    if out is None:
        if format is Format.TABLE:
            _show(table, title, screen)
        else:
            say(to_bytes(table, format).decode("utf-8").removesuffix("\n"))
        return
    from tutela.kernel.files import write_atomic

    chosen = _format_of(out) if format is Format.TABLE else format
    write_atomic(out, to_bytes(table, chosen))
    note(f"{table.height} rows written to {out}")


def _format_of(out: Path) -> Format:
    by_suffix = {".csv": Format.CSV, ".json": Format.JSON, ".parquet": Format.PARQUET}
    if out.suffix.lower() not in by_suffix:
        what = "The kind of file is not known from its name."
        raise InputError(
            what, file=out.name, expected=".csv, .json or .parquet", advice="Rename it, or add --format."
        )
    return by_suffix[out.suffix.lower()]


def to_bytes(table: pl.DataFrame, format: Format) -> bytes:
    """The table in a file format; lists become comma-separated text outside Parquet."""
    import polars as pl

    if format is Format.PARQUET:
        buffer = io.BytesIO()
        table.write_parquet(buffer)
        return buffer.getvalue()
    flat = table.with_columns(
        pl.col(name).cast(pl.List(pl.String)).list.join(", ")
        for name, kind in table.schema.items()
        if isinstance(kind, pl.List)
    )
    text = flat.write_json() + "\n" if format is Format.JSON else flat.write_csv()
    return text.encode("utf-8")


def _show(table: pl.DataFrame, title: str, columns: tuple[str, ...]) -> None:
    shown = table.select(name for name in columns if name in table.columns) if columns else table
    say(_render(shown, title))
    if shown.width < table.width:
        note(f"{shown.width} of {table.width} columns are shown; --out FILE or --format csv has all.")


def _render(table: pl.DataFrame, title: str) -> str:
    from rich.console import Console
    from rich.table import Table

    screen = Table(title=title or None, title_justify="left", header_style="bold", show_edge=False)
    for name, kind in table.schema.items():
        screen.add_column(name, justify="right" if kind.is_numeric() else "left", overflow="fold")
    for row in table.head(MAX_SCREEN_ROWS).iter_rows():
        screen.add_row(*(_cell(value) for value in row))
    # Rich would end the process at a closed pipe, so it draws into a text.
    console = Console(width=None if sys.stdout.isatty() else 180, soft_wrap=False)
    with console.capture() as drawn:
        console.print(screen)
        if table.height > MAX_SCREEN_ROWS:
            console.print(
                f"... and {table.height - MAX_SCREEN_ROWS} more rows; --out FILE writes all of them."
            )
        elif table.is_empty():
            console.print("(no rows)")
    return drawn.get().removesuffix("\n")


def _cell(value: object) -> str:
    if value is None:
        return "·"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    return str(value).replace("[", "\\[")
