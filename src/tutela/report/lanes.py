"""Which lanes a subject's timeline has, from top to bottom, and the limits drawn in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tutela.kernel.charts import ACCENT, CATEGORICAL, INK, MUTED, TREATMENT_COLORS
from tutela.kernel.cite import Cite

__all__ = ["LANES", "Lane", "Limit", "Series", "lanes_to_json"]

LEE2019 = Cite("lee2019", "Table 2")

#: Fever, as the ASTCT consensus defines it.
FEVER = 38.0


@dataclass(frozen=True)
class Limit:
    """A threshold drawn across a lane and named on the line.

    Parameters
    ----------
    value
        In the lane's unit.
    text
        Name printed at the line's end.
    source
        Where it comes from.
    """

    value: float
    text: str
    source: Cite


@dataclass(frozen=True)
class Series:
    """One test drawn in a lane.

    Parameters
    ----------
    test
        Test code.
    name
        Name in words.
    color, weight, dash
        Line.
    shape
        Symbol of a point, empty for none.
    """

    test: str
    name: str
    color: str = INK
    weight: float = 1.4
    dash: tuple[int, ...] = ()
    shape: str = "circle"


@dataclass(frozen=True)
class Lane:
    """One lane.

    Parameters
    ----------
    id
        Identifier.
    title, unit
        What it shows, and in which unit; an empty unit is taken from the data.
    kind
        ``ribbon``, ``series`` or ``bars``.
    height
        Pixels; 0 where the rows decide.
    series
        Tests drawn.
    is_log
        Logarithmic axis.
    is_per_uln
        Values are divided by the upper limit of normal of their own row.
    limits
        Thresholds.
    max_gap
        Days; points farther apart are not joined.
    roles
        Treatment roles drawn as bars, or as marks above a series.
    least
        Interval that the axis shows at least.
    """

    id: str
    title: str
    kind: str
    unit: str = ""
    height: int = 0
    series: tuple[Series, ...] = ()
    is_log: bool = False
    is_per_uln: bool = False
    limits: tuple[Limit, ...] = ()
    max_gap: float = 1e9
    roles: tuple[str, ...] = ()
    least: tuple[float, float] | None = None


def _one(test: str, title: str, *, height: int = 54, max_gap: float = 15.0) -> Lane:
    return Lane(
        test, title, "series", height=height, series=(Series(test, title),), is_log=True, max_gap=max_gap
    )


#: The lanes from top to bottom; a subject shows those for which there is data.
LANES: tuple[Lane, ...] = (
    Lane("crs", "CRS grade", "ribbon", unit="derived; site below"),
    Lane("icans", "ICANS grade", "ribbon", unit="derived; site below"),
    Lane("TEMP", "Temperature", "series", unit="°C", height=92, max_gap=1.5, least=(36.0, 39.0),
         series=(Series("TEMP", "temperature"),), limits=(Limit(FEVER, "38.0 fever", LEE2019),),
         roles=("antipyretic", "anticytokine", "steroid")),
    Lane("BP", "Blood pressure", "series", unit="mmHg; HR/min thin", height=96, max_gap=1.5,
         series=(Series("HR", "heart rate", MUTED, 0.7, shape=""), Series("SYSBP", "systolic"))),
    Lane("OXYSAT", "SpO₂", "series", unit="%", height=46, max_gap=1.5, least=(90, 100),
         series=(Series("OXYSAT", "SpO₂"),)),
    Lane("support", "Support", "bars", roles=("oxygen", "vasopressor")),
    Lane("treatment", "Treatment", "bars", roles=("product", "conditioning", "bridging", "anticytokine", "steroid",
         "antiseizure", "immunosuppressant", "growth factor", "transfusion", "next therapy")),
    Lane("NEURO", "Neurology", "series", unit="ICE 0-10, CAPD 0-32", height=50, max_gap=2.5, least=(0, 10),
         series=(Series("ICE", "ICE"), Series("CAPD", "CAPD", CATEGORICAL[0], dash=(4, 2), shape="diamond"))),
    _one("CARTGENE", "CAR transgene", height=84, max_gap=1e9),
    _one("CARTCELL", "CAR-T cells", height=84, max_gap=1e9),
    _one("INTLK6", "Interleukin 6"),
    _one("IFNG", "Interferon gamma"),
    _one("CRP", "CRP"),
    _one("FERRITIN", "Ferritin"),
    _one("NEUT", "Neutrophils", height=70),
    _one("PLAT", "Platelets", height=70),
    Lane("ALT", "ALT, AST", "series", unit="\u00d7 ULN", height=70, is_log=True, is_per_uln=True, max_gap=15.0,
         series=(Series("AST", "AST", ACCENT, 1.0, (4, 2), "diamond"), Series("ALT", "ALT"))),
    Lane("BILI", "Bilirubin", "series", unit="\u00d7 ULN", height=60, is_log=True, is_per_uln=True, max_gap=15.0,
         series=(Series("BILI", "bilirubin"),)),
    Lane("events", "Events", "bars"),
)  # fmt: skip


def lanes_to_json(limits: Mapping[str, tuple[Limit, ...]]) -> dict[str, Any]:
    """The lanes and the colors of treatment roles, as the page reads them.

    Parameters
    ----------
    limits
        Further limits by lane, such as the grade limits of the laboratory criteria in force.
    """
    lanes = [_to_dict(lane, (*lane.limits, *limits.get(lane.id, ()))) for lane in LANES]
    return {"lanes": lanes, "roles": dict(TREATMENT_COLORS)}


def _to_dict(lane: Lane, limits: tuple[Limit, ...]) -> dict[str, Any]:
    named = [{"value": limit.value, "label": f"{limit.text}, {limit.source.key}"} for limit in limits]
    return asdict(lane) | {"limits": named}
