"""Build the measurements table: test codes, censored results, canonical units, plausible values."""

from __future__ import annotations

import polars as pl

from tutela.kernel.analytes import ANALYTES, find_code
from tutela.kernel.errors import UnitError
from tutela.kernel.study.finish import apply_schema
from tutela.kernel.study.parsing import Work, parse_bool, parse_elapsed, parse_number
from tutela.kernel.tables import Measurements
from tutela.kernel.units import canonical_unit, conversion

__all__ = ["build_measurements"]

_BELOW = r"(?i)^(<\s*)?(BLQ|BQL|BLOQ|LLOQ|LLQ|BLOD|LOD|BELOW.*)$"
_BOUND = r"^(?P<sign><=?|≤|>=?|≥)\s*(?P<number>[+-]?[\d.,]+(?:[eE][+-]?\d+)?)$"
_TEXT_TESTS = tuple(row.code for row in ANALYTES.values() if row.codes)
#: Results in words that a scored test may have instead of a number.
_WORDS = ("unable", "not assessable", "sedated", "negative", "positive", "detected", "not detected")
_UNITLESS = tuple(row.code for row in ANALYTES.values() if not row.needs_unit or row.unit == "1")


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
    _rename_tests(work)
    parse_elapsed(work, "time", zero, raw="time_raw", precision="time_precision")
    _read_values(work)
    for column in ("low", "high", "lloq"):
        if column in work.rows.columns:
            parse_number(work, column)
        else:
            work.rows = work.rows.with_columns(pl.lit(None, dtype=pl.Float64).alias(column))
    work.rows = work.rows.with_columns(lloq=pl.coalesce("lloq", "_bound")).drop("_bound")
    if "is_baseline" in work.rows.columns:
        parse_bool(work, "is_baseline")
    _convert_units(work)
    _check_plausible(work)
    if "attribution" in work.rows.columns:
        work.rows = work.rows.with_columns(pl.col("attribution").str.to_lowercase())
    return apply_schema(work, Measurements)


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
    result           value    is_censored  lloq, if none is given
    ===============  =======  ===========  ==========================
    3.2              3.2      no
    <BLQ, BLQ        null     yes
    <0.5             null     yes          0.5
    >500             500      no
    unable           null     no
    ===============  =======  ===========  ==========================
    """
    is_word = pl.col("test").is_in(_TEXT_TESTS)
    nothing = pl.col("value").str.to_lowercase().is_in(["none", "unknown"])
    raw = pl.when(nothing & ~is_word).then(None).otherwise(pl.col("value"))
    work.rows = work.rows.with_columns(value=raw)
    raw = pl.col("value")
    work.rows = work.rows.with_columns(value_raw=raw).with_columns(
        raw.str.extract_groups(_BOUND).alias("_parts")
    )
    work.rows = work.rows.unnest("_parts").rename({"sign": "_sign", "number": "_number"})
    below_limit = pl.col("value_raw").str.contains(_BELOW)
    less = pl.col("_sign").is_in(["<", "<=", "≤"])
    word = pl.col("value_raw").str.to_lowercase()
    is_text = pl.col("test").is_in(_TEXT_TESTS) | word.is_in(_WORDS)
    work.rows = work.rows.with_columns(
        is_censored=(below_limit | less).fill_null(value=False),
        value=pl.when(below_limit | is_text).then(None).otherwise(pl.coalesce("_number", "value")),
        value_raw=pl.when(is_text).then(word).otherwise(pl.col("value_raw")),
    )
    parse_number(work, "value")
    work.rows = work.rows.with_columns(
        _bound=pl.when(pl.col("is_censored")).then(pl.col("value")),
        value=pl.when(pl.col("is_censored")).then(None).otherwise(pl.col("value")),
    ).drop("_sign", "_number")


def _convert_units(work: Work) -> None:
    """Values, limits and LLOQ to the canonical unit, by one conversion per test and unit."""
    if "unit" not in work.rows.columns:
        work.rows = work.rows.with_columns(unit=pl.lit(None, dtype=pl.String))
    work.rows = work.rows.with_columns(unit_raw=pl.col("unit"))
    table = _conversions(work.rows.select("test", "unit").unique())
    work.rows = work.rows.join(
        table, on=["test", "unit"], how="left", nulls_equal=True, maintain_order="left"
    )
    has_number = pl.any_horizontal(pl.col("value", "lloq").is_not_null())
    work.set_aside(
        has_number & pl.col("_why").is_not_null(),
        column="unit",
        kind="unit",
        reason=pl.col("_why"),
        expected=pl.format("a unit that converts to {}", pl.col("_canonical").fill_null("the test's unit")),
        value="unit_raw",
    )
    work.rows = work.rows.with_columns(
        *(_converted(name) for name in ("value", "low", "high", "lloq")),
        unit=pl.coalesce("_canonical", "unit"),
    ).drop(*_CONVERSION, "_canonical", "_why")


def _converted(name: str) -> pl.Expr:
    """The column in the canonical unit; what needs no conversion keeps its bits."""
    exact = (pl.col(name) + pl.col("_before")) * pl.col("_times") / pl.col("_over") + pl.col("_after")
    is_needed = (pl.col("_times") != pl.col("_over")) | (pl.col("_before") != 0.0)
    # 12 digits are more than any assay has, and fewer than the noise of 101.3 degF in binary.
    return pl.when(is_needed).then(exact.round_sig_figs(12)).otherwise(pl.col(name)).alias(name)


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
    return None, float(found.numerator), float(found.denominator), found.before, found.after


def _check_plausible(work: Work) -> None:
    """A value that no living person has is a wrong unit or a typing error; the hint names the likely unit."""
    limits = pl.DataFrame(
        [(row.code, *row.plausible) for row in ANALYTES.values() if not row.codes],
        schema={"test": pl.String, "_low": pl.Float64, "_high": pl.Float64},
        orient="row",
    )
    work.rows = work.rows.join(limits, on="test", how="left", maintain_order="left")
    outside = (pl.col("value") < pl.col("_low")) | (pl.col("value") > pl.col("_high"))
    bad = work.rows.filter(outside.fill_null(value=False))
    if bad.height:
        hints = pl.Series(
            "_hint",
            [_hint(*row) for row in bad.select("test", "value", "unit", "unit_raw", "value_raw").iter_rows()],
        )
        keys = bad.select("source_file", "source_row").with_columns(hints)
        work.rows = work.rows.join(keys, on=["source_file", "source_row"], how="left", maintain_order="left")
        work.set_aside(
            pl.col("_hint").is_not_null(),
            column="value",
            kind="implausible",
            reason=pl.col("_hint"),
            expected=pl.format("{} {} to {} {}", "test", "_low", "_high", "unit"),
            value=pl.concat_str("value_raw", "unit_raw", separator=" ", ignore_nulls=True),
        )
        work.rows = work.rows.drop("_hint")
    work.rows = work.rows.drop("_low", "_high")


def _hint(test: str, value: float, unit: str, unit_raw: str | None, value_raw: str) -> str:
    """The value as it was typed, read in another unit of the test, may be plausible."""
    likely = _likely_unit(test, value_raw)
    if likely is not None and likely != unit_raw:
        return f"implausible; {value_raw} would be plausible in {likely}: check the unit"
    if unit_raw is not None and unit_raw != unit:
        return f"implausible: {value:g} {unit} after conversion from {unit_raw}; check the unit"
    return "implausible: check for a typing error"


def _likely_unit(test: str, typed: str) -> str | None:
    """Unit often confused with the canonical one, in which the number as typed would be plausible."""
    row = ANALYTES[test]
    low, high = row.plausible
    try:
        number = float(typed.replace(",", "."))
    except ValueError:
        return None
    for unit in row.alternatives:
        try:
            candidate = conversion(unit, row.unit, test=test)(number)
        except UnitError:
            continue
        if low <= candidate <= high:
            return unit
    return None
