"""How exposure against toxicity, and the quality of the data, show in the report."""

from __future__ import annotations

import polars as pl

from tutela.kernel.charts import to_spec
from tutela.kernel.cite import Cite
from tutela.kernel.section import Block, Figure, How, Section, Table, Text
from tutela.monitoring.exposure import EXPOSURE_COLUMNS
from tutela.monitoring.plot import plot_exposure

__all__ = ["build_exposure_section"]

_HOW = How(
    text="Cmax and AUC0-28d of each subject by non-compartmental analysis, beside the worst CRS and ICANS grade. "
    "The largest concentration up to CRS onset stands beside the whole-course peak, because a peak that comes "
    "after onset cannot have caused it.",
    method="tutela.monitoring.exposure.join_exposure",
    sources=(
        Cite(
            "mueller2018", "exposure and CRS", note="expansion rises with the occurrence and severity of CRS"
        ),
    ),
    inputs=("measurements", "treatments", "subjects"),
    code="from tutela.monitoring import assess, join_exposure\n"
    "result = assess(study)\n"
    "join_exposure(result.nca.table, study.measurements, crs=result.crs.subjects, icans=result.icans.subjects)",
)
_LABELS = {
    "subject": "Subject",
    "cmax": "Cmax",
    "tmax": "Tmax (d)",
    "auc": "AUC0-28d",
    "auc_reason": "Why no AUC",
    "unit": "Unit of Cmax",
    "cmax_to_onset": "Largest up to CRS onset",
    "is_peak_after_onset": "Peak after onset",
    "crs_low": "CRS, lowest",
    "crs_high": "CRS, highest",
    "crs_onset": "CRS onset (d)",
    "icans_low": "ICANS, lowest",
    "icans_high": "ICANS, highest",
}


def build_exposure_section(table: pl.DataFrame) -> Section:
    """The question "Does exposure go with toxicity?", shown and not answered by a test.

    Parameters
    ----------
    table
        The table of :func:`tutela.monitoring.exposure.join_exposure`.
    """
    return Section(id="exposure", question="Does exposure go with toxicity?", blocks=_blocks(table))


def _blocks(table: pl.DataFrame) -> tuple[Block, ...]:
    if table.is_empty():
        return (
            Text("No subject has a cellular-kinetic profile, so exposure cannot be set against toxicity."),
        )
    late = table.get_column("is_peak_after_onset").sum()
    graded = table.drop_nulls("crs_onset").height
    text = Text(
        f"{table.height} subjects have a profile. In {late} of the {graded} with CRS the peak came after onset. "
        "The figure shows an association in this study; it does not show cause, and treatment for CRS is given "
        "to those who expand most."
    )
    figures = tuple(
        Figure(
            id=f"exposure-{name}",
            title=f"Peak exposure by worst {name.upper()} grade",
            spec=to_spec(plot_exposure(table, grade=f"{name}_high")),
            how=_HOW,
            alt=f"Cmax on a log axis for each worst {name.upper()} grade, one point per subject, median as a line.",
        )
        for name in ("crs", "icans")
    )
    shown = table.select(column for column in EXPOSURE_COLUMNS if column != "test")
    return (text, *figures, Table("exposure-table", "Exposure and toxicity by subject", shown, _HOW, _LABELS))
