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
    try:
        _run(arguments)
    except KeyboardInterrupt:
        _say_interrupted()
        sys.exit(EXIT_INTERRUPTED)
    except SystemExit as stop:
        # The command-line library turns an interruption into this exit without a word.
        if stop.code == EXIT_INTERRUPTED:
            _say_interrupted()
        raise
    return EXIT_OK


def _run(arguments: list[str] | None) -> None:
    from tutela.kernel.errors import TutelaError

    try:
        from tutela.cli.app import app

        app(args=arguments, prog_name="tutela")
    except TutelaError as error:
        _say(error)
        sys.exit(error.exit_code)
    except OSError as error:
        # Disk full, a lock, a lost network drive: not a fault of the program.
        _say(_from_system(error))
        sys.exit(EXIT_USER)


def _say_interrupted() -> None:
    print("Interrupted; nothing half-written was left.", file=sys.stderr)


def _from_system(error: OSError) -> Exception:
    from tutela.kernel.errors import InputError

    what = f"The system refused a file: {error.strerror or error}."
    name = None if error.filename is None else str(error.filename)
    return InputError(what, file=name, advice="Check that it exists, its permissions and the free space.")


def _say(error: Exception) -> None:
    """One line what, one line where, one line what to do."""
    lines = str(error).splitlines() or [type(error).__name__]
    print(f"Error: {lines[0]}", file=sys.stderr)
    for line in lines[1:]:
        print(f"  {line}", file=sys.stderr)
