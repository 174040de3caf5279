"""Small SDTM studies made in the test: rows as dictionaries, everything else filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl
import pytest

from tutela.kernel.study import Study
from tutela.standards.build import build_dataset
from tutela.standards.dataset import Dataset
from tutela.standards.sdtm import SdtmOptions, from_sdtm

Rows = Sequence[Mapping[str, object]]
INFUSED = {
    "USUBJID": "01",
    "RFSTDTC": "2024-03-05T10:00",
    "RFXSTDTC": "2024-03-05T10:00",
    "AGE": 9,
    "SEX": "F",
}


def dataset(name: str, rows: Rows) -> Dataset:
    code = name.removeprefix("SUPP")
    domain = {"RDOMAIN": code} if name.startswith("SUPP") else {"DOMAIN": code, f"{code}SEQ": 0}
    filled = [{"STUDYID": "S", "USUBJID": "01", **domain, **row} for row in rows]
    if not name.startswith("SUPP"):
        filled = [{**row, f"{code}SEQ": i} for i, row in enumerate(filled, start=1)]
    texts = [{k: None if v is None else str(v) for k, v in row.items()} for row in filled]
    names = dict.fromkeys((key for row in texts for key in row), pl.String)
    return build_dataset(pl.DataFrame(texts, schema=names), name=name)


@pytest.fixture(scope="session")
def read() -> Callable[..., Study]:
    """Build a study of SDTM rows: ``read(VS=[{...}], DM=[{...}])``; one infused child by default."""

    def build(*, options: SdtmOptions | None = None, **domains: Rows) -> Study:
        domains.setdefault("DM", [INFUSED])
        return from_sdtm({name: dataset(name, rows) for name, rows in domains.items()}, options=options)

    return build
