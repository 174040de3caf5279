"""Command: simulate car-t."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tutela.cli.output import note

__all__ = ["app"]

app = typer.Typer(help="Virtual trials with known truth.", no_args_is_help=True)


@app.callback()
def _simulate() -> None:
    """Keep ``simulate car-t`` a command with a name of its own while it is the only one."""


@app.command("car-t")
def car_t(
    out: Annotated[Path, typer.Option("--out", "-o", help="Study folder to write.", show_default=False)],
    n: Annotated[int, typer.Option("--n", min=1, help="Number of subjects.")] = 100,
    seed: Annotated[int, typer.Option("--seed", help="Seed; the same seed gives the same bytes.")] = 1,
    clean: Annotated[
        bool, typer.Option("--clean", help="No missing values, unit mixtures or typing errors.")
    ] = False,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes on this machine.")] = 1,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", help="Dask scheduler, such as tcp://host:8786.", show_default=False),
    ] = None,
) -> None:
    """A pediatric CAR-T trial: expansion, cytokines, vital signs, support, scores, counts, and the truth."""
    from tutela.cli.folders import check_folder, replace_folder
    from tutela.kernel.execute import open_executor
    from tutela.simulation import car_t as model

    check_folder(out, mark="simulation.json")
    options = model.CarTOptions.clean() if clean else model.CarTOptions()
    with open_executor(workers=workers, cluster=cluster) as executor:
        trial = model.simulate(n, seed=seed, executor=executor, options=options)
    with replace_folder(out, mark="simulation.json") as folder:
        model.write_trial(trial, folder)
    note(f"{n} virtual subjects written to {out}; the truth is in {out / 'truth'}.")
