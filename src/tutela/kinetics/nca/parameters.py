"""The parameters of an analysis, declared: CDISC code, name, unit rule, needs, meaning."""

from __future__ import annotations

from dataclasses import dataclass

from tutela.kernel.cite import Cite

__all__ = ["PARAMETERS", "SOURCES", "Parameter", "unit_of"]

#: Where the definitions and the codes come from.
RULES = Cite("pknca", "interval, lambda_z and extrapolation rules")
CODES = Cite(
    "cdisc-pkparmcd",
    "codelist PKPARMCD",
    note="read through two published mappings to the codelist, not in the codelist itself",
    is_verified=False,
)
CELLS = Cite("kymriah-smpc", "table 7", note="what is reported for cells")
SOURCES = (RULES, CODES, CELLS)


@dataclass(frozen=True)
class Parameter:
    """One declared parameter.

    Parameters
    ----------
    code
        CDISC PPTESTCD, or a sponsor-defined code where ``is_cdisc`` is False.
    name
        Name in words.
    unit
        Unit rule: ``conc``, ``time``, ``1/time``, ``auc``, ``aumc``, ``%``, ``1``, or a rule with the dose.
    needs
        Parameters it is computed from; where one has no value, its reason is this one's reason.
    text
        How it is defined.
    is_cdisc
        Whether the code stands in CDISC controlled terminology.
    """

    code: str
    name: str
    unit: str
    needs: tuple[str, ...] = ()
    text: str = ""
    is_cdisc: bool = True


