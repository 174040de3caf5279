"""De-identified data: study days without dates, and records whose date is missing."""

from __future__ import annotations

import pytest

DM = {"USUBJID": "01", "AGE": 9, "SEX": "F", "RFSTDTC": None, "RFXSTDTC": None}


def temperature(day):
    return {"VSTESTCD": "TEMP", "VSSTRESN": 38.5, "VSSTRESU": "C", "VSDTC": None, "VSDY": day}


@pytest.mark.published
@pytest.mark.parametrize(("day", "elapsed"), [(1, 0.0), (2, 1.0), (28, 27.0), (-1, -1.0), (-7, -7.0)])
def test_study_days_without_dates_count_from_day_one_without_a_day_zero(read, day, elapsed):
    study = read(DM=[DM], VS=[temperature(day)])
    assert study.config.clock.kind == "relative"
    assert study.measurements["time"].to_list() == [elapsed]


def test_study_day_zero_does_not_exist_and_gives_no_time(read):
    assert read(DM=[DM], VS=[temperature(0)]).measurements["time"].to_list() == [None]


@pytest.mark.parametrize(("day", "elapsed"), [(7, 0.0), (8, 1.0), (6, -1.0), (-1, -7.0)])
def test_days_count_from_the_product_where_the_reference_is_conditioning(read, day, elapsed):
    ex = [
        {"EXTRT": "FLUDARABINE", "EXSTDY": 1, "EXSTDTC": None},
        {"EXTRT": "CAR T CELLS", "EXSTDY": 7, "EXSTDTC": None},
    ]
    study = read(DM=[DM], EX=ex, VS=[temperature(day)])
    assert study.measurements["time"].to_list() == [elapsed]


def test_a_missing_date_is_found_from_the_study_day(read):
    """Study day 8 counts from RFSTDTC (2024-02-28), not from the infusion."""
    dm = {**DM, "RFSTDTC": "2024-02-28"}
    ex = [{"EXTRT": "CAR T CELLS", "EXSTDTC": "2024-03-05"}]
    study = read(DM=[dm], EX=ex, VS=[temperature(8)])
    assert study.measurements["time_raw"].to_list() == ["2024-03-06"]
    assert study.measurements["time"].to_list() == [1.0]
