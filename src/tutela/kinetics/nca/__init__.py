"""Non-compartmental analysis: how far cells or vector expand, when they peak, how long they persist."""

from __future__ import annotations

from tutela.kinetics.nca.arrays import ArrayResult, compute_arrays
from tutela.kinetics.nca.choices import BlqRule, TerminalFit, Window
from tutela.kinetics.nca.compute import compute
from tutela.kinetics.nca.options import NcaOptions
from tutela.kinetics.nca.parameters import PARAMETERS, Parameter
from tutela.kinetics.nca.result import NcaResult

__all__ = [
    "PARAMETERS",
    "ArrayResult",
    "BlqRule",
    "NcaOptions",
    "NcaResult",
    "Parameter",
    "TerminalFit",
    "Window",
    "compute",
    "compute_arrays",
]
