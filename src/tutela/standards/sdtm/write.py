"""The study's tables as SDTM-shaped data sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import polars as pl

from tutela.kernel.study import Study
from tutela.standards.build import build_dataset
from tutela.standards.dataset import Column, Dataset
from tutela.standards.sdtm.domains import BY_CODE, DOMAINS, Domain
from tutela.standards.sdtm.long_text import split_long
from tutela.standards.sdtm.sequence import number_rows
from tutela.standards.sdtm.supp import SUPP_COLUMNS, split_supp
from tutela.standards.sdtm.variables import check_length, find_variable
from tutela.standards.sdtm.write_findings import write_findings
from tutela.standards.sdtm.write_rows import Written, write_events, write_interventions
from tutela.standards.sdtm.write_subjects import write_subjects

__all__ = ["to_sdtm"]

_WRITERS: dict[str, Callable[[pl.DataFrame, Domain, Study], Written]] = {
    "treatments": write_interventions,
    "measurements": write_findings,
    "events": write_events,
}


def to_sdtm(study: Study) -> dict[str, Dataset]:
    """SDTM-shaped data sets of a study.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    dict of str to Dataset
        DM and every domain that has rows, each with its SUPP-- where one is needed. Write them with
        :func:`tutela.standards.files.write_dataset`.

    Notes
    -----
    What SDTM has no variable for (the role of a treatment, the oxygen device, the clock of a
    de-identified study) travels in supplemental qualifiers, so that
    :func:`tutela.standards.sdtm.read_sdtm` gives the same study tables again. The pointers to the
    first source are not kept: they then point to the SDTM files.

    Examples
    --------
    >>> import polars as pl
    >>> from tutela.kernel.study import build_study
    >>> study = build_study(subjects=pl.DataFrame({"subject": ["01"], "infusion": ["2024-03-05T10:30"]}))
    >>> to_sdtm(study)["DM"].frame.item(0, "RFXSTDTC")
    '2024-03-05T10:30'
    """
    datasets = _datasets(write_subjects(study), BY_CODE["DM"])
    numbered = number_rows(study)
    for domain in DOMAINS:
        if domain.code == "DM":
            continue
        rows = numbered[domain.table].filter(pl.col("domain") == domain.code)
        if rows.height:
            datasets |= _datasets(_WRITERS[domain.table](rows, domain, study), domain)
    return datasets


def _datasets(written: Written, domain: Domain) -> dict[str, Dataset]:
    """The domain and, if it has any, its supplemental qualifiers."""
    code = domain.code
    fitting, continued = split_long(written.frame)
    supp = split_supp(fitting, code, names=(*written.qualifiers, *continued), by_subject=code == "DM")
    made = {code: _dataset(fitting, code, domain.label, written.variables)}
    if supp.height:
        label = f"Supplemental Qualifiers for {code}"
        made[f"SUPP{code}"] = _dataset(supp, f"SUPP{code}", label, SUPP_COLUMNS)
    return made


def _dataset(frame: pl.DataFrame, name: str, label: str, variables: Iterable[str]) -> Dataset:
    """Variables with values, and those that every record must have, typed as declared."""
    code = name.removeprefix("SUPP")
    required = {"STUDYID", "DOMAIN", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QEVAL", f"{code}TESTCD"}
    kept = [
        variable
        for variable in variables
        if variable in required or frame[variable].null_count() < frame.height
    ]
    columns = []
    for variable in kept:
        declared = find_variable(variable, code)
        type_ = "string" if not declared.is_number else "float"
        if declared.is_number and frame[variable].dtype.is_integer():
            type_ = "integer"
        length = None if declared.is_number else check_length(frame[variable], declared.length)
        columns.append(Column(variable, declared.label, type=type_, length=length))
    return build_dataset(frame.select(kept), name=name, label=label, columns=columns)
