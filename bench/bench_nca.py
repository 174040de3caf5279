"""Time of a non-compartmental analysis of 10,000 profiles x 12 samples, on one core, table included."""

from __future__ import annotations

import os
import time

# One core: the budget is for one, and polars reads this when it is first imported.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

import numpy as np
import polars as pl

PROFILES = 10_000
DAYS = (0.0, 1.0, 3.0, 5.0, 7.0, 9.0, 11.0, 14.0, 21.0, 28.0, 60.0, 90.0)


def make_profiles(seed: int = 1) -> pl.DataFrame:
    """Build noisy expansion and contraction, with values below the limit and missing ones."""
    rng = np.random.default_rng(seed)
    days = np.array(DAYS)[None, :] + rng.normal(0, 0.05, (PROFILES, len(DAYS))).clip(-0.1, 0.1)
    days[:, 0] = 0.0
    peak = np.exp(rng.normal(10, 1, (PROFILES, 1)))
    rise, fall = np.exp(0.9 * (days - 9.3)), np.exp(-rng.uniform(0.05, 0.4, (PROFILES, 1)) * (days - 9.3))
    value = peak * np.where(days < 9.3, rise, fall) * np.exp(rng.normal(0, 0.3, days.shape))
    return pl.DataFrame(
        {
            "subject": np.repeat([f"S{i:05d}" for i in range(PROFILES)], len(DAYS)),
            "test": "CARTGENE",
            "time": days.ravel(),
            "value": value.ravel(),
            "unit": "copies/ug",
            "lloq": 50.0,
            "is_censored": (value < 50.0).ravel(),
            "source_file": "measurements.csv",
            "source_row": np.arange(1, PROFILES * len(DAYS) + 1),
        }
    )


def main() -> None:
    """Print the median of five analyses, and the first (which imports what it needs)."""
    from tutela.kinetics.nca import compute

    profiles = make_profiles()
    times = []
    for _ in range(6):
        start = time.perf_counter()
        result = compute(profiles)
        times.append(time.perf_counter() - start)
    rows = result.table.height
    median = sorted(times[1:])[2]
    print(f"nca 10,000 profiles x 12  {median:.2f} s, first {times[0]:.2f} s, {rows:,} rows   (budget 1.5)")


if __name__ == "__main__":
    main()
