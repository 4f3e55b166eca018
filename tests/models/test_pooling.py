from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from utils.expressions import record
from utils.models import pooling

FIRMS = pd.Series(range(1, 21), dtype=float)
levels = st.floats(0.5, 0.9999)


@pytest.mark.parametrize(
    "probability", [1e-300, 1e-30, 1e-9, 0.001, 0.0749, 0.075, 0.0751, 0.3, 0.5, 0.925, 0.975, 1 - 1e-12]
)
def test_the_quantile_is_scipys(probability):
    assert pooling.normal_quantile(probability) == pytest.approx(norm.ppf(probability), rel=1e-13, abs=1e-15)


def test_the_quantile_runs_on_a_column():
    p = np.linspace(0.0001, 0.9999, 997)
    assert np.allclose(pooling.normal_quantile(p), norm.ppf(p), rtol=1e-13, atol=1e-15)


@given(st.integers(1, 50), levels)
def test_independent_firms_hold_reserves_that_grow_with_the_square_root(n, level):
    """Eppen's square root rule (1979)."""
    reserve = pooling.capacity(n, 50, 0.3, 0, level) - n * 50
    assert reserve == pytest.approx(np.sqrt(n) * (pooling.capacity(1, 50, 0.3, 0, level) - 50), abs=1e-9)


@given(st.integers(1, 50), levels)
def test_firms_that_always_move_together_save_nothing(n, level):
    assert pooling.capacity(n, 50, 0.3, 1, level) == pytest.approx(n * pooling.capacity(1, 50, 0.3, 1, level))


@given(st.integers(2, 20), st.floats(-0.05, 1), levels)
def test_pooling_never_needs_more_capacity(n, correlation, level):
    assert pooling.capacity(n, 50, 0.3, correlation, level) <= n * pooling.capacity(1, 50, 0.3, 0, level) + 1e-9


def test_drawn_demands_are_met_as_often_as_promised():
    n, correlation = 6, 0.3
    covariance = 15.0**2 * (np.full((n, n), correlation) + (1 - correlation) * np.eye(n))
    demand = np.random.default_rng(4).multivariate_normal(np.full(n, 50.0), covariance, 200_000).sum(axis=1)
    assert (demand <= pooling.capacity(n, 50, 0.3, correlation, 0.95)).mean() == pytest.approx(0.95, abs=0.002)


def test_perfectly_opposed_firms_need_no_reserve():
    assert pooling.capacity(2, 50, 0.3, -1, 0.99) == pytest.approx(100)
    assert pooling.capacity(5, 50, 0.3, -0.25, 0.99) == pytest.approx(250)


@pytest.mark.parametrize(("change", "said"), [
    ({"demand_correlation": -0.3}, r"demand_correlation is -0.3; allowed for 5 firms is -0.25 to 1"),
    ({"firms": pd.Series([2.0, 21.0]), "demand_correlation": -0.06}, "allowed for 21 firms is -0.05 to 1"),
    ({"service_level": 1}, "probability is 1"), ({"firms": 0}, "firms is 0; allowed is 1 or more"),
    ({"demand_spread": -1}, "demand_spread is -1"),
])
def test_bad_input_is_named(change, said):
    good = {"firms": 5, "demand_mean": 50, "demand_spread": 0.3, "demand_correlation": 0, "service_level": 0.95}
    with pytest.raises(ValueError, match=said):
        pooling.capacity(**good | change)


def test_the_model_can_be_recorded():
    sliders = ["demand_mean", "demand_spread", "demand_correlation", "service_level"]
    assert record(pooling.alone_and_pooled, {"firms": 20}, sliders)["scalars"] == ["saving_of_ten", "reserve_of_ten"]


def test_ten_firms_in_the_rows_save_what_the_headline_says():
    seen = pooling.alone_and_pooled(FIRMS, 50, 0.3, 0.2, 0.95)
    assert seen["saving"][9] == pytest.approx(seen["saving_of_ten"])
    apart = seen["alone"][9] - 50
    assert (seen["pooled"][9] - 50) / apart == pytest.approx(seen["reserve_of_ten"])
