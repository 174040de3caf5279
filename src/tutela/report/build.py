"""The report: one HTML file that holds everything it shows and asks the network for nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
from markupsafe import Markup

from tutela import __version__
from tutela.kernel.charts import DARK
from tutela.kernel.cite import Cite
from tutela.kernel.section import Section
from tutela.report.bands import band_sources
from tutela.report.columns import table_to_json
from tutela.report.csp import build_policy
from tutela.report.embed import SharedTexts, dump_json, encode_table
from tutela.report.figures import build_figures
from tutela.report.inputs import ReportInput, collect_sources, manifest_of
from tutela.report.lanes import LANES, lanes_to_json
from tutela.report.limits import drawn_limits
from tutela.report.overview import attention_rows, masthead, quality_line
from tutela.report.page import DISCLAIMER, Keys, read_asset, render, source_views, view_section
from tutela.report.people import build_people, people_table
from tutela.report.quality import build_quality, build_rules
from tutela.report.subjects import SUBJECT_TABLES, build_subjects, study_files, subject_tables
from tutela.report.timeline import build_template

__all__ = ["build_report", "write_report"]

#: Parts of the page's own script, in the order of their needs; they share one function scope.
_SCRIPTS = (
    "decode.js", "dom.js", "theme.js", "table.js", "chart.js", "lanes.js", "timeline.js", "subject.js", "downloads.js",
    "main.js",
)  # fmt: skip
_VENDOR = ("vega.min.js", "vega-interpreter.js")


def build_report(assessment: ReportInput) -> str:
    """Build the report of an assessment.

    Parameters
    ----------
    assessment
        Study, results, alerts, rules and sections (:class:`tutela.report.inputs.ReportInput`).

    Returns
    -------
    str
        The HTML page. The same assessment gives the same text; the page holds no time of its making.
    """
    sections = _sections(assessment)
    keys = Keys(sections)
    views = [view_section(section, keys) for section in sections]
    shared = SharedTexts()
    subjects = [(subject, Markup(dump_json(data))) for subject, data in build_subjects(assessment, shared)]
    scripts = [read_asset(f"vendor/{name}") for name in _VENDOR] + [_page_script()]
    style = read_asset("page.css")
    context = {
        "policy": Markup(build_policy(scripts=scripts, styles=[style])),
        "style": Markup(style),
        "scripts": [Markup(script) for script in scripts],
        "study": assessment.study.config,
        "facts": masthead(assessment),
        "quality_line": quality_line(assessment),
        "attention": attention_rows(assessment),
        "subject_ids": assessment.study.subjects["subject"].sort().to_list(),
        "sections": views,
        "sources": source_views((*collect_sources(assessment, sections), *_limit_sources(assessment))),
        "manifest": json.dumps(
            manifest_of(assessment), indent=2, sort_keys=True, ensure_ascii=False, default=str
        ),
        "licenses": [(name, read_asset(f"vendor/{name}.LICENSE")) for name in ("vega", "vega-interpreter")],
        "data": [(name, Markup(text)) for name, text in _data(assessment, keys, shared.texts).items()],
        "subjects": subjects,
        "disclaimer": DISCLAIMER,
        "version": __version__,
    }
    return render(context)


def write_report(assessment: ReportInput, path: Path | str) -> Path:
    """Build the report and write it, whole or not at all.

    Parameters
    ----------
    assessment
        See :func:`build_report`.
    path
        File to write.

    Returns
    -------
    Path
        The file written.
    """
    target = Path(path)
    text = build_report(assessment)
    partial = target.with_name(target.name + ".part")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return target


def _sections(assessment: ReportInput) -> tuple[Section, ...]:
    own = (build_quality(assessment), build_rules(assessment))
    return (
        build_people(assessment),
        *assessment.sections,
        *(section for section in own if section is not None),
    )


def _limit_sources(assessment: ReportInput) -> tuple[Cite, ...]:
    """Citations of the limits drawn in the timeline."""
    own = tuple(limit for lane in LANES for limit in lane.limits)
    graded = tuple(limit for limits in drawn_limits(assessment.labs).values() for limit in limits)
    return (*(limit.source for limit in (*own, *graded)), *band_sources(assessment))


def _page_script() -> str:
    parts = "\n".join(read_asset(name) for name in _SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}\n}})();\n'


def _data(assessment: ReportInput, keys: Keys, texts: list[str]) -> dict[str, str]:
    """The data blocks of the page by element identifier."""
    tables: dict[str, Any] = {
        key: table_to_json(table.data, labels=table.labels) for key, table in keys.tables.items()
    }
    figures = build_figures({key: figure.spec for key, figure in keys.figures.items()})
    timeline = build_template() | lanes_to_json(drawn_limits(assessment.labs))
    index = {
        "study": assessment.study.config.id,
        "dark": DARK,
        "texts": texts,
        "files": study_files(assessment),
        "people": encode_table(people_table(assessment)),
        "tables": _subject_headings(assessment),
        "subjects": encode_table(assessment.study.subjects),
    }
    blocks = {"tables": tables, "figures": figures, "timeline": timeline, "index": index}
    return {f"data-{name}": dump_json(block) for name, block in blocks.items()}


def _subject_headings(assessment: ReportInput) -> dict[str, Any]:
    """Title and columns of each table on a subject's page; its rows come with the subject."""
    return {name: _headings(name, table) for name, table in subject_tables(assessment).items()}


def _headings(name: str, table: pl.DataFrame) -> dict[str, Any]:
    title, labels = SUBJECT_TABLES[name]
    columns = table_to_json(table.drop("subject").head(0), labels=labels)["columns"]
    return {"title": title, "columns": columns}
