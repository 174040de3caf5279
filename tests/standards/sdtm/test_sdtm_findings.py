"""Findings: which result is taken, what is censored, what is not done, and what a test is called."""

from __future__ import annotations

import pytest

LAB = {"LBDTC": "2024-03-06T08:00", "LBTESTCD": "ALT", "LBTEST": "Alanine Aminotransferase"}


def only(table):
    assert table.height == 1
    return table.row(0, named=True)


def test_the_standard_result_is_preferred_with_its_own_limits(read):
    row = {
        "LBTESTCD": "BILI", "LBORRES": "1.0", "LBORRESU": "mg/dL", "LBORNRLO": "0.2", "LBORNRHI": "1.2",
        "LBSTRESC": "17.1", "LBSTRESN": 17.1, "LBSTRESU": "umol/L", "LBSTNRLO": 3.4, "LBSTNRHI": 20.5,
    }  # fmt: skip
    found = only(read(LB=[{**LAB, **row}]).measurements)
    assert (found["value"], found["unit"], found["low"], found["high"]) == (17.1, "umol/L", 3.4, 20.5)
    assert (found["value_raw"], found["unit_raw"]) == ("1.0", "mg/dL")


def test_the_original_result_is_used_where_there_is_no_standard_one(read):
    row = {"LBTESTCD": "GLUC", "LBORRES": "90", "LBORRESU": "mg/dL", "LBORNRLO": "70", "LBORNRHI": "100"}
    found = only(read(LB=[{**LAB, **row}]).measurements)
    assert found["value"] == pytest.approx(90 / 18.0156, rel=1e-6)
    assert found["high"] == pytest.approx(100 / 18.0156, rel=1e-6)


def test_limits_in_original_units_only_bring_the_original_result_with_them(read):
    row = {
        "LBTESTCD": "CREAT", "LBORRES": "0.5", "LBORRESU": "mg/dL", "LBORNRLO": "0.3", "LBORNRHI": "0.7",
        "LBSTRESC": "44", "LBSTRESN": 44, "LBSTRESU": "umol/L",
    }  # fmt: skip
    found = only(read(LB=[{**LAB, **row}]).measurements)
    assert found["high"] == pytest.approx(0.7 * 88.4, rel=1e-3)
    assert found["value"] == pytest.approx(44.2, rel=1e-3)


@pytest.mark.published
@pytest.mark.parametrize("number", [None, 0, 0.01])
def test_below_the_limit_is_censored_whatever_number_stands_beside_it(read, number):
    row = {
        "PCDTC": "2024-03-06T08:00", "PCTESTCD": "CARTGENE", "PCORRES": "<BLQ", "PCSTRESC": "<BLQ",
        "PCSTRESN": number, "PCSTRESU": "copies/ug", "PCLLOQ": 50,
    }  # fmt: skip
    found = only(read(PC=[row]).measurements)
    assert found["is_censored"]
    assert found["value"] is None
    assert found["lloq"] == 50


def test_a_bound_in_the_standard_result_becomes_the_limit(read):
    row = {
        "LBTESTCD": "BILI",
        "LBORRES": "<0.2",
        "LBORRESU": "mg/dL",
        "LBSTRESC": "<3.42",
        "LBSTRESU": "umol/L",
    }
    found = only(read(LB=[{**LAB, **row}]).measurements)
    assert (found["is_censored"], found["lloq"], found["value"]) == (True, 3.42, None)
    assert found["value_raw"] == "<0.2"


def test_a_measurement_that_was_not_done_is_kept_without_a_value_and_told(read):
    study = read(VS=[{"VSDTC": "2024-03-06", "VSTESTCD": "TEMP", "VSSTAT": "NOT DONE"}])
    found = only(study.measurements)
    assert found["value"] is None
    assert found["value_raw"] == "NOT DONE"
    assert not found["is_censored"]
    assert any("not done" in notice for notice in study.notices)


def test_baseline_flags_of_both_names_are_read(read):
    rows = [{**LAB, "LBSTRESN": 5, "LBSTRESU": "U/L", name: "Y"} for name in ("LBBLFL", "LBLOBXFL")]
    assert read(LB=rows).measurements["is_baseline"].to_list() == [True, True]


def test_urinalysis_without_a_specimen_is_urine(read):
    row = {"LBTESTCD": "GLUC", "LBCAT": "URINALYSIS", "LBSTRESN": 0.5, "LBSTRESU": "mmol/L"}
    assert only(read(LB=[{**LAB, **row}]).measurements)["specimen"] == "URINE"


@pytest.mark.parametrize(
    ("code", "found"),
    [("BUN", "UREAN"), ("IL6", "INTLK6"), ("SGPT", "ALT"), ("FERRITN", "FERRITIN"), ("XYZ", "XYZ")],
)
def test_codes_of_sponsors_are_the_same_tests(read, code, found):
    row = {**LAB, "LBTESTCD": code, "LBTEST": code, "LBSTRESN": None, "LBSTRESC": None}
    assert only(read(LB=[row]).measurements)["test"] == found


def test_own_test_codes_of_the_user_win(read):
    from tutela.standards.sdtm import SdtmOptions

    row = {"QSDTC": "2024-03-06", "QSTESTCD": "NQ07", "QSTEST": "Sponsor question 7", "QSSTRESN": 8}
    study = read(QS=[row], options=SdtmOptions(test_codes={"NQ07": "ICE"}))
    assert only(study.measurements)["test"] == "ICE"


