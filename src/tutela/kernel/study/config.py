"""Settings of a study: ``study.toml``."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from tutela.kernel.clock import Clock, parse_iso
from tutela.kernel.errors import InputError
from tutela.kernel.files import FileOptions
from tutela.kernel.rule import Override

__all__ = ["Clock", "StudyConfig", "config_to_toml", "read_config"]

_STUDY_KEYS = ("id", "title", "product", "genome", "data_cut", "layout")
_CLOCK_KEYS = ("kind", "unit", "zone")
_FILE_KEYS = ("delimiter", "decimal", "encoding", "max_bytes")
_TABLES = ("study", "clock", "files", "overrides")


@dataclass(frozen=True)
class StudyConfig:
    """Settings of a study.

    Parameters
    ----------
    id, title, product
        Identifier, title, and the product infused (unless a subject names its own).
    genome
        Reference genome of molecular tables, such as hg38.
    data_cut
        ISO 8601 date of the data cut.
    clock
        How times are written.
    files
        What is known of the files beforehand: delimiter, decimal sign, encoding, largest size.
    overrides
        Rule -> parameter -> the study's own value with its audit facts.
    layout
        ``raw``: tables as collected; ``canonical``: as :func:`tutela.kernel.study.write_study` writes them.
    """

    id: str = "study"
    title: str = ""
    product: str = ""
    genome: str = ""
    data_cut: str = ""
    clock: Clock = field(default_factory=Clock)
    files: FileOptions = field(default_factory=FileOptions)
    overrides: Mapping[str, Mapping[str, Override]] = field(default_factory=dict)
    layout: str = "raw"

    def __post_init__(self) -> None:
        _one_of(self.layout, ("raw", "canonical"), "layout")


def _one_of(value: str, allowed: tuple[str, ...], column: str) -> None:
    if value not in allowed:
        what = "A setting of the study is not one of its allowed values."
        raise InputError(what, file="study.toml", column=column, value=value, expected=", ".join(allowed))


def read_config(path: Path) -> StudyConfig:
    """Read ``study.toml``.

    Raises
    ------
    InputError
        If it is not TOML, or holds a table or key that is not known: a misspelled setting must not be lost.
    RuleError
        If an override lacks its reason, approver or date.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        what = "The settings are not valid TOML."
        raise InputError(
            what, file=path.name, value=str(error), advice="Correct the line named here."
        ) from error
    _check_keys(data, _TABLES, "table", path.name)
    study, clock = _section(data, "study", path.name), _section(data, "clock", path.name)
    _check_keys(study, _STUDY_KEYS, "[study]", path.name)
    _check_keys(clock, _CLOCK_KEYS, "[clock]", path.name)
    files = _section(data, "files", path.name)
    _check_keys(files, _FILE_KEYS, "[files]", path.name)
    texts = {name: _text(value, f"[study] {name}", path.name) for name, value in study.items()}
    _check_date(texts.get("data_cut", ""), path.name)
    return StudyConfig(
        **texts,
        clock=Clock(**{name: _text(value, f"[clock] {name}", path.name) for name, value in clock.items()}),
        files=_file_options(files, path.name),
        overrides=_overrides(data.get("overrides", {}), path.name),
    )


def _text(value: object, column: str, file: str) -> str:
    """A setting as text; a TOML date is its ISO 8601 text."""
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        what = "A setting that is text stands without quotes."
        raise InputError(what, file=file, column=column, value=value, expected="text in quotes")
    return value.strip()


def _check_date(text: str, file: str) -> None:
    problem = parse_iso(pl.Series([text or None], dtype=pl.String)).item(0, "problem")
    if problem is not None:
        what = "The data cut is not a date."
        expected = "a date such as 2026-01-31"
        raise InputError(what, file=file, column="[study] data_cut", value=text, expected=expected)


def _file_options(section: Mapping[str, Any], file: str) -> FileOptions:
    size = section.get("max_bytes", FileOptions().max_bytes)
    if isinstance(size, bool) or not isinstance(size, int) or size <= 0:
        what = "The largest size is not a number of bytes."
        raise InputError(
            what, file=file, column="[files] max_bytes", value=size, expected="a whole number above 0"
        )
    texts = {name: value for name, value in section.items() if name != "max_bytes"}
    for name, value in texts.items():
        # Not stripped: a tab is a delimiter.
        if not isinstance(value, str):
            what = "A setting that is text stands without quotes."
            raise InputError(
                what, file=file, column=f"[files] {name}", value=value, expected="text in quotes"
            )
    return FileOptions(**texts, max_bytes=size)


def _section(data: Mapping[str, Any], name: str, file: str) -> Mapping[str, Any]:
    section = data.get(name, {})
    if not isinstance(section, Mapping):
        what = f"{name} is not a table of settings."
        raise InputError(what, file=file, column=name, expected=f"[{name}]")
    return section


def _check_keys(found: Mapping[str, Any], known: tuple[str, ...], where: str, file: str) -> None:
    for key in found:
        if key not in known:
            what = f"There is no setting {key!r} in {where}."
            near = difflib.get_close_matches(key, known, n=1)
            advice = f"Did you mean {near[0]!r}?" if near else "Correct or remove it."
            raise InputError(what, file=file, column=key, expected=", ".join(known), advice=advice)


def _overrides(tables: Any, file: str) -> dict[str, dict[str, Override]]:  # noqa: ANN401 - TOML
    if not isinstance(tables, Mapping) or not all(
        isinstance(fields, Mapping) and all(isinstance(v, Mapping) for v in fields.values())
        for fields in tables.values()
    ):
        what = "An override is not written as a table."
        advice = 'Write [overrides."rule.id".parameter] with value, reason, approved_by and date.'
        raise InputError(what, file=file, column="overrides", advice=advice)
    return {
        rule: {name: _override(fields, f"{rule}.{name}", file) for name, fields in params.items()}
        for rule, params in tables.items()
    }


def _override(fields: Mapping[str, Any], name: str, file: str) -> Override:
    keys = ("value", "reason", "approved_by", "date")
    _check_keys(fields, keys, f"overrides.{name}", file)
    value = fields.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float):
        what = "An override has no number as its value."
        raise InputError(what, file=file, column=f"overrides.{name}.value", value=value, expected="a number")
    texts = {key: _text(fields.get(key, ""), f"overrides.{name}.{key}", file) for key in keys[1:]}
    return Override(float(value), texts["reason"], texts["approved_by"], texts["date"])


def _quote(text: str) -> str:
    # A JSON string is a TOML basic string; DEL is the one character TOML wants escaped beyond JSON.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def config_to_toml(config: StudyConfig) -> str:
    """The settings as the text of a ``study.toml``.

    What is known of files beforehand is left out: it is about the files that were read, not about those
    that are written beside these settings.
    """
    lines = ["[study]"]
    lines += [f"{key} = {_quote(str(getattr(config, key)))}" for key in _STUDY_KEYS]
    lines += ["", "[clock]", f"kind = {_quote(config.clock.kind)}", f"unit = {_quote(config.clock.unit)}"]
    if config.clock.zone is not None:
        lines.append(f"zone = {_quote(config.clock.zone)}")
    for rule, params in config.overrides.items():
        for name, override in params.items():
            lines += ["", f"[overrides.{_quote(rule)}.{_quote(name)}]", f"value = {override.value!r}"]
            lines += [
                f"{key} = {_quote(getattr(override, key))}" for key in ("reason", "approved_by", "date")
            ]
    return "\n".join(lines) + "\n"
