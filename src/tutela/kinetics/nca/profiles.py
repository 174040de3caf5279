"""From a table of samples to padded arrays: checked, sorted, merged, and every row not used counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tutela.kernel.errors import InputError
from tutela.kinetics.nca.check import check_samples
from tutela.kinetics.nca.intervals import BoolArray, FloatArray
from tutela.kinetics.nca.options import NcaOptions

__all__ = ["Profiles", "SampleTable", "pack", "prepare"]

#: Narrowest padded array; profiles are packed by powers of two so that one long profile costs no memory.
_NARROWEST = 4


@dataclass(frozen=True, eq=False)
class Profiles:
    """Profiles of similar length as arrays, times ascending, padded with NaN and False at the end.

    Parameters
    ----------
    ids
        Shape (n,): position of each profile in the facts table.
    time, value
        Shape (n, points); value is NaN where a sample below quantification has no number.
    is_blq
        Below quantification.
    lloq
        Limit of quantification, NaN where unknown.
    include, exclude
        Points chosen, or left out, for lambda_z.
    row
        Position of the sample in the samples table, -1 as padding.
    """

    ids: NDArray[np.int64]
    time: FloatArray
    value: FloatArray
    is_blq: BoolArray
    lloq: FloatArray
    include: BoolArray
    exclude: BoolArray
    row: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class SampleTable:
    """Samples that take part, and the facts of each profile.

    Parameters
    ----------
    samples
        One row per sample, by profile and time: ``profile``, ``time``, ``value``, ``is_blq``, ``lloq``,
        ``include``, ``exclude``, ``evidence``.
    facts
        One row per profile: the keys, ``unit``, counts, and ``reason`` where the profile is not analyzed.
    """

    samples: pl.DataFrame
    facts: pl.DataFrame


def prepare(profiles: pl.DataFrame, *, by: tuple[str, ...], options: NcaOptions) -> SampleTable:
    """Check, sort and merge samples, and count those that are not used.

    Parameters
    ----------
    profiles
        One row per sample: the keys, ``time`` and ``value``; optionally ``unit``, ``lloq``, ``is_censored``,
        ``specimen``, ``lambda_z_include``, ``lambda_z_exclude``, ``source_file`` and ``source_row``.
    by
        Columns that identify a profile.
    options
        Choices of the analysis.

    Raises
    ------
    InputError
        If a column is missing, or a value cannot be used; names the row.
    """
    rows = check_samples(profiles, by=by).sort(*by, "time", "value", "evidence", nulls_last=True)
    rows = rows.with_columns(profile=pl.struct(by).rle_id().cast(pl.Int64))
    rows = _mark_specimen(rows, options.specimen)
    facts = _facts(rows, by, options)
    usable = rows.filter(pl.col("is_present") & ~pl.col("is_other_specimen"))
    usable, carried = _carry_pre_infusion(usable, cut=min(0.0, options.start))
    merged = _merge_same_time(usable, options)
    facts = _finish_facts(facts, carried, usable, merged, options)
    samples = merged.select("profile", "time", "value", "is_blq", "lloq", "include", "exclude", "evidence")
    return SampleTable(samples, facts)


def _mark_specimen(rows: pl.DataFrame, word: str) -> pl.DataFrame:
    specimen = pl.col("specimen").cast(pl.String).str.to_uppercase()
    fits = specimen.str.contains(word.upper(), literal=True).fill_null(value=True)
    is_mixed = specimen.drop_nulls().n_unique().over("profile") > 1
    has_fit = (fits & specimen.is_not_null()).any().over("profile")
    return rows.with_columns(
        is_other_specimen=is_mixed & has_fit & ~fits,
        is_unclear_specimen=is_mixed & ~has_fit,
    )


def _facts(rows: pl.DataFrame, by: tuple[str, ...], options: NcaOptions) -> pl.DataFrame:
    units = pl.col("unit").filter(~pl.col("is_other_specimen")).drop_nulls().unique().sort()
    specimens = pl.col("specimen").drop_nulls().unique().sort().str.join(", ")
    facts = rows.group_by("profile", maintain_order=True).agg(
        pl.col(by).first(),
        pl.len().alias("rows"),
        (~pl.col("is_present")).sum().alias("missing"),
        pl.col("is_other_specimen").sum().alias("other_specimen"),
        units.alias("units"),
        pl.when(pl.col("is_unclear_specimen").any()).then(specimens.first()).alias("specimens"),
    )
    unit_reason = pl.format("units differ: {}", pl.col("units").list.join(", "))
    specimen_reason = pl.format(
        "specimens are mixed ({}) and none contains " + repr(options.specimen), pl.col("specimens")
    )
    return facts.with_columns(
        unit=pl.when(pl.col("units").list.len() == 1).then(pl.col("units").list.first()),
        reason=pl.when(pl.col("units").list.len() > 1)
        .then(unit_reason)
        .when(pl.col("specimens").is_not_null())
        .then(specimen_reason),
    ).drop("units", "specimens")


def _carry_pre_infusion(rows: pl.DataFrame, *, cut: float) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Let the last sample before infusion stand at infusion if none was taken then; drop the others."""
    before = pl.col("time") < cut
    early = rows.filter(before)
    if early.is_empty():
        return rows, pl.DataFrame(schema={"profile": pl.Int64, "before_infusion": pl.UInt32})
    at_cut = rows.filter(pl.col("time") == cut).get_column("profile").unique()
    latest = pl.col("time") == pl.col("time").max().over("profile")
    carried = early.filter(latest & ~pl.col("profile").is_in(at_cut.implode()))
    counts = early.group_by("profile").agg(pl.len().alias("before_infusion"))
    kept = pl.concat([carried.with_columns(time=pl.lit(cut)), rows.filter(~before)])
    return kept.sort("profile", "time", maintain_order=True), counts


