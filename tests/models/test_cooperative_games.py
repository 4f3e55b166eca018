from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.models.cooperative_games import better_off_apart, cheapest, coalitions, permuted, shapley_value


@st.composite
def games(draw, players=4):
    return {group: draw(st.floats(0, 100)) for group in coalitions(players)}


def airport(needs):
    return {group: max(needs[i] for i in group) for group in coalitions(len(needs))}


def test_the_airport_game_gives_the_published_fees():
    assert shapley_value(airport([8, 11, 13, 18])) == pytest.approx([2, 3, 4, 9])


@given(st.lists(st.floats(0.1, 50), min_size=1, max_size=5))
def test_any_airport_game_agrees_with_littlechild_and_owen(needs):
    ordered = sorted(needs)
    steps = [after - before for before, after in zip([0, *ordered], ordered, strict=False)]
    short_cut = [sum(steps[k] / (len(ordered) - k) for k in range(i + 1)) for i in range(len(ordered))]
    assert shapley_value(airport(ordered)) == pytest.approx(short_cut)


@given(games())
def test_efficiency_the_payments_are_the_whole_cost(costs):
    assert sum(shapley_value(costs)) == pytest.approx(costs[frozenset(range(4))], abs=1e-9)


@given(games(), st.permutations(range(4)))
def test_symmetry_names_do_not_matter(costs, order):
    before, after = shapley_value(costs), shapley_value(permuted(costs, order))
    assert [after[order[i]] for i in range(4)] == pytest.approx(before, abs=1e-9)


@given(games(players=3))
def test_null_player_who_adds_nothing_pays_nothing(costs):
    with_idler = {group: costs.get(group - {3}, 0.0) for group in coalitions(4)}
    payments = shapley_value(with_idler)
    assert payments[3] == pytest.approx(0, abs=1e-9)
    assert payments[:3] == pytest.approx(shapley_value(costs), abs=1e-9)


@given(games(), games())
def test_additivity_two_bills_are_the_sum_of_each(one, other):
    both = {group: one[group] + other[group] for group in one}
    expected = [a + b for a, b in zip(shapley_value(one), shapley_value(other), strict=True)]
    assert shapley_value(both) == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.floats(0.1, 50), min_size=2, max_size=4))
def test_a_concave_game_has_its_shapley_value_in_the_core(needs):
    costs = airport(needs)
    assert better_off_apart(costs, shapley_value(costs)) == 0


def test_a_group_that_pays_more_than_alone_is_counted():
    costs = airport([8, 11, 13, 18])
    assert better_off_apart(costs, [18, 0, 0, 0]) > 0


@given(games())
def test_a_group_never_costs_more_than_its_parts(costs):
    best = cheapest(4, costs.__getitem__)
    assert all(
        best[a | b] <= best[a] + best[b] + 1e-9 for a in best for b in best if not a & b
    )


def test_a_missing_coalition_is_named():
    costs = airport([1, 2, 3])
    del costs[frozenset({0, 2})]
    with pytest.raises(ValueError, match=r"lacks the coalition \{0, 2\}"):
        shapley_value(costs)
