"""A virtual trial as a study folder: the records as a hospital delivers them, the truth beside them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import polars as pl

from tutela.kernel.files import write_atomic
from tutela.kernel.study.config import config_to_toml
from tutela.simulation.car_t.trial import VirtualTrial

__all__ = ["write_trial"]


def _csv(table: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.write_csv(buffer)
    return buffer.getvalue()


def write_trial(trial: VirtualTrial, folder: Path) -> None:
    """Write a study folder that ``read_study`` and ``tutela run`` take, and the truth beside it.

    Parameters
    ----------
    trial
        The trial.
    folder
        Created if absent; files of the same name are replaced.

    Notes
    -----
    ``study.toml``, ``subjects.csv``, ``treatments.csv``, ``measurements.csv``, ``events.csv``; in ``truth/``
    one file per table of :class:`Truth`; ``simulation.json`` says how it was made. Equal trials give equal
    bytes; no clock is read.

    Examples
    --------
    >>> import tempfile
    >>> from tutela.simulation.car_t import simulate
    >>> with tempfile.TemporaryDirectory() as name:
    ...     write_trial(simulate(1, seed=3), Path(name))
    ...     sorted(path.name for path in Path(name).iterdir() if path.suffix != ".csv")
    ['simulation.json', 'study.toml', 'truth']
    """
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    write_atomic(folder / "study.toml", config_to_toml(trial.config).encode("utf-8"))
    for name, table in trial.raw.items():
        write_atomic(folder / f"{name}.csv", _csv(table))
    for name, table in trial.truth.tables.items():
        write_atomic(folder / "truth" / f"{name}.csv", _csv(table))
    made = json.dumps(trial.provenance.to_dict(), indent=2, sort_keys=True) + "\n"
    write_atomic(folder / "simulation.json", made.encode("utf-8"))
