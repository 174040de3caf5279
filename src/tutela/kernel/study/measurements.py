"""Build the measurements table: test codes, censored results, canonical units, plausible values."""

from __future__ import annotations

import polars as pl

from tutela.kernel.analytes import ANALYTES, find_code
from tutela.kernel.errors import UnitError
from tutela.kernel.study.finish import apply_schema
from tutela.kernel.study.parsing import Work, parse_bool, parse_elapsed, parse_number
from tutela.kernel.study.plausible import check_plausible
from tutela.kernel.study.results import parse_results
from tutela.kernel.tables import Measurements
from tutela.kernel.units import canonical_unit, conversion

__all__ = ["build_measurements"]

#: Tests whose result is a word, with the words that are allowed.
_WORDS = {row.code: "|".join(row.codes) for row in ANALYTES.values() if row.codes}
#: Tests whose result may be a word or a number.
_MIXED = tuple(row.code for row in ANALYTES.values() if row.category == "antibody")
_UNITLESS = tuple(row.code for row in ANALYTES.values() if not row.needs_unit or row.unit == "1")
#: Columns whose value decides over the row.
_HARD = ("subject", "test", "time", "value")
#: Text columns that later steps read.
_TEXTS = (
    "unit",
    "low",
    "high",
    "lloq",
    "specimen",
    "method",
    "category",
    "is_baseline",
    "attribution",
    "value_raw",
    "unit_raw",
)


def build_measurements(work: Work, zero: pl.DataFrame) -> pl.DataFrame:
    """Turn text rows into the measurements table.

    Parameters
    ----------
    work
        Rows as text; what cannot be used is set aside in it.
    zero
        Columns ``subject`` and ``infusion``.
    """
    work.set_aside(
        pl.col("test").is_null(),
        column="test",
        kind="term",
        reason="no test",
        expected="a test code such as ALT",
    )
    absent = [name for name in _TEXTS if name not in work.rows.columns]
    work.rows = work.rows.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in absent)
    _rename_tests(work)
    parse_elapsed(work, "time", zero, raw="time_raw", precision="time_precision")
    _read_values(work)
    for column in ("low", "high", "lloq"):
        parse_number(work, column, optional=True)
    # A result given as "<0.5" names its limit itself.
    work.rows = work.rows.with_columns(lloq=pl.coalesce("_limit", "lloq")).drop("_limit")
    parse_bool(work, "is_baseline")
    _convert_units(work)
    check_plausible(work)
    _flag_censored(work)
    work.rows = work.rows.with_columns(pl.col("attribution").str.to_lowercase())
    table = apply_schema(work, Measurements, hard=_HARD)
    _tell(work, table)
    return table


def _rename_tests(work: Work) -> None:
    """Names in use become codes; a name the package does not know stays as it is."""
    names = work.rows.get_column("test").unique().drop_nulls().to_list()
    codes = {name: find_code(name) or name for name in names}
    categories = {row.code: row.category for row in ANALYTES.values()}
    rows = work.rows.with_columns(pl.col("test").replace(codes))
    given = pl.col("category") if "category" in rows.columns else pl.lit(None, dtype=pl.String)
    usual = pl.col("test").replace_strict(categories, default=None, return_dtype=pl.String)
    work.rows = rows.with_columns(category=pl.coalesce(given, usual))


def _read_values(work: Work) -> None:
    """Split a result into number, censoring and coded text.

    ===============  =======  ===========  ==========================
    result           value    is_censored  lloq
    ===============  =======  ===========  ==========================
    3.2              3.2      no           as given
    0.1 (lloq 0.5)   0.1      yes          as given
    <BLQ, BLQ        null     yes          as given
    <0.5             null     yes          0.5
    >500             500      no           as given
    1:320            320      no           as given
    not done         null     no           as given
    POSITIVE         null     no           as given (antibodies and unknown tests)
    ===============  =======  ===========  ==========================

    A word where a known test has a number is not a result: that row is set aside.
    """
    results = parse_results(work.rows.get_column("value"), decimal=work.decimal)
    word = pl.col("value").str.to_lowercase().str.replace_all(r"[^a-z0-9]+", "_").str.strip_chars("_")
    kind, is_coded = pl.col("_kind"), pl.col("test").is_in(list(_WORDS))
    work.rows = work.rows.with_columns(
        results.get_column("kind").alias("_kind"),
        results.get_column("number").alias("_number"),
        results.get_column("limit").alias("_limit"),
        results.get_column("problem").alias("_problem"),
        pl.when(is_coded).then(word).alias("_word"),
    )
    _refuse_words(work)
    is_known = pl.col("test").is_in(list(ANALYTES)) & ~pl.col("test").is_in(list(_MIXED))
    work.set_aside(
        ~is_coded & ((kind == "bad") | ((kind == "word") & is_known)),
        column="value",
        kind="number",
        reason=pl.col("_problem"),
        expected="a finite number, a result such as <0.5, or nothing",
    )
    unable = pl.when(pl.col("value").str.to_lowercase() == "unable").then(pl.lit("unable"))
    work.rows = work.rows.with_columns(
        pl.coalesce("_word", unable, "value_raw", "value").alias("value_raw"),
        pl.when(~is_coded).then("_number").alias("value"),
        pl.when(~is_coded).then("_limit").alias("_limit"),
        (kind == "below").alias("is_censored"),
    ).drop("_kind", "_number", "_problem", "_word")


