"""The first screen: what study this is, and who needs attention, worst first."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tutela import __version__
from tutela.kernel.rule import Severity, Verdict
from tutela.report.inputs import ReportInput
from tutela.report.words import count_of, day_text, format_age, print_powers

__all__ = ["Attention", "Fact", "Finding", "attention_rows", "count_unevaluable", "masthead", "quality_line"]

_RANK = {str(severity): rank for rank, severity in enumerate(Severity)}

#: Treatment roles that say how ill somebody is now.
SUPPORT_ROLES = ("vasopressor", "oxygen", "anticytokine", "steroid", "antiseizure", "immunosuppressant")


#: Tag of rules that ask about the data and not about the person.
QUALITY_TAG = "data quality"


@dataclass(frozen=True)
class Fact:
    """One fact of the masthead."""

    label: str
    value: str


@dataclass(frozen=True)
class Finding:
    """One alert in plain words."""

    severity: str
    title: str
    finding: str
    since: str
    rule: str
    is_overridden: bool


@dataclass(frozen=True)
class Attention:
    """A subject who needs attention."""

    subject: str
    age: str
    day: str
    findings: tuple[Finding, ...]
    since: str
    support: str

    @property
    def severity(self) -> str:
        """The most urgent severity."""
        return self.findings[0].severity


def follow_up(assessment: ReportInput) -> pl.DataFrame:
    """Last known day of every subject: death, else the recorded last contact, else the latest dated row.

    Notes
    -----
    A single mistyped date must not make the follow-up of a person, or of the study, longer than it is. What is
    dated after the last contact is the finding of a rule of its own.

    Returns
    -------
    polars.DataFrame
        subject, last (days since infusion; null where nothing is dated).
    """
    study = assessment.study
    parts = [
        study.measurements.select("subject", last="time"),
        study.treatments.select("subject", last=pl.max_horizontal("start", "end")),
        study.events.select("subject", last=pl.max_horizontal("start", "end")),
    ]
    dated = pl.concat(parts).group_by("subject").agg(pl.col("last").max())
    joined = study.subjects.join(dated, on="subject", how="left", maintain_order="left")
    return joined.select("subject", pl.coalesce("death_time", "last_time", "last").alias("last"))


def masthead(assessment: ReportInput) -> tuple[Fact, ...]:
    """Facts at the head of the page."""
    study, last = assessment.study, follow_up(assessment)
    infused = study.subjects.filter(pl.col("infusion").is_not_null()).height
    longest = last["last"].max()
    cut = getattr(study.config, "data_cut", None)
    facts = [
        Fact("Product", str(study.config.product or "not given")),
        Fact("Subjects infused", count_of(infused, study.subjects.height)),
        Fact("Longest follow-up", day_text(longest) if isinstance(longest, float) else "no dated row"),
        Fact("Data cut", str(cut) if cut else "not given; all rows read"),
        Fact("tutela", __version__),
    ]
    return tuple(facts)


def quality_line(assessment: ReportInput) -> str:
    """One line of data quality, the finding that touches most subjects first."""
    study = assessment.study
    rejected = study.rejected
    rows = sum(t.height for t in (study.subjects, study.treatments, study.measurements, study.events))
    asked = [rule.id for rule in assessment.rules if QUALITY_TAG in rule.tags or rule.id.startswith("data.")]
    fired = assessment.alerts.filter((pl.col("verdict") == str(Verdict.ALERT)) & pl.col("rule").is_in(asked))
    counts = (
        fired.group_by("rule", "title")
        .agg(n=pl.col("subject").n_unique())
        .sort("n", "rule", descending=[True, False])
    )
    parts = [
        f"{_uncapitalized(title)}: {count_of(n, study.subjects.height)} {'subject' if study.subjects.height == 1 else 'subjects'}"
        for title, n in counts.select("title", "n").head(2).iter_rows()
    ]
    dropped = rejected.select("file", "row").unique().height if rejected.height else 0
    parts.insert(0, f"{dropped:,} of {rows + _set_aside(rejected):,} source rows need a look")
    return "; ".join(parts) + "."


def _uncapitalized(title: str) -> str:
    """The title inside a sentence; an abbreviation such as CRS stays as it is."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def _set_aside(rejected: pl.DataFrame) -> int:
    """Rows that are in no table because they were set aside whole."""
    gone = rejected.filter(pl.col("action").str.contains("aside|removed"))
    return gone.select("file", "row").unique().height


