"""The main job from the command line: read, assess, write a results folder that is whole or absent."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from tutela.cli.folders import check_folder, replace_folder
from tutela.cli.inputs import load_study, tell_study
from tutela.cli.options import FileFormat, Format
from tutela.cli.output import note, to_bytes
from tutela.kernel.errors import StudyError
from tutela.kernel.manifest import build_manifest, to_json
from tutela.kernel.provenance import hash_file

if TYPE_CHECKING:
    import polars as pl

    from tutela.kernel.study import Study
    from tutela.monitoring.assess import Assessment

__all__ = [
    "count_failing",
    "describe_study",
    "filter_alerts",
    "make_assessment",
    "run_demo",
    "run_study",
    "write_results",
]

_SEVERITIES = ("critical", "warning", "notice")


def describe_study(study: Study) -> list[str]:
    """What was read, in a few lines."""
    counts = (
        f"{study.subjects.height} subjects",
        f"{study.treatments.height} treatments",
        f"{study.measurements.height} measurements",
        f"{study.events.height} events",
    )
    lines = [f"Read {', '.join(counts)}."]
    if study.rejected.height:
        reasons = study.rejected.group_by("action").len().sort("len", "action", descending=[True, False])
        parts = (f"{count} {action}" for action, count in reasons.iter_rows())
        lines.append(f"Rows set aside or changed: {', '.join(parts)}.")
    if study.measurements.is_empty():
        lines.append("There are no measurements yet: nothing can be graded. Fill in the measurements table.")
    return lines


@contextmanager
def _progress(text: str) -> Iterator[Any]:
    """A spinner with the current step, on a terminal only."""
    console = Console(stderr=True)
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with console.status(text) as status:
        yield lambda step: status.update(f"{step} ...")


def make_assessment(study: Path, *, ctcae: str, is_told: bool = False) -> Assessment:
    """Read a study and derive everything; if ``is_told``, say which rows were not used."""
    from tutela.monitoring.assess import AssessOptions, assess

    with _progress("Reading ...") as tell:
        read = load_study(study)
        if is_told:
            tell_study(read)
        return assess(read, options=AssessOptions(ctcae=ctcae), progress=tell)


def filter_alerts(
    assessment: Assessment, *, subject: str | None, rule: str | None, all_verdicts: bool
) -> pl.DataFrame:
    """Choose rows of the alerts table.

    Raises
    ------
    StudyError, RuleError
        If the subject or the rule does not exist: an empty answer must not look like "no alerts".
    """
    import polars as pl

    from tutela.monitoring.rules import find_rule

    table = assessment.alerts if all_verdicts else assessment.fired
    if subject is not None:
        if subject not in assessment.study.subjects.get_column("subject"):
            what = f"There is no subject {subject!r} in this study."
            raise StudyError(what, advice="`tutela check STUDY` counts the subjects read.")
        table = table.filter(pl.col("subject") == subject)
    if rule is not None:
        table = table.filter(pl.col("rule") == find_rule(rule).id)
    return table


def count_failing(assessment: Assessment, fail_on: str) -> int:
    """Number of alerts of this severity or worse."""
    import polars as pl

    severe = _SEVERITIES[: _SEVERITIES.index(fail_on) + 1]
    return assessment.fired.filter(pl.col("severity").is_in(severe)).height


def run_study(study: Path, out: Path, *, format: FileFormat, ctcae: str, fail_on: str | None) -> bool:
    """Do the main job and say what a person wants to know.

    Returns
    -------
    bool
        Whether ``fail_on`` asks for exit code 1.
    """
    started = time.perf_counter()
    check_folder(out)
    assessment = make_assessment(study, ctcae=ctcae)
    for notice in assessment.study.notices:
        note(f"Note: {notice}")
    with _progress("Writing the report ..."):
        write_results(assessment, out, format=Format(str(format)))
    for line in (*describe_study(assessment.study), *_describe_findings(assessment)):
        print(line)
    print(f"Report: {out / 'report.html'}")
    print(f"Done in {time.perf_counter() - started:.1f} s.")
    return fail_on is not None and count_failing(assessment, fail_on) > 0


def _describe_findings(assessment: Assessment) -> list[str]:
    import polars as pl

    fired = assessment.fired
    by_severity = [f"{fired.filter(pl.col('severity') == s).height} {s}" for s in _SEVERITIES]
    subjects = fired.get_column("subject").n_unique()
    unknown = assessment.alerts.filter(pl.col("verdict") == "NOT_EVALUABLE").height
    return [
        f"Alerts: {', '.join(by_severity)}; {subjects} of {assessment.study.subjects.height} subjects.",
        f"Not evaluable: {unknown} of {assessment.alerts.height} rule verdicts; the reasons are in the report.",
    ]


def write_results(assessment: Assessment, out: Path, *, format: Format) -> None:
    """Write report, tables and manifest into a folder that appears only when it is whole.

    Parameters
    ----------
    assessment
        What to write.
    out
        Folder; an earlier results folder of tutela is replaced.
    format
        Format of the tables.
    """
    from tutela.report import write_report

    with replace_folder(out) as folder:
        tables = folder / "tables"
        tables.mkdir()
        for name, table in assessment.tables().items():
            (tables / f"{name}.{format}").write_bytes(to_bytes(table, format))
        write_report(assessment, folder / "report.html")
        manifest = _manifest(assessment, folder)
        (folder / "manifest.json").write_text(to_json(manifest), encoding="utf-8")


def _manifest(assessment: Assessment, folder: Path) -> dict[str, Any]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    config = assessment.study.config
    return build_manifest(
        inputs=assessment.study.files,
        outputs={path.relative_to(folder).as_posix(): hash_file(path) for path in files},
        provenance=assessment.provenance,
        overrides=assessment.overrides,
        facts={"study": config.id, "title": config.title, "data_cut": config.data_cut},
    )


def run_demo(out: Path, *, n: int, seed: int) -> None:
    """Simulate a virtual trial into ``out/trial`` and report on it in ``out/results``."""
    from tutela.simulation import car_t

    check_folder(out / "trial", mark="simulation.json")
    check_folder(out / "results")
    with _progress("Simulating a virtual trial ..."):
        trial = car_t.simulate(n, seed=seed)
        with replace_folder(out / "trial", mark="simulation.json") as folder:
            car_t.write_trial(trial, folder)
    note(f"A virtual pediatric CAR-T trial: {n} subjects, seed {seed}; no real person is in it.")
    run_study(out / "trial", out / "results", format=FileFormat.PARQUET, ctcae="ctcae-5", fail_on=None)
