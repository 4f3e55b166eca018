"""The same plant alone and in a cluster: when the numbers make a firm move."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import assumptions, data
from utils.expressions import parameters, record
from utils.models import investment
from utils.models.tax_credits import annuity

PLAIN = {"carbon_price": 100, "credit": 0, "credit_years": 0, "under_repeal_hazard": 0, "transport_saving": 0,
         "allowance_price_growth": 0, "repeal_hazard": 0, "discount_rate": 0.08, "capture_capex": 375,
         "capture_running_cost": 45, "transport_cost_alone": 25, "storage_cost": 12, "project_life": 25}


def value(**changes):
    return investment.project_value(**PLAIN | changes)


def regions(**changes):
    table = data.table("region_rules")
    model = investment.alone_or_together
    arguments = {name: table[name] if name in table else assumptions.get(name).default for name in parameters(model)}
    outputs = model(**arguments | changes)
    return outputs | {name: pd.Series(values).set_axis(table["region"])
                      for name, values in outputs.items() if hasattr(values, "__len__")}


def test_the_saving_is_that_of_the_shared_pipe_of_chapter_1():
    outputs = regions(sharing_firms=4, scale_exponent=0.6)
    assert outputs["saving"] == pytest.approx(0.4257, abs=1e-4)
    assert outputs["together"]["Japan"] == pytest.approx(
        investment.project_value(27.2, 0, 0, 0, outputs["saving"], 0.04, 0, 0.08, 375, 45, 25, 12, 25))


def test_a_constant_price_gives_the_annuity_by_hand():
    assert value() == pytest.approx((100 - 45 - 12 - 25) * annuity(0, 0.08, 25) - 375)


def test_a_growing_price_gives_the_growing_annuity_by_hand():
    expected = 100 * annuity(0.04, 0.08, 25) - 82 * annuity(0, 0.08, 25) - 375
    assert value(allowance_price_growth=0.04) == pytest.approx(expected)


def test_a_credit_alone_is_worth_its_twelve_years():
    paid = value(carbon_price=0, credit=100, credit_years=12)
    assert paid == pytest.approx((100 - 57) * annuity(0, 0.08, 12) - 25 * annuity(0, 0.08, 25) - 375)


def test_a_plant_that_cannot_cover_its_running_cost_stands_still_but_pays_its_pipe():
    assert value(carbon_price=10) == pytest.approx(-375 - 25 * annuity(0, 0.08, 25))


def test_the_hazard_touches_only_rules_under_repeal():
    assert value(repeal_hazard=0.2) == value()
    exposed = {"carbon_price": 0, "credit": 100, "credit_years": 12, "under_repeal_hazard": 1}
    assert value(**exposed, repeal_hazard=0.2) < value(**exposed)


def test_a_discount_rate_of_zero_works_and_minus_one_is_refused():
    assert value(discount_rate=0) == pytest.approx(18 * 25 - 375)
    with pytest.raises(ValueError, match="discount_rate is -1; allowed is any number above -1"):
        value(discount_rate=-1)


@given(st.floats(1, 12), st.floats(0.4, 1))
def test_together_is_never_worse_than_alone(firms, exponent):
    outputs = regions(sharing_firms=firms, scale_exponent=exponent)
    assert (outputs["together"] - outputs["alone"] >= -1e-9).all()


@given(st.floats(0, 200), st.floats(0, 200))
def test_a_higher_carbon_price_never_lowers_the_value(one, other):
    low, high = sorted((one, other))
    assert value(carbon_price=high) >= value(carbon_price=low) - 1e-9


def test_in_the_default_case_the_firm_in_europe_moves_only_in_a_cluster():
    outputs = regions()
    assert outputs["alone"].max() < 0
    assert list(outputs["together"][outputs["together"] > 0].index) == ["European Union"]


def test_the_gain_is_the_transport_saved_over_the_life():
    outputs = regions()
    assert outputs["gain"] == pytest.approx(25 * outputs["saving"] * annuity(0, 0.08, 25))
    assert (outputs["together"] - outputs["alone"]).to_list() == pytest.approx([outputs["gain"]] * 4)


def test_the_model_stays_finite_at_the_ends_of_every_slider_and_can_be_recorded():
    model, table = investment.alone_or_together, data.table("region_rules")
    sliders = [name for name in parameters(model) if name not in table]
    assert record(model, {name: 4 for name in parameters(model) if name in table}, sliders)["scalars"]
    for name in sliders:
        for end in ("low", "high"):
            for values in regions(**{name: getattr(assumptions.get(name), end)}).values():
                assert pd.Series(values).notna().all() and (pd.Series(values).abs() < 1e6).all()


def test_a_region_without_data_is_refused_with_the_known_ones():
    rules = data.table("region_rules")
    assert investment.rules_of("Japan", rules)["instrument"] == "Carbon tax and GX-ETS ceiling"
    with pytest.raises(ValueError, match=r"region is 'Brazil'; known are: United States, European Union.*Japan"):
        investment.rules_of("Brazil", rules)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="project_life is 31; allowed is 1 to 30"):
        value(project_life=31)
    with pytest.raises(ValueError, match="firms is 0; allowed is 1 or more"):
        regions(sharing_firms=0)
