"""Interventions: what was given, by which device, for what, and what was not given at all."""

from __future__ import annotations

import pytest

from tutela.standards.sdtm import SdtmOptions

CM = {"CMTRT": "TOCILIZUMAB", "CMSTDTC": "2024-03-07T12:00", "CMENDTC": "2024-03-07T13:00"}


def only(table):
    assert table.height == 1
    return table.row(0, named=True)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"CMOCCUR": "N"}, "not given"),
        ({"CMSTAT": "NOT DONE"}, "not done"),
        ({"CMTRT": None}, "no treatment"),
    ],
)
def test_what_was_not_given_is_no_treatment_but_is_told(read, row, words):
    study = read(CM=[{**CM, **row}])
    assert study.treatments.is_empty()
    assert words in only(study.rejected)["reason"]


def test_a_planned_dose_is_not_a_dose(read):
    rows = [
        {"ECTRT": "CAR T", "ECSTDTC": "2024-03-05T10:00", "ECMOOD": mood}
        for mood in ("SCHEDULED", "PERFORMED")
    ]
    assert read(EC=rows).treatments.height == 1


def test_doses_are_not_counted_twice_from_ec_and_ex(read):
    ex = [{"EXTRT": "CAR T", "EXSTDTC": "2024-03-05T10:00"}]
    ec = [{"ECTRT": "CAR T", "ECSTDTC": "2024-03-05T10:00"}]
    study = read(EX=ex, EC=ec)
    assert study.treatments["source_file"].to_list() == ["EX"]
    assert "derived from EC" in only(study.rejected)["reason"]


@pytest.mark.parametrize(
    ("name", "unit", "dose", "device", "flow", "fio2"),
    [
        ("NASAL CANNULA", "L/min", "6.1", "nasal_cannula", 6.1, None),
        ("HIGH FLOW NASAL CANNULA", "%", "40", "high_flow", None, 0.4),
        ("FACE MASK", "LPM", "4", "face_mask", 4.0, None),
        ("NON-REBREATHER MASK", "L/min", "15", "non_rebreather", 15.0, None),
        ("VENTURI MASK", "FRACTION", "0.35", "venturi", None, 0.35),
        ("NON-INVASIVE MECHANICAL VENTILATION", None, None, "bipap", None, None),
        ("BIPAP", None, None, "bipap", None, None),
        ("CPAP", None, None, "cpap", None, None),
        ("MECHANICAL VENTILATION", None, None, "invasive_ventilation", None, None),
        ("ENDOTRACHEAL INTUBATION", None, None, "invasive_ventilation", None, None),
        ("BLOW-BY OXYGEN", None, None, "blow_by", None, None),
    ],
)
def test_oxygen_is_read_as_device_flow_and_fraction(read, name, unit, dose, device, flow, fio2):
    row = {"PRTRT": name, "PRSTDTC": "2024-03-07T12:00", "PRDOSE": dose, "PRDOSU": unit}
    found = only(read(PR=[row]).treatments)
    assert (found["role"], found["device"], found["flow"], found["fio2"]) == ("oxygen", device, flow, fio2)


@pytest.mark.regression
@pytest.mark.parametrize(
    ("name", "device", "flow"),
    [
        ("O2 via NRB mask 15 L", "non_rebreather", 15.0),
        ("O2 NC 2L", "nasal_cannula", 2.0),
        ("OXYGEN BY MASK", "face_mask", None),
        ("HFNO 30 lpm", "high_flow", 30.0),
        ("Oxygen 2 L/min", None, 2.0),
        ("Oxygen 2-4 L/min", None, None),
        ("SUPPLEMENTAL OXYGEN", None, None),
        ("Tracheostomy collar", None, None),
    ],
)
def test_oxygen_in_the_words_of_a_ward_is_support_even_if_the_device_is_not_said(read, name, device, flow):
    found = only(read(PR=[{"PRTRT": name, "PRSTDTC": "2024-03-07T12:00"}]).treatments)
    assert (found["role"], found["device"], found["flow"]) == ("oxygen", device, flow)


@pytest.mark.regression
@pytest.mark.parametrize("name", ["OXYGEN SATURATION MONITORING", "WEANED FROM OXYGEN", "HYPERBARIC OXYGEN"])
def test_what_only_speaks_of_oxygen_is_no_support(read, name):
    found = only(read(PR=[{"PRTRT": name, "PRSTDTC": "2024-03-07T12:00"}]).treatments)
    assert (found["role"], found["device"]) == ("other", None)


