from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import data
from utils.explore import explore
from utils.models.trade import clean_hydrogen_trade, minimum_cost_flow, trade_routes

EXPORTERS, IMPORTERS = ["a", "b", "c"], ["x", "y"]
ALL = [(start, end) for start in EXPORTERS for end in IMPORTERS]


@pytest.fixture(scope="module")
def routes():
    return trade_routes(data.table("hydrogen_regions"), data.table("sea_distances"))


def trade(routes, **changes):
    settled = {"hydrogen_carbon_price": 400, "shipping_cost": 0.05, "conversion_cost": 1.6, "trading_blocs": 0}
    columns = ["exporter", "importer", "distance_km", "production_cost", "capacity", "demand", "fossil_cost",
               "fossil_intensity", "within_two_blocs", "within_three_blocs"]
    return clean_hydrogen_trade(**{name: routes[name] for name in columns}, **settled | changes)


def networkx_cost(costs, capacity, demand):
    """The same network as a graph with whole numbers, solved by the network simplex."""
    graph = nx.DiGraph()
    graph.add_node("source", demand=-sum(demand.values()))
    for name, most in capacity.items():
        graph.add_edge("source", name, capacity=most, weight=0)
    for name, need in demand.items():
        graph.add_node(name, demand=need)
    for (start, end), cost in costs.items():
        graph.add_edge(start, end, weight=cost)
    return nx.network_simplex(graph)[0]


def flow_of(costs, capacity, demand):
    return minimum_cost_flow([s for s, _ in costs], [e for _, e in costs], list(costs.values()), capacity, demand)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=6, max_size=6), st.lists(st.integers(0, 30), min_size=2, max_size=2))
def test_the_cost_equals_that_of_the_network_simplex_of_networkx(prices, needs):
    costs = dict(zip(ALL, prices, strict=True))
    capacity, demand = dict(zip(EXPORTERS, (25, 20, 15), strict=True)), dict(zip(IMPORTERS, needs, strict=True))
    ours = flow_of(costs, capacity, demand)
    assert ours["total_cost"] == pytest.approx(networkx_cost(costs, capacity, demand), abs=1e-6)


def test_the_real_network_costs_what_networkx_says(routes):
    regions = data.table("hydrogen_regions").set_index("region")
    cost = routes["production_cost"] + 1.6 + 0.05 * routes["distance_km"] / 1000
    costs = dict(zip(zip(routes["exporter"], routes["importer"], strict=True), cost, strict=True))
    capacity = regions.query("role == 'exporter'")["capacity"].to_dict()
    demand = regions.query("role == 'importer'")["demand"].to_dict()
    theirs = networkx_cost(
        {route: round(1e5 * value) for route, value in costs.items()},
        {name: round(1000 * value) for name, value in capacity.items()},
        {name: round(1000 * value) for name, value in demand.items()},
    ) / 1e8
    assert flow_of(costs, capacity, demand)["total_cost"] == pytest.approx(theirs, rel=1e-6)


def test_a_price_is_what_one_more_unit_costs():
    costs = dict(zip(ALL, (1, 4, 2, 3, 9, 9), strict=True))
    capacity, demand = {"a": 10, "b": 10, "c": 50}, {"x": 12, "y": 11}
    now, more = flow_of(costs, capacity, demand), flow_of(costs, capacity, demand | {"y": 12})
    assert more["total_cost"] - now["total_cost"] == pytest.approx(now["price"]["y"])
    wider = flow_of(costs, capacity | {"a": 11}, demand)
    assert now["total_cost"] - wider["total_cost"] == pytest.approx(now["rent"]["a"])


def test_a_used_route_needs_no_saving_and_price_splits_into_cost_and_rent():
    costs = dict(zip(ALL, (1, 4, 2, 3, 9, 9), strict=True))
    best = flow_of(costs, {"a": 10, "b": 10, "c": 50}, {"x": 12, "y": 11})
    for (start, end), flow, saving in zip(costs, best["flow"], best["saving_needed"], strict=True):
        assert saving >= -1e-9
        assert flow * saving == pytest.approx(0)
        if flow > 0:
            assert best["price"][end] == pytest.approx(costs[start, end] + best["rent"][start])


