"""Builders of small studies for the kernel's tests."""

from __future__ import annotations

import polars as pl
import pytest

from tutela.kernel.study import Clock, StudyConfig, build_study

SUBJECTS = {"subject": ["S1"], "infusion": ["2024-03-05T10:00"]}
MEASURED = {"subject": "S1", "time": "2024-03-06T10:00", "test": "CRP", "value": "12", "unit": "mg/L"}
GIVEN = {"subject": "S1", "treatment": "norepinephrine", "start": "2024-03-06T10:00"}
HAPPENED = {"subject": "S1", "term": "Fever", "start": "2024-03-06"}
_BASES = {"measurements": MEASURED, "treatments": GIVEN, "events": HAPPENED}


@pytest.fixture
def study_of():
    """A study of rows that differ from a good one in the columns given."""

    def make(*, subjects=None, clock=None, **tables):
        frames = {
            name: pl.DataFrame([{**_BASES[name], **row} for row in rows], infer_schema_length=None)
            for name, rows in tables.items()
        }
        config = StudyConfig(clock=Clock(**clock)) if clock else None
        people = pl.DataFrame(subjects or SUBJECTS)
        return build_study(config, subjects=people, **frames)

    return make


@pytest.fixture
def folder_of(tmp_path):
    """A study folder with the given files; study.toml and subjects.csv are added where missing."""

    def make(**files):
        defaults = {
            "study.toml": '[study]\nid = "t"\n',
            "subjects.csv": "subject,infusion\nS1,2024-03-05T10:00\n",
        }
        named = {name.replace("__", "."): content for name, content in files.items()}
        for name, content in {**defaults, **named}.items():
            data = content if isinstance(content, bytes) else content.encode("utf-8")
            (tmp_path / name).write_bytes(data)
        return tmp_path

    return make
