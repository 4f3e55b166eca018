from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from utils import assumptions, data
from utils.expressions import record
from utils.models import queueing

SLIDERS = ["electric_trucks", "charges_per_day", "charging_minutes", "busy_hours", "port_chargers"]
CHARGERS = pd.Series(range(2, 31, 2))
servers = st.integers(1, 30)


def usual(**changes):
    return queueing.charging_queue(CHARGERS, **{n: assumptions.get(n).default for n in SLIDERS} | changes)


def waiting_probability_from_the_balance_equations(c, load, places=4000):
    """The long-run share of time with all servers busy, by solving the birth and death chain itself."""
    rates = np.minimum(np.arange(1, places + 1), c)
    weights = np.concatenate([[0], np.cumsum(math.log(load) - np.log(rates))])
    shares = np.exp(weights - weights.max())
    return shares[c:].sum() / shares.sum()


@given(servers, st.floats(0.01, 39))
def test_erlang_b_is_the_truncated_poisson_distribution_of_scipy(c, load):
    truncated = stats.poisson.pmf(c, load) / stats.poisson.cdf(c, load)
    assert queueing.erlang_b(c, load) == pytest.approx(truncated, rel=1e-9)


@given(servers, st.floats(0.01, 0.98))
def test_erlang_c_is_what_the_balance_equations_say(c, utilisation):
    load = c * utilisation
    by_hand = waiting_probability_from_the_balance_equations(c, load)
    assert queueing.erlang_c(c, load) == pytest.approx(by_hand, rel=1e-6)


def test_fifteen_lines_at_one_per_cent_carry_the_published_traffic():
    """V-26: 8.108 erlang, to three decimals."""
    published = data.table("validation").set_index("id").loc["V-26"]
    traffic = optimize.brentq(lambda load: queueing.erlang_b(15, load) - 0.01, 1, 15)
    assert published["low"] <= traffic <= published["high"]


@pytest.mark.parametrize(("lines", "traffic"), [(5, 1.4), (6, 1.9), (7, 2.5), (8, 3.1), (9, 3.8)])
def test_the_traffic_table_at_one_per_cent_is_met_to_its_one_decimal(lines, traffic):
    """Erlang B table in Carrier Grade Voice over IP, second edition, appendix A, column of 1 %."""
    found = optimize.brentq(lambda load: queueing.erlang_b(lines, load) - 0.01, 0.01, lines)
    assert found == pytest.approx(traffic, abs=0.05)


def test_three_servers_queue_as_in_bronsons_problem():
    """V-27: 300 arrivals a year, three servers, two days each: 0.352 wait, 1.996 are present, 0.001175 years each."""
    load = 300 * 2 / 365
    wait = queueing.mean_wait(3, load, 2 / 365)
    assert wait == pytest.approx(0.001175, abs=5e-7)
    assert 300 * wait == pytest.approx(0.352, abs=5e-4)
    assert 300 * wait + load == pytest.approx(1.996, abs=5e-4)


@given(st.floats(0.01, 0.99))
def test_one_server_is_the_textbook_queue(utilisation):
    assert queueing.erlang_c(1, utilisation) == pytest.approx(utilisation)
    assert queueing.mean_wait(1, utilisation, 1) == pytest.approx(utilisation / (1 - utilisation))


@given(servers, st.floats(0, 60))
def test_one_more_server_never_blocks_more(c, load):
    if c < 30:
        assert queueing.erlang_b(c + 1, load) <= queueing.erlang_b(c, load) + 1e-15


@given(st.integers(1, 15), st.floats(0.01, 0.98))
def test_two_places_never_wait_less_than_one(c, utilisation):
    load = c * utilisation
    assert queueing.mean_wait(2 * c, 2 * load, 45) <= queueing.mean_wait(c, load, 45) + 1e-9


@pytest.mark.parametrize(("c", "load"), [(14, 14), (14, 14.5), (1, 1), (30, 400)])
def test_a_load_that_reaches_the_servers_is_refused_in_words(c, load):
    with pytest.raises(ValueError, match=f"load is {load} erlang and servers is {c}.*the queue grows without limit"):
        queueing.erlang_c(c, load)


@pytest.mark.parametrize(("arguments", "said"), [
    ({"servers": 0, "load": 0.5}, "servers is 0; allowed is 1 to 30"),
    ({"servers": 31, "load": 3}, "servers is 31; allowed is 1 to 30"),
    ({"servers": 3, "load": -1}, "load is -1; allowed is 0 or more"),
])
def test_numbers_out_of_range_are_named(arguments, said):
    with pytest.raises(ValueError, match=said):
        queueing.erlang_c(**arguments)


def test_a_charger_that_takes_no_time_is_refused():
    with pytest.raises(ValueError, match="charging_minutes is 0; allowed is any number above 0"):
        usual(charging_minutes=0)


def test_a_hundred_trucks_hardly_wait_at_fourteen_chargers_and_twice_as_many_wait_a_quarter_of_an_hour():
    assert usual()["wait_together"] < 0.1
    assert usual(electric_trucks=200)["wait_together"] == pytest.approx(17.7, abs=0.1)
    assert usual(electric_trucks=240)["overloaded"] == 1


def test_an_unstable_queue_is_shown_at_the_cap_and_flagged():
    result = usual(electric_trucks=600, charges_per_day=3)
    assert (result["together"] == queueing.LONGEST_WAIT).all()
    assert (result["apart"] == queueing.LONGEST_WAIT).all()
    assert result["share_waiting"] == 1


def test_the_curve_agrees_with_the_formula_where_it_is_below_the_cap():
    result = usual()
    for c, shown in zip(CHARGERS, result["together"], strict=True):
        if shown < queueing.LONGEST_WAIT:
            assert shown == pytest.approx(queueing.mean_wait(c, result["load"], 45), rel=1e-9)


def test_every_extreme_of_the_sliders_gives_a_wait_within_the_axis():
    table = assumptions.table()
    for point in itertools.product(*((table[n].low, table[n].high) for n in SLIDERS)):
        result = usual(**dict(zip(SLIDERS, point, strict=True)))
        for name in ("together", "apart"):
            assert ((result[name] >= 0) & (result[name] <= queueing.LONGEST_WAIT)).all()
        assert 0 <= result["share_waiting"] <= 1


def test_the_model_can_be_recorded():
    steps = record(queueing.charging_queue, {"chargers": 15}, SLIDERS)
    assert {"together", "apart", "wait_together", "overloaded"} <= steps["outputs"].keys()
