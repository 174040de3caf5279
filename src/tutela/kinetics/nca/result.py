"""The result of an analysis: parameters with reasons, samples behind them, counts of what was not used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from tutela.kernel.cite import Cite
from tutela.kernel.provenance import Provenance
from tutela.kernel.values import Quantity
from tutela.kinetics.nca.options import NcaOptions
from tutela.kinetics.nca.parameters import SOURCES

__all__ = ["NcaResult"]


@dataclass(frozen=True, eq=False)
class NcaResult:
    """Non-compartmental parameters of many profiles.

    Parameters
    ----------
    table
        One row per profile and parameter: the keys, ``parameter`` (CDISC PPTESTCD), ``name``, ``value``,
        ``unit``, ``reason`` (why there is no value), ``flags`` (what qualifies it), ``window_start`` and
        ``window_end`` (of ``AUCINT``), ``evidence`` (source rows as ``file:row``).
    samples
        One row per sample that took part: the keys, ``unit``, ``time``, ``value`` (null below
        quantification), ``lloq``, ``is_blq``, ``entered`` (concentration used in the areas, null if left
        out), ``in_lambda_z``, ``fitted``, ``evidence``.
    profiles
        One row per profile: the keys, ``rows`` given, of which ``missing`` (no time or no result),
        ``other_specimen``, ``before_infusion`` and ``merged`` (same time as another); ``samples`` used,
        ``below_quantification``; ``unit``; ``reason`` where the whole profile is not analyzed.
    by
        The keys.
    options, provenance
        Choices in force; inputs and versions.
    """

    table: pl.DataFrame
    samples: pl.DataFrame
    profiles: pl.DataFrame
    by: tuple[str, ...]
    options: NcaOptions
    provenance: Provenance

    @property
    def sources(self) -> tuple[Cite, ...]:
        """Where rules and codes come from."""
        return SOURCES

    @property
    def wide(self) -> pl.DataFrame:
        """One row per profile, one column per parameter; windows as ``AUCINT_start_end``."""
        labels = [window.label for window in self.options.windows]
        edges = [(window.start, window.end) for window in self.options.windows]
        label = pl.col("parameter")
        for name, (start, end) in zip(labels, edges, strict=True):
            is_this = (pl.col("window_start") == start) & (pl.col("window_end") == end)
            label = pl.when(is_this).then(pl.lit(name)).otherwise(label)
        return self.table.with_columns(label=label).pivot(
            on="label", index=list(self.by), values="value", aggregate_function=None, maintain_order=True
        )

    @property
    def points(self) -> pl.DataFrame:
        """The samples of each terminal fit, with the fitted concentration."""
        return self.samples.filter(pl.col("in_lambda_z")).drop("in_lambda_z", "is_blq", "entered")

    def value(self, *keys: object, window: tuple[float, float] | None = None) -> Quantity:
        """One parameter of one profile, as a value with its unit or the reason why there is none.

        Parameters
        ----------
        *keys
            Values of the key columns, then the parameter code.
        window
            Start and end, for ``AUCINT``; may be left out where there is one window.

        Raises
        ------
        KeyError
            If there is no such row.
        """
        *names, code = keys
        match = pl.lit(value=True)
        for column, value in zip(self.by, names, strict=True):
            match &= pl.col(column) == value
        rows = self.table.filter(match & (pl.col("parameter") == code))
        if window is not None:
            rows = rows.filter((pl.col("window_start") == window[0]) & (pl.col("window_end") == window[1]))
        if rows.height != 1:
            raise KeyError((*keys, window))
        row = rows.row(0, named=True)
        if row["value"] is None:
            return Quantity.missing(row["reason"], unit=row["unit"])
        return Quantity(row["value"], row["unit"])

    def plot(self) -> Any:  # noqa: ANN401 - an Altair chart; the library is named in plot modules only
        """Draw all profiles on a logarithmic axis, one panel per test."""
        from tutela.kinetics.plot import plot_profiles

        return plot_profiles(self)
