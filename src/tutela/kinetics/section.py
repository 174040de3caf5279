"""How cellular kinetics show in the report: profiles, statistics with reasons, and each subject."""

from __future__ import annotations

import polars as pl

from tutela.catalogue.products import PublishedRange, find_product, kinetics_range
from tutela.kernel.charts import to_spec
from tutela.kernel.cite import Cite
from tutela.kernel.section import Block, Figure, How, Section, Table, Text
from tutela.kinetics.nca.result import NcaResult
from tutela.kinetics.nca.summary import summarize
from tutela.kinetics.plot import plot_parameters, plot_test

__all__ = ["KEY_PARAMETERS", "build_section"]

#: What a reader of cellular kinetics asks for, in this order.
KEY_PARAMETERS = ("CMAX", "TMAX", "AUCINT", "AUCLST", "LAMZHL", "TLST", "TBLQ", "DBLTIME")
_CODE = "from tutela.monitoring import assess\nresult = assess(study).nca\nresult.table  # also .wide, .profiles, .points"
_SUMMARY_LABELS = {
    "test": "Test",
    "name": "Parameter",
    "unit": "Unit",
    "n": "n",
    "geometric_mean": "Geometric mean",
    "gm_low": "95 % CI, low",
    "gm_high": "95 % CI, high",
    "geometric_cv": "Geometric CV (%)",
    "median": "Median",
    "low": "Lowest",
    "high": "Highest",
    "zeros": "Zeros",
    "not_computable": "Not computable",
    "reasons": "Why",
    "subjects": "Subjects not computable",
}


def build_section(result: NcaResult, *, subjects: pl.DataFrame | None = None) -> Section:
    """The question "How far did the cells go?" and its answer.

    Parameters
    ----------
    result
        Result of an analysis.
    subjects
        Subjects of the study; their product brings the published intervals.
    """
    return Section("kinetics", "How far did the cells go?", _blocks(result, subjects))


def _blocks(result: NcaResult, subjects: pl.DataFrame | None) -> tuple[Block, ...]:
    if result.samples.is_empty():
        return (Text("No cell or transgene level was measured."),)
    how = _how(result)
    tests = result.samples.get_column("test").unique().sort().to_list()
    published = _published(subjects)
    blocks: list[Block] = [Text(_words(result))]
    for test in tests:
        blocks += _figures(result, test, published, how)
    blocks.append(
        Table("kinetics-summary", "Parameters of all subjects", _summary(result), how, _SUMMARY_LABELS)
    )
    if published:
        blocks.append(_published_table(published))
    blocks.append(_individual_table(result, how))
    unused = _unused(result)
    if unused.height:
        blocks.append(Table("kinetics-unused", "Samples not used", unused, how, _UNUSED_LABELS))
    return tuple(blocks)


def _how(result: NcaResult) -> How:
    return How(
        text="Non-compartmental analysis of each profile. A parameter that cannot be computed shows its reason.",
        method="tutela.kinetics.nca.compute",
        params={f"rule {i}": words for i, words in enumerate(result.options.words, start=1)},
        sources=result.sources,
        inputs=("measurements",),
        code=_CODE,
    )


def _words(result: NcaResult) -> str:
    facts = result.profiles
    people = facts.get_column("subject").n_unique()
    samples = int(facts.get_column("samples").sum())
    low = int(facts.get_column("below_quantification").sum())
    share = f" ({100 * low / samples:.0f} %)" if samples else ""
    policies = "; ".join(word for word in result.options.words if word.startswith("AUC "))
    return (
        f"{people} subjects, {facts.height} profiles, {samples} samples, of which {low}{share} below "
        f"quantification. {policies}."
    )


def _figures(result: NcaResult, test: str, published: list[PublishedRange], how: How) -> list[Block]:
    rows = result.table.filter(
        (pl.col("test") == test)
        & pl.col("parameter").is_in(("CMAX", "TMAX", "AUCINT", "LAMZHL", "TLST"))
        & (pl.col("value") > 0)
    )
    spaghetti = Figure(
        id=f"kinetics-profiles-{test.lower()}",
        title=f"{test}: all profiles",
        spec=to_spec(plot_test(result, test=test)),
        how=how,
        alt=f"{test} over days since infusion on a log axis: one thin line per subject, the median of all "
        "profiles bold, the limit of quantification dashed, samples below it as triangles.",
    )
    if rows.is_empty():
        return [spaghetti]
    strip = Figure(
        id=f"kinetics-parameters-{test.lower()}",
        title=f"{test}: parameters, one point per subject",
        spec=to_spec(plot_parameters(rows, published=_bands(rows, published))),
        how=how,
        alt=f"{test}: each parameter as a strip of points on a log axis, median marked, published interval shaded.",
    )
    return [spaghetti, strip]


