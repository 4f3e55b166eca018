"""The EU's cap, its charge at the border, and the year in which capture pays."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import assumptions, data
from utils.expressions import parameters, record
from utils.models import emissions_trading as ets


def defaults(model, table, **changes):
    known = {name: table[name] if name in table else assumptions.get(name).default for name in parameters(model)}
    return known | changes


def cap(**changes):
    return ets.cap_path(**defaults(ets.cap_path, data.table("eu_ets_cap"), **changes))


def bills(**changes):
    return ets.import_bill(**defaults(ets.import_bill, data.table("cbam_phase_in"), **changes))


def test_the_cap_starts_at_the_published_number():
    assert cap()["cap"].iloc[0] * 1e6 == pytest.approx(1_571_583_007)


def test_the_reference_is_what_the_published_yearly_cut_says():
    assert pytest.approx(1954.7, abs=0.1) == ets.REFERENCE
    assert cap()["cut"][1] * 1e6 == pytest.approx(43_003_515)


def test_the_cap_reaches_zero_about_2040():
    assert cap()["first_zero_year"] in (2039, 2040)
    assert cap()["cap"].set_axis(data.table("eu_ets_cap")["year"])[2039] < 1  # Mt
    assert cap(include_maritime=1)["first_zero_year"] in (2039, 2040)


def test_the_first_decision_on_the_cap_of_2024_with_shipping_is_met():
    with_shipping = cap(include_maritime=1)["cap"].set_axis(data.table("eu_ets_cap")["year"])
    by_hand = 1571.583 - 2 * 43.0035 - 90 + 78.4 - 0.043 * (1954.705 + 78.4)
    assert with_shipping[2024] == pytest.approx(by_hand, abs=0.01)


def test_the_one_off_cuts_lower_the_cap_by_90_and_27():
    drop = -cap()["cap"].diff().set_axis(data.table("eu_ets_cap")["year"])
    assert drop[2024] - drop[2025] == pytest.approx(90)
    assert drop[2026] - drop[2027] == pytest.approx(27)


@given(st.floats(0.02, 0.06), st.sampled_from([0, 1]))
def test_the_cap_never_rises_after_2024_and_is_never_negative(factor, sea):
    path = cap(late_reduction_factor=factor, include_maritime=sea)["cap"]
    assert (path >= 0).all()
    assert (path.diff()[4:] <= 1e-9).all()


def test_a_slower_cut_after_2030_moves_the_zero_and_leaves_2030_alone():
    slow = cap(late_reduction_factor=0.03)
    assert slow["first_zero_year"] > cap()["first_zero_year"]
    assert slow["cap_2030"] == cap()["cap_2030"]
    assert slow["left_from_2026"] > cap()["left_from_2026"]


def test_the_shares_are_those_of_the_law():
    shares = data.table("cbam_phase_in").set_index("year")["phase_in_share"]
    assert shares.to_dict() == {2026: 0.025, 2027: 0.05, 2028: 0.1, 2029: 0.225, 2030: 0.485, 2031: 0.61,
                                2032: 0.735, 2033: 0.86, 2034: 1.0}


def test_the_share_stays_full_after_2034():
    table = data.table("cbam_phase_in")
    assert ets.charged_share(2040, table["year"], table["phase_in_share"]) == 1
    assert ets.charged_share(2030, table["year"], table["phase_in_share"]) == 0.485


def test_a_year_before_the_border_charge_is_refused():
    table = data.table("cbam_phase_in")
    with pytest.raises(ValueError, match="year is 2025; allowed is 2026 to 2100: CBAM charges nothing before 2026"):
        ets.charged_share(2025, table["year"], table["phase_in_share"])
    with pytest.raises(ValueError, match="CBAM charges nothing before 2026"):
        ets.cbam_bill(2023, 0.025, 2.34, 1.37, 80, 0, 0)


@pytest.mark.parametrize(("share", "bill"), [(0.025, 4.7), (0.485, 91), (1, 187)])
def test_a_tonne_of_steel_at_its_benchmark_pays_the_known_bill(share, bill):
    assert ets.cbam_bill(2026, share, 2.34, 2.34, 80, 0, 0)["bill"] == pytest.approx(bill, rel=0.01)


def test_steel_dirtier_than_the_benchmark_is_charged_for_the_difference_at_once():
    outputs = ets.cbam_bill(2026, 0.025, 2.34, 1.37, 75, 0, 0)
    assert outputs["certificates"] == pytest.approx(2.34 - 1.37 * 0.975)


GOODS = pytest.mark.parametrize("good", data.table("cbam_goods").to_dict("records"), ids=lambda good: good["good"])


@GOODS
def test_the_two_parts_of_the_bill_add_up_when_nothing_was_paid_abroad(good):
    outputs = bills(emission_intensity=good["emission_intensity"], benchmark=good["benchmark"])
    assert list(outputs["over_benchmark"] + outputs["phased_in"]) == pytest.approx(list(outputs["border_price"]))


@GOODS
def test_in_2034_every_embedded_tonne_costs_the_allowance_price(good):
    outputs = bills(emission_intensity=good["emission_intensity"], benchmark=good["benchmark"])
    assert outputs["border_price"].iloc[-1] == pytest.approx(75 * 1.04**8)


@GOODS
def test_the_button_of_a_good_sets_what_the_table_says(good):
    scenarios = data.table("scenarios").query("assumption in ('emission_intensity', 'benchmark')")
    buttons = scenarios.pivot(index="scenario", columns="assumption", values="value").round(2).to_numpy().tolist()
    assert [round(good["benchmark"], 2), round(good["emission_intensity"], 2)] in buttons


@given(st.floats(0, 15), st.floats(0, 10), st.floats(0, 1), st.floats(1, 200), st.floats(0, 300))
def test_a_bill_is_never_negative_and_never_above_the_full_price(intensity, benchmark, share, price, abroad):
    bill = ets.cbam_bill(2030, share, intensity, benchmark, price, 0, abroad)["bill"]
    assert 0 <= bill <= price * intensity + 1e-9


@given(st.floats(0, 100), st.floats(0, 100))
def test_a_higher_price_abroad_never_raises_the_bill(one, other):
    low, high = sorted((one, other))
    assert (bills(price_paid_abroad=high)["border_price"] <= bills(price_paid_abroad=low)["border_price"] + 1e-9).all()


@GOODS
def test_the_bill_of_each_good_rises_from_year_to_year(good):
    outputs = bills(emission_intensity=good["emission_intensity"], benchmark=good["benchmark"])
    assert (outputs["border_price"].diff().dropna() > 0).all()


@pytest.mark.parametrize(("cost", "price", "growth", "year"), [
    (70, 75, 0.04, 2026), (75, 75, 0, 2026), (76, 75, 0, 2100), (78, 75, 0.04, 2027), (100, 75, 0.04, 2034),
    (1e6, 1, 0.01, 2100),
])
def test_the_year_in_which_capture_pays(cost, price, growth, year):
    assert ets.year_capture_pays(cost, price, growth) == year


@given(st.floats(1, 400), st.floats(1, 200), st.floats(0.005, 0.1))
def test_the_price_covers_the_cost_in_that_year_and_not_before(cost, price, growth):
    year = ets.year_capture_pays(cost, price, growth)
    if year < ets.NEVER:
        assert price * (1 + growth) ** (year - 2026) >= cost * (1 - 1e-6)
    if year > 2026:
        assert price * (1 + growth) ** (year - 1 - 2026) < cost * (1 + 1e-6)


def test_pure_streams_pay_before_cement_does():
    table = data.table("capture_costs")
    years = pd.Series(ets.capture_pays(**defaults(ets.capture_pays, table))["year_pays"], index=table["industry"])
    assert years["Ammonia"] <= years["Iron and steel"] <= years["Cement"] <= years["Direct air capture"]


@pytest.mark.parametrize(("model", "table"), [
    (ets.cap_path, "eu_ets_cap"), (ets.capture_pays, "capture_costs"), (ets.import_bill, "cbam_phase_in"),
])
def test_models_stay_finite_at_the_ends_of_every_slider_and_can_be_recorded(model, table):
    rows = data.table(table)
    columns = {name: len(rows) for name in parameters(model) if name in rows}
    sliders = [name for name in parameters(model) if name not in rows]
    assert record(model, columns, sliders)["scalars"]
    for name in sliders:
        for end in ("low", "high"):
            for values in model(**defaults(model, rows, **{name: getattr(assumptions.get(name), end)})).values():
                assert pd.Series(values).notna().all() and (pd.Series(values).abs() < 1e6).all()


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"late_reduction_factor is 0\.5; allowed is 0 to 0.1"):
        cap(late_reduction_factor=0.5)
    with pytest.raises(ValueError, match="allowance_price is 0; allowed is any number above 0"):
        ets.year_capture_pays(50, 0, 0.04)
    with pytest.raises(ValueError, match="emission_intensity is -1; allowed is 0 or more"):
        ets.cbam_bill(2026, 0.025, -1, 1, 75, 0, 0)
