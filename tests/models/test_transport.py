from __future__ import annotations

import itertools

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import assumptions, data
from utils.expressions import record
from utils.models import transport

HYDROGEN = data.table("hydrogen_carriers")
CO2 = data.table("co2_carriers")
TEXT = ["carrier", "source", "status", "note"]
SLIDERS = ["hydrogen_distance", "hydrogen_volume", "transport_route", "hydrogen_needed", "electricity_price",
           "hydrogen_price", "scale_exponent", "discount_rate"]
CO2_SLIDERS = ["co2_distance", "co2_volume", "transport_route", "electricity_price", "scale_exponent", "discount_rate"]
USUAL = {name: assumptions.get(name).default for name in {*SLIDERS, *CO2_SLIDERS}}


def parameters(carrier):
    row = HYDROGEN.set_index("carrier").loc[carrier]
    return row.drop(["route", "as_hydrogen", "source", "status", "note"]).astype(float).to_dict()


def cost(carrier, distance=500, volume=0.5, electricity_price=60, load_value=3000, scale_exponent=0.6,
         discount_rate=0.08):
    return transport.cost_per_tonne(distance, volume, **parameters(carrier), electricity_price=electricity_price,
                                    load_value=load_value, scale_exponent=scale_exponent, discount_rate=discount_rate)


def deliver(**changes):
    values = {name: USUAL[name] for name in SLIDERS} | changes
    return transport.deliver_hydrogen(**HYDROGEN.drop(columns=TEXT), **values)


def extremes(names):
    table = assumptions.table()
    ends = [sorted({table[name].low, table[name].high}) for name in names]
    return [dict(zip(names, point, strict=True)) for point in itertools.product(*ends)]


def test_a_pipeline_is_an_annuity_over_its_flow():
    """By hand: 4.44 Mt a year, 48 inches, 1,000 km: (0.08174 + 0.0317) · 6.453 million EUR · 1,000 / 4.44 Mt."""
    assert cost("New pipeline", 1000, 4.44)["moving"] == pytest.approx(0.113443 * 6.453e9 / 4.44e6, rel=1e-4)


def test_a_truck_is_its_trips():
    """By hand, 70 km, 10 kt: a round trip is 3.5 h, so a year of 4,000 h makes 1,143 trips of 1.1 t: 7.95 trucks."""
    truck = cost("Truck, compressed gas", 70, 0.01)
    charge = 0.140076 + 0.04  # 11 years at 8 %, and upkeep
    fleet = 10_000 * 3.5 / (4000 * 1.1)
    running = (140 * 0.0035 * 150 + 3.5 * 35) / 1.1
    assert truck["moving"] == pytest.approx(charge * fleet * 0.82e6 / 10_000 + running, rel=1e-4)


def test_losses_are_paid_at_the_value_of_the_load():
    voyage = 8000 / 30
    assert cost("Liquid hydrogen ship", 8000)["losses"] == pytest.approx((0.017 + 0.04 + 0.0001 * voyage) * 3000)


def test_one_ship_is_the_least():
    small, tiny = (cost("Liquid hydrogen ship", 1000, volume)["moving"] for volume in (0.01, 0.005))
    assert tiny > 1.9 * small


def test_beyond_the_largest_pipe_a_second_one_is_as_dear():
    one, two = (cost("New pipeline", 1000, volume)["moving"] for volume in (4.44, 8.88))
    assert one == pytest.approx(two)


def test_no_pipe_is_thinner_than_the_smallest():
    half, whole = (cost("New pipeline", 100, volume)["moving"] for volume in (0.005, 0.01))
    assert half == pytest.approx(2 * whole)


@given(st.sampled_from(list(HYDROGEN["carrier"])), st.floats(1, 12_000), st.floats(1, 2))
def test_a_longer_way_never_costs_less(carrier, distance, factor):
    near, far = cost(carrier, distance), cost(carrier, distance * factor)
    assert sum(far.values()) >= sum(near.values()) - 1e-9


