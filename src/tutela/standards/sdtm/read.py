"""SDTM data sets as a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from tutela.kernel.errors import StudyError
from tutela.kernel.study import Study, StudyConfig, build_study
from tutela.kernel.tables import TABLES, describe
from tutela.standards.dataset import Dataset
from tutela.standards.sdtm.demographics import take_demographics
from tutela.standards.sdtm.domains import DOMAINS, Domain
from tutela.standards.sdtm.events import take_events
from tutela.standards.sdtm.findings import take_findings
from tutela.standards.sdtm.frames import POINTER, Taken, column, reject
from tutela.standards.sdtm.interventions import take_interventions
from tutela.standards.sdtm.options import SdtmOptions
from tutela.standards.sdtm.restore import KEPT_TEXTS, restore_texts
from tutela.standards.sdtm.sources import Sources, join_domains, read_sources
from tutela.standards.sdtm.times import find_clock, time_texts
from tutela.standards.sdtm.timezero import reference_days

__all__ = ["from_sdtm", "read_sdtm"]

_OBSERVATIONS = ("treatments", "measurements", "events")


def read_sdtm(
    place: Path | Sequence[Path],
    *,
    config: StudyConfig | None = None,
    options: SdtmOptions | None = None,
) -> Study:
    """Read SDTM data sets into a study.

    Parameters
    ----------
    place
        A folder, or data set files: SAS transport, Dataset-JSON (JSON, NDJSON, compressed), CSV or
        Parquet. Domains: DM, EX, EC, CM, PR, VS, LB, PC, IS, GF, QS, FT, RS, AE, CE, DS, DD, and
        their SUPP--.
    config
        Settings of the study; by default the identifier is STUDYID and the clock is found from the data.
    options
        Choices: time zero, product, your own test codes.

    Returns
    -------
    Study
        Every row points to its file and record. Every record of a domain is either in a table or in
        ``rejected`` with its reason; domains and files without a place are named in ``notices``.

    Raises
    ------
    StudyError
        If there is no DM.
    InputError
        If a file cannot be read.
    """
    return _build(read_sources(place), config, options or SdtmOptions())


def from_sdtm(
    datasets: Mapping[str, Dataset],
    *,
    config: StudyConfig | None = None,
    options: SdtmOptions | None = None,
) -> Study:
    """Make a study of SDTM data sets in memory.

    Parameters
    ----------
    datasets
        Data sets by name, such as ``{"DM": ..., "LB": ..., "SUPPLB": ...}``.
    config, options
        As in :func:`read_sdtm`.

    Raises
    ------
    StudyError
        If there is no DM.
    """
    return _build(join_domains(datasets.items()), config, options or SdtmOptions())


def _build(sources: Sources, config: StudyConfig | None, options: SdtmOptions) -> Study:
    frames = sources.frames
    if "DM" not in frames or frames["DM"].is_empty():
        what = "There is no DM data set, so the subjects are not known."
        found = ", ".join(sorted(frames)) or "none"
        raise StudyError(
            what, where=f"domains found: {found}", advice="Add dm.xpt (or .json, .csv, .parquet)."
        )
    settings = config or StudyConfig(id=_study_id(frames["DM"]), clock=find_clock(frames))
    persons = take_demographics(frames, options=options, clock=settings.clock)
    reference = reference_days(frames, product=options.product)
    taken: dict[str, list[Taken]] = {name: [] for name in _OBSERVATIONS}
    for domain in DOMAINS:
        if domain.code in frames and domain.table != "subjects":
            part = _take(frames, domain, options)
            rows = time_texts(part.rows, domain, reference=reference, clock=settings.clock)
            rows = rows.with_columns(column(rows, f"{domain.code}SEQ").alias("record"))
            taken[domain.table].append(replace(part, rows=rows))
    tables = {name: _whole(parts, name) for name, parts in taken.items()}
    study = build_study(
        settings,
        subjects=persons.rows,
        treatments=_as_collected(tables["treatments"], "treatments"),
        measurements=_as_collected(tables["measurements"], "measurements"),
        events=_as_collected(tables["events"], "events"),
    )
    parts = [part for name in _OBSERVATIONS for part in taken[name]]
    ours = pl.concat([sources.rejected, *(part.rejected for part in parts)])
    rejected = pl.concat([ours.select(study.rejected.columns), study.rejected])
    notices = (*sources.notices, *persons.notices, *(note for part in parts for note in part.notices))
    given = {"subjects": persons.rows, **tables}
    return replace(
        study,
        subjects=restore_texts(study.subjects, given["subjects"], "subjects"),
        treatments=restore_texts(study.treatments, given["treatments"], "treatments"),
        measurements=restore_texts(study.measurements, given["measurements"], "measurements"),
        events=restore_texts(study.events, given["events"], "events"),
        files=sources.files,
        rejected=rejected.sort("table", "file", "row", maintain_order=True),
        # The record number is passed along only to keep apart records that are equal in all study columns.
        notices=(*notices, *(note for note in study.notices if "columns not used" not in note)),
    )


def _study_id(dm: pl.DataFrame) -> str:
    if "STUDYID" not in dm.columns:
        return "study"
    return str(dm["STUDYID"].drop_nulls().first() or "study")


def _take(frames: Mapping[str, pl.DataFrame], domain: Domain, options: SdtmOptions) -> Taken:
    """Rows of one domain in study columns."""
    frame = frames[domain.code]
    if domain.table == "measurements":
        return take_findings(frame, domain, codes=options.test_codes)
    if domain.table == "events":
        return take_events(frame, domain)
    if domain.code == "EC" and "EX" in frames:
        return _not_twice(frame, domain, frames["EX"], options)
    return take_interventions(frame, domain, product=options.product)


def _not_twice(frame: pl.DataFrame, domain: Domain, ex: pl.DataFrame, options: SdtmOptions) -> Taken:
    """EX is derived from EC: a subject's doses are taken from EX where it has them."""
    exposed = pl.col("USUBJID").is_in(ex["USUBJID"].drop_nulls().unique().implode()).fill_null(value=False)
    rest = take_interventions(frame.filter(~exposed), domain, product=options.product)
    doubled = reject(
        frame.filter(exposed),
        table="treatments",
        variable="ECTRT",
        kind="duplicate",
        reason="this subject's doses are taken from EX, which is derived from EC",
    )
    return replace(rest, rejected=pl.concat([doubled, rest.rejected]))


def _whole(parts: list[Taken], table: str) -> pl.DataFrame:
    """All rows of one study table, with the columns a file may carry and the texts that are put back."""
    names = [*_raw_columns(table), *KEPT_TEXTS[table], "record"]
    schema = dict.fromkeys(dict.fromkeys(names), pl.String)
    empty = pl.DataFrame(schema={**schema, "source_file": pl.String, "source_row": pl.Int64})
    chosen = (part.rows.select(name for name in empty.columns if name in part.rows.columns) for part in parts)
    return pl.concat([empty, *chosen], how="diagonal")


def _raw_columns(table: str) -> list[str]:
    """Columns that a table as collected has; the others are derived on building."""
    rows = describe(TABLES[table])
    return rows.filter(~pl.col("derived"))["column"].to_list()


def _as_collected(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    return rows.select(*_raw_columns(table), "record", *POINTER)
