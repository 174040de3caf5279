"""Options that mean the same in every command."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "DatasetFormat",
    "FailOn",
    "Format",
    "FormatOption",
    "OutOption",
    "StudyArgument",
    "SubjectsOption",
    "TableArgument",
    "TimeUnitOption",
]


class Format(StrEnum):
    """How a result table is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


class FileFormat(StrEnum):
    """How the tables of a run are written."""

    PARQUET = "parquet"
    CSV = "csv"
    JSON = "json"


class DatasetFormat(StrEnum):
    """How CDISC data sets are written."""

    XPT = "xpt"
    JSON = "json"
    NDJSON = "ndjson"
    DSJC = "dsjc"
    CSV = "csv"
    PARQUET = "parquet"


class FailOn(StrEnum):
    """Lowest severity of an alert that makes the exit code 1."""

    CRITICAL = "critical"
    WARNING = "warning"
    NOTICE = "notice"


class Ctcae(StrEnum):
    """Laboratory criteria."""

    CTCAE_4 = "ctcae-4"
    CTCAE_5 = "ctcae-5"
    CTCAE_6 = "ctcae-6"
    DAIDS = "daids-2.1"


StudyArgument = Annotated[
    Path,
    typer.Argument(
        metavar="STUDY",
        help="Study folder (study.toml and tables), or a folder of SDTM data sets.",
        show_default=False,
    ),
]
TableArgument = Annotated[
    Path,
    typer.Argument(
        metavar="FILE|STUDY",
        help="Table file (CSV, Parquet, XPT, Dataset-JSON), or a study folder.",
        show_default=False,
    ),
]
SubjectsOption = Annotated[
    Path | None,
    typer.Option("--subjects", help="Subjects table (birth date or age, infusion).", show_default=False),
]
TimeUnitOption = Annotated[
    str | None,
    typer.Option(
        "--time-unit", help="Unit of times given as numbers since infusion: h, d, ...", show_default=False
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to show or write the result.")]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="File to write instead of the screen.", show_default=False),
]
