from __future__ import annotations

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import assumptions, data
from utils.expressions import record
from utils.models import corridor, hydrogen, transport

SHIPS = data.table("hydrogen_carriers").query("route == 2 and payload > 0").reset_index(drop=True)
CHAIN = data.table("corridor_steps").merge(
    SHIPS[["carrier", "speed", "fuel", "payload", "boil_off"]], on="carrier", sort=False
)
MODELS = ((corridor.energy_along_chain, CHAIN), (corridor.delivered_cost, SHIPS))


def split(model, table):
    names = list(inspect.signature(model).parameters)
    return [n for n in names if n in table.columns], [n for n in names if n not in table.columns]


def run(model, table, **changes):
    columns, sliders = split(model, table)
    return model(**{n: table[n] for n in columns}, **{n: assumptions.get(n).default for n in sliders} | changes)


def energy(**changes):
    return run(corridor.energy_along_chain, CHAIN, **changes)


def cost(**changes):
    return run(corridor.delivered_cost, SHIPS, **changes)


def test_the_steps_and_the_carriers_of_chapter_two_keep_the_same_share():
    """What arrives for what is bought: 1 / (1 + own use), less the loss in handling."""
    for carrier, steps in CHAIN.groupby("carrier"):
        ship = SHIPS.set_index("carrier").loc[carrier]
        assert steps["kept"].prod() == pytest.approx((1 - ship["handling_loss"]) / (1 + ship["own_use"]), rel=2e-3)


def test_the_steps_and_the_carriers_of_chapter_two_use_the_same_electricity():
    carried = energy(sea_distance=1)["carried"]
    used = CHAIN.assign(used=CHAIN["outside_kwh"] * carried, carried=carried)
    for carrier, steps in used.groupby("carrier"):
        per_kg = steps["used"].sum() / steps["carried"].iloc[-1] * corridor.KWH_PER_KG
        wanted = SHIPS.set_index("carrier").loc[carrier, "electricity"]
        assert per_kg == pytest.approx(wanted, rel=0.06, abs=0.01)


def test_energy_only_falls_along_the_chain():
    for distance in (1000, 9300, 22000):
        left = np.asarray(energy(sea_distance=distance)["left"]).reshape(-1, 4)
        assert (left[:, 0] == 1).all()
        assert (np.diff(left) <= 0).all()
        assert (left > 0).all()


def test_cracking_is_the_only_difference_between_the_two_ammonia_chains():
    left = dict(zip(CHAIN["carrier"] + CHAIN["what"], energy()["left"], strict=True))
    assert left["Ammonia ship, crackedShipped"] == pytest.approx(left["Ammonia ship, not crackedShipped"], rel=1e-3)
    assert left["Ammonia ship, crackedUnpacked"] < 0.6 * left["Ammonia ship, not crackedUnpacked"]


def test_boil_off_at_sea_follows_the_hours():
    near, far = (np.asarray(energy(sea_distance=km)["carried"])[3] for km in (3000, 6000))
    assert far / near == pytest.approx((1 - 0.0001) ** 100)


def test_a_carrier_kept_whole_without_ship_fuel_loses_nothing():
    table = CHAIN.assign(kept=1.0, outside_kwh=0.0, fuel=0.0, boil_off=0.0)
    assert np.asarray(run(corridor.energy_along_chain, table)["left"]) == pytest.approx(1)


def test_the_parts_add_up_to_the_delivered_cost():
    result = cost()
    parts = sum(np.asarray(result[name]) for name in ("made", "plants", "moving", "power", "losses", "carbon"))
    assert parts == pytest.approx(np.asarray(result["cost"]))


def test_without_credit_and_carbon_it_is_chapter_twos_cost_plus_the_hydrogen():
    result = cost(hydrogen_credit=0, allowance_price=0)
    columns, _ = split(transport.deliver_hydrogen, SHIPS)
    usual = {n: assumptions.get(n).default for n in ("hydrogen_volume", "electricity_price", "hydrogen_price")}
    moved = transport.deliver_hydrogen(**SHIPS[columns], **usual, hydrogen_distance=9300, transport_route=2,
                                       hydrogen_needed=0, discount_rate=0.08)
    assert np.asarray(result["cost"]) == pytest.approx(np.asarray(moved["cost"]) + usual["hydrogen_price"])


