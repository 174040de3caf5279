"""Drugs and devices by the names hospitals use."""

from __future__ import annotations

import polars as pl
import pytest

from tutela.kernel.agents import AGENTS, DEVICE_NAMES, add_agents, find_agent, find_device, find_role
from tutela.kernel.tables.treatments import OXYGEN_DEVICES, ROLES


@pytest.mark.parametrize(
    ("name", "route", "ingredient", "role"),
    [
        ("Noradrenaline tartrate 4 mg/50 mL", None, "norepinephrine", "vasopressor"),
        ("LEVOPHED", "INTRAVENOUS", "norepinephrine", "vasopressor"),
        ("norepinephrine", "CONTINUOUS INFUSION", "norepinephrine", "vasopressor"),
        ("argipressin", None, "vasopressin", "vasopressor"),
        ("desmopressin", None, "desmopressin", "other"),
        ("phenylephrine", "ORAL", "phenylephrine", "other"),
        ("phenylephrine", "NASAL", "phenylephrine", "other"),
        ("epinephrine", "INTRAMUSCULAR", "epinephrine", "other"),
        ("racemic epinephrine", None, "epinephrine", "other"),
        ("Lidocaine with epinephrine", None, None, "other"),
        ("RoActemra", None, "tocilizumab", "anticytokine"),
        ("anakinra (Kineret)", "SUBCUTANEOUS", "anakinra", "anticytokine"),
        ("Solu-Medrol", "INTRAVENOUS", "methylprednisolone", "steroid"),
        ("dexamethasone early taper", None, "dexamethasone", "steroid"),
        ("prednisolone", "ORAL", "prednisolone", "steroid"),
        ("prednisolone acetate", "OPHTHALMIC", "prednisolone", "other"),
        ("HYDROCORTISONE, TOPICAL", None, "hydrocortisone", "other"),
        ("HYDROCORTISONE", "TOPICAL", "hydrocortisone", "other"),
        ("triamcinolone", "NASAL", "triamcinolone", "other"),
        ("dexamethasone", "INTRATHECAL", "dexamethasone", "other"),
        ("budesonide", "RESPIRATORY (INHALATION)", "budesonide", "other"),
        ("Tylenol", "ORAL", "acetaminophen", "antipyretic"),
        ("paracetamol", "RECTAL", "acetaminophen", "antipyretic"),
        ("diclofenac gel", "TOPICAL", "diclofenac", "other"),
        ("Keppra", None, "levetiracetam", "antiseizure"),
        ("lorazepam", "INTRAVENOUS", "lorazepam", "other"),
        ("pegfilgrastim", None, "pegfilgrastim", "growth factor"),
        ("G-CSF", None, "filgrastim", "growth factor"),
        ("fludarabine", None, "fludarabine", "conditioning"),
        ("tisagenlecleucel", None, None, "product"),
        ("Zolgensma", None, None, "product"),
        ("onasemnogene abeparvovec", None, None, "product"),
        ("exagamglogene autotemcel", None, None, "product"),
        ("CAR-T cells", None, None, "product"),
        ("amlodipine", "ORAL", None, "other"),
    ],
)
def test_names_in_use_give_ingredient_and_role(name, route, ingredient, role):
    agent = find_agent(name)
    assert (agent.ingredient if agent else None) == ingredient
    assert find_role(name, agent=agent, route=route) == role


def test_every_ingredient_has_a_role_of_the_package_and_no_name_means_two():
    owner: dict[str, str] = {}
    for agent in AGENTS:
        assert agent.role in ROLES
        assert agent.ingredient == agent.ingredient.lower()
        for name in (agent.ingredient, *agent.names):
            assert owner.setdefault(name, agent.ingredient) == agent.ingredient, name
            found = find_agent(name)
            assert found is not None
            assert found.ingredient == agent.ingredient, name


def test_a_stated_role_stands_and_a_coded_name_decides_over_the_reported_one():
    rows = pl.DataFrame(
        {
            "treatment": ["study drug", "Medrol dose pack", "ABC", "x"],
            "agent": ["TOCILIZUMAB", None, None, "SOMETHING ELSE"],
            "role": [None, "other", None, None],
            "route": [None] * 4,
            "device": [None, None, None, "cpap"],
        },
        schema_overrides={"role": pl.String, "route": pl.String},
    )
    found = add_agents(rows, products=frozenset({"abc"}))
    assert found["agent"].to_list() == ["tocilizumab", "methylprednisolone", None, "something else"]
    assert found["role"].to_list() == ["anticytokine", "other", "product", "oxygen"]


def test_names_alone_are_enough():
    found = add_agents(pl.DataFrame({"treatment": ["dopamine"]}))
    assert found.columns == ["treatment", "agent", "role"]
    assert found.row(0) == ("dopamine", "dopamine", "vasopressor")


@pytest.mark.external
@pytest.mark.oracle
def test_no_topical_steroid_of_the_pilot_study_counts_as_systemic(reference):
    """CDISC pilot CM (pharmaversesdtm 1.5.0.9001): 222 rows are named 'HYDROCORTISONE, TOPICAL'."""
    cm = pl.read_csv(reference / "data/toxicity/pharmaversesdtm/cm.csv.gz", infer_schema=False)
    found = add_agents(cm.select(treatment="CMTRT", agent="CMDECOD", route="CMROUTE"))
    topical = found.filter(pl.col("treatment") == "HYDROCORTISONE, TOPICAL")
    assert topical.height == 222
    assert topical["role"].unique().to_list() == ["other"]
    local = found.filter(
        pl.col("route").is_in(["TOPICAL", "OPHTHALMIC", "RESPIRATORY (INHALATION)", "NASAL"])
    )
    assert local.filter(pl.col("role") == "steroid").is_empty()
    systemic = found.filter(pl.col("role") == "steroid")
    assert systemic.height > 0
    assert (
        systemic["treatment"].str.contains("(?i)pred|cort|dexa|medrol|celestone|triamcinolone|kenalog").all()
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Nasal Cannula", "nasal_cannula"),
        ("NC", "nasal_cannula"),
        ("HFNC", "high_flow"),
        ("Non-rebreather mask", "non_rebreather"),
        ("BiPAP", "bipap"),
        ("NIV", "bipap"),
        ("intubated", "invasive_ventilation"),
        ("room air", "room_air"),
        ("tent", None),
    ],
)
def test_devices_are_found_by_the_names_in_use(name, code):
    assert find_device(name) == code


def test_every_device_has_names():
    assert set(DEVICE_NAMES) == set(OXYGEN_DEVICES)
