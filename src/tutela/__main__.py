"""``python -m tutela``: the command line, where the program's own name is not on the path."""

from __future__ import annotations

from tutela.cli import main

__all__: list[str] = []

if __name__ == "__main__":
    main()
