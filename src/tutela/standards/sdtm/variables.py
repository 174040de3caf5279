"""SDTM variables that are written: label, type and greatest length, declared once.

``--`` stands for the domain's two letters. Where the implementation guide words a label differently for
one domain, that row stands below the general one and wins.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tutela.kernel.errors import StandardError

__all__ = ["MAX_TEXT", "Variable", "check_length", "find_variable"]

#: Values longer than this many bytes do not fit SAS transport; the rest goes to SUPP--.
MAX_TEXT = 200


#: Lengths up to this one are fixed by the standards (codes, flags); longer ones are room for free text.
_FIXED = 8


@dataclass(frozen=True)
class Variable:
    """One SDTM variable.

    Parameters
    ----------
    name, label
        As in the dataset.
    is_number
        True if numeric.
    length
        Greatest number of bytes of a text; numbers have 8.
    """

    name: str
    label: str
    is_number: bool = False
    length: int = MAX_TEXT


_ROWS: tuple[Variable, ...] = (
    Variable("STUDYID", "Study Identifier", length=40),
    Variable("DOMAIN", "Domain Abbreviation", length=2),
    Variable("RDOMAIN", "Related Domain Abbreviation", length=2),
    Variable("USUBJID", "Unique Subject Identifier", length=64),
    Variable("SUBJID", "Subject Identifier for the Study", length=64),
    Variable("RFSTDTC", "Subject Reference Start Date/Time", length=40),
    Variable("RFXSTDTC", "Date/Time of First Study Treatment", length=40),
    Variable("SITEID", "Study Site Identifier", length=40),
    Variable("BRTHDTC", "Date/Time of Birth", length=40),
    Variable("AGE", "Age", is_number=True),
    Variable("AGEU", "Age Units", length=10),
    Variable("SEX", "Sex", length=16),
    Variable("ARM", "Description of Planned Arm"),
    Variable("ACTARM", "Description of Actual Arm"),
    Variable("DTHDTC", "Date/Time of Death", length=40),
    Variable("DTHFL", "Subject Death Flag", length=1),
    Variable("VISIT", "Visit Name"),
    # every observation
    Variable("--SEQ", "Sequence Number", is_number=True),
    Variable("--CAT", "Category"),
    Variable("--DTC", "Date/Time of Collection", length=40),
    Variable("--DY", "Study Day of Visit/Collection/Exam", is_number=True),
    Variable("--STDTC", "Start Date/Time of Observation", length=40),
    Variable("--ENDTC", "End Date/Time of Observation", length=40),
    Variable("--STDY", "Study Day of Start of Observation", is_number=True),
    Variable("--ENDY", "Study Day of End of Observation", is_number=True),
    Variable("--STAT", "Completion Status", length=8),
    Variable("--REASND", "Reason Not Done"),
    # findings
    Variable("--TESTCD", "Short Name of Measurement, Test or Exam", length=8),
    Variable("--TEST", "Name of Measurement, Test or Examination", length=40),
    Variable("--ORRES", "Result or Finding in Original Units"),
    Variable("--ORRESU", "Original Units", length=40),
    Variable("--STRESC", "Character Result/Finding in Std Format"),
    Variable("--STRESN", "Numeric Result/Finding in Standard Units", is_number=True),
    Variable("--STRESU", "Standard Units", length=40),
    Variable("--STNRLO", "Reference Range Lower Limit-Std Units", is_number=True),
    Variable("--STNRHI", "Reference Range Upper Limit-Std Units", is_number=True),
    Variable("--NRIND", "Reference Range Indicator", length=20),
    Variable("--LLOQ", "Lower Limit of Quantitation", is_number=True),
    Variable("--SPEC", "Specimen Type"),
    Variable("--METHOD", "Method of Test or Examination"),
    Variable("--POS", "Position of Subject", length=40),
    Variable("--LOC", "Location Used for the Measurement", length=80),
    Variable("--BDAGNT", "Binding Agent"),
    Variable("--LOBXFL", "Last Observation Before Exposure Flag", length=1),
    Variable("LBTESTCD", "Lab Test or Examination Short Name", length=8),
    Variable("LBTEST", "Lab Test or Examination Name", length=40),
    Variable("LBCAT", "Category for Lab Test"),
    Variable("LBDTC", "Date/Time of Specimen Collection", length=40),
    Variable("LBDY", "Study Day of Specimen Collection", is_number=True),
    Variable("VSTESTCD", "Vital Signs Test Short Name", length=8),
    Variable("VSTEST", "Vital Signs Test Name", length=40),
    Variable("VSPOS", "Vital Signs Position of Subject", length=40),
    Variable("VSLOC", "Location of Vital Signs Measurement", length=80),
    Variable("VSDTC", "Date/Time of Measurements", length=40),
    Variable("VSDY", "Study Day of Vital Signs", is_number=True),
    Variable("PCTESTCD", "Pharmacokinetic Test Short Name", length=8),
    Variable("PCTEST", "Pharmacokinetic Test Name", length=40),
    Variable("PCSPEC", "Specimen Material Type"),
    Variable("PCDTC", "Date/Time of Specimen Collection", length=40),
    Variable("PCDY", "Actual Study Day of Specimen Collection", is_number=True),
    Variable("ISTESTCD", "Immunogenicity Test/Exam Short Name", length=8),
    Variable("ISTEST", "Immunogenicity Test or Examination Name", length=40),
    Variable("QSTESTCD", "Question Short Name", length=8),
    Variable("QSTEST", "Question Name", length=40),
    Variable("QSORRES", "Finding in Original Units"),
    Variable("RSTESTCD", "Assessment Short Name", length=8),
    Variable("RSTEST", "Assessment Name", length=40),
    # interventions
    Variable("--TRT", "Reported Name of Drug, Med, or Therapy"),
    Variable("--DECOD", "Standardized Medication Name"),
    Variable("--DOSE", "Dose per Administration", is_number=True),
    Variable("--DOSU", "Dose Units", length=40),
    Variable("--DOSFRQ", "Dosing Frequency per Interval", length=40),
    Variable("--ROUTE", "Route of Administration", length=60),
    Variable("--LOT", "Lot Number", length=60),
    Variable("--INDC", "Indication"),
    Variable("--ENRTPT", "End Relative to Reference Time Point", length=20),
    Variable("--ENTPT", "End Reference Time Point", length=40),
    Variable("EXTRT", "Name of Actual Treatment"),
    Variable("EXSTDTC", "Start Date/Time of Treatment", length=40),
    Variable("EXENDTC", "End Date/Time of Treatment", length=40),
    Variable("EXDECOD", "Standardized Treatment Name"),
    Variable("CMSTDTC", "Start Date/Time of Medication", length=40),
    Variable("CMENDTC", "End Date/Time of Medication", length=40),
    Variable("PRTRT", "Reported Name of Procedure"),
    Variable("PRDECOD", "Standardized Procedure Name"),
    Variable("PRSTDTC", "Start Date/Time of Procedure", length=40),
    Variable("PRENDTC", "End Date/Time of Procedure", length=40),
    # events
    Variable("--TERM", "Reported Term for the Event"),
    Variable("--SEV", "Severity/Intensity", length=40),
    Variable("--SER", "Serious Event", length=1),
    Variable("--REL", "Causality", length=80),
    Variable("--OUT", "Outcome of Event", length=60),
    Variable("--TOXGR", "Standard Toxicity Grade", length=2),
    Variable("AETERM", "Reported Term for the Adverse Event"),
    Variable("AEDECOD", "Dictionary-Derived Term"),
    Variable("AEOUT", "Outcome of Adverse Event", length=60),
    Variable("AESTDTC", "Start Date/Time of Adverse Event", length=40),
    Variable("AEENDTC", "End Date/Time of Adverse Event", length=40),
    Variable("AESTDY", "Study Day of Start of Adverse Event", is_number=True),
    Variable("AEENDY", "Study Day of End of Adverse Event", is_number=True),
    Variable("CETERM", "Reported Term for the Clinical Event"),
    Variable("CEDECOD", "Dictionary-Derived Term"),
    Variable("CESTDTC", "Start Date/Time of Clinical Event", length=40),
    Variable("CEENDTC", "End Date/Time of Clinical Event", length=40),
    Variable("DSTERM", "Reported Term for the Disposition Event"),
    Variable("DSDECOD", "Standardized Disposition Term"),
    Variable("DSCAT", "Category for Disposition Event"),
    Variable("DSSTDTC", "Start Date/Time of Disposition Event", length=40),
    # supplemental qualifiers
    Variable("IDVAR", "Identifying Variable", length=8),
    Variable("IDVARVAL", "Identifying Variable Value", length=40),
    Variable("QNAM", "Qualifier Variable Name", length=8),
    Variable("QLABEL", "Qualifier Variable Label", length=40),
    Variable("QVAL", "Data Value"),
    Variable("QORIG", "Origin", length=20),
    Variable("QEVAL", "Evaluator", length=40),
)

_BY_NAME = {variable.name: variable for variable in _ROWS}


def find_variable(name: str, code: str) -> Variable:
    """The declaration of one variable in one domain.

    Parameters
    ----------
    name
        Variable, such as ``LBSTRESN``.
    code
        Two letters of the domain.

    Raises
    ------
    KeyError
        If the variable is not declared.

    Examples
    --------
    >>> find_variable("LBTESTCD", "LB").label
    'Lab Test or Examination Short Name'
    >>> find_variable("GFSTRESN", "GF").label
    'Numeric Result/Finding in Standard Units'
    """
    if name in _BY_NAME:
        return _BY_NAME[name]
    general = _BY_NAME["--" + name.removeprefix(code)]
    return Variable(name, general.label, general.is_number, general.length)


def check_length(series: pl.Series, length: int) -> int:
    """Bytes that a text variable needs; no more, because padding makes transport files large.

    Parameters
    ----------
    series
        Values of the variable.
    length
        Declared length.

    Raises
    ------
    StandardError
        If the standards fix the length (codes and flags) and a value is longer.

    Examples
    --------
    >>> check_length(pl.Series("PARAMCD", ["ALT", "FERRITIN"]), 8)
    8
    """
    longest = series.str.len_bytes().max()
    needed = max(int(longest) if isinstance(longest, int) else 1, 1)
    if length <= _FIXED and needed > length:
        worst = series.filter(series.str.len_bytes() == needed)[0]
        what = f"A value of {series.name} is longer than the {length} characters that the standard allows."
        raise StandardError(what, where=f"{series.name}: {worst!r}", advice="Use a shorter code.")
    return needed
