"""Events: terms, grades as the site wrote them, and what did not happen."""

from __future__ import annotations

import pytest

AE = {
    "AETERM": "Cytokine release syndrome",
    "AEDECOD": "Cytokine release syndrome",
    "AESTDTC": "2024-03-07T06:00",
}


def only(table):
    assert table.height == 1
    return table.row(0, named=True)


@pytest.mark.parametrize(
    ("given", "grade"), [("3", 3), ("GRADE 2", 2), ("Grade 4", 4), ("5.0", 5), (None, None)]
)
def test_the_grade_is_what_the_site_wrote(read, given, grade):
    assert only(read(AE=[{**AE, "AETOXGR": given}]).events)["grade"] == grade


def test_a_severity_is_never_made_a_grade(read):
    found = only(read(AE=[{**AE, "AESEV": "SEVERE"}]).events)
    assert (found["grade"], found["severity"]) == (None, "SEVERE")


def test_a_grade_that_is_none_costs_the_grade_and_not_the_event(read):
    study = read(AE=[{**AE, "AETOXGR": "2-3"}])
    assert only(study.events)["grade"] is None
    assert study.rejected["value"].to_list() == ["2-3"]


def test_scale_and_attribution_come_from_the_qualifiers(read):
    supp = [
        {"IDVAR": "AESEQ", "IDVARVAL": "1", "QNAM": "AESCALE", "QVAL": "ASTCT 2019"},
        {"IDVAR": "AESEQ", "IDVARVAL": "1", "QNAM": "AEATTRIB", "QVAL": "OTHER"},
    ]
    found = only(read(AE=[AE], SUPPAE=supp).events)
    assert (found["scale"], found["attribution"]) == ("ASTCT 2019", "other")


def test_words_of_cdisc_terminology_are_kept_that_mean_missing_elsewhere(read):
    found = only(read(AE=[{**AE, "AEREL": "NONE", "AEOUT": "UNKNOWN"}]).events)
    assert (found["related"], found["outcome"]) == ("NONE", "UNKNOWN")


def test_partial_dates_give_no_point_in_time(read):
    found = only(read(AE=[{**AE, "AESTDTC": "2003"}]).events)
    assert (found["start"], found["start_raw"], found["start_precision"]) == (None, "2003", "year")


def test_each_domain_has_its_category(read):
    study = read(
        AE=[AE],
        CE=[{"CETERM": "Fever", "CESTDTC": "2024-03-07", "CEOCCUR": "Y"}],
        DS=[{"DSTERM": "COMPLETED", "DSDECOD": "COMPLETED", "DSSTDTC": "2025-03-07"}],
    )
    assert sorted(study.events["category"]) == ["adverse event", "clinical event", "disposition"]


def test_an_event_that_did_not_occur_is_told_and_left_out(read):
    study = read(CE=[{"CETERM": "Seizure", "CESTDTC": "2024-03-07", "CEOCCUR": "N"}])
    assert study.events.is_empty()
    assert "not occurred" in only(study.rejected)["reason"]