#: In the order of the result table: a parameter follows those it needs.
PARAMETERS: tuple[Parameter, ...] = (
    Parameter("CMAX", "Cmax", "conc", (), "largest quantified concentration"),
    Parameter("TMAX", "Tmax", "time", (), "time of the first of equal maxima"),
    Parameter(
        "TMAXPREV",
        "last sample before Tmax",
        "time",
        ("TMAX",),
        "the true peak lies after it",
        is_cdisc=False,
    ),
    Parameter(
        "TMAXNEXT",
        "first sample after Tmax",
        "time",
        ("TMAX",),
        "the true peak lies before it",
        is_cdisc=False,
    ),
    Parameter(
        "TLAG",
        "Tlag",
        "time",
        (),
        "time of the sample before the first quantified one; the start if that is the first",
    ),
    Parameter(
        "TLST", "Tlast", "time", (), "time of the last quantified concentration: persistence as observed"
    ),
    Parameter("CLST", "Clast", "conc", (), "last quantified concentration"),
    Parameter(
        "TBLQ",
        "time to confirmed loss",
        "time",
        (),
        "first of the declared number of consecutive samples after Tmax below quantification",
        is_cdisc=False,
    ),
    Parameter(
        "DBLTIME",
        "doubling time on the way up",
        "time",
        (),
        "ln 2 / slope of ln c from the lowest quantified value before Tmax to Tmax",
        is_cdisc=False,
    ),
    Parameter("AUCLST", "AUC to Tlast", "auc", (), "area from the start to Tlast"),
    Parameter(
        "AUCALL", "AUC all", "auc", ("AUCLST",), "AUCLST and one linear step from Tlast to the next sample"
    ),
    Parameter("AUMCLST", "AUMC to Tlast", "aumc", ("AUCLST",), "first moment from the start to Tlast"),
    Parameter("LAMZ", "lambda z", "1/time", (), "terminal log-linear slope"),
    Parameter("LAMZHL", "half-life", "time", ("LAMZ",), "ln 2 / LAMZ"),
    Parameter("LAMZNPT", "points of lambda z", "1", ("LAMZ",), "number of points of the terminal fit"),
    Parameter("LAMZLL", "lambda z, first time", "time", ("LAMZ",), "first time of the terminal fit"),
    Parameter("LAMZUL", "lambda z, last time", "time", ("LAMZ",), "last time of the terminal fit"),
    Parameter("LAMZSPN", "lambda z span ratio", "1", ("LAMZ",), "(LAMZUL - LAMZLL) / LAMZHL"),
    Parameter("R2", "R2", "1", ("LAMZ",), "of the terminal fit"),
    Parameter("R2ADJ", "adjusted R2", "1", ("LAMZ",), "1 - (1 - R2)(n - 1)/(n - 2)"),
    Parameter("CORRXY", "correlation", "1", ("LAMZ",), "of time and ln c in the terminal fit"),
    Parameter("CLSTP", "Clast, predicted", "conc", ("LAMZ",), "terminal fit at Tlast"),
    Parameter("AUCIFO", "AUC to infinity, observed", "auc", ("AUCLST", "LAMZ"), "AUCLST + CLST / LAMZ"),
    Parameter("AUCIFP", "AUC to infinity, predicted", "auc", ("AUCLST", "LAMZ"), "AUCLST + CLSTP / LAMZ"),
    Parameter("AUCPEO", "AUC extrapolated, observed", "%", ("AUCIFO",), "100 (AUCIFO - AUCLST) / AUCIFO"),
    Parameter("AUCPEP", "AUC extrapolated, predicted", "%", ("AUCIFP",), "100 (AUCIFP - AUCLST) / AUCIFP"),
    Parameter(
        "AUMCIFO",
        "AUMC to infinity, observed",
        "aumc",
        ("AUMCLST", "LAMZ"),
        "AUMCLST + CLST TLST / LAMZ + CLST / LAMZ^2",
    ),
    Parameter("AUMCIFP", "AUMC to infinity, predicted", "aumc", ("AUMCLST", "LAMZ"), "the same with CLSTP"),
    Parameter(
        "AUMCPEO", "AUMC extrapolated, observed", "%", ("AUMCIFO",), "100 (AUMCIFO - AUMCLST) / AUMCIFO"
    ),
    Parameter(
        "AUMCPEP", "AUMC extrapolated, predicted", "%", ("AUMCIFP",), "100 (AUMCIFP - AUMCLST) / AUMCIFP"
    ),
    Parameter("MRTEVLST", "mean residence time to Tlast", "time", ("AUMCLST",), "AUMCLST / AUCLST"),
    Parameter("MRTEVIFO", "mean residence time, observed", "time", ("AUMCIFO",), "AUMCIFO / AUCIFO"),
    Parameter("MRTEVIFP", "mean residence time, predicted", "time", ("AUMCIFP",), "AUMCIFP / AUCIFP"),
    Parameter("CMAXD", "Cmax by dose", "conc/dose", ("CMAX",), "CMAX / dose"),
    Parameter("AUCIFOD", "AUC to infinity by dose, observed", "auc/dose", ("AUCIFO",), "AUCIFO / dose"),
    Parameter("AUCIFPD", "AUC to infinity by dose, predicted", "auc/dose", ("AUCIFP",), "AUCIFP / dose"),
    Parameter("CLFO", "CL/F, observed", "clearance", ("AUCIFO",), "dose / AUCIFO"),
    Parameter("CLFP", "CL/F, predicted", "clearance", ("AUCIFP",), "dose / AUCIFP"),
    Parameter("VZFO", "Vz/F, observed", "volume", ("AUCIFO",), "CLFO / LAMZ"),
    Parameter("VZFP", "Vz/F, predicted", "volume", ("AUCIFP",), "CLFP / LAMZ"),
    Parameter(
        "AUCINT",
        "AUC",
        "auc",
        (),
        "area over a fixed window, interpolated; declared policy where Tlast is earlier",
    ),
)


def unit_of(rule: str, *, conc: str, time: str, dose: str = "") -> str:
    """Build the unit of a parameter from the units of the data.

    Parameters
    ----------
    rule
        Unit rule of the parameter.
    conc, time, dose
        Units of concentration, time and dose; an unknown one is empty and makes the result empty.

    Examples
    --------
    >>> unit_of("auc", conc="copies/ug", time="d")
    'copies*d/ug'
    >>> unit_of("clearance", conc="mg/L", time="h", dose="mg")
    'L/h'
    """
    fixed = {"%": "%", "1": "1", "time": time, "1/time": f"1/{time}"}
    if rule in fixed:
        return fixed[rule]
    needs_dose = "dose" in rule or rule in ("clearance", "volume")
    if not conc or (needs_dose and not dose):
        return ""
    top, _, bottom = conc.partition("/")
    per = f"/{bottom}" if bottom else ""
    auc = f"{top}*{time}{per}"
    is_simple = bool(bottom) and top == dose
    units = {
        "conc": conc,
        "auc": auc,
        "aumc": f"{top}*{time}^2{per}",
        "conc/dose": f"({conc})/({dose})",
        "auc/dose": f"({auc})/({dose})",
        "volume": bottom if is_simple else f"({dose})/({conc})",
        "clearance": f"{bottom}/{time}" if is_simple else f"({dose})/({auc})",
    }
    return units[rule]
