"""Data-quality rules: below, at and above, and who cannot be told."""

from __future__ import annotations

import polars as pl
import pytest

from tutela.kernel.study import build_study
from tutela.monitoring.alerts import evaluate_rules
from tutela.monitoring.quality import RULES


def ask(measurements, *, last_contact="2024-03-31"):
    """Alerts of one subject infused on 2024-03-01."""
    study = build_study(
        subjects=pl.DataFrame(
            {"subject": ["S1"], "infusion": ["2024-03-01"], "last_contact": [last_contact]}
        ),
        measurements=pl.DataFrame(
            measurements, schema=["subject", "time", "test", "value", "unit"], orient="row"
        ),
    )
    tables = {"subjects": study.subjects, "measurements": study.measurements, "rejected": study.rejected}
    return {row["rule"]: row for row in evaluate_rules(tables, RULES).iter_rows(named=True)}


def test_good_rows_raise_nothing():
    alerts = ask([("S1", "2024-03-05", "ALT", "30", "U/L")])
    assert {row["verdict"] for row in alerts.values()} == {"NO_ALERT"}


@pytest.mark.parametrize(
    ("test", "value", "unit"),
    [
        ("NEUT", "3500", "10^9/L"),
        ("TEMP", "101.3", "C"),
        ("CRP", "3000", "mg/dL"),
        ("HGB", "13", "g/L"),
        ("ALT", "30", "mmHg"),
    ],
)
def test_a_unit_that_does_not_fit_is_an_alert_with_its_row(test, value, unit):
    alert = ask([("S1", "2024-03-05", test, value, unit)])["data.unit-implausible"]
    assert alert["verdict"] == "ALERT"
    assert alert["evidence"].endswith(":1")


def test_an_impossible_date_is_a_notice():
    alert = ask([("S1", "2024-02-30", "ALT", "30", "U/L")])["data.rows-rejected"]
    assert alert["verdict"] == "ALERT"
    assert "2024-02-30" in alert["finding"]


@pytest.mark.parametrize(
    ("day", "verdict"), [("2024-03-31", "NO_ALERT"), ("2024-04-01", "NO_ALERT"), ("2024-04-02", "ALERT")]
)
def test_a_date_after_the_last_contact_is_a_notice(day, verdict):
    alert = ask([("S1", day, "ALT", "30", "U/L")])["data.time-after-last-contact"]
    assert alert["verdict"] == verdict


def test_without_a_last_contact_it_cannot_be_told():
    alert = ask([("S1", "2024-04-02", "ALT", "30", "U/L")], last_contact=None)["data.time-after-last-contact"]
    assert (alert["verdict"], alert["reason"]) == ("NOT_EVALUABLE", "no date of last contact")
