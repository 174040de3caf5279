"""A study folder: settings, parts of tables, and writing that reads back equal."""

from __future__ import annotations

import gzip

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tutela.kernel.errors import InputError, RuleError, TimeError, TutelaError
from tutela.kernel.rule import Override
from tutela.kernel.study import Clock, StudyConfig, build_study, read_config, read_study, write_study
from tutela.kernel.study.config import config_to_toml


def config_of(tmp_path, text):
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    return read_config(path)


FULL = """
[study]
id = "T1"
title = "A \\"quoted\\" title"
product = "tisagenlecleucel"
genome = "GRCh38"
data_cut = 2026-01-31
[clock]
kind = "datetime"
zone = "Europe/Rome"
[files]
delimiter = "\\t"
max_bytes = 1000
[overrides."crs.severe".grade]
value = 2
reason = "protocol 8.3"
approved_by = "monitor"
date = 2026-01-15
"""


def test_every_setting_is_read(tmp_path):
    config = config_of(tmp_path, FULL)
    assert (config.id, config.title, config.product) == ("T1", 'A "quoted" title', "tisagenlecleucel")
    assert (config.genome, config.data_cut) == ("GRCh38", "2026-01-31")
    assert config.clock == Clock(zone="Europe/Rome")
    assert (config.files.delimiter, config.files.max_bytes) == ("\t", 1000)
    expected = Override(2.0, "protocol 8.3", "monitor", "2026-01-15")
    assert config.overrides["crs.severe"]["grade"] == expected


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("[study]\nidd = 'x'\n", InputError, ("idd", "study.toml", "Did you mean 'id'")),
        ("[studies]\nid = 'x'\n", InputError, ("studies", "Did you mean 'study'")),
        ("[clock]\nzon = 'UTC'\n", InputError, ("zon", "Did you mean 'zone'")),
        ("[files]\ndelimitr = ','\n", InputError, ("delimitr", "Did you mean 'delimiter'")),
        ("[files]\ndelimiter = 'x'\n", InputError, ("delimiter",)),
        ("[files]\nmax_bytes = 'big'\n", InputError, ("max_bytes",)),
        ("[files]\nmax_bytes = true\n", InputError, ("max_bytes",)),
        ("[clock]\nkind = 'lunar'\n", TimeError, ("lunar", "datetime or relative")),
        ("[clock]\nzone = 'Europe/Atlantis'\n", TimeError, ("Europe/Atlantis",)),
        ("[study]\nid = 7\n", InputError, ("id", "quotes")),
        ("[study]\ndata_cut = '31/01/2026'\n", InputError, ("data_cut",)),
        ("study = 3\n", InputError, ("study",)),
        ("[study\n", InputError, ("TOML",)),
        ("[overrides]\nx = 1\n", InputError, ("overrides",)),
        ("[overrides.'a.b'.c]\nvalue = 'x'\n", InputError, ("overrides.a.b.c.value", "number")),
        ("[overrides.'a.b'.c]\nvalue = 1\nreasn = 'x'\n", InputError, ("reasn", "Did you mean 'reason'")),
        ("[overrides.'a.b'.c]\nvalue = 1\n", RuleError, ("reason",)),
    ],
)
def test_a_setting_that_cannot_be_meant_is_named(tmp_path, text, error, words):
    with pytest.raises(error) as caught:
        config_of(tmp_path, text)
    for word in words:
        assert word in str(caught.value)


_TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=20).map(str.strip)


@pytest.mark.property
@settings(max_examples=60, deadline=None)
@given(
    _TEXT,
    _TEXT,
    st.floats(allow_nan=False, allow_infinity=False),
    st.text("ab.\"' \\\n", min_size=1, max_size=6),
)
def test_settings_read_back_equal(tmp_path_factory, title, product, value, rule):
    override = Override(value, "r", "a", "2026-01-01")
    config = StudyConfig(
        title=title, product=product, clock=Clock("relative", "h"), overrides={rule: {"p.q": override}}
    )
    assert config_of(tmp_path_factory.mktemp("c"), config_to_toml(config)) == config


