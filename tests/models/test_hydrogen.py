from __future__ import annotations

import itertools
import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import assumptions
from utils.expressions import record
from utils.models import hydrogen

STEPS = pd.Series(range(9))
YEARS = pd.Series(range(2025, 2061))
BARS = ["full_load_hours", "electricity_price", "electrolyser_capex", "electrolyser_efficiency", "gas_price",
        "grey_carbon_price", "discount_rate"]
PATH = ["electrolyser_learning", "electrolyser_growth", "electrolyser_capex", "electricity_price", "electricity_fall",
        "full_load_hours", "gas_price", "grey_carbon_price", "grey_carbon_price_rise"]


def usual(names, **changes):
    return {name: assumptions.get(name).default for name in names} | changes


def extremes(names):
    table = assumptions.table()
    return [dict(zip(names, point, strict=True))
            for point in itertools.product(*((table[name].low, table[name].high) for name in names))]


def test_a_kilogram_by_hand():
    """62.2 % and 4,000 h: 53.6 kWh and 74.6 kg a kW; 8 % over 25 years is 0.09368; 1,890 EUR; 60 EUR/MWh."""
    parts = hydrogen.electrolysis_parts(4000, 60, 1890, 0.622, 0.08)
    assert parts["electricity"] == pytest.approx(33.33 / 0.622 * 0.06)
    assert parts["capital"] == pytest.approx(0.093679 * 1890 * 33.33 / 0.622 / 4000, rel=1e-4)
    assert parts["operation"] == pytest.approx(0.04 * 1890 * 33.33 / 0.622 / 4000)


def test_grey_hydrogen_emits_about_nine_kilograms():
    """8.9 kg of CO2 a kilogram from the gas alone; 9 to 10 are usually given."""
    assert hydrogen.grey_parts(30, 1000, 0.08)["carbon"] == pytest.approx(8.86, abs=0.01)


def test_the_default_lies_within_what_was_expected_for_2030():
    """2 to 9 USD/kg for renewable hydrogen in 2030 (IEA 2024)."""
    assert 2 / 1.08 < hydrogen.waterfall(STEPS, **usual(BARS))["green"] < 9 / 1.08


@given(st.floats(500, 8760), st.floats(0, 150), st.floats(0, 2500), st.floats(0.5, 0.8), st.floats(0, 0.15))
def test_the_bars_of_the_waterfall_stand_on_one_another(hours, price, capex, efficiency, rate):
    result = hydrogen.waterfall(STEPS, hours, price, capex, efficiency, 30, 80, rate)
    start, end = result["start"], result["end"]
    assert (end >= start).all()
    assert start[1:4] == pytest.approx(end[:3])
    assert end[3] == pytest.approx(end[4]) == pytest.approx(result["green"])
    assert end[7] == pytest.approx(end[8]) == pytest.approx(result["grey"])


@given(st.floats(1000, 8760), st.floats(0, 300))
def test_at_the_break_even_price_of_electricity_green_equals_grey(hours, carbon):
    price = hydrogen.waterfall(STEPS, **usual(BARS, full_load_hours=hours, grey_carbon_price=carbon))[
        "break_even_electricity"]
    if price >= 0:
        again = hydrogen.waterfall(
            STEPS, **usual(BARS, full_load_hours=hours, grey_carbon_price=carbon, electricity_price=price))
        assert again["green"] == pytest.approx(again["grey"])


def test_each_doubling_takes_the_learning_rate_off():
    assert hydrogen.cost_after_learning(1000, 2, 1, 0.18) == pytest.approx(820)
    assert hydrogen.cost_after_learning(1000, 8, 1, 0.18) == pytest.approx(1000 * 0.82**3)
    assert hydrogen.cost_after_learning(1000, 8, 1, 0) == pytest.approx(1000)


def test_solar_power_learned_a_third_with_each_doubling():
    """V-18: cost times 0.178 over 4.4 doublings, a rate of about 32 %."""
    assert hydrogen.learning_rate_seen(0.178, math.log2(850 / 40)) == pytest.approx(0.32, abs=0.01)


@given(st.floats(0.05, 0.95), st.floats(1, 10))
def test_the_rate_seen_undoes_the_curve(ratio, doublings):
    rate = hydrogen.learning_rate_seen(ratio, doublings)
    assert hydrogen.cost_after_learning(1, 2**doublings, 1, rate) == pytest.approx(ratio)


def test_parity_comes_in_the_first_year_that_green_is_not_dearer():
    path = hydrogen.path_to_parity(YEARS, **usual(PATH, electricity_price=25))
    cheaper = (path["green"] <= path["grey_with_carbon"]).to_numpy()
    assert path["parity_with_carbon"] == cheaper.argmax()
    assert cheaper.any()
    assert path["parity"] >= path["parity_with_carbon"]


def test_parity_never_is_the_number_of_years():
    path = hydrogen.path_to_parity(YEARS, **usual(PATH, electricity_price=150))
    assert path["parity"] == path["parity_with_carbon"] == len(YEARS)


def test_a_carbon_price_never_delays_parity():
    years = [hydrogen.path_to_parity(YEARS, **usual(PATH, grey_carbon_price=price, electricity_price=40))[
        "parity_with_carbon"] for price in (0, 75, 150, 300)]
    assert years == sorted(years, reverse=True)


@pytest.mark.parametrize("point", extremes(PATH))
def test_at_every_extreme_costs_are_positive_and_green_never_rises(point):
    path = hydrogen.path_to_parity(YEARS, **point)
    assert (path["green"] > 0).all()
    assert (path["green"].diff().dropna() <= 1e-9).all()
    assert 0 <= path["parity_with_carbon"] <= path["parity"] <= len(YEARS)


def test_both_models_can_be_recorded():
    assert "break_even_electricity" in record(hydrogen.waterfall, {"step": 9}, BARS)["scalars"]
    assert "parity" in record(hydrogen.path_to_parity, {"year": 36}, PATH)["scalars"]


def test_a_discount_rate_of_zero_works_and_of_minus_one_is_refused():
    assert hydrogen.electrolysis_parts(4000, 60, 1890, 0.62, 0)["capital"] > 0
    with pytest.raises(ValueError, match="discount_rate is -1; allowed is any number above -1"):
        hydrogen.electrolysis_parts(4000, 60, 1890, 0.62, -1)


@pytest.mark.parametrize(("wrong", "said"), [
    ({"full_load_hours": 9000}, "full_load_hours is 9000; allowed is 0 to 8760"),
    ({"full_load_hours": 0}, "full_load_hours is 0; allowed is any number above 0"),
    ({"electrolyser_efficiency": 1.2}, "electrolyser_efficiency is 1.2; allowed is 0 to 1"),
    ({"gas_price": -1}, "gas_price is -1; allowed is 0 or more"),
])
def test_a_wrong_argument_is_named_with_what_is_allowed(wrong, said):
    with pytest.raises(ValueError, match=said):
        hydrogen.waterfall(STEPS, **usual(BARS, **wrong))


def test_a_waterfall_with_too_few_steps_is_refused():
    with pytest.raises(ValueError, match="step has 5 rows; allowed are 9"):
        hydrogen.waterfall(STEPS[:5], **usual(BARS))
