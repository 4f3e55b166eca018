"""A steady supply of hydrogen from sun and wind: an hourly dispatch of generation, battery, electrolyser and store.

Everything is per megawatt of constant hydrogen demand (lower heating value), so results hold for any size.
"""

from __future__ import annotations

from functools import cache
from itertools import product

from utils.expressions import above, column, smallest, total, where, within
from utils.models.finance import capital_recovery_factor

HOURS = 8760
KWH_PER_KG = 33.33  # lower heating value of hydrogen
EFFICIENCY = 0.622  # of the electrolyser, hydrogen out for electricity in, of 2030 (danish2024fuels)
BATTERY_EFFICIENCY = 0.96  # of charging and discharging together (danish2024storage)
BATTERY_HOURS = 4  # the battery empties or fills at full power in so many hours


def generation(solar, wind, oversizing, wind_share):
    """Hourly electricity in MW, and the MW of panels and turbines that make it, for 1 MW of hydrogen demand.

    oversizing: the year's generation over what the electrolyser needs to serve the whole demand (1: just enough
    energy, were no hour lost). wind_share: the part of that energy that wind makes, 0 to 1. solar, wind: capacity
    factors of the 8,760 hours, 0 to 1. Raises ``ValueError`` for a table with a gap, or no sun or wind to build on.
    """
    import numpy as np

    above(0, oversizing=oversizing)
    within(0, 1, wind_share=wind_share)
    solar, wind = (_full_year(name, series) for name, series in (("solar", solar), ("wind", wind)))
    needed = oversizing / EFFICIENCY
    capacities = {}
    for name, series, share in (("solar", solar, 1 - wind_share), ("wind", wind, wind_share)):
        if share and not series.any():
            raise ValueError(f"{name} is zero in every hour; allowed is a series with output, or no share of it")
        capacities[f"{name}_mw"] = needed * share / series.mean() if share else 0.0
    power = capacities["solar_mw"] * solar + capacities["wind_mw"] * wind
    return np.asarray(power), capacities


def _full_year(name, series):
    """The hours as an array; refuses a gap, for a missing hour would count as calm and dark."""
    import numpy as np

    hours = np.asarray(series, dtype=float)
    if len(hours) != HOURS:
        raise ValueError(f"{name} has {len(hours)} hours; allowed are {HOURS}, a whole year without a gap")
    if np.isnan(hours).any():
        gap = int(np.isnan(hours).argmax())
        raise ValueError(f"{name} has no value in hour {gap}; allowed is a whole year without a gap")
    within(0, 1, **{name: [hours.min(), hours.max()]})
    return hours


def dispatch(power, electrolyser_mw, battery_mwh, store_mwh, demand=1.0):
    """Run the system hour by hour: make hydrogen as soon as possible, store what is too much, serve the demand.

    Each hour the electrolyser takes what it can, up to its size and to the room in the store; the battery bridges
    what is missing and takes what is left over; the rest is curtailed. The year is run twice and the second time
    counts, so that the first hour starts with what the last one leaves.

    power: MW of electricity by hour. electrolyser_mw: MW of electricity in. battery_mwh, store_mwh: MWh, of
    electricity and of hydrogen. demand: MW of hydrogen. All 0 or more.

    Result: arrays by hour, ``electrolyser``, ``curtailed``, ``charged``, ``discharged``, ``served`` in MW, ``battery``
    and ``store`` in MWh at the end of the hour, and the numbers ``battery_start`` and ``store_start``.
    It is a rule, not an optimum: it does not know tomorrow's weather.
    """
    import numpy as np

    hours = np.asarray(power, dtype=float).tolist()
    within(0, float("inf"), power=[min(hours), max(hours)], electrolyser_mw=electrolyser_mw, battery_mwh=battery_mwh,
           store_mwh=store_mwh, demand=demand)
    sizes = electrolyser_mw, battery_mwh, store_mwh, demand
    start = _year(hours, *sizes, battery_mwh / 2, store_mwh / 2, flows=None)
    flows: list[tuple] = []
    _year(hours, *sizes, *start, flows)
    names = ("electrolyser", "curtailed", "charged", "discharged", "served", "battery", "store")
    result = dict(zip(names, np.array(flows).T, strict=True))
    return result | {"battery_start": start[0], "store_start": start[1]}


