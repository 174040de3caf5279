"""What a file format cannot keep of a data set: said when it is written, so that nothing vanishes silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tutela.standards.dataset import Dataset

__all__ = ["find_losses"]


def find_losses(dataset: Dataset, *, kind: str) -> tuple[str, ...]:
    """Say what of the values of a data set a format cannot keep.

    Parameters
    ----------
    dataset
        What is to be written.
    kind
        ``xpt``, ``json`` (any form of Dataset-JSON), ``csv`` or ``parquet``.

    Returns
    -------
    tuple of str
        One sentence per kind of loss with the number of cells and the variables; empty if the values
        read back the same.

    Notes
    -----
    What a format refuses is not a loss but an error of its writer. CSV never keeps labels and types.

    Examples
    --------
    >>> from tutela.standards.build import build_dataset
    >>> dataset = build_dataset(pl.DataFrame({"AETERM": ["Fever", None]}), name="AE")
    >>> find_losses(dataset, kind="xpt")
    ('1 missing texts become blank: AETERM.',)
    >>> find_losses(dataset, kind="json")
    ()
    """
    by_kind = {"xpt": _transport_losses, "json": _json_losses, "csv": _csv_losses}
    return tuple(by_kind[kind](dataset)) if kind in by_kind else ()


def _count(frame: pl.DataFrame, is_lost: pl.Expr, words: str) -> Iterator[str]:
    counts = frame.select(pl.col(pl.String)).select(is_lost.fill_null(value=False).sum())
    lost = {name: counts[name].item() for name in counts.columns if counts.height and counts[name].item()}
    if lost:
        yield f"{sum(lost.values())} {words}: {', '.join(lost)}."


def _transport_losses(dataset: Dataset) -> Iterator[str]:
    decimals = [column.name for column in dataset.columns if column.type == "decimal"]
    texts = dataset.frame.drop(decimals)
    yield from _count(texts, pl.all().is_null(), "missing texts become blank")
    yield from _count(texts, pl.all().str.ends_with(" "), "texts lose their trailing blanks")
    if decimals:
        yield f"Decimals become numbers: {', '.join(decimals)}."


def _json_losses(dataset: Dataset) -> Iterator[str]:
    codes = dataset.missing_codes
    if codes.height:
        names = ", ".join(codes["column"].unique(maintain_order=True))
        yield f"{codes.height} special missing values become plain missing: {names}."


def _csv_losses(dataset: Dataset) -> Iterator[str]:
    yield from _json_losses(dataset)
    yield from _count(dataset.frame, pl.all() == "", "empty texts are read as missing")
    is_trimmed = (pl.all() != "") & (pl.all().str.strip_chars() != pl.all())
    yield from _count(dataset.frame, is_trimmed, "texts lose the blanks around them")
