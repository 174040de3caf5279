"""The page in headless Chromium: it draws under its policy, asks for nothing, and answers the reader."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tutela.report import build_report, write_report
from tutela.report.csp import hash_inline

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]

#: Pixels of a canvas that are not the background's color.
INKED = """(() => {
  const canvas = document.querySelector('.timeline canvas');
  const data = new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer);
  return data.filter((pixel) => pixel !== data[0]).length;
})()"""
READOUT = "document.querySelector('.readout').textContent"


@pytest.fixture(scope="module")
def report(assessment, tmp_path_factory) -> Path:
    return write_report(assessment, tmp_path_factory.mktemp("report") / "report.html")


def scroll_to(browser: Any, selector: str) -> None:
    browser.run(f"document.querySelector('{selector}').scrollIntoView()")


def press(browser: Any, key: str) -> None:
    browser.page("Input.dispatchKeyEvent", type="keyDown", key=key)
    browser.page("Input.dispatchKeyEvent", type="keyUp", key=key)


def test_charts_draw_under_the_policy_without_a_request_or_a_complaint(browser, report) -> None:
    browser.open(report)
    for key in ("crs-bars", "crs-courses"):
        scroll_to(browser, f"#{key}")
        browser.wait(f"document.querySelector('#{key} .canvas').querySelector('svg, canvas')")
    assert (
        browser.run("document.querySelectorAll('#crs-bars svg path[aria-roledescription=bar]').length") >= 2
    )
    browser.run("location.hash = '#/subject/1001'")
    browser.wait("document.querySelector('.timeline canvas')")
    browser.wait(f"{INKED} > 5000")
    assert browser.requests() == []
    assert browser.complaints() == []


def without_interpreter(text: str) -> str:
    """The same page, drawing as Vega does by default: expressions become functions made from text."""
    script = re.search(r'<script>(\(\(\) => \{\n"use strict";.*?)</script>', text, re.DOTALL)
    assert script is not None
    changed = (
        script[1].replace(", { ast: true }", "").replace("expr: vegaInterpreter.expressionInterpreter,", "")
    )
    assert changed != script[1]
    return text.replace(script[1], changed).replace(hash_inline(script[1]), hash_inline(changed))


def test_the_policy_is_what_keeps_made_up_code_from_running(browser, assessment, tmp_path) -> None:
    path = tmp_path / "evaluating.html"
    path.write_text(without_interpreter(build_report(assessment)), encoding="utf-8")
    browser.open(path)
    scroll_to(browser, "#crs-bars")
    browser.wait("document.querySelector('#crs-bars .canvas').getBoundingClientRect().top < 2000")
    browser.run("new Promise((done) => setTimeout(done, 500))")
    assert browser.run("document.querySelectorAll('#crs-bars svg path').length") == 0
    assert any("unsafe-eval" in line for line in browser.complaints())


def test_a_script_that_is_not_the_page_s_own_does_not_run(browser, assessment, tmp_path) -> None:
    path = tmp_path / "foreign.html"
    text = build_report(assessment).replace("</body>", "<script>window.foreign = 1</script></body>")
    path.write_text(text, encoding="utf-8")
    browser.open(path)
    assert browser.run("typeof window.foreign") == "undefined"


def test_charts_are_drawn_only_when_they_come_into_view(browser, report) -> None:
    browser.open(report, height=400)
    drawn = "document.querySelectorAll('.canvas svg, .canvas canvas').length"
    assert browser.run(drawn) == 0
    scroll_to(browser, "#crs-courses")
    browser.wait(f"{drawn} >= 1")


def test_a_count_opens_its_subjects_and_a_subject_opens_its_page(browser, report) -> None:
    browser.open(report)
    scroll_to(browser, "#crs-table")
    browser.wait("document.querySelector('#crs-table td details')")
    browser.run("document.querySelector('#crs-table td details').open = true")
    browser.wait("document.querySelector('#crs-table td details a')")
    subject = browser.run("document.querySelector('#crs-table td details a').textContent")
    browser.run("document.querySelector('#crs-table td details a').click()")
    browser.wait("!document.getElementById('subject').hidden")
    assert browser.run("document.querySelector('#subject h1').textContent") == f"Subject {subject}"
    assert browser.run("document.getElementById('overview').hidden") is True
    browser.run("history.back()")
    browser.wait("!document.getElementById('overview').hidden")


def test_every_finding_leads_to_its_subject(browser, report, assessment) -> None:
    browser.open(report)
    links = browser.run("[...document.querySelectorAll('table.attention tbody th a')].map((a) => a.hash)")
    fired = assessment.alerts.filter(assessment.alerts["verdict"] == "ALERT")["subject"].unique()
    assert sorted(links) == sorted(f"#/subject/{subject}" for subject in fired)


def test_hostile_text_is_shown_as_text(browser, report) -> None:
    browser.open(report, anchor="#/subject/1001")
    browser.run("document.querySelectorAll('.subject-tables details').forEach((d) => (d.open = true))")
    browser.wait(
        "document.querySelector('.subject-tables').textContent.includes('Febrile neutropenia </script><b>x</b>')"
    )
    assert browser.run("[...document.querySelectorAll('.subject-tables b')].length") == 0


def test_tables_sort_filter_and_show_all_rows(browser, report) -> None:
    browser.open(report)
    scroll_to(browser, "#crs-observations")
    browser.wait("document.querySelector('#crs-observations tbody tr')")
    table = "document.querySelector('#crs-observations')"
    assert browser.run(f"{table}.querySelectorAll('tbody tr').length") == 15
    browser.run(f"[...{table}.querySelectorAll('.pager button')].at(-1).click()")
    assert browser.run(f"{table}.querySelectorAll('tbody tr').length") == 400
    for _ in range(2):
        browser.run(f"{table}.querySelectorAll('thead button')[1].click()")
    assert browser.run(f"{table}.querySelectorAll('thead th')[1].getAttribute('aria-sort')") == "descending"
    times = browser.run(
        f"[...{table}.querySelectorAll('tbody tr')].map((row) => Number(row.cells[1].textContent))"
    )
    assert times == sorted(times, reverse=True)
    group = "criterion of grade 4"
    browser.run(
        f"{{const s = {table}.querySelector('select'); s.value = '{group}'; s.dispatchEvent(new Event('change'));}}"
    )
    words = browser.run(f"[...{table}.querySelectorAll('tbody tr')].map((row) => row.cells[3].textContent)")
    assert words
    assert set(words) == {group}
    browser.run(
        f"{{const box = {table}.querySelector('input'); box.value = '1003'; box.dispatchEvent(new Event('input'));}}"
    )
    subjects = browser.run(
        f"[...{table}.querySelectorAll('tbody tr')].map((row) => row.cells[0].textContent)"
    )
    assert set(subjects) <= {"1003"}
    assert len(subjects) < len(words)


def test_the_keyboard_reads_all_lanes_and_zooms(browser, report) -> None:
    browser.open(report, anchor="#/subject/1001")
    browser.wait("document.querySelector('.timeline canvas')")
    browser.run("document.querySelector('.timeline').focus()")
    press(browser, "ArrowRight")
    browser.wait(f"{READOUT}.startsWith('day ')")
    first = browser.run(READOUT)
    assert "TEMP" in first
    assert "CRS grade" in first
    press(browser, "ArrowRight")
    browser.wait(f"{READOUT} !== {first!r}")
    step = 0.01 * 28
    days = [float(re.match(r"day (-?[\d.]+)", words)[1]) for words in (first, browser.run(READOUT))]
    assert days[1] - days[0] == pytest.approx(step, rel=0.2)
    press(browser, "+")
    press(browser, "ArrowRight")
    browser.wait(f"{READOUT} !== {first!r}")
    zoomed = float(re.match(r"day (-?[\d.]+)", browser.run(READOUT))[1])
    assert 0 < zoomed - days[1] < 0.8 * step
    assert browser.complaints() == []


def test_the_pointer_shows_value_unit_time_and_source_row(browser, report) -> None:
    browser.open(report, anchor="#/subject/1001", height=2400)
    browser.wait(f"document.querySelector('.timeline canvas') && {INKED} > 5000")
    box = browser.run(
        "(({left, top}) => [left, top])(document.querySelector('.timeline canvas').getBoundingClientRect())"
    )
    # The ribbon of CRS grades is the first lane, 176 pixels from the left; day 5 lies inside the episode.
    for dx in (400, 402):
        browser.page("Input.dispatchMouseEvent", type="mouseMoved", x=box[0] + dx, y=box[1] + 40)
    browser.wait("!document.getElementById('tip').hidden")
    tip = browser.run("document.getElementById('tip').textContent")
    for words in ("CRS grade", "because", "criterion of grade", "vs.csv: 12", "day "):
        assert words in tip


def test_dark_charts_have_dark_paper(browser, report) -> None:
    browser.open(report)
    scroll_to(browser, "#crs-bars")
    paper = "document.querySelector('#crs-bars svg')?.style.backgroundColor"
    browser.wait(f"{paper} === 'rgb(255, 255, 255)'")
    for _ in range(2):
        browser.run("document.getElementById('theme').click()")
    browser.wait(f"{paper} === 'rgb(20, 25, 31)'")
    assert browser.run("getComputedStyle(document.body).backgroundColor") == "rgb(20, 25, 31)"


def test_printing_draws_what_was_not_yet_in_view(browser, report, tmp_path) -> None:
    browser.open(report, height=400)
    assert browser.run("document.querySelectorAll('.canvas svg').length") == 0
    browser.pdf(tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert browser.run("document.querySelectorAll('.canvas svg, .canvas canvas').length") == 2
    assert browser.complaints() == []


def test_a_lane_appears_for_a_test_on_request(browser, make, changed, tmp_path) -> None:
    import polars as pl

    assessment = make(2)
    study = assessment.study
    renamed = pl.when(pl.col("test") == "CRP").then(pl.lit("DDIMER")).otherwise("test").alias("test")
    other = changed(assessment, study=changed(study, measurements=study.measurements.with_columns(renamed)))
    path = write_report(other, tmp_path / "other.html")
    browser.open(path, anchor="#/subject/1001", height=3000)
    browser.wait(f"document.querySelector('.timeline canvas') && {INKED} > 5000")
    before = browser.run("document.querySelector('.timeline canvas').height")
    browser.run(
        "{const s = document.querySelector('.controls select'); s.value = 'DDIMER'; s.dispatchEvent(new Event('change'));}"
    )
    browser.wait(f"document.querySelector('.timeline canvas').height > {before} + 50")


def test_a_subject_without_any_measurement_has_a_page(browser, make, changed, tmp_path) -> None:
    assessment = make(2)
    study = assessment.study
    silent = study.measurements.filter(study.measurements["subject"] != "1002")
    path = write_report(
        changed(assessment, study=changed(study, measurements=silent)), tmp_path / "silent.html"
    )
    browser.open(path, anchor="#/subject/1002")
    browser.wait("document.querySelector('.timeline canvas')")
    assert browser.complaints() == []


def test_numbers_are_written_as_a_clinician_would(browser, make, changed, tmp_path) -> None:
    import polars as pl

    from tutela.kernel.section import How, Section, Table

    values = [0.0, 38.0, 1234.56, 0.012346, 2.5e9, -0.5, 3.2e-7, None]
    table = Table("numbers", "Numbers", pl.DataFrame({"value": values}), How(text="As they are."))
    path = write_report(changed(make(2), sections=(Section("s", "Numbers?", (table,)),)), tmp_path / "n.html")
    browser.open(path)
    scroll_to(browser, "#numbers")
    browser.wait("document.querySelector('#numbers tbody tr')")
    shown = browser.run("[...document.querySelectorAll('#numbers td')].map((cell) => cell.textContent)")
    assert shown == ["0", "38", "1,235", "0.01235", "2.5e+9", "-0.5", "3.2e-7", "–"]  # noqa: RUF001 - no value


def test_any_identifier_of_a_subject_works(browser, make, changed, tmp_path) -> None:
    import polars as pl

    strange = 'O\'Br<i>en/"1" & ünï %2F #'
    assessment = make(2)
    renamed = pl.col("subject").replace("1001", strange)
    study = assessment.study
    tables = {
        name: getattr(study, name).with_columns(renamed)
        for name in ("subjects", "measurements", "treatments", "events")
    }
    other = changed(
        assessment,
        study=changed(study, **tables),
        alerts=assessment.alerts.with_columns(renamed),
        sections=(),
    )
    browser.open(write_report(other, tmp_path / "strange.html"))
    browser.run("document.querySelector('table.attention tbody th a').click()")
    browser.wait("document.querySelector('.timeline canvas')")
    assert browser.run("document.querySelector('#subject h1').textContent") == f"Subject {strange}"
    assert browser.complaints() == []
