"""One data set of a standard in memory: a frame, the variables' metadata, and where it came from.

Every file format is read into a :class:`Dataset` and written from one, so that a conversion is a
reading and a writing. The polars type of a column follows from its declared type by one table
(:data:`STORAGE`); a column never changes type because of what happens to be in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import polars as pl

from tutela.kernel.errors import StandardError

__all__ = ["DATA_TYPES", "MISSING_CODES", "Column", "Dataset", "Source", "storage_of"]

DATA_TYPES = (
    "string",
    "integer",
    "decimal",
    "float",
    "double",
    "boolean",
    "datetime",
    "date",
    "time",
    "URI",
)
"""The data types of Dataset-JSON 1.1, used for every format."""

_STORAGE: Mapping[tuple[str, bool], pl.DataType] = {
    ("integer", False): pl.Int64(),
    ("float", False): pl.Float64(),
    ("double", False): pl.Float64(),
    ("boolean", False): pl.Boolean(),
    ("date", True): pl.Date(),
    ("datetime", True): pl.Datetime("us"),
    ("time", True): pl.Time(),
}

MISSING_CODES = pl.Schema({"column": pl.String(), "row": pl.Int64(), "code": pl.String()})
"""Columns of the table of special missing values: column, record number from 1, code (``A``-``Z``, ``_``)."""


@dataclass(frozen=True)
class Column:
    """One variable of a data set.

    Parameters
    ----------
    name
        Variable name, as in the frame.
    label
        Description.
    type
        One of :data:`DATA_TYPES`.
    length
        Declared length: bytes of text in a transport file, characters in Dataset-JSON; None if not
        declared.
    format, informat
        SAS display format and input format with width and decimals, such as ``DATE9.``.
    target_type
        ``integer`` if a date, time or date-time is a number in SAS (ADaM), ``decimal`` for decimals,
        else empty.
    key
        Place of this variable in the key of the data set, from 1.
    oid
        Identifier of the variable in the study's define file.
    num_bytes
        Stored bytes of a number in a transport file, 2 to 8.

    Raises
    ------
    StandardError
        If a type is unknown or a length is not possible.

    Examples
    --------
    >>> Column("TRTSDT", type="date", target_type="integer", format="DATE9.").storage
    Date
    >>> Column("AESTDTC", type="date").storage
    String
    """

    name: str
    label: str = ""
    type: str = "string"
    length: int | None = None
    format: str = ""
    informat: str = ""
    target_type: str = ""
    key: int | None = None
    oid: str = ""
    num_bytes: int = 8

    def __post_init__(self) -> None:
        faults = [
            (self.type not in DATA_TYPES, f"type {self.type!r} is not one of {', '.join(DATA_TYPES)}"),
            (self.target_type not in ("", "integer", "decimal"), f"target type {self.target_type!r}"),
            (not 2 <= self.num_bytes <= 8, f"a number of {self.num_bytes} bytes; allowed are 2 to 8"),
            (self.length is not None and self.length < 1, f"length {self.length}"),
            (self.key is not None and self.key < 1, f"key sequence {self.key}"),
        ]
        for is_wrong, what in faults:
            if is_wrong:
                message = f"The variable cannot be declared so: {what}."
                raise StandardError(message, where=f"column {self.name}")

    @property
    def storage(self) -> pl.DataType:
        """The polars type of this variable in the frame."""
        return storage_of(self.type, target_type=self.target_type)

    @property
    def is_text(self) -> bool:
        """True if the frame holds text; partial dates and decimals are text too."""
        return self.storage == pl.String()


def storage_of(type_: str, *, target_type: str = "") -> pl.DataType:
    """Polars type of a declared data type.

    Parameters
    ----------
    type_
        One of :data:`DATA_TYPES`.
    target_type
        ``integer`` for a date, time or date-time that is a number in SAS.

    Returns
    -------
    polars.DataType
        Int64, Float64, Boolean, Date, Datetime in microseconds, Time; String for everything else.

    Notes
    -----
    A date without a target type stays text, because SDTM dates may be partial (``2014-07``). A
    decimal stays text, because its trailing zeros and its digits are the value.
    """
    return _STORAGE.get((type_, target_type == "integer"), pl.String())


@dataclass(frozen=True)
class Source:
    """Where a data set came from, kept so that it can be written back the same.

    Parameters
    ----------
    file
        File name without folder; empty if it was made in memory.
    kind
        ``xpt``, ``json``, ``ndjson``, ``dsjc``, ``csv`` or ``parquet``; empty if made in memory.
    encoding
        Encoding of the text in the file.
    created, modified
        ISO 8601 date-times of the data set as stated in the file; empty if not stated.
    system, system_version
        The system that wrote it, as stated in the file.
    attributes
        Identifiers of a Dataset-JSON file by their names in the standard.
    """

    file: str = ""
    kind: str = ""
    encoding: str = "utf-8"
    created: str = ""
    modified: str = ""
    system: str = ""
    system_version: str = ""
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def _no_codes() -> pl.DataFrame:
    return pl.DataFrame(schema=MISSING_CODES)


@dataclass(frozen=True)
class Dataset:
    """A data set: one frame, one metadata record per column, in the same order.

    Parameters
    ----------
    name
        Data set name, such as ``LB``.
    label
        Data set description.
    frame
        The records, in the order of the file; types follow from ``columns``.
    columns
        Metadata of the variables in frame order.
    source
        Where it came from.
    notices
        What a reader must know: fall-back encodings, reported oddities.
    missing_codes
        Special missing values (``.A`` to ``.Z``, ``._``), which are null in the frame; columns as in
        :data:`MISSING_CODES`.
    row_numbers
        Record numbers in the file, from 1, one per row; None if they are 1, 2, 3, ...

    Raises
    ------
    StandardError
        If names or types of frame and columns differ, or a name occurs twice.
    """

    name: str
    label: str
    frame: pl.DataFrame
    columns: tuple[Column, ...]
    source: Source = field(default_factory=Source)
    notices: tuple[str, ...] = ()
    missing_codes: pl.DataFrame = field(default_factory=_no_codes)
    row_numbers: pl.Series | None = None

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        twice = [name for name, count in Counter(names).items() if count > 1]
        if twice:
            what = f"Variable names occur more than once: {', '.join(twice)}."
            raise StandardError(what, where=f"data set {self.name}")
        if names != self.frame.columns:
            what = "The metadata and the frame have different columns."
            raise StandardError(what, where=f"data set {self.name}: {names} and {self.frame.columns}")
        for column, dtype in zip(self.columns, self.frame.dtypes, strict=True):
            if dtype != column.storage:
                what = f"A variable of type {column.type} is kept as {column.storage}, not as {dtype}."
                raise StandardError(
                    what, where=f"data set {self.name}, column {column.name}", advice="Use build_dataset()."
                )

    def column(self, name: str) -> Column:
        """Metadata of one variable.

        Raises
        ------
        KeyError
            If there is no such variable.
        """
        return {column.name: column for column in self.columns}[name]

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the key variables in key order."""
        keyed = [(column.key, column.name) for column in self.columns if column.key is not None]
        return tuple(name for _, name in sorted(keyed))

    def with_source_rows(self) -> pl.DataFrame:
        """The frame with ``source_file`` and ``source_row`` (record number from 1) in front."""
        counted = pl.int_range(1, self.frame.height + 1, dtype=pl.Int64, eager=True)
        numbers = counted if self.row_numbers is None else self.row_numbers
        return self.frame.select(
            pl.lit(self.source.file).alias("source_file"), numbers.alias("source_row"), pl.all()
        )
