"""The page as HTML: sections turned into plain records, and the templates that arrange them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import jinja2

from tutela.kernel.cite import Cite
from tutela.kernel.section import Block, Figure, How, Number, Section, Table, Text

__all__ = [
    "DISCLAIMER",
    "Keys",
    "SectionView",
    "read_asset",
    "render",
    "runnable",
    "source_views",
    "view_section",
]

DISCLAIMER = "For monitoring and research; not a medical device; a physician decides."


#: Identifiers that the templates use themselves.
_OWN_IDS = ("attention", "find", "main", "manifest", "manifest-text", "overview", "print", "save-manifest",
            "sources", "subject", "subject-ids", "theme", "tip", "title")  # fmt: skip


class Keys:
    """Page-wide keys of tables and figures: two sections may use one identifier, the page may not.

    Parameters
    ----------
    sections
        Sections of the page; their identifiers are taken.
    """

    def __init__(self, sections: Iterable[Section]) -> None:
        self.tables: dict[str, Table] = {}
        self.figures: dict[str, Figure] = {}
        self._taken = {*_OWN_IDS, *(section.id for section in sections)}

    def add(self, block: Table | Figure) -> str:
        """Register a block and return its key: its identifier, with a number where that is taken."""
        key, count = block.id, 2
        while key in self._taken:
            key, count = f"{block.id}-{count}", count + 1
        self._taken.add(key)
        if isinstance(block, Table):
            self.tables[key] = block
        else:
            self.figures[key] = block
        return key


@dataclass(frozen=True)
class SectionView:
    """A section as the template reads it: groups of blocks of one kind, in order."""

    id: str
    question: str
    groups: tuple[dict[str, Any], ...]


def view_section(section: Section, keys: Keys) -> SectionView:
    """Turn a section into records; neighboring numbers become one group."""
    groups: list[dict[str, Any]] = []
    for block in section.blocks:
        view = _view_block(block, keys)
        if view["kind"] == "number" and groups and groups[-1]["kind"] == "numbers":
            groups[-1]["items"].append(view)
        elif view["kind"] == "number":
            groups.append({"kind": "numbers", "items": [view]})
        else:
            groups.append(view)
    return SectionView(section.id, section.question, tuple(groups))


def _view_block(block: Block, keys: Keys) -> dict[str, Any]:
    if isinstance(block, Text):
        return {"kind": "text", "text": block.text}
    if isinstance(block, Number):
        value, _, rest = block.value.partition(" (")
        return {"kind": "number", "label": block.label, "value": value, "rest": f"({rest}" if rest else "",
                "subjects": block.subjects, "how": _view_how(block.how)}  # fmt: skip
    kind = "table" if isinstance(block, Table) else "figure"
    rows = block.data.height if isinstance(block, Table) else 0
    alt = block.alt or block.title if isinstance(block, Figure) else ""
    return {"kind": kind, "key": keys.add(block), "title": block.title, "rows": rows, "alt": alt,
            "how": _view_how(block.how)}  # fmt: skip


def _view_how(how: How) -> dict[str, Any]:
    return {
        "text": how.text,
        "method": how.method,
        "params": how.params,
        "sources": [_view_cite(cite) for cite in how.sources],
        "inputs": how.inputs,
        "code": runnable(how.code),
    }


def runnable(code: str) -> str:
    """Lines that run as they stand: what they read is read first.

    Examples
    --------
    >>> print(runnable("study.subjects.filter(pl.col('age') < 2)"))
    import polars as pl
    import tutela
    study = tutela.read_study("STUDY")
    study.subjects.filter(pl.col('age') < 2)
    """
    needs = (
        ("import polars as pl", re.search(r"\bpl\.", code)),
        ('import tutela\nstudy = tutela.read_study("STUDY")', re.search(r"\bstudy\b", code)),
    )
    return "\n".join([*(line for line, is_needed in needs if is_needed), code]) if code else ""


def _view_cite(cite: Cite) -> dict[str, Any]:
    return {"key": cite.key, "where": cite.where, "note": cite.note, "is_verified": cite.is_verified}


def source_views(cites: Iterable[Cite]) -> list[dict[str, Any]]:
    """The bibliography of the page: one entry per publication with every place used in it."""
    by_key: dict[str, list[Cite]] = {}
    for cite in sorted(set(cites)):
        by_key.setdefault(cite.key, []).append(cite)
    return [
        {
            "key": key,
            "text": places[0].reference.text,
            "places": [_view_cite(place) for place in places if place.where or place.note],
            "is_verified": any(place.is_verified for place in places),
        }
        for key, places in by_key.items()
    ]


@cache
def read_asset(name: str) -> str:
    """Text of a file under ``assets``."""
    return resources.files("tutela.report").joinpath("assets", *name.split("/")).read_text(encoding="utf-8")


def render(context: dict[str, Any]) -> str:
    """Render the page; whatever is text in the context is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("tutela.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2").render(context)
