"""What hydrogen costs: from water and electricity now, after more has been built, and from natural gas."""

from __future__ import annotations

from utils.expressions import above, column, cumulative, exp, log, maximum, minimum, smallest, total, where, within
from utils.models.finance import capital_recovery_factor

KWH_PER_KG = 33.33  # lower heating value of hydrogen
ELECTROLYSER_LIFE = 25  # years (danish2024fuels)
ELECTROLYSER_OPERATION = 0.04  # of the investment, a year (danish2024fuels)
REFORMER_EFFICIENCY = 0.76  # lower heating values (iea2020lcoh)
REFORMER_CAPEX = 659  # EUR per kW of gas (danish2024fuels)
REFORMER_LIFE, REFORMER_OPERATION, REFORMER_HOURS = 30, 0.05, 8300
GAS_CO2 = 0.202  # kg CO2 per kWh of natural gas, lower heating value (ipcc2006)
WATER = 0.02  # EUR/kg of hydrogen: about 10 litres, treated


def electrolysis_parts(full_load_hours, electricity_price, electrolyser_capex, electrolyser_efficiency, discount_rate):
    """The levelised cost of a kilogram of electrolytic hydrogen in four parts, EUR/kg.

    Formula: (CRF(r, 25) + 4 %) · capex / kg a year of one kW + electricity price · kWh per kg + water, where a kW makes
    full_load_hours · efficiency / 33.33 kg a year.

    full_load_hours: hours a year, above 0, up to 8,760. electricity_price: EUR/MWh, 0 or more. electrolyser_capex:
    EUR/kW of electricity, 0 or more. electrolyser_efficiency: lower heating value out for electricity in, above 0, up
    to 1. discount_rate: a year. Raises ``ValueError`` otherwise. Sources: danish2024fuels; the form is common.
    One price for all hours; no stack replaced early, no grid fee, no oxygen or heat sold.
    """
    above(0, full_load_hours=full_load_hours, electrolyser_efficiency=electrolyser_efficiency)
    within(0, 8760, full_load_hours=full_load_hours)
    within(0, 1, electrolyser_efficiency=electrolyser_efficiency)
    within(0, float("inf"), electricity_price=electricity_price, electrolyser_capex=electrolyser_capex)
    electricity = KWH_PER_KG / electrolyser_efficiency  # kWh per kg
    kilograms = full_load_hours / electricity  # a year, from one kW
    return {
        "capital": capital_recovery_factor(discount_rate, ELECTROLYSER_LIFE) * electrolyser_capex / kilograms,
        "operation": ELECTROLYSER_OPERATION * electrolyser_capex / kilograms,
        "electricity": electricity * electricity_price / 1000,
        "water": WATER,
    }


def grey_parts(gas_price, grey_carbon_price, discount_rate):
    """The cost of a kilogram of hydrogen from natural gas without capture, EUR/kg: ``plant``, ``gas`` and ``carbon``.

    gas_price: EUR/MWh, lower heating value. grey_carbon_price: EUR/t CO2, on all CO2 of the gas burnt and reformed.
    Both 0 or more. Sources: danish2024fuels, iea2020lcoh, ipcc2006. Leaks of methane upstream are left out.
    """
    within(0, float("inf"), gas_price=gas_price, grey_carbon_price=grey_carbon_price)
    gas = KWH_PER_KG / REFORMER_EFFICIENCY  # kWh per kg
    charge = capital_recovery_factor(discount_rate, REFORMER_LIFE) + REFORMER_OPERATION
    return {
        "plant": charge * REFORMER_CAPEX * gas / REFORMER_HOURS,
        "gas": gas * gas_price / 1000,
        "carbon": gas * GAS_CO2 * grey_carbon_price / 1000,
    }


def waterfall(step, full_load_hours, electricity_price, electrolyser_capex, electrolyser_efficiency, gas_price,
              grey_carbon_price, discount_rate):
    """The cost of a kilogram, part on part, beside the cost of grey hydrogen.

    step: column, the rows of the chart, 0 … 8: four parts of electrolysis, its sum, three parts of grey, its sum.
    Others as in :func:`electrolysis_parts` and :func:`grey_parts`.

    Result, by row, in EUR/kg: ``start`` and ``end`` of its bar. Numbers: ``green``, ``grey``, ``ratio`` of the two, and
    ``break_even_electricity``: the price in EUR/MWh at which they are equal (below zero: never).
    """
    parts = list(electrolysis_parts(full_load_hours, electricity_price, electrolyser_capex, electrolyser_efficiency,
                                    discount_rate).values())
    others = list(grey_parts(gas_price, grey_carbon_price, discount_rate).values())
    green, grey = total(parts), total(others)
    if len(step) != len(parts) + len(others) + 2:
        raise ValueError(f"step has {len(step)} rows; allowed are {len(parts) + len(others) + 2}, one for each bar")
    bars = [*_stacked(parts), (0, green), *_stacked(others), (0, grey)]
    per_kilogram = KWH_PER_KG / electrolyser_efficiency / 1000  # MWh
    return {
        "start": column([start for start, _ in bars]),
        "end": column([end for _, end in bars]),
        "green": green,
        "grey": grey,
        "ratio": green / grey,
        "break_even_electricity": electricity_price - (green - grey) / per_kilogram,
    }


