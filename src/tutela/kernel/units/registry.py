"""The unit registry: exact rational arithmetic, loaded on first use because it takes a tenth of a second."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from typing import Any

__all__ = ["base_of", "registry"]

_DEFINITIONS = (
    "equivalent = [charge_amount]",
    # U or IU of anything; for enzymes it is the enzyme unit, see tutela.kernel.units.convert.
    "activity = [activity_amount]",
)

# Text from a file reaches the parser only in this form: a large power would take forever.
_NAME = r"(1|[A-Za-z_]{1,30})(\*\*2)?"
_FORM = re.compile(rf"(1e\d{{1,2}}\*)?{_NAME}([*/]{_NAME}){{0,3}}")


@cache
def registry() -> Any:  # noqa: ANN401 - pint is imported here only
    """The registry, counting in fractions so that 1 g/dL is exactly 10 g/L."""
    import pint

    found: Any = pint.UnitRegistry(non_int_type=Fraction, cache_folder=None)
    for line in _DEFINITIONS:
        found.define(line)
    return found


def base_of(expression: str) -> tuple[Fraction, dict[str, Fraction]]:
    """Factor to base units and the dimension of a multiplicative unit.

    Parameters
    ----------
    expression
        Expression of the registry, such as ``milligram/deciliter``.

    Returns
    -------
    factor, dimension
        Factor to base units; dimension name -> exponent.

    Raises
    ------
    ValueError
        If the registry cannot read the expression, or the unit has an offset.
    """
    message = f"{expression!r} is no unit"
    if not _FORM.fullmatch(expression):
        raise ValueError(message)
    units = registry()
    try:
        quantity = units.Quantity(Fraction(1), "dimensionless") * units.parse_expression(expression)
        base = quantity.to_base_units()
    except Exception as error:
        # pint raises several unrelated classes on malformed text.
        raise ValueError(message) from error
    dimension = {str(name): Fraction(power) for name, power in base.dimensionality.items()}
    return Fraction(base.magnitude), dimension
