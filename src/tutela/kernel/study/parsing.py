"""From text cells to typed columns; what cannot be read is returned, never guessed."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from tutela.kernel.study.config import UNIT_DAYS, Clock
from tutela.kernel.study.rejects import no_rejects, reject
from tutela.kernel.textfiles import MISSING_TEXTS
from tutela.kernel.times import add_elapsed, parse_times

__all__ = ["Work", "drop_duplicates", "parse_bool", "parse_elapsed", "parse_number", "to_text"]

_TRUE = ("y", "yes", "true", "1", "t")
_FALSE = ("n", "no", "false", "0", "f")
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


@dataclass
class Work:
    """A table under construction: its rows so far, and what was set aside.

    Parameters
    ----------
    name
        Name of the table.
    rows
        Rows still in use.
    clock
        How times are written.
    decimal
        Decimal sign of numbers.
    rejected
        What was set aside so far.
    """

    name: str
    rows: pl.DataFrame
    clock: Clock
    decimal: str = "."
    rejected: list[pl.DataFrame] = field(default_factory=list)

    def set_aside(
        self,
        when: pl.Expr,
        *,
        column: str,
        kind: str,
        reason: str | pl.Expr,
        expected: str | pl.Expr = "",
        value: str | pl.Expr | None = None,
    ) -> None:
        """Move rows out of use, with their reason."""
        is_bad = self.rows.select(when.fill_null(value=False).alias("bad")).to_series()
        if not is_bad.any():
            return
        bad = self.rows.filter(is_bad)
        self.rejected.append(
            reject(
                bad, table=self.name, column=column, kind=kind, reason=reason, expected=expected, value=value
            )
        )
        self.rows = self.rows.filter(~is_bad)

    @property
    def rejects(self) -> pl.DataFrame:
        """Everything set aside."""
        return pl.concat([no_rejects(), *self.rejected])


def to_text(frame: pl.DataFrame) -> pl.DataFrame:
    """All columns but ``source_row`` as stripped text; texts that mean "no value" become null."""
    columns = []
    for name, kind in frame.schema.items():
        if name == "source_row":
            columns.append(pl.col(name).cast(pl.Int64))
            continue
        if isinstance(kind, pl.Datetime):
            text = pl.col(name).dt.to_string("iso:strict")
        elif kind == pl.Boolean:
            text = pl.when(pl.col(name)).then(pl.lit("Y")).when(~pl.col(name)).then(pl.lit("N"))
        else:
            text = pl.col(name).cast(pl.String)
        text = text.str.strip_chars()
        # "none" is an answer where the result is a word (no seizure), and no value anywhere else.
        absent = [word for word in MISSING_TEXTS if name != "value" or word not in {"none", "unknown"}]
        missing = text.str.to_lowercase().is_in(absent) & (pl.lit(name) != "source_file")
        if kind.is_float():
            # NaN in a number column of a data frame means "no value", as in most tools.
            missing = missing | pl.col(name).is_nan()
        columns.append(pl.when(missing).then(None).otherwise(text).alias(name))
    return frame.select(columns)


def parse_number(work: Work, column: str) -> None:
    """Replace a text column by finite numbers; rows with anything else are set aside."""
    text = pl.col(column)
    if work.decimal == ",":
        text = text.str.replace(",", ".", literal=True)
    is_number = text.str.contains(_NUMBER)
    comma = pl.col(column).str.contains(r"^[+-]?\d+,\d+$") & (pl.lit(work.decimal) == ".")
    work.set_aside(
        pl.col(column).is_not_null() & ~is_number,
        column=column,
        kind="number",
        reason=pl.when(comma)
        .then(pl.lit("a decimal comma in a file that uses decimal points"))
        .otherwise(pl.lit("not a finite number")),
        expected="a number such as 38.5",
    )
    work.rows = work.rows.with_columns(text.cast(pl.Float64, strict=False).alias(column))
    work.set_aside(
        pl.col(column).is_infinite(),
        column=column,
        kind="number",
        reason="not a finite number",
        expected="a finite number",
    )


def parse_bool(work: Work, column: str) -> None:
    """Replace a text column by truth values; rows with anything else are set aside."""
    lower = pl.col(column).str.to_lowercase()
    work.set_aside(
        pl.col(column).is_not_null() & ~lower.is_in((*_TRUE, *_FALSE)),
        column=column,
        kind="term",
        reason="not a yes or no",
        expected="Y or N",
    )
    work.rows = work.rows.with_columns(
        pl.when(lower.is_in(_TRUE))
        .then(pl.lit(value=True))
        .when(lower.is_in(_FALSE))
        .then(pl.lit(value=False))
        .otherwise(None)
        .alias(column)
    )


def parse_elapsed(work: Work, column: str, zero: pl.DataFrame, *, raw: str, precision: str) -> None:
    """Replace a text column of times by days since infusion; keep the text and its precision.

    Parameters
    ----------
    work
        Table under construction.
    column
        Column of times as written.
    zero
        Columns ``subject`` and ``infusion`` (text).
    raw, precision
        Names of the columns that keep the text and its precision.
    """
    work.rows = work.rows.with_columns(pl.col(column).alias(raw))
    if work.clock.kind == "relative":
        parse_number(work, column)
        per = UNIT_DAYS[work.clock.unit]
        known = pl.when(pl.col(column).is_not_null()).then(pl.lit("relative"))
        work.rows = work.rows.with_columns(pl.col(column) * per, known.alias(precision))
        return
    times = parse_times(work.rows.get_column(column), zone=work.clock.zone)
    infusions = work.rows.select("subject").join(zero, on="subject", how="left", maintain_order="left")
    elapsed = add_elapsed(times, parse_times(infusions.get_column("infusion"), zone=work.clock.zone))
    work.rows = work.rows.with_columns(
        elapsed.get_column("elapsed").alias(column),
        times.get_column("precision").alias(precision),
        elapsed.get_column("problem").alias("_problem"),
    )
    work.set_aside(
        pl.col("_problem").is_not_null(),
        column=column,
        kind="time",
        reason=pl.col("_problem"),
        expected="an ISO 8601 date or date-time such as 2024-03-05T10:30 (declare [clock] zone if some lack one)",
        value=raw,
    )
    work.rows = work.rows.drop("_problem")


def drop_duplicates(work: Work, columns: list[str]) -> None:
    """Keep the first of rows that are equal in every column of the file."""
    is_first = work.rows.select(pl.struct(columns).is_first_distinct()).to_series()
    if is_first.all():
        return
    again = work.rows.filter(~is_first)
    work.rejected.append(
        reject(
            again,
            table=work.name,
            column="",
            value=pl.lit(None, dtype=pl.String),
            kind="duplicate",
            reason="the same row occurs before",
            action="duplicate removed",
        )
    )
    work.rows = work.rows.filter(is_first)
