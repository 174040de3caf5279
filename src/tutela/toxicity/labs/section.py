"""How laboratory toxicity shows in the report."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
from scipy.stats import binomtest

from tutela.kernel.charts import to_spec
from tutela.kernel.cite import Cite
from tutela.kernel.section import Block, Figure, How, Number, Section, Table, Text
from tutela.toxicity.labs.grading import grade
from tutela.toxicity.labs.library import read_criteria
from tutela.toxicity.labs.result import LabGrades
from tutela.toxicity.labs.versions import version_shift

__all__ = ["build_section"]

#: From this grade on a laboratory toxicity is called severe.
SEVERE = 3
#: Terms whose shift is drawn.
SHIFT_FIGURES = 3

_QUESTION = "How ill did they get? \N{EN DASH} laboratory"
_GRADE_LABELS = {"grade": "grade", "n": "subjects (n)", "term": "term", "subjects": "subjects"}


def build_section(
    result: LabGrades,
    *,
    measurements: pl.DataFrame | None = None,
    subjects: pl.DataFrame | None = None,
) -> Section:
    """Worst grades, shift from baseline, and what CTCAE 6 would change.

    Parameters
    ----------
    result
        Graded laboratory values.
    measurements, subjects
        The tables to grade again by CTCAE 5 and 6; those of the result if not given.

    Returns
    -------
    Section
        The answer first, then the tables behind it.
    """
    if not result.table.height:
        text = Text("No laboratory value in this study has a term in the criteria.")
        return Section("labs", _QUESTION, (text, *_skipped(result)))
    blocks: list[Block] = [
        _severe_number(result),
        *_milder_number(result),
        *_worst_figure(result),
        _counts_table(result),
        _severe_table(result),
        *_shift_figures(result),
        _shift_table(result),
        *_version_blocks(
            result,
            result.measurements if measurements is None else measurements,
            result.subjects if subjects is None else subjects,
        ),
        *_skipped(result),
    ]
    return Section("labs", _QUESTION, tuple(blocks))


def _how(result: LabGrades, text: str, method: str = "tutela.toxicity.labs.grade", code: str = "") -> How:
    return How(
        text=" ".join((text, *result.options.words)),
        method=method,
        params={"version": result.title},
        sources=result.sources,
        inputs=("measurements", "subjects"),
        code="from tutela.toxicity import labs\n"
        f'result = labs.grade(study.measurements, subjects=study.subjects, version="{result.version}")\n'
        + (code or "result.table"),
    )


def _rate(count: int, total: int) -> str:
    if not total:
        return "0 of 0"
    interval = binomtest(count, total).proportion_ci(method="exact")
    low, high = (round(100 * end) for end in (interval.low, interval.high))
    return f"{count} of {total} ({100 * count / total:.0f} %; 95 % CI {low}-{high} %)"


def _severe_number(result: LabGrades) -> Number:
    graded = result.worst.filter(pl.col("grade").is_not_null())
    severe = graded.filter(pl.col("grade") >= SEVERE).get_column("subject").unique().sort().to_list()
    text = (
        "Subjects with at least one laboratory grade of 3 or more after the infusion, among subjects with at "
        "least one graded value; the interval is exact (Clopper-Pearson)."
    )
    return Number(
        f"Subjects with a grade {SEVERE} or 4 laboratory value ({result.title})",
        _rate(len(severe), graded.get_column("subject").n_unique()),
        _how(result, text, code=f"result.worst.filter(pl.col('grade') >= {SEVERE})"),
        tuple(severe),
    )


def _milder_number(result: LabGrades) -> tuple[Number, ...]:
    """The same count without the criteria's assumptions, where it differs: how much rests on them."""
    if not result.options.worst_case:
        return ()
    options = replace(result.options, worst_case=False)
    milder = grade(result.measurements, subjects=result.subjects, version=result.version, options=options)
    number = _severe_number(milder)
    if number.subjects == _severe_number(result).subjects:
        return ()
    label = f"{number.label}, without assuming symptoms, anticoagulation or other facts not measured"
    return (replace(number, label=label),)


def _worst_figure(result: LabGrades) -> tuple[Block, ...]:
    shown = result.worst.filter((pl.col("grade").max() > 0).over("term"))
    if not shown.height:
        return (Text("No laboratory value after the infusion met a criterion."),)
    from tutela.toxicity.labs.plot import plot_worst

    text = "Each subject counts once per term, at the worst grade after the infusion; terms without a grade "
    text += "above 0 are left out."
    return (
        Figure(
            "labs-worst",
            f"Worst laboratory grade per subject ({result.title})",
            to_spec(plot_worst(shown)),
            _how(result, text, "tutela.toxicity.labs.worst", "result.worst"),
            alt="Bars of subjects by worst grade, one bar per laboratory term.",
        ),
    )


def _counts_table(result: LabGrades) -> Table:
    """Subjects by term and worst grade; a grade that could not be given is its own row."""
    worst = result.worst
    totals = worst.group_by("term").agg(pl.col("subject").n_unique().alias("of"))
    counts = worst.group_by("term", "direction", "grade").agg(
        pl.col("subject").n_unique().alias("n"), pl.col("subject").unique().sort().alias("subjects")
    )
    shown = counts.filter((pl.col("grade") > 0) | pl.col("grade").is_null())
    data = (
        shown.join(totals, on="term", how="left")
        .sort("term", "grade", descending=[False, True], nulls_last=True)
        .with_columns(pl.col("grade").cast(pl.String).fill_null("not gradable"))
        .select("term", "direction", "grade", "n", "of", "subjects")
    )
    text = "Subjects by worst grade after the infusion; 'of' counts subjects with a value of the test."
    labels = _GRADE_LABELS | {"of": "of subjects tested", "direction": "low (L) or high (H)"}
    how = _how(result, text, "tutela.toxicity.labs.worst", "result.worst")
    return Table("labs-counts", f"Worst grades by term ({result.title})", data, how, labels)


