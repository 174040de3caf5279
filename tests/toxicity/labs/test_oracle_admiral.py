"""Oracle: grades typed by the authors of admiral (commit 6eb5125) and the ADLB of pharmaverseadam."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tutela.toxicity.labs.terms import grade_term

pytestmark = [pytest.mark.oracle, pytest.mark.external]

GIVEN = ("AVAL", "ANRLO", "ANRHI", "BASE", "PCHG")


def graded(rows: pl.DataFrame, *, term: str, direction: str, version: str, high: str = "HIGH") -> np.ndarray:
    number = {name: rows.get_column(name).cast(pl.Float64).to_numpy() for name in GIVEN}
    return grade_term(
        term,
        direction,
        number["AVAL"],
        unit=rows.get_column("AVALU").to_list(),
        low=number["ANRLO"],
        high=number["ANRHI"],
        base=number["BASE"],
        pchg=number["PCHG"],
        baseline_flag=rows.get_column("BNRIND").to_list(),
        version=version,
        high_indicator=(high,),
    ).grade


def compare(rows: pl.DataFrame, version: str, expected: str) -> tuple[int, list[dict[str, object]]]:
    total, wrong = 0, []
    keys = ["TERM", "DIRECTION", "HIGH_IND"]
    for (term, direction, high), part in rows.group_by(keys, maintain_order=True):
        found = graded(part, term=term or "", direction=direction, version=version, high=high or "HIGH")
        for row, grade in zip(part.iter_rows(named=True), found, strict=True):
            wanted = -1 if row[expected] is None else int(row[expected])
            total += 1
            if wanted != grade:
                wrong.append({**row, "found": int(grade)})
    return total, wrong


@pytest.mark.parametrize(
    ("version", "file", "n"), [("ctcae-5", "ctcae_v5_si.csv", 644), ("ctcae-6", "ctcae_v6_si.csv", 656)]
)
def test_every_grade_typed_by_hand_is_reproduced(reference: Path, version: str, file: str, n: int):
    rows = pl.read_csv(reference / "oracles/toxicity" / file, infer_schema_length=None)
    total, wrong = compare(rows, version, "EXPECTED_GRADE")
    assert wrong == []
    assert total == n


@pytest.fixture(scope="module")
def adlb(reference: Path) -> pl.DataFrame:
    path = reference / "data/toxicity/pharmaverseadam/adlb_atoxgr.csv.gz"
    table = pl.read_csv(gzip.decompress(path.read_bytes()), infer_schema_length=None)
    unit = pl.col("PARAM").str.extract(r"\(([^()]*)\)$")
    return table.with_columns(unit.alias("AVALU"), pl.lit("HIGH").alias("HIGH_IND"))


def test_every_published_direction_grade_of_the_pilot_study_is_reproduced(adlb: pl.DataFrame):
    total = 0
    for term, grade, direction in (("ATOXDSCL", "ATOXGRL", "L"), ("ATOXDSCH", "ATOXGRH", "H")):
        rows = adlb.filter(pl.col(term).is_not_null()).with_columns(
            pl.col(term).alias("TERM"), pl.lit(direction).alias("DIRECTION")
        )
        n, wrong = compare(rows, "ctcae-4", grade)
        assert wrong == []
        total += n
    assert total == 43_516


def test_the_combined_grades_of_the_pilot_study_have_the_published_counts(adlb: pl.DataFrame):
    from tutela.toxicity.labs.combine import combine_directions

    by_direction = {}
    for term, direction in (("ATOXDSCL", "L"), ("ATOXDSCH", "H")):
        grade = np.full(adlb.height, -1, dtype=np.int8)
        for (name,), part in adlb.with_row_index("at").group_by([term]):
            if name is not None:
                rows = part.get_column("at").to_numpy()
                grade[rows] = graded(part, term=name, direction=direction, version="ctcae-4")
        by_direction[direction] = grade
    combined = combine_directions(
        by_direction["L"],
        by_direction["H"],
        has_low=adlb.get_column("ATOXDSCL").is_not_null().to_numpy(),
        has_high=adlb.get_column("ATOXDSCH").is_not_null().to_numpy(),
    )
    counts = Counter(None if np.isnan(grade) else int(grade) for grade in combined)
    assert counts == {-3: 3, -2: 43, -1: 214, 0: 29_302, 1: 1_154, 2: 75, 3: 44, None: 1_815}