def attention_rows(assessment: ReportInput) -> tuple[Attention, ...]:
    """One row per subject with an alert: most urgent first, then most findings, then most recent."""
    fired = assessment.alerts.filter(pl.col("verdict") == str(Verdict.ALERT))
    ages = {row["subject"]: format_age(row) for row in assessment.study.subjects.iter_rows(named=True)}
    last = dict(follow_up(assessment).iter_rows())
    support = current_support(assessment)
    died = set(assessment.study.subjects.drop_nulls("death_time")["subject"])
    grouped: dict[str, list[dict[str, object]]] = {}
    for row in fired.iter_rows(named=True):
        grouped.setdefault(row["subject"], []).append(row)
    keyed = sorted(grouped.items(), key=lambda item: _urgency(item[0], item[1]))
    return tuple(
        Attention(
            subject=subject,
            age=ages.get(subject, ""),
            day=f"{day_text(last.get(subject))}, died" if subject in died else day_text(last.get(subject)),
            findings=tuple(map(_finding, sorted(rows, key=_order))),
            since=day_text(_earliest(_most_urgent(rows))),
            support=support.get(subject, "none recorded"),
        )
        for subject, rows in keyed
    )


def count_unevaluable(assessment: ReportInput) -> pl.DataFrame:
    """Rules that could not be evaluated: for whom, and why.

    Returns
    -------
    polars.DataFrame
        title, reason, n, subjects (list), most frequent first.
    """
    rows = assessment.alerts.filter(pl.col("verdict") == str(Verdict.NOT_EVALUABLE))
    return (
        rows.group_by("rule", "title", "reason")
        .agg(n=pl.col("subject").n_unique(), subjects=pl.col("subject").unique().sort())
        .sort("n", "rule", "reason", descending=[True, False, False])
        .drop("rule")
    )


def current_support(assessment: ReportInput) -> dict[str, str]:
    """What every subject receives on the last known day, in words.

    Notes
    -----
    A treatment counts as current if it is flagged ongoing, or if it goes on to the last known day or beyond it: a
    last contact that was not brought up to date must not hide support. One with no end and no flag is not
    counted: its end is unknown. Nobody who died is on support.
    """
    last = follow_up(assessment)
    alive = assessment.study.subjects.filter(pl.col("death_time").is_null()).select("subject")
    given = (
        assessment.study.treatments.filter(pl.col("role").is_in(SUPPORT_ROLES))
        .join(alive, on="subject", how="semi")
        .join(last, on="subject", how="left")
    )
    is_current = pl.col("is_ongoing") | (pl.col("end") >= pl.col("last"))
    name = pl.coalesce(pl.col("device").str.replace_all("_", " "), "agent", "treatment")
    words = (
        given.filter(is_current & (pl.col("device").is_null() | (pl.col("device") != "room_air")))
        .with_columns(name=name)
        .group_by("subject")
        .agg(pl.col("name").unique().sort().str.join(", "))
    )
    return dict(words.iter_rows())


def _order(row: dict[str, object]) -> tuple[int, str, str]:
    return _RANK.get(str(row["severity"]), len(_RANK)), str(row["title"]), str(row["finding"])


def _earliest(rows: list[dict[str, object]]) -> float | None:
    times = [row["time"] for row in rows if isinstance(row["time"], float)]
    return min(times) if times else None


def _most_urgent(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    top = min(_order(row)[0] for row in rows)
    return [row for row in rows if _order(row)[0] == top]


def _urgency(subject: str, rows: list[dict[str, object]]) -> tuple[list[int], float, str]:
    ranks = sorted(_order(row)[0] for row in rows)
    counts = [-ranks.count(rank) for rank in range(len(_RANK))]
    return counts, -(_earliest(_most_urgent(rows)) or 0.0), subject


def _finding(row: dict[str, object]) -> Finding:
    time = row["time"]
    return Finding(
        severity=str(row["severity"]),
        title=str(row["title"]),
        finding=print_powers(str(row["finding"] or "")),
        since=day_text(time if isinstance(time, float) else None),
        rule=str(row["rule"]),
        is_overridden=bool(row.get("is_overridden")),
    )
