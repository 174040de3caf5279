"""The rules of the analysis one by one: reasons, policies, values below quantification, bad input."""

from __future__ import annotations

import math

import polars as pl
import pytest

from tutela.kernel.errors import InputError
from tutela.kinetics.nca import BlqRule, NcaOptions, NcaResult, TerminalFit, Window, compute, compute_arrays

NO_WINDOW = NcaOptions(windows=())


def profile(
    times: list[float | None], values: list[float | None], *, subject: str = "1", **columns: object
) -> pl.DataFrame:
    """One profile; a value of 0 is below quantification."""
    frame = pl.DataFrame(
        {"time": times, "value": values}, schema={"time": pl.Float64, "value": pl.Float64}, strict=False
    ).with_columns(subject=pl.lit(subject), test=pl.lit("CARTGENE"), unit=pl.lit("copies/ug"))
    extra = [
        pl.Series(name, value) if isinstance(value, list) else pl.lit(value).alias(name)
        for name, value in columns.items()
    ]
    return frame.with_columns(extra)


def number(result: NcaResult, code: str, **window: tuple[float, float]) -> float:
    """Value of a parameter of subject 1; fails where it is not computed."""
    found = result.value("1", "CARTGENE", code, **window)
    assert found.value is not None, found.reason
    return found.value


def reason(result: NcaResult, code: str) -> str:
    """Reason of a parameter of subject 1, empty where it is computed."""
    return result.value("1", "CARTGENE", code).reason


def flag(result: NcaResult, code: str) -> str | None:
    """What qualifies a parameter of subject 1."""
    return result.table.filter(pl.col("parameter") == code)["flags"][0]


# Peak and persistence


def test_tmax_is_the_first_of_equal_maxima() -> None:
    result = compute(profile([0, 1, 2, 3, 4], [1, 9, 9, 9, 2]))
    assert (number(result, "TMAX"), number(result, "CMAX")) == (1, 9)
    assert (number(result, "TMAXPREV"), number(result, "TMAXNEXT")) == (0, 2)


def test_a_peak_at_an_end_of_the_samples_says_that_a_side_is_open() -> None:
    assert reason(compute(profile([0, 1, 2], [1, 2, 3])), "TMAXNEXT") == "the maximum is the last sample"
    assert reason(compute(profile([0, 1, 2], [3, 2, 1])), "TMAXPREV") == "the maximum is the first sample"


def test_tlast_is_the_last_quantified_sample_and_says_when_persistence_is_longer() -> None:
    lost = compute(profile([0, 1, 2, 3], [1, 5, 2, 0]))
    assert (number(lost, "TLST"), number(lost, "CLST"), flag(lost, "TLST")) == (2, 2, None)
    assert "at least" in str(flag(compute(profile([0, 1, 2], [1, 5, 2])), "TLST"))


@pytest.mark.parametrize(
    ("values", "confirm", "expected"),
    [
        ([0, 5, 9, 0, 0, 0], 2, 3.0),
        ([0, 5, 9, 0, 0, 0], 3, 3.0),
        ([0, 5, 9, 0, 4, 0], 1, 3.0),
        ([0, 5, 9, 0, 0, 4], 2, 3.0),
        # Samples before the peak are not a loss.
        ([0, 0, 9, 5, 0, 0], 2, 4.0),
    ],
)
def test_loss_is_the_first_of_the_declared_number_of_negative_samples_after_the_peak(
    values: list[float], confirm: int, expected: float
) -> None:
    result = compute(profile([0, 1, 2, 3, 4, 5], values), options=NcaOptions(confirm_blq=confirm))
    assert number(result, "TBLQ") == expected


def test_an_unconfirmed_loss_and_a_persisting_profile_have_different_reasons() -> None:
    assert "not in 2 consecutive" in reason(compute(profile([0, 1, 2, 3], [0, 5, 9, 0])), "TBLQ")
    assert "still quantified" in reason(compute(profile([0, 1, 2, 3], [0, 5, 9, 3])), "TBLQ")
    again = compute(profile([0, 1, 2, 3, 4], [5, 0, 0, 3, 1]))
    assert flag(again, "TBLQ") == "quantified again at 3"


