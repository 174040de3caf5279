"""A row whose start or end is only a date is not set aside for ending early on the day it starts."""

from __future__ import annotations

import polars as pl
import pytest

from tutela.kernel.study import build_study


@pytest.mark.regression
@pytest.mark.parametrize(
    ("start", "end", "is_kept"),
    [
        ("2024-03-08", "2024-03-08T03:40", True),
        ("2024-03-08T20:00", "2024-03-08", True),
        ("2024-03-08", "2024-03-07T23:00", False),
        ("2024-03-08T10:00", "2024-03-08T09:00", False),
    ],
)
def test_the_order_of_a_date_and_a_time_is_told_by_the_calendar(start, end, is_kept):
    study = build_study(
        subjects=pl.DataFrame({"subject": ["S1"], "infusion": ["2024-03-01T14:00"]}),
        treatments=pl.DataFrame(
            {"subject": ["S1"], "treatment": ["Norepinephrine"], "start": [start], "end": [end]}
        ),
    )
    assert study.treatments.height == int(is_kept)
