"""Tables that domains add to a study: checked against their declaration, kept in its folder."""

from __future__ import annotations

import dataframely as dy
import polars as pl
import pytest

from tutela.kernel.errors import InputError, StudyError
from tutela.kernel.study import add_table, build_study, read_study, write_study
from tutela.kernel.tables import TableSchema


class Sites(TableSchema):
    """Where a vector landed."""

    subject = dy.String()
    position = dy.Int64(min=1)


STUDY = build_study(subjects=pl.DataFrame({"subject": ["S1"], "infusion": ["2024-03-01"]}))
ROWS = pl.DataFrame(
    {
        "source_file": ["sites.tsv"] * 3,
        "source_row": [1, 2, 3],
        "subject": ["S1", "S1", "S9"],
        "position": [33_880_000, 0, 5],
    }
)


def test_valid_rows_are_kept_and_the_others_told():
    study = add_table(STUDY, "sites", ROWS, schema=Sites)
    assert study.molecular["sites"].get_column("position").to_list() == [33_880_000]
    assert sorted(study.rejected.select("row", "column").rows()) == [(2, "position"), (3, "subject")]
    assert STUDY.molecular == {}


def test_a_molecular_table_survives_the_folder(tmp_path):
    study = add_table(STUDY, "sites", ROWS, schema=Sites)
    write_study(study, tmp_path)
    back = read_study(tmp_path)
    assert back.molecular["sites"].equals(study.molecular["sites"])
    assert back.rejected.equals(study.rejected)


def test_a_generic_name_is_refused():
    with pytest.raises(StudyError, match="generic"):
        add_table(STUDY, "events", ROWS, schema=Sites)


def test_a_damaged_molecular_file_is_named(tmp_path):
    write_study(add_table(STUDY, "sites", ROWS, schema=Sites), tmp_path)
    (tmp_path / "molecular" / "sites.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match=r"sites\.parquet"):
        read_study(tmp_path)
