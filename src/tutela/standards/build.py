"""Make a data set from any frame: declared types are kept to, undeclared ones follow the polars type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tutela.standards.convert import to_storage
from tutela.standards.dataset import Column, Dataset, Source
from tutela.standards.refuse import refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["blank_to_null", "build_dataset", "infer_column"]


def build_dataset(
    frame: pl.DataFrame,
    *,
    name: str,
    label: str = "",
    columns: Iterable[Column] = (),
    source: Source | None = None,
    notices: Sequence[str] = (),
) -> Dataset:
    """Make a data set from a frame.

    Parameters
    ----------
    frame
        Records; text is converted to the declared type where one is declared.
    name, label
        Of the data set.
    columns
        Metadata of some or all variables, in any order; the frame decides the order of the data set.
        Variables without metadata get the type that follows from their polars type.
    source, notices
        As in :class:`tutela.standards.dataset.Dataset`.

    Returns
    -------
    Dataset

    Raises
    ------
    StandardError
        If a value does not fit its declared type (column, row and value are named), a declared
        variable is not in the frame, or a variable without any value has no declared type.

    Examples
    --------
    >>> frame = pl.DataFrame({"USUBJID": ["01", "02"], "TRTSDT": ["2024-01-02", None]})
    >>> dataset = build_dataset(
    ...     frame, name="ADSL", columns=[Column("TRTSDT", type="date", target_type="integer")]
    ... )
    >>> dataset.frame["TRTSDT"].dtype, dataset.column("USUBJID").type
    (Date, 'string')
    """
    declared = {column.name: column for column in columns}
    absent = [column for column in declared if column not in frame.columns]
    if absent:
        what = f"Declared variables are not in the frame: {', '.join(absent)}."
        raise refusal(what, dataset=name, advice=f"It has: {', '.join(frame.columns)}.")
    resolved = [declared.get(series.name) or infer_column(series, dataset=name) for series in frame]
    cast = [to_storage(series, column, dataset=name) for series, column in zip(frame, resolved, strict=True)]
    return Dataset(
        name,
        label,
        pl.DataFrame({series.name: series for series in cast}),
        tuple(resolved),
        source=source or Source(),
        notices=tuple(notices),
    )


def infer_column(series: pl.Series, *, dataset: str = "") -> Column:
    """Metadata that follow from the polars type of a series; values are never looked at.

    Raises
    ------
    StandardError
        If the type has no counterpart in the standards, or is Null.
    """
    dtype = series.dtype
    if dtype.is_integer():
        return Column(series.name, type="integer")
    if dtype.is_float():
        return Column(series.name, type="float")
    if dtype.is_decimal():
        return Column(series.name, type="decimal", target_type="decimal")
    if dtype == pl.Boolean():
        return Column(series.name, type="boolean")
    if dtype in (pl.String, pl.Categorical, pl.Enum):
        return Column(series.name)
    if isinstance(dtype, pl.Datetime) and dtype.time_zone is not None:
        return Column(series.name, type="datetime")
    for temporal, kind in ((pl.Date, "date"), (pl.Datetime, "datetime"), (pl.Time, "time")):
        if dtype == temporal:
            return Column(series.name, type=kind, target_type="integer")
    if dtype == pl.Null:
        what = "The variable has no value and no declared type; the type is never guessed."
        raise refusal(what, dataset=dataset, column=series.name, advice="Declare it with a Column.")
    what = f"Values of type {dtype} have no counterpart in the standards."
    raise refusal(what, dataset=dataset, column=series.name, advice="Convert them to text or numbers first.")


def blank_to_null(frame: pl.DataFrame) -> pl.DataFrame:
    """Empty and all-blank text as null: the one kind of missing that an analysis needs.

    Examples
    --------
    >>> blank_to_null(pl.DataFrame({"AESER": ["Y", "", None]}))["AESER"].to_list()
    ['Y', None, None]
    """
    text = pl.col(pl.String)
    return frame.with_columns(pl.when(text.str.strip_chars() != "").then(text).name.keep())