def _year(hours, electrolyser_mw, battery_mwh, store_mwh, demand, battery, store, flows):
    """One pass over the hours from two levels to two levels; the flows of each hour are added to the list, if any.

    Plain floats: 8,760 dependent steps run faster so than as arrays of length one.
    """
    battery_mw = battery_mwh / BATTERY_HOURS
    for power in hours:
        useful = (demand + store_mwh - store) / EFFICIENCY
        if useful > electrolyser_mw:
            useful = electrolyser_mw
        charged = discharged = curtailed = 0.0
        if power >= useful:
            taken, curtailed = useful, power - useful
            if battery_mwh:
                charged = min(curtailed, battery_mw, (battery_mwh - battery) / BATTERY_EFFICIENCY)
                battery += charged * BATTERY_EFFICIENCY
                curtailed -= charged
        else:
            if battery:
                discharged = min(useful - power, battery_mw, battery)
                battery -= discharged
            taken = power + discharged
        store += taken * EFFICIENCY
        served = demand if store > demand else store
        store -= served
        if store > store_mwh:  # by rounding, some 1e-16
            store = store_mwh
        if flows is not None:
            flows.append((taken, curtailed, charged, discharged, served, battery, store))
    return battery, store


def supply(solar, wind, oversizing, wind_share, electrolyser_mw, battery_mwh, store_days):
    """Build and run one system: its capacities in MW and MWh, and what it does with the year.

    Arguments as in :func:`generation` and :func:`dispatch`; store_days: days of demand that the full store holds.
    Result: the capacities, ``hours`` (the dispatch), ``met_share`` and ``curtailed_share`` (of the generation).
    """
    power, capacities = generation(solar, wind, oversizing, wind_share)
    sizes = capacities | {"electrolyser_mw": electrolyser_mw, "battery_mwh": battery_mwh, "store_mwh": 24 * store_days}
    hours = dispatch(power, electrolyser_mw, battery_mwh, 24 * store_days)
    return sizes | {
        "hours": hours | {"power": power},
        "met_share": float(hours["served"].mean()),
        "curtailed_share": float(hours["curtailed"].sum() / power.sum()),
    }


def designs(solar, wind, oversizing, wind_share, electrolyser_mw, battery_mwh, store_days):
    """Run every combination of the given sizes (each a list): one row a design, the most reliable first.

    Result: a DataFrame.
    """
    import pandas as pd

    choices = {"oversizing": oversizing, "wind_share": wind_share, "electrolyser_mw": electrolyser_mw,
               "battery_mwh": battery_mwh, "store_days": store_days}
    rows = []
    for sizes in product(*choices.values()):
        chosen = dict(zip(choices, sizes, strict=True))
        ran = supply(solar, wind, **chosen)
        rows.append(chosen | {name: round(ran[name], 4) for name in
                              ("solar_mw", "wind_mw", "store_mwh", "met_share", "curtailed_share")})
    return pd.DataFrame(rows).sort_values("met_share", ascending=False, kind="stable", ignore_index=True)


def cost_of_supply(solar_mw, wind_mw, electrolyser_mw, battery_mwh, store_mwh, met_share, solar_capex, wind_capex,
                   electrolyser_capex, battery_capex, hydrogen_store_capex, discount_rate):
    """The levelised cost of the hydrogen that is really delivered, in EUR/kg, and its parts.

    Formula: Σ (CRF(r, life) + fixed operation) · capex · size / (met_share · 8,760 h · 1 MW / 33.33 kWh/kg).

    sizes: MW or MWh for 1 MW of demand. met_share: above 0, up to 1. solar_capex, wind_capex, electrolyser_capex: EUR
    per kW of electricity; battery_capex, hydrogen_store_capex: EUR per kWh. discount_rate: a year.
    Lives and operation are those of the Danish Energy Agency (danish2024power, danish2024storage, danish2024fuels).
    Numbers or columns. Raises ``ValueError`` for a size or cost below 0 or a share out of range.
    It buys no land, no water, no grid connection, and replaces nothing early.
    """
    within(0, float("inf"), solar_mw=solar_mw, wind_mw=wind_mw, electrolyser_mw=electrolyser_mw,
           battery_mwh=battery_mwh, store_mwh=store_mwh, solar_capex=solar_capex, wind_capex=wind_capex,
           electrolyser_capex=electrolyser_capex, battery_capex=battery_capex,
           hydrogen_store_capex=hydrogen_store_capex)
    above(0, met_share=met_share)
    within(0, 1, met_share=met_share)

    def yearly(size, capex, life, operation):  # EUR a year, for sizes in MW (MWh) and EUR per kW (kWh)
        return (capital_recovery_factor(discount_rate, life) + operation) * capex * 1000 * size

    kilograms = met_share * (HOURS * 1000 / KWH_PER_KG)
    parts = {
        "generation": yearly(solar_mw, solar_capex, 40, 0.025) + yearly(wind_mw, wind_capex, 30, 0.012),
        "electrolysis": yearly(electrolyser_mw, electrolyser_capex, 25, 0.04),
        "storage": yearly(store_mwh, hydrogen_store_capex, 30, 0.01) + yearly(battery_mwh, battery_capex, 20, 0.003),
    }
    parts = {name: cost / kilograms for name, cost in parts.items()}
    return parts | {"cost": total(list(parts.values()))}


