"""Grade a study's laboratory values: baseline-aware, direction-aware, never a silent zero."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tutela.kernel.provenance import Provenance, hash_table
from tutela.kernel.tri import BoolArray, FloatArray
from tutela.toxicity.labs.age import age_columns
from tutela.toxicity.labs.baseline import add_baseline
from tutela.toxicity.labs.combine import combine_directions
from tutela.toxicity.labs.direction import Direction, Marks, grade_direction, groups_of
from tutela.toxicity.labs.evaluate import Observations
from tutela.toxicity.labs.library import read_criteria
from tutela.toxicity.labs.options import LabOptions
from tutela.toxicity.labs.result import GRADE_COLUMNS, LabGrades
from tutela.toxicity.labs.selection import select_records
from tutela.toxicity.labs.words import Texts

__all__ = ["grade"]

_DEFAULTS = LabOptions()


def grade(
    measurements: pl.DataFrame,
    *,
    subjects: pl.DataFrame | None = None,
    version: str = "ctcae-5",
    options: LabOptions = _DEFAULTS,
) -> LabGrades:
    """Grade laboratory toxicity.

    Parameters
    ----------
    measurements
        The measurements table (:class:`tutela.kernel.tables.Measurements`): at least subject, time (days
        since infusion), test, value; unit, low, high, lloq, is_censored, is_baseline, specimen,
        category, source_file and source_row where known. An optional Boolean column ``is_fasting`` marks
        fasting specimens. Rows that are not laboratory values are ignored and counted in ``skipped``.
    subjects
        The subjects table; needed by DAIDS for age at each observation and sex.
    version
        ``ctcae-4``, ``ctcae-5``, ``ctcae-6`` or ``daids-2.1``.
    options
        Interpretive choices.

    Returns
    -------
    LabGrades
        One row per laboratory value, ordered by subject, time, test and source row.

    Raises
    ------
    InputError
        If a column is missing or the version does not exist.

    Notes
    -----
    A missing value, limit or baseline that the criterion needs gives no grade and a reason, never 0. A
    missing baseline flag is read as "not above normal", as the source program does, and said in
    ``reason``. Values below the limit of quantification are graded if every value they can be has the
    same grade. Specimens other than blood, serum or plasma are not graded.

    References
    ----------
    ctcae4, ctcae5, ctcae6, daids: criteria. admiral: evaluation order and baseline rule.

    Examples
    --------
    >>> import polars as pl
    >>> anc = pl.DataFrame({"subject": ["1", "1"], "time": [-1.0, 9.0], "test": ["NEUT", "NEUT"],
    ...                     "value": [3.1, 0.3], "unit": ["10^9/L", "10^9/L"], "low": [1.8, 1.8]})
    >>> grade(anc).table.get_column("grade").to_list()
    [0, -4]
    >>> grade(anc, version="ctcae-6").table.get_column("grade").to_list()
    [0, -3]
    """
    criteria = read_criteria(version)
    records, skipped = select_records(measurements, options)
    records = add_baseline(records, options)
    ages = age_columns(records, subjects if any(row.ages for row in criteria.criteria) else None)
    observations = _observations(records, ages, _sexes(records, subjects), options)
    texts = Texts()
    marks = Marks(
        _numbers(records, "si_lloq"), records.get_column("is_censored").to_numpy(), _is_flag_unknown(records)
    )
    groups = tuple(groups_of(records))
    low, high = (
        grade_direction(
            letter, groups, observations, marks=marks, version=version, options=options, texts=texts
        )
        for letter in ("L", "H")
    )
    return LabGrades(
        table=_table(records, low, high, texts, version),
        skipped=skipped,
        version=version,
        title=criteria.title,
        options=options,
        sources=criteria.sources,
        provenance=Provenance(
            "tutela.toxicity.labs.grade",
            params={"version": version, **asdict(options)},
            inputs={"measurements": hash_table(measurements)}
            | ({} if subjects is None else {"subjects": hash_table(subjects)}),
            options=options.words,
        ),
        measurements=measurements,
        subjects=subjects,
    )


def _numbers(records: pl.DataFrame, name: str) -> FloatArray:
    return records.get_column(name).cast(pl.Float64).fill_null(np.nan).to_numpy().copy()


def _sexes(records: pl.DataFrame, subjects: pl.DataFrame | None) -> NDArray[np.str_]:
    if subjects is None or "sex" not in subjects.columns:
        return np.full(records.height, "", dtype="<U1")
    known = subjects.filter(pl.col("sex").is_in(["M", "F"])).select("subject", "sex")
    joined = records.select("subject").join(known, on="subject", how="left", maintain_order="left")
    return joined.get_column("sex").fill_null("").to_numpy().astype("<U1")


def _is_flag_unknown(records: pl.DataFrame) -> BoolArray:
    is_after = (records.get_column("phase") == "after").fill_null(value=False)
    result: BoolArray = (is_after & records.get_column("baseline_flag").is_null()).to_numpy()
    return result


def _observations(
    records: pl.DataFrame, ages: dict[str, FloatArray], sex: NDArray[np.str_], options: LabOptions
) -> Observations:
    value, high = _numbers(records, "si_value"), _numbers(records, "si_high")
    base = _numbers(records, "base")
    flag = records.get_column("baseline_flag")
    base_low: BoolArray = (flag == "LOW").fill_null(value=False).to_numpy().copy()
    base_high: BoolArray = (flag == "HIGH").fill_null(value=False).to_numpy().copy()
    if options.baseline_records == "limits":
        early = (records.get_column("phase") != "after").fill_null(value=False).to_numpy()
        # The upper limit stands in for the baseline; without one the value itself, so that no multiple fires.
        stand_in = np.where(np.isnan(high), value, high)
        base = np.where(early, stand_in, base)
        base_low, base_high = base_low & ~early, base_high & ~early
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.where(base > 0, (value - base) / base * 100.0, np.nan)
    if options.baseline_records == "limits":
        change = np.where(early & ~np.isnan(value), 0.0, change)
    return Observations(
        value=value,
        low=_numbers(records, "si_low"),
        high=high,
        base=base,
        base_low=base_low,
        base_high=base_high,
        pchg=change,
        age_days=ages["age_days"],
        age_months=ages["age_months"],
        age_years=ages["age_years"],
        oldest_days=ages["oldest_days"],
        oldest_months=ages["oldest_months"],
        oldest_years=ages["oldest_years"],
        sex=sex,
    )


def _signed(low: Direction, high: Direction) -> pl.Series:
    combined = combine_directions(low.grade, high.grade, has_low=low.term > 0, has_high=high.term > 0)
    return pl.Series(combined).fill_nan(None).cast(pl.Int8)


def _grade_column(grades: NDArray[np.int8]) -> pl.Series:
    column = pl.Series(grades, dtype=pl.Int8)
    return column.set(column < 0, None)


def _table(
    records: pl.DataFrame, low: Direction, high: Direction, texts: Texts, version: str
) -> pl.DataFrame:
    signed = _signed(low, high)
    because = np.where(low.grade > 0, low.because, high.because)
    because = np.where(
        (signed == 0).fill_null(value=False).to_numpy(), texts.code("no criterion met"), because
    )
    columns: dict[str, pl.Expr | pl.Series] = {
        "baseline": pl.col("base") / pl.col("factor"),
        "grade_l": _grade_column(low.grade),
        "grade_h": _grade_column(high.grade),
        "grade": signed,
        "term_l": texts.column(low.term).replace("", None),
        "term_h": texts.column(high.term).replace("", None),
        "version": pl.lit(version),
        "because": texts.column(because),
        "reason": texts.column(texts.join(low.reason, high.reason)),
        "is_baseline": pl.col("is_baseline_record"),
    }
    table = records.with_columns(**columns).sort(
        "subject", "time", "test", "source_file", "source_row", "value"
    )
    return table.select(list(GRADE_COLUMNS))
