"""``study.toml``: who the study is, how it tells time, how its files are written, which numbers it changed."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tutela.kernel.clock import Clock
from tutela.kernel.errors import InputError, TutelaError
from tutela.kernel.files import FileOptions
from tutela.kernel.rule import Override

__all__ = ["CONFIG_NAME", "StudyConfig", "parse_config", "read_config"]

CONFIG_NAME = "study.toml"

#: Sections and their keys.
SECTIONS: dict[str, tuple[str, ...]] = {
    "study": ("id", "title", "product", "genome", "data_cut"),
    "clock": ("kind", "unit", "zone"),
    "files": ("delimiter", "decimal", "encoding", "max_bytes"),
    "overrides": (),
}
_OVERRIDE_KEYS = ("value", "reason", "approved_by", "date")


@dataclass(frozen=True)
class StudyConfig:
    """What ``study.toml`` says.

    Parameters
    ----------
    id, title
        Identifier and title.
    product
        Name of the product infused.
    genome
        Reference genome of molecular tables, such as GRCh38.
    data_cut
        Date up to which data are complete, ISO 8601; empty if not stated.
    clock
        How the study tells time.
    files
        What is known of its files beforehand.
    overrides
        Rule id -> parameter -> the study's own value.
    """

    id: str = "study"
    title: str = ""
    product: str = ""
    genome: str = ""
    data_cut: str = ""
    clock: Clock = field(default_factory=Clock)
    files: FileOptions = field(default_factory=FileOptions)
    overrides: Mapping[str, Mapping[str, Override]] = field(default_factory=lambda: MappingProxyType({}))


def read_config(path: Path) -> StudyConfig:
    """Read ``study.toml``.

    Raises
    ------
    InputError
        If the file is missing, is no TOML, or has a key that is not known or a value that does not fit.
    """
    path = Path(path)
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        what = "There is no study.toml."
        advice = "`tutela new FOLDER` makes a study folder to fill in."
        raise InputError(what, file=str(path), advice=advice) from None
    except UnicodeDecodeError as error:
        what = "The file is not in UTF-8."
        raise InputError(what, file=path.name, advice="Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        what = f"The file is no TOML: {error}."
        raise InputError(what, file=path.name, advice='Text stands in quotes: title = "My study".') from error
    return parse_config(content, file=path.name)


def parse_config(content: Mapping[str, Any], *, file: str = CONFIG_NAME) -> StudyConfig:
    """Make the configuration of what a TOML file holds.

    Parameters
    ----------
    content
        Sections and their keys.
    file
        File name, for errors.

    Raises
    ------
    InputError
        If a section or key is not known, or a value does not fit; file and key are named.

    Examples
    --------
    >>> parse_config({"study": {"id": "demo"}, "clock": {"zone": "Europe/Rome"}}).clock.zone
    'Europe/Rome'
    """
    _check_names(content, tuple(SECTIONS), "", file)
    for name, keys in SECTIONS.items():
        section = content.get(name, {})
        if not isinstance(section, Mapping):
            what = f"[{name}] is a section, not a value."
            raise InputError(what, file=file, column=name, value=section)
        if keys:
            _check_names(section, keys, name, file)
    study = {key: _text(value, f"[study] {key}", file) for key, value in content.get("study", {}).items()}
    _check_date(study.get("data_cut", ""), file)
    try:
        clock = Clock(**{k: _text(v, f"[clock] {k}", file) for k, v in content.get("clock", {}).items()})
        options = FileOptions(**_file_values(content.get("files", {}), file))
    except InputError as error:
        raise type(error)(
            error.what, file=file, column=error.column, value=error.value, expected=error.expected
        ) from None
    return StudyConfig(**study, clock=clock, files=options, overrides=_overrides(content, file))


def _check_names(section: Mapping[str, Any], allowed: tuple[str, ...], name: str, file: str) -> None:
    for key in section:
        if key in allowed:
            continue
        near = difflib.get_close_matches(key, allowed, n=1)
        place = f"[{name}] {key}" if name else f"[{key}]"
        what = f"{place} is not known."
        raise InputError(
            what,
            file=file,
            column=key,
            expected=", ".join(allowed),
            advice=f"Did you mean {near[0]!r}?" if near else "Remove it.",
        )


def _text(value: object, place: str, file: str) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if not isinstance(value, str):
        what = f"{place} must be text."
        raise InputError(what, file=file, column=place, value=value, expected="text in quotes")
    return value.strip()


def _check_date(text: str, file: str) -> None:
    if not text:
        return
    try:
        datetime.fromisoformat(text)
    except ValueError:
        what = "The data cut is no date."
        raise InputError(
            what, file=file, column="[study] data_cut", value=text, expected="a date such as 2026-01-31"
        ) from None


def _file_values(section: Mapping[str, Any], file: str) -> dict[str, Any]:
    values: dict[str, Any] = {k: v for k, v in section.items() if k != "max_bytes"}
    values = {k: v if k in ("delimiter", "decimal") and isinstance(v, str) else _text(v, f"[files] {k}", file) for k, v in values.items()}
    size = section.get("max_bytes")
    if size is not None:
        if isinstance(size, bool) or not isinstance(size, int) or size <= 0:
            what = "[files] max_bytes must be a number of bytes."
            raise InputError(what, file=file, column="[files] max_bytes", value=size, expected="a whole number")
        values["max_bytes"] = size
    return values


def _overrides(content: Mapping[str, Any], file: str) -> Mapping[str, Mapping[str, Override]]:
    found: dict[str, Mapping[str, Override]] = {}
    for rule, params in content.get("overrides", {}).items():
        if not isinstance(params, Mapping) or not all(isinstance(v, Mapping) for v in params.values()):
            what = "An override names a rule and a parameter."
            raise InputError(
                what,
                file=file,
                column=f'[overrides."{rule}"]',
                expected='[overrides."crs.severe".grade] with value, reason, approved_by, date',
            )
        found[rule] = MappingProxyType({name: _override(rule, name, v, file) for name, v in params.items()})
    return MappingProxyType(found)


def _override(rule: str, name: str, values: Mapping[str, Any], file: str) -> Override:
    place = f'overrides."{rule}".{name}'
    _check_names(values, _OVERRIDE_KEYS, place, file)
    missing = [key for key in _OVERRIDE_KEYS if key not in values]
    if missing:
        what = f"The override lacks {', '.join(missing)}."
        raise InputError(what, file=file, column=f"[{place}]", expected=", ".join(_OVERRIDE_KEYS))
    value = values["value"]
    if isinstance(value, bool) or not isinstance(value, int | float):
        what = "The value of an override is a number."
        raise InputError(what, file=file, column=f"[{place}] value", value=value, expected="a number")
    texts = {key: _text(values[key], f"[{place}] {key}", file) for key in _OVERRIDE_KEYS[1:]}
    try:
        return Override(float(value), **texts)
    except TutelaError as error:
        raise InputError(error.what, file=file, column=f"[{place}]", advice=error.advice) from error
