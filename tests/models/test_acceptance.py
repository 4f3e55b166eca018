from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from utils import data
from utils.expressions import record
from utils.models import acceptance

TABLE = data.table("acceptance_scores")
CRITERIA = list(acceptance.CRITERIA)
WEIGHTS = [f"weight_{name}" for name in CRITERIA]
SCORES = TABLE[CRITERIA].astype(float)
weights = st.lists(st.integers(0, 10), min_size=6, max_size=6)


def rank(*values):
    return acceptance.ranking(*(SCORES[name] for name in CRITERIA), *values)


def sums(values):
    return SCORES.to_numpy() @ np.array(values, dtype=float)


def interval(values):
    transposed = TABLE.set_index("id")[CRITERIA].T.astype(float)
    return acceptance.stability(*(transposed[name] for name in TABLE["id"]), *values)


@given(weights)
def test_the_leader_has_the_largest_weighted_sum(values):
    result = rank(*values)
    assert sums(values)[int(result["leader"])] == pytest.approx(sums(values).max())
    assert result["score"] == pytest.approx(sums(values) / max(sum(values), 1e-9))


@given(weights)
def test_what_the_criteria_add_is_the_score(values):
    result = rank(*values)
    assert sum(result[f"from_{name}"] for name in CRITERIA) == pytest.approx(result["score"])
    assert (result["score"] >= 0).all()
    assert (result["score"] <= 10 + 1e-9).all()


@given(weights)
def test_inside_its_interval_a_weight_does_not_change_the_leader_and_just_outside_it_does(values):
    totals = sums(values)
    assume(np.sort(totals)[-1] > np.sort(totals)[-2])
    result = interval(values)
    leader = int(result["leader"])
    for position in range(6):
        low, high = result["low"][position], result["high"][position]
        assert low <= values[position] <= high
        for share in (0.01, 0.5, 0.99):
            moved = [*values]
            moved[position] = low + share * (high - low)
            assert sums(moved)[leader] >= sums(moved).max() - 1e-9
        for limit, beyond in ((low, low - 0.01), (high, high + 0.01)):
            if 0 < limit < 10:
                moved = [*values]
                moved[position] = beyond
                assert sums(moved)[leader] < sums(moved).max()


@given(weights)
def test_the_decisive_weight_needs_the_smallest_move(values):
    result = intervals = interval(values)
    ends = [(values[k] - intervals["low"][k], intervals["low"][k] > 0) for k in range(6)]
    ends += [(intervals["high"][k] - values[k], intervals["high"][k] < 10) for k in range(6)]
    inside = [move for move, ends_inside in ends if ends_inside]  # an end at 0 or 10 need not change the leader
    if inside:
        assert result["decisive"] < 6
        assert result["decisive_move"] <= min(inside) + 1e-9
    if result["decisive"] < 6:
        position, move = int(result["decisive"]), result["decisive_move"]
        moved = [sums([*values[:position], values[position] + step, *values[position + 1:]]) for step in (-move, move)]
        others = np.arange(6) != int(result["leader"])
        assert any(after[others].max() >= after[~others][0] - 1e-9 for after in moved)


@given(weights, st.integers(1, 5))
def test_multiplying_all_weights_changes_no_rank(values, factor):
    assume(max(values) * factor <= 10)
    assert rank(*values)["leader"] == rank(*(factor * value for value in values))["leader"]


def test_four_people_with_four_sets_of_weights_choose_four_options():
    scenarios = data.table("scenarios")
    leaders = {}
    for name in ("grid-operator", "treasury", "climate-lab", "neighbours"):
        chosen = scenarios[scenarios["scenario"] == name].set_index("assumption")["value"]
        leaders[name] = TABLE["id"][int(rank(*chosen[WEIGHTS])["leader"])]
    assert leaders == {"grid-operator": "carbon_capture", "treasury": "solar_battery", "climate-lab": "nuclear",
                       "neighbours": "offshore_wind"}


@pytest.mark.parametrize("values", list(itertools.product((0, 10), repeat=6)))
def test_at_every_extreme_of_the_weights_the_numbers_are_finite(values):
    result = rank(*values)
    assert np.isfinite(result["score"]).all()
    assert np.isfinite([result["lead"], *interval(values)["low"], interval(values)["decisive_move"]]).all()


def test_the_scores_are_marked_as_a_classroom_illustration():
    assert "classroom illustration" in data.describe("acceptance_scores")["title"]
    assert set(TABLE["status"]) == {"assumed"}


def test_both_models_can_be_recorded():
    one = record(acceptance.ranking, dict.fromkeys(CRITERIA, 6), WEIGHTS)
    assert {"leader", "second", "lead"} == set(one["scalars"])
    other = record(acceptance.stability, dict.fromkeys(TABLE["id"], 6), WEIGHTS)
    assert {"leader", "decisive", "decisive_move"} == set(other["scalars"])


def test_a_score_or_weight_out_of_range_is_refused():
    with pytest.raises(ValueError, match="weight_soon is 11; allowed is 0 to 10"):
        rank(5, 5, 11, 5, 5, 5)
    with pytest.raises(ValueError, match="safety is 12; allowed is 0 to 10"):
        acceptance.ranking(*(SCORES[name] + 4 * (name == "safety") for name in CRITERIA), *[5] * 6)


def test_a_missing_criterion_is_refused():
    transposed = TABLE.set_index("id")[CRITERIA[:5]].T.astype(float)
    with pytest.raises(ValueError, match="there are 5 criteria; allowed are the 6: low_cost"):
        acceptance.stability(*(transposed[name] for name in TABLE["id"]), *[5] * 6)
