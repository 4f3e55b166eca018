"""A whole cluster: the models of chapters 1 to 5 put together. It adds up and compares; every formula is theirs.

:func:`plan` runs on numbers, in the page, and on arrays with one entry for each draw of a Monte Carlo simulation.
"""

from __future__ import annotations

from utils.expressions import column, maximum, total, where, within
from utils.models.carbon_storage import ramp
from utils.models.cooperative_games import cheapest, shapley_value
from utils.models.emissions_trading import capture_cost, year_capture_pays
from utils.models.green_premium import CO2_SAVED, FIRST_VOLUME, premium_of_steel, rate_under_contract
from utils.models.hydrogen import electrolysis_parts, grey_parts
from utils.models.investment import capture_value
from utils.models.pipelines import cost_of_coalitions, yearly_cost
from utils.models.pledges import linear_phase_out
from utils.models.tax_credits import annuity
from utils.models.transport import cost_per_tonne

KEEPS_EMITTING, CAPTURE, HYDROGEN_STEEL, CLEAN_HYDROGEN = 0, 1, 2, 3  # what a firm does: the column ``route``
STEEL_CO2 = 2.34  # t CO2 per t of steel by blast furnace (worldsteel2025)
LITTLE = 1e-6  # keeps what is divided by, or looked up, above zero


def abated(emissions, route, capture_rate):
    """The Mt of CO2 a year that one firm no longer emits: never more than it emits.

    route: 0 keeps emitting, 1 captures, 2 makes steel with hydrogen, 3 replaces hydrogen from gas.
    """
    within(0, 3, route=route)
    within(0, 1, capture_rate=capture_rate)
    of_hydrogen = where(route == HYDROGEN_STEEL, CO2_SAVED / STEEL_CO2, where(route == CLEAN_HYDROGEN, 1, 0))
    return emissions * where(route == CAPTURE, capture_rate, of_hydrogen)


def cost_of_own_plant(route, cost_low, cost_high, capture_cost_position, storage_cost, dollars_per_euro, rate,
                      full_load_hours, electricity_price, electrolyser_capex, electrolyser_efficiency, gas_price,
                      steel_electricity, steel_learning):
    """What a firm pays for a tonne before any transport, EUR/t CO2: capture and storage, or hydrogen.

    Capture as in chapter 3; steel with hydrogen as in chapter 4, without a carbon price and per tonne of CO2 saved;
    clean instead of grey hydrogen as in chapter 2, per tonne of CO2 of the grey.
    """
    capture = capture_cost(cost_low, cost_high, capture_cost_position, storage_cost, dollars_per_euro)
    steel = premium_of_steel(FIRST_VOLUME, rate, steel_electricity, steel_learning, 0) / CO2_SAVED
    green = total(list(electrolysis_parts(full_load_hours, electricity_price, electrolyser_capex,
                                          electrolyser_efficiency, rate).values()))
    grey = total(list(grey_parts(gas_price, 0, rate).values()))
    tonnes = grey_parts(gas_price, 1, rate)["carbon"]  # of CO2 per kg: what it pays at 1 EUR/t
    by_hydrogen = where(route == HYDROGEN_STEEL, steel, where(route == CLEAN_HYDROGEN, (green - grey) / tonnes, 0))
    return where(route == CAPTURE, capture, by_hydrogen)


def levelised_income(carbon_price, credit, credit_years, under_repeal_hazard, allowance_price_growth, repeal_hazard,
                     rate, project_life):
    """The constant EUR/t over the plant's life that carbon price and credit are worth, as in chapter 3."""
    worth = capture_value(carbon_price, credit, credit_years, under_repeal_hazard, allowance_price_growth,
                          repeal_hazard, rate, 0, 0, 0, project_life)
    return worth / annuity(0, rate, project_life)


def transport_costs(flows, km_to_hub, distance_to_store, scale_exponent, pipeline_capex, discount_rate,
                    electricity_price, ship=None):
    """The yearly cost of moving the CO2 of every coalition of firms, in million EUR.

    By pipeline as in chapter 1, or, with ``ship`` (a row of ``co2_carriers`` as a dict), in small pipes to a harbour as
    there and on by ship as in chapter 2.
    """
    if ship is None:
        return cost_of_coalitions(flows, km_to_hub, scale_exponent, distance_to_store, pipeline_capex, discount_rate)

    def sail(flow):
        parts = cost_per_tonne(distance_to_store, maximum(flow, LITTLE), **ship, electricity_price=electricity_price,
                               load_value=0, scale_exponent=scale_exponent, discount_rate=discount_rate)
        return where(flow > 0, flow * total(list(parts.values())), 0)

    def joint(group):
        spurs = [yearly_cost(flows[i], km_to_hub[i], scale_exponent, pipeline_capex, discount_rate)
                 for i in sorted(group) if len(group) > 1]
        return total(spurs) + sail(total([flows[i] for i in sorted(group)]))

    return cheapest(len(flows), joint)


