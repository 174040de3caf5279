"""Every number's "How" can be followed: the lines of Python run as they stand."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from tutela.kernel.study import write_study
from tutela.monitoring import Assessment, assess
from tutela.report import build_report
from tutela.report.overview import attention_rows, current_support, follow_up, masthead
from tutela.simulation import car_t

_CODE = re.compile(r"<pre><code>(.*?)</code></pre>", re.DOTALL)


@pytest.fixture(scope="module")
def virtual() -> Assessment:
    return assess(car_t.simulate(4, seed=11).study)


def test_the_lines_of_python_in_every_how_run_as_they_stand(
    virtual: Assessment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_study(virtual.study, tmp_path / "STUDY")
    monkeypatch.chdir(tmp_path)
    snippets = {html.unescape(code) for code in _CODE.findall(build_report(virtual))}
    assert len(snippets) > 20
    for snippet in sorted(snippets):
        exec(compile(snippet, "<how>", "exec"), {})


def test_one_mistyped_date_does_not_lengthen_the_follow_up(virtual: Assessment) -> None:
    subjects = virtual.study.subjects
    known = follow_up(virtual).join(subjects.select("subject", "last_time", "death_time"), on="subject")
    for row in known.iter_rows(named=True):
        expected = row["death_time"] if row["death_time"] is not None else row["last_time"]
        assert row["last"] == expected
    longest = next(fact.value for fact in masthead(virtual) if fact.label == "Longest follow-up")
    assert longest == f"day {int(known['last'].max())}"


@pytest.mark.parametrize("seed", [2026])
def test_who_died_is_said_to_have_died_and_is_on_no_support(seed: int) -> None:
    died = assess(car_t.simulate(1, seed=seed, first=29).study)
    assert died.study.subjects["death_time"].null_count() == 0
    rows = attention_rows(died)
    assert all(row.day.endswith(", died") for row in rows)
    assert current_support(died) == {}
