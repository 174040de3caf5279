"""Whether cells expanded outside what was published for their product, or did not expand at all."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tutela.catalogue.products import PublishedRange, find_product, kinetics_range
from tutela.kernel.rule import FINDING_COLUMNS, Params, Verdict
from tutela.kinetics.nca.check import below_quantification

__all__ = ["KINETIC_TESTS", "check_expansion", "check_no_expansion"]

#: Tests that follow the cells or the transgene.
KINETIC_TESTS = ("CARTGENE", "CARTCELL")
#: Source rows named in one finding.
MOST_EVIDENCE = 10
#: Types of the finding columns.
_SCHEMA = {name: pl.Float64 if name == "time" else pl.String for name in FINDING_COLUMNS}
_Row = tuple[str, float | None, str, str, str, str]


def check_expansion(tables: Mapping[str, pl.DataFrame], params: Params) -> pl.DataFrame:
    """Compare each Cmax with the published interval of the product infused.

    Parameters
    ----------
    tables
        ``subjects``, ``nca.parameters``; ``treatments`` where it is present.
    params
        ``coverage``, ``gap``.

    Returns
    -------
    polars.DataFrame
        One row per subject and profile in the published unit, or one NOT_EVALUABLE row per subject.

    Notes
    -----
    A value above the interval is an alert however sparse the sampling, because the true peak is at least
    as high. Any other verdict needs samples around the peak.
    """
    peaks = _peaks(tables["nca.parameters"])
    rows = []
    for subject, product in _products(tables).iter_rows():
        here = peaks.filter(pl.col("subject") == subject)
        rows += _judge(subject, product, here.rows(named=True), params)
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _row(
    subject: str,
    verdict: Verdict,
    *,
    time: float | None = None,
    finding: str = "",
    reason: str = "",
    evidence: str = "",
) -> _Row:
    return subject, time, str(verdict), finding, reason, evidence


def _products(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Each subject once with its product: that of the subjects table, else the product given."""
    subjects = tables["subjects"].select("subject", "product").unique("subject").sort("subject")
    treatments = tables.get("treatments")
    if treatments is None:
        return subjects
    given = (
        treatments.filter(pl.col("role") == "product")
        .group_by("subject")
        .agg(pl.col("treatment").unique().sort().str.join(", ").alias("given"))
    )
    joined = subjects.join(given, on="subject", how="left", maintain_order="left")
    return joined.select("subject", pl.coalesce("product", "given").alias("product"))


def _peaks(parameters: pl.DataFrame) -> pl.DataFrame:
    """Cmax of each profile beside Tmax and the samples around it."""
    keys = ["subject", "test"]
    cmax = parameters.filter(pl.col("parameter") == "CMAX").select(
        *keys, "value", "unit", "reason", "evidence"
    )
    for code in ("TMAX", "TMAXPREV", "TMAXNEXT"):
        one = parameters.filter(pl.col("parameter") == code).select(*keys, pl.col("value").alias(code))
        cmax = cmax.join(one, on=keys, how="left", maintain_order="left")
    return cmax.sort(*keys)


def _judge(subject: str, product: str | None, peaks: list[dict[str, object]], params: Params) -> list[_Row]:
    def stop(reason: str) -> list[_Row]:
        return [_row(subject, Verdict.NOT_EVALUABLE, reason=reason)]

    if product is None:
        return stop("no product recorded")
    if find_product(product) is None:
        return stop(f"the product {product!r} is not one the catalogue knows")
    published = kinetics_range(product, "CMAX", coverage=params["coverage"])
    if published is None:
        return stop(f"no published Cmax with its spread for {product}")
    if not peaks:
        return stop("no kinetic profile")
    in_unit = [peak for peak in peaks if peak["unit"] == published.unit]
    if not in_unit:
        units = ", ".join(sorted({str(peak["unit"] or "no unit") for peak in peaks}))
        return stop(f"published in {published.unit}, measured in {units}")
    return [_compare(subject, peak, published, params["gap"]) for peak in in_unit]


