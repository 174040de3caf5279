"""How a domain shows itself: sections of text, tables, numbers and figures, without any markup.

A domain's ``section.py`` turns its result into a :class:`Section`; the report renders it. Each number and
figure carries a :class:`How`, so that a reader can ask where it comes from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tutela.kernel.cite import Cite

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Block", "Figure", "How", "Number", "Section", "Table", "Text"]


@dataclass(frozen=True)
class How:
    """Where a number, table or figure comes from.

    Parameters
    ----------
    text
        The derivation in plain words.
    method
        Name of the function used, such as ``tutela.toxicity.crs.grade``.
    params
        Parameters used, as text.
    sources
        Publications with table or equation.
    inputs
        Names of the study tables read.
    code
        Lines of Python that reproduce it.
    """

    text: str
    method: str = ""
    params: dict[str, str] = field(default_factory=dict)
    sources: tuple[Cite, ...] = ()
    inputs: tuple[str, ...] = ()
    code: str = ""


@dataclass(frozen=True)
class Text:
    """A paragraph of plain text."""

    text: str


@dataclass(frozen=True)
class Number:
    """One number that matters, with what it counts and whom.

    Parameters
    ----------
    label, value
        What it is; the number as text, with n and interval where it is a rate.
    how
        Derivation.
    subjects
        Subjects behind a count, for drill-down.
    """

    label: str
    value: str
    how: How
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Table:
    """A table with documented columns.

    Parameters
    ----------
    id, title
        Anchor and caption.
    data
        Rows; a column named ``subject`` links to the subject's page; a list column named ``subjects``
        is the drill-down of a count.
    how
        Derivation.
    labels
        Column name -> heading with unit; unlisted columns show their name.
    """

    id: str
    title: str
    data: pl.DataFrame
    how: How
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Figure:
    """A figure as a Vega-Lite specification.

    Parameters
    ----------
    id, title
        Anchor and caption.
    spec
        Vega-Lite specification as a dictionary (``chart.to_dict()``), data included.
    how
        Derivation.
    alt
        The figure in words, for readers who do not see it.
    """

    id: str
    title: str
    spec: dict[str, Any]
    how: How
    alt: str = ""


Block = Text | Number | Table | Figure


@dataclass(frozen=True, eq=False)
class Section:
    """One question and its answer.

    Parameters
    ----------
    id
        Anchor.
    question
        The question as heading, such as "How ill did they get?".
    blocks
        The answer, most important first.
    """

    id: str
    question: str
    blocks: tuple[Block, ...]
