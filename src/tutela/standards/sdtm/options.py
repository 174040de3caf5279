"""Choices of reading SDTM."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tutela.kernel.errors import StandardError
from tutela.standards.sdtm.timezero import TIME_ZEROS

__all__ = ["SdtmOptions"]


@dataclass(frozen=True)
class SdtmOptions:
    """Choices of reading SDTM.

    Parameters
    ----------
    time_zero
        What time zero is: ``product`` (first exposure to the product in EX), ``RFXSTDTC`` or
        ``RFSTDTC``; the others follow where it is missing.
    product
        Name of the product in EXTRT; None for the first treatment that is no conditioning.
    test_codes
        Your own test codes: code in the file -> code of the study, such as ``{"QS0107": "ICE"}``.

    Raises
    ------
    StandardError
        If time zero is not one of the choices.
    """

    time_zero: str = "product"
    product: str | None = None
    test_codes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if self.time_zero not in TIME_ZEROS:
            what = f"Time zero {self.time_zero!r} is not known."
            raise StandardError(what, advice=f"Choose one of {', '.join(TIME_ZEROS)}.")
