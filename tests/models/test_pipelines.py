from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import assumptions, data
from utils.models import pipelines

USUAL = {"scale_exponent": 0.6, "distance_to_store": 60, "pipeline_capex": 0.305, "discount_rate": 0.08}
FIRMS = pd.DataFrame({"emissions_mt": [4.0, 1.2, 0.45, 0.3], "km_to_hub": [0.0, 6, 14, 25]})


def who_pays(**changes):
    arguments = {**USUAL, "hub_spacing": 1.0, **changes}
    return pipelines.who_pays(FIRMS["emissions_mt"], FIRMS["km_to_hub"], **arguments)


def extremes(names):
    table = assumptions.table()
    return [dict(zip(names, point, strict=True))
            for point in itertools.product(*((table[n].low, table[n].default, table[n].high) for n in names))]


def test_one_megatonne_over_a_hundred_kilometres_costs_what_the_danish_catalogue_implies():
    """V-08: 2.8 EUR/t per 100 km, from 2,672 EUR per (t/h) and km, 50 years, 0.9 % and 8 %."""
    assert pipelines.yearly_cost(1, 100, 0.6, 0.305, 0.08) == pytest.approx(2.8, abs=0.05)


@pytest.mark.parametrize("flow", [2.5, 10, 20])
@pytest.mark.parametrize("distance", [180, 500])
def test_the_cost_of_a_tonne_lies_within_the_published_range_of_transport_and_storage(flow, distance):
    """V-07: 4 to 45 USD/t for transport and storage; the pipe alone must stay below the upper end."""
    assert 0 < pipelines.yearly_cost(flow, distance, 0.6, 0.305, 0.08) / flow < 45


def test_a_pipe_eight_times_as_large_gains_what_the_zep_table_shows():
    """V-09: from 2.5 to 20 Mt a year over 180 km onshore, 5.4 falls to 1.5 EUR/t, a ratio of 3.6."""
    small, large = (pipelines.yearly_cost(q, 180, 0.4, 0.305, 0.08) / q for q in (2.5, 20))
    assert small / large == pytest.approx(5.4 / 1.5, rel=0.05)


@given(st.integers(1, 20), st.floats(0.01, 1))
def test_equal_firms_at_one_place_save_as_the_closed_form_says(firms, exponent):
    cost = pipelines.alone_and_together(firms, 0.5, exponent, 60, 0, 0.305, 0.08)
    saving = pipelines.saving_of_equal_firms(firms, exponent)["saving"]
    assert 1 - cost["together"] / cost["alone"] == pytest.approx(saving, abs=1e-9)


def test_the_saving_vanishes_when_cost_is_proportional_to_flow():
    assert pipelines.saving_of_equal_firms(4, 1)["saving"] == 0
    cost = pipelines.alone_and_together(4, 0.5, 1, 60, 0, 0.305, 0.08)
    assert cost["together"] == pytest.approx(cost["alone"])


@given(st.floats(0.4, 1), st.floats(1, 300))
def test_the_saving_vanishes_at_the_break_even_distance_and_not_before(exponent, length):
    limit = length * (4 - 4**exponent) / 3
    costs = [pipelines.alone_and_together(4, 0.5, exponent, length, d, 0.305, 0.08) for d in (0.5 * limit, limit)]
    assert costs[1]["together"] == pytest.approx(costs[1]["alone"])
    assert costs[0]["together"] <= costs[0]["alone"] + 1e-9


@given(st.floats(0.01, 50), st.floats(0.01, 50), st.floats(0.4, 1))
def test_one_pipe_for_two_flows_never_costs_more_than_two_pipes(one, other, exponent):
    def cost(flow):
        return pipelines.yearly_cost(flow, 60, exponent, 0.305, 0.08)

    assert cost(one + other) <= cost(one) + cost(other) + 1e-9


def test_every_split_pays_the_whole_bill():
    result = who_pays()
    for split in ("equal", "by_tonnage", "shapley"):
        assert np.dot(result[split], FIRMS["emissions_mt"]) == pytest.approx(result["joint_cost"])


@pytest.mark.parametrize("point", extremes(["scale_exponent", "distance_to_store", "hub_spacing", "discount_rate"]))
def test_at_every_extreme_the_group_never_pays_more_than_its_members_alone(point):
    result = who_pays(**point)
    assert result["joint_cost"] <= result["separate_cost"] + 1e-9
    assert 0 <= result["saving"] < 1
    assert (result["shapley"] <= result["alone"] + 1e-9).all(), "the Shapley value keeps every single firm in"


def test_by_tonnage_a_group_with_the_largest_firm_would_leave_and_by_shapley_value_none():
    result = who_pays()
    assert result["apart_shapley"] == 0
    assert result["apart_by_tonnage"] > 0


@pytest.mark.parametrize("point", extremes(["scale_exponent", "distance_to_store", "hub_spacing"]))
def test_the_game_is_concave_so_that_the_shapley_value_lies_in_the_core(point):
    spurs = FIRMS["km_to_hub"] * point["hub_spacing"]
    costs = pipelines.cost_of_coalitions(FIRMS["emissions_mt"], spurs, point["scale_exponent"],
                                         point["distance_to_store"], 0.305, 0.08)
    costs[frozenset()] = 0
    for one, other in itertools.combinations(costs, 2):
        assert costs[one | other] + costs[one & other] <= costs[one] + costs[other] + 1e-9
    assert who_pays(**point)["apart_shapley"] == 0


def test_the_example_firms_are_the_four_of_the_text():
    firms = data.table("example_firms")
    assert len(firms) == 4
    assert (firms["emissions_mt"] < 0.5).sum() == 2


@pytest.mark.parametrize(("wrong", "said"), [
    ({"flow": -1}, "flow is -1; allowed is 0 or more"),
    ({"scale_exponent": 1.2}, "scale_exponent is 1.2; allowed is 0 to 1"),
    ({"scale_exponent": 0}, "scale_exponent is 0; allowed is any number above 0"),
    ({"pipeline_capex": 0}, "pipeline_capex is 0"),
    ({"discount_rate": -1}, "discount_rate is -1"),
    ({"distance": "far"}, "distance is 'far'; allowed are numbers"),
])
def test_a_wrong_argument_is_named_with_what_is_allowed(wrong, said):
    arguments = {"flow": 1, "distance": 60, "scale_exponent": 0.6, "pipeline_capex": 0.3, "discount_rate": 0.08}
    with pytest.raises(ValueError, match=said):
        pipelines.yearly_cost(**(arguments | wrong))