def test_the_doubling_time_starts_at_the_nadir_after_infusion() -> None:
    times, values = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0], [90.0, 10.0, 20.0, 40.0, 80.0, 160.0]
    result = compute(profile(times, values))
    assert number(result, "DBLTIME") == pytest.approx(1.0, rel=1e-12)
    short = compute(profile([0, 1, 2, 3], [1, 2, 1, 1]))
    assert reason(short, "DBLTIME") == "2 quantified sample(s) from the lowest value to Tmax, 3 needed"


# Areas


def test_each_method_joins_samples_by_its_own_rule() -> None:
    data = profile([0, 1, 3], [2, 8, 2])
    log_part, log_up = 2 * (8 - 2) / math.log(4), (8 - 2) / math.log(4)
    expected = {
        "linear": 5 + 10,
        "linear-up-log-down": 5 + log_part,
        "linear-log": 5 + log_part,
        "log": log_up + log_part,
    }
    for method, area in expected.items():
        result = compute(data, options=NcaOptions(method=method, windows=()))
        assert number(result, "AUCLST") == pytest.approx(area, rel=1e-14), method


def test_equal_values_drops_to_zero_and_double_zeros_need_no_logarithm() -> None:
    options = NcaOptions(method="log", windows=(), blq=BlqRule(middle="zero"))
    result = compute(profile([0, 1, 2, 3, 4, 5, 6, 7], [0, 4, 4, 0, 0, 2, 0, 0]), options=options)
    # 2 up, 4 level, 2 down, 0, 1 up; the drop after Tlast belongs to AUCALL only.
    assert number(result, "AUCLST") == pytest.approx(9.0, rel=1e-14)
    assert number(result, "AUCALL") == pytest.approx(10.0, rel=1e-14)


def test_nearly_equal_concentrations_lose_no_digits() -> None:
    below = math.nextafter(5.0, 0.0)
    result = compute(profile([0, 10], [5.0, below]), options=NO_WINDOW)
    assert number(result, "AUCLST") == pytest.approx(50.0, rel=1e-15)
    assert number(result, "AUMCLST") == pytest.approx(250.0, rel=1e-14)


@pytest.mark.regression
def test_a_steep_interval_outside_the_window_does_not_overflow() -> None:
    times, values = [0.0, 0.375, 40.375, 40.5, 40.625], [0.0, 0.0, 1.254, 0.001, 0.0]
    options = NcaOptions(
        windows=(Window(0, 28, policy="to_last"),), method="linear-log", blq=BlqRule(middle="zero")
    )
    result = compute(profile(times, values), options=options)
    reached = 28 - 0.375
    assert number(result, "AUCINT") == pytest.approx(reached**2 * 1.254 / 40 / 2)


def test_the_moment_of_a_log_interval_is_the_closed_form() -> None:
    t1, t2, c1, c2 = 2.0, 5.0, 9.0, 4.0
    k = math.log(c2 / c1)
    expected = (t2 - t1) * (c2 * t2 - c1 * t1) / k - (t2 - t1) ** 2 * (c2 - c1) / k**2
    # From 0 to 2 the concentration rises linearly from 0: dt c2 t2 / 2.
    result = compute(profile([0, t1, t2], [0, c1, c2]), options=NO_WINDOW)
    assert number(result, "AUMCLST") == pytest.approx(2 * 9 * 2 / 2 + expected, rel=1e-13)


def test_an_area_is_not_available_before_the_first_sample_unless_a_policy_says_what_was_there() -> None:
    data = profile([1, 2, 3, 4], [8, 4, 2, 1])
    assert reason(compute(data), "AUCLST") == "the area starts at 0, the first sample is at 1"
    strict = compute(data, options=NcaOptions(windows=(Window(0, 4),)))
    assert reason(strict, "AUCINT") == "the window starts at 0, the first sample is at 1"
    near = compute(data, options=NcaOptions(windows=(Window(0, 4, slack=1),)))
    later = 7 / math.log(2)
    assert number(near, "AUCINT") == pytest.approx(later, rel=1e-14)
    assert flag(near, "AUCINT") == "starts at the first sample, not at 0; first sample at 1"
    zero = compute(data, options=NcaOptions(start_policy="zero", windows=()))
    assert number(zero, "AUCLST") == pytest.approx(4 + later, rel=1e-14)
    assert flag(zero, "AUCLST") == "0 assumed at 0; first sample at 1"
    assert NcaOptions.for_cells(windows=()) == NcaOptions(start_policy="zero", windows=())
    back = compute(data, options=NcaOptions(start_policy="back-extrapolate", windows=()))
    assert number(back, "AUCLST") == pytest.approx(8 / math.log(2) + later, rel=1e-14)
    assert number(back, "CMAX") == 8


