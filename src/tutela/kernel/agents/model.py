"""Ingredients with their role and their names.

A role says what a drug is usually given for; it counts only if the route can have that effect (see
:mod:`tutela.kernel.agents.lookup`). Drugs with several uses (benzodiazepines, aspirin) have the role
``other``, so that a sedative never counts as seizure treatment: the study states the role where it matters.
"""

from __future__ import annotations

from dataclasses import dataclass

from tutela.kernel.cite import Cite

__all__ = ["AGENTS", "Agent"]


@dataclass(frozen=True)
class Agent:
    """One ingredient.

    Parameters
    ----------
    ingredient
        Name in lower case, as in the column ``agent``.
    role
        Role if given by a route that can have that effect.
    names
        Other names and brands, lower case.
    source
        Where it is stated that the ingredient has this role in grading or management, if it is.
    """

    ingredient: str
    role: str
    names: tuple[str, ...] = ()
    source: Cite | None = None


_ASTCT = Cite("lee2019", "Table 2 and text")


def _pressor(ingredient: str, *names: str) -> Agent:
    return Agent(ingredient, "vasopressor", names, _ASTCT)


def _anticytokine(ingredient: str, *names: str) -> Agent:
    return Agent(ingredient, "anticytokine", names, _ASTCT)


def _steroid(ingredient: str, *names: str) -> Agent:
    return Agent(ingredient, "steroid", names, _ASTCT)


def _all(role: str, *rows: tuple[str, ...]) -> tuple[Agent, ...]:
    return tuple(Agent(row[0], role, row[1:]) for row in rows)


