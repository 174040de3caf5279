"""Clinical chemistry."""

from __future__ import annotations

from tutela.kernel.analytes.model import Analyte

__all__ = ["CHEMISTRY"]


def _enzyme(
    code: str, name: str, high: float, *names: str, limit: tuple[float, float] | None = None
) -> Analyte:
    """Catalytic activity, U/L."""
    return Analyte(
        code,
        name,
        "U/L",
        plausible=(0, high),
        upper_limit=limit,
        alternatives=("ukat/L",),
        is_enzyme=True,
        names=names,
    )


def _ion(
    code: str,
    name: str,
    plausible: tuple[float, float],
    limit: tuple[float, float],
    formula: str,
    valence: int,
    *names: str,
) -> Analyte:
    """Electrolyte, mmol/L."""
    return Analyte(
        code,
        name,
        "mmol/L",
        plausible=plausible,
        upper_limit=limit,
        # mEq/L and mmol/L of a single charge are the same number: they cannot be confused.
        alternatives=("mg/dL", "mEq/L") if valence > 1 else ("mg/dL",),
        formula=formula,
        valence=valence,
        names=names,
    )


def _metabolite(
    code: str,
    name: str,
    unit: str,
    plausible: tuple[float, float],
    formula: str,
    *names: str,
    limit: tuple[float, float] | None = None,
) -> Analyte:
    """Small molecule reported as amount of substance or as mass."""
    other = "umol/L" if unit == "mmol/L" else "mmol/L"
    return Analyte(
        code,
        name,
        unit,
        plausible=plausible,
        upper_limit=limit,
        alternatives=("mg/dL", other),
        formula=formula,
        names=names,
    )


def _protein(
    code: str,
    name: str,
    unit: str,
    plausible: tuple[float, float],
    alternatives: tuple[str, ...],
    *names: str,
    limit: tuple[float, float] | None = None,
) -> Analyte:
    """Protein reported as mass per volume."""
    return Analyte(
        code, name, unit, plausible=plausible, upper_limit=limit, alternatives=alternatives, names=names
    )


_ENZYMES = (
    _enzyme(
        "ALT",
        "Alanine Aminotransferase",
        50_000,
        "sgpt",
        "gpt",
        "alat",
        "alanine transaminase",
        limit=(10, 200),
    ),
    _enzyme(
        "AST",
        "Aspartate Aminotransferase",
        50_000,
        "sgot",
        "got",
        "asat",
        "aspartate transaminase",
        limit=(10, 250),
    ),
    _enzyme("ALP", "Alkaline Phosphatase", 20_000, "alkp", "alk phos", limit=(30, 2000)),
    _enzyme(
        "GGT",
        "Gamma Glutamyl Transferase",
        20_000,
        "gamma-gt",
        "gamma gt",
        "ggtp",
        "gamma-glutamyltransferase",
        limit=(8, 400),
    ),
    _enzyme("LDH", "Lactate Dehydrogenase", 100_000, "ld", "lactic dehydrogenase", limit=(80, 2000)),
    _enzyme("CK", "Creatine Kinase", 2_000_000, "cpk", "creatine phosphokinase", limit=(30, 2000)),
    _enzyme("AMYLASE", "Amylase", 50_000, limit=(20, 600)),
    # CDISC has LIPASET for triacylglycerol lipase; the older LIPASE is what most files carry.
    _enzyme("LIPASE", "Lipase", 100_000, "lipaset", "triacylglycerol lipase", limit=(10, 1000)),
)

_IONS = (
    _ion("SODIUM", "Sodium", (90, 220), (130, 165), "Na", 1, "na", "na+"),
    _ion("K", "Potassium", (0.5, 15), (3.5, 8), "K", 1, "potassium", "k+", "kalium"),
    _ion("CL", "Chloride", (50, 180), (90, 130), "Cl", 1, "cl-"),
    _ion("CA", "Calcium", (0.4, 6), (2.0, 3.5), "Ca", 2, "total calcium", "calcium total"),
    _ion(
        "CACR",
        "Calcium Corrected",
        (0.4, 6),
        (2.0, 3.5),
        "Ca",
        2,
        "corrected calcium",
        "albumin corrected calcium",
    ),
    _ion(
        "CAION",
        "Calcium, Ionized",
        (0.2, 3.5),
        (1.1, 1.7),
        "Ca",
        2,
        "ionized calcium",
        "ionised calcium",
        "free calcium",
    ),
    _ion("MG", "Magnesium", (0.1, 10), (0.6, 2), "Mg", 2, "mg2+", "magnesium"),
    # mEq/L of phosphate depends on pH, so no valence.
    _ion(
        "PHOS",
        "Phosphate",
        (0.05, 10),
        (0.9, 4),
        "P",
        0,
        "phosphorus",
        "inorganic phosphate",
        "phosphorus inorganic",
    ),
    _ion("BICARB", "Bicarbonate", (1, 80), (20, 40), "HCO3", 1, "hco3", "total co2", "co2", "carbon dioxide"),
)

