"""Time and memory to read a study of 1,000,000 measurements from CSV, check and convert it."""

from __future__ import annotations

import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

ROWS = 1_000_000
SUBJECTS = 2_000
TESTS = (("TEMP", 98.6, "degF"), ("SYSBP", 110.0, "mmHg"), ("CREAT", 0.9, "mg/dL"), ("OXYSAT", 97.0, "%"))


def write_folder(folder: Path) -> None:
    """Write hourly results of four tests, half of them in units that need conversion."""
    number = np.arange(ROWS)
    subject = np.char.add("S", (number % SUBJECTS).astype(str))
    start = np.datetime64("2024-03-05T10:00")
    times = (start + (number // SUBJECTS).astype("timedelta64[h]")).astype(str)
    which = number // SUBJECTS % len(TESTS)
    noise = np.random.default_rng(1).random(ROWS).round(2)
    pl.DataFrame(
        {
            "subject": subject,
            "time": times,
            "test": np.array([name for name, _, _ in TESTS])[which],
            "value": (np.array([usual for _, usual, _ in TESTS])[which] + noise).round(2),
            "unit": np.array([unit for _, _, unit in TESTS])[which],
        }
    ).write_csv(folder / "measurements.csv")
    people = np.char.add("S", np.arange(SUBJECTS).astype(str))
    pl.DataFrame({"subject": people, "infusion": "2024-03-05T09:00"}).write_csv(folder / "subjects.csv")
    (folder / "study.toml").write_text('[study]\nid = "bench"\n', encoding="utf-8")


def main() -> None:
    """Read once: a study is read once."""
    from tutela.kernel.study import read_study

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_folder(folder)
        start = time.perf_counter()
        study = read_study(folder)
        seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"read_study, {study.measurements.height} rows: {seconds:.2f} s, peak {peak:.2f} GB")


if __name__ == "__main__":
    main()
