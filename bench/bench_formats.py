"""Time to write and read a laboratory data set of 60,000 records x 23 variables in every format."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

RECORDS = 60_000
FORMATS = (".xpt", ".json", ".ndjson", ".dsjc", ".parquet", ".csv")


def make_frame(seed: int = 1) -> pl.DataFrame:
    """Build records in the shape of SDTM LB: repeated texts, results with decimals, some missing."""
    rng = np.random.default_rng(seed)
    numbers = rng.lognormal(3, 1, RECORDS).round(3)
    texts = {f"LBTXT{i:02d}": rng.choice([f"TEXT {i} {k}" for k in range(40)], RECORDS) for i in range(15)}
    results = {f"LBNUM{i}": np.roll(numbers, i) for i in range(5)}
    frame = pl.DataFrame(
        {
            "USUBJID": np.char.add("SUBJECT-", (np.arange(RECORDS) // 200).astype(str)),
            "LBSEQ": np.arange(RECORDS) + 1,
            "LBDTC": "2024-02-29T10:30",
            **texts,
            **results,
        }
    )
    is_missing = pl.Series(rng.random(RECORDS) < 0.1)
    return frame.with_columns(pl.when(~is_missing).then("LBNUM4").alias("LBNUM4"))


def measure(extension: str, frame: pl.DataFrame, folder: Path) -> str:
    """Write and read three times; the best of each, and the size."""
    from tutela.standards.build import build_dataset
    from tutela.standards.files import read_dataset, write_dataset

    dataset, path = build_dataset(frame, name="LB"), folder / f"lb{extension}"
    writing, reading = [], []
    for _ in range(3):
        start = time.perf_counter()
        write_dataset(dataset, path)
        middle = time.perf_counter()
        read_dataset(path)
        writing.append(middle - start)
        reading.append(time.perf_counter() - middle)
    size = path.stat().st_size / 1e6
    return f"{extension:9} write {min(writing):.2f} s, read {min(reading):.2f} s, {size:.1f} MB"


def main() -> None:
    """Print one line per format."""
    frame = make_frame()
    with tempfile.TemporaryDirectory() as folder:
        for extension in FORMATS:
            print(measure(extension, frame, Path(folder)))


if __name__ == "__main__":
    main()
