"""The Monte Carlo simulation repeats itself exactly, agrees with a larger one, and finds what it should find."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from utils import uncertainty
from utils.cluster import Cluster, evaluate, movable
from utils.uncertainty import (
    DECIDED,
    RESULTS,
    chance,
    described,
    histogram,
    quantiles,
    simulate,
    sobol,
    tornado,
    uncertain,
)

PORT = Cluster.from_tables("port")
SCATTERED = Cluster.from_tables("scattered")


def test_two_runs_with_one_seed_are_identical_and_with_another_differ():
    first, second, other = (simulate(SCATTERED, 1000, seed=seed) for seed in (1, 1, 2))
    assert first.equals(second)
    assert not first.equals(other)


def test_the_mean_agrees_with_a_hundred_times_larger_run_within_three_standard_errors():
    # One seed in three misses by more than one standard error, one in 400 by more than three.
    small, large = simulate(SCATTERED, 2_000, seed=2050), simulate(SCATTERED, 200_000, seed=1997)
    for result in RESULTS:
        error = small[result].std() / len(small) ** 0.5
        assert abs(small[result].mean() - large[result].mean()) <= 3 * error, result


def test_the_quantiles_are_scipys():
    shares = np.linspace(0, 1, 41)
    for low, likely, high in ((0, 1, 4), (0, 0, 1), (-2, 3, 3)):
        ours = quantiles(shares, low, likely, high)
        assert ours == pytest.approx(stats.triang((likely - low) / (high - low), low, high - low).ppf(shares))
    with pytest.raises(ValueError, match="likely is 5; allowed is 0 to 1"):
        quantiles(shares, 0, 5, 1)


def test_every_assumption_of_the_composed_model_is_drawn_but_what_the_designer_decides():
    drawn = set(uncertain(PORT)["name"])
    on_the_path = {"storage_start", "storage_delay", "ramp_years", "premium_carbon_price"}
    assert drawn | set(DECIDED) | on_the_path == set(movable())
    assert drawn.isdisjoint(DECIDED)


def test_with_every_assumption_at_its_likely_value_the_simulation_is_the_evaluation():
    ranges = uncertain(PORT)
    likely = ((ranges["likely"] - ranges["low"]) / (ranges["high"] - ranges["low"])).to_numpy()[:, None]
    found, numbers = uncertainty.run(PORT, likely, ranges), evaluate(PORT).numbers
    for result in RESULTS:
        assert found[result][0] == pytest.approx(numbers[result], rel=1e-9, abs=1e-9), result


def test_the_chance_of_breaking_even_rises_with_the_carbon_price():
    chances = [chance(simulate(SCATTERED, 2000, policy_strength=level)) for level in (0.0, 1.0, 2.0)]
    assert chances == sorted(chances)
    assert chances[0] < chances[2]
    assert all(0 <= value <= 1 for value in chances)


def test_what_is_held_is_not_drawn():
    price = ("policy_strength", "allowance_price_growth", "project_life", "discount_rate")
    income = simulate(SCATTERED, 500, held=price)["income"]
    assert income.max() == pytest.approx(income.min()), "nothing else moves what policy is worth"
    with pytest.raises(ValueError, match="held names 'luck'"):
        simulate(SCATTERED, 10, held=("luck",))


def test_a_histogram_holds_every_draw():
    found = histogram(simulate(SCATTERED, 500), {"cost_alone": "Alone", "cost_shared": "Shared"})
    assert list(found.groupby("what")["share"].sum()) == pytest.approx([1, 1])
    assert ((found["end"] - found["start"]) == 5).all()


def test_progress_is_told_of_every_draw():
    seen = []
    assert simulate(SCATTERED, 1234, progress=seen.append).equals(simulate(SCATTERED, 1234)), "and changes nothing"
    assert sum(seen) == 1234
    assert len(seen) >= 10


def test_the_tornado_puts_the_widest_swing_first_and_leaves_out_nothing():
    table = tornado(SCATTERED)
    assert table["swing"].is_monotonic_decreasing
    assert set(table["name"]) == set(uncertain(SCATTERED)["name"])
    assert table.set_index("name").loc["gas_price", "swing"] == 0, "nobody makes hydrogen there"
    scale = table.set_index("name").loc["policy_strength"]
    assert scale["at_low"] < evaluate(SCATTERED).numbers["balance_shared"] < scale["at_high"]


def test_sobols_indices_find_the_one_assumption_that_counts():
    table = sobol(SCATTERED, points=256).set_index("name")
    assert table.index[0] == "policy_strength"
    assert table.loc["gas_price", "total"] == pytest.approx(0, abs=1e-12)
    assert 0.8 < table["first"].sum() < 1.1, "little is left to interaction"


def test_sobols_indices_repeat_themselves():
    assert sobol(SCATTERED, points=64).equals(sobol(SCATTERED, points=64))


def test_percentiles_rise():
    table = described(simulate(SCATTERED, 500), {"cost_shared": "Cost", "income": "Income"})
    assert list(table.index) == ["Cost", "Income"]
    assert (table[["5%", "25%", "50%", "75%", "95%"]].diff(axis=1).iloc[:, 1:] > 0).all().all()


@pytest.mark.parametrize(("call", "said"), [
    (lambda: simulate(PORT, 0), "draws is 0; allowed is a whole number from 1"),
    (lambda: simulate(PORT, 10.0), "draws is 10.0; allowed is a whole number"),
    (lambda: simulate(PORT, 10, seed=-1), "seed is -1; allowed is a whole number from 0"),
    (lambda: tornado(PORT, "luck"), "result is 'luck'; allowed are cost_alone"),
    (lambda: sobol(PORT, points=100), "points is 100; allowed is a power of two"),
    (lambda: simulate(PORT, 10, luck=1), "the name is 'luck'; allowed are"),
])
def test_bad_input_is_named(call, said):
    with pytest.raises(ValueError, match=said):
        call()
