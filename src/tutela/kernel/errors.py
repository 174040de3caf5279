"""The errors a user can meet, as a tree.

.. code-block:: text

    TutelaError
     |- InputError          a file or table cannot be used: file, row, column, value, expected, advice
     |   |- UnitError       a unit is unknown, or does not fit the quantity
     |   |- TimeError       a date or time cannot be read, or does not fit the others
     |- StudyError          the study as a whole is inconsistent: subject, table
     |- StandardError       an SDTM, ADaM, XPT or Dataset-JSON rule is broken: element, rule
     |- RuleError           a monitoring rule, its parameter or its override is not allowed
     |- MissingExtraError   an optional part is not installed: the install command

"Cannot be computed for this subject" is not an error: it is a value with a reason
(:class:`tutela.kernel.values.Quantity`). A message says what is wrong, where, and what to do.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "InputError",
    "MissingExtraError",
    "RuleError",
    "StandardError",
    "StudyError",
    "TimeError",
    "TutelaError",
    "UnitError",
]


class TutelaError(Exception):
    """Base of every error that is the user's to mend; the command line shows it without a traceback.

    Parameters
    ----------
    what
        One sentence: what is wrong.
    where
        File, table, subject, row or column; empty if there is no place.
    advice
        One sentence: what to do.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, what: str, *, where: str = "", advice: str = "") -> None:
        self.what = what
        self.where = where
        self.advice = advice
        super().__init__("\n".join(part for part in (what, where, advice) if part))


class InputError(TutelaError):
    """A file or table cannot be used.

    Parameters
    ----------
    what
        One sentence: what is wrong.
    file, row, column, value, expected
        The place (row as a 1-based line or record number of the source), the value found there, and
        what was expected instead; each may be None where it does not apply.
    advice
        One sentence: what to do.

    Examples
    --------
    >>> print(InputError("Not a date.", file="vs.csv", row=7, column="time", value="2024-02-30",
    ...                  expected="an ISO 8601 date", advice="Correct the date."))
    Not a date.
    vs.csv, row 7, column time: found '2024-02-30', expected an ISO 8601 date
    Correct the date.
    """

    def __init__(
        self,
        what: str,
        *,
        file: str | None = None,
        row: int | None = None,
        column: str | None = None,
        value: object = None,
        expected: str | None = None,
        advice: str = "",
    ) -> None:
        self.file = file
        self.row = row
        self.column = column
        self.value = value
        self.expected = expected
        places = (file, None if row is None else f"row {row}", None if column is None else f"column {column}")
        place = ", ".join(part for part in places if part)
        facts = (
            None if value is None else f"found {value!r}",
            None if expected is None else f"expected {expected}",
        )
        found = ", ".join(part for part in facts if part)
        super().__init__(what, where=": ".join(part for part in (place, found) if part), advice=advice)


class UnitError(InputError):
    """A unit is unknown, or does not fit the quantity."""


class TimeError(InputError):
    """A date or time cannot be read, or does not fit the others."""


class StudyError(TutelaError):
    """The study as a whole is inconsistent."""


class StandardError(TutelaError):
    """A rule of SDTM, ADaM, SAS transport or Dataset-JSON is broken."""


class RuleError(TutelaError):
    """A monitoring rule, its parameter or its override is not allowed."""


class MissingExtraError(TutelaError):
    """An optional part is not installed.

    Parameters
    ----------
    feature
        What was asked for.
    extra
        Name of the extra that provides it.
    """

    def __init__(self, feature: str, *, extra: str) -> None:
        super().__init__(
            f"{feature} needs an optional part.", advice=f"Install it: pip install 'tutela[{extra}]'"
        )