def test_one_sample_has_a_peak_and_no_area() -> None:
    result = compute(profile([0], [7]))
    assert number(result, "CMAX") == 7
    assert reason(result, "AUCLST") == reason(result, "AUCIFO") == reason(result, "AUCINT") == "one sample"
    assert reason(result, "LAMZHL") == "0 quantified sample(s) after Tmax, 3 needed for lambda_z"


def test_all_below_quantification_is_zero_or_a_reason_by_policy() -> None:
    data = profile([0, 7, 14, 28], [0, 0, 0, 0])
    zero = compute(data)
    assert [number(zero, code) for code in ("CMAX", "AUCLST", "AUCALL", "AUCINT")] == [0, 0, 0, 0]
    assert "all 4" in str(flag(zero, "CMAX"))
    for code in ("TMAX", "TLST", "LAMZ", "AUCIFO", "TBLQ", "DBLTIME"):
        assert reason(zero, code) == "below quantification in all 4 sample(s)", code
    strict = compute(data, options=NcaOptions(all_blq="unavailable"))
    for code in ("CMAX", "AUCLST", "AUCALL", "AUCINT"):
        assert reason(strict, code) == "below quantification in all 4 sample(s)", code


def test_a_profile_without_any_result_is_reported_with_its_reason() -> None:
    result = compute(profile([0, 1, None], [None, None, 4]))
    assert result.profiles.row(0, named=True)["missing"] == 3
    assert set(result.table["reason"]) == {"no sample with a time and a result"}


# Windows


SHORT = profile([0, 7, 14, 21], [0, 8, 4, 2])
TO_21 = 28 + 7 * 4 / math.log(2) + 7 * 2 / math.log(2)


def window_of(data: pl.DataFrame, policy: str, *, slack: float = 0.0) -> tuple[float | None, str, str | None]:
    """Value, reason and flag of the area over 28 days."""
    options = NcaOptions(
        windows=(Window(0, 28, policy=policy, slack=slack),), terminal=TerminalFit(allow_tmax=True)
    )
    row = compute(data, options=options).table.filter(pl.col("parameter") == "AUCINT").row(0, named=True)
    return row["value"], row["reason"] or "", row["flags"]


def test_follow_up_that_ends_early_follows_the_declared_policy_and_says_so() -> None:
    value, why, _ = window_of(SHORT, "unavailable")
    assert value is None
    assert "last quantified sample is at 21, the window ends at 28" in why
    value, why, _ = window_of(SHORT, "sampled")
    assert value is None
    assert "sampling ends at 21, the window at 28" in why
    value, _, said = window_of(SHORT, "to_last")
    assert value == pytest.approx(TO_21)
    assert said == "ends at 21, the last quantified sample"
    value, _, said = window_of(SHORT, "blq_zero")
    assert value == pytest.approx(TO_21)
    assert said == "ends at 21, the last quantified sample"
    tail = 7 * 1 / math.log(2)
    value, _, said = window_of(SHORT, "extrapolate")
    assert value == pytest.approx(TO_21 + tail)
    assert said == f"extrapolated after 21: {100 * tail / (TO_21 + tail):.3g} % of the area"


def test_a_confirmed_loss_counts_as_zero_where_sampling_reached_the_end() -> None:
    lost = profile([0, 7, 14, 21, 25, 29], [0, 8, 4, 2, 0, 0])
    for policy in ("sampled", "blq_zero"):
        value, _, said = window_of(lost, policy)
        assert value == pytest.approx(TO_21 + 4)
        assert said == "below quantification after 21, linear to 25, then 0"
    assert window_of(lost, "unavailable")[0] is None
    assert window_of(lost, "to_last")[0] == pytest.approx(TO_21)