@given(st.sampled_from(list(HYDROGEN["carrier"])), st.floats(0.005, 5), st.floats(1, 2))
def test_a_larger_flow_never_costs_more_a_tonne(carrier, volume, factor):
    small, large = cost(carrier, volume=volume), cost(carrier, volume=volume * factor)
    assert sum(large.values()) <= sum(small.values()) * (1 + 1e-12)


@given(st.sampled_from(list(HYDROGEN["carrier"])), st.floats(0, 0.2), st.floats(0, 12_000), st.floats(0.01, 10))
def test_no_part_of_a_cost_is_negative(carrier, discount_rate, distance, volume):
    assert min(cost(carrier, distance, volume, discount_rate=discount_rate).values()) >= 0


@pytest.mark.parametrize("point", extremes(SLIDERS))
def test_at_every_extreme_somebody_can_deliver_and_the_cheapest_is_named(point):
    result = deliver(**point)
    offered = pd.Series(result["cost"])[pd.Series(result["available"]) == 1]
    assert len(offered)
    assert result["cheapest_cost"] == pytest.approx(offered.min())
    assert result["cheapest"] == offered.idxmin()


@pytest.mark.parametrize("point", extremes(CO2_SLIDERS))
def test_at_every_extreme_co2_has_a_carrier(point):
    result = transport.deliver_co2(**CO2.drop(columns=TEXT), **point)
    assert 0 < result["cheapest_cost"] < transport.UNAVAILABLE


def test_an_old_pipe_is_only_used_where_it_lies():
    names = HYDROGEN["carrier"]
    assert set(names[deliver(transport_route=0)["available"] == 1]) == {"New pipeline", "Truck, compressed gas"}
    assert "Converted gas pipeline" in set(names[deliver(transport_route=1)["available"] == 1])
    over_sea = set(names[deliver(transport_route=2, hydrogen_needed=1)["available"] == 1])
    assert "Ammonia ship, not cracked" not in over_sea
    assert len(over_sea) == 4


def test_ship_and_pipeline_change_places_with_distance():
    cheapest = [HYDROGEN["carrier"][int(deliver(hydrogen_distance=km)["cheapest"])] for km in (300, 10_000)]
    assert cheapest[0] == "New subsea pipeline"
    assert cheapest[1].endswith("ship")


def test_the_map_says_what_the_formula_says():
    cells = transport.map_cells().iloc[::17]
    mapped = transport.cheapest_carriers(cells["distance"], cells["volume"], 3, 60, 1)
    for distance, volume, carrier in zip(cells["distance"], cells["volume"], mapped["carrier"], strict=True):
        one = deliver(hydrogen_distance=distance, hydrogen_volume=volume, transport_route=2, hydrogen_needed=1,
                      electricity_price=60, hydrogen_price=3, scale_exponent=0.6, discount_rate=0.08)
        assert carrier == one["cheapest"]
    assert 0 < mapped["pipeline_share"] < 1


def test_both_models_can_be_recorded():
    for model, table, sliders in ((transport.deliver_hydrogen, HYDROGEN, SLIDERS),
                                  (transport.deliver_co2, CO2, CO2_SLIDERS)):
        columns = dict.fromkeys(table.columns.drop(TEXT), len(table))
        assert set(record(model, columns, sliders)["scalars"]) == {"cheapest", "cheapest_cost"}


def test_a_carrier_moves_by_a_line_or_by_vehicles():
    for table in (HYDROGEN, CO2):
        assert ((table["line_capex"] > 0) != (table["payload"] > 0)).all()
        assert ((table["payload"] > 0) == (table["speed"] > 0)).all()


@pytest.mark.parametrize(("wrong", "said"), [
    ({"volume": 0}, "volume is 0; allowed is any number above 0"),
    ({"distance": -1}, "distance is -1; allowed is 0 or more"),
    ({"discount_rate": -1}, "discount_rate is -1"),
    ({"scale_exponent": 1.5}, "scale_exponent is 1.5; allowed is 0 to 1"),
    ({"electricity_price": -5}, "electricity_price is -5"),
])
def test_a_wrong_argument_is_named_with_what_is_allowed(wrong, said):
    with pytest.raises(ValueError, match=said):
        cost("New pipeline", **wrong)
