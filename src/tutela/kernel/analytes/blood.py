"""Blood counts, red cell indices, coagulation."""

from __future__ import annotations

from tutela.kernel.analytes.model import Analyte

__all__ = ["BLOOD"]

_PER_UL = ("/uL", "10^6/L")


def _count(
    code: str,
    name: str,
    high: float,
    *names: str,
    limit: tuple[float, float] | None = None,
) -> Analyte:
    """White cells and platelets, 10^9/L."""
    return Analyte(
        code,
        name,
        "10^9/L",
        plausible=(0, high),
        upper_limit=limit,
        alternatives=_PER_UL,
        names=names,
    )


def _fraction(code: str, name: str, *names: str) -> Analyte:
    return Analyte(code, name, "1", plausible=(0, 1), alternatives=("%",), names=names)


#: Blood counts and coagulation.
BLOOD: tuple[Analyte, ...] = (
    _count(
        "WBC", "Leukocytes", 1500, "white blood cells", "white blood cell count", "white cells", limit=(5, 60)
    ),
    _count(
        "NEUT",
        "Neutrophils",
        150,
        "anc",
        "absolute neutrophil count",
        "neutrophil count",
        "neutrophils abs",
        "neutrophils absolute",
        limit=(2, 40),
    ),
    _count(
        "LYM",
        "Lymphocytes",
        1200,
        "alc",
        "absolute lymphocyte count",
        "lymphocyte count",
        "lymphocytes abs",
        "lym abs",
        limit=(1.5, 20),
    ),
    _count("MONO", "Monocytes", 400, "monocytes abs", "absolute monocyte count", limit=(0.3, 10)),
    _count("EOS", "Eosinophils", 300, "eosinophils abs", "absolute eosinophil count", limit=(0.1, 5)),
    _count("BASO", "Basophils", 100, "basophils abs", limit=(0.02, 2)),
    _count("BLAST", "Blasts", 1000, "blast count"),
    _count("PLAT", "Platelets", 5000, "plt", "platelet", "platelet count", "thrombocytes", limit=(150, 1200)),
    _fraction("NEUTLE", "Neutrophils/Leukocytes", "neutrophils %", "neut%"),
    _fraction("LYMLE", "Lymphocytes/Leukocytes", "lymphocytes %", "lym%"),
    _fraction("MONOLE", "Monocytes/Leukocytes", "monocytes %", "mono%"),
    _fraction("EOSLE", "Eosinophils/Leukocytes", "eosinophils %", "eos%"),
    _fraction("BASOLE", "Basophils/Leukocytes", "basophils %", "baso%"),
    _fraction("BLASTLE", "Blasts/Leukocytes", "blasts %"),
    _fraction("RETIRBC", "Reticulocytes/Erythrocytes", "reticulocytes %"),
    Analyte(
        "RBC",
        "Erythrocytes",
        "10^12/L",
        plausible=(0.3, 12),
        alternatives=("10^9/L", "/uL"),
        names=("red blood cells", "red blood cell count", "red cells"),
    ),
    Analyte(
        "RETI",
        "Reticulocytes",
        "10^9/L",
        plausible=(0, 2000),
        alternatives=("/uL",),
        names=("reticulocyte count", "retic"),
    ),
    Analyte(
        "HGB",
        "Hemoglobin",
        "g/L",
        plausible=(20, 260),
        upper_limit=(95, 260),
        alternatives=("g/dL", "mmol/L"),
        # Results in mmol/L count the monomer (one heme).
        formula="16114",
        names=("hb", "haemoglobin"),
    ),
    Analyte(
        "HCT",
        "Hematocrit",
        "1",
        plausible=(0.05, 0.85),
        alternatives=("%",),
        names=("haematocrit", "packed cell volume", "pcv"),
    ),
    Analyte(
        "MCV", "Ery. Mean Corpuscular Volume", "fL", plausible=(40, 180), names=("mean corpuscular volume",)
    ),
    Analyte(
        "MCH",
        "Ery. Mean Corpuscular Hemoglobin",
        "pg",
        plausible=(8, 60),
        alternatives=("fmol",),
        formula="16114",
        names=("mean corpuscular hemoglobin",),
    ),
    Analyte(
        "MCHC",
        "Ery. Mean Corpuscular HGB Concentration",
        "g/L",
        plausible=(150, 500),
        alternatives=("g/dL", "mmol/L"),
        formula="16114",
        names=("mean corpuscular hemoglobin concentration",),
    ),
    Analyte(
        "INR",
        "Prothrombin Intl. Normalized Ratio",
        "1",
        plausible=(0.3, 40),
        needs_unit=False,
        names=("international normalized ratio", "prothrombin inr", "pt inr"),
    ),
    Analyte("PT", "Prothrombin Time", "s", plausible=(4, 400), names=("prothrombin time",)),
    Analyte(
        "APTT",
        "Activated Partial Thromboplastin Time",
        "s",
        plausible=(8, 500),
        names=("ptt", "partial thromboplastin time"),
    ),
    Analyte(
        "FIBRINO",
        "Fibrinogen",
        "g/L",
        plausible=(0.05, 25),
        upper_limit=(2, 12),
        alternatives=("mg/dL", "g/dL", "mg/L"),
        names=("fib", "fibrinogen activity"),
    ),
    Analyte(
        "DDIMER",
        "D-Dimer",
        "mg/L",
        plausible=(0, 400),
        upper_limit=(0.05, 5),
        alternatives=("ug/L", "ng/mL"),
        names=("d-dimer", "fibrin d-dimer"),
    ),
    Analyte("SCHISTO", "Schistocytes", "%", plausible=(0, 100), names=("fragmented erythrocytes",)),
)
