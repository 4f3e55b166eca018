from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.models.finance import capital_recovery_factor


@pytest.mark.parametrize(("rate", "life", "published"), [(0.08, 20, 0.1019), (0.10, 10, 0.1627), (0.05, 30, 0.0651)])
def test_the_factor_is_that_of_the_printed_tables(rate, life, published):
    assert capital_recovery_factor(rate, life) == pytest.approx(published, abs=5e-5)


def test_without_interest_the_capital_is_repaid_in_equal_parts():
    assert capital_recovery_factor(0, 25) == pytest.approx(1 / 25)


@pytest.mark.parametrize("rate", [5e-324, 1e-17, 1e-12])
def test_a_rate_next_to_nothing_is_as_good_as_none(rate):
    assert capital_recovery_factor(rate, 25) == pytest.approx(1 / 25)


@given(st.floats(0.001, 0.3), st.integers(1, 80))
def test_the_payments_are_worth_the_capital(rate, life):
    payment = capital_recovery_factor(rate, life)
    assert sum(payment / (1 + rate) ** year for year in range(1, life + 1)) == pytest.approx(1)


@pytest.mark.parametrize(("rate", "life", "said"), [
    (-1, 10, "discount_rate is -1; allowed is any number above -1"), (0.08, 0, "life is 0"), (0.08, -5, "life is -5"),
    ("8 %", 10, "discount_rate is '8 %'"),
])
def test_a_rate_of_minus_one_or_a_life_of_nothing_is_refused(rate, life, said):
    with pytest.raises(ValueError, match=said):
        capital_recovery_factor(rate, life)


def test_a_column_of_rates_gives_a_column_of_factors():
    assert list(capital_recovery_factor(pd.Series([0.0, 0.08]), 20)) == pytest.approx([0.05, 0.101852], abs=1e-6)


def test_a_rate_next_to_zero_is_as_good_as_none():
    assert capital_recovery_factor(1e-38, 25) == pytest.approx(1 / 25)
    assert capital_recovery_factor(1e-8, 25) == pytest.approx(1 / 25, rel=1e-6)


def test_a_column_of_whole_years_needs_no_interest():
    """Whole numbers to a negative whole power are an error in NumPy; the branch that is not taken must not raise it."""
    assert capital_recovery_factor(0, pd.Series([20, 25])).tolist() == pytest.approx([1 / 20, 1 / 25])