def _published(subjects: pl.DataFrame | None) -> list[PublishedRange]:
    """Published intervals of the products in the study."""
    if subjects is None or "product" not in subjects.columns:
        return []
    names = subjects.get_column("product").drop_nulls().unique().sort().to_list()
    products = dict.fromkeys(product.id for name in names if (product := find_product(name)) is not None)
    codes = ("CMAX", "TMAX", "AUCINT_0_28", "LAMZHL", "TLST")
    found = (kinetics_range(product, code) for product in products for code in codes)
    return [interval for interval in found if interval is not None]


def _label(code: str, start: object, end: object) -> str:
    return f"AUCINT_{start:g}_{end:g}" if isinstance(start, float) and isinstance(end, float) else code


def _bands(rows: pl.DataFrame, published: list[PublishedRange]) -> pl.DataFrame:
    kinds = rows.select("parameter", "name", "unit", "window_start", "window_end").unique(maintain_order=True)
    bands = [
        (name, p.low, p.high, p.product)
        for code, name, unit, start, end in kinds.iter_rows()
        for p in published
        if p.parameter == _label(code, start, end) and p.unit == unit
    ]
    schema = {"name": pl.String, "low": pl.Float64, "high": pl.Float64, "product": pl.String}
    return pl.DataFrame(bands, schema=schema, orient="row")


def _summary(result: NcaResult) -> pl.DataFrame:
    table = summarize(result, parameters=KEY_PARAMETERS)
    missing = (
        result.table.filter(pl.col("value").is_null())
        .group_by("test", "parameter", "name", "unit")
        .agg(pl.col("subject").sort().alias("subjects"))
    )
    joined = table.join(
        missing, on=["test", "parameter", "name", "unit"], how="left", nulls_equal=True, maintain_order="left"
    )
    numbers = ("geometric_mean", "gm_low", "gm_high", "geometric_cv", "median", "low", "high")
    return joined.with_columns(
        pl.col(numbers).round_sig_figs(4), pl.col("subjects").fill_null(pl.lit([], dtype=pl.List(pl.String)))
    ).select(list(_SUMMARY_LABELS))


def _published_table(published: list[PublishedRange]) -> Table:
    rows = [
        (f.product, f.population, f.n, f.parameter, str(f.statistic), f.value, f.spread, f.low, f.high, f.unit, f.source.text)
        for interval in published
        for f in interval.facts
    ]  # fmt: skip
    labels = {
        "product": "Product", "population": "Population", "n": "n", "parameter": "Parameter",
        "statistic": "Statistic", "value": "Value", "spread": "CV% or SD", "low": "Lowest", "high": "Highest",
        "unit": "Unit", "source": "Source",
    }  # fmt: skip
    sources: tuple[Cite, ...] = tuple(sorted({s for interval in published for s in interval.sources}))
    how = How(
        text="Printed numbers of the product. The shaded interval in the figures is the central 95 % of a "
        "log-normal distribution with these numbers, or the printed range, over all populations.",
        method="tutela.catalogue.products.kinetics_range",
        sources=sources,
        inputs=("subjects",),
        code="from tutela.catalogue.products import kinetics_facts\n"
        + "\n".join(
            f"kinetics_facts({product!r})" for product in dict.fromkeys(p.product for p in published)
        ),
    )
    return Table(
        "kinetics-published",
        "Published values",
        pl.DataFrame(rows, schema=list(labels), orient="row"),
        how,
        labels,
    )


def _individual_table(result: NcaResult, how: How) -> Table:
    """One row per profile; a cell holds the value or the reason why there is none."""
    rows = result.table.filter(pl.col("parameter").is_in(KEY_PARAMETERS))
    cell = pl.coalesce(
        pl.col("value").round_sig_figs(4).map_elements(_format, return_dtype=pl.String), "reason"
    )
    # Units differ by test, so a column names the parameter and the unit of the profile stands beside it.
    wide = rows.with_columns(cell=cell).pivot(
        on="name", index=list(result.by), values="cell", aggregate_function=None, maintain_order=True
    )
    units = result.profiles.select(*result.by, "unit")
    joined = wide.join(units, on=list(result.by), how="left", maintain_order="left")
    columns = [c for c in joined.columns if c not in (*result.by, "unit")]
    labels = {"subject": "Subject", "test": "Test", "unit": "Unit of concentration"}
    return Table(
        "kinetics-individual", "Each subject", joined.select(*result.by, "unit", *columns), how, labels
    )


def _format(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


_UNUSED_LABELS = {
    "subject": "Subject", "test": "Test", "missing": "No time or result", "other_specimen": "Other specimen",
    "before_infusion": "Before infusion", "merged": "Same time as another", "reason": "Profile not analyzed because",
}  # fmt: skip


def _unused(result: NcaResult) -> pl.DataFrame:
    counts = ("missing", "other_specimen", "before_infusion", "merged")
    facts = result.profiles.filter(
        pl.any_horizontal(pl.col(name) > 0 for name in counts) | pl.col("reason").is_not_null()
    )
    return facts.select(*result.by, *counts, "reason")
