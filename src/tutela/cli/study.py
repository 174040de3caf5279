"""Commands of the main job: demo, new, check, run, alerts, verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tutela.cli.options import Ctcae, FailOn, FileFormat, Format, FormatOption, OutOption, StudyArgument
from tutela.cli.output import emit, note, say

__all__ = ["alerts", "check", "demo", "new", "run", "verify"]

_FailOn = Annotated[
    FailOn | None,
    typer.Option(
        "--fail-on", help="Exit with 1 if an alert of this severity or worse fires.", show_default=False
    ),
]
_Ctcae = Annotated[Ctcae, typer.Option("--ctcae", help="Laboratory criteria.")]


def demo(
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for the virtual trial and its report.")
    ] = Path("demo"),
    n: Annotated[int, typer.Option("--n", min=1, help="Number of virtual subjects.")] = 40,
    seed: Annotated[int, typer.Option("--seed", help="Seed; the same seed gives the same trial.")] = 2026,
) -> None:
    """Simulate a pediatric CAR-T trial with known truth, and report on it."""
    from tutela.cli.run import run_demo

    run_demo(out, n=n, seed=seed)


def new(
    folder: Annotated[Path, typer.Argument(help="Folder to make.", show_default=False)],
    clock: Annotated[
        str, typer.Option("--clock", help="datetime, or relative (de-identified times).")
    ] = "datetime",
) -> None:
    """Make an empty study folder: study.toml and tables with their column headings."""
    from tutela.cli.template import write_template

    write_template(folder, clock=clock)
    note(f"Made {folder}. One line per subject in subjects.csv, one per value in measurements.csv;")
    note(f"{folder / 'COLUMNS.md'} explains every column. Columns and tables without content may stay empty.")
    note(f"Then `tutela check {folder}` says which rows cannot be used, and `tutela run {folder}` reports.")


def check(
    study: StudyArgument,
    format: FormatOption = Format.TABLE,
    out: OutOption = None,
    fail: Annotated[bool, typer.Option("--fail", help="Exit with 1 if any row was rejected.")] = False,
) -> None:
    """Read a study and list every row that cannot be used, with the reason."""
    from tutela.cli.inputs import load_study
    from tutela.cli.run import describe_study

    read = load_study(study)
    for line in describe_study(read):
        note(line)
    for notice in read.notices:
        note(f"Note: {notice}")
    if not read.rejected.is_empty() or format is not Format.TABLE or out is not None:
        emit(read.rejected, format=format, out=out, title="Rows that need a data manager")
    else:
        note(f"Every row can be used. Next: `tutela run {study}`.")
    if fail and not read.rejected.is_empty():
        raise typer.Exit(1)


def run(
    study: StudyArgument,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for the results [STUDY-results].")
    ] = None,
    format: Annotated[
        FileFormat, typer.Option("--format", "-f", help="Format of the result tables.")
    ] = FileFormat.PARQUET,
    ctcae: _Ctcae = Ctcae.CTCAE_5,
    fail_on: _FailOn = None,
) -> None:
    """Grade, compute, evaluate rules, and write the report with its tables and manifest."""
    from tutela.cli.run import run_study

    folder = out if out is not None else _beside(study)
    if run_study(
        study, folder, format=format, ctcae=str(ctcae), fail_on=None if fail_on is None else str(fail_on)
    ):
        raise typer.Exit(1)


def _beside(study: Path) -> Path:
    """The results folder beside the study, also where the study is the current folder."""
    name = f"{study.resolve().name}-results"
    return study.with_name(name) if study.name not in ("", "..") else study.resolve().with_name(name)


def alerts(
    study: StudyArgument,
    subject: Annotated[
        str | None, typer.Option("--subject", help="Only this subject.", show_default=False)
    ] = None,
    rule: Annotated[str | None, typer.Option("--rule", help="Only this rule.", show_default=False)] = None,
    all_verdicts: Annotated[
        bool, typer.Option("--all", help="Also what did not fire, and what cannot be told.")
    ] = False,
    ctcae: _Ctcae = Ctcae.CTCAE_5,
    format: FormatOption = Format.TABLE,
    out: OutOption = None,
    fail_on: _FailOn = None,
) -> None:
    """Which declared rules fire now, for whom, since when, on which rows."""
    from tutela.cli.run import count_failing, filter_alerts, make_assessment

    assessment = make_assessment(study, ctcae=str(ctcae), is_told=True)
    table = filter_alerts(assessment, subject=subject, rule=rule, all_verdicts=all_verdicts)
    columns = ["subject", "time", "severity", "rule", "verdict", "finding", "reason", "evidence", "source"]
    shown = table.select(columns) if format is Format.TABLE and out is None else table
    emit(shown, format=format, out=out, title="Alerts")
    if fail_on is not None and count_failing(assessment, str(fail_on)):
        raise typer.Exit(1)


def verify(
    manifest: Annotated[
        Path, typer.Argument(help="manifest.json of a results folder, or the folder.", show_default=False)
    ],
) -> None:
    """Compare the outputs of a run with the hashes in its manifest."""
    from tutela.kernel.manifest import check_manifest

    path = manifest / "manifest.json" if manifest.is_dir() else manifest
    verdicts = check_manifest(path)
    for name, verdict in verdicts:
        say(f"{verdict:8} {name}")
    if any(verdict != "same" for _, verdict in verdicts):
        raise typer.Exit(1)