@pytest.mark.parametrize(
    ("category", "name", "code"),
    [
        ("ICE", "Orientation", "ICE_ORIENT"),
        ("ICE", "Naming 3 Objects", "ICE_NAME"),
        ("IMMUNE EFFECTOR CELL ENCEPHALOPATHY", "Counting Backwards (Attention)", "ICE_ATTENTION"),
        ("ICE", "ICE Total Score", "ICE"),
        ("CORNELL ASSESSMENT OF PEDIATRIC DELIRIUM", "Eye contact with the caregiver", "CAPD_1"),
        ("CAPD", "Is it difficult to slow ... respond", "CAPD_8"),
        ("CAPD", "CAPD Total", "CAPD"),
        ("NEURO EXAM", "Level of Consciousness", "CONSC"),
    ],
)
def test_questions_are_found_by_their_wording(read, category, name, code):
    row = {
        "QSDTC": "2024-03-06",
        "QSTESTCD": "Q1",
        "QSTEST": name,
        "QSCAT": category,
        "QSSTRESC": "1",
        "QSSTRESN": 1,
    }
    assert only(read(QS=[row]).measurements)["test"] == code


@pytest.mark.parametrize(
    ("test", "said", "kept"),
    [
        ("CONSC", "Awakens to voice", "voice"),
        ("CONSC", "Awakens only to tactile stimulus", "tactile"),
        ("CONSC", "Unarousable", "unarousable"),
        ("CONSC", "Awakens spontaneously", "spontaneous"),
        ("SEIZURE", "NONE", "none"),
        ("SEIZURE", "Status epilepticus", "prolonged_gt_5min"),
        ("MOTOR", "Deep focal motor weakness", "deep_focal"),
        ("ICP", "Diffuse cerebral edema", "diffuse"),
        ("ICE", "UNABLE TO PERFORM", "unable"),
        ("CAPD", "Patient unable", "unable"),
    ],
)
def test_neurology_in_words_becomes_the_code_and_no_number(read, test, said, kept):
    row = {"QSDTC": "2024-03-06", "QSTESTCD": test, "QSORRES": said, "QSSTRESC": said}
    found = only(read(QS=[row]).measurements)
    assert (found["test"], found["value"], found["value_raw"]) == (test, None, kept)


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        ("copies/ug DNA", "CARTGENE"),
        ("copies/µg", "CARTGENE"),
        ("cells/uL", "CARTCELL"),
        ("copies/cell", "VCN"),
    ],
)
def test_a_concentration_is_known_by_its_unit(read, unit, code):
    row = {"PCDTC": "2024-03-06", "PCTESTCD": "CTL019", "PCSTRESN": 1, "PCSTRESC": "1", "PCSTRESU": unit}
    assert only(read(PC=[row]).measurements)["test"] == code


def test_two_analytes_of_one_unit_are_never_merged(read):
    rows = [
        {"PCDTC": "2024-03-06", "PCTESTCD": code, "PCSTRESN": 1, "PCSTRESC": "1", "PCSTRESU": "copies/ug"}
        for code in ("TRANSG", "EGFRT")
    ]
    assert sorted(read(PC=rows).measurements["test"]) == ["EGFRT", "TRANSG"]


def test_how_it_was_measured_is_kept_in_words(read):
    row = {
        "VSDTC": "2024-03-06",
        "VSTESTCD": "SYSBP",
        "VSSTRESN": 101,
        "VSSTRESU": "mmHg",
        "VSPOS": "STANDING",
        "VSLOC": "ARM",
    }
    assert only(read(VS=[row]).measurements)["method"] == "position STANDING; location ARM"


def test_two_records_that_differ_only_in_their_number_are_both_kept(read):
    row = {"VSDTC": "2024-03-06", "VSTESTCD": "SYSBP", "VSSTRESN": 101, "VSSTRESU": "mmHg"}
    assert read(VS=[row, row]).measurements.height == 2


def test_a_limit_that_is_no_number_costs_the_limit_and_not_the_row(read):
    row = {"LBSTRESN": 5, "LBSTRESU": "U/L", "LBSTNRLO": None, "LBSTNRHI": "<40"}
    study = read(LB=[{**LAB, **row}])
    assert only(study.measurements)["high"] is None
    assert study.rejected.select("column", "value").row(0) == ("high", "<40")
    assert study.rejected["action"][0].startswith("cell")


def test_a_word_for_a_number_is_reported_with_its_place(read):
    study = read(LB=[{**LAB, "LBORRES": "HEMOLYZED", "LBSTRESC": "HEMOLYZED"}])
    assert study.measurements.is_empty()
    told = only(study.rejected)
    assert (told["file"], told["row"], told["value"]) == ("LB", 1, "HEMOLYZED")


@pytest.mark.published
def test_every_known_test_has_a_code_and_a_name_that_fit():
    """SDTM: --TESTCD has at most 8 characters and --TEST at most 40."""
    from tutela.kernel.analytes import ANALYTES
    from tutela.standards.sdtm.names import is_read_back, name_test, write_code

    assert all(len(write_code(code)) <= 8 and write_code(code)[0].isalpha() for code in ANALYTES)
    assert all(0 < len(name_test(code)) <= 40 for code in ANALYTES)
    assert [code for code in ANALYTES if not is_read_back(code)] == []
    assert len({write_code(code) for code in ANALYTES}) == len(ANALYTES)