def _compare(subject: str, peak: dict[str, object], published: PublishedRange, gap: float) -> _Row:
    value, time = peak["value"], peak["TMAX"]
    evidence = str(peak["evidence"])
    if not isinstance(value, float) or not isinstance(time, float):
        why = peak["reason"] or "below quantification in all samples"
        return _row(subject, Verdict.NOT_EVALUABLE, reason=f"no peak: {why}")
    interval = f"{published.low:,.0f} to {published.high:,.0f} {published.unit}"
    said = f"Cmax {value:,.0f} {published.unit} on day {time:.4g}"
    note = f"{published.product}: {published.kind}; " + "; ".join(s.text for s in published.sources)
    if value > published.high:
        finding = f"{said}, above the published {interval}"
        return _row(subject, Verdict.ALERT, time=time, finding=finding, reason=note, evidence=evidence)
    open_side = _open_side(peak, time, gap)
    if open_side:
        return _row(
            subject, Verdict.NOT_EVALUABLE, time=time, finding=said, reason=open_side, evidence=evidence
        )
    if value < published.low:
        finding = f"{said}, below the published {interval}"
        return _row(subject, Verdict.ALERT, time=time, finding=finding, reason=note, evidence=evidence)
    finding = f"{said}, within the published {interval}"
    return _row(subject, Verdict.NO_ALERT, time=time, finding=finding, reason=note, evidence=evidence)


def _open_side(peak: dict[str, object], time: float, gap: float) -> str:
    """Which side of the peak was not sampled closely enough; empty if both were."""
    before, after = peak["TMAXPREV"], peak["TMAXNEXT"]
    # Before the infusion there is nothing to miss.
    start = before if isinstance(before, float) else 0.0
    if not isinstance(after, float):
        return "the largest value is the last sample: the peak may still come"
    if time - start > gap:
        return f"no sample in the {gap:g} days before the largest value: the peak may have been missed"
    if after - time > gap:
        return f"no sample in the {gap:g} days after the largest value: the peak may have been missed"
    return ""


def check_no_expansion(tables: Mapping[str, pl.DataFrame], params: Params) -> pl.DataFrame:
    """Find subjects in whom no cells were quantified in the days in which they should peak.

    Parameters
    ----------
    tables
        ``subjects``, ``measurements``.
    params
        ``first_day``, ``last_day``, ``samples``.

    Returns
    -------
    polars.DataFrame
        One row per subject.
    """
    samples = tables["measurements"].filter(
        pl.col("test").is_in(KINETIC_TESTS)
        & pl.col("time").is_between(params["first_day"], params["last_day"])
        & (pl.col("value").is_not_null() | pl.col("is_censored"))
    )
    # Several tests of one draw are one look.
    looks = (
        samples.with_columns(is_low=below_quantification())
        .group_by("subject")
        .agg(
            pl.col("time").n_unique().alias("looks"),
            (~pl.col("is_low")).sum().alias("quantified"),
            pl.col("time").min().alias("first"),
            pl.format("{}:{}", pl.col("source_file"), pl.col("source_row"))
            .sort_by("time", "test", "source_row")
            .head(MOST_EVIDENCE)
            .str.join(", ")
            .alias("evidence"),
        )
    )
    subjects = tables["subjects"].select("subject").unique().sort("subject")
    joined = subjects.join(looks, on="subject", how="left", maintain_order="left")
    rows = [_judge_none(row, params) for row in joined.iter_rows(named=True)]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _judge_none(row: dict[str, object], params: Params) -> _Row:
    subject, days = str(row["subject"]), f"day {params['first_day']:g} to {params['last_day']:g}"
    looks, quantified = row["looks"], row["quantified"]
    if isinstance(quantified, int) and quantified > 0:
        return _row(subject, Verdict.NO_ALERT, finding=f"cells quantified from {days}")
    number = looks if isinstance(looks, int) else 0
    if number < params["samples"]:
        times = "1 sampling time" if number == 1 else f"{number} sampling times"
        reason = f"{times} from {days}, {params['samples']:g} needed"
        return _row(subject, Verdict.NOT_EVALUABLE, reason=reason)
    first = row["first"]
    return _row(
        subject,
        Verdict.ALERT,
        time=first if isinstance(first, float) else None,
        finding=f"no cells quantified at {number} sampling times from {days}",
        evidence=str(row["evidence"]),
    )
