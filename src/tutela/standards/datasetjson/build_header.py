"""Make the attributes of a Dataset-JSON file; unknown or impossible ones are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutela.standards.datasetjson.attributes import (
    ATTRIBUTES,
    DEFAULT_CREATED,
    GIVEN,
    NOT_EMPTY,
    REQUIRED,
    VERSION,
    is_after,
    is_moment,
)
from tutela.standards.datasetjson.columns import show_columns
from tutela.standards.refuse import refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tutela.standards.dataset import Dataset

__all__ = ["build_header"]


def build_header(
    dataset: Dataset, *, created: str | None = None, attributes: Mapping[str, str] | None = None
) -> dict[str, object]:
    """Make the attributes of a file, without rows, in the order of the standard.

    Parameters
    ----------
    dataset
        What is written.
    created
        Creation time; None for that of the data set's source, else the time its data were modified,
        else a fixed one.
    attributes
        Identifiers that replace those of the source: fileOID, originator, studyOID,
        metaDataVersionOID, metaDataRef, itemGroupOID.

    Raises
    ------
    StandardError
        If an attribute is unknown, empty or not allowed.
    """
    given = {**dataset.source.attributes, **(attributes or {})}
    source = dataset.source
    is_ours = source.kind in ("json", "ndjson", "dsjc")
    moment = created or (source.created if is_ours else source.modified) or DEFAULT_CREATED
    values: dict[str, object] = {
        **given,
        "datasetJSONCreationDateTime": moment,
        "datasetJSONVersion": VERSION,
        "dbLastModifiedDateTime": source.modified,
        "sourceSystem": {"name": source.system, "version": source.system_version} if is_ours else None,
        "itemGroupOID": given.get("itemGroupOID", f"IG.{dataset.name}"),
        "records": dataset.frame.height,
        "name": dataset.name,
        "label": dataset.label,
        "columns": show_columns(dataset.columns, dataset=dataset.name),
    }
    _refuse_attributes(values, given, dataset)
    is_set = {name: value for name, value in values.items() if name in REQUIRED or value not in ("", None)}
    if not (is_ours and source.system):
        is_set.pop("sourceSystem", None)
    return {name: is_set[name] for name in ATTRIBUTES if name in is_set}


def _refuse_attributes(values: Mapping[str, object], given: Mapping[str, str], dataset: Dataset) -> None:
    unknown = [name for name in given if name not in GIVEN]
    faults = [
        (bool(unknown), f"Dataset-JSON 1.1 has no attributes {', '.join(unknown)}.", None),
        (not dataset.name, "The data set has no name.", None),
        (not dataset.columns, "The data set has no variables.", None),
        (
            any(value == "" for name, value in given.items() if name in NOT_EMPTY),
            "An identifier that is given must not be empty.",
            dict(given),
        ),
        *(
            (
                bool(values[name]) and not is_moment(str(values[name])),
                f"{name} is not a date-time.",
                values[name],
            )
            for name in ("datasetJSONCreationDateTime", "dbLastModifiedDateTime")
        ),
        (
            is_after(values["dbLastModifiedDateTime"], values["datasetJSONCreationDateTime"]),
            "The data were changed after the file was created.",
            f"{values['dbLastModifiedDateTime']} after {values['datasetJSONCreationDateTime']}",
        ),
    ]
    for is_wrong, what, value in faults:
        if is_wrong:
            raise refusal(
                what, dataset=dataset.name, value=value, advice="See the attributes of Dataset-JSON 1.1."
            )