def _refuse_words(work: Work) -> None:
    """Empty results of coded tests that are none of the declared words: asked, but the answer is not known."""
    if work.rows.get_column("_word").null_count() == work.rows.height:
        return
    words = pl.col("test").replace_strict(_WORDS, default=None, return_dtype=pl.String)
    allowed = words.str.split("|").list.contains(pl.col("_word")) | (pl.col("_kind") == "none")
    is_bad = work.rows.select((pl.col("_word").is_not_null() & ~allowed).fill_null(value=False).alias("bad"))[
        "bad"
    ]
    work.leave_empty(
        pl.lit(is_bad),
        column="value",
        kind="term",
        reason="not one of the terms",
        expected=words.str.replace_all("|", ", ", literal=True),
    )
    work.rows = work.rows.with_columns(pl.when(~is_bad).then(pl.col("_word")).alias("_word"))


def _flag_censored(work: Work) -> None:
    """A number below its limit of quantification is censored too; it stays beside the flag."""
    below = (pl.col("value") < pl.col("lloq")).fill_null(value=False)
    work.rows = work.rows.with_columns((pl.col("is_censored") | below).alias("is_censored"))


def _tell(work: Work, table: pl.DataFrame) -> None:
    """What a reader must know of the rows that were kept."""
    known = table.filter(pl.col("time").is_not_null() & pl.col("value").is_not_null())
    key = ["subject", "time", "test", "specimen", "method"]
    several = known.filter(~known.select(key).is_unique()).group_by(key).agg(pl.col("value").n_unique())
    count = several.filter(pl.col("value") > 1).height
    if count:
        work.notices.append(
            f"measurements: at {count} times a subject has different results of one test; all are kept"
        )
    above = int(known.get_column("value_raw").str.contains("^[>≥]").sum())
    if above:
        work.notices.append(
            f"measurements: {above} results above a limit (such as >500) stand with that limit; the true value "
            "is at least that"
        )


def _convert_units(work: Work) -> None:
    """Values, limits and LLOQ to the canonical unit, by one conversion per test and unit."""
    work.rows = work.rows.with_columns(unit_raw=pl.coalesce("unit_raw", "unit"))
    table = _conversions(work.rows.select("test", "unit").unique(maintain_order=True))
    work.rows = work.rows.join(
        table, on=["test", "unit"], how="left", nulls_equal=True, maintain_order="left"
    )
    has_number = pl.any_horizontal(pl.col("value", "lloq").is_not_null())
    # Urine is counted per field and weighed per creatinine: it keeps its own unit, and no method that reads
    # blood reads it.
    specimen = pl.col("specimen").str.to_lowercase()
    is_blood = specimen.is_null() | specimen.str.contains("blood|serum|plasma|venous|arterial|capillary")
    work.set_aside(
        is_blood & has_number & pl.col("_why").is_not_null(),
        column="unit",
        kind="unit",
        reason=pl.col("_why"),
        expected=pl.format("a unit that converts to {}", pl.col("_canonical").fill_null("the test's unit")),
        value="unit",
    )
    work.rows = work.rows.with_columns(
        pl.col("value").alias("_typed_value"),
        pl.col("high").alias("_typed_high"),
        *(_converted(name) for name in ("value", "low", "high", "lloq")),
        unit=pl.when(pl.col("_why").is_null()).then(pl.coalesce("_canonical", "unit")).otherwise("unit"),
    ).drop(*_CONVERSION, "_canonical", "_why")


def _converted(name: str) -> pl.Expr:
    """The column in the canonical unit; what needs no conversion keeps its bits."""
    exact = (pl.col(name) + pl.col("_before")) * pl.col("_times") / pl.col("_over") + pl.col("_after")
    offset = (pl.col("_before") != 0.0) | (pl.col("_after") != 0.0)
    is_needed = (pl.col("_times") != pl.col("_over")) | offset
    # 12 digits are more than any assay has, and fewer than the noise of 101.3 degF in binary.
    return pl.when(is_needed).then(exact.round_sig_figs(12)).otherwise(pl.col(name)).alias(name)


#: Above this a whole number is not exact as a float.
_EXACT = 2**53

_CONVERSION = ("_times", "_over", "_before", "_after")


def _conversions(pairs: pl.DataFrame) -> pl.DataFrame:
    """How each unit of each test becomes canonical, or why it does not."""
    rows = [(test, unit, canonical_unit(test), *_conversion(test, unit)) for test, unit in pairs.iter_rows()]
    texts, numbers = ("test", "unit", "_canonical", "_why"), _CONVERSION
    order = ("test", "unit", "_canonical", "_why", *_CONVERSION)
    schema = {**dict.fromkeys(texts, pl.String), **dict.fromkeys(numbers, pl.Float64)}
    return pl.DataFrame(rows, schema={name: schema[name] for name in order}, orient="row")


def _conversion(
    test: str, unit: str | None
) -> tuple[str | None, float | None, float | None, float | None, float | None]:
    """Why not, or numerator, denominator and offsets; nothing for a test that is not known."""
    canonical = canonical_unit(test)
    if canonical is None:
        return None, None, None, None, None
    if unit is None and test not in _UNITLESS:
        return "no unit", None, None, None, None
    try:
        found = conversion(unit or canonical, canonical, test=test)
    except UnitError as error:
        return error.what.rstrip("."), None, None, None, None
    if max(found.numerator, found.denominator) > _EXACT:
        return None, found.factor, 1.0, found.before, found.after
    return None, float(found.numerator), float(found.denominator), found.before, found.after
