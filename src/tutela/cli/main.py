"""Entry point: run a command, and turn a user's mistake into three plain lines and exit code 2."""

from __future__ import annotations

import sys

__all__ = ["main"]

EXIT_OK = 0
EXIT_FINDINGS = 1
EXIT_USER = 2
EXIT_INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        Words after the program's name; None for those of the process.

    Returns
    -------
    int
        Never returns for the process itself: exits with 0 (done), 1 (findings that need action, where
        ``--fail-on`` asked for it), 2 (a mistake of the user) or 130 (interrupted).
    """
    from tutela.cli.app import app
    from tutela.kernel.errors import TutelaError

    try:
        app(args=arguments, prog_name="tutela")
    except TutelaError as error:
        _say(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("Interrupted; nothing half-written was left.", file=sys.stderr)
        sys.exit(EXIT_INTERRUPTED)
    return EXIT_OK


def _say(error: Exception) -> None:
    """One line what, one line where, one line what to do."""
    lines = str(error).splitlines() or [type(error).__name__]
    print(f"Error: {lines[0]}", file=sys.stderr)
    for line in lines[1:]:
        print(f"  {line}", file=sys.stderr)
