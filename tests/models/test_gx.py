"""Japan's carbon price: what is fixed, and how wide the rest is."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import assumptions, data
from utils.expressions import parameters, record
from utils.models import gx


def band(**changes):
    table = data.table("gx_years")
    arguments = {name: table[name] if name in table else assumptions.get(name).default
                 for name in parameters(gx.price_band)}
    outputs = gx.price_band(**arguments | changes)
    return outputs | {name: pd.Series(values).set_axis(table["fiscal_year"])
                      for name, values in outputs.items() if hasattr(values, "__len__")}


def fixed(instrument, begins):
    return data.table("japan_gx").set_index(["instrument", "begins"])["quantity"][instrument, begins]


def test_the_band_of_2026_is_the_published_one():
    edges = gx.trading_band(2026, 0.03, 0.03)
    assert edges["ets_low"] == fixed("GX-ETS, price floor", 2026)
    assert edges["ets_high"] == fixed("GX-ETS, price ceiling", 2026)
    assert fixed("Carbon tax", 2012) == gx.CARBON_TAX
    assert band()["price_low"][2026] == gx.CARBON_TAX + 1700


def test_three_per_cent_a_year_gives_the_committees_outlook_for_2030():
    edges = gx.trading_band(2030, 0.03, 0.03)
    assert edges["ets_low"] == pytest.approx(fixed("GX-ETS, price floor", 2030), abs=1)
    assert edges["ets_high"] == pytest.approx(fixed("GX-ETS, price ceiling", 2030), abs=1)


def test_the_surcharge_begins_in_2028_and_only_lifts_the_upper_edge():
    none, some = band(gx_surcharge=0), band(gx_surcharge=1000)
    assert (some["price_high"] - none["price_high"])[2027] == 0
    assert (some["price_high"] - none["price_high"])[2028] == 1000
    assert (some["price_low"] == none["price_low"]).all()


@given(st.floats(0, 0.1), st.floats(0, 0.06), st.floats(0, 5000))
def test_the_lower_edge_never_crosses_the_upper(growth, spread, surcharge):
    outputs = band(gx_price_growth=growth, gx_spread=spread, gx_surcharge=surcharge)
    assert (outputs["price_high"] >= outputs["price_low"]).all()
    assert (outputs["product_high"] >= outputs["product_low"]).all()


@given(st.integers(2026, 2050), st.floats(0, 0.1))
def test_without_doubt_the_edges_keep_their_ratio(year, growth):
    low, high = gx.trading_band(year, growth, 0).values()
    assert high / low == pytest.approx(4300 / 1700)


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_free_allowances_never_raise_the_cost_of_a_product(one, other):
    low, high = sorted((one, other))
    assert (band(gx_free_share=high)["product_high"] <= band(gx_free_share=low)["product_high"] + 1e-9).all()


def test_repaying_twenty_trillion_yen_needs_a_thousand_yen_on_a_billion_tonnes_over_twenty_years():
    assert gx.repayment_price(20e12, 2031, 2050, 1e9, 0) == pytest.approx(1000)


def test_falling_emissions_raise_the_price_that_repays_the_bonds():
    assert gx.repayment_price(20e12, 2028, 2050, 6e8, 2e7) > gx.repayment_price(20e12, 2028, 2050, 6e8, 0)


def test_the_model_stays_finite_at_the_ends_of_every_slider_and_can_be_recorded():
    sliders = parameters(gx.price_band)[2:]
    assert record(gx.price_band, {"fiscal_year": 25, "surcharge_in_force": 25}, sliders)["scalars"]
    for name in sliders:
        for end in ("low", "high"):
            for values in band(**{name: getattr(assumptions.get(name), end)}).values():
                assert pd.Series(values).notna().all() and (pd.Series(values).abs() < 1e7).all()


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="fiscal_year is 2025; allowed is 2026 to 2100"):
        band(fiscal_year=2025)
    with pytest.raises(ValueError, match=r"gx_free_share is 1\.2; allowed is 0 to 1"):
        band(gx_free_share=1.2)
    with pytest.raises(ValueError, match="last_year is 2020; allowed is 2028 to 2100"):
        gx.repayment_price(20e12, 2028, 2020, 6e8, 0)
