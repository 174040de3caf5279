"""Source rows behind a derived value, as ``file:row``."""

from __future__ import annotations

import numpy as np
import polars as pl

from tutela.toxicity.windows import IntArray

__all__ = ["join_labels", "label_rows"]


def label_rows(table: pl.DataFrame | None, rows: IntArray) -> pl.Series:
    """Labels of rows of a study table.

    Parameters
    ----------
    table
        A study table with ``source_file`` and ``source_row``, or one without: then all labels are null.
    rows
        Shape (n,): positions in the table, -1 for none.

    Examples
    --------
    >>> table = pl.DataFrame({"source_file": ["vs.csv"], "source_row": [7]})
    >>> label_rows(table, np.array([0, -1])).to_list()
    ['vs.csv:7', None]
    """
    if table is None or not {"source_file", "source_row"} <= set(table.columns) or not table.height:
        return pl.Series("evidence", [None] * len(rows), dtype=pl.String)
    used = np.unique(rows[rows >= 0])
    words = table[used].select(
        pl.concat_str("source_file", pl.lit(":"), pl.col("source_row").cast(pl.String)).alias("evidence")
    )
    at = np.searchsorted(used, rows)
    index = pl.Series("at", at, dtype=pl.UInt32).scatter(np.flatnonzero(rows < 0), None)
    return words.get_column("evidence").gather(index)


def join_labels(labels: list[pl.Series]) -> pl.Series:
    """Put the labels of each row side by side, without repeating one.

    Examples
    --------
    >>> join_labels([pl.Series(["a:1", None]), pl.Series(["b:2", "b:3"])]).to_list()
    ['a:1, b:2', 'b:3']
    """
    frame = pl.DataFrame([label.alias(f"label{number}") for number, label in enumerate(labels)])
    names = frame.columns
    # A row seen twice (the same reading through two roles) is named once.
    for position, name in enumerate(names[1:], start=1):
        same = pl.any_horizontal(pl.col(name) == pl.col(earlier) for earlier in names[:position])
        frame = frame.with_columns(
            pl.when(same.fill_null(value=False)).then(None).otherwise(pl.col(name)).alias(name)
        )
    return frame.select(pl.concat_str(names, separator=", ", ignore_nulls=True).alias("evidence")).to_series()
