"""The page as text: one file, no request, every number explained, the same bytes for the same input."""

from __future__ import annotations

import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from tutela.report import build_report, write_report
from tutela.report.csp import hash_inline
from tutela.report.page import DISCLAIMER, read_asset

#: The vendored files, byte for byte.
VENDORED = {
    "vega.min.js": "8f6a3587cf8d4f42c7e08120e3eb05d067e746d554e39d2dcf52acc0bd5ba28f",
    "vega-interpreter.js": "841766e45ea8432010923e3c1f7b8acbe3aa938ba5c827d45bb6eed952ac0ae3",
}


class Page(HTMLParser):
    """Elements with their attributes, and the text of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.contents: list[tuple[str, dict[str, str | None], str]] = []
        self._open: tuple[str, dict[str, str | None]] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self._open = (tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if self._open and tag == self._open[0]:
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open:
            self.contents.append((*self._open, data))


@pytest.fixture(scope="module")
def text(assessment) -> str:
    return build_report(assessment)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_nothing_in_the_page_loads_anything(page: Page) -> None:
    loading = ("src", "srcset", "data", "poster", "action", "formaction", "background", "ping", "manifest")
    found = [(tag, name) for tag, attrs in page.elements for name in loading if name in attrs]
    assert found == []
    links = [attrs["href"] for _, attrs in page.elements if "href" in attrs]
    assert [href for href in links if not href.startswith(("#", "data:,"))] == []
    style = next(content for tag, _, content in page.contents if tag == "style")
    assert "url(" not in style
    assert "@import" not in style


def test_the_policy_allows_exactly_the_scripts_and_styles_of_the_page(page: Page) -> None:
    policy = next(attrs["content"] for tag, attrs in page.elements if tag == "meta" and "http-equiv" in attrs)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in policy
    run = [c for tag, attrs, c in page.contents if tag == "script" and attrs.get("type") is None]
    assert rules["script-src"].split() == [hash_inline(script) for script in run]
    styles = [content for tag, _, content in page.contents if tag == "style"]
    assert rules["style-src"].split() == [hash_inline(style) for style in styles]


def test_no_element_carries_script_or_style_of_its_own(page: Page) -> None:
    assert [
        attrs for _, attrs in page.elements if any(n.startswith("on") or n == "style" for n in attrs)
    ] == []


def test_text_of_the_study_cannot_become_markup(text: str, page: Page) -> None:
    assert "</script><b>x</b>" not in text
    assert "b" not in {tag for tag, attrs in page.elements if attrs.get("class") == "x"}
    term = "Febrile neutropenia </script><b>x</b>"
    blocks = [json.loads(c) for _, attrs, c in page.contents if attrs.get("type") == "application/json"]
    assert term in json.dumps(blocks)


def test_the_same_assessment_gives_the_same_bytes(text: str, make) -> None:
    assert build_report(make()) == text


def test_every_number_table_and_figure_has_its_derivation(assessment, page: Page) -> None:
    hows = [attrs for tag, attrs in page.elements if tag == "details" and attrs.get("class") == "how"]
    blocks = [a for _, a in page.elements if a.get("class") in ("number", "table", "chart")]
    assert len(hows) == len(blocks) > 8


def test_unverified_sources_carry_the_word(text: str) -> None:
    entry = re.search(r'<li id="ref-pals">.*?</li>', text, re.DOTALL)
    assert entry is not None
    assert "unverified" in entry[0]
    verified = re.search(r'<li id="ref-lee2019"><b>lee2019</b>(.*?)<ul>', text, re.DOTALL)
    assert verified is not None
    assert "unverified" not in verified[1]


def test_every_citation_leads_to_an_entry_of_the_bibliography(page: Page) -> None:
    ids = {attrs["id"] for _, attrs in page.elements if "id" in attrs}
    cited = {a["href"][1:] for _, a in page.elements if (a.get("href") or "").startswith("#ref-")}
    assert cited
    assert cited <= ids


def test_identifiers_are_unique_even_where_sections_share_them(assessment, changed) -> None:
    twice = changed(assessment, sections=(*assessment.sections, changed(assessment.sections[0], id="again")))
    elements = Page(build_report(twice)).elements
    ids = [attrs["id"] for _, attrs in elements if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_a_changed_rule_shows_reason_approver_and_date(text: str) -> None:
    tables = json.loads(re.search(r'id="data-tables">(.*?)</script>', text, re.DOTALL)[1])
    shown = json.dumps(tables["rules-table"])
    for words in ("changed by A. Person on 2026-02-03", "the protocol says so", "declared 18"):
        assert words in shown


def test_the_disclaimer_and_the_licenses_are_in_the_page(text: str) -> None:
    assert text.count(DISCLAIMER) == 2
    assert "University of Washington Interactive Data Lab" in text
    assert "Copyright" in read_asset("vendor/vega-interpreter.LICENSE")


def test_vendored_scripts_are_the_published_ones() -> None:
    for name, expected in VENDORED.items():
        assert hashlib.sha256(read_asset(f"vendor/{name}").encode()).hexdigest() == expected


def test_a_study_with_nothing_but_subjects_still_has_a_page(assessment, changed) -> None:
    study = assessment.study
    bare = changed(
        study, measurements=study.measurements.clear(), treatments=study.treatments.clear(),
        events=study.events.clear(), rejected=study.rejected.clear(), notices=(), files={},
    )  # fmt: skip
    empty = changed(assessment, study=bare, crs=None, icans=None, labs=None, nca=None, rules=(), sections=(),
                    alerts=assessment.alerts.clear())  # fmt: skip
    text = build_report(empty)
    assert "No rule fired for any of the 6 subjects." in text
    assert "Every row that was read could be used as it stands." in text


def test_the_file_is_written_whole_or_not_at_all(assessment, changed, tmp_path) -> None:
    path = write_report(assessment, tmp_path / "report.html")
    before = path.read_bytes()
    with pytest.raises(AttributeError):
        write_report(changed(assessment, study=None), path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]