def test_grey_hydrogen_is_chapter_twos():
    result = cost(allowance_price=120)
    assert result["grey"] == pytest.approx(sum(hydrogen.grey_parts(30, 120, 0.08).values()))


def test_the_cheapest_delivers_hydrogen():
    result = cost()
    hydrogen_only = np.asarray(result["cost"])[(SHIPS["as_hydrogen"] == 1).to_numpy()]
    assert result["cheapest"] == pytest.approx(hydrogen_only.min())


@given(st.floats(1000, 21000))
def test_a_longer_way_never_costs_less(distance):
    near, far = cost(sea_distance=distance), cost(sea_distance=distance + 500)
    assert (np.asarray(far["cost"]) > np.asarray(near["cost"])).all()


@given(st.floats(0, 0.15))
def test_a_credit_for_ten_years_is_worth_at_least_half_of_one_for_twenty(rate):
    assert 0.5 - 1e-12 <= corridor.levelised_credit(1, rate) < 1


def test_a_credit_larger_than_the_cost_does_not_pay_for_wasting_hydrogen():
    result = cost(hydrogen_price=1, hydrogen_credit=3)
    assert result["made_in_houston"] == 0
    assert (np.asarray(result["losses"]) == 0).all()


def test_at_the_closing_price_the_gap_is_closed():
    result = cost()
    assert result["gap"] > 0
    assert cost(allowance_price=result["closing_price"])["gap"] == pytest.approx(0, abs=1e-9)


def test_half_of_the_voyage_pays_the_european_price():
    free, priced = cost(allowance_price=0), cost(allowance_price=100)
    ship = SHIPS.loc[0]
    emitted = 2 * 9300 * ship["fuel"] * corridor.FUEL_CO2 / ship["payload"]
    assert priced["carbon"][0] - free["carbon"][0] == pytest.approx(emitted / 2 * 100 / 1000)


def test_the_voyage_emits_far_less_than_grey_hydrogen():
    assert 0 < cost()["voyage_co2"] < 0.06 * hydrogen.grey_parts(30, 1000, 0.08)["carbon"]


@pytest.mark.parametrize(("wrong", "said"), [
    ({"sea_distance": 0}, "sea_distance is 0; allowed is any number above 0"),
    ({"hydrogen_credit": -1}, "hydrogen_credit is -1; allowed is 0 or more"),
    ({"hydrogen_volume": 0}, "volume is 0; allowed is any number above 0"),
    ({"dollars_per_euro": 0}, "dollars_per_euro is 0"),
])
def test_bad_input_is_named(wrong, said):
    with pytest.raises(ValueError, match=said):
        cost(**wrong)


def test_a_table_that_lacks_a_step_is_refused():
    with pytest.raises(ValueError, match="kept has 15 rows; allowed are four for each carrier"):
        run(corridor.energy_along_chain, CHAIN.iloc[:-1])


def test_every_extreme_of_the_sliders_gives_a_finite_cost():
    _, sliders = split(corridor.delivered_cost, SHIPS)
    table = assumptions.table()
    for side in ("low", "high"):
        for moved in sliders:
            values = {n: getattr(table[n], side) for n in sliders} | {moved: table[moved].default}
            result = cost(**values)
            assert (np.asarray(result["cost"]) > 0).all()
            assert np.isfinite(np.asarray(result["cost"])).all()
            assert 0 <= result["closing_price"] < corridor.NOT_HYDROGEN


@pytest.mark.parametrize(("model", "table"), MODELS, ids=["energy", "cost"])
def test_the_models_can_be_recorded(model, table):
    columns, sliders = split(model, table)
    assert record(model, dict.fromkeys(columns, len(table)), sliders)["steps"]
