from __future__ import annotations

import itertools
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import assumptions, data
from utils.expressions import record
from utils.models import power_system

PROFILES = data.table("hourly_profiles")
SUN, WIND = PROFILES["sand_point_solar"], PROFILES["sand_point_wind"]
COSTS = ("solar_capex", "wind_capex", "electrolyser_capex", "battery_capex", "hydrogen_store_capex", "discount_rate")
SIZES = ("solar_mw", "wind_mw", "electrolyser_mw", "battery_mwh", "store_mwh")
USUAL = {name: assumptions.get(name).default for name in COSTS}


@pytest.fixture(scope="module")
def designs():
    return power_system.designs(SUN, WIND, [1, 1.25, 1.5, 1.75, 2], [0.75], [3], [0], [1, 4, 14])


def balances(power, ran):
    """What electricity, battery and store are out by, as shares of the year's electricity."""
    store, battery = ran["store"][-1] - ran["store_start"], ran["battery"][-1] - ran["battery_start"]
    taken = ran["electrolyser"] + ran["curtailed"] + ran["charged"] - ran["discharged"]
    return (
        (power.sum() - taken.sum()) / power.sum(),
        (ran["charged"].sum() * power_system.BATTERY_EFFICIENCY - ran["discharged"].sum() - battery) / power.sum(),
        (ran["electrolyser"].sum() * power_system.EFFICIENCY - ran["served"].sum() - store) / power.sum(),
    )


SYSTEMS = st.fixed_dictionaries({
    "electrolyser_mw": st.floats(0, 8), "battery_mwh": st.floats(0, 40), "store_mwh": st.floats(0, 500),
})


@settings(max_examples=25, deadline=None)
@given(SYSTEMS, st.floats(0.5, 3), st.floats(0, 1))
def test_no_energy_is_lost_or_made_and_nothing_leaves_its_bounds(sizes, oversizing, wind_share):
    power, _ = power_system.generation(SUN, WIND, oversizing, wind_share)
    ran = power_system.dispatch(power, **sizes)
    assert balances(power, ran) == pytest.approx((0, 0, 0), abs=1e-9)
    for flow in ("electrolyser", "curtailed", "charged", "discharged", "served", "battery", "store"):
        assert ran[flow].min() >= -1e-12, f"{flow} falls below zero"
    assert ran["battery"].max() <= sizes["battery_mwh"] + 1e-9
    assert ran["store"].max() <= sizes["store_mwh"] + 1e-9
    assert ran["electrolyser"].max() <= sizes["electrolyser_mw"] + 1e-9
    assert 0 <= ran["served"].mean() <= 1


def test_a_year_takes_well_under_a_second():
    power, _ = power_system.generation(SUN, WIND, 1.5, 0.5)
    start = time.perf_counter()
    power_system.dispatch(power, 4, 8, 48)
    assert time.perf_counter() - start < 0.5


def test_steady_power_serves_everything_without_a_store():
    ran = power_system.dispatch(np.full(8760, 1 / power_system.EFFICIENCY), 2, 0, 0)
    assert ran["served"].mean() == pytest.approx(1)
    assert ran["curtailed"].sum() == pytest.approx(0, abs=1e-6)


def test_no_power_serves_nothing():
    ran = power_system.dispatch(np.zeros(8760), 2, 5, 50)
    assert ran["served"].sum() == pytest.approx(0, abs=1e-9)


def test_one_sunny_hour_fills_the_store_and_the_store_serves_the_next():
    """By hand: 10 MW for an hour, an electrolyser of 5 MW, 3.11 MWh of hydrogen, served over four hours."""
    power = np.zeros(8760)
    power[0] = 10
    ran = power_system.dispatch(power, 5, 0, 100)
    assert ran["electrolyser"][0] == 5
    assert ran["curtailed"][0] == 5
    assert ran["served"][:5] == pytest.approx([1, 1, 1, 0.11, 0])


def test_a_battery_carries_the_surplus_into_the_next_hour():
    power = np.zeros(8760)
    power[0] = 4
    ran = power_system.dispatch(power, 1, 4, 100)  # 1 MW to the battery, as it fills in four hours
    assert ran["charged"][0] == 1
    assert ran["discharged"][1] == pytest.approx(0.96)
    assert ran["curtailed"][0] == 2


@pytest.mark.parametrize("wind_share", [0, 0.5, 1])
def test_a_larger_store_never_serves_less(wind_share):
    power, _ = power_system.generation(SUN, WIND, 1.5, wind_share)
    met = [power_system.dispatch(power, 4, 0, 24 * days)["served"].mean() for days in (0, 0.5, 1, 2, 4, 8, 16)]
    assert all(after >= before - 1e-9 for before, after in itertools.pairwise(met))


def test_more_generation_never_serves_less():
    met = [power_system.supply(SUN, WIND, size, 0.5, 4, 0, 2)["met_share"] for size in (1, 1.25, 1.5, 2, 3)]
    assert met == sorted(met)


def test_generation_adds_up_to_what_was_asked_for():
    power, capacities = power_system.generation(SUN, WIND, 1.5, 0.25)
    assert power.mean() == pytest.approx(1.5 / power_system.EFFICIENCY)
    assert capacities["wind_mw"] * WIND.mean() == pytest.approx(0.25 * power.mean())


