"""Products in one place: what they are, and how their cells behave according to publications."""

from __future__ import annotations

from tutela.catalogue.cell_kinetics import KINETICS, PublishedKinetics, Statistic, kinetics_facts
from tutela.catalogue.identity import PRODUCTS, Product, find_product
from tutela.catalogue.ranges import PublishedRange, central_interval, kinetics_range

__all__ = [
    "KINETICS",
    "PRODUCTS",
    "Product",
    "PublishedKinetics",
    "PublishedRange",
    "Statistic",
    "central_interval",
    "find_product",
    "kinetics_facts",
    "kinetics_range",
]
