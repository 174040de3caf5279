"""Which SDTM variable carries which study column: one declaration, used for reading and for writing.

``--`` stands for the two letters of the domain, as in the SDTM itself. A field names the variables that
may carry its column: reading takes the first that is not blank, writing fills the first. A field marked
``supp`` travels in the supplemental qualifiers (SUPP--), because SDTM has no standard variable for it.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BY_CODE", "DOMAINS", "Domain", "Field"]


@dataclass(frozen=True)
class Field:
    """One study column and the SDTM variables that carry it.

    Parameters
    ----------
    column
        Column of the study table.
    variables
        SDTM variables, best first; ``--`` is replaced by the domain's code.
    supp
        True if it is written as a supplemental qualifier (reading looks in both places).
    label
        Label of the supplemental qualifier (QLABEL); empty for standard variables.
    """

    column: str
    variables: tuple[str, ...]
    supp: bool = False
    label: str = ""

    def names(self, code: str) -> tuple[str, ...]:
        """Variable names in the domain with this code."""
        return tuple(name.replace("--", code) for name in self.variables)


@dataclass(frozen=True)
class Domain:
    """One SDTM domain and the study table it belongs to.

    Parameters
    ----------
    code
        Two letters.
    label
        Dataset label.
    table
        Study table.
    fields
        How columns map.
    category
        Value of the study table's ``category`` column for rows of this domain; empty if it has none.
    """

    code: str
    label: str
    table: str
    fields: tuple[Field, ...]
    category: str = ""

    def field(self, column: str) -> Field:
        """The field of one study column."""
        return next(field for field in self.fields if field.column == column)


_SUBJECT = Field("subject", ("USUBJID",))
_ATTRIBUTION = Field(
    "attribution", ("--ATTRIB",), supp=True, label="Attributed to therapy, other or sedation"
)
_CATEGORY = Field("category", ("--CATEG",), supp=True, label="Study category")

# Times that are no ISO 8601 text (a de-identified study) travel as given in a qualifier.
_TIME = (Field("time", ("--DTC", "--TIMRAW")),)
_PERIOD = (Field("start", ("--STDTC", "--STTIM")), Field("end", ("--ENDTC", "--ENTIM")))

_FINDING = (
    _SUBJECT,
    *_TIME,
    Field("test", ("--TESTCD",)),
    Field("value", ("--STRESN", "--STRESC", "--ORRES")),
    Field("unit", ("--STRESU", "--ORRESU")),
    Field("value_raw", ("--ORRES", "--STRESC")),
    Field("unit_raw", ("--ORRESU", "--STRESU")),
    Field("low", ("--STNRLO", "--ORNRLO")),
    Field("high", ("--STNRHI", "--ORNRHI")),
    Field("lloq", ("--LLOQ",)),
    Field("specimen", ("--SPEC",)),
    # How it was measured: SDTM splits this over method, position, site and, for antibodies, the agent bound.
    Field("method", ("--METHOD", "--POS", "--LOC", "--BDAGNT")),
    Field("visit", ("VISIT",)),
    Field("is_baseline", ("--LOBXFL", "--BLFL", "--BASEFL")),
    _CATEGORY,
    _ATTRIBUTION,
)

_INTERVENTION = (
    _SUBJECT,
    *_PERIOD,
    Field("treatment", ("--TRT",)),
    Field("agent", ("--DECOD",)),
    Field("is_ongoing", ("--ENRTPT", "--ENRF")),
    Field("dose", ("--DOSE", "--DOSTXT")),
    Field("unit", ("--DOSU",)),
    Field("frequency", ("--DOSFRQ",)),
    Field("route", ("--ROUTE",)),
    Field("lot", ("--LOT",)),
    Field("indication", ("--INDC",)),
    Field("role", ("--ROLE",), supp=True, label="Role of the treatment"),
    Field("device", ("--DEVICE",), supp=True, label="Oxygen or ventilation device"),
    Field("flow", ("--FLOW",), supp=True, label="Oxygen flow (L/min)"),
    Field("fio2", ("--FIO2",), supp=True, label="Inspired oxygen fraction"),
    _ATTRIBUTION,
)

_EVENT = (
    _SUBJECT,
    Field("term", ("--TERM",)),
    Field("decod", ("--DECOD",)),
    Field("severity", ("--SEV",)),
    Field("serious", ("--SER",)),
    Field("related", ("--REL",)),
    Field("outcome", ("--OUT",)),
    Field("grade", ("--TOXGR",)),
    Field("scale", ("--SCALE",), supp=True, label="Grading scale of the toxicity grade"),
    _CATEGORY,
    _ATTRIBUTION,
)

_DEMOGRAPHICS = (
    _SUBJECT,
    Field("sex", ("SEX",)),
    Field("birth_date", ("BRTHDTC",)),
    Field("arm", ("ACTARM", "ARM")),
    Field("site", ("SITEID",)),
    Field("death_date", ("DTHDTC",)),
    Field("infusion", ("INFUSDTC",), supp=True, label="Date/Time of Infusion (time zero)"),
    Field("last_contact", ("LSTCNDTC",), supp=True, label="Date of Last Contact"),
    Field("age", ("AGEEXACT",), supp=True, label="Age at Infusion, exact (years)"),
    Field("weight", ("WEIGHT",), supp=True, label="Weight at Infusion (kg)"),
    Field("height", ("HEIGHT",), supp=True, label="Height at Infusion (cm)"),
    Field("disease", ("DISEASE",), supp=True, label="Disease Treated"),
    Field("product", ("PRODUCT",), supp=True, label="Product Infused"),
    Field("cohort", ("COHORT",), supp=True, label="Dose Level or Cohort"),
    Field("developmental_delay", ("DEVDELAY",), supp=True, label="Developmental Delay"),
    Field("death_cause", ("DTHCAUS",), supp=True, label="Principal Cause of Death"),
)

#: Domains that are read and written, in the order of reading.
DOMAINS: tuple[Domain, ...] = (
    Domain("DM", "Demographics", "subjects", _DEMOGRAPHICS),
    Domain("EX", "Exposure", "treatments", _INTERVENTION),
    Domain("EC", "Exposure as Collected", "treatments", _INTERVENTION),
    Domain("CM", "Concomitant/Prior Medications", "treatments", _INTERVENTION),
    Domain("PR", "Procedures", "treatments", _INTERVENTION),
    Domain("VS", "Vital Signs", "measurements", _FINDING, "vital sign"),
    Domain("LB", "Laboratory Test Results", "measurements", _FINDING, "laboratory"),
    Domain("PC", "Pharmacokinetics Concentrations", "measurements", _FINDING, "kinetics"),
    Domain("IS", "Immunogenicity Specimen Assessments", "measurements", _FINDING, "antibody"),
    Domain("GF", "Genomics Findings", "measurements", _FINDING, "kinetics"),
    Domain("QS", "Questionnaires", "measurements", _FINDING, "neurology"),
    Domain("FT", "Functional Tests", "measurements", _FINDING, "neurology"),
    Domain("RS", "Disease Response and Clin Classification", "measurements", _FINDING, "response"),
    Domain("AE", "Adverse Events", "events", (*_PERIOD, *_EVENT), "adverse event"),
    Domain("CE", "Clinical Events", "events", (*_PERIOD, *_EVENT), "clinical event"),
    Domain("DS", "Disposition", "events", (*_PERIOD, *_EVENT), "disposition"),
)

#: The same by two-letter code.
BY_CODE: dict[str, Domain] = {domain.code: domain for domain in DOMAINS}
