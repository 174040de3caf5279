"""What the report needs to know of an assessment: a small protocol, and safe access to optional parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import polars as pl

from tutela.kernel.cite import Cite, collect_cites
from tutela.kernel.provenance import package_versions
from tutela.kernel.rule import Rule
from tutela.kernel.section import Figure, How, Number, Section, Table

__all__ = ["ReportInput", "StudyInput", "collect_sources", "find_hows", "manifest_of", "result_table"]


class StudyInput(Protocol):
    """The part of :class:`tutela.kernel.study.Study` that the report reads."""

    @property
    def config(self) -> Any:  # noqa: ANN401 - id, title, product
        """Identifier, title and product of the study."""

    @property
    def subjects(self) -> pl.DataFrame:
        """Persons."""

    @property
    def treatments(self) -> pl.DataFrame:
        """What was given."""

    @property
    def measurements(self) -> pl.DataFrame:
        """What was measured."""

    @property
    def events(self) -> pl.DataFrame:
        """What happened."""

    @property
    def rejected(self) -> pl.DataFrame:
        """Rows that could not be used, with the reason."""

    @property
    def notices(self) -> tuple[str, ...]:
        """What else a reader must know of the data."""

    @property
    def files(self) -> Mapping[str, str]:
        """File name -> SHA-256."""


class ReportInput(Protocol):
    """The part of an assessment that the report reads; each result may be None.

    Beside these attributes the report uses, where present: ``manifest`` (a dictionary), ``provenance``
    (records of the results) and ``quality`` (a table of data-quality findings).
    """

    @property
    def study(self) -> StudyInput:
        """The study as read."""

    @property
    def crs(self) -> Any:  # noqa: ANN401 - a result with course, episodes, subjects
        """Cytokine release syndrome."""

    @property
    def icans(self) -> Any:  # noqa: ANN401
        """Neurotoxicity."""

    @property
    def labs(self) -> Any:  # noqa: ANN401 - a result with table, worst
        """Laboratory grades."""

    @property
    def nca(self) -> Any:  # noqa: ANN401 - a result with table
        """Cellular kinetics."""

    @property
    def alerts(self) -> pl.DataFrame:
        """Verdict of every rule on every subject."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Rules with the study's overrides."""

    @property
    def sections(self) -> tuple[Section, ...]:
        """What the domains show."""


def result_table(result: Any, name: str) -> pl.DataFrame | None:  # noqa: ANN401 - any result
    """Table of a result, or None where the result or the table is absent or empty."""
    table = getattr(result, name, None)
    return table if isinstance(table, pl.DataFrame) and table.height else None


def find_hows(sections: tuple[Section, ...]) -> tuple[How, ...]:
    """Every derivation shown in the sections."""
    return tuple(
        block.how
        for section in sections
        for block in section.blocks
        if isinstance(block, Number | Table | Figure)
    )


def collect_sources(assessment: ReportInput, sections: tuple[Section, ...]) -> tuple[Cite, ...]:
    """Every citation that the page uses, sorted."""
    params = tuple(param for rule in assessment.rules for param in rule.params)
    results = (assessment.crs, assessment.icans, assessment.labs, assessment.nca)
    return collect_cites((*results, *assessment.rules, *params, *find_hows(sections)))


def manifest_of(assessment: ReportInput) -> dict[str, Any]:
    """The manifest of the assessment, or one put together from the study and the results."""
    given = getattr(assessment, "manifest", None)
    if given:
        return dict(given)
    results = (assessment.crs, assessment.icans, assessment.labs, assessment.nca)
    records = (getattr(result, "provenance", None) for result in results)
    overridden = {rule.id: rule for rule in assessment.rules if rule.is_overridden}
    return {
        "versions": package_versions(),
        "inputs": dict(sorted(assessment.study.files.items())),
        "methods": [record.to_dict() for record in records if record is not None],
        "overrides": {
            rule_id: {p.name: vars(p.override) for p in rule.params if p.override is not None}
            for rule_id, rule in overridden.items()
        },
    }
