"""A study written as SDTM and read again is the same study."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tutela.kernel.study import Clock, StudyConfig, build_study
from tutela.simulation.car_t import simulate
from tutela.standards.files import write_dataset
from tutela.standards.sdtm import from_sdtm, read_sdtm, to_sdtm

pytestmark = pytest.mark.property

FORMATS = ("xpt", "json", "ndjson", "dsjc", "csv", "parquet")

#: Text that every format can hold: printable ASCII with no blanks at the ends.
WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12).filter(
    lambda text: (
        text.lower() not in {"na", "n/a", "nan", "null", "none", ".", "missing", "nd", "unk", "unknown"}
    )
)
NUMBERS = st.floats(min_value=0.001, max_value=900, allow_nan=False).map(lambda x: float(f"{x:.10g}"))
TESTS = st.sampled_from(
    [
        ("CRP", "mg/L"), ("CRP", "mg/dL"), ("NEUT", "10^9/L"), ("GLUC", "mmol/L"), ("INTLK6", "pg/mL"),
        ("CARTGENE", "copies/ug"), ("OTHER1", "widgets"), ("A long test", "x"), ("ICE_ATTENTION", "1"), ("BUN", "mmol/L"),
    ]
)  # fmt: skip
# Category, product and last contact that a study leaves empty are filled by reading SDTM: they are given here.
KINDS = st.sampled_from(
    ["laboratory", "kinetics", "vital sign", "cytokine", "neurology", "antibody", "my own"]
)
EVENTS = st.sampled_from(["adverse event", "clinical event", "disposition", "relapse"])
TIMES = st.sampled_from(
    ["2024-03-05T10:00", "2024-03-01", "2024-03-06T08:30:15", "2024-04", "2023", "2024-03-07T23:59", None]
)


def plain(table):
    kept = table.drop("source_file", "source_row")
    return kept.sort(kept.columns, nulls_last=True)


def assert_same(first, second):
    assert second.rejected.is_empty(), second.rejected
    for name, table in first.tables.items():
        assert_frame_equal(plain(table), plain(second.tables[name]), check_exact=True)


def through_files(study, folder, kind):
    for name, dataset in to_sdtm(study).items():
        write_dataset(dataset, folder / f"{name.lower()}.{kind}")
    return read_sdtm(folder)


def case_study(clock=None):
    """One of everything that SDTM has no variable for."""
    relative = clock is not None and clock.kind == "relative"
    zero, t1, t2 = (
        ("0", "36", "-12.5") if relative else ("2024-03-05T10:00", "2024-03-06T22:00", "2024-03-04T21:30")
    )
    return build_study(
        StudyConfig(id="CASE", clock=clock or Clock()),
        subjects=pl.DataFrame(
            {
                "subject": ["a", "b", "c"], "sex": ["F", "M", "U"], "infusion": [zero, zero, None],
                "product": ["CAR T", "CAR T", None],
                "age": ["9", "0.25", "12"], "weight": ["31.25", None, "40"], "disease": ["B-ALL", None, "NHL"],
                "developmental_delay": ["Y", "N", None], "cohort": ["1", "2", None], "death_cause": [None, "CRS", None],
            }
        ),
        treatments=pl.DataFrame(
            {
                "subject": ["a"] * 5,
                "treatment": ["CAR T", "Noradrenaline", "face mask", "Hydrocortisone cream", "cyclophosphamide"],
                "role": ["product", None, "oxygen", None, None],
                "start": [zero, t1, t1, t1, t2], "end": [None, None, t1, None, None],
                "device": [None, None, "face mask", None, None], "flow": [None, None, "4", None, None],
                "fio2": [None, None, "0.4", None, None], "is_ongoing": [None, "Y", None, None, None],
                "dose": ["0.1", "0.05", None, None, "500"], "unit": ["10^6 cells/kg", "ug/kg/min", None, None, "mg/m2"],
                "route": ["INTRAVENOUS", "INTRAVENOUS", None, "TOPICAL", None], "lot": ["L1", None, None, None, None],
                "indication": [None, "anesthesia", "osa", None, None], "attribution": [None, "other", "therapy", None, None],
            }
        ),
        measurements=pl.DataFrame(
            {
                "subject": ["a"] * 10,
                "time": [t1, t2, None, t1, t1, t1, t1, t1, t1, t1],
                "test": ["TEMP", "CRP", "CRP", "CARTGENE", "CARTGENE", "ICE", "SEIZURE", "CAPD_8", "ALT", "BILI"],
                "value": ["101.3", "2.5", "<0.3", "<BLQ", "1234.5", "unable", "rapidly_resolving", "3", ">500", None],
                "unit": ["degF", "mg/dL", "mg/L", "copies/ug", "copies/ug", None, None, None, "U/L", "mg/dL"],
                # Limits without a result are limits still: converted once, never twice.
                "high": [None, "0.5", None, None, None, None, None, None, "35", "1.2"],
                "lloq": [None, None, None, "50", "50", None, None, None, None, None],
                "is_baseline": ["N", "Y", None, None, None, None, None, None, None, None],
                "attribution": ["other", None, None, None, None, "sedation", None, None, None, None],
                "category": [None, None, None, None, None, None, None, None, "my own", None],
                "method": ["ear; fast", None, None, "qPCR", None, None, None, None, None, None],
            }
        ),
        events=pl.DataFrame(
            {
                "subject": ["a", "a", "b"], "term": ["Cytokine release syndrome", "long " * 60 + "end", "Relapse"],
                "decod": ["Cytokine release syndrome", None, None], "category": ["adverse event", "adverse event", "relapse"],
                "start": [t1, t1, t1], "end": [None, t1, None], "grade": ["2", None, None], "scale": ["ASTCT 2019", None, None],
                "serious": ["Y", "N", None], "attribution": ["therapy", None, "other"], "outcome": ["FATAL", None, None],
            }
        ),
    )  # fmt: skip


@pytest.mark.parametrize("clock", [None, Clock("relative", "h"), Clock("datetime", "d", "Europe/Rome")])
def test_what_sdtm_has_no_variable_for_survives(clock):
    study = case_study(clock)
    assert study.rejected.is_empty()
    again = from_sdtm(to_sdtm(study))
    assert again.config.clock == study.config.clock
    assert_same(study, again)
    assert_same(again, from_sdtm(to_sdtm(again)))


@pytest.mark.parametrize("kind", FORMATS)
def test_what_sdtm_has_no_variable_for_survives_every_format(kind, tmp_path):
    study = case_study()
    assert_same(study, through_files(study, tmp_path, kind))


def test_a_virtual_trial_survives():
    study = simulate(4, seed=11).study
    assert study.measurements.height > 1000
    assert_same(study, from_sdtm(to_sdtm(study)))


def test_the_order_of_rows_does_not_change_what_is_written():
    study = case_study()
    turned = {name: table.reverse() for name, table in study.tables.items()}
    from dataclasses import replace

    first, second = to_sdtm(study), to_sdtm(replace(study, **turned))
    for name, dataset in first.items():
        assert_frame_equal(dataset.frame, second[name].frame)


@st.composite
def studies(draw):
    rows = draw(
        st.lists(st.tuples(TIMES, TESTS, NUMBERS, st.booleans(), st.none() | WORDS, KINDS), max_size=12)
    )
    measurements = pl.DataFrame(
        [
            {
                "subject": "a",
                "time": time,
                "test": test,
                "value": f"<{x}" if less else str(x),
                "unit": unit,
                "visit": visit,
                "category": kind,
            }
            for time, (test, unit), x, less, visit, kind in rows
        ],
        schema=dict.fromkeys(("subject", "time", "test", "value", "unit", "visit", "category"), pl.String),
    )
    events = pl.DataFrame(
        [
            {
                "subject": "a",
                "term": draw(WORDS),
                "category": draw(EVENTS),
                "start": draw(TIMES),
                "grade": draw(st.sampled_from(["1", "5", None])),
            }
            for _ in range(draw(st.integers(0, 3)))
        ],
        schema=dict.fromkeys(("subject", "term", "category", "start", "grade"), pl.String),
    )
    people = pl.DataFrame(
        {
            "subject": ["a"],
            "infusion": ["2024-03-05T10:00"],
            "age": [str(draw(st.integers(0, 80)))],
            "last_contact": ["2024-06-01"],
        }
    )
    return build_study(StudyConfig(id="P"), subjects=people, measurements=measurements, events=events)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(study=studies())
def test_any_study_survives_its_sdtm_form(study):
    assert_same(study, from_sdtm(to_sdtm(study)))
