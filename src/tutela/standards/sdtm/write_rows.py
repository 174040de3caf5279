"""Interventions and events as SDTM rows, and what all observation domains share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from tutela.kernel.clock import parse_iso
from tutela.kernel.study import Study
from tutela.standards.sdtm.domains import Domain
from tutela.standards.sdtm.variables import find_variable

__all__ = ["Written", "identify", "time_variables", "write_events", "write_interventions"]

#: Reference time point of "ongoing".
_CUT = "DATA CUT"


@dataclass(frozen=True, eq=False)
class Written:
    """One domain ready to be a data set.

    Parameters
    ----------
    frame
        Variables and qualifiers as columns.
    variables
        Variables in order; those without any value are left out of the data set.
    qualifiers
        (QNAM, QLABEL) of the columns that go to SUPP--.
    """

    frame: pl.DataFrame
    variables: tuple[str, ...]
    qualifiers: tuple[tuple[str, str], ...]


def identify(domain: Domain, study: Study) -> list[pl.Expr]:
    """STUDYID, DOMAIN, USUBJID and --SEQ of numbered rows."""
    return [
        pl.lit(study.config.id).alias("STUDYID"),
        pl.lit(domain.code).alias("DOMAIN"),
        pl.col("subject").alias("USUBJID"),
        pl.col("sequence").cast(pl.Int64).alias(f"{domain.code}SEQ"),
    ]


def time_variables(
    rows: pl.DataFrame, study: Study, *, column: str, dtc: str, day: str, raw: str
) -> list[pl.Series]:
    """ISO 8601 date-time, study day, and the time as given where it is no ISO 8601 text.

    Parameters
    ----------
    rows
        Rows with the time column and its ``_raw`` text.
    study
        For the infusion of each subject.
    column
        ``time``, ``start`` or ``end``.
    dtc, day, raw
        Names of the two variables and of the qualifier.
    """
    text = rows[f"{column}_raw"]
    parsed = parse_iso(text)
    is_iso = parsed["precision"].is_not_null() & text.str.contains(r"^\d{4}").fill_null(value=False)
    zero = rows.select("subject").join(
        study.subjects.select("subject", "infusion"), on="subject", how="left", maintain_order="left"
    )
    calendar = (_dates(text) - _dates(zero["infusion"])).dt.total_days()
    elapsed = rows[column].floor().cast(pl.Int64)
    days = pl.select(pl.when(is_iso).then(calendar).otherwise(elapsed).alias("d"))["d"]
    return [
        pl.select(pl.when(is_iso).then(text).alias(dtc)).to_series(),
        (days + (days >= 0).cast(pl.Int64)).alias(day),
        pl.select(pl.when(~is_iso).then(text).alias(raw)).to_series(),
    ]


def _dates(text: pl.Series) -> pl.Series:
    """Calendar dates as written; null where the day is not known."""
    parsed = parse_iso(text)
    knows_day = ~pl.col("precision").is_in(["year", "month"])
    return parsed.select(pl.when(knows_day).then(pl.col("local").dt.date()).alias("date"))["date"]


def write_interventions(rows: pl.DataFrame, domain: Domain, study: Study) -> Written:
    """Treatments as rows of EX, CM or PR."""
    code = domain.code
    ongoing = pl.col("is_ongoing")
    special = {
        f"{code}DECOD": pl.col("agent").str.to_uppercase(),
        f"{code}ENRTPT": pl.when(ongoing).then(pl.lit("ONGOING")),
        f"{code}ENTPT": pl.when(ongoing).then(pl.lit(_CUT)),
    }
    return _write(rows, domain, study, special=special, skip=("is_ongoing", "agent"))


def write_events(rows: pl.DataFrame, domain: Domain, study: Study) -> Written:
    """Events as rows of AE, CE or DS."""
    code = domain.code
    yes = pl.when(pl.col("serious")).then(pl.lit("Y")).when(~pl.col("serious")).then(pl.lit("N"))
    special = {f"{code}SER": yes}
    own = pl.col("category") != domain.category
    plain = rows.with_columns(pl.when(own.fill_null(value=False)).then("category").alias("category"))
    return _write(plain, domain, study, special=special, skip=("serious",))


def _write(
    rows: pl.DataFrame, domain: Domain, study: Study, *, special: Mapping[str, pl.Expr], skip: tuple[str, ...]
) -> Written:
    """Columns by the declared mapping, with the exceptions given."""
    code = domain.code
    times = [
        *time_variables(
            rows, study, column="start", dtc=f"{code}STDTC", day=f"{code}STDY", raw=f"{code}STTIM"
        ),
        *time_variables(rows, study, column="end", dtc=f"{code}ENDTC", day=f"{code}ENDY", raw=f"{code}ENTIM"),
    ]
    plain, qualifiers = [], []
    for field in domain.fields:
        if field.column in ("subject", "start", "end", *skip):
            continue
        name = field.names(code)[0]
        is_number = not field.supp and find_variable(name, code).is_number
        plain.append(pl.col(field.column).cast(pl.Float64 if is_number else pl.String).alias(name))
        if field.supp:
            qualifiers.append((name, field.label))
    expressions = [*identify(domain, study), *plain, *(e.alias(n) for n, e in special.items())]
    frame = rows.select(expressions).with_columns(times)
    names = {name for name, _ in qualifiers} | {f"{code}STTIM", f"{code}ENTIM"}
    variables = tuple(name for name in frame.columns if name not in names)
    qualifiers += [(f"{code}STTIM", "Start as given"), (f"{code}ENTIM", "End as given")]
    return Written(frame, variables, tuple(qualifiers))
