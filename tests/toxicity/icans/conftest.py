"""Small studies for ICANS tests; hours as the unit of time."""

from __future__ import annotations

import polars as pl
import pytest

from tutela.toxicity import icans

SCHEMA = {
    "subject": pl.String, "time": pl.Float64, "test": pl.String, "value": pl.Float64, "value_raw": pl.String,
    "attribution": pl.String, "time_precision": pl.String, "source_file": pl.String, "source_row": pl.Int64,
}  # fmt: skip


class Case:
    """Neurological rows of one small study; times in hours since infusion."""

    def __init__(self):
        self.rows = []
        self.people = {"a": {"subject": "a", "age": 40.5}}

    def add(self, hour, subject="a", attribution=None, **results):
        """Results by test code in lower case: a number, a code, or None for no result."""
        for test, result in results.items():
            is_text = isinstance(result, str)
            row = {
                "subject": subject,
                "time": hour / 24,
                "test": test.upper(),
                "value": None if is_text else result,
                "value_raw": result if is_text else None,
                "attribution": attribution,
                "source_file": "qs.csv",
                "source_row": len(self.rows) + 1,
            }
            self.rows.append(row)
        return self

    def person(self, subject="a", **facts):
        self.people[subject] = {"subject": subject, **facts}
        return self

    def tables(self):
        return pl.DataFrame(self.rows, schema=SCHEMA), pl.DataFrame(list(self.people.values()))

    def grade(self, **options):
        measured, people = self.tables()
        return icans.grade(measured, subjects=people, options=icans.IcansOptions(**options))

    def at(self, hour, **options):
        course = self.grade(**options).course
        row = course.filter((pl.col("time") * 24 - hour).abs() < 1e-6)
        assert row.height == 1, course
        return row.item(0, "grade_low"), row.item(0, "grade_high")


@pytest.fixture
def case():
    return Case()
