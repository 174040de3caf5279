"""Whatever happens to a file on its way: it is read, or refused with a message; nothing else."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutela.kernel.errors import TutelaError
from tutela.standards.build import build_dataset
from tutela.standards.dataset import Column
from tutela.standards.files import read_dataset, write_dataset

SETTINGS = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
EXTENSIONS = (".xpt", ".json", ".ndjson", ".dsjc", ".csv")


def example():
    frame = pl.DataFrame(
        {
            "USUBJID": ["01", "02", "03"],
            "AGE": [4, None, 12],
            "TRTSDT": [date(2024, 1, 2), None, date(2023, 12, 31)],
            "AETERM": ["Fever", "", "Low blood pressure"],
        }
    )
    columns = [Column("TRTSDT", "Start", type="date", target_type="integer", format="DATE9.")]
    return build_dataset(frame, name="AE", label="Adverse Events", columns=columns)


def read_or_refuse(path):
    """A data set, or the refusal with its message."""
    try:
        return read_dataset(path)
    except TutelaError as error:
        refusal = error
    assert refusal.what.endswith((".", "!", "?")), refusal.what
    assert refusal.where
    return refusal


@pytest.mark.property
@pytest.mark.parametrize("extension", EXTENSIONS)
@SETTINGS
@given(data=st.data())
def test_a_file_cut_anywhere_is_read_or_refused(tmp_path, extension, data):
    path = tmp_path / f"ae{extension}"
    write_dataset(example(), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    result = read_or_refuse(path)
    if extension not in (".csv", ".xpt"):
        # Only the line end after the last row, or the end mark of the stream, can be spared.
        assert isinstance(result, TutelaError) or result.frame.equals(example().frame)


@pytest.mark.property
@pytest.mark.parametrize("extension", EXTENSIONS)
@SETTINGS
@given(data=st.data())
def test_a_file_with_changed_bytes_is_read_or_refused(tmp_path, extension, data):
    path = tmp_path / f"ae{extension}"
    write_dataset(example(), path)
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(raw))
    read_or_refuse(path)


@pytest.mark.property
@pytest.mark.parametrize("extension", EXTENSIONS)
@SETTINGS
@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_under_any_name_are_read_or_refused(tmp_path, extension, raw):
    path = tmp_path / f"ae{extension}"
    path.write_bytes(raw)
    read_or_refuse(path)


@pytest.mark.property
@SETTINGS
@given(data=st.data())
def test_a_transport_file_cut_before_its_rows_end_is_refused(tmp_path, data):
    """One byte more or less than whole records is always noticed; so is a row that is begun."""
    path = tmp_path / "ae.xpt"
    dataset = build_dataset(pl.DataFrame({"A": ["x" * 150] * 7}), name="AE")
    write_dataset(dataset, path)
    whole = path.read_bytes()
    cut = data.draw(st.integers(1, len(whole) - 1))
    path.write_bytes(whole[:cut])
    result = read_or_refuse(path)
    if not isinstance(result, TutelaError):
        assert cut % 80 == 0
        assert result.frame.equals(dataset.frame.head(result.frame.height))
