"""Which products exist, under which names, against which antigen: enough to know what a study gave."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tutela.kernel.cite import Cite

__all__ = ["PRODUCTS", "Product", "find_product"]

#: Shorter names count only where they are the whole text: "auto1" stands in other words too.
_SHORTEST_INSIDE = 6


@dataclass(frozen=True)
class Product:
    """A cell therapy product.

    Parameters
    ----------
    id
        International nonproprietary name, lower case.
    trade_name
        Name on the label.
    short_names
        Common short forms and development codes.
    antigen
        What its receptor binds.
    source
        Label from which names and antigen come; short names come from common use and were not checked.
    """

    id: str
    trade_name: str
    short_names: tuple[str, ...]
    antigen: str
    source: Cite

    @property
    def names(self) -> tuple[str, ...]:
        """All names."""
        return (self.id, self.trade_name, *self.short_names)


def _label(key: str, *, is_verified: bool = True) -> Cite:
    return Cite(key, "highlights", is_verified=is_verified)


#: Products known by name; those without published kinetics are marked so by their absence there.
PRODUCTS: tuple[Product, ...] = (
    Product("tisagenlecleucel", "Kymriah", ("tisa-cel", "CTL019", "CART-19"), "CD19", _label("kymriah-uspi")),
    Product(
        "axicabtagene ciloleucel",
        "Yescarta",
        ("axi-cel", "axicabtagene", "KTE-C19"),
        "CD19",
        _label("yescarta-uspi"),
    ),
    Product(
        "brexucabtagene autoleucel",
        "Tecartus",
        ("brexu-cel", "brexucabtagene", "KTE-X19"),
        "CD19",
        _label("tecartus-uspi"),
    ),
    Product(
        "lisocabtagene maraleucel",
        "Breyanzi",
        ("liso-cel", "lisocabtagene", "JCAR017"),
        "CD19",
        _label("breyanzi-uspi", is_verified=False),
    ),
    Product(
        "idecabtagene vicleucel",
        "Abecma",
        ("ide-cel", "idecabtagene", "bb2121"),
        "BCMA",
        _label("abecma-uspi"),
    ),
    Product(
        "ciltacabtagene autoleucel",
        "Carvykti",
        ("cilta-cel", "ciltacabtagene", "JNJ-68284528", "JNJ-4528", "LCAR-B38M"),
        "BCMA",
        _label("carvykti-uspi", is_verified=False),
    ),
    Product(
        "obecabtagene autoleucel",
        "Aucatzyl",
        ("obe-cel", "obecabtagene", "AUTO1"),
        "CD19",
        _label("aucatzyl-uspi"),
    ),
)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def find_product(name: str | None) -> Product | None:
    """The product that a free text names.

    Parameters
    ----------
    name
        As a study wrote it: nonproprietary, trade or short name, or development code, in any case and
        punctuation, with other words around it.

    Returns
    -------
    Product or None
        None where the text names no known product, or more than one.

    Examples
    --------
    >>> find_product("KYMRIAH (tisagenlecleucel) suspension").id
    'tisagenlecleucel'
    >>> find_product("cilta cel").trade_name
    'Carvykti'
    >>> find_product("CAR-T") is None
    True
    """
    text = _letters(name or "")
    if not text:
        return None
    found = [
        product
        for product in PRODUCTS
        if any(
            alias == text or (len(alias) >= _SHORTEST_INSIDE and alias in text)
            for alias in map(_letters, product.names)
        )
    ]
    return found[0] if len(found) == 1 else None
