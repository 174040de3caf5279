"""Interpretive choices of ICANS grading, each with its default and its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from tutela.kernel.cite import Cite
from tutela.kernel.errors import InputError

__all__ = ["IcansOptions"]

Recording = Literal["auto", "complete", "unknown"]
Change = Literal["delayed", "never", "always"]
Carry = Literal["auto", "sets", "free"]


@dataclass(frozen=True)
class IcansOptions:
    """Choices of :func:`tutela.toxicity.icans.grade`.

    Parameters
    ----------
    ice_from_age
        Age in years from which ICE is used; CAPD below. Lee 2019 uses CAPD under 12, the NCI thesaurus for 12
        and under: a 12-year-old is ambiguous.
    use_recorded_instrument
        Grade by the instrument that was recorded even where the age asks for the other. Where the age does not
        decide, the recorded one is always used.
    capd_zero_is_grade_1
        CAPD 0 is grade 1 ("below 9"), instead of no ICANS ("1 to 8").
    baseline_change
        Grade the change of CAPD from its last value before the infusion: for subjects with developmental
        delay, never, or always.
    findings_recording
        Whether a finding (consciousness, seizure, motor, intracranial pressure) that is not recorded was
        absent (``complete``) or is not known (``unknown``). ``auto``: not known if the study records the
        absence of this finding anywhere, so that it is asked each time; else absent. Consciousness is never
        taken as normal where ICE is 0 or the subject was unable to perform it.
    assessment_valid_h
        A score or a finding other than a seizure stands for less than this long; a seizure for its own time.
    carry
        ``sets``: an assessment ends what earlier ones say, also on what it lacks; ``free``: each test has its
        own rhythm; ``auto``: sets for tests present at half of the assessments or more.
    resolution_window_h
        Hours at grade 0 after which an event has resolved.
    max_gap_h
        A longer time without assessment interrupts the observed quiet.
    long_quiet_d
        Grade 0 at every assessment for this many days ends an event, however rare the assessments.
    merge_gap_h
        A new event within this time of the last one's resolution belongs to it.
    max_onset_day
        An event may begin up to this day; later findings need another explanation.

    Raises
    ------
    InputError
        If a choice is none of the values above, or a number is negative.
    """

    ice_from_age: float = 12.0
    use_recorded_instrument: bool = False
    capd_zero_is_grade_1: bool = False
    baseline_change: Change = "delayed"
    findings_recording: Recording = "auto"
    assessment_valid_h: float = 12.0
    carry: Carry = "auto"
    resolution_window_h: float = 24.0
    max_gap_h: float = 36.0
    long_quiet_d: float = 7.0
    merge_gap_h: float = 0.0
    max_onset_day: float = 60.0

    def __post_init__(self) -> None:
        choices = {"baseline_change": Change, "findings_recording": Recording, "carry": Carry}
        for name, allowed in choices.items():
            value, values = getattr(self, name), get_args(allowed)
            if value not in values:
                what = f"IcansOptions has no such choice of {name}."
                raise InputError(what, column=name, value=value, expected="one of " + ", ".join(values))
        for name, value in vars(self).items():
            if isinstance(value, float) and not value >= 0:
                what = f"IcansOptions needs {name} to be 0 or more."
                raise InputError(what, column=name, value=value, expected="a number from 0 on")

    @property
    def words(self) -> tuple[str, ...]:
        """The choices made, one sentence each, for provenance and report."""
        change = {
            "delayed": "for subjects with developmental delay",
            "never": "for nobody",
            "always": "for everybody",
        }
        other = "is used all the same" if self.use_recorded_instrument else "does not count"
        return (
            f"ICE from age {self.ice_from_age:g}, CAPD below and with developmental delay (interpretation: a "
            f"12-year-old is ambiguous); the other instrument {other}.",
            "CAPD 0 is grade 1." if self.capd_zero_is_grade_1 else "CAPD 0 is no ICANS, 1 to 8 is grade 1.",
            f"CAPD is graded as change from baseline {change[self.baseline_change]}.",
            f"Recording of neurological findings: {self.findings_recording}.",
            f"An assessment stands for {self.assessment_valid_h:g} h (carry: {self.carry}); a seizure counts at its "
            "own time (interpretation).",
            "What is attributed to another cause does not count; under sedation scores and consciousness are not "
            "known.",
            "Tremor and myoclonus (graded by CTCAE) and intracranial hemorrhage are excluded.",
            f"Resolved after {self.resolution_window_h:g} h at grade 0, observed at least every "
            f"{self.max_gap_h:g} h, or after {self.long_quiet_d:g} days at grade 0 (interpretation).",
            f"Events less than {self.merge_gap_h:g} h after a resolution are merged; an event may begin up to day "
            f"{self.max_onset_day:g} (interpretation).",
        )

    @property
    def sources(self) -> tuple[Cite, ...]:
        """Where the defaults come from; interpretations carry the mark *unverified*."""
        return (
            Cite("lee2019", "text", note="CAPD under 12 years"),
            Cite("lee2019", "text", note="resolution and onset windows", is_verified=False),
            Cite("traube2014", "scoring; delirium from 9"),
        )
