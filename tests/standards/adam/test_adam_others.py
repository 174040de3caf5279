"""ADSL and ADPP, and the declaration of the variables."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from tutela.kernel.errors import StandardError
from tutela.kernel.study import StudyConfig, build_study
from tutela.standards.adam import to_adam
from tutela.standards.adam.build import fit_text
from tutela.standards.adam.variables import VARIABLES
from tutela.standards.files import read_dataset, write_dataset
from tutela.standards.names import is_valid_name

STUDY = build_study(
    StudyConfig(id="S", product="CAR T"),
    subjects=pl.DataFrame(
        {
            "subject": ["a", "b", "c"],
            "infusion": ["2024-03-05T10:00", "2024-03-05", None],
            "birth_date": ["2020-01-05", None, None],
            "age": [None, "9", "12"],
            "death_date": [None, "2024-06-01", None],
            "last_contact": ["2025-03-05", None, None],
        }
    ),
)


@pytest.mark.published
@pytest.mark.parametrize("variable", VARIABLES.values(), ids=str)
def test_declared_variables_fit_sas_transport(variable):
    assert is_valid_name(variable.name)
    assert 0 < len(variable.label) <= 40
    assert variable.label.isascii()
    assert 1 <= variable.length <= 200


def test_adsl_has_one_record_per_subject_with_dates_and_flags():
    rows = to_adam(STUDY)["ADSL"].frame
    assert rows["SAFFL"].to_list() == ["Y", "Y", "N"]
    assert rows["TRTSDT"].to_list() == [date(2024, 3, 5), date(2024, 3, 5), None]
    assert rows["TRTSDTM"].to_list() == [datetime(2024, 3, 5, 10), None, None]
    assert rows["DTHDT"].to_list() == [None, date(2024, 6, 1), None]
    assert rows["LSTALVDT"].to_list() == [date(2025, 3, 5), None, None]
    assert rows["TRT01A"].to_list() == ["CAR T", "CAR T", None]


def test_an_exact_age_stands_beside_the_completed_years():
    rows = to_adam(STUDY)["ADSL"].frame
    assert rows["AGE"].to_list() == [4.0, 9.0, 12.0]
    assert rows["AAGE"][0] == pytest.approx(4 + 60 / 366, abs=1e-3)
    assert rows["AAGE"][1] is None


def test_a_parameter_that_cannot_be_computed_keeps_its_reason(tmp_path):
    nca = pl.DataFrame(
        {
            "subject": ["a", "a"], "test": ["CARTGENE", "CARTGENE"], "parameter": ["CMAX", "LAMZHL"],
            "name": ["Max Conc", "Half-Life Lambda z"], "value": [123.5, None], "unit": ["copies/µg", "d"],
            "reason": [None, "fewer than 3 points after Tmax"],
        }
    )  # fmt: skip
    dataset = to_adam(STUDY, nca=nca)["ADPP"]
    assert dataset.frame.select("PARAMCD", "AVAL", "AVALU", "AVALRSN").rows() == [
        ("CMAX", 123.5, "copies/ug", None),
        ("LAMZHL", None, "d", "fewer than 3 points after Tmax"),
    ]
    write_dataset(dataset, tmp_path / "adpp.xpt")
    assert read_dataset(tmp_path / "adpp.xpt").frame["AVAL"].to_list() == [123.5, None]


@pytest.mark.property
@pytest.mark.parametrize("text", ["\u2265 3 \u00d7 ULN \u2014 \u00b5", "x" * 500, "", "plain", "日本"])
def test_our_own_words_always_fit_a_variable(text):
    fitted = fit_text(text)
    assert fitted is None or (fitted.isascii() and 0 < len(fitted) <= 200)


def test_a_code_over_the_length_of_the_standard_is_refused():
    nca = pl.DataFrame(
        {
            "subject": ["a"],
            "test": ["CARTGENE"],
            "parameter": ["AUCINTERVAL"],
            "name": ["AUC"],
            "value": [1.0],
            "unit": ["x"],
            "reason": [None],
        },
        schema_overrides={"reason": pl.String},
    )
    with pytest.raises(StandardError, match="PARAMCD: 'AUCINTERVAL'"):
        to_adam(STUDY, nca=nca)
