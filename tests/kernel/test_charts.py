"""Charts: colors that survive printing and color blindness, equal charts give equal specifications."""

from __future__ import annotations

import itertools

import altair as alt
import polars as pl
import pytest

from tutela.kernel import charts
from tutela.kernel.errors import InputError
from tutela.kernel.tables.treatments import ROLES

# Linear-light luminance weights and the deuteranope/protanope projections of Vienot, Brettel & Mollon 1999.
WEIGHTS = (0.2126, 0.7152, 0.0722)
DEUTERANOPE = ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0))
PROTANOPE = ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0))


def _linear(color: str) -> tuple[float, ...]:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return tuple(p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)


def _luminance(rgb: tuple[float, ...]) -> float:
    return sum(w * c for w, c in zip(WEIGHTS, rgb, strict=True))


def _lightness(rgb: tuple[float, ...]) -> float:
    y = _luminance(rgb)
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


def _seen(color: str, matrix: tuple[tuple[float, ...], ...]) -> tuple[float, ...]:
    rgb = _linear(color)
    return tuple(max(0.0, sum(m * c for m, c in zip(row, rgb, strict=True))) for row in matrix)


def test_grades_get_darker_with_every_step_on_a_black_and_white_printer() -> None:
    lightness = [_lightness(_linear(color)) for color in charts.GRADE_COLORS.values()]
    steps = [light - dark for light, dark in itertools.pairwise(lightness)]
    assert min(steps) > 4
    assert min(steps[1:]) > 12


@pytest.mark.parametrize("matrix", [DEUTERANOPE, PROTANOPE], ids=["deuteranope", "protanope"])
def test_grades_keep_their_order_for_color_blind_readers(matrix: tuple[tuple[float, ...], ...]) -> None:
    lightness = [_lightness(_seen(color, matrix)) for color in charts.GRADE_COLORS.values()]
    assert lightness == sorted(lightness, reverse=True)
    assert min(a - b for a, b in itertools.pairwise(lightness[1:])) > 8


def test_the_digit_on_a_grade_has_readable_contrast() -> None:
    for grade, color in charts.GRADE_COLORS.items():
        pair = sorted((_luminance(_linear(color)), _luminance(_linear(charts.GRADE_TEXT_COLORS[grade]))))
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5


def test_no_other_color_is_a_grade_color() -> None:
    others = {*charts.TREATMENT_COLORS.values(), *charts.CATEGORICAL, *charts.SEQUENTIAL, charts.ACCENT}
    assert others.isdisjoint(charts.GRADE_COLORS.values())
    assert set(charts.TREATMENT_COLORS) == set(ROLES)


def _chart() -> alt.LayerChart:
    base = alt.Chart(pl.DataFrame({"x": [1.0, 2.0], "view_9": ["param_3", "b"]})).encode(x="x:Q")
    return alt.layer(base.mark_point().add_params(alt.selection_interval(bind="scales")), base.mark_rule())


def test_equal_charts_give_equal_specifications_and_data_are_untouched() -> None:
    first, second = charts.to_spec(_chart()), charts.to_spec(_chart())
    assert first == second
    (rows,) = first["datasets"].values()
    assert rows == [{"x": 1.0, "view_9": "param_3"}, {"x": 2.0, "view_9": "b"}]


def test_no_row_is_dropped_or_refused_in_a_large_chart() -> None:
    chart = alt.Chart(pl.DataFrame({"x": range(6000)})).mark_point().encode(x="x:Q")
    (rows,) = charts.to_spec(chart)["datasets"].values()
    assert len(rows) == 6000


def _timeline() -> alt.VConcatChart:
    grades = pl.DataFrame(
        {"start": [0.0, 1.0, 2.0], "end": [1.0, 2.0, 4.0], "grade_low": [0, 1, 3], "grade_high": [0, 2, 3]}
    )
    heat = pl.DataFrame({"day": [0.0, 1.0, 2.0], "value": [36.5, 38.5, 37.0]})
    line = alt.Chart(heat).mark_line().encode(x="day:Q", y=alt.Y("value:Q", scale=alt.Scale(zero=False)))
    lanes = [
        charts.Lane("CRS grade", charts.grade_ribbon(grades, domain=(0, 5)), 20),
        charts.Lane("Temperature, °C", line),
    ]
    return charts.stack_lanes(lanes, domain=(0, 5), title="Subject 1")


@pytest.mark.parametrize(("suffix", "start"), [(".svg", b"<svg"), (".png", b"\x89PNG"), (".pdf", b"%PDF")])
def test_a_timeline_is_written_without_a_browser(tmp_path, suffix, start) -> None:
    path = charts.export(_timeline(), tmp_path / f"chart{suffix}")
    assert path.read_bytes().startswith(start)


def test_a_bounded_grade_is_hatched_and_printed_as_a_range(tmp_path) -> None:
    text = charts.export(_timeline(), tmp_path / "chart.svg").read_text()
    assert ">1-2<" in text
    # The shape of a hatch stroke is a line of its own; only the bounded interval has them.
    assert text.count(f'stroke="{charts.GRADE_COLORS[2]}"') > 20


def test_an_unknown_format_says_what_is_possible(tmp_path) -> None:
    with pytest.raises(InputError, match=r"\.svg, \.png, \.pdf"):
        charts.export(_chart(), tmp_path / "chart.gif")


@pytest.mark.property
def test_every_bounded_interval_gets_a_stroke_however_short() -> None:
    table = pl.DataFrame({"start": [0.0, 1.0001, 7.0], "end": [0.5, 1.0002, 9.0]})
    strokes = charts.hatch(table, start="start", end="end", domain=(0, 10), width=600)
    assert strokes["hatch"].null_count() == 0
    assert set(strokes["start"]) == set(table["start"])
    assert (strokes["hatch"] >= strokes["start"]).all()
    assert (strokes["hatch"] <= strokes["end"]).all()
