"""Commands for CDISC data in and out: import sdtm, export adam, export sdtm."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tutela.cli.options import DatasetFormat, StudyArgument
from tutela.cli.output import note

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tutela.standards.dataset import Dataset

__all__ = ["export_app", "import_app"]

import_app = typer.Typer(help="Read data of a standard into a study folder.", no_args_is_help=True)
export_app = typer.Typer(
    help="Write a study, or what was derived from it, in a standard's shape.", no_args_is_help=True
)

_Out = Annotated[Path, typer.Option("--out", "-o", help="Folder to write.", show_default=False)]
_As = Annotated[DatasetFormat, typer.Option("--as", help="File format of the data sets.")]


@import_app.callback()
def _import() -> None:
    """Keep ``import sdtm`` a command with a name of its own while it is the only one."""


@import_app.command("sdtm")
def import_sdtm(
    folder: Annotated[
        Path,
        typer.Argument(
            help="Folder of SDTM data sets (XPT, Dataset-JSON, CSV, Parquet).", show_default=False
        ),
    ],
    out: _Out,
) -> None:
    """Read SDTM data sets (DM, EX, CM, PR, VS, LB, AE, CE, QS, PC, IS, DS, SUPP--) into a study folder."""
    from tutela.cli.folders import check_folder, replace_folder
    from tutela.cli.run import describe_study
    from tutela.kernel.study import write_study
    from tutela.standards.sdtm import read_sdtm

    if not folder.is_dir():
        from tutela.kernel.errors import InputError

        what = "There is no such folder."
        raise InputError(what, file=str(folder), expected="a folder of SDTM data sets")
    check_folder(out, mark="notices.txt")
    study = read_sdtm(folder)
    with replace_folder(out, mark="notices.txt") as target:
        write_study(study, target)
        if study.rejected.height:
            study.rejected.write_csv(target / "rejected.csv")
    for line in (*describe_study(study), *(f"Note: {notice}" for notice in study.notices)):
        note(line)
    note(f"Study folder: {out}")


@export_app.command("sdtm")
def export_sdtm(study: StudyArgument, out: _Out, kind: _As = DatasetFormat.XPT) -> None:
    """Write the study tables as SDTM-shaped data sets."""
    from tutela.cli.folders import check_folder
    from tutela.cli.inputs import load_study, tell_study
    from tutela.standards.sdtm import to_sdtm

    check_folder(out)
    read = load_study(study)
    tell_study(read)
    _write(to_sdtm(read), out, kind)


@export_app.command("adam")
def export_adam(study: StudyArgument, out: _Out, kind: _As = DatasetFormat.XPT) -> None:
    """Write ADSL, ADLB (with ATOXGR), ADAE (with derived CRS and ICANS) and ADPP."""
    from tutela.cli.folders import check_folder
    from tutela.cli.run import make_assessment
    from tutela.standards.adam import to_adam

    check_folder(out)
    result = make_assessment(study, ctcae="ctcae-5", is_told=True)
    datasets = to_adam(
        result.study,
        labs=result.labs.table,
        crs=result.crs.episodes,
        icans=result.icans.episodes,
        nca=result.nca.table,
    )
    _write(datasets, out, kind)


def _write(datasets: Mapping[str, Dataset], out: Path, kind: DatasetFormat) -> None:
    """All data sets or none: a refused value leaves no folder that looks whole."""
    from tutela.cli.folders import replace_folder
    from tutela.kernel.manifest import build_manifest, to_json
    from tutela.kernel.provenance import hash_file
    from tutela.standards.files import write_dataset

    with replace_folder(out) as target:
        losses = [
            f"{name}: {loss}"
            for name, dataset in datasets.items()
            for loss in write_dataset(dataset, target / f"{name.lower()}.{kind}")
        ]
        outputs = {file.name: hash_file(file) for file in sorted(target.iterdir())}
        (target / "manifest.json").write_text(
            to_json(build_manifest(inputs={}, outputs=outputs)), encoding="utf-8"
        )
    for name, dataset in datasets.items():
        note(f"{name}: {dataset.frame.height} records, {dataset.frame.width} variables")
    for loss in losses:
        note(f"Note: {loss}")
    note(f"Written to {out}")
