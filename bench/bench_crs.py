"""CRS grading of one million vital signs of 2,000 subjects, with support: seconds and peak memory."""

from __future__ import annotations

import resource
import time

import numpy as np
import polars as pl

SUBJECTS, ROUNDS = 2_000, 250
DAYS = 42.0


def vitals(rng: np.random.Generator) -> pl.DataFrame:
    """Two tests per round, rounds at random times; a fever bump in two of three subjects."""
    n = SUBJECTS * ROUNDS
    subject = np.repeat(np.arange(SUBJECTS), ROUNDS)
    times = np.sort(rng.uniform(0, DAYS, (SUBJECTS, ROUNDS)), axis=1).ravel()
    onset = np.repeat(rng.uniform(2, 9, SUBJECTS), ROUNDS)
    ill = np.repeat(rng.random(SUBJECTS) < 0.67, ROUNDS) & (times > onset) & (times < onset + 5)
    temperature = np.round(36.8 + rng.normal(0, 0.3, n) + 2.0 * ill, 1)
    pressure = np.round(110 + rng.normal(0, 12, n) - 20 * ill)
    names = pl.Series([f"S{i:05d}" for i in range(SUBJECTS)]).gather(subject)
    parts = [
        pl.DataFrame({"subject": names, "time": times, "test": [test] * n, "value": values})
        for test, values in (("TEMP", temperature), ("SYSBP", pressure))
    ]
    return pl.concat(parts).with_columns(
        source_file=pl.lit("vs.csv"),
        source_row=pl.int_range(1, 2 * n + 1, dtype=pl.Int64),
        attribution=pl.lit(None, dtype=pl.String),
        time_precision=pl.lit("minute"),
    )


def treatments(rng: np.random.Generator) -> pl.DataFrame:
    """Oxygen, vasopressors and tocilizumab for a part of the subjects."""
    rows = []
    for number in range(SUBJECTS):
        start = float(rng.uniform(3, 10))
        if rng.random() < 0.3:
            rows.append(
                (number, "oxygen", "oxygen", start, start + 2, "nasal_cannula", float(rng.uniform(1, 9)))
            )
            rows.append((number, "vasopressor", "norepinephrine", start, start + 1.5, None, None))
            rows.append((number, "anticytokine", "tocilizumab", start + 0.1, start + 0.15, None, None))
    columns = ["number", "role", "agent", "start", "end", "device", "flow"]
    schema = dict(
        zip(
            columns,
            (pl.Int64, pl.String, pl.String, pl.Float64, pl.Float64, pl.String, pl.Float64),
            strict=True,
        )
    )
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(
        subject=pl.format("S{}", pl.col("number").cast(pl.String).str.zfill(5)),
        source_file=pl.lit("cm.csv"),
        source_row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
    )


def main() -> None:
    """Print seconds of three runs (the first includes imports' warm-up) and the peak of memory."""
    from tutela.toxicity import crs

    rng = np.random.default_rng(2026)
    measured, given = vitals(rng), treatments(rng)
    people = pl.DataFrame(
        {"subject": [f"S{i:05d}" for i in range(SUBJECTS)], "age": rng.uniform(1, 70, SUBJECTS)}
    )
    for run in range(3):
        start, cpu = time.perf_counter(), time.process_time()
        result = crs.grade(measured, treatments=given, subjects=people)
        seconds, busy = time.perf_counter() - start, time.process_time() - cpu
        print(
            f"CRS, {measured.height:,} rows, run {run + 1}   {seconds:.2f} s, CPU {busy:.2f} s   (budget 5)"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"peak memory of the process   {peak:.2f} GiB   (budget 1.5); {result.course.height:,} windows")


if __name__ == "__main__":
    main()
