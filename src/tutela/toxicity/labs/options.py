"""Interpretive choices of laboratory grading, each with its default and its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from tutela.kernel.errors import InputError

__all__ = ["LabOptions"]

Baseline = Literal["flagged or last", "flagged", "last"]
BaselineRecords = Literal["limits", "baseline"]
Units = Literal["SI", "US"]


@dataclass(frozen=True)
class LabOptions:
    """Choices of :func:`tutela.toxicity.labs.grade`.

    Parameters
    ----------
    baseline
        Which record is the baseline of a test: the one the study flagged, else the last one at or before
        the infusion (``flagged or last``); only flagged records (``flagged``); or always the last one at
        or before the infusion (``last``).
    baseline_records
        What the baseline record and those before it are graded against: the limits of normal (``limits``),
        the upper limit standing in for the baseline; or the baseline itself (``baseline``), as the peer
        program does, which makes every baseline record grade 0 where the criterion is a multiple of
        baseline (admiral issue 2512, open).
    worst_case
        Keep the assumptions the criteria's program makes about facts no laboratory value carries, such as
        hyperuricemia "with physiologic consequences" (grade 3) or INR "on anticoagulation". False takes
        the milder published reading.
    units
        Form of the published thresholds: ``SI`` or ``US`` conventional. Both are rounded on their own in
        the publications, so a value between the two roundings may differ by one grade; the unit in which
        the value was recorded never matters.
    assume_fasting
        Treat every specimen as taken fasting; otherwise only rows whose column ``is_fasting`` is true.

    Raises
    ------
    InputError
        If a choice is none of the values above.
    """

    baseline: Baseline = "flagged or last"
    baseline_records: BaselineRecords = "limits"
    worst_case: bool = True
    units: Units = "SI"
    assume_fasting: bool = False

    def __post_init__(self) -> None:
        choices = {"baseline": Baseline, "baseline_records": BaselineRecords, "units": Units}
        for name, allowed in choices.items():
            value, values = getattr(self, name), get_args(allowed)
            if value not in values:
                what = f"LabOptions has no such choice of {name}."
                raise InputError(what, column=name, value=value, expected="one of " + ", ".join(values))

    @property
    def words(self) -> tuple[str, ...]:
        """The choices made, one sentence each, for provenance and report."""
        against = "the limits of normal" if self.baseline_records == "limits" else "the baseline itself"
        assumed = "kept" if self.worst_case else "replaced by the milder published reading"
        fasting = "all specimens are taken as fasting" if self.assume_fasting else "fasting only where marked"
        return (
            f"Baseline: {self.baseline} at or before the infusion.",
            f"Baseline and earlier records are graded against {against}.",
            f"Worst-case assumptions of the criteria are {assumed}.",
            f"Thresholds in {self.units} units; {fasting}.",
        )