def test_a_folder_that_is_no_study_says_what_is_missing(tmp_path):
    with pytest.raises(InputError, match="no such study folder"):
        read_study(tmp_path / "none")
    with pytest.raises(InputError, match=r"no study\.toml"):
        read_study(tmp_path)
    (tmp_path / "study.toml").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="no subjects table"):
        read_study(tmp_path)


def test_a_table_may_be_split_but_not_stand_there_twice(folder_of):
    head = "subject,time,test,value,unit\n"
    folder = folder_of(
        **{
            "measurements-labs__csv": head + "S1,2024-03-06,CRP,1,mg/L\n",
            "measurements-vitals__csv__gz": gzip.compress((head + "S1,2024-03-06,TEMP,37,C\n").encode()),
        }
    )
    study = read_study(folder)
    assert study.measurements.select("test", "source_file").rows() == [
        ("CRP", "measurements-labs.csv"),
        ("TEMP", "measurements-vitals.csv.gz"),
    ]
    assert set(study.files) == {
        "study.toml",
        "subjects.csv",
        "measurements-labs.csv",
        "measurements-vitals.csv.gz",
    }
    for name in ("measurements.csv", "measurements.parquet"):
        (folder / name).write_bytes(b"")
    with pytest.raises(InputError, match="there twice"):
        read_study(folder)


def test_csv_and_parquet_give_the_same_study(folder_of):
    text = "subject,time,test,value,unit\nS1,2024-03-06,CRP,1.5,mg/L\nS1,2024-03-07,ALT,33,U/L\n"
    folder = folder_of(measurements__csv=text)
    by_csv = read_study(folder).measurements
    (folder / "measurements.csv").unlink()
    typed = pl.read_csv(text.encode(), try_parse_dates=True)
    typed.write_parquet(folder / "measurements.parquet")
    by_parquet = read_study(folder).measurements
    assert_frame_equal(by_csv.drop("source_file"), by_parquet.drop("source_file"))


def test_a_header_without_rows_is_told(folder_of):
    study = read_study(folder_of(events__csv="subject,term,start\n"))
    assert study.events.is_empty()
    assert "events.csv has a header but no rows" in study.notices


_VALUE = st.one_of(
    st.floats(-1e9, 1e9).map(repr), st.sampled_from(["<0.5", "BLQ", ">500", "NOT DONE", "", "1e-7", "x"])
)
_WORD = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=10)
_MEASURED = st.fixed_dictionaries(
    {
        "time": st.sampled_from(["2024-03-06T10:00", "2024-03-06", "2024-03", "2024-10-27T02:30", "x", ""]),
        "test": st.sampled_from(["CRP", "ALT", "XYZ", "CONSC", "SGPT"]),
        "value": _VALUE,
        "unit": st.sampled_from(["mg/L", "mg/dL", "U/L", "", "arb"]),
        "method": _WORD,
        "visit": _WORD,
    }
)


@pytest.mark.property
@settings(max_examples=40, deadline=None)
@given(
    st.lists(_MEASURED, max_size=6),
    st.sampled_from(["csv", "parquet"]),
    st.sampled_from(["", "2014-05", "2014"]),
)
def test_a_written_study_reads_back_equal(tmp_path_factory, rows, format, birth):
    people = pl.DataFrame({"subject": ["S1", 'S"2\n'], "birth_date": [birth, "2001-02-03"], "age": ["", "9"],
                           "infusion": ["2024-03-05T10:00", ""], "weight": ["0.1", "1e2"]})  # fmt: skip
    schema = dict.fromkeys(("time", "test", "value", "unit", "method", "visit"), pl.String)
    measured = pl.DataFrame(rows, schema=schema).with_columns(subject=pl.lit("S1"))
    given = pl.DataFrame({"subject": ["S1"], "treatment": ["Tocilizumab, 8 mg/kg"], "start": ["2024-03-06T01:00"],
                          "end": ["ongoing"], "dose": ["8"]})  # fmt: skip
    study = build_study(StudyConfig(title="t", clock=Clock(zone="Europe/Rome")), subjects=people,
                        measurements=measured, treatments=given)  # fmt: skip
    folder = tmp_path_factory.mktemp("w") / "study"
    write_study(study, folder, format=format)
    again = read_study(folder)
    for name, table in study.tables.items():
        assert_frame_equal(again.tables[name], table)
    assert_frame_equal(again.rejected, study.rejected)
    assert again.notices == study.notices
    assert again.config.clock == study.config.clock