def test_demand_that_cannot_be_met_names_the_region_and_what_can_reach_it():
    with pytest.raises(ValueError, match=r"demand of y is 5; at most 3 can reach it"):
        minimum_cost_flow(["a", "b"], ["x", "y"], [1, 1], {"a": 9, "b": 3}, {"x": 2, "y": 5})


def test_a_region_without_any_route_is_named():
    with pytest.raises(ValueError, match=r"demand of y is 5; at most 0 can reach it"):
        minimum_cost_flow(["a"], ["x"], [1], {"a": 9}, {"x": 2, "y": 5})


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"capacity of a is -1; allowed is 0 or more"):
        minimum_cost_flow(["a"], ["x"], [1], {"a": -1}, {"x": 0})
    with pytest.raises(ValueError, match=r"origin is 'q'; allowed are a"):
        minimum_cost_flow(["q"], ["x"], [1], {"a": 1}, {"x": 0})


def test_without_a_carbon_price_all_stay_with_fossil_hydrogen_at_its_cost(routes):
    for blocs in (0, 1, 2):
        outcome = trade(routes, hydrogen_carbon_price=0, trading_blocs=blocs)
        assert outcome["clean_share"] == 0
        assert (outcome["price_rotterdam"], outcome["price_tianjin"]) == (2.2, 1.8)


def test_a_higher_carbon_price_never_lowers_the_clean_share(routes):
    shares = [trade(routes, hydrogen_carbon_price=price)["clean_share"] for price in range(0, 501, 50)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)


@pytest.mark.parametrize("price", [0, 200, 300, 400, 500])
@pytest.mark.parametrize("shipping", [0, 0.1, 0.2])
def test_closing_routes_never_makes_it_cheaper(routes, price, shipping):
    world = {"hydrogen_carbon_price": price, "shipping_cost": shipping}
    costs = [trade(routes, trading_blocs=blocs, **world)["cost"] for blocs in (0, 1, 2)]
    assert costs[0] <= costs[1] + 1e-9
    assert costs[0] <= costs[2] + 1e-9


@pytest.mark.parametrize("blocs", [1, 2])
def test_no_ship_leaves_its_bloc(routes, blocs):
    inside = routes[["within_two_blocs", "within_three_blocs"][blocs - 1]] == 1
    flows = trade(routes, trading_blocs=blocs)["flow"]
    assert sum(flow for flow, within in zip(flows, inside, strict=True) if not within) == 0
    assert sum(flows) > 0


def test_every_bloc_is_split_as_the_table_says(routes):
    regions = data.table("hydrogen_regions").set_index("region")
    for route in routes.to_dict("records"):
        same = regions.loc[route["exporter"], "three_blocs"] == regions.loc[route["importer"], "three_blocs"]
        assert route["within_three_blocs"] == int(same)


def test_sea_distances_agree_with_published_voyages_and_closing_canals_never_shortens_one():
    sea = data.table("sea_distances").set_index(["exporter", "importer"])
    assert sea.loc[("Houston", "Antwerp"), "distance_km"] == pytest.approx(9313, rel=0.02)
    assert sea.loc[("Jubail", "Kawasaki"), "distance_km"] == pytest.approx(12433, rel=0.01)
    assert (sea["distance_canals_closed_km"] >= sea["distance_km"]).all()


def test_it_is_an_explorable(routes):
    grid = {"hydrogen_carbon_price": [0, 250, 500], "shipping_cost": [0, 0.1, 0.2], "trading_blocs": [0, 1, 2]}
    figure = explore(clean_hydrogen_trade, over=routes, grid=grid, fixed={"conversion_cost": 1.6})
    figure.values = {"hydrogen_carbon_price": 500, "shipping_cost": 0, "trading_blocs": 0}
    assert figure.rows["flow"].sum() == pytest.approx(4.4)
