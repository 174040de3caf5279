"""ADAE: reported events and derived episodes side by side."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from tutela.kernel.study import StudyConfig, build_study
from tutela.standards.adam import to_adam
from tutela.standards.files import write_dataset

STUDY = build_study(
    StudyConfig(id="S"),
    subjects=pl.DataFrame(
        {"subject": ["a", "b"], "infusion": ["2024-03-05T10:00", "2024-03-05"], "age": ["9", "4"]}
    ),
    events=pl.DataFrame(
        {
            "subject": ["a", "a", "a", "b"],
            "term": ["CRS grade 2", "Headache", "Relapse", "Cytokine release syndrome"],
            "decod": ["Cytokine release syndrome", None, None, None],
            "category": ["ADVERSE EVENT", "adverse event", "clinical event", None],
            "start": ["2024-03-07T06:00", "2024-03-01", "2024-05-01", "2024-03"],
            "end": ["2024-03-09T06:00", "2024-03-05", None, None],
            "grade": ["2", None, None, "1"],
            "scale": ["ASTCT 2019", None, None, None],
            "serious": ["Y", "N", None, None],
        }
    ),
)
EPISODE = {
    "subject": "a", "episode": 1, "onset": 1.5, "resolution": 4.0, "is_resolved": True, "grade_low": 3, "grade_high": 3,
    "duration_days": 4, "because": "one vasopressor", "reason": None,
}  # fmt: skip
SCHEMA = {
    "subject": pl.String, "episode": pl.Int32, "onset": pl.Float64, "resolution": pl.Float64, "is_resolved": pl.Boolean,
    "grade_low": pl.Int8, "grade_high": pl.Int8, "duration_days": pl.Int64, "because": pl.String, "reason": pl.String,
}  # fmt: skip


def adae(*, crs=(), icans=()):
    frames = {
        name: pl.DataFrame([{**EPISODE, **row} for row in rows], schema=SCHEMA)
        for name, rows in (("crs", crs), ("icans", icans))
    }
    return to_adam(STUDY, **frames)["ADAE"]


def derived(dataset):
    return dataset.frame.filter(DERIVFL="Y").row(0, named=True)


def test_only_adverse_events_are_reported_records():
    assert sorted(adae().frame["AETERM"]) == ["CRS grade 2", "Cytokine release syndrome", "Headache"]


def test_reported_and_derived_records_of_one_syndrome_share_its_flag():
    rows = adae(crs=[{}], icans=[{"subject": "b"}]).frame
    assert rows.filter(CRSFL="Y").select("USUBJID", "DERIVFL").rows() == [
        ("a", "Y"),
        ("a", None),
        ("b", None),
    ]
    assert rows.filter(ICANSFL="Y")["USUBJID"].to_list() == ["b"]


def test_a_derived_episode_has_dates_days_and_an_inclusive_duration():
    row = derived(adae(crs=[{}]))
    assert (row["ASTDTM"], row["AENDTM"]) == (datetime(2024, 3, 6, 22, 0), datetime(2024, 3, 9, 10, 0))
    assert (row["ASTDT"], row["ASTDY"], row["AENDY"]) == (date(2024, 3, 6), 2, 5)
    assert (row["ADURN"], row["ADURU"]) == (4, "DAYS")
    assert (row["AEDECOD"], row["ATOXGR"], row["ATOXGRV"]) == ("Cytokine release syndrome", "3", "ASTCT 2019")


def test_an_infusion_without_an_hour_gives_dates_and_no_datetimes():
    row = derived(adae(crs=[{"subject": "b"}]))
    assert (row["ASTDT"], row["ASTDTM"]) == (date(2024, 3, 6), None)


def test_a_grade_the_data_leave_open_shows_its_bounds():
    row = derived(adae(icans=[{"grade_low": 1, "grade_high": 4, "reason": "no ICE at night"}]))
    assert (row["ATOXGR"], row["ATOXGRMN"], row["ATOXGRMX"]) == (None, 1, 4)
    assert row["AREASON"] == "one vasopressor; no ICE at night"


def test_an_episode_without_an_end_is_not_resolved():
    row = derived(adae(crs=[{"resolution": None, "is_resolved": False, "duration_days": None}]))
    assert (row["AENDT"], row["RESOLVFL"], row["ADURN"], row["ADURU"]) == (None, "N", None, None)


@pytest.mark.published
def test_the_duration_of_a_reported_event_counts_both_days():
    """FDA/ADaM convention: ADURN = AENDT - ASTDT + 1."""
    rows = adae().frame
    assert rows.filter(AETERM="Headache")["ADURN"].to_list() == [5]
    assert rows.filter(AETERM="CRS grade 2")["ADURN"].to_list() == [3]


def test_treatment_emergent_needs_a_start_that_is_known_to_lie_after_the_infusion():
    flags = dict(adae().frame.select("AETERM", "TRTEMFL").iter_rows())
    assert flags == {"CRS grade 2": "Y", "Headache": None, "Cytokine release syndrome": None}


def test_names_labels_and_lengths_are_allowed_in_sas_transport(tmp_path):
    for name, dataset in to_adam(STUDY).items():
        write_dataset(dataset, tmp_path / f"{name}.xpt")
        assert all(len(column.label) <= 40 and len(column.name) <= 8 for column in dataset.columns)
