from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from utils.expressions import record
from utils.models import governance

BELIEFS = pd.Series(np.linspace(0, 1, 101))
firms = st.integers(2, 20)
shares = st.sampled_from([k / 20 for k in range(2, 21)])
chances = st.floats(0, 1)


@given(st.integers(-3, 22), st.integers(0, 20), chances)
def test_the_tail_is_scipys(count, trials, chance):
    assert governance.probability_of_at_least(count, trials, chance) == pytest.approx(
        binom.sf(count - 1, trials, chance), abs=1e-12
    )


def test_the_tail_runs_on_a_column_as_scipy_does():
    ours = governance.probability_of_at_least(7, 9, BELIEFS)
    assert np.allclose(ours, binom.sf(6, 9, BELIEFS), atol=1e-14)


@pytest.mark.parametrize(("n", "share", "needed"), [(10, 0.7, 7), (20, 0.35, 7), (9, 0.5, 5), (3, 0.1, 1), (20, 1, 20)])
def test_a_share_of_the_firms_is_a_whole_number_of_them(n, share, needed):
    assert governance.firms_needed(n, share) == needed


@given(firms, shares, st.floats(1.05, 5), st.floats(0, 0.95))
def test_without_free_riding_the_tipping_point_has_a_closed_form(n, share, v, refund):
    """v·T − 1 + ρ(1 − T) = 0 at T = (1 − ρ)/(v − ρ)."""
    tip = governance.belief_that_tips(n, share, v, refund)
    missing = governance.firms_needed(n, share)
    if missing > 1:
        chance = binom.sf(missing - 2, n - 1, tip)
        assert chance == pytest.approx((1 - refund) / (v - refund), abs=1e-6)


@given(firms, shares, st.floats(1, 5))
def test_a_full_refund_makes_joining_safe_at_any_belief(n, share, v):
    assert governance.belief_that_tips(n, share, v, refund=1) == 0


@given(firms, shares, st.floats(1.05, 5), st.integers(0, 18))
def test_one_more_signature_never_raises_the_tipping_point(n, share, v, signed):
    before, after = (governance.belief_that_tips(n, share, v, signed=k) for k in (signed, signed + 1))
    assert after <= before + 1e-9


@given(firms, shares, chances, st.floats(0, 5), st.floats(0, 0.9))
def test_a_larger_refund_never_makes_joining_worse(n, share, belief, v, refund):
    less, more = (governance.gain_from_joining(belief, n, share, v, r) for r in (refund, refund + 0.1))
    assert more >= less - 1e-12


@given(firms, shares, chances, st.floats(0, 5))
def test_a_ride_for_nothing_never_makes_joining_better(n, share, belief, v):
    none, half = (governance.gain_from_joining(belief, n, share, v, 0, s) for s in (0, 0.5))
    assert half <= none + 1e-12


def test_a_pipeline_worth_less_than_its_price_is_joined_at_no_belief():
    assert governance.belief_that_tips(10, 0.7, 0.9) is None
    seen = governance.will_they_join(BELIEFS, 10, 0.7, 0.9, 0, 0, 0)
    assert seen["case"] == 0 and seen["tips"] == governance.NEVER


@given(firms, shares, st.floats(1.05, 4), st.floats(0, 1), st.integers(0, 10))
def test_the_rows_find_the_tipping_point_to_their_own_step(n, share, v, refund, signed):
    seen = governance.will_they_join(BELIEFS, n, share, v, refund, 0, signed)
    exact = governance.belief_that_tips(n, share, v, refund, 0, signed)
    assert exact - 1e-9 <= seen["tips"] <= exact + 0.01 + 1e-9


def test_where_a_ride_is_free_some_wait_although_all_would_gain():
    seen = governance.will_they_join(BELIEFS, 10, 0.5, 3, 0, 0.7, 0)
    assert seen["case"] == 3
    assert 0 < seen["tips"] < seen["stays"] < 1


def test_simulated_firms_gain_what_the_formula_says():
    """A hundred thousand days of decision, drawn rather than summed."""
    chance = np.random.default_rng(1)
    others = chance.binomial(9, 0.7, 100_000)
    joined = np.where(others + 1 >= 7, 2.0, 0.3) - 1
    waited = np.where(others >= 7, 0.4 * 2.0, 0)
    formula = governance.gain_from_joining(0.7, 10, 0.7, 2.0, 0.3, 0.4)
    assert (joined - waited).mean() == pytest.approx(formula, abs=0.01)


@pytest.mark.parametrize(("change", "said"), [
    ({"firms": 21}, "firms is 21; allowed is 2 to 20"), ({"refund": 1.5}, "refund is 1.5; allowed is 0 to 1"),
    ({"belief": -0.1}, "belief is -0.1; allowed is 0 to 1"), ({"signed": -1}, "signed is -1; allowed is 0 or more"),
])
def test_bad_input_is_named(change, said):
    good = {"belief": 0.5, "firms": 10, "share_needed": 0.7, "joining_value": 2}
    with pytest.raises(ValueError, match=said):
        governance.gain_from_joining(**good | change)


def test_the_model_can_be_recorded_and_is_small():
    sliders = ["firms", "share_needed", "joining_value", "refund", "free_ride", "signed"]
    recording = record(governance.will_they_join, {"belief": 101}, sliders)
    assert recording["scalars"] and len(recording["steps"]) < 2000
