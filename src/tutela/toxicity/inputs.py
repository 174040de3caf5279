"""The tables as a method needs them: checked columns, defaults for what is absent, all persons by name."""

from __future__ import annotations

import polars as pl

from tutela.kernel.agents import add_agents
from tutela.kernel.errors import InputError

__all__ = ["name_subjects", "prepare_measurements", "prepare_treatments", "select_test"]

_MEASUREMENTS: dict[str, pl.DataType] = {
    "subject": pl.String(),
    "time": pl.Float64(),
    "test": pl.String(),
    "value": pl.Float64(),
}
_TREATMENTS: dict[str, pl.DataType] = {"subject": pl.String(), "role": pl.String(), "start": pl.Float64()}
_TREATMENT_DEFAULTS: dict[str, pl.DataType] = {
    "treatment": pl.String(),
    "end": pl.Float64(),
    "is_ongoing": pl.Boolean(),
    "dose": pl.Float64(),
    "device": pl.String(),
    "flow": pl.Float64(),
    "route": pl.String(),
}
_MEASUREMENT_TEXTS: dict[str, pl.DataType] = dict.fromkeys(
    ("value_raw", "attribution", "time_precision", "source_file"), pl.String()
)
_TREATMENT_TEXTS = (
    "agent",
    "device",
    "route",
    "indication",
    "attribution",
    "start_precision",
    "end_precision",
)
#: A month or a year is no point in time.
_NO_TIME = ("month", "year")


def _require(frame: pl.DataFrame, columns: dict[str, pl.DataType], table: str) -> None:
    for name in columns:
        if name not in frame.columns:
            what = f"The {table} table has no column {name!r}."
            raise InputError(
                what, column=name, value=frame.columns, expected=", ".join(columns), advice=f"Add {name}."
            )


def prepare_measurements(measurements: pl.DataFrame, tests: tuple[str, ...]) -> pl.DataFrame:
    """Rows of the given tests, with their position in the table as ``row``.

    Raises
    ------
    InputError
        If a column is missing.
    """
    _require(measurements, _MEASUREMENTS, "measurements")
    rows = measurements.with_row_index("row").filter(pl.col("test").is_in(tests))
    # A column that is all null, or all whole numbers, may have come with another type.
    types = {"row": pl.Int64(), "time": pl.Float64(), "value": pl.Float64(), **_MEASUREMENT_TEXTS}
    return rows.cast({name: kind for name, kind in types.items() if name in rows.columns})


def select_test(rows: pl.DataFrame, test: str) -> pl.DataFrame:
    """Rows of one test that have a point in time."""
    has_time = pl.col("time").is_not_null() & pl.col("time").is_finite()
    if "time_precision" in rows.columns:
        has_time = has_time & ~pl.col("time_precision").is_in(_NO_TIME).fill_null(value=False)
    return rows.filter((pl.col("test") == test) & has_time)


def prepare_treatments(treatments: pl.DataFrame | None) -> pl.DataFrame | None:
    """The treatments table with its position as ``row``, and null for columns that are absent.

    Raises
    ------
    InputError
        If subject, role or start is missing.
    """
    if treatments is None:
        return None
    _require(treatments, _TREATMENTS, "treatments")
    filled = treatments.with_columns(
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in _TREATMENT_DEFAULTS.items()
        if name not in treatments.columns
    )
    if "agent" not in filled.columns:
        filled = add_agents(filled)
    numbers = dict.fromkeys(("row",), pl.Int64()) | dict.fromkeys(
        ("start", "end", "dose", "flow", "fio2"), pl.Float64()
    )
    types = numbers | dict.fromkeys(_TREATMENT_TEXTS, pl.String()) | {"is_ongoing": pl.Boolean()}
    rows = filled.with_row_index("row")
    return rows.cast({name: kind for name, kind in types.items() if name in rows.columns})


def name_subjects(*tables: pl.DataFrame | None) -> tuple[str, ...]:
    """Every person in any of the tables, sorted."""
    names = [table.get_column("subject").cast(pl.String) for table in tables if table is not None]
    if not names:
        return ()
    return tuple(pl.concat(names).drop_nulls().unique().sort().to_list())
