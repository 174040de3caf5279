"""Results of measurements: numbers, results below or above a limit, titers, words."""

from __future__ import annotations

import polars as pl

from tutela.kernel.study.numbers import parse_numbers

__all__ = ["NO_RESULT", "parse_results"]

_NUMERAL = r"(\d+[.,]?\d*(?:[eE][+-]?\d+)?|[.,]\d+)"
_LIMITED = rf"^(<=|<|≤|=<|>=|>|≥|=>)\s*{_NUMERAL}\s*%?$"
_BELOW = (
    r"(?i)^<?\s*(?:blq|bql|bloq|blloq|blod|bld|bdl|lloq|llod|lod|loq)$"
    r"|^<?\s*below\b.*(?:quantif|detect|loq|lod|range|limit).*|^(?:not detected|undetected|undetectable|not detectable)$"
)
_TITER = r"^1\s*:\s*(\d+)$"

#: Words that say that there is no result; the row stays, without a value.
NO_RESULT = (
    "not done",
    "nd",
    "unable",
    "not evaluable",
    "not applicable",
    "not available",
    "not reported",
    "unknown",
    "missing",
    "pending",
    "none",
)


def parse_results(text: pl.Series, *, decimal: str = ".") -> pl.DataFrame:
    """Read a column of results.

    Parameters
    ----------
    text
        Trimmed text; null where there is nothing.
    decimal
        Decimal sign, ``"."`` or ``","``.

    Returns
    -------
    polars.DataFrame
        ``number``; ``limit`` (the number after < or <=); ``kind``: number, below, above, titer, word,
        none (a word for no result), bad (not finite), empty; ``problem``.

    Notes
    -----
    A result above a limit (``>500``) keeps the limit as its number: the true value is at least that. A
    result below a limit has no number, and the limit is its limit of quantification.

    Examples
    --------
    >>> parse_results(pl.Series(["38.5", "<0.5", "BLQ", ">500", "1:320", "POSITIVE", "ND"])).select(
    ...     "number", "limit", "kind").rows()
    [(38.5, None, 'number'), (None, 0.5, 'below'), (None, None, 'below'), (500.0, None, 'above'), \
(320.0, None, 'titer'), (None, None, 'word'), (None, None, 'none')]
    """
    plain = parse_numbers(text, decimal=decimal)
    frame = plain.with_columns(text.cast(pl.String).alias("text"))
    if frame["problem"].is_null().all():
        kind = pl.when(pl.col("text").is_null()).then(pl.lit("empty")).otherwise(pl.lit("number"))
        return frame.select(
            "number", pl.lit(None, dtype=pl.Float64).alias("limit"), kind.alias("kind"), "problem"
        )
    return _read_rest(frame, decimal)


def _read_rest(frame: pl.DataFrame, decimal: str) -> pl.DataFrame:
    sign = pl.col("text").str.extract(_LIMITED, 1)
    limits = parse_numbers(frame.select(pl.col("text").str.extract(_LIMITED, 2))["text"], decimal=decimal)
    frame = frame.with_columns(
        sign.alias("sign"), limits["number"].alias("limit"), limits["problem"].alias("limit_problem")
    )
    percent = pl.col("text").str.extract(r"^([+-]?\d+\.?\d*)\s*%$").cast(pl.Float64, strict=False)
    titer = pl.col("text").str.extract(_TITER).cast(pl.Float64, strict=False)
    lower = pl.col("text").str.to_lowercase()
    is_bad = (pl.col("problem") == "it is not finite") | pl.col("limit_problem").is_not_null()
    kind = (
        pl.when(pl.col("text").is_null())
        .then(pl.lit("empty"))
        .when(is_bad)
        .then(pl.lit("bad"))
        .when(pl.col("problem").is_null() | percent.is_not_null())
        .then(pl.lit("number"))
        .when(sign.str.contains("<|≤"))
        .then(pl.lit("below"))
        .when(sign.is_not_null())
        .then(pl.lit("above"))
        .when(titer.is_not_null())
        .then(pl.lit("titer"))
        .when(lower.is_in(list(NO_RESULT)))
        .then(pl.lit("none"))
        .when(pl.col("text").str.contains(_BELOW))
        .then(pl.lit("below"))
        .otherwise(pl.lit("word"))
    )
    frame = frame.with_columns(kind.alias("kind"), percent.alias("percent"), titer.alias("titer"))
    number = (
        pl.when(pl.col("kind") == "above")
        .then("limit")
        .when(pl.col("kind") == "titer")
        .then("titer")
        .otherwise(pl.coalesce("number", "percent"))
    )
    is_below = pl.col("kind") == "below"
    return frame.select(
        pl.when(pl.col("kind").is_in(["number", "above", "titer"])).then(number).alias("number"),
        pl.when(is_below).then("limit").alias("limit"),
        "kind",
        pl.when(pl.col("kind").is_in(["bad", "word"]))
        .then(pl.coalesce("limit_problem", "problem"))
        .alias("problem"),
    )
