"""What the laboratory rules ask of the data: pure checks, one verdict per subject."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from tutela.kernel.rule import Params, Verdict
from tutela.kernel.tri import above
from tutela.toxicity.labs.direction import JUST_BELOW
from tutela.toxicity.labs.neutropenia import Spell, find_spells
from tutela.toxicity.labs.options import LabOptions
from tutela.toxicity.labs.selection import select_records

__all__ = ["check_neutropenia", "check_transaminases"]

#: Source rows shown with a finding.
EVIDENCE_ROWS = 12

_SCHEMA = {
    "subject": pl.String,
    "time": pl.Float64,
    "verdict": pl.String,
    "finding": pl.String,
    "reason": pl.String,
    "evidence": pl.String,
}
Finding = tuple[str, float | None, str, str, str, str]


def _evidence(rows: pl.DataFrame) -> str:
    named = rows.filter(pl.col("source_file").is_not_null() & pl.col("source_row").is_not_null())
    places = [f"{file}:{row}" for file, row in named.select("source_file", "source_row").iter_rows()]
    return ", ".join(dict.fromkeys(places[:EVIDENCE_ROWS]))


def _findings(
    tables: Mapping[str, pl.DataFrame], by_subject: Mapping[str, Finding], absent: str
) -> pl.DataFrame:
    """One row per subject of the study; who has no data is not evaluable."""
    subjects = tables["subjects"].get_column("subject").unique().sort().to_list()
    missing = (None, str(Verdict.NOT_EVALUABLE), "", absent, "")
    rows = [by_subject.get(subject, (subject, *missing)) for subject in subjects]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _records(tables: Mapping[str, pl.DataFrame], tests: tuple[str, ...]) -> pl.DataFrame:
    wanted = tables["measurements"].filter(pl.col("test").is_in(tests) & pl.col("time").is_not_null())
    records, _ = select_records(wanted, LabOptions())
    return records.sort("subject", "time", "source_file", "source_row", "si_value")


def check_neutropenia(tables: Mapping[str, pl.DataFrame], params: Params) -> pl.DataFrame:
    """Ask of every subject whether neutrophils stayed below the limit for longer than the days given.

    Parameters
    ----------
    tables
        ``subjects`` and ``measurements``.
    params
        ``limit`` (10^9/L), ``days``, ``max_gap`` (days), ``interpolate`` (0 or 1), ``from_day``.

    Returns
    -------
    polars.DataFrame
        One row per subject with the columns of :data:`tutela.kernel.rule.FINDING_COLUMNS`. Not evaluable:
        no counts, or a gap between low counts too long to say.
    """
    limit = params["limit"]
    records = _records(tables, ("NEUT",))
    # A count below its limit of quantification is low if that limit is; otherwise it says nothing.
    censored = pl.when(pl.col("si_lloq") <= limit).then(pl.col("si_lloq") * JUST_BELOW)
    count = pl.when("is_censored").then(censored).otherwise("si_value")
    counts = records.with_columns(count.alias("count")).filter(pl.col("count").is_not_null())
    counts = counts.filter((pl.col("time").max() >= params["from_day"]).over("subject"))
    found = {
        str(subject): _judge_counts(str(subject), rows, params)
        for (subject,), rows in counts.group_by("subject", maintain_order=True)
    }
    return _findings(tables, found, "no neutrophil count after the infusion")


def _judge_counts(subject: str, rows: pl.DataFrame, params: Params) -> Finding:
    lowest = rows.sort("time", "count", maintain_order=True).unique("time", keep="first", maintain_order=True)
    certain, possible = (_spells(lowest, params, is_gap_low=is_gap_low) for is_gap_low in (False, True))
    limit, days = params["limit"], params["days"]
    long = next((spell for spell in certain if spell.days > days), None)
    if long is not None:
        evidence = _evidence(lowest[list(long.rows)])
        return subject, long.start, str(Verdict.ALERT), _spell_words(long, limit), _open_words(long), evidence
    longest = max(certain, key=lambda spell: spell.days, default=None)
    hidden = next((spell for spell in possible if spell.days > days), None)
    if longest is not None and hidden is not None:
        reason = (
            f"gaps of more than {params['max_gap']:g} days between counts: below {limit:g} for "
            f"{longest.days:.1f} days for certain, for {hidden.days:.1f} days at most"
        )
        evidence = _evidence(lowest[list(hidden.rows)])
        return subject, hidden.start, str(Verdict.NOT_EVALUABLE), "", reason, evidence
    finding = _spell_words(longest, limit) if longest else f"No neutrophil count below {limit:g} x 10^9/L"
    return subject, None, str(Verdict.NO_ALERT), finding, _open_words(longest), ""


def _spells(counts: pl.DataFrame, params: Params, *, is_gap_low: bool) -> tuple[Spell, ...]:
    return find_spells(
        counts.get_column("time").to_numpy(),
        counts.get_column("count").to_numpy(),
        limit=params["limit"],
        max_gap=params["max_gap"],
        from_day=params["from_day"],
        is_interpolated=bool(params["interpolate"]),
        is_gap_low=is_gap_low,
    )


def _spell_words(spell: Spell, limit: float) -> str:
    return (
        f"Neutrophils below {limit:g} x 10^9/L for {spell.days:.1f} days "
        f"(day {spell.start:.1f} to {spell.end:.1f}), lowest {spell.lowest:.3g}"
    )


def _open_words(spell: Spell | None) -> str:
    return "still low at the last count" if spell is not None and spell.is_open else ""


def check_transaminases(tables: Mapping[str, pl.DataFrame], params: Params) -> pl.DataFrame:
    """Ask of every subject whether ALT or AST exceeded a multiple of the upper limit of normal.

    Parameters
    ----------
    tables
        ``subjects`` and ``measurements``.
    params
        ``multiple`` of ULN, ``from_day``.

    Returns
    -------
    polars.DataFrame
        One row per subject with the columns of :data:`tutela.kernel.rule.FINDING_COLUMNS`. Not evaluable:
        no value, or no alert but a value without an upper limit of normal.
    """
    records = _records(tables, ("ALT", "AST")).filter(pl.col("time") >= params["from_day"])
    values = records.filter(pl.col("si_value").is_not_null() & ~pl.col("is_censored"))
    ratio = pl.when(pl.col("si_high") > 0).then(pl.col("si_value") / pl.col("si_high"))
    values = values.with_columns(ratio.alias("ratio"))
    found = {
        str(subject): _judge_enzymes(str(subject), rows, params["multiple"])
        for (subject,), rows in values.group_by("subject", maintain_order=True)
    }
    return _findings(tables, found, "no ALT or AST value after the infusion")


def _judge_enzymes(subject: str, rows: pl.DataFrame, multiple: float) -> Finding:
    ratios = rows.get_column("ratio").fill_null(np.nan).to_numpy()
    is_above = above(ratios, multiple).certain
    unknown = int(np.isnan(ratios).sum())
    gaps = (
        f"{unknown} of {len(ratios)} values {'has' if unknown == 1 else 'have'} no upper limit of normal"
        if unknown
        else ""
    )
    if is_above.any():
        high = rows.filter(pl.Series(is_above))
        peak = high.sort("ratio", descending=True, maintain_order=True).row(0, named=True)
        finding = (
            f"{peak['test']} {peak['ratio']:.1f} x ULN on day {peak['time']:.1f} "
            f"({peak['value']:g} {peak['unit'] or ''}, ULN {peak['high']:g}); "
            f"{high.height} {'value' if high.height == 1 else 'values'} above {multiple:g} x ULN"
        )
        return subject, float(high.item(0, "time")), str(Verdict.ALERT), finding, gaps, _evidence(high)
    if unknown:
        evidence = _evidence(rows.filter(pl.col("ratio").is_null()))
        return subject, None, str(Verdict.NOT_EVALUABLE), "", gaps, evidence
    finding = f"Highest ALT or AST {np.max(ratios):.2f} x ULN"
    return subject, None, str(Verdict.NO_ALERT), finding, "", ""
