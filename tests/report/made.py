"""A hand-made assessment of any size, with all kinds of rows that the report shows."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import altair as alt
import numpy as np
import polars as pl

from tutela.kernel.charts import to_spec
from tutela.kernel.cite import Cite
from tutela.kernel.rule import Override, Param, Rule, Severity
from tutela.kernel.section import Figure, How, Number, Section, Table, Text
from tutela.kernel.tables import TABLES, columns_of

#: Test -> unit, samples per day, baseline, spread, upper normal limit.
TESTS = {
    "TEMP": ("degC", 4, 36.8, 0.4, None),
    "SYSBP": ("mmHg", 4, 105.0, 8.0, None),
    "HR": ("beats/min", 4, 95.0, 10.0, None),
    "OXYSAT": ("%", 4, 97.0, 1.0, None),
    "ICE": ("1", 0.5, 10.0, 0.0, None),
    "CRP": ("mg/L", 0.5, 12.0, 6.0, 5.0),
    "FERRITIN": ("ug/L", 0.5, 400.0, 60.0, 300.0),
    "INTLK6": ("pg/mL", 0.25, 9.0, 3.0, 7.0),
    "NEUT": ("10^9/L", 0.5, 3.0, 0.5, 7.5),
    "PLAT": ("10^9/L", 0.5, 180.0, 20.0, 400.0),
    "ALT": ("U/L", 0.5, 28.0, 6.0, 40.0),
    "BILI": ("umol/L", 0.5, 9.0, 2.0, 21.0),
    "CARTGENE": ("copies/ug", 0.25, 50.0, 5.0, None),
}
HOW = How(
    text="Counted over all subjects.",
    method="tutela.toxicity.crs.grade",
    params={"scale": "crs.astct-2019"},
    sources=(Cite("lee2019", "Table 2"), Cite("pals", "pediatric hypotension", is_verified=False)),
    inputs=("measurements", "crs.course"),
    code="tutela.toxicity.crs.grade(study.measurements)",
)


@dataclass(frozen=True)
class FakeStudy:
    """The attributes of a study that the report reads."""

    config: Any
    subjects: pl.DataFrame
    treatments: pl.DataFrame
    measurements: pl.DataFrame
    events: pl.DataFrame
    rejected: pl.DataFrame
    notices: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FakeAssessment:
    """The attributes of an assessment that the report reads."""

    study: FakeStudy
    alerts: pl.DataFrame
    rules: tuple[Rule, ...]
    sections: tuple[Section, ...]
    crs: Any = None
    icans: Any = None
    labs: Any = None
    nca: Any = None
    manifest: dict[str, Any] = field(default_factory=dict)


def _table(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = columns_of(TABLES[name])
    return pl.DataFrame([{c: row.get(c) for c in schema} for row in rows], schema=schema)


def _course_of(test: str, days: np.ndarray, worst: int, rng: np.random.Generator) -> np.ndarray:
    _, _, base, spread, _ = TESTS[test]
    wave = worst * np.exp(-((days - 5) ** 2) / 6)
    noise = rng.normal(0, 1, days.size)
    if test == "CARTGENE":
        grown = np.where(days < 9, np.exp(1.1 * days), np.exp(1.1 * 9 - 0.12 * (days - 9)))
        return base * grown * np.exp(0.15 * noise) * (days > 0.5)
    if test in ("CRP", "FERRITIN", "INTLK6", "ALT", "BILI"):
        return base * np.exp(0.9 * wave + 0.1 * noise)
    if test in ("NEUT", "PLAT"):
        return base * np.exp(-3.2 * np.exp(-((days - 10) ** 2) / 60) + 0.08 * noise)
    slope = {"TEMP": 0.9, "SYSBP": -9.0, "HR": 14.0, "OXYSAT": -1.6, "ICE": -1.6}[test]
    value = base + slope * wave + spread * noise
    return np.clip(np.round(value), 0, 10) if test == "ICE" else value


def _measurements(subject: str, *, worst: int, n_days: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    rows = []
    for test, (unit, rate, _, _, high) in TESTS.items():
        days = np.round(np.arange(-2, n_days, 1 / rate) + rng.uniform(0, 0.1), 4)
        for i, (day, value) in enumerate(zip(days, _course_of(test, days, worst, rng), strict=True)):
            lloq = 100.0 if test == "CARTGENE" else None
            is_censored = lloq is not None and value < lloq
            rows.append({
                "subject": subject, "time": float(day), "time_raw": f"{day}", "test": test, "unit": unit,
                "value": None if is_censored else float(f"{value:.5g}"), "value_raw": "<100" if is_censored else f"{value:.5g}",
                "high": high, "lloq": lloq, "is_censored": is_censored, "source_file": f"{'vs' if rate == 4 else 'lb'}.csv",
                "source_row": len(rows) + 1, "visit": f"DAY {int(day)}" if rate < 4 and i % 4 == 0 else None,
            })  # fmt: skip
    return rows


def _treatments(subject: str, *, worst: int) -> list[dict[str, Any]]:
    def row(treatment, role, start, end, **more):
        base = {
            "subject": subject,
            "treatment": treatment,
            "role": role,
            "agent": treatment.lower(),
            "start": start,
        }
        return base | {"end": end, "is_ongoing": False, "source_file": "cm.csv", "source_row": 1} | more

    rows = [
        row("CAR-T", "product", 0.0, 0.05, dose=2e8, unit="cells", agent=None),
        row("Fludarabine", "conditioning", -5.0, -2.0, dose=30.0, unit="mg/m2"),
        row("Acetaminophen", "antipyretic", 2.2, None, dose=500.0, unit="mg"),
    ]
    if worst >= 2:
        rows += [row("Tocilizumab", "anticytokine", 4.1, 4.15, dose=8.0, unit="mg/kg"),
                 row("Oxygen", "oxygen", 4.0, 6.0, device="nasal_cannula", flow=2.0, agent=None)]  # fmt: skip
    if worst >= 3:
        rows += [row("Norepinephrine", "vasopressor", 4.4, 5.2, dose=0.05, unit="ug/kg/min"),
                 row("Norepinephrine", "vasopressor", 5.2, 6.0, dose=0.12, unit="ug/kg/min"),
                 row("Oxygen", "oxygen", 4.6, 5.4, device="high_flow", flow=30.0, fio2=0.5, agent=None),
                 row("Dexamethasone", "steroid", 4.9, None, dose=10.0, unit="mg", is_ongoing=True)]  # fmt: skip
    return rows


def _events(subject: str, *, worst: int) -> list[dict[str, Any]]:
    base = {"subject": subject, "source_file": "ae.csv", "category": "adverse event"}
    rows = [base | {"term": "Nausea", "start": 1.0, "end": 2.0, "grade": 1, "source_row": 1}]
    if worst:
        rows.append(base | {"term": "Cytokine release syndrome", "start": 3.0, "end": 8.0, "grade": max(1, worst - 1),
                            "source_row": 2})  # fmt: skip
    rows.append(base | {"term": "Febrile neutropenia </script><b>x</b>", "start": 9.0, "end": None, "grade": 3,
                        "source_row": 3})  # fmt: skip
    return rows


def _grades(measurements: pl.DataFrame, worst: dict[str, int], *, scale: float) -> SimpleNamespace:
    times = measurements.filter(pl.col("test") == "TEMP").select("subject", "time").sort("subject", "time")
    rows = []
    for subject, time in times.iter_rows():
        top = round(worst[subject] * scale)
        grade = round(top * math.exp(-((time - 5) ** 2) / 5)) if 2.5 < time < 9 else 0
        high = min(4, grade + 2) if 5.0 < time < 5.9 and top else grade
        rows.append({"subject": subject, "time": time, "grade": grade if grade == high else None, "grade_low": grade,
                     "grade_high": high, "because": f"criterion of grade {grade}", "evidence": "vs.csv:12"})  # fmt: skip
    course = pl.DataFrame(rows).with_columns(pl.col("grade", "grade_low", "grade_high").cast(pl.Int8))
    subjects = course.group_by("subject", maintain_order=True).agg(
        pl.lit("graded").first().alias("status"), pl.col("grade_low", "grade_high").max()
    )
    ill = course.filter(pl.col("grade_high") > 0)
    episodes = ill.group_by("subject", maintain_order=True).agg(
        episode=pl.lit(1).first(), onset=pl.col("time").min(), resolution=pl.col("time").max(),
        grade_low=pl.col("grade_low").max(), grade_high=pl.col("grade_high").max(), because=pl.col("because").first(),
    )  # fmt: skip
    return SimpleNamespace(course=course, episodes=episodes, subjects=subjects, sources=(Cite("lee2019", "Table 2"),),
                           provenance=None)  # fmt: skip


def _lab_grades(measurements: pl.DataFrame) -> SimpleNamespace:
    neut = measurements.filter(pl.col("test") == "NEUT")
    grade = (
        pl.when(pl.col("value") < 0.5)
        .then(-4)
        .when(pl.col("value") < 1)
        .then(-3)
        .when(pl.col("value") < 1.5)
        .then(-2)
    )
    table = neut.select("subject", "time", "test", "value", "source_file", "source_row",
                        grade=grade.otherwise(0).cast(pl.Int8), term_l=pl.lit("Neutrophil count decreased"))  # fmt: skip
    worst = table.group_by("subject", maintain_order=True).agg(
        term=pl.col("term_l").first(), grade=pl.col("grade").min()
    )
    return SimpleNamespace(
        table=table,
        worst=worst,
        version="ctcae-5",
        sources=(Cite("ctcae5", "Investigations"),),
        provenance=None,
    )


def _nca(measurements: pl.DataFrame) -> SimpleNamespace:
    cells = measurements.filter((pl.col("test") == "CARTGENE") & pl.col("value").is_not_null())
    peaks = cells.group_by("subject", "test", maintain_order=True).agg(
        parameter=pl.lit("CMAX").first(), name=pl.lit("peak").first(), value=pl.col("value").max(),
        unit=pl.col("unit").first(), reason=pl.lit("").first(),
    )  # fmt: skip
    return SimpleNamespace(table=peaks, sources=(), provenance=None)


def _no_check(tables, params):
    return pl.DataFrame()


def _rules() -> tuple[Rule, ...]:
    changed = Override(12.0, "the protocol says so", "A. Person", "2026-02-03")
    hours = Param(
        "hours", 18.0, "h", (6, 48), Cite("lee2019", "text"), "time without improvement", override=changed
    )
    common = {
        "needs": ("crs.course",),
        "check": _no_check,
        "action": "The source asks for intensive monitoring.",
        "sources": (Cite("lee2019", "Table 2"),),
    }
    return (
        Rule(
            "crs.severe",
            "CRS of grade 3 or higher",
            "Was it severe?",
            (),
            severity=Severity.CRITICAL,
            **common,
        ),
        Rule(
            "crs.refractory",
            "CRS does not improve after tocilizumab",
            "Did it improve?",
            (hours,),
            severity=Severity.WARNING,
            **common,
        ),
        Rule(
            "quality.no-temperature",
            "No temperature for 24 h during CRS",
            "Is it watched?",
            (),
            severity=Severity.NOTICE,
            tags=("data quality",),
            **common,
        ),
    )


def _alerts(rules: tuple[Rule, ...], worst: dict[str, int]) -> pl.DataFrame:
    rows = []
    for subject, grade in worst.items():
        for rule, limit in zip(rules, (3, 2, 1), strict=True):
            unknown = rule.id == "crs.refractory" and grade == 0
            verdict = "NOT_EVALUABLE" if unknown else "ALERT" if grade >= limit else "NO_ALERT"
            rows.append(
                {
                    "rule": rule.id,
                    "title": rule.title,
                    "subject": subject,
                    "time": 4.0 + grade / 10 if verdict == "ALERT" else None,
                    "verdict": verdict,
                    "severity": str(rule.severity),
                    "finding": f"grade {grade} on 4 observations" if verdict == "ALERT" else "",
                    "reason": "no temperature was recorded" if unknown else "",
                    "evidence": "vs.csv:12, vs.csv:13",
                    "action": rule.action,
                    "source": "lee2019, Table 2",
                    "is_overridden": rule.is_overridden,
                }
            )
    return pl.DataFrame(rows)


def _section(worst: dict[str, int], crs: Any) -> Section:
    severe = tuple(subject for subject, grade in worst.items() if grade >= 3)
    by_grade = (
        pl.DataFrame({"subject": list(worst), "grade": list(worst.values())})
        .group_by("grade")
        .agg(n=pl.len(), subjects=pl.col("subject").sort())
        .sort("grade")
        .with_columns(share=pl.col("n") / len(worst))
    )
    chart = alt.Chart(by_grade.drop("subjects")).mark_bar().encode(x="grade:O", y="n:Q")
    dense = (
        alt.Chart(crs.course.select("subject", "time", "grade_high").head(3000))
        .mark_line()
        .encode(x=alt.X("time:Q", title="days since infusion"), y="grade_high:Q", detail="subject:N")
    )
    return Section(
        "crs",
        "How ill did they get?",
        (
            Text("Grades of CRS over time, from vital signs and support."),
            Number(
                "subjects with CRS of grade 3 or higher",
                f"{len(severe)} of {len(worst)}",
                HOW,
                subjects=severe,
            ),
            Number("first onset, median", "day 3 (range 2-4)", HOW),
            Figure(
                "crs-bars", "Subjects by highest grade", to_spec(chart), HOW, alt="Bars of subjects by grade."
            ),
            Figure("crs-courses", "Grades over time", to_spec(dense), HOW, alt="One line per subject."),
            Table(
                "crs-table",
                "Subjects by highest grade",
                by_grade,
                HOW,
                labels={"n": "subjects, n", "subjects": "who"},
            ),
            Table(
                "crs-observations",
                "All observations",
                crs.course.select("subject", "time", "grade_low", "because").head(400),
                HOW,
            ),
        ),
    )


def make_assessment(n: int = 6, *, n_days: int = 30, seed: int = 7) -> FakeAssessment:
    """Make an assessment; the same arguments give the same one."""
    rng = np.random.default_rng(seed)
    ids = [f"{1001 + i}" for i in range(n)]
    worst = {subject: int(rng.integers(0, 5)) if i > 1 else 4 - i for i, subject in enumerate(ids)}
    measured = _table(
        "measurements", [r for s in ids for r in _measurements(s, worst=worst[s], n_days=n_days, rng=rng)]
    )
    subjects = _table(
        "subjects",
        [
            {
                "subject": s,
                "sex": "FM"[i % 2],
                "age": float(2 + i % 16) + 0.5,
                "weight": 12.0 + i,
                "product": "tisagenlecleucel",
                "infusion": "2026-01-05T10:00",
                "source_file": "dm.csv",
                "source_row": i + 1,
            }
            for i, s in enumerate(ids)
        ],
    )
    crs, icans = _grades(measured, worst, scale=1.0), _grades(measured, worst, scale=0.5)
    rules = _rules()
    rejected = pl.DataFrame(
        [
            {
                "table": "measurements",
                "file": "lb.csv",
                "row": 14,
                "subject": ids[0],
                "column": "time",
                "value": "2024-02-30",
                "expected": "an ISO 8601 date",
                "reason": "not a date",
                "action": "row set aside",
            }
        ]
    )
    study = FakeStudy(
        config=SimpleNamespace(id="DEMO-1", title="A made-up CAR-T study", product="tisagenlecleucel"),
        subjects=subjects,
        treatments=_table("treatments", [row for s in ids for row in _treatments(s, worst=worst[s])]),
        measurements=measured,
        events=_table("events", [row for s in ids for row in _events(s, worst=worst[s])]),
        rejected=rejected,
        notices=("Two files carry no time zone; local time is assumed.",),
        files={"vs.csv": "0" * 64, "lb.csv": "1" * 64},
    )
    return FakeAssessment(
        study,
        _alerts(rules, worst),
        rules,
        (_section(worst, crs),),
        crs=crs,
        icans=icans,
        labs=_lab_grades(measured),
        nca=_nca(measured),
    )
