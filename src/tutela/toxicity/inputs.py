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
    return rows.with_columns(pl.col("row").cast(pl.Int64), pl.col("time").cast(pl.Float64))


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
    return filled.with_row_index("row").with_columns(
        pl.col("row").cast(pl.Int64), pl.col("start").cast(pl.Float64)
    )


def name_subjects(*tables: pl.DataFrame | None) -> tuple[str, ...]:
    """Every person in any of the tables, sorted."""
    names = [table.get_column("subject").cast(pl.String) for table in tables if table is not None]
    if not names:
        return ()
    return tuple(pl.concat(names).drop_nulls().unique().sort().to_list())
