"""Section "Does expansion go with toxicity?": peak of the cells against the highest CRS and ICANS grade."""

from __future__ import annotations

import polars as pl

from tutela.kernel.cite import Cite
from tutela.kernel.section import Block, Figure, How, Section, Table, Text
from tutela.report.inputs import ReportInput, result_table

__all__ = ["build_exposure", "join_exposure", "summarize_exposure"]

#: Tests that measure the cells, and their names.
CELL_TESTS = {"CARTGENE": "CAR transgene", "CARTCELL": "CAR-T cells"}
_SYNDROMES = {"crs": "CRS", "icans": "ICANS"}


def join_exposure(parameters: pl.DataFrame, grades: pl.DataFrame, *, test: str) -> pl.DataFrame:
    """Join the peak of every subject with the highest grade.

    Parameters
    ----------
    parameters
        ``subject``, ``test``, ``parameter``, ``value``, ``unit`` of the kinetics result.
    grades
        ``subject``, ``grade_low``, ``grade_high``.
    test
        Test code of the cells.

    Returns
    -------
    polars.DataFrame
        subject, cmax, unit, grade_low, grade_high; only subjects with both.
    """
    peaks = parameters.filter(
        (pl.col("test") == test)
        & (pl.col("parameter") == "CMAX")
        & (pl.col("value") > 0)
        & pl.col("value").is_finite()
    ).select("subject", "unit", cmax="value")
    known = grades.filter(pl.col("grade_low").is_not_null() & pl.col("grade_high").is_not_null())
    return peaks.join(known.select("subject", "grade_low", "grade_high"), on="subject").sort("subject")


def summarize_exposure(joined: pl.DataFrame) -> pl.DataFrame:
    """Peak by highest grade.

    Returns
    -------
    polars.DataFrame
        grade_high, n, lowest, median, highest, subjects.
    """
    return (
        joined.group_by(grade_high="grade_high")
        .agg(
            n=pl.len(),
            lowest=pl.col("cmax").min(),
            median=pl.col("cmax").median(),
            highest=pl.col("cmax").max(),
            subjects=pl.col("subject").sort(),
        )
        .sort("grade_high")
    )


def build_exposure(assessment: ReportInput) -> Section | None:
    """Build the section, or None where a study has no cell kinetics or no grades."""
    parameters = result_table(assessment.nca, "table")
    if parameters is None:
        return None
    blocks = [
        block
        for test in CELL_TESTS
        for name in _SYNDROMES
        if (grades := result_table(getattr(assessment, name), "subjects")) is not None
        for block in _blocks(join_exposure(parameters, grades, test=test), test=test, name=name)
    ]
    if not blocks:
        return None
    note = Text(
        "Each point is a subject. A relation seen here is a description of this study, not a cause: subjects who "
        "fell ill may have received more steroid and anticytokine therapy, which may change the expansion as well."
    )
    return Section("exposure", "Does expansion go with toxicity?", (note, *blocks))


def _blocks(joined: pl.DataFrame, *, test: str, name: str) -> tuple[Block, ...]:
    if joined.is_empty():
        return ()
    from tutela.kernel.charts import to_spec
    from tutela.report.plot import plot_exposure

    syndrome, cells, unit = _SYNDROMES[name], CELL_TESTS[test], joined["unit"][0] or ""
    title = f"Peak of {cells} by highest {syndrome} grade"
    chart = plot_exposure(joined, y_title=f"Cmax, {unit} (log)", x_title=f"highest {syndrome} grade")
    unsure = joined.filter(pl.col("grade_low") != pl.col("grade_high")).height
    alt = f"{title}: {joined.height} subjects, {unsure} of them with a grade known only within bounds."
    how = _how(name, test)
    labels = {
        "grade_high": f"highest {syndrome} grade, at most", "lowest": f"lowest Cmax, {unit}", "median": f"median, {unit}",
        "highest": f"highest, {unit}", "subjects": "who",
    }  # fmt: skip
    table = Table(f"exposure-{name}-{test}-table", title, summarize_exposure(joined), how, labels=labels)
    return Figure(f"exposure-{name}-{test}", title, to_spec(chart), how, alt=alt), table


def _how(name: str, test: str) -> How:
    return How(
        text="Cmax is the highest observed value of the subject's course, not corrected for baseline. The grade is "
        "the highest of the whole observation. Hollow points: only bounds of the grade are known, drawn at the "
        "upper bound. Horizontal strokes: median. No model is fitted and no test is made.",
        method="tutela.kinetics.nca.compute, tutela.toxicity." + name + ".grade",
        params={"exposure": f"CMAX of {test}", "toxicity": f"highest {name.upper()} grade"},
        sources=(Cite("lee2019", "Table 2") if name == "crs" else Cite("lee2019", "Tables 5 and 6"),),
        inputs=("measurements",),
        code=(
            f"grades = tutela.toxicity.{name}.grade(study.measurements, treatments=study.treatments,\n"
            "    subjects=study.subjects, events=study.events).subjects\n"
            "peaks = tutela.kinetics.nca.compute(study.measurements.filter("
            f'pl.col("test") == "{test}")).table\n'
            'peaks.filter(pl.col("parameter") == "CMAX").join(grades, on="subject")'
        ),
    )
