"""Pin requirements/run.txt and requirements/dev.txt with hashes, without recording any address.

``run`` is what the package needs; ``dev`` adds what the checks need. Run it through ``make requirements``.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = (
    "--quiet",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
    "--no-emit-trusted-host",
    "--no-emit-find-links",
    "--allow-unsafe",
    "--strip-extras",
    "--resolver=backtracking",
)


def pin(output: str, *sources: str) -> None:
    """Resolve ``sources`` into ``output`` (paths relative to the repository)."""
    command = [sys.executable, "-m", "piptools", "compile", *OPTIONS, "--output-file", output, *sources]
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    pin("requirements/run.txt", "pyproject.toml", "requirements/build.in")
    pin("requirements/dev.txt", "pyproject.toml", "requirements/build.in", "requirements/dev.in")
