"""Time and size of the report of a virtual trial, and how soon headless Chromium can use it."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType

# One core: the budget is for one, and polars reads this when it is first imported.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

#: Subjects of the study the budget is for, and of the one that must still open.
STUDIES = (100, 500)
DAYS = 60
BROWSER = Path(__file__).resolve().parents[1] / "tests" / "report" / "browser.py"
#: Something of each kind to wait for in the page.
SUBJECT_CANVAS = "document.querySelector('.timeline canvas')"


def load_browser() -> ModuleType:
    """Load the tests' browser driver."""
    spec = importlib.util.spec_from_file_location("report_browser", BROWSER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def build(n: int, folder: Path) -> Path:
    """Build one report and print what it took."""
    from tutela.monitoring import assess
    from tutela.report import build_report
    from tutela.simulation.car_t import CarTOptions, simulate

    study = simulate(n, seed=1, options=CarTOptions(days=DAYS)).study
    assessment = assess(study)
    start = time.process_time()
    text = build_report(assessment)
    taken = time.process_time() - start
    path = folder / f"report-{n}.html"
    path.write_text(text, encoding="utf-8")
    size = path.stat().st_size / 1e6
    print(
        f"{n} subjects, {study.measurements.height:,} measurements: {taken:.2f} s on one core, {size:.2f} MB"
    )
    return path


def read(path: Path, browser: object) -> None:
    """Open a report and print when it can be used."""
    ready = browser.open(path)  # type: ignore[attr-defined]
    start = time.perf_counter()
    browser.run("document.querySelector('table.attention tbody a').click()")  # type: ignore[attr-defined]
    browser.wait(SUBJECT_CANVAS)  # type: ignore[attr-defined]
    drawn = time.perf_counter() - start
    print(f"{path.name}: usable after {ready:.2f} s, a subject's timeline {drawn:.2f} s after the click")


def main() -> None:
    """Build and open each study."""
    driver = load_browser()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [build(n, folder) for n in STUDIES]
        if driver.CHROMIUM is None:
            print("Chromium is not installed: the time to open was not measured")
            return
        with driver.Browser(folder / "profile") as browser:
            for path in paths:
                read(path, browser)


if __name__ == "__main__":
    main()
