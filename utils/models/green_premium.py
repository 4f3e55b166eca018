"""The green premium: small on the product, large on the tonne; and how pooled demand may bring it down."""

from __future__ import annotations

from utils.expressions import above, column, exp, largest, log, maximum, smallest, where, within
from utils.models.finance import capital_recovery_factor

# Steel from hydrogen-reduced iron, per tonne, and the electrolyser that makes the hydrogen.
HYDROGEN_PER_TONNE = 63  # kg (pypsa2026, after the Mission Possible Partnership)
CO2_SAVED = 2.0  # t CO2 per t of steel: 2.34 by blast furnace (worldsteel2025), less what remains (book)
ELECTRICITY_PER_KG = 53.6  # kWh per kg of hydrogen, 62.2 % of the lower heating value (pypsa2026)
FULL_LOAD_HOURS = 4500  # h a year (book)
ELECTROLYSER = 1886  # EUR/kW, expected for 2030 (pypsa2026)
ELECTROLYSER_LIFE = 25  # years (pypsa2026)
ELECTROLYSER_OPERATION = 0.04  # of the investment, a year (pypsa2026)
EVEN_HYDROGEN_COST = 1.5  # EUR/kg at which both steels cost the same without a carbon price (book)
FIRST_VOLUME = 1  # Mt of green steel a year at which the costs above hold (book)
NONE = 1e6  # stands for "there is no such volume"


def premium_on_products(amount_kg, product_price, premium, co2_saved, material_price, premium_level,
                        premium_carbon_price):
    """A premium per tonne of material, and what it adds to the product somebody buys.

    Formula: (amount / 1000) · max(0, level · premium − carbon price · CO2 saved) / price of the product.

    Columns: amount_kg of the material in the product, product_price (EUR), premium (EUR/t before any carbon price),
    co2_saved (t per t of material), material_price (EUR/t). premium_level: factor on all premiums, 0 or more.
    premium_carbon_price: EUR/t CO2 that the ordinary material pays. Result, by row: ``net_premium`` (EUR/t), ``extra``
    (EUR per product), ``share`` of the product's price and ``gate_share`` of the material's. Number: ``largest_share``.
    Raises ``ValueError`` for negative values. All of the premium is passed on and nothing on top: a trader who works
    with percentages would add more.
    """
    within(0, float("inf"), amount_kg=amount_kg, premium=premium, premium_level=premium_level,
           premium_carbon_price=premium_carbon_price)
    above(0, product_price=product_price, material_price=material_price)
    net = maximum(0, premium * premium_level - premium_carbon_price * co2_saved)
    extra = amount_kg / 1000 * net
    return {
        "net_premium": net,
        "extra": extra,
        "share": extra / product_price,
        "gate_share": net / material_price,
        "largest_share": largest(extra / product_price),
    }


def learned_cost(cost, volume, first_volume, learning):
    """Wright's law: cost falls by the same fraction with every doubling of volume.

    Formula: c0 · (x / x0)^log2(1 − LR). cost, volume, first_volume: above 0. learning: LR, from 0, below 1.
    Raises ``ValueError`` otherwise. Source: wright1936, who counted all units ever made.
    """
    above(0, cost=cost, volume=volume, first_volume=first_volume)
    within(0, 0.99, learning=learning)
    return cost * (volume / first_volume) ** (log(1 - learning) / log(2))


def hydrogen_cost(volume, electrolyser_rate, steel_electricity, steel_learning):
    """The cost of hydrogen in EUR/kg when so much green steel is made a year.

    Yearly cost of one kW of electrolyser, cheaper by Wright's law as more are in use, over the kilograms it makes, plus
    electricity. volume: Mt of steel a year; below the first megatonne cost does not rise. electrolyser_rate: cost of
    capital a year. steel_electricity: EUR/MWh. steel_learning: fraction a doubling. Raises ``ValueError`` for negative
    values. Learning from the rest of the world comes on top and is left out.
    """
    within(0, float("inf"), volume=volume, steel_electricity=steel_electricity)
    capex = learned_cost(ELECTROLYSER, maximum(volume, FIRST_VOLUME), FIRST_VOLUME, steel_learning)
    charge = capital_recovery_factor(electrolyser_rate, ELECTROLYSER_LIFE) + ELECTROLYSER_OPERATION
    kilograms = FULL_LOAD_HOURS / ELECTRICITY_PER_KG
    return capex * charge / kilograms + ELECTRICITY_PER_KG * steel_electricity / 1000


