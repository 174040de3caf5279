"""Run all benchmarks: ``make bench`` or ``python -m bench``; each prints one line per figure."""

from __future__ import annotations

import runpy
from pathlib import Path

if __name__ == "__main__":
    for script in sorted(Path(__file__).parent.glob("bench_*.py")):
        print(f"== {script.stem}", flush=True)
        runpy.run_path(str(script), run_name="__main__")
