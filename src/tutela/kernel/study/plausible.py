"""Results that cannot be true in the unit they state: most often the unit is wrong, not the patient."""

from __future__ import annotations

import polars as pl

from tutela.kernel.analytes import ANALYTES
from tutela.kernel.errors import UnitError
from tutela.kernel.study.parsing import Work
from tutela.kernel.units import conversion

__all__ = ["check_plausible", "explain_implausible"]

#: If this share of a group's results, and at least so many, are implausible, the unit of the whole group
#: is wrong: a neutrophil count of 80 /uL labelled 10^9/L looks plausible alone, beside 3500 it does not.
#: Own choice; a group is a subject's or a file's results of one test in one unit.
GROUP_SHARE = {"subject": 0.5, "file": 0.25}
GROUP_COUNT = {"subject": 2, "file": 3}

_KEYS = {"subject": ["subject", "test", "unit_raw"], "file": ["source_file", "test", "unit_raw"]}

#: Specimens that are blood; ranges are those of the test in blood.
_BLOOD = ("blood", "serum", "plasma", "venous", "arterial", "capillary")

_BOUNDS = {
    "test": pl.String,
    "_low": pl.Float64,
    "_high": pl.Float64,
    "_limit_low": pl.Float64,
    "_limit_high": pl.Float64,
}
_FLAGS = ("_bad_value", "_bad_limit", "_share", "_bad_group")


def check_plausible(work: Work) -> None:
    """Set aside results that are not plausible, and those that share their wrong unit.

    Parameters
    ----------
    work
        Converted rows with ``_typed_value`` and ``_typed_high``, the numbers as given.

    Notes
    -----
    A result is implausible if it lies outside the range of its test, or if the row's upper limit of
    normal lies outside the range in which laboratories have it. If so many of a subject's or a file's
    results of one test in one unit are implausible that the unit itself must be wrong, the others go
    with them. Other specimens than blood are not checked.
    """
    work.rows = work.rows.join(_bounds(), on="test", how="left", maintain_order="left")
    specimen = pl.col("specimen").str.to_lowercase()
    checked = specimen.is_null() | pl.any_horizontal(
        specimen.str.contains(word, literal=True) for word in _BLOOD
    )
    value, high = pl.col("value"), pl.col("high")
    bad_value = checked & ((value < pl.col("_low")) | (value > pl.col("_high")))
    bad_limit = checked & ((high < pl.col("_limit_low")) | (high > pl.col("_limit_high")))
    work.rows = work.rows.with_columns(
        bad_value.fill_null(value=False).alias("_bad_value"),
        bad_limit.fill_null(value=False).alias("_bad_limit"),
    )
    if work.rows["_bad_value"].any() or work.rows["_bad_limit"].any():
        _mark_groups(work)
        _refuse_results(work)
        _refuse_limits(work)
        _refuse_groups(work)
    work.rows = work.rows.drop(*_BOUNDS.keys() - {"test"}, *_FLAGS, strict=False)


def _bounds() -> pl.DataFrame:
    rows = [
        (row.code, *row.plausible, *(row.upper_limit or (None, None)))
        for row in ANALYTES.values()
        if not row.codes
    ]
    return pl.DataFrame(rows, schema=_BOUNDS, orient="row")


def _mark_groups(work: Work) -> None:
    """Mark plausible rows of groups in which too many are not."""
    is_bad = pl.col("_bad_value") | pl.col("_bad_limit")
    has_value = pl.col("value").is_not_null()
    shares = []
    for name, keys in _KEYS.items():
        count = is_bad.sum().over(keys)
        share = count / pl.max_horizontal(has_value.sum().over(keys), pl.lit(1))
        wrong = (count >= GROUP_COUNT[name]) & (share >= GROUP_SHARE[name])
        shares.append(pl.when(wrong).then(pl.min_horizontal(share, pl.lit(1.0))))
    work.rows = work.rows.with_columns(pl.max_horizontal(shares).alias("_share")).with_columns(
        (pl.col("_share").is_not_null() & ~is_bad & has_value).alias("_bad_group")
    )