def test_the_step_to_a_later_sample_is_cut_at_the_end_of_the_window() -> None:
    value, _, _ = window_of(profile([0, 7, 14, 21, 35], [0, 8, 4, 2, 0]), "sampled")
    assert value == pytest.approx(TO_21 + 7 * (2 + 1) / 2)


def test_a_last_sample_inside_the_visit_window_reaches_the_end() -> None:
    near = profile([0, 7, 14, 21, 27.5], [0, 8, 4, 2, 1])
    exact = 6.5 / math.log(2) + TO_21
    for policy in ("unavailable", "sampled"):
        assert window_of(near, policy)[0] is None
        value, _, said = window_of(near, policy, slack=1.0)
        assert value == pytest.approx(exact)
        assert said == "ends at 27.5, the last quantified sample"
    assert window_of(near, "unavailable", slack=0.4)[0] is None


def test_extrapolation_without_a_terminal_slope_is_not_available() -> None:
    value, why, _ = window_of(profile([0, 7, 14], [0, 2, 8]), "extrapolate")
    assert value is None
    assert why.startswith("no extrapolation: 1 quantified sample(s) after Tmax")


def test_a_plain_area_of_a_finite_interval_stops_at_the_last_sample_inside_it() -> None:
    data = profile([0, 2, 4, 8], [0, 10, 10, 0.001])
    inside = compute(data.filter(pl.col("time") <= 5), options=NO_WINDOW)
    window = compute(data, options=NcaOptions(windows=(Window(0, 5),)))
    assert number(inside, "AUCLST") == pytest.approx(30)
    assert number(window, "AUCINT", window=(0, 5)) > 33


# Terminal slope


def test_a_rising_fit_does_not_decide_the_best_unless_asked() -> None:
    # The last three points rise on a perfect line; the falling fits over four and five points are worse.
    data = profile([0, 1, 2, 3, 4, 5], [1, 100, 20, 5, 5.5, 6.05])
    first = compute(data, options=NO_WINDOW)
    assert number(first, "LAMZ") > 0
    assert "rising" in str(flag(first, "LAMZ"))
    as_peer = NcaOptions(windows=(), terminal=TerminalFit(drop_rising_first=False))
    assert reason(compute(data, options=as_peer), "LAMZ") == (
        "the best adjusted R2 among 2 fits belongs to a rising one"
    )


def test_a_tail_that_only_rises_has_no_slope_and_everything_that_needs_it_says_why() -> None:
    result = compute(profile([0, 1, 2, 3, 4], [1, 100, 2, 3, 5]), options=NO_WINDOW)
    for code in ("LAMZ", "LAMZHL", "AUCIFO", "AUMCIFP", "MRTEVIFO", "AUCPEO", "CLSTP"):
        assert reason(result, code) == "none of 1 terminal fit(s) falls", code


def test_equally_good_fits_are_settled_by_the_most_points() -> None:
    data = profile([0, 1, 2, 3, 4, 5], [0, 64, 32, 16, 8, 4])
    assert number(compute(data), "LAMZNPT") == 4
    assert number(compute(data, options=NcaOptions(terminal=TerminalFit(allow_tmax=True))), "LAMZNPT") == 5
    assert number(compute(data, options=NcaOptions(terminal=TerminalFit(max_points=3))), "LAMZNPT") == 3
    assert number(compute(data, options=NcaOptions(terminal=TerminalFit(not_before=3))), "LAMZLL") == 3


