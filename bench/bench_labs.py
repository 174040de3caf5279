"""Time of CTCAE grading of 60,000 laboratory values (250 subjects, 20 tests), on one core."""

from __future__ import annotations

import os
import time

# One core: the budget is for one, and polars reads this when it is first imported.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

import numpy as np
import polars as pl

ROWS = 60_000
SUBJECTS = 250
BUDGET_S = 0.3
#: Test -> unit, lower and upper limit of normal, typical spread of the value around its limits.
TESTS = {
    "NEUT": ("10^9/L", 1.8, 7.5), "PLAT": ("10^9/L", 150.0, 400.0), "WBC": ("10^9/L", 4.0, 11.0),
    "LYM": ("10^9/L", 1.0, 4.0), "HGB": ("g/L", 120.0, 160.0), "ALT": ("U/L", 7.0, 40.0),
    "AST": ("U/L", 8.0, 38.0), "ALP": ("U/L", 40.0, 120.0), "GGT": ("U/L", 5.0, 60.0),
    "BILI": ("umol/L", 3.0, 20.0), "CREAT": ("umol/L", 50.0, 100.0), "URATE": ("umol/L", 150.0, 420.0),
    "K": ("mmol/L", 3.5, 5.0), "SODIUM": ("mmol/L", 135.0, 145.0), "CA": ("mmol/L", 2.1, 2.6),
    "MG": ("mmol/L", 0.7, 1.05), "ALB": ("g/L", 35.0, 50.0), "INR": ("1", 0.8, 1.2),
    "FIBRINO": ("g/L", 2.0, 4.0), "GLUC": ("mmol/L", 3.9, 5.6),
}  # fmt: skip


def laboratory(rows: int, *, seed: int = 1) -> pl.DataFrame:
    """Random laboratory values around their limits, from ten days before to sixty days after infusion."""
    random = np.random.default_rng(seed)
    names = np.array(list(TESTS))[random.integers(0, len(TESTS), rows)]
    units, low, high = (np.array([TESTS[name][i] for name in names]) for i in range(3))
    low, high = low.astype(float), high.astype(float)
    value = np.sqrt(low * high) * random.lognormal(0.0, 0.8, rows)
    return pl.DataFrame(
        {
            "subject": [f"S{number:04d}" for number in random.integers(0, SUBJECTS, rows)],
            "time": random.uniform(-10.0, 60.0, rows),
            "test": names,
            "value": value,
            "unit": units,
            "low": low,
            "high": high,
            "source_file": ["lb.csv"] * rows,
            "source_row": np.arange(1, rows + 1),
        }
    )


def median_seconds(job: object, repeats: int = 5) -> float:
    """Median wall seconds of a call, after one warm-up."""
    job()  # type: ignore[operator]
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        job()  # type: ignore[operator]
        times.append(time.perf_counter() - start)
    return sorted(times)[repeats // 2]


def main() -> None:
    """Print grading, worst grades with shift table, and version shift."""
    from tutela.toxicity import labs

    table = laboratory(ROWS)
    graded = labs.grade(table).table
    grading = median_seconds(lambda: labs.grade(table))
    print(f"grade {ROWS} rows         {grading:.3f} s   (budget {BUDGET_S:.2f})")
    print(f"worst and shift table    {median_seconds(lambda: labs.shift_table(graded)):.3f} s")
    print(f"version shift 5 to 6     {median_seconds(lambda: labs.version_shift(table)):.3f} s")


if __name__ == "__main__":
    main()
