"""What a virtual trial may be asked to be: follow-up, biology, care, and untidiness of the records."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date

from tutela.kernel.errors import InputError
from tutela.simulation.car_t.kinetics import STEIN_2019, KineticModel

__all__ = ["CarTOptions", "MessRates"]

#: Shortest follow-up in which the first weeks of immune toxicity are inside, and the longest supported.
MIN_DAYS, MAX_DAYS = 28, 120


@dataclass(frozen=True)
class MessRates:
    """How often the written records depart from what was observed; every departure is in ``truth.errors``.

    Parameters
    ----------
    missing_row
        Share of planned measurements that were never written down.
    missing_value
        Share of measurement rows whose result is empty.
    missing_item
        Share of items left empty in a neurological assessment that was otherwise filled in; there ``missing_row`` is
        drawn for the assessment as a whole and ``missing_value`` does not apply.
    missing_gap
        Share of subjects with one gap of 8 to 30 h without any vital sign while in hospital.
    missing_limits
        Share of laboratory rows without limits of normal.
    missing_end
        Share of support rows (oxygen, vasopressor) whose end was not written down.
    missing_flow
        Share of nasal cannula rows whose flow was not written down.
    age_only
        Share of subjects known by their age in whole years, without a birth date.
    other_unit
        Share of (subject, test) series reported in another unit, correctly labeled.
    mislabeled_unit
        Share of rows whose number is in another unit than the label says.
    decimal_slip
        Share of measurement rows whose decimal point moved by one place.
    decimal_comma
        Share of measurement rows with a comma as decimal mark.
    duplicate
        Share of rows written twice.
    subject_typo
        Share of rows under a mistyped subject identifier.
    swapped_date
        Share of rows whose day and month were exchanged (where both orders are dates).
    date_only
        Share of treatment and event rows whose time of day was not written down.

    Examples
    --------
    >>> MessRates(missing_value=0.1).missing_value
    0.1
    """

    missing_row: float = 0.03
    missing_value: float = 0.02
    missing_item: float = 0.0005
    missing_gap: float = 0.10
    missing_limits: float = 0.01
    missing_end: float = 0.02
    missing_flow: float = 0.03
    age_only: float = 0.10
    other_unit: float = 0.12
    mislabeled_unit: float = 0.0002
    decimal_slip: float = 0.0004
    decimal_comma: float = 0.0005
    duplicate: float = 0.002
    subject_typo: float = 0.0002
    swapped_date: float = 0.0005
    date_only: float = 0.01

    def __post_init__(self) -> None:
        for item in fields(self):
            _check_rate(item.name, getattr(self, item.name))

    @classmethod
    def clean(cls) -> MessRates:
        """No departure at all: every observation is written as it was made."""
        return cls(**{item.name: 0.0 for item in fields(cls)})

    @property
    def is_clean(self) -> bool:
        """Whether all rates are zero."""
        return all(getattr(self, item.name) == 0.0 for item in fields(self))


@dataclass(frozen=True)
class CarTOptions:
    """A virtual pediatric and young adult CD19 CAR-T trial.

    Parameters
    ----------
    days
        Planned follow-up, days, 28 to 120.
    sites
        Number of hospitals; they differ in oxygen devices, neurology forms and habits.
    first_infusion, accrual_days
        Date of the first possible infusion and length of the accrual period.
    kinetics
        Model of expansion and persistence.
    severity_median, severity_spread
        Median and log standard deviation of the peak inflammatory drive before treatment; fever begins
        at a drive of 1. Chosen by us so that about three quarters have CRS and about a quarter grade 3
        or 4 despite treatment.
    expansion_effect, burden_effect
        Change of the log drive per doubling of Cmax and per standard deviation of tumor burden.
    neurotoxicity_median
        Median of the factor by which inflammation drives neurotoxicity.
    biphasic, infection, airway_intubation, sleep_apnea, developmental_delay, birthday_12
        Probabilities: of a second CRS event; of a febrile infection in neutropenia (attributed to another
        cause); of intubation to protect the airway in grade 4 neurotoxicity; of home CPAP; of a
        developmental delay; of turning 12 in the first two weeks.
    prolonged_neutropenia
        Probability of neutropenia that lasts beyond three weeks.
    crs_fatality
        Probability that grade 4 CRS is fatal.
    late_death
        Probability of death from relapse after day 30.
    wrong_site_grade
        Probability that the site reports a grade that differs from the truth by one.
    mess
        Rates of missing, mixed and mistyped records; ``MessRates.clean()`` for none.

    Raises
    ------
    InputError
        If a value is outside its range.

    Examples
    --------
    >>> CarTOptions(days=60, mess=MessRates.clean()).mess.is_clean
    True
    """

    days: int = 60
    sites: int = 4
    first_infusion: str = "2024-01-08"
    accrual_days: int = 540
    kinetics: KineticModel = STEIN_2019
    severity_median: float = 2.2
    severity_spread: float = 0.65
    expansion_effect: float = 0.22
    burden_effect: float = 0.20
    neurotoxicity_median: float = 0.34
    biphasic: float = 0.05
    infection: float = 0.12
    airway_intubation: float = 0.6
    sleep_apnea: float = 0.02
    developmental_delay: float = 0.04
    birthday_12: float = 0.04
    prolonged_neutropenia: float = 0.25
    crs_fatality: float = 0.06
    late_death: float = 0.02
    wrong_site_grade: float = 0.12
    mess: MessRates = field(default_factory=MessRates)

    def __post_init__(self) -> None:
        for name in _PROBABILITIES:
            _check_rate(name, getattr(self, name))
        for name, (low, high) in _LIMITS.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise _refused(name, value, f"{low:g} to {high:g}")
        try:
            date.fromisoformat(self.first_infusion)
        except ValueError as error:
            name = "first_infusion"
            raise _refused(name, self.first_infusion, "an ISO 8601 date") from error

    @classmethod
    def clean(cls) -> CarTOptions:
        """The default trial with records that are exactly what was observed, site grades included."""
        return cls(wrong_site_grade=0.0, mess=MessRates.clean())


_PROBABILITIES = (
    "biphasic",
    "infection",
    "airway_intubation",
    "sleep_apnea",
    "developmental_delay",
    "birthday_12",
    "prolonged_neutropenia",
    "crs_fatality",
    "late_death",
    "wrong_site_grade",
)

#: Ranges of the other numbers; site numbers have two digits.
_LIMITS = {
    "days": (MIN_DAYS, MAX_DAYS),
    "sites": (1, 99),
    "accrual_days": (1, 36500),
    "severity_median": (1e-6, 1e3),
    "severity_spread": (1e-6, 5.0),
    "neurotoxicity_median": (1e-6, 1e3),
}


def _refused(name: str, value: object, expected: str) -> InputError:
    what = f"The option {name} is outside its range."
    return InputError(what, column=name, value=value, expected=expected)


def _check_rate(name: str, value: float) -> None:
    if not 0.0 <= value <= 1.0:
        raise _refused(name, value, "a rate from 0 to 1")
