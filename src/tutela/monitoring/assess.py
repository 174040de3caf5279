"""The main job on one study: grade, compute, evaluate rules, and keep everything with its provenance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from tutela.kernel.cite import Cite, collect_cites
from tutela.kernel.rule import Rule, apply_overrides
from tutela.kernel.section import Section
from tutela.kernel.study import Study
from tutela.kinetics import nca as kinetics_nca
from tutela.kinetics import section as kinetics_section
from tutela.monitoring.alerts import describe_overrides, evaluate_rules
from tutela.monitoring.exposure import join_exposure
from tutela.monitoring.rules import RULES
from tutela.monitoring.section import build_exposure_section
from tutela.toxicity import crs as toxicity_crs
from tutela.toxicity import icans as toxicity_icans
from tutela.toxicity import labs as toxicity_labs
from tutela.toxicity.crs import section as crs_section
from tutela.toxicity.icans import section as icans_section
from tutela.toxicity.labs import section as labs_section

__all__ = ["AssessOptions", "Assessment", "assess"]

#: Analytes whose courses are cellular kinetics.
KINETIC_TESTS = ("CARTGENE", "CARTCELL")


@dataclass(frozen=True)
class AssessOptions:
    """Choices of one assessment.

    Parameters
    ----------
    ctcae
        Version of the laboratory criteria: ``ctcae-4``, ``ctcae-5``, ``ctcae-6`` or ``daids-2.1``.
    crs, icans, labs, nca
        Options of each method.
    """

    ctcae: str = "ctcae-5"
    crs: toxicity_crs.CrsOptions = field(default_factory=toxicity_crs.CrsOptions)
    icans: toxicity_icans.IcansOptions = field(default_factory=toxicity_icans.IcansOptions)
    labs: toxicity_labs.LabOptions = field(default_factory=toxicity_labs.LabOptions)
    nca: kinetics_nca.NcaOptions = field(default_factory=kinetics_nca.NcaOptions.for_cells)


@dataclass(frozen=True, eq=False)
class Assessment:
    """Everything that was derived from one study.

    Parameters
    ----------
    study
        The study as read.
    crs, icans, labs, nca
        Results of the domains.
    rules
        Rules with the study's overrides.
    alerts
        Verdict of every rule on every subject (:data:`tutela.monitoring.alerts.ALERT_COLUMNS`).
    sections
        What the domains show in the report.
    """

    study: Study
    crs: toxicity_crs.CrsResult
    icans: toxicity_icans.IcansResult
    labs: toxicity_labs.LabGrades
    nca: kinetics_nca.NcaResult
    rules: tuple[Rule, ...]
    alerts: pl.DataFrame
    sections: tuple[Section, ...]

    @property
    def fired(self) -> pl.DataFrame:
        """Alerts only."""
        return self.alerts.filter(pl.col("verdict") == "ALERT")

    @property
    def sources(self) -> tuple[Cite, ...]:
        """Every citation used."""
        return collect_cites((self.crs, self.icans, self.labs, self.nca, *self.rules))

    @property
    def provenance(self) -> tuple[dict[str, Any], ...]:
        """Provenance records of all results."""
        results = (self.crs, self.icans, self.labs, self.nca)
        return tuple(result.provenance.to_dict() for result in results)

    @property
    def overrides(self) -> dict[str, str]:
        """Rule -> changed parameters in words."""
        return {rule.id: describe_overrides(rule) for rule in self.rules if rule.is_overridden}

    def tables(self) -> dict[str, pl.DataFrame]:
        """The result tables by file stem, in the order of a reader's questions."""
        return {
            "alerts": self.alerts,
            "crs_subjects": self.crs.subjects,
            "crs_episodes": self.crs.episodes,
            "crs_course": self.crs.course,
            "icans_subjects": self.icans.subjects,
            "icans_episodes": self.icans.episodes,
            "icans_course": self.icans.course,
            "lab_grades": self.labs.table,
            "lab_worst": self.labs.worst,
            "nca_parameters": self.nca.table,
            "rejected": self.study.rejected,
        }


def assess(
    study: Study, *, options: AssessOptions | None = None, progress: Callable[[str], None] | None = None
) -> Assessment:
    """Grade toxicity, compute kinetics, evaluate all rules.

    Parameters
    ----------
    study
        The study.
    options
        Choices; the defaults are those of the methods.
    progress
        Called with a few words before each step.

    Returns
    -------
    Assessment
        Results, alerts and report sections.

    Raises
    ------
    RuleError
        If the study overrides a rule that does not exist, or leaves a parameter's range.
    """
    chosen = options or AssessOptions()
    tell = progress or (lambda _: None)
    rules = apply_overrides(RULES, study.config.overrides)
    tell("Grading CRS")
    crs = toxicity_crs.grade(
        study.measurements,
        treatments=study.treatments,
        subjects=study.subjects,
        events=study.events,
        options=chosen.crs,
    )
    tell("Grading ICANS")
    icans = toxicity_icans.grade(
        study.measurements,
        treatments=study.treatments,
        subjects=study.subjects,
        events=study.events,
        options=chosen.icans,
    )
    tell("Grading laboratory values")
    labs = toxicity_labs.grade(
        study.measurements, subjects=study.subjects, version=chosen.ctcae, options=chosen.labs
    )
    tell("Computing cellular kinetics")
    profiles = study.measurements.filter(pl.col("test").is_in(KINETIC_TESTS))
    nca = kinetics_nca.compute(profiles, by=("subject", "test"), options=chosen.nca)
    tell("Evaluating rules")
    tables = _rule_tables(study, crs, icans, labs, nca)
    alerts = evaluate_rules(tables, rules)
    tell("Writing sections")
    sections = _sections(study, crs, icans, labs, nca)
    return Assessment(study, crs, icans, labs, nca, rules, alerts, sections)


def _rule_tables(
    study: Study,
    crs: toxicity_crs.CrsResult,
    icans: toxicity_icans.IcansResult,
    labs: toxicity_labs.LabGrades,
    nca: kinetics_nca.NcaResult,
) -> dict[str, pl.DataFrame]:
    """The tables that rules may read, by the names they declare in ``needs``."""
    return {
        "subjects": study.subjects,
        "treatments": study.treatments,
        "measurements": study.measurements,
        "events": study.events,
        "rejected": study.rejected,
        "crs.course": crs.course,
        "crs.episodes": crs.episodes,
        "crs.subjects": crs.subjects,
        "icans.course": icans.course,
        "icans.episodes": icans.episodes,
        "icans.subjects": icans.subjects,
        "labs.grades": labs.table,
        "nca.parameters": nca.table,
    }


def _sections(
    study: Study,
    crs: toxicity_crs.CrsResult,
    icans: toxicity_icans.IcansResult,
    labs: toxicity_labs.LabGrades,
    nca: kinetics_nca.NcaResult,
) -> tuple[Section, ...]:
    """The questions of the report, in the order of their urgency."""
    exposure = join_exposure(nca.table, study.measurements, crs=crs.subjects, icans=icans.subjects)
    return (
        crs_section.build_section(crs, treatments=study.treatments),
        icans_section.build_section(icans, treatments=study.treatments),
        labs_section.build_section(labs, measurements=study.measurements, subjects=study.subjects),
        kinetics_section.build_section(nca, subjects=study.subjects),
        build_exposure_section(exposure),
    )