def premium_of_steel(volume, electrolyser_rate, steel_electricity, steel_learning, steel_carbon_price):
    """What a tonne of green steel costs more than ordinary steel, in EUR; below zero it is cheaper.

    Formula: 63 kg · (cost of hydrogen − 1.5 EUR/kg) − carbon price · 2.0 t. Arguments as in :func:`hydrogen_cost`;
    steel_carbon_price: EUR/t CO2 that ordinary steel really pays, after free allowances.
    """
    cost = hydrogen_cost(volume, electrolyser_rate, steel_electricity, steel_learning)
    return HYDROGEN_PER_TONNE * (cost - EVEN_HYDROGEN_COST) - steel_carbon_price * CO2_SAVED


def steel_demand(premium, steel_potential, willing_premium, willing_spread):
    """The Mt a year that buyers take at this premium: a logistic curve.

    Formula: P / (1 + e^((premium − w) / s)): half of the potential P would pay w EUR/t or more. Spread s above 0.
    """
    within(0, float("inf"), steel_potential=steel_potential)
    above(0, willing_spread=willing_spread)
    return steel_potential / (1 + exp((premium - willing_premium) / willing_spread))


def rate_under_contract(discount_rate, offtake_share, offtake_discount=0.03):
    """The cost of capital when a share of the output is sold under long contracts.

    Formula: r − share · discount. offtake_share: 0 to 1. offtake_discount: a year, what contracts for all of the output
    take off. Raises ``ValueError`` otherwise. Source: our formula; lenders' terms differ.
    """
    within(0, 1, offtake_share=offtake_share)
    return discount_rate - offtake_share * offtake_discount


def demand_loop(volume, pledged_volume, offtake_share, steel_electricity, steel_learning, steel_carbon_price,
                willing_premium, willing_spread=20, steel_potential=60, discount_rate=0.08, offtake_discount=0.03):
    """Volume lowers cost, cost lowers the premium, a lower premium brings volume: where does that lead?

    volume: a column in Mt a year, rising. pledged_volume: Mt a year that a buyers' club takes whatever it costs.
    offtake_share: of the output under long contracts, 0 to 1; the cost of capital falls from ``discount_rate`` by as
    much of ``offtake_discount``. Others as above.

    Result, by row: ``demand`` in Mt a year and ``premium`` in EUR/t if this volume were made. Numbers:
    ``first_premium`` and ``first_demand`` at today's cost; ``settles``, the volume after 60 rounds that start with the
    pledge, and ``final_premium`` there; ``tips``, the least volume, read between the rows, that demand keeps up with (0
    if it does so from the start, a million if it never does); ``case``: 0 never, 1 from a threshold on, 2 from the
    start; ``takes_off``: 1 if the market settles above the threshold.

    A fixed point is a volume that demand just meets. It is stable where the demand curve crosses the diagonal from
    above, and a tipping point where it crosses from below. Volume stands for experience: Wright's law is read on yearly
    volume, as if plants in use were all plants ever built.
    """
    within(0, float("inf"), pledged_volume=pledged_volume)
    rate = rate_under_contract(discount_rate, offtake_share, offtake_discount)

    def premium_at(made):
        return premium_of_steel(made, rate, steel_electricity, steel_learning, steel_carbon_price)

    def demand_at(made):
        return steel_demand(premium_at(made), steel_potential, willing_premium, willing_spread)

    settled = maximum(pledged_volume, demand_at(FIRST_VOLUME))
    for _ in range(60):
        settled = maximum(pledged_volume, demand_at(settled))
    demand = demand_at(volume)
    tips = _first_crossing(list(volume), list(demand))
    return {
        "demand": demand,
        "premium": premium_at(volume),
        "first_premium": premium_at(FIRST_VOLUME),
        "first_demand": demand_at(FIRST_VOLUME),
        "settles": settled,
        "final_premium": premium_at(settled),
        "tips": tips,
        "case": where(tips == NONE, 0, where(tips == 0, 2, 1)),
        "takes_off": where((tips < NONE) & (settled > 1.01 * maximum(tips, pledged_volume)), 1, 0),
    }


def _first_crossing(volumes, demands):
    """The least volume at which demand reaches the diagonal from below, by a straight line between two rows."""
    gaps = [demand - volume for volume, demand in zip(volumes, demands, strict=True)]
    found = [where(gaps[0] >= 0, 0, NONE)]
    for k in range(1, len(volumes)):
        rises = (gaps[k - 1] < 0) & (gaps[k] >= 0)
        rise = where(rises, gaps[k] - gaps[k - 1], 1)
        found.append(where(rises, volumes[k - 1] - gaps[k - 1] * (volumes[k] - volumes[k - 1]) / rise, NONE))
    return smallest(column(found))
