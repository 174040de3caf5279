"""Settings of a study: ``study.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tutela.kernel.errors import InputError
from tutela.kernel.rule import Override
from tutela.kernel.times import check_zone

__all__ = ["Clock", "StudyConfig", "config_to_toml", "read_config"]

#: Days per unit of a relative clock.
UNIT_DAYS = {"s": 1 / 86400, "min": 1 / 1440, "h": 1 / 24, "d": 1.0, "wk": 7.0, "a": 365.2425}

_STUDY_KEYS = ("id", "title", "product", "genome", "data_cut", "layout")
_CLOCK_KEYS = ("kind", "unit", "zone")
_TABLES = ("study", "clock", "overrides")


@dataclass(frozen=True)
class Clock:
    """How times are written in the tables.

    Parameters
    ----------
    kind
        ``datetime``: ISO 8601 texts; ``relative``: numbers counted from the infusion.
    unit
        Unit of relative times: s, min, h, d, wk or a.
    zone
        IANA zone of date-times written without one; None if all carry their own, or none does.
    """

    kind: str = "datetime"
    unit: str = "d"
    zone: str | None = None

    def __post_init__(self) -> None:
        _one_of(self.kind, ("datetime", "relative"), "kind")
        _one_of(self.unit, tuple(UNIT_DAYS), "unit")
        check_zone(self.zone)


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
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        what = "The settings are not valid TOML."
        raise InputError(
            what, file=path.name, value=str(error), advice="Correct the line named here."
        ) from error
    _check_keys(data, _TABLES, "table", path.name)
    study, clock = _section(data, "study", path.name), _section(data, "clock", path.name)
    _check_keys(study, _STUDY_KEYS, "[study]", path.name)
    _check_keys(clock, _CLOCK_KEYS, "[clock]", path.name)
    return StudyConfig(
        **{name: str(value) for name, value in study.items()},
        clock=Clock(**{name: str(value) for name, value in clock.items()}),
        overrides=_overrides(data.get("overrides", {}), path.name),
    )


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
            raise InputError(
                what, file=file, column=key, expected=", ".join(known), advice="Correct or remove it."
            )


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
    texts = {key: str(fields.get(key, "")) for key in keys[1:]}
    return Override(float(value), texts["reason"], texts["approved_by"], texts["date"])


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def config_to_toml(config: StudyConfig) -> str:
    """The settings as the text of a ``study.toml`` that reads back equal."""
    lines = ["[study]"]
    lines += [f"{key} = {_quote(str(getattr(config, key)))}" for key in _STUDY_KEYS]
    lines += ["", "[clock]", f"kind = {_quote(config.clock.kind)}", f"unit = {_quote(config.clock.unit)}"]
    if config.clock.zone is not None:
        lines.append(f"zone = {_quote(config.clock.zone)}")
    for rule, params in config.overrides.items():
        for name, override in params.items():
            lines += ["", f"[overrides.{_quote(rule)}.{name}]", f"value = {override.value!r}"]
            lines += [
                f"{key} = {_quote(getattr(override, key))}" for key in ("reason", "approved_by", "date")
            ]
    return "\n".join(lines) + "\n"