def _merge_same_time(rows: pl.DataFrame, options: NcaOptions) -> pl.DataFrame:
    again = rows.filter(rows.select("profile", "time").is_duplicated())
    if again.is_empty():
        return rows
    if options.duplicates == "error":
        file, _, number = again.item(1, "evidence").rpartition(":")
        what = "Two samples of a profile were taken at the same time."
        raise InputError(
            what,
            file=file or None,
            row=int(number) if number else None,
            column="time",
            value=again.item(1, "time"),
            expected="one sample per time",
            advice="Correct the time, remove the copy, or choose how to merge (duplicates='mean').",
        )
    quantified = pl.col("value").filter(~pl.col("is_blq"))
    summary = quantified.max() if options.duplicates == "max" else quantified.mean()
    return rows.group_by("profile", "time", maintain_order=True).agg(
        pl.when(pl.col("is_blq").all()).then(pl.col("value").max()).otherwise(summary).alias("value"),
        pl.col("is_blq").all(),
        pl.col("lloq").max(),
        pl.col("include", "exclude").any(),
        pl.col("evidence").str.join(", "),
    )


def _finish_facts(
    facts: pl.DataFrame,
    carried: pl.DataFrame,
    usable: pl.DataFrame,
    merged: pl.DataFrame,
    options: NcaOptions,
) -> pl.DataFrame:
    counts = merged.group_by("profile").agg(
        pl.len().alias("samples"), pl.col("is_blq").sum().alias("below_quantification")
    )
    extra = usable.group_by("profile").agg(pl.len().alias("_usable"))
    names = ("before_infusion", "samples", "below_quantification", "_usable")
    facts = facts.join(carried, on="profile", how="left", maintain_order="left")
    facts = facts.join(counts, on="profile", how="left", maintain_order="left")
    facts = facts.join(extra, on="profile", how="left", maintain_order="left")
    facts = facts.with_columns(pl.col(*names).fill_null(0)).with_columns(
        merged=pl.col("_usable") - pl.col("samples")
    )
    if options.duplicates == "unavailable":
        text = pl.format("{} sample(s) at the same time as another", pl.col("merged"))
        reason = pl.col("reason").fill_null(pl.when(pl.col("merged") > 0).then(text))
        facts = facts.with_columns(reason=reason)
    return facts.drop("_usable")


def pack(table: SampleTable) -> Iterator[Profiles]:
    """Pack the samples of all profiles into arrays, profiles of similar length together."""
    samples = table.samples
    profile = samples.get_column("profile").to_numpy()
    count = np.bincount(profile, minlength=table.facts.height)
    first = np.concatenate([[0], np.cumsum(count)[:-1]]) if count.size else count
    width = 2 ** np.ceil(np.log2(np.maximum(count, _NARROWEST))).astype(np.int64)
    for size in np.unique(width):
        ids = np.flatnonzero(width == size)
        slot = np.arange(size)[None, :]
        is_sample = slot < count[ids][:, None]
        row = np.where(is_sample, first[ids][:, None] + slot, -1)
        yield _gather(samples, ids, row)


def _gather(samples: pl.DataFrame, ids: NDArray[np.int64], row: NDArray[np.int64]) -> Profiles:
    # One more entry at the end is what the padding index -1 finds.
    def numbers(name: str) -> FloatArray:
        values = samples.get_column(name).to_numpy().astype(np.float64)
        result: FloatArray = np.append(values, np.nan)[row]
        return result

    def flags(name: str) -> BoolArray:
        result: BoolArray = np.append(samples.get_column(name).to_numpy(), False)[row]
        return result.astype(np.bool_)

    return Profiles(
        ids,
        numbers("time"),
        numbers("value"),
        flags("is_blq"),
        numbers("lloq"),
        flags("include"),
        flags("exclude"),
        row,
    )
