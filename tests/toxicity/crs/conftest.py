"""Small studies for CRS tests: one subject, hours as the unit of time."""

from __future__ import annotations

import polars as pl
import pytest

from tutela.toxicity import crs

TREATMENT_SCHEMA = {
    "subject": pl.String, "role": pl.String, "agent": pl.String, "start": pl.Float64, "end": pl.Float64,
    "is_ongoing": pl.Boolean, "device": pl.String, "flow": pl.Float64, "dose": pl.Float64, "route": pl.String,
    "indication": pl.String, "attribution": pl.String, "treatment": pl.String, "start_precision": pl.String,
    "end_precision": pl.String, "source_file": pl.String, "source_row": pl.Int64,
}  # fmt: skip
MEASUREMENT_SCHEMA = {
    "subject": pl.String, "time": pl.Float64, "test": pl.String, "value": pl.Float64, "attribution": pl.String,
    "time_precision": pl.String, "source_file": pl.String, "source_row": pl.Int64,
}  # fmt: skip


class Case:
    """Rows of one small study; times in hours since infusion."""

    def __init__(self):
        self.measured, self.given = [], []
        self.people = {"a": {"subject": "a", "age": 40.5}}

    def measure(self, hour, subject="a", **values):
        """Vital signs of one instant: temp=39.0, sbp=None for a reading that was not obtained."""
        extra = {k: values.pop(k) for k in ("attribution", "time_precision") if k in values}
        for test, value in values.items():
            code = {"temp": "TEMP", "sbp": "SYSBP", "hr": "HR"}[test]
            row = {"subject": subject, "time": hour / 24, "test": code, "value": value, **extra}
            self.measured.append(row | {"source_file": "vs.csv", "source_row": len(self.measured) + 1})
        return self

    def every(self, hours, temp=37.0, sbp=120.0, subject="a"):
        """The same vital signs at several hours."""
        for hour in hours:
            self.measure(hour, subject=subject, temp=temp, sbp=sbp)
        return self

    def give(self, role, start, end=None, subject="a", **facts):
        """A treatment; hours."""
        day = {"start": None if start is None else start / 24, "end": None if end is None else end / 24}
        row = {"subject": subject, "role": role, **day, "is_ongoing": False, **facts}
        self.given.append(row | {"source_file": "cm.csv", "source_row": len(self.given) + 1})
        return self

    def person(self, subject="a", **facts):
        self.people[subject] = {"subject": subject, **facts}
        return self

    def tables(self):
        people = pl.DataFrame(list(self.people.values()))
        measured = pl.DataFrame(self.measured, schema=MEASUREMENT_SCHEMA)
        given = pl.DataFrame(self.given, schema=TREATMENT_SCHEMA)
        return measured, {"treatments": given, "subjects": people}

    def grade(self, **options):
        measured, tables = self.tables()
        return crs.grade(measured, **tables, options=crs.CrsOptions(**options))

    def at(self, hour, **options):
        """Bounds of the grade at an hour that has a window."""
        course = self.grade(**options).course
        row = course.filter((pl.col("time") * 24 - hour).abs() < 1e-6)
        assert row.height == 1, course
        return row.item(0, "grade_low"), row.item(0, "grade_high")


@pytest.fixture
def case():
    return Case()