def test_points_can_be_chosen_by_window_by_number_and_one_by_one() -> None:
    times, values = [0.0, 1, 2, 3, 4, 5, 6], [0.0, 64, 40, 16, 8, 4, 3.5]
    window = compute(profile(times, values), options=NcaOptions(terminal=TerminalFit(window=(3, 5))))
    assert (number(window, "LAMZLL"), number(window, "LAMZUL")) == (3, 5)
    assert number(window, "LAMZ") == pytest.approx(math.log(2))
    last = compute(profile(times, values), options=NcaOptions(terminal=TerminalFit(points=4)))
    assert (number(last, "LAMZNPT"), number(last, "LAMZLL")) == (4, 3)
    chosen = compute(profile(times, values, lambda_z_include=[False, False, False, True, True, True, False]))
    assert number(chosen, "LAMZ") == pytest.approx(math.log(2))
    assert flag(chosen, "LAMZ") == "3 points chosen by the user"
    without = compute(profile(times, values, lambda_z_exclude=[False] * 6 + [True]))
    assert number(without, "LAMZUL") == 5
    # The prediction stays at Tlast, one half-life after the last point of the fit.
    assert number(without, "TLST") == 6
    assert number(without, "CLSTP") == pytest.approx(2.0)


def test_too_few_chosen_points_are_a_reason() -> None:
    result = compute(
        profile([0, 1, 2, 3], [0, 8, 4, 2]), options=NcaOptions(terminal=TerminalFit(window=(2, 3)))
    )
    assert reason(result, "LAMZ") == "2 quantified sample(s) among those chosen for lambda_z, 3 needed"


def test_points_lists_what_the_slope_was_taken_from() -> None:
    result = compute(
        profile([0, 1, 2, 3, 4], [0, 64, 32, 16, 8], source_file="pc.csv", source_row=[1, 2, 3, 4, 5])
    )
    assert result.points["time"].to_list() == [2, 3, 4]
    assert result.points["evidence"].to_list() == ["pc.csv:3", "pc.csv:4", "pc.csv:5"]
    assert result.points["fitted"].to_list() == pytest.approx([32, 16, 8])


# Values below quantification


@pytest.mark.parametrize(
    ("action", "area"),
    [("keep", 4 + 4 + 4), ("zero", 4 + 4 + 4), ("drop", 4 + 2 * 8), ("lloq/2", 4 + 2 * 5.0)],
)
def test_a_middle_sample_below_quantification_follows_its_rule(action: str, area: float) -> None:
    data = profile([0, 1, 2, 3], [0, 8, 0, 8], lloq=4.0)
    options = NcaOptions(method="linear", windows=(), blq=BlqRule(middle=action))
    assert number(compute(data, options=options), "AUCLST") == pytest.approx(area)


def test_keep_uses_a_number_recorded_below_the_limit_but_never_as_quantified() -> None:
    data = profile([0, 1, 2, 3], [0, 8, 2, 8], lloq=4.0)
    options = NcaOptions(method="linear", windows=(), blq=BlqRule(middle="keep"))
    assert number(compute(data, options=options), "AUCLST") == pytest.approx(4 + 5 + 5)
    tail = compute(profile([0, 1, 2, 3], [0, 8, 6, 2], lloq=4.0), options=options)
    assert number(tail, "TLST") == 2


def test_a_rule_by_tmax_replaces_the_rule_by_place() -> None:
    data = profile([0, 1, 2, 3], [0, 8, 0, 8])
    by_tmax = NcaOptions(method="linear", windows=(), blq=BlqRule(before_tmax="drop", after_tmax="zero"))
    assert (
        reason(compute(data, options=by_tmax), "AUCLST") == "the area starts at 0, the first sample is at 1"
    )
    other = NcaOptions(method="linear", windows=(), blq=BlqRule(before_tmax="zero", after_tmax="drop"))
    assert number(compute(data, options=other), "AUCLST") == pytest.approx(4 + 16)


def test_half_the_limit_needs_a_limit() -> None:
    with pytest.raises(InputError, match="no limit of quantification"):
        compute(profile([0, 1, 2], [0, 8, 4]), options=NcaOptions(blq=BlqRule(first="lloq/2")))


def test_a_censored_value_is_below_quantification_whatever_number_stands_beside_it() -> None:
    censored = [False, False, False, True]
    result = compute(profile([0, 1, 2, 3], [0, 8, 4, 50], is_censored=censored, lloq=50.0 - 46))
    assert (number(result, "CMAX"), number(result, "TLST")) == (8, 2)
    negative = compute(profile([0, 1, 2, 3], [0, 8, 4, -1], is_censored=censored))
    assert number(negative, "TLST") == 2


