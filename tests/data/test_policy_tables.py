"""The policy tables agree with each other and with the letter."""

import pytest

from utils import data


def test_there_are_fourteen_growth_sectors_in_the_order_of_the_letter():
    sectors = data.table("japan_growth_sectors")
    assert sectors["number"].to_list() == list(range(1, 15))
    assert sectors["english"].is_unique and sectors["japanese"].is_unique


def test_the_timeline_is_in_order_and_scheduled_steps_come_last():
    timeline = data.table("policy_timeline")
    assert timeline["date"].is_monotonic_increasing
    assert timeline["date"].str.fullmatch(r"\d{4}-\d{2}-\d{2}").all()
    scheduled = timeline["date"] > "2026-11-23"
    assert (timeline["state"] == "scheduled").equals(scheduled)


@pytest.mark.parametrize("region", ["United States", "European Union", "United Kingdom", "Japan"])
def test_every_region_has_events_behind_it_and_ahead(region):
    dates = data.table("policy_timeline").query("region == @region")["date"]
    assert dates.min() < "2025" and dates.max() > "2027"


def test_the_tiers_touch_without_gaps():
    tiers = data.table("us_45v_tiers")
    assert tiers["upper"].to_list()[:-1] == tiers["lower"].to_list()[1:]
    assert (tiers["share_of_maximum"] * 3).to_list() == pytest.approx(tiers["credit"].to_list())


def test_every_year_of_the_cap_is_there():
    assert data.table("eu_ets_cap")["year"].to_list() == list(range(2021, 2051))


def test_prices_in_dollars_follow_from_the_exchange_rates():
    prices = data.table("carbon_prices")
    assert (prices["price"] * prices["dollars_per_unit"]).to_list() == pytest.approx(
        prices["price_usd"].to_list(), abs=0.06)


def test_ranges_hold_their_central_values():
    goods, costs = data.table("cbam_goods"), data.table("capture_costs")
    assert goods["emission_intensity"].between(goods["intensity_low"], goods["intensity_high"]).all()
    assert goods["benchmark"].between(goods["benchmark_low"], goods["benchmark_high"]).all()
    assert (costs["cost_low"] < costs["cost_high"]).all()


def test_the_rules_of_regions_follow_from_the_tables_of_prices():
    rules = data.table("region_rules").set_index("region")
    prices = data.table("carbon_prices").set_index("instrument")["price_usd"]
    euro = 1.129  # dollars, mean of 2025
    assert rules.loc["United Kingdom", "carbon_price"] == pytest.approx(
        prices["UK ETS, mean of auctions"] / euro, abs=0.1)
    assert rules.loc["European Union", "carbon_price"] == pytest.approx(
        prices["EU ETS, mean of auctions"] / euro, abs=0.1)
    assert rules.loc["Japan", "carbon_price"] == pytest.approx(
        (prices["GX-ETS, ceiling of FY2026"] + prices["Carbon tax"].min()) / euro, abs=0.2)
    assert rules.loc["United States", "credit"] == pytest.approx(85 / euro, abs=0.1)
