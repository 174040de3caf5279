"""Sources: every threshold, coefficient and method names one, with table or equation.

A :class:`Cite` points into the package's one bibliography (``references.bib``). What was not checked
against its primary source carries ``is_verified=False`` and is shown so wherever it appears.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from tutela.kernel.errors import TutelaError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Cite", "Reference", "bibliography", "cite", "collect_cites"]

_ENTRY = re.compile(r"@(?P<kind>\w+)\s*\{\s*(?P<key>[^,\s]+)\s*,(?P<body>.*?)\n\}", re.DOTALL)
_FIELD = re.compile(r"^\s*(?P<name>\w+)\s*=\s*[{\"](?P<value>.*?)[}\"],?\s*$", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Reference:
    """One entry of the bibliography.

    Parameters
    ----------
    key
        Citation key.
    kind
        BibTeX entry type.
    bibtex
        The whole entry as it stands in the file.
    title, author, year, container, doi, url, note
        Fields of the entry; empty where the entry has none.
    """

    key: str
    kind: str
    bibtex: str
    title: str = ""
    author: str = ""
    year: str = ""
    container: str = ""
    doi: str = ""
    url: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """The entry as one line of plain text."""
        parts = (self.author, f"({self.year})" if self.year else "", self.title, self.container)
        line = " ".join(part.rstrip(".") + ("." if part is not parts[1] else "") for part in parts if part)
        return f"{line} doi:{self.doi}" if self.doi else (f"{line} {self.url}" if self.url else line)


@dataclass(frozen=True, order=True)
class Cite:
    """Where a number or a rule comes from.

    Parameters
    ----------
    key
        Key in the bibliography.
    where
        Table, equation or section.
    note
        What a reader must know, such as an interpretive choice.
    is_verified
        False if it was not checked against the primary source; shown as *unverified*.

    Examples
    --------
    >>> Cite("lee2019", "Table 2").text
    'lee2019, Table 2'
    >>> Cite("lee2019", "text", is_verified=False).text
    'lee2019, text [unverified]'
    """

    key: str
    where: str = ""
    note: str = ""
    is_verified: bool = True

    @property
    def text(self) -> str:
        """Key and place in one short string, with the mark where unverified."""
        return ", ".join(p for p in (self.key, self.where) if p) + (
            "" if self.is_verified else " [unverified]"
        )

    @property
    def reference(self) -> Reference:
        """The bibliography entry.

        Raises
        ------
        TutelaError
            If the key is not in the bibliography.
        """
        entry = bibliography().get(self.key)
        if entry is None:
            what = f"The bibliography has no entry {self.key!r}."
            raise TutelaError(what, advice="Add it to kernel/references.bib.")
        return entry


def _parse(text: str) -> dict[str, Reference]:
    entries: dict[str, Reference] = {}
    for match in _ENTRY.finditer(text):
        fields = {
            m["name"].lower(): re.sub(r"\s+", " ", m["value"]).strip("{} ")
            for m in _FIELD.finditer(match["body"])
        }
        entries[match["key"]] = Reference(
            key=match["key"],
            kind=match["kind"].lower(),
            bibtex=match[0].strip(),
            container=fields.get("journal") or fields.get("publisher") or fields.get("institution", ""),
            **{name: fields.get(name, "") for name in ("title", "author", "year", "doi", "url", "note")},
        )
    return entries


@cache
def bibliography() -> dict[str, Reference]:
    """All entries of the bibliography by key."""
    return _parse(resources.files("tutela.kernel").joinpath("references.bib").read_text(encoding="utf-8"))


def collect_cites(things: Iterable[object]) -> tuple[Cite, ...]:
    """Distinct citations of results, rules, scales or citations, sorted.

    Parameters
    ----------
    things
        Citations, or objects with ``source`` (a citation) or ``sources`` (several).
    """
    found: set[Cite] = set()
    for thing in things:
        if isinstance(thing, Cite):
            found.add(thing)
            continue
        found.update(getattr(thing, "sources", ()))
        source = getattr(thing, "source", None)
        if isinstance(source, Cite):
            found.add(source)
    return tuple(sorted(found))


def cite(*things: object, bibtex: bool = False) -> str:
    """What was used, as text: one line per source with its table or equation, or BibTeX.

    Parameters
    ----------
    *things
        Results, rules, scales or citations.
    bibtex
        True for the BibTeX entries instead.

    Examples
    --------
    >>> print(cite(Cite("lee2019", "Table 2")))  # doctest: +ELLIPSIS
    [lee2019] Lee ...: Table 2
    """
    cites = collect_cites(things)
    if bibtex:
        return "\n\n".join(entry.bibtex for entry in dict.fromkeys(c.reference for c in cites))
    lines = []
    for entry in dict.fromkeys(c.reference for c in cites):
        here = [c for c in cites if c.key == entry.key]
        places = "; ".join(
            dict.fromkeys(c.where + ("" if c.is_verified else " [unverified]") for c in here if c.where)
        )
        lines.append(f"[{entry.key}] {entry.text}" + (f": {places}" if places else ""))
    return "\n".join(lines)