# Rows


def test_missing_concentrations_are_left_out_and_counted() -> None:
    result = compute(profile([0, 1, 2, 3], [0, 8, None, 2]), options=NO_WINDOW)
    whole = compute(profile([0, 1, 3], [0, 8, 2]), options=NO_WINDOW)
    assert number(result, "AUCLST") == number(whole, "AUCLST")
    facts = result.profiles.row(0, named=True)
    assert (facts["rows"], facts["missing"], facts["samples"]) == (4, 1, 3)


def test_samples_at_the_same_time_follow_the_declared_choice() -> None:
    data = profile([0, 1, 1, 1, 2], [0, 8, 4, 0, 2])
    assert number(compute(data), "CMAX") == 6
    assert compute(data).profiles["merged"][0] == 2
    assert number(compute(data, options=NcaOptions(duplicates="max")), "CMAX") == 8
    strict = compute(data, options=NcaOptions(duplicates="unavailable"))
    assert set(strict.table["reason"]) == {"2 sample(s) at the same time as another"}
    with pytest.raises(InputError, match="same time"):
        compute(data, options=NcaOptions(duplicates="error"))


def test_the_last_sample_before_infusion_stands_at_infusion() -> None:
    result = compute(profile([-30, -0.2, 1, 2], [5, 0, 8, 2]), options=NO_WINDOW)
    assert number(result, "AUCLST") == pytest.approx(4 + 6 / math.log(4))
    assert result.profiles["before_infusion"][0] == 2
    at_zero = compute(profile([-1, 0, 1], [100, 1, 3]), options=NO_WINDOW)
    assert number(at_zero, "CMAX") == 3


def test_blood_is_used_where_a_profile_mixes_specimens() -> None:
    specimen = ["BLOOD", "Whole Blood", "BONE MARROW", None]
    result = compute(profile([0, 1, 2, 3], [1, 8, 900, 2], specimen=specimen), options=NO_WINDOW)
    assert number(result, "CMAX") == 8
    assert result.profiles["other_specimen"][0] == 1
    unclear = compute(profile([0, 1], [1, 2], specimen=["CSF", "BONE MARROW"]))
    assert "specimens are mixed (BONE MARROW, CSF)" in reason(unclear, "CMAX")
    by_specimen = compute(
        profile([0, 1], [1, 2], specimen=["CSF", "BONE MARROW"]), by=("subject", "test", "specimen")
    )
    assert by_specimen.profiles.height == 2


def test_a_profile_with_two_units_is_not_computed() -> None:
    data = profile([0, 1, 2], [1, 8, 2]).with_columns(unit=pl.Series(["copies/ug", "copies/ug", "cells/uL"]))
    assert reason(compute(data), "CMAX") == "units differ: cells/uL, copies/ug"


@pytest.mark.parametrize(
    ("column", "value", "match"),
    [
        ("value", -1.0, "negative"),
        ("value", math.nan, "not a finite number"),
        ("value", math.inf, "not a finite number"),
        ("time", math.nan, "time is not a finite number"),
        ("time", -math.inf, "time is not a finite number"),
        ("lloq", -5.0, "limit of quantification"),
    ],
)
def test_a_number_that_cannot_be_used_names_its_row(column: str, value: float, match: str) -> None:
    data = profile([0, 1, 2], [1, 8, 2], lloq=[1.0, 1.0, 1.0], source_file="pc.csv", source_row=[11, 12, 13])
    data = data.with_columns(
        pl.when(pl.col("source_row") == 12).then(pl.lit(value)).otherwise(pl.col(column)).alias(column)
    )
    with pytest.raises(InputError, match=match) as caught:
        compute(data)
    assert (caught.value.file, caught.value.row, caught.value.column) == ("pc.csv", 12, column)


def test_a_missing_or_textual_column_is_named() -> None:
    with pytest.raises(InputError, match="missing") as caught:
        compute(profile([0], [1]).drop("value"))
    assert caught.value.column == "value"
    with pytest.raises(InputError, match="does not hold numbers"):
        compute(profile([0], [1]).with_columns(value=pl.lit("<10")))