def test_extubation_is_no_support(read):
    found = only(read(PR=[{"PRTRT": "EXTUBATION", "PRSTDTC": "2024-03-07T12:00"}]).treatments)
    assert found["device"] is None


def test_qualifiers_name_device_and_indication(read):
    pr = [{"PRTRT": "RESPIRATORY SUPPORT", "PRSTDTC": "2024-03-07T12:00"}]
    supp = [
        {"IDVAR": "PRSEQ", "IDVARVAL": "1", "QNAM": "PRDEVICE", "QVAL": "cpap"},
        {"IDVAR": "PRSEQ", "IDVARVAL": "1.0", "QNAM": "PRINDC", "QVAL": "Obstructive sleep apnea"},
    ]
    found = only(read(PR=pr, SUPPPR=supp).treatments)
    assert (found["device"], found["indication"]) == ("cpap", "osa")


@pytest.mark.parametrize(
    ("name", "words", "code"),
    [
        ("NASAL CANNULA", "Airway protection during seizure", "airway"),
        ("NASAL CANNULA", "HYPOXIA", "HYPOXIA"),
        ("NOREPINEPHRINE", "During anesthesia", "anesthesia"),
        ("SALBUTAMOL", "Reactive airway disease", "Reactive airway disease"),
        ("AMLODIPINE", "PRE-EXISTING HYPERTENSION", "PRE-EXISTING HYPERTENSION"),
    ],
)
def test_only_the_indication_of_support_is_read_for_exclusions(read, name, words, code):
    assert only(read(CM=[{**CM, "CMTRT": name, "CMINDC": words}]).treatments)["indication"] == code


@pytest.mark.parametrize(
    ("name", "standard", "route", "agent", "role"),
    [
        ("ACTEMRA", "TOCILIZUMAB", "INTRAVENOUS", "tocilizumab", "anticytokine"),
        ("LEVOPHED", None, "INTRAVENOUS", "norepinephrine", "vasopressor"),
        ("HYDROCORTISONE, TOPICAL", "HYDROCORTISONE", "TOPICAL", "hydrocortisone", "other"),
        ("HYDROCORTISONE CREAM", "HYDROCORTISONE", None, "hydrocortisone", "other"),
        ("METAMUCIL", "PSYLLIUM", "ORAL", "psyllium", "other"),
        ("SOMETHING", "UNCODED", "ORAL", None, "other"),
    ],
)
def test_agent_and_role_come_from_both_names(read, name, standard, route, agent, role):
    found = only(read(CM=[{**CM, "CMTRT": name, "CMDECOD": standard, "CMROUTE": route}]).treatments)
    assert (found["agent"], found["role"]) == (agent, role)


@pytest.mark.parametrize("variable", ["CMENRTPT", "CMENRF"])
def test_ongoing_is_read_from_either_variable(read, variable):
    row = {**CM, "CMENDTC": None, variable: "ONGOING"}
    assert only(read(CM=[row]).treatments)["is_ongoing"]


def test_a_row_with_an_end_is_not_ongoing(read):
    assert not only(read(CM=[{**CM, "CMENRTPT": "ONGOING"}]).treatments)["is_ongoing"]


def test_a_dose_in_words_costs_the_dose_and_not_the_row(read):
    study = read(CM=[{**CM, "CMDOSTXT": "1-2 tablets"}])
    assert only(study.treatments)["dose"] is None
    assert study.rejected["action"].str.starts_with("cell").to_list() == [True]


def test_conditioning_in_ex_is_not_the_product(read):
    rows = [
        {"EXTRT": "FLUDARABINE", "EXSTDTC": "2024-02-29"},
        {"EXTRT": "BENDAMUSTINE", "EXSTDTC": "2024-02-29"},
        {"EXTRT": "STUDY CELLS", "EXSTDTC": "2024-03-05T10:00"},
    ]
    roles = dict(read(EX=rows).treatments.select("treatment", "role").iter_rows())
    assert roles == {"FLUDARABINE": "conditioning", "BENDAMUSTINE": "conditioning", "STUDY CELLS": "product"}


def test_a_named_product_is_the_only_product(read):
    rows = [{"EXTRT": name, "EXSTDTC": "2024-03-05T10:00"} for name in ("CELLS A", "DRUG B")]
    study = read(EX=rows, options=SdtmOptions(product="cells a"))
    assert dict(study.treatments.select("treatment", "role").iter_rows()) == {
        "CELLS A": "product",
        "DRUG B": "other",
    }