def test_the_same_study_gives_the_same_bytes_and_a_second_round_changes_nothing(tmp_path, study_of):
    study = study_of(measurements=[{}, {"value": "<0.5"}], treatments=[{}], events=[{}])
    write_study(study, tmp_path / "a")
    write_study(read_study(tmp_path / "a"), tmp_path / "b")
    names = sorted(file.name for file in (tmp_path / "a").iterdir())
    assert names == sorted(file.name for file in (tmp_path / "b").iterdir())
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_a_folder_whose_writing_stopped_is_not_a_study(tmp_path, study_of, monkeypatch):
    write_study(study_of(measurements=[{}]), tmp_path / "a")
    from tutela.kernel.study import folder as module

    def fail(path, content):
        if path.name.startswith("events"):
            message = "disk full"
            raise OSError(message)
        return original(path, content)

    original = module.write_atomic
    monkeypatch.setattr(module, "write_atomic", fail)
    with pytest.raises(OSError, match="disk full"):
        write_study(study_of(), tmp_path / "a")
    with pytest.raises(TutelaError, match=r"no study\.toml"):
        read_study(tmp_path / "a")


@pytest.mark.parametrize(("old", "new"), [("12.0", "twelve"), ("S1", "")])
def test_a_written_study_that_was_edited_wrongly_is_refused(tmp_path, study_of, old, new):
    write_study(study_of(measurements=[{}]), tmp_path / "a")
    path = tmp_path / "a" / "measurements.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_study(tmp_path / "a")
    assert error.value.file == "measurements.csv"


@pytest.mark.external
def test_vital_signs_of_the_pilot_study_are_read_as_a_study(reference, tmp_path):
    """CDISC pilot VS (pharmaversesdtm 1.5.0.9001): 29,643 records, Fahrenheit, pounds and inches included."""
    vs = pl.read_csv(reference / "data/toxicity/pharmaversesdtm/vs.csv.gz", infer_schema=False)
    dm = pl.read_csv(reference / "data/toxicity/pharmaversesdtm/dm.csv", infer_schema=False)
    dm.select(subject="USUBJID", sex="SEX", birth_date="BRTHDTC", age="AGE", infusion="RFXSTDTC").write_csv(
        tmp_path / "subjects.csv"
    )
    names = {"subject": "USUBJID", "time": "VSDTC", "test": "VSTEST", "value": "VSORRES", "unit": "VSORRESU"}
    vs.select("VSSEQ", **names).write_csv(tmp_path / "measurements.csv")
    (tmp_path / "study.toml").write_text('[study]\nid = "pilot"\n', encoding="utf-8")
    study = read_study(tmp_path)
    assert study.rejected.is_empty()
    assert study.measurements.height == 29_643
    expected = vs["VSSTRESN"].cast(pl.Float64)
    differs = (study.measurements["value"] - expected).abs() / expected
    # The published standard results are rounded to two decimals.
    assert differs.max() < 2e-4
    days = vs["VSDY"].cast(pl.Int64)
    ours = study.measurements["time"].cast(pl.Int64)
    assert (pl.select(pl.when(ours >= 0).then(ours + 1).otherwise(ours)).to_series() == days).all()
