from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from utils import data
from utils.models import heat_matching

SITES = data.table("heat_sites")[["is_source", "temperature_c", "heat_mw", "x_km", "y_km"]]
matrices = arrays(float, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.floats(-10, 10))


def brute_force(worth) -> float:
    """The best sum of all ways to pair rows with columns, leaving bad pairs out."""
    worth = np.maximum(worth, 0)
    if worth.shape[0] > worth.shape[1]:
        worth = worth.T
    return max(
        sum(worth[row, column] for row, column in enumerate(order))
        for order in itertools.permutations(range(worth.shape[1]), worth.shape[0])
    )


@given(matrices)
def test_the_assignment_is_as_good_as_the_best_of_all(worth):
    assert sum(worth[pair] for pair in heat_matching.best_pairs(worth)) == pytest.approx(brute_force(worth))


@given(matrices)
def test_greedy_pairs_are_never_better_and_at_least_half_as_good(worth):
    greedy = sum(worth[pair] for pair in heat_matching.greedy_pairs(worth))
    best = brute_force(worth)
    assert best / 2 - 1e-9 <= greedy <= best + 1e-9


def test_kuhns_example_of_a_trap_for_the_greedy():
    worth = [[8, 7], [7, 1]]
    assert heat_matching.best_pairs(worth) == [(0, 1), (1, 0)]
    assert heat_matching.greedy_pairs(worth) == [(0, 0), (1, 1)]


@pytest.mark.parametrize("value", [10, 40, 70])
@pytest.mark.parametrize("pipe", [0.5, 1.5, 3.0])
def test_the_cluster_is_matched_as_well_as_brute_force_can(value, pipe):
    seen = heat_matching.match_heat(**SITES, heat_value=value, heat_pipe_cost=pipe)
    sources, sinks = (SITES[SITES["is_source"] == flag].to_numpy() for flag in (1, 0))
    worth = np.array([[
        heat_matching.worth_of_pair(a[1], a[2], b[1], b[2], abs(a[3] - b[3]) + abs(a[4] - b[4]), value, pipe)[0]
        for b in sinks] for a in sources])
    assert seen["together"] == pytest.approx(brute_force(worth))
    assert seen["hurried"] <= seen["together"]
    assert sum(seen["worth"]) == pytest.approx(seen["together"], abs=0.01)


def test_the_worth_of_a_pair_worked_by_hand():
    """20 MW for 6000 h at 40 EUR/MWh is 4.8 M EUR; 4 km at 1.5 M EUR and a factor of 0.08386 cost 0.503."""
    worth, delivered = heat_matching.worth_of_pair(180, 30, 120, 20, 4, 40, 1.5)
    assert delivered == 20
    assert worth == pytest.approx(4.8 - 6 * 0.0838602, abs=1e-5)


def test_the_heat_pump_has_half_the_ideal_coefficient():
    assert 1 / heat_matching.heat_pump_share(60, 80) == pytest.approx(0.5 * 353.15 / 30)
    assert heat_matching.heat_pump_share(100, 90) == 0


def test_heat_too_cold_to_lift_is_no_partner():
    assert heat_matching.worth_of_pair(45, 12, 165, 25, 1, 70, 0.5) == (heat_matching.NO_PAIR, 0)


@given(st.floats(10, 69), st.floats(0.5, 3))
def test_dearer_heat_is_never_worth_less(value, pipe):
    less, more = (heat_matching.match_heat(**SITES, heat_value=v, heat_pipe_cost=pipe) for v in (value, value + 1))
    assert more["together"] >= less["together"]


def test_a_negative_price_is_refused():
    with pytest.raises(ValueError, match="heat_value is -5; allowed is 0 or more"):
        heat_matching.match_heat(**SITES, heat_value=-5, heat_pipe_cost=1)
