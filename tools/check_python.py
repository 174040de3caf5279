"""Say in one line what is missing when the Python is too old."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this file runs on the user's own Python, whatever it is
    version = ".".join(str(part) for part in sys.version_info[:3])
    sys.exit(f"tutela needs Python 3.11 or newer; this is {version}. Try: make PYTHON=python3.12 ...")
