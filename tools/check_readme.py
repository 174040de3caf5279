"""Run what a README shows, so that no reader meets a command that does not work.

Console blocks: lines starting with ``tutela`` run in order in an empty folder (``make`` lines are the caller's
own). Python blocks: run as they stand. Commands that need a filled-in study are shown with the template, so a
"no subjects" answer (exit code 2) is accepted only for those lines listed in ``NEEDS_DATA``.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

BLOCK = re.compile(r"^```(?P<kind>console|python)\n(?P<body>.*?)^```", re.MULTILINE | re.DOTALL)
NEEDS_DATA = {"tutela check my-study", "tutela run my-study"}


def run_console(line: str, folder: Path) -> None:
    """Run one command line of the README."""
    program = str(Path(sys.executable).with_name("tutela"))
    done = subprocess.run(
        [program, *shlex.split(line)[1:]], cwd=folder, capture_output=True, text=True, check=False
    )
    allowed = {0, 2} if line in NEEDS_DATA else {0}
    if done.returncode not in allowed or "Traceback" in done.stderr:
        sys.exit(f"README command failed: {line}\n{done.stdout}{done.stderr}")
    print(f"ok   {line}")


def run_python(body: str, folder: Path) -> None:
    """Run one Python block of the README."""
    done = subprocess.run(
        [sys.executable, "-c", body], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"README example failed:\n{body}\n{done.stderr}")
    print(f"ok   Python: {body.splitlines()[0]}")


def main(readme: Path) -> None:
    """Run all blocks of one file."""
    with tempfile.TemporaryDirectory() as name:
        for block in BLOCK.finditer(readme.read_text(encoding="utf-8")):
            if block["kind"] == "python":
                run_python(block["body"], Path(name))
                continue
            for line in block["body"].splitlines():
                if line.startswith("tutela "):
                    run_console(line, Path(name))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