def test_with_tanks_the_last_per_cent_costs_far_more_than_the_first_ninety_and_in_salt_it_does_not(designs):
    table = [designs[name] for name in (*SIZES, "met_share")]
    salt, steel = (power_system.cost_of_reliability(*table, **USUAL | {"hydrogen_store_capex": price})
                   for price in (2.7, 60))
    for result in (salt, steel):
        assert result["cost_90"] <= result["cost_99"] <= result["cost_100"]
    assert steel["last_per_cent"] > 5 * steel["cost_90"]
    assert salt["last_per_cent"] < 2 * salt["cost_90"]


def test_the_frontier_is_the_cheapest_of_all_designs_at_least_as_reliable(designs):
    result = power_system.cost_of_reliability(*(designs[name] for name in (*SIZES, "met_share")), **USUAL)
    for share, least in zip(designs["met_share"], result["cheapest"], strict=True):
        assert least == pytest.approx(min(result["cost"][designs["met_share"] >= share]))


def test_cost_is_the_annuity_of_what_is_built():
    """By hand: 1 MW of electrolyser alone, 25 years at 8 %: (0.09368 + 0.04) · 1.89 million EUR over 262.8 t."""
    cost = power_system.cost_of_supply(0, 0, 1, 0, 0, 1, **USUAL)
    assert cost["cost"] == pytest.approx((0.093679 + 0.04) * 1.89e6 / 262_826, rel=1e-4)


@pytest.mark.parametrize("point", [
    dict(zip(COSTS, values, strict=True))
    for values in itertools.product(*((assumptions.get(c).low, assumptions.get(c).high) for c in COSTS))
])
def test_at_every_extreme_of_the_costs_the_frontier_rises_with_reliability(designs, point):
    result = power_system.cost_of_reliability(*(designs[name] for name in (*SIZES, "met_share")), **point)
    assert (result["cost"] > 0).all()
    assert (np.diff(result["cheapest"]) <= 1e-12).all()


@pytest.mark.parametrize("place", [0, 1])
def test_the_months_of_a_year_add_up(place):
    year = power_system.year_of_supply(place, 1.5, 0.5, 2)
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    assert np.dot(year["served"], days) / 365 == pytest.approx(100 * year["met_share"], abs=0.5)
    assert 0 < year["curtailed_share"] < 1
    assert 0 <= year["longest_gap"] <= 8760


def test_half_sun_half_wind_serves_more_than_either_alone():
    met = [power_system.year_of_supply(0, 1.5, share, 1)["met_share"] for share in (0, 0.5, 1)]
    assert met[1] > max(met[0], met[2]) + 0.05


def test_the_cost_of_reliability_can_be_recorded(designs):
    columns = dict.fromkeys((*SIZES, "met_share"), len(designs))
    recorded = record(power_system.cost_of_reliability, columns, COSTS)
    assert {"cost_90", "cost_99", "cost_100", "last_per_cent"} == set(recorded["scalars"])


def test_the_hourly_table_has_every_hour_once_and_two_very_different_places():
    assert list(PROFILES["hour"]) == list(range(8760))
    means = PROFILES.drop(columns=["hour", "source", "status"]).mean()
    assert means["greensboro_solar"] > 1.5 * means["sand_point_solar"]
    assert means["sand_point_wind"] > 2 * means["greensboro_wind"]
    nights = PROFILES["hour"] % 24 == 0
    assert PROFILES.loc[nights, "greensboro_solar"].max() == 0, "the sun does not shine at midnight"


@pytest.mark.parametrize(("change", "said"), [
    ({"solar": SUN.iloc[:-1]}, "solar has 8759 hours; allowed are 8760"),
    ({"wind": WIND.where(PROFILES["hour"] != 77)}, "wind has no value in hour 77; allowed is a whole year"),
    ({"solar": SUN + 1}, "solar is 1.* allowed is 0 to 1"),
    ({"solar": SUN * 0}, "solar is zero in every hour"),
    ({"wind_share": 1.1}, "wind_share is 1.1; allowed is 0 to 1"),
    ({"oversizing": 0}, "oversizing is 0; allowed is any number above 0"),
])
def test_a_gap_or_a_wrong_size_is_refused(change, said):
    arguments = {"solar": SUN, "wind": WIND, "oversizing": 1.5, "wind_share": 0.5} | change
    with pytest.raises(ValueError, match=said):
        power_system.generation(**arguments)


def test_a_store_below_zero_is_refused():
    with pytest.raises(ValueError, match="store_mwh is -1; allowed is 0 or more"):
        power_system.dispatch(np.ones(8760), 1, 0, -1)


def test_designs_of_which_none_serves_everything_are_refused(designs):
    short = designs[designs["met_share"] < 0.9]
    with pytest.raises(ValueError, match=r"met_share is at most 0\.\d+; allowed is a table with a design of 0.9995"):
        power_system.cost_of_reliability(*(short[name] for name in (*SIZES, "met_share")), **USUAL)


def test_a_share_of_nothing_has_no_cost():
    with pytest.raises(ValueError, match="met_share is 0; allowed is any number above 0"):
        power_system.cost_of_supply(1, 1, 1, 0, 0, 0, **USUAL)


def test_designs_are_rows_a_person_can_read(designs):
    assert isinstance(designs, pd.DataFrame)
    assert designs["met_share"].is_monotonic_decreasing
