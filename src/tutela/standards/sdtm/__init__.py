"""SDTM data sets in and out: the domains as study tables, and the study tables as domains."""

from __future__ import annotations

from tutela.standards.sdtm.options import SdtmOptions
from tutela.standards.sdtm.read import from_sdtm, read_sdtm
from tutela.standards.sdtm.write import to_sdtm

__all__ = ["SdtmOptions", "from_sdtm", "read_sdtm", "to_sdtm"]
