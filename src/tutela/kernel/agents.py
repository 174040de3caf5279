"""Drugs and devices by the names in use: ingredient, and what it is given for.

Rows are facts of nomenclature (INN, USAN, BAN, common trade names). A name is found as a whole word, so that
"METHYLPREDNISOLONE SODIUM SUCCINATE" is methylprednisolone and never prednisolone. Steroids on the skin, in
the eye, the nose or the airways are not systemic: they keep the ingredient and lose the role.
"""

from __future__ import annotations

import polars as pl

__all__ = ["AGENTS", "LOCAL_ROUTES", "add_agents"]

#: Ingredient -> (role, names). The ingredient itself is always a name.
AGENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "norepinephrine": ("vasopressor", ("noradrenaline", "norad", "levophed", "levarterenol")),
    "epinephrine": ("vasopressor", ("adrenaline", "adrenalin")),
    "vasopressin": ("vasopressor", ("argipressin", "vasostrict")),
    "dopamine": ("vasopressor", ()),
    "phenylephrine": ("vasopressor", ("neosynephrine",)),
    "angiotensin ii": ("vasopressor", ("giapreza",)),
    "dobutamine": ("other", ()),
    "milrinone": ("other", ()),
    "tocilizumab": ("anticytokine", ("actemra", "roactemra")),
    "siltuximab": ("anticytokine", ("sylvant",)),
    "anakinra": ("anticytokine", ("kineret",)),
    "emapalumab": ("anticytokine", ("gamifant",)),
    "ruxolitinib": ("immunosuppressant", ("jakafi", "jakavi")),
    "dexamethasone": ("steroid", ("decadron",)),
    "methylprednisolone": ("steroid", ("solu-medrol", "solumedrol", "medrol")),
    "prednisolone": ("steroid", ("orapred",)),
    "prednisone": ("steroid", ("deltasone",)),
    "hydrocortisone": ("steroid", ("cortisol", "solu-cortef", "solucortef")),
    "betamethasone": ("steroid", ()),
    "triamcinolone": ("steroid", ()),
    "deflazacort": ("steroid", ("emflaza",)),
    "acetaminophen": ("antipyretic", ("paracetamol", "tylenol", "perfalgan")),
    "ibuprofen": ("antipyretic", ("advil", "nurofen")),
    "metamizole": ("antipyretic", ("dipyrone", "novaminsulfon")),
    "levetiracetam": ("antiseizure", ("keppra",)),
    "lorazepam": ("antiseizure", ("ativan",)),
    "phenytoin": ("antiseizure", ()),
    "filgrastim": ("growth factor", ("g-csf", "neupogen", "lenograstim", "pegfilgrastim")),
    "eltrombopag": ("growth factor", ("promacta", "revolade")),
    "romiplostim": ("growth factor", ("nplate",)),
    "fludarabine": ("conditioning", ("fludara",)),
    "cyclophosphamide": ("conditioning", ("cytoxan", "endoxan")),
    "busulfan": ("conditioning", ("busulfex", "busilvex")),
    "treosulfan": ("conditioning", ("trecondi",)),
    "melphalan": ("conditioning", ("alkeran",)),
    "tisagenlecleucel": ("product", ("kymriah", "ctl019")),
    "axicabtagene ciloleucel": ("product", ("yescarta", "axi-cel")),
    "brexucabtagene autoleucel": ("product", ("tecartus", "brexu-cel")),
    "lisocabtagene maraleucel": ("product", ("breyanzi", "liso-cel")),
    "idecabtagene vicleucel": ("product", ("abecma", "ide-cel")),
    "ciltacabtagene autoleucel": ("product", ("carvykti", "cilta-cel")),
    "obecabtagene autoleucel": ("product", ("aucatzyl", "obe-cel")),
    "red blood cells": ("transfusion", ("packed red cells", "rbc transfusion", "erythrocyte concentrate")),
    "platelets": ("transfusion", ("platelet transfusion", "platelet concentrate")),
    "oxygen": (
        "oxygen",
        ("nasal cannula", "high flow nasal cannula", "face mask", "mechanical ventilation", "cpap", "bipap"),
    ),
}

#: Routes on which a steroid is not systemic (CDISC ROUTE terms, compared in upper case).
LOCAL_ROUTES = (
    "TOPICAL", "CUTANEOUS", "TRANSDERMAL", "OPHTHALMIC", "INTRAOCULAR", "NASAL", "INTRANASAL", "OTIC", "AURICULAR",
    "RESPIRATORY (INHALATION)", "INHALATION", "INTRA-ARTICULAR", "RECTAL", "VAGINAL", "DENTAL", "INTRALESIONAL",
)  # fmt: skip

_LOCAL_WORDS = r"(?i)\b(topical|cream|ointment|lotion|ophthalmic|eye drops?|nasal spray|inhal\w*|otic)\b"


def add_agents(table: pl.DataFrame) -> pl.DataFrame:
    """Add the ingredient, and the role where the table gives none.

    Parameters
    ----------
    table
        Columns ``treatment``, ``role`` (may be null), ``route`` (may be null).

    Returns
    -------
    polars.DataFrame
        The table with ``agent`` (ingredient in lower case, or null) and ``role`` (never null).

    Examples
    --------
    >>> given = pl.DataFrame({"treatment": ["Noradrenaline 4 mg", "Hydrocortisone cream"], "role": [None, None],
    ...                       "route": [None, None]}, schema_overrides={"role": pl.String, "route": pl.String})
    >>> add_agents(given).select("agent", "role").rows()
    [('norepinephrine', 'vasopressor'), ('hydrocortisone', 'other')]
    """
    names = table.select("treatment").unique()
    found = names.with_columns(agent=_find_agent()).with_columns(
        usual=pl.col("agent").replace_strict({name: role for name, (role, _) in AGENTS.items()}, default=None)
    )
    joined = table.drop("agent", strict=False).join(found, on="treatment", how="left", maintain_order="left")
    is_local = pl.col("route").str.to_uppercase().is_in(LOCAL_ROUTES) | pl.col("treatment").str.contains(
        _LOCAL_WORDS
    )
    # A vasopressor in a local anesthetic or an eye drop is no support of the circulation either.
    usual = pl.when(is_local.fill_null(value=False)).then(pl.lit("other")).otherwise(pl.col("usual"))
    return joined.with_columns(role=pl.coalesce("role", usual, pl.lit("other"))).drop("usual")


def _find_agent() -> pl.Expr:
    """First ingredient whose name occurs as a whole word; longer names are tried first."""
    pairs = [(name, agent) for agent, (_, names) in AGENTS.items() for name in (agent, *names)]
    pairs.sort(key=lambda pair: (-len(pair[0]), pair[0]))
    text = pl.col("treatment").str.to_lowercase()
    found = pl.lit(None, dtype=pl.String)
    for name, agent in reversed(pairs):
        pattern = r"(^|[^a-z])" + name.replace("-", r"\-") + r"($|[^a-z])"
        found = pl.when(text.str.contains(pattern)).then(pl.lit(agent)).otherwise(found)
    return found
