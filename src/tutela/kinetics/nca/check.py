"""What the samples of a profile must look like, and what a value below quantification is."""

from __future__ import annotations

import polars as pl

from tutela.kernel.errors import InputError

__all__ = ["below_quantification", "check_samples"]

_OPTIONAL: dict[str, pl.DataType] = {
    "unit": pl.String(),
    "lloq": pl.Float64(),
    "is_censored": pl.Boolean(),
    "specimen": pl.String(),
    "lambda_z_include": pl.Boolean(),
    "lambda_z_exclude": pl.Boolean(),
    "source_file": pl.String(),
    "source_row": pl.Int64(),
}

_ADVICE = "Correct the value; flag it as censored if below quantification; leave it empty if missing."


def below_quantification() -> pl.Expr:
    """Whether a sample is below quantification: flagged so, or 0, or below the limit given in its row."""
    value = pl.col("value")
    is_low = (value == 0) | (value < pl.col("lloq"))
    return pl.col("is_censored").fill_null(value=False) | is_low.fill_null(value=False)


def check_samples(profiles: pl.DataFrame, *, by: tuple[str, ...]) -> pl.DataFrame:
    """Check the samples and bring them into one shape.

    Parameters
    ----------
    profiles
        One row per sample.
    by
        Columns that identify a profile.

    Returns
    -------
    polars.DataFrame
        The keys, ``time``, ``value`` (null where no usable number was recorded), ``unit``, ``specimen``,
        ``lloq``, ``is_blq``, ``include``, ``exclude``, ``evidence`` and ``is_present`` (time and result are
        known).

    Raises
    ------
    InputError
        If a column is missing or not numeric, a number is not finite, or a concentration is negative.

    Notes
    -----
    Below quantification: flagged as censored, or 0, or a number below the limit given in its row.
    """
    _check_columns(profiles, by)
    rows = profiles.with_row_index("_row", offset=1).select(
        "_row",
        *by,
        pl.col("time", "value").cast(pl.Float64),
        *(
            pl.col(name).cast(kind) if name in profiles.columns else pl.lit(None, dtype=kind).alias(name)
            for name, kind in _OPTIONAL.items()
            if name not in by
        ),
    )
    flags = pl.col("is_censored", "lambda_z_include", "lambda_z_exclude")
    rows = rows.with_columns(flags.fill_null(value=False))
    _check_numbers(rows)
    value = pl.col("value")
    rows = rows.with_columns(is_blq=below_quantification())
    # A number beside a censored flag is a coding of the limit unless it lies between 0 and the limit.
    below = value.is_finite() & (value > 0) & (value < pl.col("lloq"))
    recorded = pl.when(~pl.col("is_blq") | below).then(value)
    file, row = pl.col("source_file"), pl.col("source_row")
    return rows.select(
        *by,
        "time",
        recorded.alias("value"),
        *(name for name in ("unit", "specimen") if name not in by),
        "lloq",
        "is_blq",
        pl.col("lambda_z_include").alias("include"),
        pl.col("lambda_z_exclude").alias("exclude"),
        pl.when(file.is_not_null() & row.is_not_null())
        .then(pl.format("{}:{}", file, row))
        .otherwise(pl.lit(""))
        .alias("evidence"),
        is_present=pl.col("time").is_not_null() & (value.is_not_null() | pl.col("is_blq")),
    )


def _check_columns(profiles: pl.DataFrame, by: tuple[str, ...]) -> None:
    for name in (*by, "time", "value"):
        if name not in profiles.columns:
            what = "A column is missing from the profiles."
            raise InputError(
                what,
                column=name,
                expected="columns " + ", ".join((*by, "time", "value")),
                advice="Rename the column, or name the identifying columns with by=.",
            )
    for name in ("time", "value", "lloq"):
        kind = profiles.schema.get(name, pl.Float64())
        if not (kind.is_numeric() or kind == pl.Null):
            what = f"The column {name} does not hold numbers."
            raise InputError(
                what,
                column=name,
                value=str(kind),
                expected="a numeric column",
                advice="Read results such as '<10' with the study reader, which flags them as censored.",
            )


def _check_numbers(rows: pl.DataFrame) -> None:
    uncensored = ~pl.col("is_censored")
    problems = (
        ("time", ~pl.col("time").is_finite(), "A time is not a finite number.", "a finite number of days"),
        ("lloq", ~(pl.col("lloq").is_finite() & (pl.col("lloq") >= 0)),
         "A limit of quantification cannot be used.", "a finite number, 0 or more"),
        ("value", uncensored & ~pl.col("value").is_finite(),
         "A concentration is not a finite number.", "a finite number, or empty if missing"),
        ("value", uncensored & (pl.col("value") < 0), "A concentration is negative.", "0 or more"),
    )  # fmt: skip
    for column, is_bad, what, expected in problems:
        bad = rows.filter(is_bad.fill_null(value=False))
        if bad.height:
            row = bad.row(0, named=True)
            raise InputError(
                what,
                file=row["source_file"],
                row=row["source_row"] or row["_row"],
                column=column,
                value=row[column],
                expected=expected,
                advice=_ADVICE,
            )