def _severe_table(result: LabGrades) -> Table:
    data = (
        result.worst.filter(pl.col("grade") >= SEVERE)
        .sort(["grade", "subject", "term"], descending=[True, False, False])
        .select("subject", "term", "grade", "time", "value", "unit", "because", "source_file", "source_row")
    )
    text = "The first value that reached each subject's worst grade, where that grade is 3 or 4."
    labels = {"time": "day since infusion", "because": "criterion met", "source_row": "source row"}
    labels |= {"source_file": "source file"}
    how = _how(result, text, "tutela.toxicity.labs.worst", "result.worst")
    return Table("labs-severe", "Grade 3 and 4 laboratory values", data, how, labels)


def _changed_terms(result: LabGrades) -> list[str]:
    """Terms with the most severe shifts first."""
    rise = (pl.col("worst_grade") - pl.col("baseline_grade").fill_null(0)).clip(lower_bound=0)
    ranked = (
        result.shift.group_by("term")
        .agg(pl.col("worst_grade").max().alias("top"), (rise * pl.col("n")).sum().alias("weight"))
        .filter(pl.col("weight") > 0)
        .sort(["top", "weight", "term"], descending=[True, True, False])
    )
    terms: list[str] = ranked.get_column("term").to_list()
    return terms


def _shift_figures(result: LabGrades) -> list[Figure]:
    from tutela.toxicity.labs.plot import plot_shift

    text = "Baseline grade against worst grade after the infusion; the number is subjects."
    how = _how(result, text, "tutela.toxicity.labs.shift_table", "result.shift")
    return [
        Figure(
            f"labs-shift-{number}",
            f"Shift from baseline: {term}",
            to_spec(plot_shift(result.shift, term=term)),
            how,
            alt=f"Heat map of baseline grade against worst grade for {term}.",
        )
        for number, term in enumerate(_changed_terms(result)[:SHIFT_FIGURES], start=1)
    ]


def _shift_table(result: LabGrades) -> Table:
    words = [
        pl.col(name).cast(pl.String).fill_null("none").alias(name)
        for name in ("baseline_grade", "worst_grade")
    ]
    columns = ["term", "direction", "baseline_grade", "worst_grade", "n", "subjects"]
    data = result.shift.with_columns(words).select(columns)
    labels = {"baseline_grade": "baseline grade", "worst_grade": "worst grade after infusion"} | _GRADE_LABELS
    text = "Each subject with a value of the test counts once per term; 'none' is no record or not gradable."
    how = _how(result, text, "tutela.toxicity.labs.shift_table", "result.shift")
    return Table("labs-shift", "Shift from baseline grade to worst grade", data, how, labels)


def _version_blocks(
    result: LabGrades, measurements: pl.DataFrame, subjects: pl.DataFrame | None
) -> tuple[Block, ...]:
    shift = version_shift(measurements, subjects=subjects, options=result.options, only_changed=True)
    # A value that was grade 0 and has no term in the other version is no change that concerns a person.
    shift = shift.filter((pl.col("grade_before") > 0) | (pl.col("grade_after") > 0))
    both = tuple(Cite(key, "laboratory terms") for key in ("ctcae5", "ctcae6"))
    how = How(
        "The same values graded by CTCAE 5.0 and by CTCAE 6.0: cells in which the grade differs and one "
        "of the two is above 0; 'none' is not gradable, or no such term. CTCAE 6 "
        "moves neutrophil grades one step down and grade 4 platelets from 25 to 10 x 10^9/L.",
        method="tutela.toxicity.labs.version_shift",
        sources=(*both, *(s for s in read_criteria("ctcae-6").sources if s.key == "admiral")),
        inputs=("measurements", "subjects"),
        code="from tutela.toxicity import labs\n"
        "labs.version_shift(study.measurements, subjects=study.subjects, only_changed=True)",
    )
    people = shift.explode("subjects").get_column("subjects").drop_nulls().unique().sort().to_list()
    everyone = result.table.get_column("subject").n_unique()
    number = Number(
        "Subjects with a grade above 0 that differs between CTCAE 5 and 6",
        _rate(len(people), everyone),
        how,
        tuple(people),
    )
    words = [pl.col(name).cast(pl.String).fill_null("none") for name in ("grade_before", "grade_after")]
    data = shift.with_columns(words).select(
        "test", "term_before", "term_after", "grade_before", "grade_after", "rows", "n", "subjects"
    )
    labels = {"grade_before": "grade CTCAE 5", "grade_after": "grade CTCAE 6", "n": "subjects (n)"}
    labels |= {"term_before": "term CTCAE 5", "term_after": "term CTCAE 6", "rows": "values (n)"}
    return number, Table("labs-versions", "What CTCAE 6 changes", data, how, labels)


def _skipped(result: LabGrades) -> tuple[Block, ...]:
    reasons = (
        result.table.filter(pl.col("reason") != "")
        .group_by("reason")
        .agg(pl.len().alias("rows"), pl.col("subject").unique().sort().alias("subjects"))
        .sort(["rows", "reason"], descending=[True, False])
    )
    if not reasons.height:
        return ()
    text = "Why values have no grade in a direction, or what qualifies the grade; nothing missing is grade 0."
    labels = {"rows": "values (n)"}
    return (
        Table(
            "labs-reasons",
            "Values without a grade, and qualified grades",
            reasons,
            _how(result, text),
            labels,
        ),
    )
