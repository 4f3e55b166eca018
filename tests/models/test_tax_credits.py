"""The American credits: statutory amounts, cut-off dates, and the price of a law that may be repealed."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import assumptions, data
from utils.expressions import parameters, record
from utils.models import tax_credits
from utils.models.finance import capital_recovery_factor

hazards = st.floats(0, 1)
rates = st.floats(0, 0.3)
terms = st.integers(0, 40)


def run(model, table, **changes):
    arguments = {name: table[name] if name in table else assumptions.get(name).default for name in parameters(model)}
    return model(**arguments | changes)


def hydrogen(**changes):
    return run(tax_credits.hydrogen_credit, data.table("us_45v_tiers"), **changes)


def capture(**changes):
    return run(tax_credits.capture_credit, data.table("us_45q_rates"), **changes)


def test_annuity_is_the_inverse_of_the_capital_recovery_factor():
    assert tax_credits.annuity(0, 0.08, 25) == pytest.approx(1 / capital_recovery_factor(0.08, 25))


def test_annuity_without_interest_and_growth_counts_the_years():
    assert tax_credits.annuity(0, 0, 12) == 12


@given(st.floats(-1, 0.2), st.floats(-0.5, 0.3), terms)
def test_annuity_equals_the_sum_written_out(growth, rate, years):
    written_out = sum(((1 + growth) / (1 + rate)) ** t for t in range(1, years + 1))
    assert tax_credits.annuity(growth, rate, years) == pytest.approx(written_out, rel=1e-6, abs=1e-9)


@given(st.floats(0, 200), terms, hazards, rates, st.integers(0, 10))
def test_a_credit_is_never_worth_more_than_its_statutory_sum(credit, term, hazard, rate, wait):
    value = tax_credits.present_value(credit, term, hazard, rate, wait)
    assert -1e-9 <= value <= credit * term * (1 + 1e-9)


@given(hazards, hazards, rates)
def test_a_higher_chance_of_repeal_never_raises_the_value(one, other, rate):
    low, high = sorted((one, other))
    worth = tax_credits.present_value
    assert worth(3, 10, high, rate) <= worth(3, 10, low, rate) + 1e-9


def test_value_of_three_dollars_for_ten_years_by_hand():
    by_hand = sum(3 * 0.95 ** (t + 3) / 1.08 ** (t + 3) for t in range(1, 11))
    assert tax_credits.present_value(3, 10, 0.05, 0.08, 3) == pytest.approx(by_hand)


def test_a_discount_rate_of_zero_works_and_minus_one_is_refused():
    assert tax_credits.present_value(3, 10, 0, 0) == 30
    with pytest.raises(ValueError, match="discount_rate is -1; allowed is 0 or more"):
        tax_credits.present_value(3, 10, 0, -1)
    with pytest.raises(ValueError, match="discount_rate is -1; allowed is any number above -1"):
        tax_credits.annuity(0, -1, 10)


def test_certain_repeal_leaves_nothing():
    assert tax_credits.present_value(85, 12, 1, 0.08) == 0


@pytest.mark.parametrize(("intensity", "credit"), [
    (0, 3.0), (0.44, 3.0), (0.45, 1.002), (1.49, 1.002), (1.5, 0.75), (2.5, 0.6), (4, 0.6), (4.05, 0), (10, 0),
])
def test_tiers_at_their_edges(intensity, credit):
    assert hydrogen(h2_carbon_intensity=intensity)["credit_now"] == pytest.approx(credit)


@given(st.floats(0, 4))
def test_every_intensity_up_to_four_lies_in_exactly_one_tier(intensity):
    tiers = data.table("us_45v_tiers")
    assert sum(tax_credits.in_tier(intensity, tiers["lower"], tiers["upper"])) == 1


def test_without_the_wage_rules_the_credit_is_one_fifth_as_the_table_says():
    tiers = data.table("us_45v_tiers")
    assert list(hydrogen(wage_rules=0)["annual"]) == pytest.approx(list(tiers["credit_without_wage_rules"]))


@pytest.mark.parametrize(("law", "last"), [(0, 2032), (1, 2027)])
def test_the_year_after_the_last_start_earns_nothing(law, last):
    assert hydrogen(law_version=law, construction_start=last)["credit_now"] == 3
    late = hydrogen(law_version=law, construction_start=last + 1)
    assert late["credit_now"] == late["present_worth"] == late["lost"] == 0


def test_the_act_of_2025_raised_use_to_storage_and_left_storage_alone():
    before, after = capture(law_version=0)["annual"], capture(law_version=1)["annual"]
    assert list(before) == [85, 60, 180, 130]
    assert list(after) == [85, 85, 180, 180]


def test_base_rates_are_one_fifth_of_the_full_ones():
    rates_ = data.table("us_45q_rates")
    for year in (2022, 2025):
        assert list(rates_[f"base_{year}"] * tax_credits.WAGE_RULES_FACTOR) == list(rates_[f"credit_{year}"])


def test_twelve_years_of_credit_are_less_than_half_of_a_plant_of_twenty_five():
    assert capture(repeal_hazard=0, discount_rate=0)["share_of_life"] == pytest.approx(12 / 25)


@pytest.mark.parametrize("model", [hydrogen, capture])
@pytest.mark.parametrize("end", ["low", "high"])
def test_outputs_stay_finite_at_the_ends_of_every_slider(model, end):
    target = tax_credits.hydrogen_credit if model is hydrogen else tax_credits.capture_credit
    for name in parameters(target):
        if name in assumptions.table():
            for values in model(**{name: getattr(assumptions.get(name), end)}).values():
                assert pd.Series(values).notna().all() and (pd.Series(values).abs() < 1e6).all()


def test_models_can_be_recorded():
    assert record(tax_credits.hydrogen_credit, {"lower": 4, "upper": 4, "credit": 4},
                  parameters(tax_credits.hydrogen_credit)[3:])["scalars"]
    assert record(tax_credits.capture_credit, {"credit_2022": 4, "credit_2025": 4},
                  parameters(tax_credits.capture_credit)[2:])["steps"]


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"repeal_hazard is 1\.5; allowed is 0 to 1"):
        tax_credits.present_value(3, 10, 1.5, 0.08)
    with pytest.raises(ValueError, match="carbon_intensity is -1; allowed is 0 or more"):
        tax_credits.in_tier(-1, pd.Series([0.0]), pd.Series([4.0]))
    with pytest.raises(ValueError, match="law_version is 2; allowed is 0 to 1"):
        tax_credits.may_start(2026, 2)