def cost_of_reliability(solar_mw, wind_mw, electrolyser_mw, battery_mwh, store_mwh, met_share, solar_capex, wind_capex,
                        electrolyser_capex, battery_capex, hydrogen_store_capex, discount_rate):
    """What it costs to serve more and more of the demand: the cheapest of many designs that serves at least so much.

    Arguments as in :func:`cost_of_supply`, the sizes as columns, one row a design.

    Result, by row, in EUR/kg delivered: ``cost``, and ``cheapest``, the least cost of this or a more reliable design.
    Numbers: ``cost_90``, ``cost_99`` and ``cost_100`` for serving at least 90 %, 99 % and 99.95 % of the demand, and
    ``last_per_cent``: what a kilogram costs that is delivered between 99 % and 100 %. Only designs of the table are
    compared, so the true frontier lies on or below. Raises ``ValueError`` if no design serves 99.95 %.
    """
    cost = cost_of_supply(solar_mw, wind_mw, electrolyser_mw, battery_mwh, store_mwh, met_share, solar_capex,
                          wind_capex, electrolyser_capex, battery_capex, hydrogen_store_capex, discount_rate)["cost"]
    _check_reliability(met_share)

    def at_least(share):
        return smallest(where(met_share >= share, cost, 1e9))

    return {
        "cost": cost,
        "cheapest": column([at_least(share) for share in list(met_share)]),
        "cost_90": at_least(0.9),
        "cost_99": at_least(0.99),
        "cost_100": at_least(0.9995),
        "last_per_cent": (at_least(0.9995) - 0.99 * at_least(0.99)) / 0.01,
    }


def _check_reliability(met_share):
    """Some design must serve nearly everything; recorded expressions pass."""
    shares = [share for share in list(met_share) if isinstance(share, (int, float))]
    if shares and max(shares) < 0.9995:
        raise ValueError(f"met_share is at most {max(shares):g}; allowed is a table with a design of 0.9995 or more")


def year_of_supply(weather_place, oversizing, wind_share, store_days):
    """A solver: what a plant at one of two places serves month by month, and what that costs.

    weather_place: 0 Greensboro, 1 Sand Point (table ``hourly_profiles``). Others as in :func:`supply`. The electrolyser
    takes 4 MW for 1 MW of hydrogen, 2.5 times what it needs on average; there is no battery. Costs are the defaults
    of the assumptions.

    Result, by month: ``served``, per cent of the month's demand. Numbers: ``met_share``, ``curtailed_share``,
    ``longest_gap`` (hours in a row without full supply) and ``kilogram_cost`` (EUR per kg delivered).
    """
    from utils import assumptions

    name = ("greensboro", "sand_point")[round(weather_place)]
    ran = supply(_profile(f"{name}_solar"), _profile(f"{name}_wind"), oversizing, wind_share, 4.0, 0.0, store_days)
    costs = {cost: assumptions.get(cost).default for cost in
             ("solar_capex", "wind_capex", "electrolyser_capex", "battery_capex", "hydrogen_store_capex",
              "discount_rate")}
    sizes = {size: ran[size] for size in ("solar_mw", "wind_mw", "electrolyser_mw", "battery_mwh", "store_mwh")}
    hours = ran["hours"]
    served, days = _by_month(hours["served"]), _by_month([1 / 24] * HOURS)
    return {
        "served": [round(100 * float(s / (24 * d))) for s, d in zip(served, days, strict=True)],
        "met_share": round(ran["met_share"], 6),
        "curtailed_share": round(ran["curtailed_share"], 6),
        "longest_gap": _longest_run(hours["served"] < 1 - 1e-9),
        "kilogram_cost": round(float(cost_of_supply(**sizes, met_share=ran["met_share"], **costs)["cost"]), 6),
    }


@cache
def _profile(series):
    """A column of the table ``hourly_profiles``, read once."""
    from utils import data

    return data.table("hourly_profiles")[series].to_numpy()


def _by_month(series):
    """Sums over the twelve months of a year of 365 days."""
    lengths = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    sums, start = [], 0
    for days in lengths:
        sums.append(sum(list(series[start:start + 24 * days])))
        start += 24 * days
    return sums


def _longest_run(flags):
    longest = present = 0
    for flag in flags:
        present = present + 1 if flag else 0
        longest = max(longest, present)
    return longest