_METABOLITES = (
    _metabolite(
        "BILI",
        "Bilirubin",
        "umol/L",
        (0.5, 1500),
        "C33H36N4O6",
        "tbili",
        "tbil",
        "total bilirubin",
        "bilirubin total",
        limit=(6, 350),
    ),
    _metabolite(
        "BILDIR",
        "Direct Bilirubin",
        "umol/L",
        (0, 1200),
        "C33H36N4O6",
        "dbili",
        "dbil",
        "bilirubin direct",
        "conjugated bilirubin",
        limit=(0.5, 60),
    ),
    _metabolite(
        "BILIND", "Indirect Bilirubin", "umol/L", (0, 1200), "C33H36N4O6", "ibili", "bilirubin indirect"
    ),
    _metabolite(
        "CREAT",
        "Creatinine",
        "umol/L",
        (4, 4000),
        "C4H7N3O",
        "crea",
        "scr",
        "serum creatinine",
        limit=(15, 250),
    ),
    _metabolite("URATE", "Urate", "umol/L", (0, 3500), "C5H4N4O3", "uric acid", limit=(150, 800)),
    # Urea nitrogen weighs the two nitrogen atoms of urea.
    _metabolite(
        "UREAN", "Urea Nitrogen", "mmol/L", (0.1, 120), "N2", "bun", "blood urea nitrogen", limit=(3, 20)
    ),
    _metabolite("UREA", "Urea", "mmol/L", (0.1, 120), "CH4N2O", "blood urea", limit=(3, 20)),
    _metabolite(
        "GLUC",
        "Glucose",
        "mmol/L",
        (0.2, 75),
        "C6H12O6",
        "glucose",
        "blood glucose",
        "blood sugar",
        limit=(4, 15),
    ),
    _metabolite("CHOL", "Cholesterol", "mmol/L", (0.2, 50), "C27H46O", "total cholesterol", limit=(3, 12)),
    # By convention triglycerides are weighed as triolein.
    _metabolite(
        "TRIG", "Triglycerides", "mmol/L", (0.05, 130), "C57H104O6", "tg", "triglyceride", limit=(0.8, 8)
    ),
    _metabolite("LACTICAC", "Lactic Acid", "mmol/L", (0.05, 50), "C3H6O3", "lactate", "lact", limit=(0.8, 6)),
    _metabolite("AMMONIA", "Ammonia", "umol/L", (1, 3000), "NH3", "nh3", limit=(15, 250)),
    _metabolite("IRON", "Iron", "umol/L", (0.2, 500), "Fe", "serum iron"),
    Analyte(
        "VITB12",
        "Vitamin B12",
        "pmol/L",
        plausible=(5, 50_000),
        alternatives=("pg/mL",),
        formula="C63H88CoN14O14P",
        names=("cobalamin", "vitamin b-12"),
    ),
)

_PROTEINS = (
    _protein("ALB", "Albumin", "g/L", (5, 90), ("g/dL",), "serum albumin", limit=(30, 80)),
    _protein(
        "PROT", "Protein", "g/L", (12, 200), ("g/dL",), "total protein", "protein total", limit=(50, 110)
    ),
    _protein("GLOBUL", "Globulin", "g/L", (1, 150), ("g/dL",)),
    _protein(
        "CRP",
        "C Reactive Protein",
        "mg/L",
        (0, 1000),
        ("mg/dL",),
        "hscrp",
        "c-reactive protein",
        "high sensitivity c reactive protein",
        limit=(0.8, 30),
    ),
    _protein("PROCAL", "Procalcitonin", "ug/L", (0, 2000), ("ng/L", "mg/L")),
    _protein("FERRITIN", "Ferritin", "ug/L", (0.5, 3_000_000), ("mg/L", "ng/L"), "fer", limit=(40, 3000)),
    _protein(
        "TROPONI",
        "Troponin I",
        "ug/L",
        (0, 3000),
        ("ng/L",),
        "troponin-i",
        "cardiac troponin i",
        "tni",
        limit=(0.003, 2),
    ),
    _protein(
        "TROPONIT",
        "Troponin T",
        "ug/L",
        (0, 3000),
        ("ng/L",),
        "troponin-t",
        "cardiac troponin t",
        "tnt",
        limit=(0.003, 2),
    ),
    _protein("HAPTO", "Haptoglobin", "g/L", (0, 15), ("mg/dL",), "haptoglobin", limit=(1, 8)),
    _protein("IGG", "Immunoglobulin G", "g/L", (0, 150), ("mg/dL",), "ig g", limit=(4, 30)),
    _protein("IGA", "Immunoglobulin A", "g/L", (0, 100), ("mg/dL",), "ig a"),
    _protein("IGM", "Immunoglobulin M", "g/L", (0, 100), ("mg/dL",), "ig m"),
    _protein("CYSTATC", "Cystatin C", "mg/L", (0.1, 20), ("ug/L",), "cystatin-c"),
    _protein(
        "BNP", "Brain Natriuretic Peptide", "ng/L", (0, 100_000), ("ug/L",), "b-type natriuretic peptide"
    ),
    _protein("BNPPRONT", "NT-proBNP", "ng/L", (0, 500_000), ("ug/L",), "nt-probnp", "probnp"),
    Analyte("TSH", "Thyrotropin", "mU/L", plausible=(0, 1500), names=("thyroid stimulating hormone",)),
    Analyte("HBA1C", "Hemoglobin A1C", "1", plausible=(0.02, 0.25), alternatives=("%",), names=("a1c",)),
)

#: Clinical chemistry, all in SI units.
CHEMISTRY: tuple[Analyte, ...] = (*_ENZYMES, *_IONS, *_METABOLITES, *_PROTEINS)
