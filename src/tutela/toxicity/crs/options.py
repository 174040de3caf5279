"""Interpretive choices of CRS grading: what the publication leaves open, each with its default and reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from tutela.kernel.cite import Cite
from tutela.kernel.errors import InputError
from tutela.toxicity.blood_pressure import PALS, SystolicLimits

__all__ = ["CrsOptions"]

Recording = Literal["auto", "complete", "unknown"]
Carry = Literal["auto", "sets", "free"]
Level = Literal[2, 3]

#: Given for the output of the heart: they do not constrict vessels, and milrinone and levosimendan widen them.
INOTROPES = ("dobutamine", "levosimendan", "milrinone")

#: A share of assessments with a test from which vital signs count as taken in sets.
SET_SHARE = 0.5


@dataclass(frozen=True)
class CrsOptions:
    """Choices of :func:`tutela.toxicity.crs.grade`.

    Parameters
    ----------
    systolic_limits
        Systolic pressure below which a person of an age is hypotensive: PALS, Goldstein 2005, or a study's own
        (:func:`tutela.toxicity.blood_pressure.limits_from_table`). ASTCT gives no number.
    default_age
        Age in years of subjects whose age is not given; None leaves the limit, and so the grade, in bounds.
    vasopressin_alone
        Grade of vasopressin as the only vasopressor: 3 (it is "a vasopressor") or 2 (it is not counted).
    not_vasopressors
        Agents recorded as vasopressors that do not count at all: inotropes, as the publication grades
        vasopressors and names none of them (interpretation); an empty tuple counts all.
    min_overlap_h
        Two vasopressors are "multiple" only if they run together for at least this long; one after the other
        is never multiple.
    low_flow_max
        Highest flow by nasal cannula that is low flow, L/min (inclusive).
    high_flow_by_flow
        Grade a high-flow device by its flow like a cannula, instead of as high flow at any flow.
    excluded_indications
        Support given for these reasons is not a sign of CRS.
    baseline_support
        ``change``: support that began before the infusion and runs on, or is marked ``baseline``, does not
        count, only what exceeds it; ``count``: all support counts.
    support_recording
        ``complete``: support that is not recorded was not given; ``unknown``: it may have been given;
        ``auto``: complete if a treatments table is given, unknown if not.
    grade_afebrile_unmasked
        Without fever, and with no antipyretic, anticytokine drug or steroid given in the event, hypotension
        and hypoxia do not count (False, the published wording); or they count as long as the event is open.
    temperature_valid_h, pressure_valid_h
        A reading stands for less than this long where a later one is missing.
    carry
        ``sets``: vital signs are taken in sets, so a reading does not outlive a later set that lacks it;
        ``free``: each test has its own rhythm; ``auto``: sets if at least half of the times at which
        temperature or pressure was taken have the test.
    unseen_fever_h
        Longer than this without a temperature, a fever may have been missed (highest grade only).
    resolution_window_h
        Hours without fever, hypotension and support after which an event has resolved.
    resolution_without_antipyretics
        Hours under an antipyretic do not count towards resolution.
    antipyretic_effect_h
        How long a dose of an antipyretic acts.
    max_gap_h
        A longer time without temperature or pressure interrupts the observed quiet.
    long_quiet_d
        Quiet at every observation for this many days ends an event, however rare the observations.
    merge_gap_h
        A new event within this time of the last one's resolution belongs to it (biphasic CRS).
    max_onset_day
        Fever opens an event up to this day; later fever needs another explanation.
    late_onset_day
        Onset after this day is pointed out as uncommon.

    Raises
    ------
    InputError
        If a choice is none of the values above, or a number is negative.
    """

    systolic_limits: SystolicLimits = PALS
    default_age: float | None = None
    vasopressin_alone: Level = 3
    not_vasopressors: tuple[str, ...] = INOTROPES
    min_overlap_h: float = 0.0
    low_flow_max: float = 6.0
    high_flow_by_flow: bool = False
    excluded_indications: tuple[str, ...] = ("airway", "osa", "anesthesia")
    baseline_support: Literal["change", "count"] = "change"
    support_recording: Recording = "auto"
    grade_afebrile_unmasked: bool = False
    temperature_valid_h: float = 8.0
    pressure_valid_h: float = 8.0
    carry: Carry = "auto"
    unseen_fever_h: float = 12.0
    resolution_window_h: float = 24.0
    resolution_without_antipyretics: bool = True
    antipyretic_effect_h: float = 6.0
    max_gap_h: float = 36.0
    long_quiet_d: float = 7.0
    merge_gap_h: float = 0.0
    max_onset_day: float = 30.0
    late_onset_day: float = 14.0

    def __post_init__(self) -> None:
        choices = {
            "vasopressin_alone": Level,
            "baseline_support": Literal["change", "count"],
            "support_recording": Recording,
            "carry": Carry,
        }
        for name, allowed in choices.items():
            value, values = getattr(self, name), get_args(allowed)
            if value not in values:
                what = f"CrsOptions has no such choice of {name}."
                expected = "one of " + ", ".join(map(str, values))
                raise InputError(what, column=name, value=value, expected=expected)
        for name, value in vars(self).items():
            if isinstance(value, float) and not value >= 0:
                what = f"CrsOptions needs {name} to be 0 or more."
                raise InputError(what, column=name, value=value, expected="a number from 0 on")

    @property
    def words(self) -> tuple[str, ...]:
        """The choices made, one sentence each, for provenance and report."""
        excluded = ", ".join(self.excluded_indications) or "nothing"
        baseline = (
            "graded as change from baseline" if self.baseline_support == "change" else "graded as given"
        )
        mask = "they count while the event is open" if self.grade_afebrile_unmasked else "they do not count"
        antipyretics = "without" if self.resolution_without_antipyretics else "with or without"
        device = "by its flow" if self.high_flow_by_flow else "as high flow at any flow"
        return (
            f"Hypotension: systolic pressure below {self.systolic_limits.title}, by age at the observation "
            "(interpretation: ASTCT gives no number).",
            "Subjects without an age: "
            + (
                "bounds over all ages."
                if self.default_age is None
                else f"taken as {self.default_age:g} years."
            ),
            f"Vasopressin as the only vasopressor is grade {self.vasopressin_alone} (interpretation).",
            f"Not counted as vasopressors: {', '.join(self.not_vasopressors) or 'none'} (interpretation).",
            "Multiple vasopressors: two agents other than vasopressin at the same time"
            + (
                f" for at least {self.min_overlap_h:g} h."
                if self.min_overlap_h
                else ", for any length of time."
            ),
            f"Low flow by nasal cannula up to {self.low_flow_max:g} L/min; a face mask is grade 3 at any flow; "
            f"a high-flow device is graded {device}.",
            f"Support for {excluded} is not a sign of CRS (unverified against the primary source).",
            f"Support from before the infusion is {baseline} (unverified, interpretation).",
            f"Recording of support: {self.support_recording}.",
            "Hypotension and hypoxia without fever and without antipyretic, anticytokine drug or steroid in "
            f"the event: {mask}.",
            f"A temperature stands for {self.temperature_valid_h:g} h, a pressure for {self.pressure_valid_h:g} h "
            f"(carry: {self.carry}); after {self.unseen_fever_h:g} h without temperature a fever may have been "
            "missed (interpretation).",
            f"Resolved after {self.resolution_window_h:g} h without fever, hypotension and support, "
            f"{antipyretics} antipyretics acting for {self.antipyretic_effect_h:g} h per dose, observed at least "
            f"every {self.max_gap_h:g} h (unverified against the primary source), or after "
            f"{self.long_quiet_d:g} days of quiet at every observation (interpretation).",
            f"Events less than {self.merge_gap_h:g} h after a resolution are merged.",
            f"Fever opens an event up to day {self.max_onset_day:g}; onset after day {self.late_onset_day:g} is "
            "pointed out (unverified against the primary source).",
        )

    @property
    def sources(self) -> tuple[Cite, ...]:
        """Where the defaults come from; interpretations carry the mark *unverified*."""
        text = Cite(
            "lee2019", "text", note="airway protection, home CPAP, baseline support", is_verified=False
        )
        window = Cite("lee2019", "text", note="resolution and onset windows", is_verified=False)
        return (self.systolic_limits.source, text, window)