#: Every ingredient the package knows.
AGENTS: tuple[Agent, ...] = (
    _pressor("norepinephrine", "noradrenaline", "levophed", "arterenol", "norepi"),
    _pressor("epinephrine", "adrenaline", "adrenalin", "suprarenin"),
    _pressor("vasopressin", "argipressin", "vasostrict", "pitressin", "empressin"),
    _pressor("dopamine"),
    _pressor("phenylephrine", "neosynephrine", "neo-synephrine", "biorphen"),
    _pressor("dobutamine", "dobutrex"),
    _pressor("milrinone", "primacor", "corotrop"),
    _pressor("angiotensin ii", "giapreza"),
    _pressor("terlipressin", "terlivaz"),
    _pressor("metaraminol"),
    _pressor("ephedrine"),
    _pressor("levosimendan", "simdax"),
    _anticytokine("tocilizumab", "actemra", "roactemra", "tyenne", "tofidence", "toci"),
    _anticytokine("siltuximab", "sylvant"),
    _anticytokine("sarilumab", "kevzara"),
    _anticytokine("anakinra", "kineret"),
    _anticytokine("emapalumab", "gamifant"),
    _anticytokine("canakinumab", "ilaris"),
    _anticytokine("infliximab", "remicade"),
    _anticytokine("etanercept", "enbrel"),
    _anticytokine("adalimumab", "humira"),
    _anticytokine("lenzilumab"),
    _steroid("dexamethasone", "decadron", "dexa", "fortecortin"),
    _steroid("methylprednisolone", "solu-medrol", "solumedrol", "medrol", "urbason", "methylpred"),
    _steroid("prednisone", "deltasone", "decortin"),
    _steroid("prednisolone", "orapred", "prelone", "pediapred", "solu-decortin", "decortin h"),
    _steroid("hydrocortisone", "cortisol", "solu-cortef", "solucortef", "cortef", "hydrocortone"),
    _steroid("cortisone"),
    _steroid("betamethasone", "celestone", "celestan"),
    _steroid("triamcinolone", "kenalog"),
    _steroid("deflazacort", "emflaza"),
    # Not convertible to prednisone; named so that it is seen as a steroid.
    _steroid("vamorolone", "agamree"),
    *_all(
        "antipyretic",
        ("acetaminophen", "paracetamol", "tylenol", "ofirmev", "perfalgan", "panadol", "apap", "doliprane"),
        ("ibuprofen", "advil", "motrin", "nurofen"),
        ("naproxen", "aleve", "naprosyn"),
        ("ketorolac", "toradol"),
        ("diclofenac", "voltaren"),
        ("metamizole", "metamizol", "dipyrone", "novalgin", "novaminsulfon"),
    ),
    *_all(
        "antiseizure",
        ("levetiracetam", "keppra"),
        ("phenytoin", "dilantin"),
        ("fosphenytoin", "cerebyx"),
        ("phenobarbital", "phenobarbitone", "luminal"),
        ("valproate", "valproic acid", "divalproex", "depakote", "depacon"),
        ("lacosamide", "vimpat"),
        ("brivaracetam", "briviact"),
        ("topiramate", "topamax"),
        ("lamotrigine", "lamictal"),
        ("carbamazepine", "tegretol"),
        ("oxcarbazepine", "trileptal"),
        ("zonisamide", "zonegran"),
        ("clobazam", "onfi"),
    ),
    *_all(
        "growth factor",
        ("pegfilgrastim", "neulasta", "fulphila", "udenyca", "peg-gcsf"),
        ("filgrastim", "neupogen", "zarxio", "nivestym", "g-csf", "gcsf", "tbo-filgrastim", "granix"),
        ("lenograstim", "granocyte"),
        ("lipegfilgrastim", "lonquex"),
        ("sargramostim", "leukine", "gm-csf"),
        ("eltrombopag", "promacta", "revolade"),
        ("romiplostim", "nplate"),
        ("epoetin", "erythropoietin", "epogen", "procrit", "eprex", "epo"),
        ("darbepoetin", "aranesp"),
    ),
    *_all(
        "conditioning",
        ("fludarabine", "fludara"),
        ("cyclophosphamide", "cytoxan", "endoxan"),
        ("bendamustine", "treanda", "bendeka"),
        ("busulfan", "busulfex", "myleran"),
        ("treosulfan", "trecondi"),
        ("melphalan", "alkeran", "evomela"),
        ("thiotepa", "tepadina"),
        ("clofarabine", "clolar"),
        ("pentostatin", "nipent"),
        ("alemtuzumab", "campath", "lemtrada"),
        ("anti-thymocyte globulin", "antithymocyte globulin", "thymoglobulin", "atgam", "grafalon", "atg"),
        ("total body irradiation", "tbi"),
    ),
    *_all(
        "immunosuppressant",
        ("tacrolimus", "prograf", "advagraf"),
        ("sirolimus", "rapamycin", "rapamune"),
        ("everolimus", "certican"),
        ("ciclosporin", "cyclosporine", "cyclosporin", "sandimmune", "neoral"),
        ("mycophenolate", "mycophenolic acid", "cellcept", "myfortic"),
        ("azathioprine", "imuran"),
        ("methotrexate", "mtx"),
        ("ruxolitinib", "jakafi", "jakavi"),
        ("eculizumab", "soliris"),
        ("ravulizumab", "ultomiris"),
        ("rituximab", "rituxan", "mabthera"),
    ),
    *_all(
        "transfusion",
        (
            "red blood cells",
            "packed red cells",
            "packed red blood cells",
            "prbc",
            "rbc transfusion",
            "erythrocyte concentrate",
        ),
        ("platelets", "platelet concentrate", "platelet transfusion", "thrombocyte concentrate"),
        ("plasma", "fresh frozen plasma", "ffp"),
        ("cryoprecipitate", "cryo"),
        ("fibrinogen concentrate", "riastap"),
        ("granulocytes", "granulocyte transfusion"),
        ("whole blood",),
    ),
    *_all(
        "fluid",
        ("sodium chloride 0.9%", "normal saline", "0.9% saline", "saline bolus", "fluid bolus", "nacl 0.9%"),
        ("ringer's lactate", "lactated ringer", "ringer lactate", "ringers lactate", "hartmann"),
        ("balanced crystalloid", "plasmalyte", "plasma-lyte", "sterofundin", "crystalloid"),
        ("albumin", "human albumin"),
    ),
    *_all(
        "other",
        ("acetylsalicylic acid", "aspirin"),
        ("lorazepam", "ativan"),
        ("midazolam", "versed"),
        ("diazepam", "valium"),
        ("clonazepam", "klonopin"),
        ("propofol", "diprivan"),
        ("dexmedetomidine", "precedex"),
        ("desmopressin", "ddavp"),
        ("fluticasone", "flonase", "flovent"),
        ("budesonide", "pulmicort"),
        ("beclomethasone", "beclometasone", "qvar"),
        ("mometasone", "nasonex", "elocon"),
        ("ciclesonide",),
        ("clobetasol",),
        ("immunoglobulin", "ivig", "immune globulin", "privigen", "gamunex"),
        ("allopurinol", "zyloprim"),
        ("rasburicase", "elitek", "fasturtec"),
    ),
)
