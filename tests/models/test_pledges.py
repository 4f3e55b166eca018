from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import data
from utils.models import pledges

years = st.integers(2024, 2100)


@given(st.floats(0, 1e5), years, st.integers(0, 30))
def test_the_sum_of_the_line_is_the_closed_form(emissions, target, delay):
    fine = np.linspace(2023, target + delay, 20_001)
    heights = np.array([float(pledges.linear_phase_out(emissions, target, delay, y)) for y in fine[::50]])
    area = np.trapezoid(heights, fine[::50])
    assert area == pytest.approx(pledges.emissions_until_zero(emissions, target, delay), rel=1e-2, abs=1e-6)


@given(st.floats(1, 1e5), years, st.integers(0, 30))
def test_the_line_starts_at_the_emissions_and_ends_at_zero(emissions, target, delay):
    assert pledges.linear_phase_out(emissions, target, delay, 2023) == emissions
    assert pledges.linear_phase_out(emissions, target, delay, target + delay) == pytest.approx(0, abs=1e-6)
    assert pledges.linear_phase_out(emissions, target, delay, target + delay + 50) == 0


@given(st.floats(0, 1e5), years, st.integers(0, 29))
def test_a_year_of_delay_costs_a_year_of_emissions(emissions, target, delay):
    one = pledges.emissions_until_zero(emissions, target, delay)
    other = pledges.emissions_until_zero(emissions, target, delay + 1)
    assert other - one == pytest.approx(emissions, abs=1e-6)


@pytest.mark.parametrize(("basis", "saudi_arabia", "canada"), [("ghg_mt", 9, 10), ("fossil_co2_mt", 8, 11)])
def test_the_letters_neighbours_have_their_ranks_on_both_bases(basis, saudi_arabia, canada):
    countries = data.table("national_emissions_2023").query("kind == 'country'")
    ranks = countries.set_index("country")[basis].rank(ascending=False)
    assert ranks["Saudi Arabia"] == saudi_arabia
    assert ranks["Canada"] == canada


def rank(**changes):
    countries = data.table("national_emissions_2023").query("kind == 'country'").nlargest(20, "ghg_mt")
    rows = pd.concat([countries[["ghg_mt", "fossil_co2_mt"]], pd.DataFrame([{"ghg_mt": 0.0, "fossil_co2_mt": 0.0}])])
    rows = rows.assign(is_clusters=[0] * 20 + [1])
    arguments = {"emissions_basis": 0, "potential": 832, "share_realised": 1, "share_counted_twice": 0} | changes
    return pledges.size_among_emitters(**rows, **arguments)


def test_the_clusters_stand_tenth_between_saudi_arabia_and_canada():
    """CK-04: 832 Mt is less than Saudi Arabia's 879.1 and more than Canada's 800.0."""
    assert rank()["rank"] == 10


def test_the_rank_never_improves_when_less_is_realised():
    ranks = [rank(share_realised=share)["rank"] for share in (1, 0.75, 0.5, 0.25, 0)]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize(("wrong", "said"), [
    ({"share_realised": 1.2}, "share_realised is 1.2; allowed is 0 to 1"), ({"potential": -5}, "potential is -5"),
])
def test_a_share_above_one_or_a_negative_potential_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        rank(**wrong)


def test_a_target_year_that_has_passed_is_refused():
    with pytest.raises(ValueError, match="target_year is 2020; allowed is any number above 2023"):
        pledges.emissions_until_zero(100, 2020)
