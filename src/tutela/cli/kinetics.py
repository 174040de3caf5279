"""Command of the kinetics domain: nca."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from tutela.cli.options import Format, FormatOption, OutOption, SubjectsOption, TableArgument, TimeUnitOption
from tutela.cli.output import emit

__all__ = ["app"]

app = typer.Typer(help="How far cells or vector expand, peak and persist.", no_args_is_help=True)


@app.callback()
def _kinetics() -> None:
    """Keep ``kinetics nca`` a command with a name of its own while it is the only one."""


class Shape(StrEnum):
    """Shape of the result."""

    LONG = "long"
    WIDE = "wide"


#: What of a wide result is shown on a screen.
_SCREEN = {
    Shape.LONG: ("subject", "test", "parameter", "name", "value", "unit", "reason"),
    Shape.WIDE: ("subject", "test", "CMAX", "TMAX", "TLST", "AUCLST", "AUCINT_0_28", "LAMZHL"),
}


@app.command("nca")
def nca(
    file: TableArgument,
    test: Annotated[
        list[str] | None,
        typer.Option(
            "--test",
            help="Test codes to analyze [CARTGENE, CARTCELL if present, else all].",
            show_default=False,
        ),
    ] = None,
    method: Annotated[
        str, typer.Option("--method", help="linear-up-log-down, linear, log or linear-log.")
    ] = "linear-up-log-down",
    shape: Annotated[
        Shape, typer.Option("--shape", help="One row per parameter, or one per profile.")
    ] = Shape.LONG,
    subjects: SubjectsOption = None,
    time_unit: TimeUnitOption = None,
    format: FormatOption = Format.TABLE,
    out: OutOption = None,
) -> None:
    """Non-compartmental parameters per profile: Cmax, Tmax, AUCs, half-life, persistence, with reasons."""
    import polars as pl

    from tutela.cli.inputs import load_tables
    from tutela.kernel.errors import InputError
    from tutela.kinetics.nca import NcaOptions, compute

    study = load_tables(file, table="measurements", beside={"subjects": subjects}, time_unit=time_unit)
    available = study.measurements.get_column("test").unique().sort().to_list()
    wanted = test or [code for code in ("CARTGENE", "CARTCELL") if code in available] or available
    absent = [code for code in wanted if code not in available]
    if absent:
        what = f"The data hold no test {absent[0]!r}."
        raise InputError(what, file=file.name, column="test", expected="one of: " + ", ".join(available[:20]))
    profiles = study.measurements.filter(pl.col("test").is_in(wanted))
    result = compute(profiles, by=("subject", "test"), options=NcaOptions.for_cells(method=method))
    emit(
        result.table if shape is Shape.LONG else result.wide,
        format=format,
        out=out,
        title="Non-compartmental analysis",
        screen=_SCREEN[shape],
    )
