"""The ADaM-shaped data sets of a study and its results."""

from __future__ import annotations

import polars as pl

from tutela.kernel.study import Study
from tutela.standards.adam.adae import build_adae
from tutela.standards.adam.adlb import build_adlb
from tutela.standards.adam.adpp import build_adpp
from tutela.standards.adam.adsl import build_adsl
from tutela.standards.dataset import Dataset

__all__ = ["to_adam"]


def to_adam(
    study: Study,
    *,
    labs: pl.DataFrame | None = None,
    crs: pl.DataFrame | None = None,
    icans: pl.DataFrame | None = None,
    nca: pl.DataFrame | None = None,
) -> dict[str, Dataset]:
    """ADaM-shaped data sets of a study and its result tables.

    Parameters
    ----------
    study
        The study.
    labs
        Graded laboratory values (``LabGrades.table``): makes ADLB.
    crs, icans
        Derived episodes (``CrsResult.episodes``, ``IcansResult.episodes``): records of ADAE.
    nca
        Kinetic parameters (``NcaResult.table``): makes ADPP.

    Returns
    -------
    dict of str to Dataset
        ADSL and ADAE always; ADLB and ADPP if their results are given. Write them with
        :func:`tutela.standards.files.write_dataset`.

    Raises
    ------
    StandardError
        On writing as SAS transport, if a text does not fit it; column and row are named.
    """
    datasets = {"ADSL": build_adsl(study)}
    if labs is not None:
        datasets["ADLB"] = build_adlb(study, labs)
    datasets["ADAE"] = build_adae(study, crs=crs, icans=icans)
    if nca is not None:
        datasets["ADPP"] = build_adpp(study, nca)
    return datasets
