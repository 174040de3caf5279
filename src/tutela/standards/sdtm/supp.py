"""Supplemental qualifiers: merge SUPP-- into its domain, and split it off again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

__all__ = ["SUPP_COLUMNS", "Merged", "merge_supp", "split_supp"]

#: Variables of a SUPP-- dataset, in order.
SUPP_COLUMNS = (
    "STUDYID",
    "RDOMAIN",
    "USUBJID",
    "IDVAR",
    "IDVARVAL",
    "QNAM",
    "QLABEL",
    "QVAL",
    "QORIG",
    "QEVAL",
)

_KEY = ("USUBJID", "_id")


@dataclass(frozen=True, eq=False)
class Merged:
    """A domain with its supplemental qualifiers as further columns.

    Parameters
    ----------
    frame
        The domain's rows, as many as before, with one column per QNAM.
    unused
        Supplemental rows that could not be attached, with a column ``reason``.
    """

    frame: pl.DataFrame
    unused: pl.DataFrame


def merge_supp(domain: pl.DataFrame, supp: pl.DataFrame) -> Merged:
    """Attach supplemental qualifiers to the rows they belong to.

    Parameters
    ----------
    domain
        Rows of one domain, all text.
    supp
        Its SUPP-- rows, all text, with ``IDVAR``, ``IDVARVAL``, ``QNAM`` and ``QVAL``.

    Returns
    -------
    Merged
        A qualifier never overwrites a variable of the domain that has a value.

    Notes
    -----
    A blank IDVAR attaches the value to all rows of the subject (as in SUPPDM). Numeric identifiers are
    compared as numbers: ``1`` and ``1.0`` are the same sequence number.
    """
    frame = domain.with_row_index("_row")
    work = supp.with_row_index("_supp").with_columns(
        pl.col("IDVAR").fill_null("").str.strip_chars().str.to_uppercase(),
        pl.col("QNAM").str.strip_chars().str.to_uppercase(),
    )
    reasons: list[pl.DataFrame] = []
    pieces: list[pl.DataFrame] = []
    for (idvar,), rows in work.group_by("IDVAR", maintain_order=True):
        piece, lost = _attach(frame, rows, str(idvar))
        pieces.append(piece)
        reasons.append(lost)
    for piece in pieces:
        frame = _coalesce(frame, piece)
    lost = pl.concat(reasons) if reasons else pl.DataFrame(schema={"_supp": pl.UInt32, "reason": pl.String})
    unused = work.join(lost, on="_supp", how="inner", maintain_order="left").drop("_supp")
    return Merged(frame.drop("_row"), unused)


def _normal(column: str) -> pl.Expr:
    """Identifier as text, with a number written one way."""
    text = pl.col(column).fill_null("").str.strip_chars()
    return pl.coalesce(text.cast(pl.Float64, strict=False).cast(pl.String), text)


def _attach(frame: pl.DataFrame, rows: pl.DataFrame, idvar: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One wide frame ``_row`` + QNAMs, and the rows that found no place with the reason."""
    if idvar and idvar not in frame.columns:
        reason = pl.lit(f"the domain has no variable {idvar}")
        return frame.select("_row"), rows.select("_supp", reason.alias("reason"))
    own = _normal(idvar) if idvar else pl.lit("")
    keys = frame.select("_row", "USUBJID", own.alias("_id"))
    theirs = _normal("IDVARVAL") if idvar else pl.lit("")
    named = rows.with_columns(theirs.alias("_id"))
    repeated = named.select("_supp", pl.struct(*_KEY, "QNAM").is_first_distinct().not_().alias("twice"))
    firsts = named.filter(~repeated["twice"])
    homeless = firsts.join(keys, on=_KEY, how="anti").select(
        "_supp", pl.lit("it points to no row of the domain").alias("reason")
    )
    twice = named.filter(repeated["twice"]).select(
        "_supp", pl.lit("the same qualifier is given twice for this row").alias("reason")
    )
    wide = firsts.pivot("QNAM", index=_KEY, values="QVAL", aggregate_function="first")
    piece = keys.join(wide, on=_KEY, how="inner").drop(_KEY)
    return piece, pl.concat([homeless, twice])


def _coalesce(frame: pl.DataFrame, piece: pl.DataFrame) -> pl.DataFrame:
    """Join the qualifiers; where a name is taken, the domain's own value stands."""
    joined = frame.join(piece, on="_row", how="left", suffix="_supp", maintain_order="left")
    taken = [name for name in piece.columns if f"{name}_supp" in joined.columns]
    return joined.with_columns(
        pl.coalesce(pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name)), f"{name}_supp").alias(
            name
        )
        for name in taken
    ).drop(f"{name}_supp" for name in taken)


def split_supp(
    frame: pl.DataFrame, code: str, *, names: Sequence[tuple[str, str]], by_subject: bool = False
) -> pl.DataFrame:
    """Make the SUPP-- rows of a domain from its wide columns.

    Parameters
    ----------
    frame
        The domain with the qualifiers as text columns, and its ``--SEQ`` unless by subject.
    code
        Two letters of the domain.
    names
        (QNAM, QLABEL) of the columns to take.
    by_subject
        True for DM, whose qualifiers belong to the subject.

    Returns
    -------
    polars.DataFrame
        :data:`SUPP_COLUMNS`; one row per value that is not null.
    """
    present = [(name, label) for name, label in names if name in frame.columns]
    sequence = f"{code}SEQ"
    parts = [
        frame.filter(pl.col(name).is_not_null()).select(
            "STUDYID",
            pl.lit(code).alias("RDOMAIN"),
            "USUBJID",
            pl.lit("" if by_subject else sequence).alias("IDVAR"),
            (pl.lit("") if by_subject else pl.col(sequence).cast(pl.Int64).cast(pl.String)).alias("IDVARVAL"),
            pl.lit(name).alias("QNAM"),
            pl.lit(label[:40]).alias("QLABEL"),
            pl.col(name).alias("QVAL"),
            pl.lit("Derived").alias("QORIG"),
            pl.lit("").alias("QEVAL"),
        )
        for name, label in present
    ]
    if not parts:
        return pl.DataFrame(schema=dict.fromkeys(SUPP_COLUMNS, pl.String))
    return pl.concat(parts).sort("USUBJID", "IDVARVAL", "QNAM", maintain_order=True)
