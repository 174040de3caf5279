"""Units: every spelling of a laboratory, exact factors, mass and amount of substance."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.kernel.analytes import ANALYTES, find_code
from tutela.kernel.errors import UnitError
from tutela.kernel.molar import molar_mass
from tutela.kernel.units import canonical_unit, conversion, convert, normalize_unit


@pytest.mark.published
@pytest.mark.parametrize(
    ("test", "unit", "factor"),
    [
        # Conventional to SI factors as printed in the CDISC pilot laboratory data (LBORRES, LBSTRESN).
        ("BILI", "mg/dL", 17.1),
        ("UREAN", "mg/dL", 0.357),
        ("CA", "mg/dL", 0.2495),
        ("CHOL", "mg/dL", 0.02586),
        ("CREAT", "mg/dL", 88.4),
        ("GLUC", "mg/dL", 0.05551),
        ("PHOS", "mg/dL", 0.3229),
        ("URATE", "mg/dL", 59.48),
        ("VITB12", "pg/mL", 0.7378),
        ("K", "mEq/L", 1.0),
        ("ALB", "g/dL", 10.0),
        ("HCT", "%", 0.01),
        ("TSH", "uIU/mL", 1.0),
    ],
)
def test_conventional_units_convert_as_the_pilot_study_printed_them(test, unit, factor):
    # The printed factors have three or four digits.
    assert convert(1.0, unit, canonical_unit(test), test=test) == pytest.approx(factor, rel=5e-4)


@pytest.mark.external
@pytest.mark.oracle
def test_every_pilot_result_converts_to_its_published_standard_result(reference):
    """CDISC pilot LB (pharmaversesdtm 1.5.0.9001): LBORRES in LBORRESU against LBSTRESN in LBSTRESU."""
    labs = pl.read_csv(
        reference / "data/toxicity/pharmaversesdtm/lb.csv.gz", infer_schema=False
    ).with_columns(pl.col("LBORRES", "LBSTRESN").cast(pl.Float64, strict=False))
    labs = labs.drop_nulls(["LBORRES", "LBSTRESN", "LBSTRESU", "LBORRESU"])
    compared = 0
    for (test, unit, standard), part in labs.group_by("LBTESTCD", "LBORRESU", "LBSTRESU"):
        code = find_code(test)
        if code is None:
            continue
        ours = convert(part["LBORRES"], unit, standard, test=code)
        # The published factors have three or four digits.
        worst = ((ours - part["LBSTRESN"]).abs() / part["LBSTRESN"].abs().clip(1e-9)).max()
        assert worst < 5e-4, (test, unit, standard)
        compared += part.height
    assert compared > 54_000


@pytest.mark.published
@pytest.mark.parametrize(
    ("formula", "mass"),
    [
        ("C33H36N4O6", 584.7),
        ("C6H12O6", 180.16),
        ("C27H46O", 386.7),
        ("C4H7N3O", 113.12),
        ("C5H4N4O3", 168.11),
    ],
)
def test_molar_masses_follow_from_the_formula(formula, mass):
    # Printed with one or two decimals.
    assert float(molar_mass(formula)) == pytest.approx(mass, abs=0.05)


@pytest.mark.parametrize("formula", ["", "Xy2", "C6H12O6)", "6", "c6"])
def test_a_formula_of_unknown_elements_is_refused(formula):
    with pytest.raises(ValueError, match="no formula"):
        molar_mass(formula)


@pytest.mark.parametrize(
    "spelling",
    [
        "10^9/L", "x10^9/L", "10*9/L", "10**9/L", "10E9/L", "x10E9/L", "X10(9)/L", "10⁹/L", "GI/L", "G/L",
        "K/uL", "THOU/uL", "10^3/uL", "10*3/uL", "x10E3/µL", "10³/μL", "K/mm3", "10^9 cells/L", "thousand/uL",
    ],
)  # fmt: skip
def test_every_spelling_of_a_count_is_the_same_unit(spelling):
    assert conversion(spelling, "10^9/L", test="PLAT").is_identity


@pytest.mark.parametrize(
    "spelling", ["cells/uL", "/uL", "/mm3", "cells/mm^3", "/cumm", "uL-1", "#/uL", "10^6/L"]
)
def test_cells_per_microliter_are_a_thousandth(spelling):
    assert convert(3500.0, spelling, "10^9/L", test="NEUT") == 3.5


def test_g_per_l_is_a_count_for_counts_and_a_mass_for_masses():
    assert conversion("G/L", "10^9/L", test="WBC").is_identity
    assert convert(1.0, "G/L", "g/dL", test="HGB") == 0.1
    with pytest.raises(UnitError):
        conversion("g/dL", "10^9/L", test="WBC")


@pytest.mark.parametrize(
    ("value", "unit", "target", "test", "expected"),
    [
        (1.2, "mg/dL", "mg/L", "CRP", 12.0),
        (500.0, "ng/mL", "ug/L", "FERRITIN", 500.0),
        (500.0, "ug/L", "ng/mL", None, 500.0),
        (300.0, "mg/dL", "g/L", "FIBRINO", 3.0),
        (40.0, "IU/L", "U/L", "ALT", 40.0),
        (1.0, "ukat/L", "U/L", "ALT", 60.0),
        (16.0, "kPa", "mmHg", "SYSBP", 120.009852),
        (12.0, "cmHg", "mmHg", "SYSBP", 120.0),
        (40.0, "%", "1", "FIO2", 0.4),
        (2.0, "mEq/L", "mmol/L", "CA", 1.0),
        (5.0, "copies/ng", "copies/ug", "CARTGENE", 5000.0),
        (5.0, "copies/µg gDNA", "copies/ug", "CARTGENE", 5.0),
        (98.6, "degF", "degC", "TEMP", 37.0),
        (100.4, "F", "C", "TEMP", 38.0),
        (37.0, "C", "F", "TEMP", 98.6),
        (310.15, "kelvin", "C", None, 37.0),
        (10.0, "IN", "cm", "HEIGHT", 25.4),
        (0.5, "mg/L FEU", "mg/L", "DDIMER", 0.5),
        (7.3, "MG/DL", "mg/dL", None, 7.3),
    ],
)
def test_units_of_the_clinic_convert(value, unit, target, test, expected):
    assert convert(value, unit, target, test=test) == pytest.approx(expected, rel=1e-7)


def test_fever_in_fahrenheit_is_fever_in_celsius_to_the_bit():
    assert convert(100.4, "degF", "degC", test="TEMP") == 38.0


@pytest.mark.parametrize(
    "unit", ["furlong/L", "9**9**9/L", "mg/", "", "mg/dL/x", "__import__('os')", "1e99*count"]
)
def test_text_that_is_no_unit_is_refused_with_what_was_found(unit):
    with pytest.raises(UnitError) as error:
        conversion(unit, "mg/L", test="CRP")
    assert error.value.value == unit


def test_units_of_another_quantity_are_refused_with_what_would_fit():
    with pytest.raises(UnitError, match="does not convert") as error:
        conversion("%", "10^9/L", test="NEUT")
    assert "10^9/L" in str(error.value.expected)


def test_conversion_works_alike_on_numbers_arrays_series_and_expressions():
    rule = conversion("mg/dL", "umol/L", test="CREAT")
    frame = pl.DataFrame({"x": [1.0, 2.0]})
    expected = [rule(1.0), rule(2.0)]
    assert rule(np.array([1.0, 2.0])).tolist() == expected
    # Polars divides by a constant as a product: the last bit may differ.
    assert rule(frame["x"]).to_list() == pytest.approx(expected, rel=1e-15)
    assert frame.select(rule(pl.col("x")))["x"].to_list() == pytest.approx(expected, rel=1e-15)


_PAIRS = [(a.code, unit) for a in ANALYTES.values() for unit in a.alternatives]


@pytest.mark.property
@settings(max_examples=60, deadline=None)
@given(st.sampled_from(_PAIRS), st.floats(1e-6, 1e6))
def test_there_and_back_is_the_same_value(pair, value):
    test, unit = pair
    home = canonical_unit(test)
    back = convert(convert(value, unit, home, test=test), home, unit, test=test)
    assert back == pytest.approx(value, rel=1e-12)


def test_every_analyte_has_a_unit_the_package_can_read_and_a_range():
    for analyte in ANALYTES.values():
        low, high = analyte.plausible
        assert low < high, analyte.code
        if analyte.unit:
            assert normalize_unit(analyte.unit) is not None, analyte.code
            assert conversion(analyte.unit, analyte.unit, test=analyte.code).is_identity
        for unit in analyte.alternatives:
            assert not conversion(unit, analyte.unit, test=analyte.code).is_identity, (analyte.code, unit)
        if analyte.upper_limit:
            assert low <= analyte.upper_limit[0] < analyte.upper_limit[1] <= high, analyte.code


def test_no_name_belongs_to_two_tests():
    owner: dict[str, str] = {}
    for analyte in ANALYTES.values():
        for name in (analyte.code, analyte.name, *analyte.names):
            assert find_code(name) == analyte.code, name
            assert owner.setdefault(name.lower(), analyte.code) == analyte.code


@pytest.mark.parametrize(
    ("name", "code"),
    [("SGPT", "ALT"), ("alanine aminotransferase", "ALT"), ("IL-6", "INTLK6"), ("BUN", "UREAN"),
     ("Neutrophils %", "NEUTLE"), ("Neutrophils", "NEUT"), ("NA", "SODIUM"), ("SpO2", "OXYSAT"),
     ("C-Reactive Protein", "CRP"), ("color", None)],
)  # fmt: skip
def test_tests_are_found_by_the_names_in_use(name, code):
    assert find_code(name) == code


def test_unknown_tests_have_no_canonical_unit():
    assert canonical_unit("KETONES") is None
    assert canonical_unit("CONSC") is None
