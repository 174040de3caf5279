"""Measurements as written: numbers become texts in some unit, and faults become mistakes on paper."""

from __future__ import annotations

import polars as pl

from tutela.simulation.car_t.faults import MEASUREMENT_FAULTS
from tutela.simulation.car_t.formats import format_table

__all__ = ["ERRORS", "MEASUREMENT_COLUMNS", "TIME_FORMAT", "swap_day_month", "typo", "write_measurements"]

#: Columns of the raw measurements table, all text.
MEASUREMENT_COLUMNS = (
    "subject", "time", "test", "value", "unit", "low", "high", "lloq", "category", "specimen", "attribution",
)  # fmt: skip

#: Columns of ``truth.errors``.
ERRORS: dict[str, pl.DataType] = {
    "table": pl.String(),
    "row": pl.Int64(),
    "column": pl.String(),
    "original": pl.String(),
    "written": pl.String(),
    "kind": pl.String(),
    "subject": pl.String(),
}

TIME_FORMAT = "%Y-%m-%dT%H:%M"


def typo(identifier: pl.Expr) -> pl.Expr:
    """A mistyped identifier that belongs to nobody: the letter O for the first zero after the hyphen."""
    return identifier.str.replace("-0", "-O", literal=True)


def swap_day_month(time: pl.Expr) -> pl.Expr:
    """Day and month of an ISO date exchanged; unchanged where that gives no date or the same one."""
    month, day = time.str.slice(5, 2), time.str.slice(8, 2)
    can_swap = (day.cast(pl.Int64) <= 12) & (day != month)
    swapped = pl.concat_str(time.str.slice(0, 5), day, pl.lit("-"), month, time.str.slice(10))
    return pl.when(can_swap).then(swapped).otherwise(time)


def _kind(name: str) -> pl.Expr:
    return pl.col("kind") == MEASUREMENT_FAULTS.index(name)


def _format(value: pl.Expr) -> pl.Expr:
    """A number with the decimals of its test and unit."""
    plain = value.round(0).cast(pl.Int64).cast(pl.String)
    texts = [pl.when(pl.col("decimals") == d).then(value.round(d).cast(pl.String)) for d in (1, 2)]
    return pl.coalesce(*texts, plain)


def _convert(value: pl.Expr) -> pl.Expr:
    return value * pl.col("factor") + pl.col("offset")


def _express(measured: pl.DataFrame) -> pl.DataFrame:
    """Add the texts an attentive person would write: time, number, limits, unit."""
    formats = format_table()
    other = formats.filter(pl.col("is_other"))
    joined = measured.join(formats, on=["test", "is_other"], how="left", maintain_order="left").join(
        other.select("test", other_factor="factor", other_offset="offset"),
        on="test",
        how="left",
        maintain_order="left",
    )
    number = pl.when(pl.col("value").is_nan()).then(None).otherwise(_convert(pl.col("value")))
    limits = [
        pl.when(pl.col(name).is_nan()).then(None).otherwise(_format_limit(_convert(pl.col(name)))).alias(name)
        for name in ("low", "high", "lloq")
    ]
    return joined.with_columns(
        (pl.col("infusion") + pl.duration(minutes=pl.col("time"))).dt.strftime(TIME_FORMAT).alias("time"),
        pl.coalesce("text", _format(number)).alias("good"),
        number.alias("number"),
        *limits,
    )


def _format_limit(value: pl.Expr) -> pl.Expr:
    """A limit with three digits after the point at most, whole numbers without one."""
    rounded = value.round(3)
    return (
        pl.when(rounded == rounded.round(0))
        .then(rounded.cast(pl.Int64).cast(pl.String))
        .otherwise(rounded.cast(pl.String))
    )


def _spoil() -> list[pl.Expr]:
    """What is written instead where a row has a fault."""
    shift = pl.when(pl.col("is_up")).then(10.0).otherwise(0.1)
    # The number in the unit that the label does not name.
    wrong_unit = (
        pl.when(pl.col("is_other"))
        .then(pl.col("value"))
        .otherwise(pl.col("value") * pl.col("other_factor") + pl.col("other_offset"))
    )
    value = (
        pl.when(_kind("missing_value"))
        .then(None)
        .when(_kind("decimal_slip"))
        .then((pl.col("number") * shift).round(3).cast(pl.String))
        .when(_kind("decimal_comma"))
        .then(pl.col("good").str.replace(".", ",", literal=True))
        .when(_kind("mislabeled_unit"))
        .then(wrong_unit.round(2).cast(pl.String))
        .otherwise(pl.col("good"))
    )
    keep_limits = ~_kind("missing_limits")
    return [
        value.alias("new_value"),
        pl.when(_kind("subject_typo"))
        .then(typo(pl.col("subject")))
        .otherwise(pl.col("subject"))
        .alias("new_subject"),
        pl.when(_kind("swapped_date"))
        .then(swap_day_month(pl.col("time")))
        .otherwise(pl.col("time"))
        .alias("new_time"),
        pl.when(keep_limits).then(pl.col("low")).alias("new_low"),
        pl.when(keep_limits).then(pl.col("high")).alias("new_high"),
    ]


