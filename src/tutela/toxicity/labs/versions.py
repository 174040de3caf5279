"""What changes when the same values are graded by another version of the criteria.

CTCAE 6 moves neutrophil grades one step down (grade 4 below 0.1 instead of 0.5 x 10^9/L) and grade 4
platelets from 25 to 10, so "grade 4 neutropenia" means different things in two trials. This table says how
many rows and whom it concerns.
"""

from __future__ import annotations

import polars as pl

from tutela.toxicity.labs.grading import grade
from tutela.toxicity.labs.options import LabOptions

__all__ = ["VERSION_SHIFT_COLUMNS", "version_shift"]

#: Columns of :func:`version_shift` and what they mean.
VERSION_SHIFT_COLUMNS = {
    "test": "test code",
    "direction": "L or H",
    "term_before": "term of the first version; null if it has none",
    "term_after": "term of the second version; null if it has none",
    "grade_before": "grade by the first version; null if not gradable",
    "grade_after": "grade by the second version; null if not gradable",
    "rows": "laboratory values",
    "n": "number of subjects",
    "subjects": "the subjects",
    "is_changed": "whether the grade differs",
    "version_before": "first version",
    "version_after": "second version",
}

_DEFAULTS = LabOptions()


def version_shift(
    measurements: pl.DataFrame,
    *,
    subjects: pl.DataFrame | None = None,
    before: str = "ctcae-5",
    after: str = "ctcae-6",
    options: LabOptions = _DEFAULTS,
    only_changed: bool = False,
) -> pl.DataFrame:
    """Cross-tabulate the grades of two versions, value by value.

    Parameters
    ----------
    measurements, subjects, options
        As in :func:`tutela.toxicity.labs.grade`.
    before, after
        Versions compared.
    only_changed
        Leave out the cells in which the grade is the same.

    Returns
    -------
    polars.DataFrame
        Columns of :data:`VERSION_SHIFT_COLUMNS`, ordered by test, direction and grades. A value that one
        version cannot grade, or has no term for, counts as changed if the other version grades it.

    Raises
    ------
    InputError
        If a column is missing or a version does not exist.

    Examples
    --------
    >>> import polars as pl
    >>> anc = pl.DataFrame({"subject": ["1"], "time": [9.0], "test": ["NEUT"], "value": [0.3],
    ...                     "unit": ["10^9/L"]})
    >>> version_shift(anc).select("grade_before", "grade_after", "n").row(0)
    (4, 3, 1)
    """
    # Equal input and options give equal rows in equal order, so the two tables stand side by side.
    first, second = (
        grade(measurements, subjects=subjects, version=version, options=options).table
        for version in (before, after)
    )
    parts = [_one_direction(first, second, letter) for letter in ("l", "h")]
    cells = ["test", "direction", "term_before", "term_after", "grade_before", "grade_after"]
    table = (
        pl.concat(parts)
        .group_by(cells)
        .agg(
            pl.len().cast(pl.Int64).alias("rows"),
            pl.col("subject").n_unique().cast(pl.Int64).alias("n"),
            pl.col("subject").unique().sort().alias("subjects"),
        )
        .with_columns(
            pl.col("grade_before").ne_missing(pl.col("grade_after")).alias("is_changed"),
            pl.lit(before).alias("version_before"),
            pl.lit(after).alias("version_after"),
        )
        .sort(cells, nulls_last=False)
        .select(list(VERSION_SHIFT_COLUMNS))
    )
    return table.filter("is_changed") if only_changed else table


def _one_direction(first: pl.DataFrame, second: pl.DataFrame, letter: str) -> pl.DataFrame:
    sides = first.select(
        "subject",
        "test",
        pl.lit(letter.upper()).alias("direction"),
        pl.col(f"term_{letter}").alias("term_before"),
        pl.col(f"grade_{letter}").alias("grade_before"),
    ).with_columns(
        second.get_column(f"term_{letter}").alias("term_after"),
        second.get_column(f"grade_{letter}").alias("grade_after"),
    )
    return sides.filter(pl.col("term_before").is_not_null() | pl.col("term_after").is_not_null())
