"""ICANS by the ASTCT consensus of 2019: the worst of five domains; cognition by ICE or, in children, CAPD."""

from __future__ import annotations

from tutela.kernel.cite import Cite
from tutela.kernel.scale import Grade, Scale
from tutela.kernel.tri import Tri
from tutela.toxicity.icans.observation import IcansObservation

__all__ = ["ASTCT_2019", "DOMAINS_2019", "build_astct_2019"]

_ADULT = Cite("lee2019", "ICANS consensus grading, adults")
_CHILD = Cite(
    "lee2019", "ICANS consensus grading, children", note="checked against an interview with the authors"
)

Row = Grade[IcansObservation]


def _ice(observation: IcansObservation, most: float, *, capd_from: float) -> Tri:
    """ICE of at most ``most``; where the age leaves the instrument open, CAPD must say as much too."""
    meets, uses = observation.ice.at_most(most), observation.uses_ice
    is_open = Tri.of(uses.possible & ~uses.certain)
    return (uses & meets) | (is_open & meets & observation.capd.at_least(capd_from))


def _cognition(*, capd_from: int) -> tuple[Row, ...]:
    """ICE and CAPD; each row includes the worse ones above it, so that bounds stay tight."""
    return (
        Grade(
            4,
            text="unable to perform CAPD",
            when=lambda o: ~o.uses_ice & o.is_unable,
            source=_CHILD,
        ),
        Grade(
            3,
            text="ICE 0 to 2",
            when=lambda o: _ice(o, 2, capd_from=9),
            note="ICE 0 and awake (global aphasia) is grade 3; unarousable is grade 4 through consciousness",
        ),
        Grade(3, text="CAPD 9 or more", when=lambda o: ~o.uses_ice & o.capd.at_least(9), source=_CHILD),
        Grade(2, text="ICE 3 to 6", when=lambda o: _ice(o, 6, capd_from=9)),
        Grade(1, text="ICE 7 to 9", when=lambda o: _ice(o, 9, capd_from=capd_from)),
        Grade(
            1,
            text="CAPD 1 to 8" if capd_from else "CAPD below 9",
            when=lambda o: ~o.uses_ice & o.capd.at_least(capd_from),
            note="with 8 or less, consciousness decides between grade 1 and 2",
            source=_CHILD,
        ),
    )


_CONSCIOUSNESS: tuple[Row, ...] = (
    Grade(
        4,
        text="unarousable, or needs vigorous or repetitive tactile stimuli; stupor or coma",
        when=lambda o: o.consciousness.at_least(3),
    ),
    Grade(3, text="awakens only to tactile stimulus", when=lambda o: o.consciousness.at_least(2)),
    Grade(2, text="awakens to voice", when=lambda o: o.consciousness.at_least(1)),
)

_SEIZURE: tuple[Row, ...] = (
    Grade(
        4,
        text="life-threatening seizure: prolonged (> 5 min), or repetitive without return to baseline",
        when=lambda o: o.seizure.at_least(2),
    ),
    Grade(
        3,
        text="seizure resolving rapidly, or nonconvulsive on EEG resolving with intervention",
        when=lambda o: o.seizure.at_least(1),
    ),
)

_MOTOR: tuple[Row, ...] = (
    Grade(
        4,
        text="deep focal motor weakness (hemiparesis, paraparesis)",
        when=lambda o: o.motor.at_least(1),
        note="tremor and myoclonus are graded by CTCAE and do not count",
    ),
)

_PRESSURE: tuple[Row, ...] = (
    Grade(
        4,
        text="diffuse cerebral edema, posturing, cranial nerve VI palsy, papilledema or Cushing's triad",
        when=lambda o: o.pressure.at_least(2),
    ),
    Grade(
        3,
        text="focal edema on imaging",
        when=lambda o: o.pressure.at_least(1),
        note="intracranial hemorrhage, with or without edema, is excluded",
    ),
)


def _scale(name: str, title: str, rows: tuple[Row, ...]) -> Scale[IcansObservation]:
    return Scale(
        id=f"icans.{name}.astct-2019", title=f"{title}, ICANS ASTCT 2019", source=_ADULT, grades=rows
    )


def _domains(capd_from: int) -> dict[str, Scale[IcansObservation]]:
    return {
        "cognition": _scale("cognition", "Cognition", _cognition(capd_from=capd_from)),
        "consciousness": _scale("consciousness", "Depressed consciousness", _CONSCIOUSNESS),
        "seizure": _scale("seizure", "Seizure", _SEIZURE),
        "motor": _scale("motor", "Motor findings", _MOTOR),
        "icp": _scale("icp", "Intracranial pressure and edema", _PRESSURE),
    }


def _in_scope(row: Row) -> Row:
    return Grade(
        row.grade, row.text, when=lambda o: o.in_scope & row.when(o), note=row.note, source=row.source
    )


def build_astct_2019(*, capd_zero_is_grade_1: bool = False) -> Scale[IcansObservation]:
    """The scale, with CAPD 0 as no ICANS or as grade 1.

    Parameters
    ----------
    capd_zero_is_grade_1
        The pediatric grade 1 is published both as "1 to 8" and as "below 9".
    """
    domains = _domains(0 if capd_zero_is_grade_1 else 1)
    rows = sorted((row for scale in domains.values() for row in scale.grades), key=lambda row: -row.grade)
    death: Row = Grade(5, text="death due to ICANS, no other principal cause", when=lambda o: o.died)
    return Scale(
        id="icans.astct-2019",
        title="ICANS, ASTCT consensus 2019",
        source=_ADULT,
        grades=(death, *(_in_scope(row) for row in rows)),
    )


#: The five domains, each a scale of its own.
DOMAINS_2019: dict[str, Scale[IcansObservation]] = _domains(1)

ASTCT_2019: Scale[IcansObservation] = build_astct_2019()
