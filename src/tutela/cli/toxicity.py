"""Commands of the toxicity domain: crs, icans, labs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tutela.cli.options import (
    Ctcae,
    Format,
    FormatOption,
    OutOption,
    SubjectsOption,
    TableArgument,
    TimeUnitOption,
)
from tutela.cli.output import emit, note

if TYPE_CHECKING:
    import polars as pl

__all__ = ["app"]

app = typer.Typer(help="Grades of toxicity over time.", no_args_is_help=True)

_Treatments = Annotated[
    Path | None,
    typer.Option("--treatments", help="Treatments table (oxygen, vasopressors, drugs).", show_default=False),
]
_Events = Annotated[Path | None, typer.Option("--events", help="Events table.", show_default=False)]


class Level(StrEnum):
    """How far the result is summarized."""

    SUBJECTS = "subjects"
    EPISODES = "episodes"
    COURSE = "course"


_Level = Annotated[
    Level, typer.Option("--level", help="Per subject, per episode, or every observation window.")
]


#: What of a wide result is shown on a screen.
_SCREEN = {
    Level.SUBJECTS: (),
    Level.EPISODES: (
        *("subject", "episode", "onset", "resolution", "grade_low", "grade_high", "duration_days"),
        *("because", "reason"),
    ),
    Level.COURSE: ("subject", "time", "grade", "grade_low", "grade_high", "episode", "because", "evidence"),
}


def _tell_unknown(subjects: pl.DataFrame, level: Level) -> None:
    """No episode is not "no toxicity" for those who could not be graded."""
    unknown = subjects.get_column("status").eq("not evaluable").sum()
    if unknown and level is not Level.SUBJECTS:
        note(f"{unknown} of {subjects.height} subjects cannot be graded; --level subjects says why.")


@app.command("crs")
def crs(
    file: TableArgument,
    treatments: _Treatments = None,
    subjects: SubjectsOption = None,
    events: _Events = None,
    level: _Level = Level.EPISODES,
    time_unit: TimeUnitOption = None,
    format: FormatOption = Format.TABLE,
    out: OutOption = None,
) -> None:
    """Cytokine release syndrome, ASTCT consensus 2019, from temperature, blood pressure and support."""
    from tutela.cli.inputs import load_tables
    from tutela.toxicity.crs import grade

    beside = {"treatments": treatments, "subjects": subjects, "events": events}
    study = load_tables(file, table="measurements", beside=beside, time_unit=time_unit)
    recorded = study.treatments if treatments is not None or file.is_dir() else None
    result = grade(study.measurements, treatments=recorded, subjects=study.subjects, events=study.events)
    _tell_unknown(result.subjects, level)
    emit(getattr(result, str(level)), format=format, out=out, title="CRS, ASTCT 2019", screen=_SCREEN[level])


@app.command("icans")
def icans(
    file: TableArgument,
    treatments: _Treatments = None,
    subjects: SubjectsOption = None,
    events: _Events = None,
    level: _Level = Level.EPISODES,
    time_unit: TimeUnitOption = None,
    format: FormatOption = Format.TABLE,
    out: OutOption = None,
) -> None:
    """Neurotoxicity (ICANS), ASTCT consensus 2019, from ICE or CAPD by age, and neurologic findings."""
    from tutela.cli.inputs import load_tables
    from tutela.toxicity.icans import grade

    beside = {"treatments": treatments, "subjects": subjects, "events": events}
    study = load_tables(file, table="measurements", beside=beside, time_unit=time_unit)
    result = grade(
        study.measurements, treatments=study.treatments, subjects=study.subjects, events=study.events
    )
    _tell_unknown(result.subjects, level)
    emit(
        getattr(result, str(level)), format=format, out=out, title="ICANS, ASTCT 2019", screen=_SCREEN[level]
    )


class LabView(StrEnum):
    """What to show of the laboratory grades."""

    GRADES = "grades"
    WORST = "worst"
    SHIFT = "shift"
    VERSIONS = "versions"


_LAB_SCREEN = {
    LabView.GRADES: ("subject", "time", "test", "value", "unit", "grade", "baseline", "because", "reason"),
    LabView.WORST: (
        "subject",
        "term",
        "test",
        "grade",
        "time",
        "value",
        "unit",
        "graded",
        "not_graded",
        "because",
    ),
}


@app.command("labs")
def labs(
    file: TableArgument,
    subjects: SubjectsOption = None,
    ctcae: Annotated[Ctcae, typer.Option("--ctcae", help="Laboratory criteria.")] = Ctcae.CTCAE_5,
    show: Annotated[
        LabView, typer.Option("--show", help="Every row, worst per subject, shift, or v5 to v6.")
    ] = LabView.GRADES,
    time_unit: TimeUnitOption = None,
    format: FormatOption = Format.TABLE,
    out: OutOption = None,
) -> None:
    """Laboratory toxicity by CTCAE v4, v5, v6 or DAIDS, baseline- and direction-aware."""
    from tutela.cli.inputs import load_tables
    from tutela.toxicity.labs import grade, version_shift

    study = load_tables(
        file, table="measurements", beside={"subjects": subjects}, time_unit=time_unit, needs_infusion=False
    )
    if show is LabView.VERSIONS:
        emit(
            version_shift(study.measurements, subjects=study.subjects),
            format=format,
            out=out,
            title="CTCAE v5 to v6",
        )
        return
    result = grade(study.measurements, subjects=study.subjects, version=str(ctcae))
    views = {
        LabView.GRADES: lambda: result.table,
        LabView.WORST: lambda: result.worst,
        LabView.SHIFT: lambda: result.shift,
    }
    emit(
        views[show](),
        format=format,
        out=out,
        title=f"Laboratory grades, {ctcae}",
        screen=_LAB_SCREEN.get(show, ()),
    )
