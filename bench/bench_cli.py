"""Whole-process times of the command line: the help page, and the main job on the demo trial."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

TUTELA = str(Path(sys.executable).with_name("tutela"))


def seconds(*words: str) -> float:
    """Wall seconds of one command."""
    start = time.perf_counter()
    subprocess.run([TUTELA, *words], check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Print median of five help pages, and one demo run (warm)."""
    seconds("--help")
    times = sorted(seconds("--help") for _ in range(5))
    print(f"tutela --help            {times[2]:.2f} s   (budget 0.30)")
    with tempfile.TemporaryDirectory() as folder:
        trial = str(Path(folder) / "trial")
        seconds("simulate", "car-t", "--n", "40", "--seed", "2026", "--out", trial)
        print(f"tutela run (40 subjects) {seconds('run', trial):.1f} s   (budget 15)")


if __name__ == "__main__":
    main()
