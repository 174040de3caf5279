"""Cytokines, cells and vector copies, antibodies."""

from __future__ import annotations

from tutela.kernel.analytes.model import Analyte

__all__ = ["IMMUNE"]

#: Largest believable cytokine concentration, pg/mL.
MAX_CYTOKINE = 1e8


def _cytokine(code: str, name: str, *names: str) -> Analyte:
    return Analyte(code, name, "pg/mL", "cytokine", (0, MAX_CYTOKINE), alternatives=("ng/mL",), names=names)


_INTERLEUKINS = tuple(
    _cytokine(f"INTLK{number}", f"Interleukin {number}", f"il-{number}", f"interleukin-{number}")
    for number in (2, 4, 5, 7, 8, 10, 12, 13, 15, 18)
)

#: Cytokines, cellular kinetics and antibodies.
IMMUNE: tuple[Analyte, ...] = (
    _cytokine("INTLK1B", "Interleukin 1 Beta", "il-1b", "il-1 beta", "interleukin-1 beta"),
    _cytokine("INTLK6", "Interleukin 6", "il-6", "interleukin-6"),
    _cytokine("INTLK17A", "Interleukin 17A", "il-17a", "interleukin-17a"),
    *_INTERLEUKINS,
    _cytokine("INTLK2SR", "Interleukin 2 Soluble Receptor", "sil-2r", "scd25", "soluble cd25", "sil2ra"),
    _cytokine("IFNG", "Interferon Gamma", "ifn-g", "ifn-gamma", "ifng", "interferon-gamma"),
    _cytokine("TNFA", "Tumor Necrosis Factor Alpha", "tnf", "tnf-a", "tnf-alpha", "tumor necrosis factor"),
    _cytokine(
        "MCP1", "Monocyte Chemotactic Protein 1", "mcp-1", "ccl2", "monocyte chemoattractant protein 1"
    ),
    _cytokine("MIP1A", "Macrophage Inflammatory Protein 1 Alpha", "mip-1a", "ccl3"),
    _cytokine("IP10", "Interferon Gamma Induced Protein 10", "ip-10", "cxcl10"),
    _cytokine("GMCSF", "Granulocyte Macrophage Colony Stm Factor", "gm-csf"),
    Analyte(
        "CARTGENE",
        "CAR transgene in blood by qPCR",
        "copies/ug",
        "kinetics",
        (0, 1e9),
        alternatives=("copies/ng",),
        names=("car transgene", "transgene", "transgene copies", "car-t transgene"),
    ),
    Analyte(
        "CARTCELL",
        "CAR-positive cells in blood by flow cytometry",
        "cells/uL",
        "kinetics",
        (0, 1e6),
        alternatives=("cells/mL", "10^9/L"),
        names=("car-t cells", "car t cells", "car+ cells", "car+ t cells"),
    ),
    Analyte(
        "VCN",
        "Vector Copy Number",
        "copies/cell",
        "kinetics",
        (0, 1000),
        needs_unit=False,
        names=("vector copies per cell", "vector copies per diploid genome"),
    ),
    Analyte(
        "ADA",
        "Anti-drug antibody titer",
        "1",
        "antibody",
        (0, 1e9),
        needs_unit=False,
        names=("anti drug antibody", "anti-drug antibodies"),
    ),
    Analyte(
        "ADA_BAB",
        "Binding Antidrug Antibody",
        "1",
        "antibody",
        (0, 1e9),
        needs_unit=False,
        names=("binding antibody",),
    ),
    Analyte(
        "ADA_NAB",
        "Neutralizing Binding Antidrug Antibody",
        "1",
        "antibody",
        (0, 1e9),
        needs_unit=False,
        names=("neutralizing antibody", "nab"),
    ),
)
