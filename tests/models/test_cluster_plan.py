"""The composed model says what the models of chapters 1 to 5 say, and adds nothing of its own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from utils import assumptions, uncertainty
from utils.cluster import READY_KEYS, Cluster, Firm, evaluate, for_explorable, place, settings
from utils.expressions import parameters, record
from utils.models import cluster_plan, cluster_scenarios
from utils.models.emissions_trading import capture_pays
from utils.models.green_premium import CO2_SAVED, premium_of_steel
from utils.models.hydrogen import waterfall
from utils.models.investment import project_value
from utils.models.pipelines import who_pays
from utils.models.pledges import linear_phase_out
from utils.models.transport import deliver_co2

READY = pytest.mark.parametrize("key", READY_KEYS)


def firm(name="Works", emissions=1.0, latitude=50.0, technology="capture", sector="Cement"):
    return Firm(name, sector, emissions, latitude, 4.0, technology)


def inputs(cluster, **overrides):
    values = settings(cluster, **overrides)
    return place(cluster) | {name: values[name] for name in parameters(cluster_plan.plan) if name in values}


def test_transport_costs_and_shares_are_those_of_chapter_1():
    cluster = Cluster.from_tables("port")
    found, values, of_place = evaluate(cluster).firms, settings(cluster), place(cluster)
    chapter = who_pays(found["abated"], found["km_to_hub"], values["scale_exponent"], of_place["distance_to_store"],
                       values["hub_spacing"], values["pipeline_capex"], values["discount_rate"])
    np.testing.assert_allclose(found["alone"] - found["own"], chapter["alone"], rtol=1e-9)
    np.testing.assert_allclose(found["shared"] - found["own"], chapter["shapley"], rtol=1e-9)


def test_capture_and_storage_cost_what_they_cost_in_chapter_3():
    cluster = Cluster.from_tables("chemicals")
    values, of_place = settings(cluster), place(cluster)
    chapter = capture_pays(np.array(of_place["cost_low"]), np.array(of_place["cost_high"]), 75, 0.04,
                           values["capture_cost_position"], values["storage_cost"], values["dollars_per_euro"])
    np.testing.assert_allclose(evaluate(cluster).firms["own"], chapter["cost"], rtol=1e-12)


def test_steel_with_hydrogen_costs_what_it_costs_in_chapter_4():
    cluster = Cluster("One", (firm(technology="hydrogen", sector="Iron and steel"),))
    values = settings(cluster)
    premium = premium_of_steel(1, values["discount_rate"], values["steel_electricity"], values["steel_learning"], 0)
    assert evaluate(cluster).numbers["cost_shared"] == pytest.approx(premium / CO2_SAVED)


def test_clean_hydrogen_breaks_even_at_the_carbon_price_of_chapter_2():
    cluster = Cluster("One", (firm(technology="hydrogen", sector="Hydrogen (gas)"),))
    values = settings(cluster)
    chosen = {name: values[name] for name in parameters(waterfall) if name in values}
    price = evaluate(cluster).numbers["cost_shared"]
    chapter = waterfall(range(9), **chosen, grey_carbon_price=price)
    assert chapter["green"] == pytest.approx(chapter["grey"], rel=1e-9)


def test_a_ship_costs_what_it_costs_in_chapter_2():
    cluster = Cluster("One", (firm(emissions=2.0),), partners=("store abroad",), km_to_store=800)
    found, values = evaluate(cluster), settings(cluster)
    from utils import data

    ships = data.table("co2_carriers").query("carrier == 'Ship'").drop(columns=["carrier", "source", "status", "note"])
    columns = {name: ships[name] for name in ships}
    chapter = deliver_co2(**columns, co2_distance=800, co2_volume=found.numbers["abatement"], transport_route=2,
                          electricity_price=values["electricity_price"])
    assert found.firms["alone"][0] - found.firms["own"][0] == pytest.approx(chapter["cost"].iloc[0])


def test_a_plant_breaks_even_exactly_when_its_present_value_in_chapter_3_is_zero():
    cluster = Cluster("One", (firm(),), policy="European Union")
    found, values, of_place = evaluate(cluster), settings(cluster), place(cluster)
    income = found.numbers["income"]
    # a running cost equal to the levelised income eats it up, as long as the plant never stands still
    steady = project_value(income, 0, 0, 0, 0, 0, 0, values["discount_rate"], 0, income, 0, 0, values["project_life"])
    assert steady == pytest.approx(0, abs=1e-9)
    worth = project_value(of_place["carbon_price"], 0, 0, 0, 0, values["allowance_price_growth"], 0,
                          values["discount_rate"], 0, 0, income, 0, values["project_life"])
    assert worth == pytest.approx(0, abs=1e-9), "a pipe that costs the levelised income takes all the plant earns"


def test_the_pledge_is_the_straight_line_of_chapter_1():
    found = evaluate(Cluster.from_tables("port"))
    line = linear_phase_out(found.numbers["emissions"], 2050, 0, found.by_year["year"])
    np.testing.assert_allclose(found.by_year["pledge"], line)


@READY
@examples(max_examples=10, deadline=None)
@given(capture_rate=st.floats(0.6, 1), growth=st.floats(0, 0.1), strength=st.floats(0, 2))
def test_abatement_never_exceeds_emissions(key, capture_rate, growth, strength):
    found = evaluate(Cluster.from_tables(key), capture_rate=capture_rate, allowance_price_growth=growth,
                     policy_strength=strength)
    emissions = found.numbers["emissions"]
    for way in ("alone", "shared"):
        assert found.by_year[f"abated_{way}"].between(-1e-9, emissions + 1e-9).all()
    assert (found.firms["abated"] <= found.firms["emissions_mt"]).all()


@READY
@examples(max_examples=10, deadline=None)
@given(b=st.floats(0.4, 1), spread=st.floats(0, 5))
def test_costs_are_shared_in_full_and_joining_never_costs_more(key, b, spread):
    numbers = (found := evaluate(Cluster.from_tables(key), scale_exponent=b, hub_spacing=spread)).numbers
    assert found.firms["payment"].sum() == pytest.approx(numbers["total_shared"], rel=1e-9)
    assert numbers["total_shared"] <= numbers["total_alone"] * (1 + 1e-9)


@pytest.mark.parametrize("partners", [(), ("store abroad",)])
def test_a_cluster_of_one_firm_is_the_firm_alone(partners):
    numbers = evaluate(Cluster("One", (firm(),), partners=partners)).numbers
    assert numbers["cost_shared"] == pytest.approx(numbers["cost_alone"], rel=1e-12)
    assert numbers["saving"] == pytest.approx(0, abs=1e-12)


def test_without_economies_of_scale_and_without_distance_joining_brings_nothing():
    cluster = Cluster("Two", (firm("A", 1.0), firm("B", 0.3)))
    assert evaluate(cluster, scale_exponent=1.0).numbers["saving"] == pytest.approx(0, abs=1e-9)
    assert evaluate(cluster, scale_exponent=0.6).numbers["saving"] > 0.005, "with them it does"


def test_a_firm_that_does_nothing_pays_nothing_and_changes_nothing_for_the_others():
    pair = Cluster("Two", (firm("A"), firm("B")))
    three = Cluster("Three", (*pair.firms, firm("C", 5.0, technology="none")))
    two, more = evaluate(pair), evaluate(three)
    assert list(more.firms["payment"]) == pytest.approx([*two.firms["payment"], 0.0])
    assert more.firms["begins_shared"].iloc[2] == 2100


def test_a_cluster_that_does_nothing_costs_nothing_and_does_not_break_even():
    numbers = evaluate(Cluster("Idle", (firm(technology="none"),))).numbers
    assert (numbers["abatement"], numbers["cost_shared"], numbers["breaks_even"]) == (0, 0, 0)


def test_contracts_with_buyers_lower_the_cost():
    cluster = Cluster.from_tables("port")
    with_buyers = cluster.with_(partners=("buyers",))
    assert evaluate(with_buyers).numbers["cost_shared"] < evaluate(cluster).numbers["cost_shared"]
    assert evaluate(cluster, offtake_share=1.0).numbers == evaluate(cluster).numbers, "no buyers, no contracts"


def test_what_is_neither_captured_nor_replaced_stands_last_on_the_cost_curve():
    curve = evaluate(Cluster.from_tables("port")).curve
    for _, steps in curve.groupby("way"):
        assert steps["to_mt"].iloc[-1] == pytest.approx(9.9), "the curve ends at all emissions"
        assert steps["cost"].iloc[:-1].is_monotonic_increasing
        assert steps["firm"].iloc[-1] == "Rest, from the air"


def test_a_product_costs_more_by_the_premium_per_tonne_of_its_material():
    found = evaluate(Cluster.from_tables("port"))
    car = found.products.query("product == 'Car' and way == 'Shared'").iloc[0]
    steelworks = found.firms.query("firm == 'Steelworks'").iloc[0]
    assert car["extra"] == pytest.approx(0.9 * 2.34 * 0.9 * steelworks["shared"])


@READY
def test_arrays_give_what_numbers_give(key):
    one = inputs(cluster := Cluster.from_tables(key))
    movable = [name for name in one if name in settings(cluster) and name not in ("hub_spacing", "offtake_share")]
    many = one | {name: np.array([one[name], assumptions.get(name).high]) for name in movable}
    found = cluster_plan.plan(**many)
    for place_, name in ((0, "default"), (1, "high")):
        single = cluster_plan.plan(**{n: v[place_] if n in movable else v for n, v in many.items()})
        for output, value in single.items():
            got = np.asarray(found[output])
            got = got[..., place_] if got.ndim and got.shape[-1] == 2 else got
            np.testing.assert_allclose(got, value, rtol=1e-12, err_msg=f"{output} at {name}")


def test_the_plan_can_be_recorded_for_the_page():
    cluster = Cluster.from_tables("port")
    given_ = inputs(cluster)
    columns = [name for name, value in given_.items() if isinstance(value, list)]
    sliders = [name for name in given_ if name not in columns and name != "ship"]
    found = record(cluster_plan.plan, dict.fromkeys(columns, 5), sliders)
    assert {"cost_shared", "income", "saving"} <= set(found["scalars"])


@pytest.mark.parametrize(("name", "value"), [("route", 4), ("capture_rate", 1.2)])
def test_a_value_outside_its_range_is_named(name, value):
    good = {"emissions": 1.0, "route": 1, "capture_rate": 0.9}
    with pytest.raises(ValueError, match=f"{name} is {value:g}; allowed is 0 to"):
        cluster_plan.abated(**good | {name: value})


def test_a_solver_refuses_a_cluster_that_is_not_ready():
    with pytest.raises(ValueError, match="ready_cluster is 3; allowed are 0 to 2"):
        cluster_scenarios.pathway(3, 1, 0.04)


def test_the_distribution_adds_up():
    found = cluster_scenarios.balance_distribution(1, 1, 0.04)
    assert sum(found["share"]) == pytest.approx(1)
    above = sum(share for k, share in enumerate(found["share"])
                if cluster_scenarios.FIRST_EDGE + k * cluster_scenarios.BIN_WIDTH >= 0)
    assert found["chance"] == pytest.approx(above, abs=1e-9), "zero is an edge of the bins"
    assert len(found["share"]) == cluster_scenarios.BINS


def test_a_pathway_has_a_row_a_year():
    found = cluster_scenarios.pathway(0, 2, 0.1)
    assert len(found["alone"]) == len(pd.RangeIndex(2025, 2071)) == len(found["shared"])
    assert found["left_2050"] == pytest.approx(0.1), "at a high price everything is captured but a tenth"


def test_the_figures_in_the_text_of_chapter_6_are_those_of_the_models():
    numbers = {key: evaluate(Cluster.from_tables(key)).numbers for key in READY_KEYS}
    assert [round(numbers[key]["saving"] * 100) for key in READY_KEYS] == [1, 9, 5]
    assert [round(numbers[key]["cost_shared"]) for key in READY_KEYS] == [76, 93, 103]
    assert [round(numbers[key]["income"]) for key in READY_KEYS] == [40, 109, 83]
    european = Cluster.from_tables("port").with_(policy="European Union")
    assert round(evaluate(european).numbers["balance_shared"]) == 33
    assert round(numbers["port"]["cost_of_rest"]) == 223
    assert cluster_scenarios.pathway(0, 1, 0.04)["left_2050"] == pytest.approx(0.95, abs=0.005)
    assert cluster_scenarios.pathway(0, 1, 0.06)["left_2050"] == pytest.approx(0.12, abs=0.005)
    assert [cluster_scenarios.pathway(1, 1, growth)["earlier"] for growth in (0.04, 0.02)] == [2, 6]
    assert [round(cluster_scenarios.product_premiums(route, 40, 0)["car"]) for route in (0, 1)] == [142, 207]


def test_the_chances_in_the_text_of_chapter_6_are_those_of_the_simulation():
    drawn = {key: uncertainty.simulate(Cluster.from_tables(key)) for key in READY_KEYS}
    assert [round(uncertainty.chance(drawn[key]) * 100) for key in READY_KEYS] == [6, 58, 29]
    assert round(uncertainty.chance(drawn["chemicals"], "balance_alone") * 100) == 50
    known = cluster_scenarios.balance_distribution(1, 1, 0.04)
    assert [round(known[name] * 100) for name in ("chance", "chance_alone")] == [65, 36]
    assert cluster_scenarios.balance_distribution(2, 1.5, 0.04)["chance"] == pytest.approx(2 / 3, abs=0.03)
    assert round(cluster_scenarios.balance_distribution(0, 2, 0.06)["chance"] * 100) == 78


def test_what_an_explorable_gets_is_the_cluster_itself():
    moving = ("hub_spacing", "distance_to_store")
    given_ = for_explorable(cluster := Cluster.from_tables("port"), moving)
    columns = {name: given_["over"][name] for name in given_["over"] if name != "firm"}
    found = cluster_plan.plan(**columns, **given_["fixed"], **given_["start"])
    assert found["cost_shared"] == pytest.approx(evaluate(cluster).numbers["cost_shared"])
    assert set(given_["start"]) == set(moving)
