"""What can be measured: test codes, canonical units, molar masses, plausible ranges, other names.

A row per test. Codes are CDISC controlled terminology (LBTESTCD, VSTESTCD) where one exists; the others are
the package's own. The plausible range is wide on purpose: a value outside it is
almost certainly a wrong unit or a typing error, not an ill patient. Molar masses are physical constants
(standard atomic weights; insulin-like proteins are not converted and have none).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

__all__ = ["ANALYTES", "Analyte", "analyte", "find_test"]


@dataclass(frozen=True)
class Analyte:
    """One thing that can be measured.

    Parameters
    ----------
    code, name
        Test code and name.
    unit
        Canonical unit, in which all values of the test are kept.
    low, high
        Plausible range in the canonical unit.
    category
        vital sign, laboratory, cytokine, kinetics, neurology, antibody or body size.
    names
        Other codes and names in use, compared without case, blanks and punctuation.
    molar_mass
        g/mol, where mass and substance concentrations are both in use.
    valence
        Charge number, where equivalents are in use.
    others
        Units that are often confused with the canonical one, for the hint beside an implausible value.
    is_text
        Whether the result is a coded text instead of a number.
    """

    code: str
    name: str
    unit: str
    low: float
    high: float
    category: str
    names: tuple[str, ...] = ()
    molar_mass: float | None = None
    valence: int | None = None
    others: tuple[str, ...] = ()
    is_text: bool = False


def _vital(
    code: str, name: str, unit: str, low: float, high: float, *names: str, others: tuple[str, ...] = ()
) -> Analyte:
    return Analyte(code, name, unit, low, high, "vital sign", names, others=others)


def _count(code: str, name: str, high: float, *names: str, unit: str = "10^9/L") -> Analyte:
    return Analyte(code, name, unit, 0.0, high, "laboratory", names, others=("cells/uL", "10^3/L"))


def _enzyme(code: str, name: str, high: float, *names: str) -> Analyte:
    return Analyte(code, name, "U/L", 0.0, high, "laboratory", names, others=("ukat/L",))


def _molar(
    code: str,
    name: str,
    unit: str,
    low: float,
    high: float,
    *names: str,
    mass: float,
    valence: int | None = None,
) -> Analyte:
    return Analyte(
        code, name, unit, low, high, "laboratory", names, mass, valence, others=("mg/dL", "mg/L", "g/L")
    )


def _mass(
    code: str, name: str, unit: str, low: float, high: float, *names: str, others: tuple[str, ...]
) -> Analyte:
    return Analyte(code, name, unit, low, high, "laboratory", names, others=others)


def _cytokine(code: str, name: str, *names: str) -> Analyte:
    return Analyte(code, name, "pg/mL", 0.0, 1e8, "cytokine", names, others=("ng/mL",))


def _neuro(code: str, name: str, high: float, *names: str) -> Analyte:
    return Analyte(code, name, "1", 0.0, high, "neurology", names)


def _coded(code: str, name: str, *names: str) -> Analyte:
    return Analyte(code, name, "1", 0.0, 0.0, "neurology", names, is_text=True)


_VITALS = (
    _vital(
        "TEMP", "Temperature", "degC", 25.0, 45.0, "temperature", "body temperature", "tmp", others=("degF",)
    ),
    _vital(
        "SYSBP", "Systolic Blood Pressure", "mmHg", 20.0, 300.0, "systolic", "sbp", others=("kPa", "cmHg")
    ),
    _vital(
        "DIABP", "Diastolic Blood Pressure", "mmHg", 5.0, 200.0, "diastolic", "dbp", others=("kPa", "cmHg")
    ),
    _vital(
        "MAP",
        "Mean Arterial Pressure",
        "mmHg",
        10.0,
        250.0,
        "mean arterial pressure",
        "meanbp",
        others=("kPa",),
    ),
    _vital("HR", "Heart Rate", "beats/min", 10.0, 350.0, "pulse", "heart rate", "pulse rate"),
    _vital("RESP", "Respiratory Rate", "breaths/min", 2.0, 150.0, "respiratory rate", "rr"),
    _vital(
        "OXYSAT", "Oxygen Saturation", "%", 20.0, 100.0, "spo2", "sao2", "oxygen saturation", others=("1",)
    ),
    Analyte("WEIGHT", "Weight", "kg", 0.3, 500.0, "body size", ("body weight",), others=("g", "lb")),
    Analyte(
        "HEIGHT", "Height", "cm", 20.0, 260.0, "body size", ("length", "body height"), others=("m", "in")
    ),
    Analyte("BMI", "Body Mass Index", "kg/m^2", 5.0, 100.0, "body size", ("body mass index",)),
    Analyte(
        "HDCIRC", "Head Circumference", "cm", 10.0, 80.0, "body size", ("head circumference",), others=("m",)
    ),
)

_HEMATOLOGY = (
    _count("WBC", "Leukocytes", 2000.0, "white blood cells", "leukocytes", "white blood cell count", "leucocytes"),
    _count("NEUT", "Neutrophils", 500.0, "anc", "neutrophils", "absolute neutrophil count", "neutsg"),
    _count("LYM", "Lymphocytes", 1500.0, "alc", "lymphocytes", "absolute lymphocyte count"),
    _count("MONO", "Monocytes", 200.0, "monocytes"),
    _count("EOS", "Eosinophils", 200.0, "eosinophils"),
    _count("BASO", "Basophils", 100.0, "basophils"),
    _count("CD4", "CD4 Lymphocytes", 100.0, "cd4 lymphocytes", "cd4 cells"),
    _count("PLAT", "Platelets", 4000.0, "platelets", "plt", "platelet count", "thrombocytes"),
    _count("RBC", "Erythrocytes", 15.0, "red blood cells", "erythrocytes", unit="10^12/L"),
    Analyte("HGB", "Hemoglobin", "g/L", 10.0, 300.0, "laboratory", ("hemoglobin", "haemoglobin", "hb"), 16114.5,
            others=("g/dL", "mmol/L")),
    Analyte("HCT", "Hematocrit", "1", 0.03, 0.85, "laboratory", ("hematocrit", "haematocrit"), others=("%",)),
    Analyte("MCV", "Mean Corpuscular Volume", "fL", 30.0, 180.0, "laboratory", ("ery. mean corpuscular volume",)),
)  # fmt: skip

_CHEMISTRY = (
    _enzyme("ALT", "Alanine Aminotransferase", 50000.0, "sgpt", "alanine aminotransferase", "alat", "gpt"),
    _enzyme("AST", "Aspartate Aminotransferase", 50000.0, "sgot", "aspartate aminotransferase", "asat", "got"),
    _enzyme("ALP", "Alkaline Phosphatase", 20000.0, "alkaline phosphatase", "alkp"),
    _enzyme("GGT", "Gamma Glutamyl Transferase", 20000.0, "gamma glutamyl transferase", "ggtp"),
    _enzyme("LDH", "Lactate Dehydrogenase", 100000.0, "lactate dehydrogenase", "ldh"),
    _enzyme("CK", "Creatine Kinase", 1000000.0, "creatine kinase", "cpk", "creatine phosphokinase"),
    _enzyme("AMYLASE", "Amylase", 20000.0, "amylase"),
    _enzyme("LIPASET", "Lipase", 50000.0, "lipase", "lipase triacylglycerol"),
    _molar("BILI", "Bilirubin", "umol/L", 0.0, 1500.0, "bilirubin", "total bilirubin", "tbili", mass=584.66),
    _molar("BILDIR", "Direct Bilirubin", "umol/L", 0.0, 1200.0, "direct bilirubin", mass=584.66),
    _molar("CREAT", "Creatinine", "umol/L", 3.0, 3000.0, "creatinine", "crea", mass=113.12),
    _molar("URATE", "Urate", "umol/L", 5.0, 3000.0, "uric acid", "urate", mass=168.11),
    _molar("UREAN", "Urea Nitrogen", "mmol/L", 0.1, 120.0, "bun", "urea nitrogen", mass=28.014),
    _molar("UREA", "Urea", "mmol/L", 0.1, 120.0, "urea", mass=60.06),
    _molar("GLUC", "Glucose", "mmol/L", 0.1, 120.0, "glucose", mass=180.156),
    _molar("SODIUM", "Sodium", "mmol/L", 80.0, 220.0, "sodium", "na", mass=22.990, valence=1),
    _molar("K", "Potassium", "mmol/L", 0.5, 15.0, "potassium", mass=39.098, valence=1),
    _molar("CL", "Chloride", "mmol/L", 40.0, 200.0, "chloride", mass=35.45, valence=1),
    _molar("BICARB", "Bicarbonate", "mmol/L", 1.0, 80.0, "bicarbonate", "hco3", mass=61.017, valence=1),
    _molar("CA", "Calcium", "mmol/L", 0.3, 8.0, "calcium", mass=40.078, valence=2),
    _molar("CACR", "Corrected Calcium", "mmol/L", 0.3, 8.0, "calcium corrected", "corrected calcium", mass=40.078, valence=2),
    _molar("CAION", "Calcium, Ionized", "mmol/L", 0.1, 5.0, "ionized calcium", "calcium ionized", mass=40.078, valence=2),
    _molar("MG", "Magnesium", "mmol/L", 0.05, 10.0, "magnesium", mass=24.305, valence=2),
    _molar("PHOS", "Phosphate", "mmol/L", 0.02, 12.0, "phosphate", "phosphorus", mass=30.974),
    _molar("TRIG", "Triglycerides", "mmol/L", 0.05, 150.0, "triglycerides", mass=885.7),
    _molar("CHOL", "Cholesterol", "mmol/L", 0.1, 60.0, "cholesterol", "total cholesterol", mass=386.65),
    _mass("ALB", "Albumin", "g/L", 3.0, 90.0, "albumin", others=("g/dL", "mg/dL")),
    _mass("PROT", "Protein", "g/L", 5.0, 200.0, "protein", "total protein", others=("g/dL",)),
    Analyte("PH", "pH", "1", 6.3, 8.2, "laboratory", ("ph",)),
)  # fmt: skip

_COAGULATION_AND_INFLAMMATION = (
    Analyte("INR", "Prothrombin Intl. Normalized Ratio", "1", 0.3, 30.0, "laboratory", ("pt inr", "prothrombin inr")),
    Analyte("PT", "Prothrombin Time", "s", 3.0, 300.0, "laboratory", ("prothrombin time",)),
    Analyte("APTT", "Activated Partial Thromboplastin Time", "s", 5.0, 400.0, "laboratory", ("ptt", "aptt")),
    _mass("FIBRINO", "Fibrinogen", "g/L", 0.0, 25.0, "fibrinogen", others=("mg/dL",)),
    _mass("DDIMER", "D-Dimer", "mg/L", 0.0, 1000.0, "d-dimer", others=("ug/L", "ng/mL", "ug/mL")),
    _mass("HAPTOG", "Haptoglobin", "g/L", 0.0, 15.0, "haptoglobin", others=("mg/dL",)),
    _mass("CRP", "C Reactive Protein", "mg/L", 0.0, 1000.0, "c reactive protein", "c-reactive protein", others=("mg/dL",)),
    _mass("FERRITIN", "Ferritin", "ug/L", 0.0, 2e6, "ferritin", others=("mg/L",)),
    _mass("PCT", "Procalcitonin", "ug/L", 0.0, 2000.0, "procalcitonin", others=("mg/L",)),
    _mass("TROPONI", "Troponin I", "ug/L", 0.0, 2000.0, "troponin i", "tni", others=("ng/L", "pg/mL")),
    _mass("TROPONT", "Troponin T", "ug/L", 0.0, 500.0, "troponin t", "tnt", others=("ng/L", "pg/mL")),
)  # fmt: skip

_CYTOKINES = (
    _cytokine("INTLK6", "Interleukin 6", "il6", "il-6", "interleukin 6"),
    _cytokine("INTLK10", "Interleukin 10", "il10", "il-10", "interleukin 10"),
    _cytokine("INTLK2", "Interleukin 2", "il2", "il-2", "interleukin 2"),
    _cytokine("INTLK8", "Interleukin 8", "il8", "il-8", "interleukin 8"),
    _cytokine("INTLK1B", "Interleukin 1 Beta", "il1b", "il-1b", "interleukin 1 beta"),
    _cytokine("INTLK15", "Interleukin 15", "il15", "il-15", "interleukin 15"),
    _cytokine("IFNG", "Interferon Gamma", "interferon gamma", "ifn-g", "ifn gamma"),
    _cytokine("TNFA", "Tumor Necrosis Factor Alpha", "tnf alpha", "tnf-a", "tnf"),
    _cytokine("MCP1", "Monocyte Chemotactic Protein 1", "mcp-1", "ccl2"),
)

_KINETICS = (
    Analyte("CARTGENE", "CAR Transgene by qPCR", "copies/ug", 0.0, 1e8, "kinetics", ("car transgene", "transgene copies")),
    Analyte("CARTCELL", "CAR-Positive Cells by Flow Cytometry", "cells/uL", 0.0, 1e6, "kinetics", ("car t cells", "cart cells"),
            others=("10^9/L",)),
    Analyte("VCN", "Vector Copy Number", "copies/cell", 0.0, 100.0, "kinetics", ("vector copy number",)),
    Analyte("VECTDNA", "Vector DNA", "copies/ug", 0.0, 1e12, "kinetics", ("vector genomes", "vector dna")),
    Analyte("ADA", "Anti-drug Antibody Titer", "1", 0.0, 1e9, "antibody", ("binding antidrug antibody", "ada_bab", "adabab")),
    Analyte("NAB", "Neutralizing Antibody Titer", "1", 0.0, 1e9, "antibody", ("neutralizing antidrug antibody", "ada_nab")),
)  # fmt: skip

_NEUROLOGY = (
    _neuro("ICE", "ICE Score", 10.0, "ice total", "ice score"),
    _neuro("ICE_ORIENT", "ICE Orientation", 4.0),
    _neuro("ICE_NAME", "ICE Naming", 3.0),
    _neuro("ICE_COMMAND", "ICE Command", 1.0),
    _neuro("ICE_WRITE", "ICE Writing", 1.0),
    _neuro("ICE_ATTENTION", "ICE Attention", 1.0),
    _neuro("CAPD", "Cornell Assessment of Pediatric Delirium", 32.0, "capd total", "capd score"),
    *(_neuro(f"CAPD_{item}", f"CAPD Item {item}", 4.0) for item in range(1, 9)),
    _coded("CONSC", "Consciousness", "level of consciousness"),
    _coded("SEIZURE", "Seizure"),
    _coded("MOTOR", "Motor Weakness"),
    _coded("ICP", "Intracranial Pressure or Edema", "cerebral edema"),
)

#: Every test the package knows.
ANALYTES: tuple[Analyte, ...] = (
    *_VITALS,
    *_HEMATOLOGY,
    *_CHEMISTRY,
    *_COAGULATION_AND_INFLAMMATION,
    *_CYTOKINES,
    *_KINETICS,
    *_NEUROLOGY,
)


def _fold(name: str) -> str:
    return "".join(ch for ch in name.casefold() if ch.isalnum())


@cache
def _by_name() -> dict[str, Analyte]:
    table = {_fold(row.code): row for row in ANALYTES}
    for row in ANALYTES:
        for name in (row.name, *row.names):
            table.setdefault(_fold(name), row)
    return table


def analyte(code: str) -> Analyte | None:
    """The row of a test code, or None where the package does not know it."""
    found = _by_name().get(_fold(code))
    return found if found is not None and found.code == code else None


def find_test(name: str) -> str | None:
    """Test code of a code or name in use, or None.

    Examples
    --------
    >>> find_test("SGPT"), find_test("Alanine aminotransferase"), find_test("mystery")
    ('ALT', 'ALT', None)
    """
    found = _by_name().get(_fold(name))
    return None if found is None else found.code
