"""A virtual pediatric CAR-T trial with known truth."""

from __future__ import annotations

from tutela.simulation.car_t.folder import write_trial
from tutela.simulation.car_t.kinetics import OGASAWARA_LAG, STEIN_2019, IndividualKinetics, KineticModel
from tutela.simulation.car_t.options import CarTOptions, MessRates
from tutela.simulation.car_t.trial import VirtualTrial, simulate
from tutela.simulation.car_t.truth_tables import Truth

__all__ = [
    "OGASAWARA_LAG",
    "STEIN_2019",
    "CarTOptions",
    "IndividualKinetics",
    "KineticModel",
    "MessRates",
    "Truth",
    "VirtualTrial",
    "simulate",
    "write_trial",
]