def _stacked(parts):
    """Where each part starts and ends when they stand on one another."""
    bars, height = [], 0
    for part in parts:
        bars.append((height, height + part))
        height = height + part
    return bars


def learning_exponent(learning_rate):
    """The exponent b of Wright's law: cost falls by the learning rate with each doubling, so b = log2(1 − rate)."""
    within(0, 0.99, learning_rate=learning_rate)
    return log(1 - learning_rate) / LOG_2


LOG_2 = 0.6931471805599453


def cost_after_learning(cost, built, built_at_first, learning_rate):
    """Wright's law: cost · (built / built_at_first)^log2(1 − learning_rate) (wright1936).

    built, built_at_first: everything built so far and at first, any unit, above 0. learning_rate: 0 to 0.99.
    """
    above(0, built=built, built_at_first=built_at_first)
    return cost * exp(learning_exponent(learning_rate) * log(built / built_at_first))


def learning_rate_seen(cost_ratio, doublings):
    """The learning rate behind a fall in cost: 1 − ratio^(1 / doublings).

    cost_ratio: later over earlier cost, above 0. doublings of what was built, above 0.
    """
    above(0, cost_ratio=cost_ratio, doublings=doublings)
    return 1 - exp(log(cost_ratio) / doublings)


def path_to_parity(year, electrolyser_learning, electrolyser_growth, electrolyser_capex, electricity_price,
                   electricity_fall, full_load_hours, gas_price, grey_carbon_price, grey_carbon_price_rise,
                   discount_rate=0.08, electrolyser_efficiency=0.62):
    """Green and grey hydrogen year by year, and the first year in which green is not dearer.

    Electrolysers built so far grow by electrolyser_growth a year from 2 GW, up to 5,000 GW; their cost follows
    Wright's law, down to 200 EUR/kW. Electricity gets cheaper by electricity_fall a year. The carbon price rises by
    grey_carbon_price_rise (EUR/t) a year; gas costs the same throughout.

    year: column of years, rising by one; costs given are those of the first. electrolyser_learning,
    electrolyser_growth, electricity_fall: fractions. Others as in :func:`electrolysis_parts` and :func:`grey_parts`.

    Result, by year: ``green``, ``grey`` and ``grey_with_carbon`` in EUR/kg, ``capex`` in EUR/kW. Numbers:
    ``parity`` and ``parity_with_carbon``, the position of that year in the column; the number of rows if there is none.
    The world's builders decide the growth, not the reader: a forecast it is not.
    """
    within(0, 10, electrolyser_growth=electrolyser_growth)
    within(0, 1, electricity_fall=electricity_fall)
    within(0, float("inf"), grey_carbon_price_rise=grey_carbon_price_rise)
    age = year - smallest(year)
    built = minimum(FIRST_GW * exp(age * log(1 + electrolyser_growth)), LAST_GW)
    capex = maximum(LEAST_CAPEX, cost_after_learning(electrolyser_capex, built, FIRST_GW, electrolyser_learning))
    power = electricity_price * (1 - electricity_fall) ** age
    green = total(list(electrolysis_parts(full_load_hours, power, capex, electrolyser_efficiency,
                                          discount_rate).values()))
    grey = total(list(grey_parts(gas_price, 0, discount_rate).values()))
    taxed = total(list(grey_parts(gas_price, grey_carbon_price + grey_carbon_price_rise * age, discount_rate).values()))
    return {
        "green": green,
        "grey": grey + 0 * age,  # the same for every year
        "grey_with_carbon": taxed,
        "capex": capex,
        "parity": _first(green <= grey),
        "parity_with_carbon": _first(green <= taxed),
    }


FIRST_GW = 2.0  # GW of electrolysers in the first year: 1.4 GW at the end of 2023 (iea2024hydrogen) and growing
LEAST_CAPEX = 200.0  # EUR/kW: concrete, steel and fitters learn little; a round figure of ours
LAST_GW = 5000.0  # a ceiling, of the order of what net-zero scenarios hold in 2050


def _first(condition):
    """The position of the first row that fulfils the condition; the number of rows if none does."""
    met = where(condition, 1, 0)
    return len(met) - total(where(cumulative(met) > 0, 1, 0))
