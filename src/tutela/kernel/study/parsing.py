"""From text cells to typed columns; what cannot be read is returned, never guessed."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from tutela.kernel.clock import Clock, to_elapsed, to_relative
from tutela.kernel.errors import TimeError
from tutela.kernel.study.numbers import parse_numbers
from tutela.kernel.study.rejects import CELL_LEFT_EMPTY, DUPLICATE_REMOVED, no_rejects, reject

__all__ = ["Work", "drop_duplicates", "parse_bool", "parse_elapsed", "parse_number"]

_TRUE = ("y", "yes", "true", "1", "t")
_FALSE = ("n", "no", "false", "0", "f")
_EXPECTED_DATE = "an ISO 8601 date or date-time such as 2024-03-05T10:30"


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
    notices
        What else a reader must know of the table.
    """

    name: str
    rows: pl.DataFrame
    clock: Clock
    decimal: str = "."
    rejected: list[pl.DataFrame] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

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
        bad = self._mark(when)
        if bad is None:
            return
        found = self.rows.filter(bad)
        self.rejected.append(
            reject(
                found,
                table=self.name,
                column=column,
                kind=kind,
                reason=reason,
                expected=expected,
                value=value,
            )
        )
        self.rows = self.rows.filter(~bad)

    def leave_empty(
        self,
        when: pl.Expr,
        *,
        column: str,
        kind: str,
        reason: str | pl.Expr,
        expected: str | pl.Expr = "",
        value: str | pl.Expr | None = None,
    ) -> None:
        """Empty cells of a column that the row can do without, with their reason; the rows stay."""
        bad = self._mark(when)
        if bad is None:
            return
        self.rejected.append(
            reject(
                self.rows.filter(bad),
                table=self.name,
                column=column,
                kind=kind,
                reason=reason,
                expected=expected,
                value=value,
                action=CELL_LEFT_EMPTY,
            )
        )
        self.rows = self.rows.with_columns(pl.when(~bad).then(pl.col(column)).alias(column))

    def _mark(self, when: pl.Expr) -> pl.Series | None:
        """Rows for which the expression is true; None if it is for none."""
        bad = self.rows.select(when.fill_null(value=False).alias("bad")).to_series()
        return bad if bad.any() else None

    @property
    def rejects(self) -> pl.DataFrame:
        """Everything set aside."""
        return pl.concat([no_rejects(), *self.rejected])


def parse_number(work: Work, column: str, *, optional: bool = False) -> None:
    """Replace a text column by finite numbers.

    Parameters
    ----------
    work
        Table under construction.
    column
        Column of numbers as text.
    optional
        True if a cell that is no number is left empty; False if its row is set aside.
    """
    parsed = parse_numbers(work.rows.get_column(column), decimal=work.decimal)
    work.rows = work.rows.with_columns(
        parsed.get_column("number").alias("_number"), parsed.get_column("problem").alias("_problem")
    )
    refuse = work.leave_empty if optional else work.set_aside
    refuse(
        pl.col("_problem").is_not_null(),
        column=column,
        kind="number",
        reason=pl.col("_problem"),
        expected="a finite number such as 38.5" + (", or nothing" if optional else ""),
    )
    work.rows = work.rows.with_columns(pl.col("_number").alias(column)).drop("_number", "_problem")


def parse_bool(work: Work, column: str) -> None:
    """Replace a text column by truth values; a cell with anything else is left empty."""
    lower = pl.col(column).str.to_lowercase()
    work.leave_empty(
        pl.col(column).is_not_null() & ~lower.is_in((*_TRUE, *_FALSE)),
        column=column,
        kind="term",
        reason="not a yes or no",
        expected="Y or N, or nothing",
    )
    work.rows = work.rows.with_columns(
        pl.when(lower.is_in(_TRUE))
        .then(pl.lit(value=True))
        .when(lower.is_in(_FALSE))
        .then(pl.lit(value=False))
        .otherwise(None)
        .alias(column)
    )


def parse_elapsed(
    work: Work, column: str, zero: pl.DataFrame, *, raw: str, precision: str, optional: bool = False
) -> None:
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
    optional
        True if a time that cannot be read is left empty; False if its row is set aside.

    Raises
    ------
    TimeError
        If no time of the column fits the kind of the clock: that is one mistake, not many.
    """
    text = work.rows.get_column(column)
    zeros = work.rows.select("subject").join(
        zero.select("subject", "infusion"), on="subject", how="left", maintain_order="left"
    )
    turn = to_relative if work.clock.is_relative else to_elapsed
    elapsed = turn(text, zeros.get_column("infusion"), clock=work.clock)
    if not optional:
        _check_kind(text, elapsed.table.get_column("problem"), work, column)
    if elapsed.ambiguous:
        work.notices.append(
            f"{work.name}.{column}: {elapsed.ambiguous} local times occurred twice when clocks were put back; "
            "the first was taken"
        )
    work.rows = work.rows.with_columns(
        text.alias(raw),
        elapsed.table.get_column("time").alias(column),
        elapsed.table.get_column("precision").alias(precision),
        elapsed.table.get_column("problem").alias("_problem"),
    )
    refuse = work.leave_empty if optional else work.set_aside
    refuse(
        pl.col("_problem").is_not_null(),
        column=column,
        kind="time",
        reason=pl.col("_problem"),
        expected=_expected_time(work.clock),
        value=raw,
    )
    work.rows = work.rows.drop("_problem")


def _expected_time(clock: Clock) -> str:
    return f"a number ({clock.unit}) counted from the infusion" if clock.is_relative else _EXPECTED_DATE


def _check_kind(text: pl.Series, problem: pl.Series, work: Work, column: str) -> None:
    """Dates under a relative clock, or numbers under a calendar, throughout a column."""
    given = text.is_not_null()
    if not given.any() or not problem.filter(given).is_not_null().all():
        return
    form = r"^\d{4}-\d{2}" if work.clock.is_relative else r"^-?\d{1,4}([.,]\d+)?$"
    if not text.filter(given).str.contains(form).all():
        return
    other = "datetime" if work.clock.is_relative else "relative"
    what = f"The times of the {work.name} table do not fit the study's clock."
    raise TimeError(
        what,
        file=str(work.rows.item(0, "source_file")),
        column=column,
        value=text.filter(given)[0],
        expected=_expected_time(work.clock),
        advice=f'Set kind = "{other}" under [clock] in study.toml, or correct the times.',
    )


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
            action=DUPLICATE_REMOVED,
        )
    )
    work.rows = work.rows.filter(is_first)