@pytest.mark.parametrize(
    "build",
    [
        lambda: NcaOptions(method="log-linear"),
        lambda: NcaOptions(window_policy="zero"),
        lambda: NcaOptions(confirm_blq=0),
        lambda: NcaOptions(windows=(Window(0, 28), Window(0, 28, policy="to_last"))),
        lambda: Window(5, 5),
        lambda: Window(0, 28, slack=28),
        lambda: BlqRule(first="ignore"),
        lambda: BlqRule(before_tmax="drop"),
        lambda: TerminalFit(min_points=2),
        lambda: TerminalFit(points=3, window=(1, 2)),
        lambda: TerminalFit(max_points=2),
    ],
)
def test_a_choice_that_does_not_exist_is_refused(build: object) -> None:
    with pytest.raises(InputError):
        build()  # type: ignore[operator]


@pytest.mark.parametrize("policy", ["unavailable", "zero", "back-extrapolate"])
def test_arrays_of_one_or_no_sample_give_reasons(policy: str) -> None:
    options = NcaOptions(start_policy=policy)
    one = compute_arrays([1.0], [[5.0]], options=options)
    assert one.values["CMAX"][0] == 5
    assert one.reasons["AUCLST"][0] == "one sample"
    nothing = compute_arrays([1.0], [[math.nan]], options=options)
    assert nothing.reasons["CMAX"][0] == "no sample with a time and a result"


@pytest.mark.parametrize(
    ("time", "conc"),
    [([0.0, 1.0], [[1.0, -1.0]]), ([0.0, 0.0], [[1.0, 1.0]]), ([0.0, math.inf], [[1.0, 1.0]])],
)
def test_arrays_that_cannot_be_used_are_refused(time: list[float], conc: list[list[float]]) -> None:
    with pytest.raises(InputError) as caught:
        compute_arrays(time, conc)
    assert caught.value.row == 1


def test_an_empty_table_gives_an_empty_result() -> None:
    result = compute(profile([], []))
    assert result.table.height == result.wide.height == result.points.height == 0
    assert result.table.columns == compute(profile([0, 1], [1, 2])).table.columns


# Dose and units


def test_dose_adds_clearance_and_volume_with_their_units() -> None:
    data = profile([0, 1, 2, 3, 4], [0, 8, 4, 2, 1]).with_columns(unit=pl.lit("mg/L"))
    doses = pl.DataFrame({"subject": ["1"], "dose": [100.0], "unit": ["mg"]})
    result = compute(data, doses=doses, options=NcaOptions(time_unit="h", windows=()))
    clearance, volume = result.value("1", "CARTGENE", "CLFO"), result.value("1", "CARTGENE", "VZFO")
    assert clearance.value == pytest.approx(100 / number(result, "AUCIFO"))
    assert (clearance.unit, volume.unit) == ("L/h", "L")
    assert result.value("1", "CARTGENE", "AUCLST").unit == "mg*h/L"
    nobody = compute(data, doses=doses.with_columns(subject=pl.lit("2")))
    assert reason(nobody, "CLFO") == "no dose given"
    assert "CLFO" not in compute(data).table["parameter"].to_list()


def test_two_doses_of_one_profile_are_refused() -> None:
    doses = pl.DataFrame({"subject": ["1", "1"], "dose": [1.0, 2.0]})
    with pytest.raises(InputError, match="two doses"):
        compute(profile([0, 1], [1, 2]), doses=doses)


def test_every_row_has_a_value_or_a_reason_and_never_both() -> None:
    shapes = [[0, 1, 5, 3, 2, 1], [0] * 6, [9, 3, 1, 0, 0, 0], [None] * 6, [1, 2, 3, 4, 5, 6]]
    data = pl.concat([profile([0, 1, 2, 3, 4, 5], values, subject=str(i)) for i, values in enumerate(shapes)])
    table = compute(data).table
    assert table.filter(pl.col("value").is_null() == pl.col("reason").is_null()).height == 0
    assert table.filter(pl.col("value").is_null() & pl.col("flags").is_not_null()).height == 0
    assert table.group_by("subject").len()["len"].n_unique() == 1
