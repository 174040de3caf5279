"""ADaM variables: name, label, type and length, declared once.

Labels of variables that the ADaM implementation guide defines are the guide's; variables that the guide
does not define are marked ``sponsor`` and explained in the documentation page. Names have at most 8
characters and labels at most 40, as SAS transport requires.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["VARIABLES", "Kind", "Variable"]

#: How a variable is stored: text, number, or a number that is a SAS date or date-time.
Kind = Literal["text", "integer", "float", "date", "datetime"]


@dataclass(frozen=True)
class Variable:
    """One ADaM variable.

    Parameters
    ----------
    name, label
        As in the dataset.
    kind
        How it is stored.
    length
        Greatest number of bytes of a text; numbers have 8.
    is_sponsor
        True if the ADaM implementation guide does not define it.
    """

    name: str
    label: str
    kind: Kind = "text"
    length: int = 8
    is_sponsor: bool = False


_ROWS: tuple[Variable, ...] = (
    Variable("STUDYID", "Study Identifier", length=40),
    Variable("USUBJID", "Unique Subject Identifier", length=64),
    Variable("SUBJID", "Subject Identifier for the Study", length=64),
    Variable("SITEID", "Study Site Identifier", length=40),
    Variable("AGE", "Age", "float"),
    Variable("AGEU", "Age Units", length=10),
    Variable("AAGE", "Analysis Age", "float"),
    Variable("AAGEU", "Analysis Age Unit", length=10),
    Variable("SEX", "Sex", length=16),
    Variable("ARM", "Description of Planned Arm", length=200),
    Variable("TRT01P", "Planned Treatment for Period 01", length=200),
    Variable("TRT01A", "Actual Treatment for Period 01", length=200),
    Variable("TRTSDT", "Date of First Exposure to Treatment", "date"),
    Variable("TRTSDTM", "Datetime of First Exposure to Treatment", "datetime"),
    Variable("SAFFL", "Safety Population Flag", length=1),
    Variable("WEIGHTBL", "Baseline Weight (kg)", "float", is_sponsor=True),
    Variable("HEIGHTBL", "Baseline Height (cm)", "float", is_sponsor=True),
    Variable("DISEASE", "Disease Treated", length=200, is_sponsor=True),
    Variable("COHORT", "Dose Level or Cohort", length=200, is_sponsor=True),
    Variable("DTHFL", "Subject Death Flag", length=1),
    Variable("DTHDT", "Date of Death", "date"),
    Variable("DTHCAUS", "Cause of Death", length=200),
    Variable("LSTALVDT", "Date Last Known Alive", "date"),
    # analysis parameter and value
    Variable("PARAM", "Parameter", length=200),
    Variable("PARAMCD", "Parameter Code", length=8),
    Variable("PARCAT1", "Parameter Category 1", length=40),
    Variable("AVAL", "Analysis Value", "float"),
    Variable("AVALC", "Analysis Value (C)", length=200),
    Variable("AVALU", "Analysis Value Unit", length=40, is_sponsor=True),
    Variable("AVALRSN", "Reason the Value is Not Computable", length=200, is_sponsor=True),
    Variable("BASE", "Baseline Value", "float"),
    Variable("CHG", "Change from Baseline", "float"),
    Variable("PCHG", "Percent Change from Baseline", "float"),
    Variable("ANRLO", "Analysis Normal Range Lower Limit", "float"),
    Variable("ANRHI", "Analysis Normal Range Upper Limit", "float"),
    Variable("ANRIND", "Analysis Reference Range Indicator", length=8),
    Variable("BNRIND", "Baseline Reference Range Indicator", length=8),
    Variable("ABLFL", "Baseline Record Flag", length=1),
    Variable("AVISIT", "Analysis Visit", length=200),
    Variable("ADT", "Analysis Date", "date"),
    Variable("ADTM", "Analysis Datetime", "datetime"),
    Variable("ADY", "Analysis Relative Day", "integer"),
    Variable("ARELTM", "Analysis Time since Infusion (days)", "float", is_sponsor=True),
    # toxicity grades
    Variable("ATOXDSCL", "Analysis Toxicity Description Low", length=100),
    Variable("ATOXDSCH", "Analysis Toxicity Description High", length=100),
    Variable("ATOXGRL", "Analysis Toxicity Grade Low", length=2),
    Variable("ATOXGRH", "Analysis Toxicity Grade High", length=2),
    Variable("ATOXGR", "Analysis Toxicity Grade", length=2),
    Variable("BTOXGRL", "Baseline Toxicity Grade Low", length=2),
    Variable("BTOXGRH", "Baseline Toxicity Grade High", length=2),
    Variable("BTOXGR", "Baseline Toxicity Grade", length=2),
    Variable("ATOXGRV", "Version of the Toxicity Grade Criteria", length=40, is_sponsor=True),
    Variable("ATOXRSN", "Reason the Toxicity is Not Graded", length=200, is_sponsor=True),
    Variable("ATOXGRMN", "Lowest Toxicity Grade the Data Allow", "integer", is_sponsor=True),
    Variable("ATOXGRMX", "Highest Toxicity Grade the Data Allow", "integer", is_sponsor=True),
    # adverse events
    Variable("AETERM", "Reported Term for the Adverse Event", length=200),
    Variable("AEDECOD", "Dictionary-Derived Term", length=200),
    Variable("AESEV", "Severity/Intensity", length=20),
    Variable("AESER", "Serious Event", length=1),
    Variable("AEREL", "Causality", length=40),
    Variable("AEOUT", "Outcome of Adverse Event", length=40),
    Variable("AETOXGR", "Standard Toxicity Grade", length=2),
    Variable("AESTDTC", "Start Date/Time of Adverse Event", length=40),
    Variable("AEENDTC", "End Date/Time of Adverse Event", length=40),
    Variable("ASTDT", "Analysis Start Date", "date"),
    Variable("ASTDTM", "Analysis Start Datetime", "datetime"),
    Variable("ASTDY", "Analysis Start Relative Day", "integer"),
    Variable("AENDT", "Analysis End Date", "date"),
    Variable("AENDTM", "Analysis End Datetime", "datetime"),
    Variable("AENDY", "Analysis End Relative Day", "integer"),
    Variable("ADURN", "Analysis Duration (N)", "integer"),
    Variable("ADURU", "Analysis Duration Units", length=8),
    Variable("TRTEMFL", "Treatment Emergent Analysis Flag", length=1),
    Variable("CRSFL", "Cytokine Release Syndrome Flag", length=1, is_sponsor=True),
    Variable("ICANSFL", "ICANS Flag", length=1, is_sponsor=True),
    Variable("DERIVFL", "Derived Episode Record Flag", length=1, is_sponsor=True),
    Variable("EPISODE", "Number of the Derived Episode", "integer", is_sponsor=True),
    Variable("RESOLVFL", "Episode Resolved Flag", length=1, is_sponsor=True),
    Variable("AREASON", "Why this Grade or No Grade", length=200, is_sponsor=True),
    # traceability
    Variable("SRCDOM", "Source Data", length=8),
    Variable("SRCVAR", "Source Variable", length=8),
    Variable("SRCSEQ", "Source Sequence Number", "integer"),
    Variable("SRCFILE", "File the Record was Read From", length=200, is_sponsor=True),
    Variable("SRCROW", "Record Number in that File", "integer", is_sponsor=True),
)

#: All variables by name.
VARIABLES: dict[str, Variable] = {variable.name: variable for variable in _ROWS}
