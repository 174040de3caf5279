"""Persons: time zero, ages, death, body size, and what happens without DM."""

from __future__ import annotations

import pytest

from tutela.kernel.errors import StandardError, StudyError
from tutela.standards.sdtm import SdtmOptions, from_sdtm, read_sdtm

DM = {"USUBJID": "01", "RFSTDTC": "2024-02-29", "RFXSTDTC": "2024-02-29T08:00", "AGE": 9, "SEX": "F"}
EX = [
    {"EXTRT": "CYCLOPHOSPHAMIDE", "EXSTDTC": "2024-02-29T08:00"},
    {"EXTRT": "CAR T CELLS", "EXSTDTC": "2024-03-05T10:00"},
]
TEMP = [{"VSDTC": "2024-03-06T22:00", "VSTESTCD": "TEMP", "VSSTRESN": 38.5, "VSSTRESU": "C"}]


def person(study):
    return study.subjects.row(0, named=True)


@pytest.mark.parametrize(
    ("choice", "zero", "days"),
    [
        ("product", "2024-03-05T10:00", 1.5),
        ("RFXSTDTC", "2024-02-29T08:00", 6 + 14 / 24),
        # The day alone is chosen; another date-time of the same day says the hour.
        ("RFSTDTC", "2024-02-29T08:00", 6 + 14 / 24),
    ],
)
def test_time_zero_is_a_declared_choice(read, choice, zero, days):
    study = read(DM=[DM], EX=EX, VS=TEMP, options=SdtmOptions(time_zero=choice))
    assert person(study)["infusion"] == zero
    assert study.measurements["time"].to_list() == [pytest.approx(days)]


def test_the_finer_of_two_times_of_one_day_is_time_zero(read):
    ex = [{"EXTRT": "CAR T CELLS", "EXSTDTC": "2024-03-05"}]
    study = read(DM=[{**DM, "RFXSTDTC": "2024-03-05T10:00"}], EX=ex)
    assert person(study)["infusion"] == "2024-03-05T10:00"


def test_an_unknown_choice_of_time_zero_is_refused():
    with pytest.raises(StandardError, match="RFICDTC"):
        SdtmOptions(time_zero="RFICDTC")


def test_screening_failures_stay_as_persons_without_time_zero(read):
    failure = {"USUBJID": "02", "RFSTDTC": None, "RFXSTDTC": None, "ARM": "Screen Failure", "AGE": 4}
    rows = [{**TEMP[0], "USUBJID": "02"}]
    study = read(DM=[DM, failure], EX=EX, VS=rows)
    assert study.subjects.filter(subject="02")["infusion"].to_list() == [None]
    assert study.measurements["time"].to_list() == [None]
    assert any("no time zero" in notice for notice in study.notices)


@pytest.mark.parametrize(
    ("age", "unit", "low", "high"),
    [
        (9, "YEARS", 9, 10),
        (18, "MONTHS", 1.5, 19 / 12),
        (30, "DAYS", 30 / 365.25, 31 / 365.25),
        (9, None, 9, 10),
    ],
)
def test_a_recorded_age_is_an_interval_of_its_unit(read, age, unit, low, high):
    found = person(read(DM=[{**DM, "AGE": age, "AGEU": unit}]))
    assert (found["age"], found["age_max"]) == (pytest.approx(low), pytest.approx(high))


def test_the_birth_date_wins_over_the_recorded_age(read):
    found = person(read(DM=[{**DM, "AGE": 0, "BRTHDTC": "2024-01-30"}], EX=EX))
    assert found["age"] == pytest.approx(35 / 365.25, abs=1e-3)
    assert found["age_max"] == found["age"]


def test_death_is_found_in_ds_and_its_cause_in_dd(read):
    ds = [{"DSTERM": "Subject died", "DSDECOD": "DEATH", "DSSTDTC": "2024-04-01"}]
    dd = [{"DDTESTCD": "PRCDTH", "DDORRES": "Cytokine release syndrome", "DDDTC": "2024-04-02"}]
    found = person(read(DM=[DM], EX=EX, DS=ds, DD=dd))
    assert (found["death_date"], found["death_time"]) == ("2024-04-01", 27.0)
    assert found["death_cause"] == "Cytokine release syndrome"


def test_body_size_is_the_last_before_the_infusion_and_never_a_later_one(read):
    def weight(day, kg, flag=None):
        return {"VSDTC": day, "VSTESTCD": "WEIGHT", "VSSTRESN": kg, "VSSTRESU": "kg", "VSBLFL": flag}

    later = weight("2024-06-01", 40)
    rows = [later, weight("2024-03-01", 31), weight("2024-02-01", 30)]
    assert person(read(DM=[DM], EX=EX, VS=rows))["weight"] == 31
    assert person(read(DM=[DM], EX=EX, VS=[later]))["weight"] is None
    assert person(read(DM=[DM], EX=EX, VS=[*rows, weight("2024-01-01", 29, "Y")]))["weight"] == 29


def test_weight_in_pounds_is_weight_in_kilograms(read):
    rows = [{"VSDTC": "2024-03-01", "VSTESTCD": "WEIGHT", "VSORRES": "100", "VSORRESU": "LB"}]
    assert person(read(DM=[DM], EX=EX, VS=rows))["weight"] == pytest.approx(45.359237)


def test_without_dm_the_error_says_what_to_add(read, tmp_path):
    from tutela.standards.files import write_dataset
    from tutela.standards.sdtm import to_sdtm

    datasets = to_sdtm(read(VS=TEMP))
    with pytest.raises(StudyError, match=r"Add dm\.xpt"):
        from_sdtm({"VS": datasets["VS"]})
    write_dataset(datasets["VS"], tmp_path / "vs.xpt")
    with pytest.raises(StudyError, match="domains found: VS"):
        read_sdtm(tmp_path)


def test_a_record_of_an_unknown_person_is_told(read):
    study = read(VS=[{**TEMP[0], "USUBJID": "99"}])
    assert study.measurements.is_empty()
    assert study.rejected["subject"].to_list() == ["99"]


@pytest.mark.external
@pytest.mark.published
def test_infants_are_aged_in_days_although_age_is_zero_years(reference):
    """pharmaversesdtm DM of five children: two are 76 and 30 days old at RFSTDTC, AGE says 0 YEARS."""
    study = read_sdtm(reference / "data/ecosystem/pharmaversesdtm_peds/dm_peds.csv")
    ages = dict(study.subjects.select("subject", "age").iter_rows())
    assert ages["01-701-1033"] == pytest.approx(76 / 365.25, abs=2e-3)
    assert ages["01-701-1034"] == pytest.approx(30 / 365.25, abs=2e-3)
    assert ages["01-701-1028"] == pytest.approx(3.0)