def _refuse_results(work: Work) -> None:
    _explain(work, "_bad_value", "_typed_value", is_limit=False)
    work.set_aside(
        pl.col("_bad_value"),
        column="value",
        kind="implausible",
        reason=pl.col("_reason"),
        expected=pl.format("{} from {} to {} {}", "test", "_low", "_high", pl.col("unit").fill_null("")),
        value=pl.concat_str("value_raw", "unit_raw", separator=" ", ignore_nulls=True),
    )
    work.rows = work.rows.drop("_reason")


def _refuse_limits(work: Work) -> None:
    _explain(work, "_bad_limit", "_typed_high", is_limit=True)
    work.set_aside(
        pl.col("_bad_limit"),
        column="high",
        kind="implausible",
        reason=pl.col("_reason"),
        expected=pl.format(
            "upper limit of {} from {} to {} {}",
            "test",
            "_limit_low",
            "_limit_high",
            pl.col("unit").fill_null(""),
        ),
        value=pl.concat_str(
            pl.col("_typed_high").cast(pl.String), "unit_raw", separator=" ", ignore_nulls=True
        ),
    )
    work.rows = work.rows.drop("_reason")


def _refuse_groups(work: Work) -> None:
    percent = (pl.col("_share") * 100).round(0).cast(pl.Int64)
    work.set_aside(
        pl.col("_bad_group"),
        column="unit",
        kind="unit",
        reason=pl.format(
            "the unit of these {} results looks wrong: {} % of them are not plausible in it", "test", percent
        ),
        expected="the unit in which the results were measured",
        value="unit_raw",
    )


def _explain(work: Work, flag: str, typed: str, *, is_limit: bool) -> None:
    """Add the reason to the flagged rows; each test, number and unit is explained once."""
    keys = ["test", typed, "unit_raw"]
    distinct = work.rows.filter(pl.col(flag)).select(keys).unique(maintain_order=True)
    words = [explain_implausible(*row, is_limit=is_limit) for row in distinct.iter_rows()]
    reasons = distinct.with_columns(pl.Series("_reason", words, dtype=pl.String))
    work.rows = work.rows.join(reasons, on=keys, how="left", nulls_equal=True, maintain_order="left")


def explain_implausible(test: str, number: float, unit: str | None, *, is_limit: bool = False) -> str:
    """Say which other unit would make an implausible number plausible.

    Parameters
    ----------
    test
        Test code.
    number
        Number as given.
    unit
        Unit as given.
    is_limit
        True if the number is the upper limit of normal.

    Examples
    --------
    >>> explain_implausible("NEUT", 3500.0, "10^9/L")
    'implausible: 3500 10^9/L; in /uL it would be 3.5 10^9/L: check the unit'
    """
    analyte = ANALYTES[test]
    low, high = analyte.upper_limit if is_limit and analyte.upper_limit else analyte.plausible
    home = "" if analyte.unit in ("1", "") else f" {analyte.unit}"
    what = "implausible" + (" upper limit of normal" if is_limit else "")
    given = f"{what}: {number:g}{f' {unit}' if unit and unit != '1' else ''}"
    for other in (analyte.unit, *analyte.alternatives):
        meant = _meant(test, number, other, unit)
        if meant is not None and low <= meant <= high:
            return f"{given}; in {other} it would be {meant:.4g}{home}: check the unit"
    return f"{given}; check for a typing error or a wrong unit"


def _meant(test: str, number: float, other: str, unit: str | None) -> float | None:
    """The number in the canonical unit had it been measured in another unit; None if that is the same one."""
    try:
        if unit and conversion(other, unit, test=test).is_identity:
            return None
        return float(conversion(other, ANALYTES[test].unit, test=test)(number))
    except UnitError:
        return None
