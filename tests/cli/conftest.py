"""Run the command line in this process, and share one small virtual trial."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tutela.cli import main


@dataclass
class Answer:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def tutela(capsys):
    def run(*words: object) -> Answer:
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main([str(word) for word in words])
        said = capsys.readouterr()
        code = stop.value.code
        return Answer(0 if code is None else int(code), said.out, said.err)

    return run


@pytest.fixture(scope="session")
def trial(tmp_path_factory):
    """A virtual trial of six subjects as a study folder."""
    from tutela.simulation import car_t

    folder = tmp_path_factory.mktemp("trial") / "trial"
    car_t.write_trial(car_t.simulate(6, seed=11), folder)
    return folder