def write_measurements(measured: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Write measurement rows and log every departure.

    Parameters
    ----------
    measured
        Columns of :data:`tutela.simulation.car_t.records.MEASURED` and subject, infusion (date-time), kind,
        is_up, is_other.

    Returns
    -------
    table
        The raw measurements, all text, columns :data:`MEASUREMENT_COLUMNS`.
    errors
        Columns :data:`ERRORS`; ``row`` counts the rows of ``table`` from 1 and is null for a row that was
        never written.
    """
    both = _express(measured).with_columns(*_spoil())
    is_lost = _kind("missing_row") | _kind("missing_gap")
    lost = both.filter(is_lost)
    kept = both.filter(~is_lost)
    times = pl.when(_kind("duplicate")).then(2).otherwise(1)
    kept = kept.with_columns(copy=pl.int_ranges(times)).explode("copy").with_row_index("row", offset=1)
    table = kept.select(
        pl.col("new_subject").alias("subject"), pl.col("new_time").alias("time"), "test",
        pl.col("new_value").alias("value"), "unit", pl.col("new_low").alias("low"),
        pl.col("new_high").alias("high"), "lloq", "category", "specimen", "attribution",
    )  # fmt: skip
    return table, pl.concat([_log_lost(lost), *_log_kept(kept)])


def _entry(
    frame: pl.DataFrame, kind: pl.Expr, *, row: pl.Expr, column: pl.Expr, original: pl.Expr, written: pl.Expr
) -> pl.DataFrame:
    return frame.select(
        pl.lit("measurements").alias("table"), row.cast(pl.Int64).alias("row"), column.alias("column"),
        original.alias("original"), written.alias("written"), kind.alias("kind"), pl.col("subject"),
    ).cast(ERRORS)  # type: ignore[arg-type]  # fmt: skip


def _log_lost(lost: pl.DataFrame) -> pl.DataFrame:
    was = pl.concat_str("test", pl.lit(" "), "good", pl.lit(" at "), "time")
    none = pl.lit(None, dtype=pl.String)
    kind = pl.when(_kind("missing_gap")).then(pl.lit("missing_gap")).otherwise(pl.lit("missing_row"))
    return _entry(lost, kind, row=pl.lit(None), column=none, original=was, written=none)


def _log_kept(kept: pl.DataFrame) -> list[pl.DataFrame]:
    columns = {
        "missing_value": "value", "decimal_slip": "value", "decimal_comma": "value",
        "mislabeled_unit": "value", "subject_typo": "subject", "swapped_date": "time",
        "missing_limits": "high",
    }  # fmt: skip
    logs = []
    for kind, column in columns.items():
        was, now = pl.col("good" if column == "value" else column), pl.col(f"new_{column}")
        # A swap that gives no other date, or a comma without a point, changed nothing.
        changed = kept.filter(_kind(kind) & was.ne_missing(now))
        logs.append(
            _entry(changed, pl.lit(kind), row=pl.col("row"), column=pl.lit(column), original=was, written=now)
        )
    again = kept.filter(_kind("duplicate") & (pl.col("copy") == 1))
    none = pl.lit(None, dtype=pl.String)
    logs.append(
        _entry(again, pl.lit("duplicate"), row=pl.col("row"), column=none, original=none, written=none)
    )
    other = kept.filter(pl.col("is_other"))
    canonical = pl.col("test").replace_strict(_canonical_units(), return_dtype=pl.String)
    logs.append(
        _entry(other, pl.lit("other_unit"), row=pl.col("row"), column=pl.lit("unit"), original=canonical,
               written=pl.col("unit"))
    )  # fmt: skip
    return logs


def _canonical_units() -> dict[str, str | None]:
    rows = format_table().filter(~pl.col("is_other")).select("test", "unit")
    return dict(rows.iter_rows())
