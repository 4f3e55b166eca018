from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import assumptions, data
from utils.expressions import record
from utils.models import green_premium
from utils.models.finance import capital_recovery_factor

VOLUMES = pd.Series(np.geomspace(1, 64, 49))
LOOP = {"pledged_volume": 0, "offtake_share": 0, "steel_electricity": 40, "steel_learning": 0.18,
        "steel_carbon_price": 0, "willing_premium": 110}
PRODUCTS = data.table("green_premiums")
COLUMNS = ["amount_kg", "product_price", "premium", "co2_saved", "material_price"]


def products(premium="premium", level=1, price=0):
    columns = {name: PRODUCTS[name] for name in COLUMNS} | {"premium": PRODUCTS[premium]}
    return pd.DataFrame(green_premium.premium_on_products(
        **columns, premium_level=level, premium_carbon_price=price)).set_index(PRODUCTS["product"])


@pytest.mark.parametrize("end", ["premium_low", "premium", "premium_high"])
def test_green_steel_adds_less_than_one_per_cent_to_a_car(end):
    """Transition Asia, July 2024."""
    published = data.table("validation").set_index("id").loc["V-16"]
    assert published["low"] < products(end)["share"]["Car"] < published["high"]


def test_green_steel_adds_some_ten_per_cent_to_a_ship():
    assert 0.06 < products()["share"]["Bulk carrier"] < 0.12


def test_the_premium_on_a_car_worked_by_hand():
    car = products(price=50).loc["Car"]
    assert car["net_premium"] == pytest.approx(230 - 50 * 2)
    assert car["extra"] == pytest.approx(0.9 * 130)


@given(st.floats(0, 3), st.floats(0, 300))
def test_the_share_of_a_product_is_never_above_the_share_of_its_material(level, price):
    seen = products(level=level, price=price)
    assert (seen["share"] <= seen["gate_share"] + 1e-12).all() and (seen["share"] >= 0).all()


@given(st.floats(1, 1e6), st.floats(0, 0.5))
def test_wrights_law_takes_the_same_fraction_at_each_doubling(volume, learning):
    before, after = (green_premium.learned_cost(100, v, 1, learning) for v in (volume, 2 * volume))
    assert after / before == pytest.approx(1 - learning)


def test_the_first_premium_lies_in_the_published_range():
    """V-16: 200 to 300 USD a tonne; at 1.08 USD for a euro, 185 to 278 EUR."""
    assert 185 < green_premium.premium_of_steel(1, 0.08, 40, 0.18, 0) < 278


def test_the_cost_of_hydrogen_worked_by_hand():
    by_hand = 1886 * (capital_recovery_factor(0.08, 25) + 0.04) / (4500 / 53.6) + 53.6 * 0.04
    assert green_premium.hydrogen_cost(1, 0.08, 40, 0.18) == pytest.approx(by_hand)
    assert green_premium.hydrogen_cost(0, 0.08, 40, 0.18) == pytest.approx(by_hand)


def test_the_threshold_is_a_fixed_point_and_a_pledge_on_either_side_goes_its_own_way():
    tips = green_premium.demand_loop(VOLUMES, **LOOP)["tips"]
    premium = green_premium.premium_of_steel(tips, 0.08, 40, 0.18, 0)
    assert green_premium.steel_demand(premium, 60, 110, 20) == pytest.approx(tips, rel=0.02)
    below = green_premium.demand_loop(VOLUMES, **LOOP | {"pledged_volume": 0.95 * tips})
    beyond = green_premium.demand_loop(VOLUMES, **LOOP | {"pledged_volume": 1.05 * tips})
    assert below["settles"] == pytest.approx(0.95 * tips) and below["takes_off"] == 0
    assert beyond["settles"] > 3 * tips and beyond["takes_off"] == 1


@given(
    st.floats(0, 20), st.floats(0, 1), st.floats(20, 80), st.floats(0.05, 0.25), st.floats(0, 60), st.floats(50, 200)
)
def test_where_the_market_settles_demand_meets_volume(pledge, offtake, electricity, learning, price, willing):
    seen = green_premium.demand_loop(VOLUMES, pledge, offtake, electricity, learning, price, willing)
    again = green_premium.steel_demand(
        green_premium.premium_of_steel(seen["settles"], 0.08 - 0.03 * offtake, electricity, learning, price),
        60, willing, 20)
    assert seen["settles"] == pytest.approx(max(pledge, again), rel=0.05)


@given(st.floats(0, 20), st.floats(0, 0.9), st.floats(0, 90))
def test_long_contracts_and_carbon_prices_never_shrink_the_market(pledge, offtake, price):
    base = LOOP | {"pledged_volume": pledge, "offtake_share": offtake, "steel_carbon_price": price}
    settled = green_premium.demand_loop(VOLUMES, **base)["settles"]
    for more in ({"offtake_share": offtake + 0.1}, {"steel_carbon_price": price + 10}):
        assert green_premium.demand_loop(VOLUMES, **base | more)["settles"] >= settled - 1e-9


@pytest.mark.parametrize("edge", ["low", "high"])
@pytest.mark.parametrize("name", list(LOOP))
def test_every_slider_leaves_all_results_finite_at_its_ends(name, edge):
    seen = green_premium.demand_loop(VOLUMES, **LOOP | {name: getattr(assumptions.get(name), edge)})
    assert all(np.isfinite(np.asarray(value)).all() for value in seen.values())
    assert 0 <= seen["settles"] <= 60


@pytest.mark.parametrize(("change", "said"), [
    ({"offtake_share": 1.5}, "offtake_share is 1.5; allowed is 0 to 1"),
    ({"pledged_volume": -1}, "pledged_volume is -1; allowed is 0 or more"),
    ({"steel_learning": 1}, "learning is 1; allowed is 0 to 0.99"),
    ({"willing_spread": 0}, "willing_spread is 0; allowed is any number above 0"),
])
def test_bad_input_is_named(change, said):
    with pytest.raises(ValueError, match=said):
        green_premium.demand_loop(VOLUMES, **LOOP | change)


def test_the_models_can_be_recorded_and_are_small():
    loop = record(green_premium.demand_loop, {"volume": 49}, list(LOOP))
    assert len(loop["steps"]) < 2500
    sliders = ["premium_level", "premium_carbon_price"]
    products = record(green_premium.premium_on_products, dict.fromkeys(COLUMNS, 7), sliders)
    assert products["scalars"] == ["largest_share"]
