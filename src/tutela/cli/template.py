"""An empty study folder, made from the declarations of the tables."""

from __future__ import annotations

from pathlib import Path

from tutela.kernel.errors import InputError

__all__ = ["write_template"]

_DATETIME = """# times in the tables are ISO 8601 date-times; time zero is subjects.infusion
kind = "datetime"
# zone of times written without one; leave out if all carry their own
zone = "UTC"
"""
_RELATIVE = """# times in the tables are numbers counted from the infusion
kind = "relative"
unit = "h"
"""
_CLOCKS = {"datetime": _DATETIME, "relative": _RELATIVE}

_TOML = """# A tutela study. Every key is explained in the documentation, page "The study folder".

[study]
id = "{name}"
title = "{name}"
product = ""
# data_cut = "2026-01-31"

[clock]
{clock}
# A study may change a declared number of a rule inside its allowed range; the change is shown beside
# every alert of that rule. `tutela rules show crs.severe` lists the numbers.
#
# [overrides."crs.severe".grade]
# value = 2
# reason = "protocol section 8.3"
# approved_by = "medical monitor"
# date = "2026-01-15"
"""


def write_template(folder: Path, *, clock: str) -> None:
    """Write ``study.toml``, the four tables with headings only, and a description of every column.

    Parameters
    ----------
    folder
        Folder to make; must not hold anything.
    clock
        ``datetime`` or ``relative``.

    Raises
    ------
    InputError
        If the folder holds something, or the clock is unknown.
    """
    if clock not in _CLOCKS:
        what = "There is no such clock."
        raise InputError(what, value=clock, expected=" or ".join(_CLOCKS))
    if folder.exists() and not folder.is_dir():
        what = "There is a file of this name."
        raise InputError(what, file=str(folder), advice="Choose another name for the folder.")
    if folder.exists() and any(folder.iterdir()):
        what = "The folder is not empty."
        raise InputError(what, file=str(folder), advice="Choose a new folder.")
    from tutela.kernel.tables import TABLES, describe

    folder.mkdir(parents=True, exist_ok=True)
    name = folder.resolve().name
    (folder / "study.toml").write_text(_TOML.format(name=name, clock=_CLOCKS[clock]), encoding="utf-8")
    lines = [
        f"# Columns of the study {name}",
        "",
        "Columns marked * must be there; all others may be left out.",
        "",
    ]
    for table, schema in TABLES.items():
        columns = [row for row in describe(schema).iter_rows(named=True) if not row["derived"]]
        (folder / f"{table}.csv").write_text(
            ",".join(row["column"] for row in columns) + "\n", encoding="utf-8"
        )
        lines += [f"## {table}.csv", ""]
        lines += [
            f"- `{row['column']}`{' *' if row['required'] else ''}: {row['meaning']}"
            + (f" [{row['unit']}]" if row["unit"] else "")
            for row in columns
        ]
        lines.append("")
    (folder / "COLUMNS.md").write_text("\n".join(lines), encoding="utf-8")
