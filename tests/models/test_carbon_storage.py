from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import assumptions, data
from utils.expressions import record
from utils.models import carbon_storage

YEARS = pd.Series(range(2024, 2051))
STORE = ["storage_start", "storage_delay", "ramp_years", "second_stage_after", "filling"]
SUPPORT = ["support_total", "support_years", "ramp_years", "discount_rate", "carbon_value"]
SHARES = pd.Series([0.3, 0.5, 0.8, 1.0])


def stored(**changes):
    return carbon_storage.stored_by_year(YEARS, **{n: assumptions.get(n).default for n in STORE} | changes)


def support(**changes):
    return carbon_storage.support_per_tonne(SHARES, **{n: assumptions.get(n).default for n in SUPPORT} | changes)


def test_a_stage_that_is_full_at_once_stores_its_capacity_from_the_first_year():
    result = stored(ramp_years=1, filling=1)
    by_year = dict(zip(YEARS, result["stored"], strict=True))
    assert by_year[2027] == 0
    assert by_year[2028] == carbon_storage.FIRST_STAGE
    assert by_year[2034] == carbon_storage.FIRST_STAGE
    assert by_year[2035] == carbon_storage.BOTH_STAGES


def test_the_plan_of_2021_begins_in_2025_and_reaches_ten_in_2030():
    """R-04."""
    plan = dict(zip(YEARS, stored()["plan_2021"], strict=True))
    assert plan[2024] == 0
    assert 0 < plan[2025] < plan[2029] < 10
    assert plan[2030] == plan[2050] == 10


def test_hynet_alone_is_far_from_the_ambition_of_the_country():
    """CK-10: 20 to 30 Mt a year is the whole United Kingdom; HyNet stores at most 4.5 by then."""
    assert stored(ramp_years=1, filling=1)["share_of_ambition"] == pytest.approx(4.5 / 20)
    assert stored()["share_of_ambition"] < 0.2


@given(st.integers(0, 9), st.integers(1, 10), st.integers(1, 20), st.floats(0.3, 1))
def test_a_year_of_delay_never_stores_more(delay, ramp_years, gap, filling):
    chosen = {"ramp_years": ramp_years, "second_stage_after": gap, "filling": filling}
    early, late = stored(storage_delay=delay, **chosen), stored(storage_delay=delay + 1, **chosen)
    assert late["sum_to_end"] < early["sum_to_end"]
    assert (np.asarray(late["stored"]) <= np.asarray(early["stored"]) + 1e-12).all()


def test_a_delay_costs_a_year_at_the_end_not_at_the_beginning():
    """What is lost is the last year's flow: the ramp comes later, but it comes."""
    assert stored()["sum_to_end"] - stored(storage_delay=1)["sum_to_end"] == pytest.approx(stored()["best_year"])


def test_the_running_total_ends_at_the_sum():
    result = stored()
    assert np.asarray(result["so_far"])[-1] == pytest.approx(result["sum_to_end"])


def test_the_plants_with_a_decision_fill_about_a_quarter_of_the_first_stage():
    decided = data.table("hynet_emitters").query("operating_from == 2029")["captured_mt"].sum()
    assert decided == pytest.approx(1.17)
    assert decided / carbon_storage.FIRST_STAGE == pytest.approx(0.26, abs=0.005)


def test_the_support_per_tonne_is_the_one_of_the_check():
    """CK-11 and V-10: 102 pounds; CK-12: 0.87 billion a year."""
    result = support(ramp_years=1)
    published = data.table("validation").set_index("id").loc["V-10"]
    assert published["low"] <= result["full"] <= published["high"]
    assert result["full"] == pytest.approx(21.7e9 / (8.5e6 * 25))
    assert result["per_year"] == pytest.approx(0.87, abs=0.005)


@given(st.floats(0, 0.15))
def test_discounting_changes_nothing_when_money_and_tonnes_come_together(rate):
    result = support(ramp_years=1, discount_rate=rate)
    assert result["full_discounted"] == pytest.approx(result["full"])


@given(st.floats(0.001, 0.15), st.integers(2, 10))
def test_a_slow_start_makes_the_discounted_tonne_dearer_than_the_plain_one(rate, ramp_years):
    result = support(ramp_years=ramp_years, discount_rate=rate)
    assert result["full_discounted"] > result["full"]


@given(st.integers(1, 30), st.integers(1, 10), st.floats(0, 0.15))
def test_discounted_support_equals_the_sum_written_out(years, ramp_years, rate):
    t = np.arange(1, years + 1)
    factor = (1 + rate) ** -t
    flow = 8.5 * np.minimum(1, t / ramp_years)
    wanted = (21.7e3 / years * factor).sum() / (flow * factor).sum()
    got = support(support_years=years, ramp_years=ramp_years, discount_rate=rate)["full_discounted"]
    assert got == pytest.approx(wanted)


def test_half_a_flow_doubles_the_support_of_a_tonne():
    result = support()
    assert result["half"] == pytest.approx(2 * result["full"])
    assert np.asarray(result["undiscounted"])[1] == pytest.approx(result["half"])


@pytest.mark.parametrize(("model", "wrong", "said"), [
    (stored, {"filling": 1.2}, "filling is 1.2; allowed is 0 to 1"),
    (stored, {"ramp_years": 0}, "ramp_years is 0; allowed is 1 or more"),
    (stored, {"storage_delay": -2}, "storage_delay is -2; allowed is 0 or more"),
    (support, {"support_years": 50}, "support_years is 50; allowed is 1 to 30"),
    (support, {"support_total": 0}, "support_total is 0; allowed is any number above 0"),
])
def test_bad_input_is_named(model, wrong, said):
    with pytest.raises(ValueError, match=said):
        model(**wrong)


def test_every_extreme_of_the_sliders_stores_between_nothing_and_the_capacity():
    table = assumptions.table()
    for point in itertools.product(*((table[n].low, table[n].high) for n in STORE)):
        result = stored(**dict(zip(STORE, point, strict=True)))
        assert ((np.asarray(result["stored"]) >= 0) & (np.asarray(result["stored"]) <= 10)).all()


def test_the_models_can_be_recorded():
    assert record(carbon_storage.stored_by_year, {"year": 27}, STORE)["steps"]
    assert record(carbon_storage.support_per_tonne, {"filling_share": 4}, SUPPORT)["steps"]
