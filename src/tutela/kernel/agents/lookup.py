"""From a drug's name and route to its ingredient and role."""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from tutela.kernel.agents.model import AGENTS, Agent

__all__ = ["LOCAL_ROUTES", "add_agents", "find_agent", "find_role"]

#: Words in a route or a name that mean an effect on the spot, not in the whole body.
LOCAL_ROUTES = (
    "topical",
    "cutaneous",
    "transdermal",
    "dermal",
    "ophthalmic",
    "conjunctival",
    "intravitreal",
    "eye",
    "auricular",
    "otic",
    "ear",
    "nasal",
    "inhal",
    "respiratory",
    "nebul",
    "vaginal",
    "rectal",
    "dental",
    "buccal",
    "gingival",
    "oropharyngeal",
    "intra-articular",
    "intraarticular",
    "intrathecal",
    "intradermal",
    "infiltration",
    "intralesional",
    "epidural",
    "perineural",
    "cream",
    "ointment",
    "lotion",
    "gel",
    "drops",
    "spray",
    "inhaler",
    "mouthwash",
    "shampoo",
    "racemic",
)

#: Routes by which an antipyretic works as well as by mouth or vein.
_SYSTEMIC_FOR = {"antipyretic": ("rectal", "buccal"), "antiseizure": ("rectal", "buccal", "nasal")}

#: Roles that depend on the route.
_ROUTED = ("steroid", "vasopressor", "antipyretic", "antiseizure", "immunosuppressant", "anticytokine")

#: A vasopressor acts as one in a vein or bone only: by mouth it is a decongestant, in a muscle rescue.
_VENOUS = ("intraven", "iv", "infusion", "intraosseous", "central", "parenteral", "continuous")

#: Endings of nonproprietary names of cell and gene therapies.
_PRODUCT = re.compile(
    r"\b\w+(?:leucel|temcel|parvovec|repvec|genvec)\b|\bcar[- ]?t\b|\bchimeric antigen receptor\b"
    r"|\b(?:kymriah|yescarta|tecartus|breyanzi|abecma|carvykti|aucatzyl|zolgensma|luxturna|hemgenix|roctavian"
    r"|elevidys|beqvez|kebilidi|upstaza|casgevy|lyfgenia|zynteglo|skysona|lenmeldy|libmeldy|strimvelis)\b"
    r"|\b\w+gene \w+(?:cel|vec)\b"
)

_SHORT = 4
_LOCAL_ANESTHETIC = re.compile(r"\b(?:lidocaine|lignocaine|articaine|bupivacaine|prilocaine|mepivacaine)\b")


def find_agent(name: str | None) -> Agent | None:
    """Ingredient that a drug's name means; None if it is not known.

    Parameters
    ----------
    name
        Name as given: ingredient, salt, brand, with strength or form.

    Notes
    -----
    The longest name found as whole words decides, so that pegfilgrastim is not taken for filgrastim. A
    local anesthetic with epinephrine is no epinephrine.

    Examples
    --------
    >>> find_agent("NORADRENALINE BITARTRATE 4 mg/50 mL").ingredient
    'norepinephrine'
    >>> find_agent("Lidocaine with epinephrine") is None
    True
    """
    if not name:
        return None
    text = name.lower()
    if _LOCAL_ANESTHETIC.search(text):
        return None
    found = _pattern().search(text)
    return _by_name()[found[0]] if found else None


def find_role(name: str | None, *, agent: Agent | None = None, route: str | None = None) -> str:
    """Role of a treatment from its name and route.

    Parameters
    ----------
    name
        Name as given.
    agent
        Its ingredient, if known.
    route
        Route as given; None if not stated.

    Returns
    -------
    str
        One of :data:`tutela.kernel.tables.treatments.ROLES`; ``other`` if nothing else is certain.

    Notes
    -----
    Steroids, antipyretics and the like count only where the whole body is treated: topical, inhaled,
    nasal, ophthalmic and similar routes give ``other``. Vasopressors count only in a vein, or if the
    route is not stated.

    Examples
    --------
    >>> [find_role("hydrocortisone", agent=find_agent("hydrocortisone"), route=r)
    ...  for r in ("INTRAVENOUS", "TOPICAL")]
    ['steroid', 'other']
    """
    text = (name or "").lower()
    if agent is None:
        return "product" if _PRODUCT.search(text) else "other"
    where = (route or "").lower()
    if agent.role not in _ROUTED:
        return agent.role
    allowed = _SYSTEMIC_FOR.get(agent.role, ())
    if any(_has_word(where, word) or _has_word(text, word) for word in LOCAL_ROUTES if word not in allowed):
        return "other"
    if agent.role == "vasopressor" and where and not any(_has_word(where, word) for word in _VENOUS):
        return "other"
    return agent.role


def _has_word(text: str, word: str) -> bool:
    # Stems such as "inhal" may go on; short words such as "ear" stand alone ("early" is no route).
    end = r"\b" if len(word) <= _SHORT else ""
    return re.search(rf"\b{re.escape(word)}{end}", text) is not None


@cache
def _by_name() -> dict[str, Agent]:
    return {name: agent for agent in AGENTS for name in (agent.ingredient, *agent.names)}


@cache
def _pattern() -> re.Pattern[str]:
    names = sorted(_by_name(), key=len, reverse=True)
    return re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, names)) + r")(?![\w])")


def add_agents(treatments: pl.DataFrame, *, products: frozenset[str] = frozenset()) -> pl.DataFrame:
    """Add ingredients, and roles where none is stated.

    Parameters
    ----------
    treatments
        Text column ``treatment``; ``agent`` (coded name), ``role``, ``route`` and ``device`` where known:
        a column that is absent or a cell that is null says that it was not given.
    products
        Names of the study's product in lower case.

    Returns
    -------
    polars.DataFrame
        The same rows with ``agent`` and ``role`` filled; a coded name that is not known stays, in lower
        case.
    """
    keys = ["treatment", "agent", "route", "device"]
    absent = [name for name in (*keys, "role") if name not in treatments.columns]
    treatments = treatments.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in absent)
    distinct = treatments.select(keys).unique(maintain_order=True)
    rows = [_classify(*row, products=products) for row in distinct.iter_rows()]
    found = pl.DataFrame(rows, schema={"found_agent": pl.String, "found_role": pl.String}, orient="row")
    known = pl.concat([distinct, found], how="horizontal")
    joined = treatments.join(known, on=keys, how="left", nulls_equal=True, maintain_order="left")
    return joined.with_columns(
        pl.col("found_agent").alias("agent"), pl.coalesce("role", "found_role").alias("role")
    ).drop("found_agent", "found_role", *(name for name in absent if name not in ("agent", "role")))


def _classify(
    treatment: str | None,
    coded: str | None,
    route: str | None,
    device: str | None,
    *,
    products: frozenset[str],
) -> tuple[str | None, str]:
    agent = find_agent(coded) or find_agent(treatment)
    name = agent.ingredient if agent else ((coded or "").lower() or None)
    names = {(treatment or "").lower(), (coded or "").lower()}
    if device:
        return name, "oxygen"
    if names & products:
        return name, "product"
    return name, find_role(f"{treatment or ''} {coded or ''}", agent=agent, route=route)