def plan(emissions_mt, km_to_hub, route, cost_low, cost_high, carbon_price, credit, credit_years, under_repeal_hazard,
         distance_to_store, hub_spacing, scale_exponent, pipeline_capex, storage_cost, capture_rate,
         capture_cost_position, dollars_per_euro, discount_rate, offtake_share, project_life, policy_strength,
         allowance_price_growth, repeal_hazard, full_load_hours, electricity_price, electrolyser_capex,
         electrolyser_efficiency, gas_price, steel_electricity, steel_learning, ship=None):
    """What a cluster abates, what it costs alone and together, who pays, and whether policy pays for it.

    Columns, one entry a firm: emissions_mt, Mt CO2 a year; km_to_hub; route, see :func:`abated`; cost_low and
    cost_high, USD/t, of its industry's capture. Policy, from ``region_rules``: carbon_price and credit in EUR/t,
    credit_years, under_repeal_hazard. ship: see :func:`transport_costs`. The others are assumptions.

    By firm: ``abated`` Mt a year; ``own``, ``alone`` and ``shared`` in EUR/t, before transport, with a transport of its
    own, and with its Shapley share of the joint one; ``payment``, million EUR a year when shared. Numbers:
    ``abatement`` and ``rest`` Mt a year; ``total_alone`` and ``total_shared`` million EUR a year; ``cost_alone`` and
    ``cost_shared`` EUR/t; ``saving``, a fraction of all cost; ``income`` EUR/t from policy, levelised;
    ``balance_alone`` and ``balance_shared`` EUR/t, income less cost; ``breaks_even`` and ``alone_breaks_even`` 1 or 0.

    Each own plant costs the same alone and together, so its part of the Shapley value is its own cost: only transport
    is a game. Raises ``ValueError`` as the models it is made of. Fails where those fail; and nothing here grows, learns
    or breaks down, and no firm leaves.
    """
    rate = maximum(0, rate_under_contract(discount_rate, offtake_share))
    emits, spurs, routes = list(emissions_mt), [km * hub_spacing for km in list(km_to_hub)], list(route)
    costs = zip(routes, list(cost_low), list(cost_high), strict=True)
    cuts = [abated(e, r, capture_rate) for e, r in zip(emits, routes, strict=True)]
    own = [
        cost_of_own_plant(r, low, high, capture_cost_position, storage_cost, dollars_per_euro, rate, full_load_hours,
                          electricity_price, electrolyser_capex, electrolyser_efficiency, gas_price, steel_electricity,
                          steel_learning)
        for r, low, high in costs
    ]
    flows = [where(r == CAPTURE, cut, 0) for r, cut in zip(routes, cuts, strict=True)]
    game = transport_costs(flows, spurs, distance_to_store, scale_exponent, pipeline_capex, rate, electricity_price,
                           ship)
    apart = [game[frozenset({i})] for i in range(len(flows))]
    together = shapley_value(game)
    payments = [cost * cut + share for cost, cut, share in zip(own, cuts, together, strict=True)]
    abatement, total_shared = total(cuts), total(payments)
    total_alone = total([cost * cut + pipe for cost, cut, pipe in zip(own, cuts, apart, strict=True)])
    income = levelised_income(carbon_price * policy_strength, credit * policy_strength, credit_years,
                              under_repeal_hazard, allowance_price_growth, repeal_hazard, rate, project_life)
    cost_alone, cost_shared = _over(total_alone, abatement), _over(total_shared, abatement)
    return {
        "abated": _by_firm(cuts),
        "own": _by_firm(own),
        "alone": _by_firm([o + _over(pipe, cut) for o, pipe, cut in zip(own, apart, cuts, strict=True)]),
        "shared": _by_firm([o + _over(share, cut) for o, share, cut in zip(own, together, cuts, strict=True)]),
        "payment": _by_firm(payments),
        "abatement": abatement,
        "rest": total(emits) - abatement,
        "total_alone": total_alone,
        "total_shared": total_shared,
        "cost_alone": cost_alone,
        "cost_shared": cost_shared,
        "saving": _over(total_alone - total_shared, total_alone),
        "income": income,
        "balance_alone": income - cost_alone,
        "balance_shared": income - cost_shared,
        "alone_breaks_even": where((abatement > 0) & (income >= cost_alone), 1, 0),
        "breaks_even": where((abatement > 0) & (income >= cost_shared), 1, 0),
    }


def starts(cost, carbon_price, credit, credit_years, under_repeal_hazard, policy_strength, allowance_price_growth,
           repeal_hazard, discount_rate, project_life, storage_start, storage_delay):
    """The year in which a firm begins: when the carbon price covers its cost, and the store is open.

    A credit is taken off the cost first, levelised over the plant's life. cost: EUR/t. Others as in :func:`plan`.
    """
    credited = levelised_income(0, credit * policy_strength, credit_years, under_repeal_hazard, 0, repeal_hazard,
                                discount_rate, project_life)
    pays = year_capture_pays(maximum(cost - credited, LITTLE), maximum(carbon_price * policy_strength, LITTLE),
                             allowance_price_growth)
    return maximum(storage_start + storage_delay, pays)


def pathway(year, emissions, target_year, cuts, begin_alone, begin_shared, ramp_years):
    """What the cluster emits year by year, alone and together, and on the straight line of a pledge.

    year: column. emissions: Mt a year of all firms. cuts: Mt a year, one a firm; begin_alone, begin_shared: the year in
    which each begins. ramp_years: until a plant runs in full. Result, by year, Mt: ``alone``, ``shared``, ``pledge``.
    """
    def left(begins):
        return emissions - total([cut * ramp(year - begin, ramp_years)
                                  for cut, begin in zip(cuts, begins, strict=True)])

    return {
        "alone": left(begin_alone),
        "shared": left(begin_shared),
        "pledge": linear_phase_out(emissions, target_year, 0, year),
    }


def _over(amount, by):
    """``amount / by``; zero where there is nothing to divide by."""
    return where(by > 0, amount / where(by > 0, by, 1), 0)


def _by_firm(entries):
    """A column of numbers, or one row of draws for each firm."""
    if any(getattr(entry, "ndim", 0) for entry in entries):
        import numpy as np

        return np.array(np.broadcast_arrays(*entries))
    return column(entries)
