"""Hydrogen from Houston to Antwerp: what is left of its energy, and what a delivered kilogram costs."""

from __future__ import annotations

from utils.expressions import above, column, exp, log, maximum, smallest, total, where, within
from utils.models.finance import capital_recovery_factor

STEPS = ("made", "packed", "stored", "shipped", "unpacked")
KWH_PER_KG = 33.33  # lower heating value of hydrogen
FULL_LOAD_HOURS = 8000.0  # a year, of the plants at both ends
PORT_HOURS = 48.0  # to load or to unload a ship (hampp2023)
SAILING_YEAR = 8760 * 0.95  # hours; the rest is dock and repair
MARINE_FUEL = 50.0  # USD/MWh, about 560 USD a tonne of fuel oil
FUEL_CO2 = 0.279  # t/MWh of fuel oil: 3.114 t/t and 11.17 MWh/t (imo2020)
SHARE_OF_VOYAGE_PRICED = 0.5  # of a voyage from outside the European Union (eu2023ets)
GREY_CO2 = 9.5  # kg CO2/kg of hydrogen from natural gas without capture
CREDIT_YEARS, PROJECT_YEARS = 10, 20


def energy_along_chain(kept, outside_kwh, boil_off, capacity_mwh, speed_kmh, fuel_mwh_km, sea_distance, crack_ammonia):
    """What is left of a kilowatt-hour of hydrogen after each step, net of the energy brought in from outside.

    Carrier: c_k = c_{k−1} · kept_k (and (1 − boil-off)^hours at sea). Left: c_k − Σ outside_j c_j − fuel. Outside
    energy is electricity and ship fuel; a kilowatt-hour counts as one, whatever its form.

    Columns, five rows for each carrier (made, packed, stored, shipped, unpacked): kept, the share of the energy that
    stays in the carrier; outside_kwh, energy from outside for each kilowatt-hour that leaves the step. Columns that
    repeat the carrier's ship in all five rows: boil_off, a share an hour; capacity_mwh; speed_kmh; fuel_mwh_km.
    sea_distance: km, one way; ships sail back empty. crack_ammonia: 0 uses ammonia as it is, 1 cracks it.

    Outputs by row: ``carried`` and ``left``, fractions of the start. Numbers: ``left_liquid``, ``left_ammonia``,
    ``left_oil`` after the last step. Raises ``ValueError`` for values out of range or rows that are not five for each
    of three carriers. Sources: heuser2019, dechema2017, engie2020, hampp2023.
    Heat that ammonia synthesis or LOHC loading gives off is not credited.
    """
    chains = _chains(kept, outside_kwh, boil_off, capacity_mwh, speed_kmh, fuel_mwh_km, sea_distance, crack_ammonia)
    carried = [step["carried"] for chain in chains for step in chain]
    left = [step["left"] for chain in chains for step in chain]
    return {
        "carried": column(carried),
        "left": column(left),
        "left_liquid": left[4],
        "left_ammonia": left[9],
        "left_oil": left[14],
    }


def _chains(kept, outside_kwh, boil_off, capacity_mwh, speed_kmh, fuel_mwh_km, sea_distance, crack_ammonia):
    """For each carrier the five steps: what is carried and left after it, and what went into it."""
    within(0, 1, kept=kept, boil_off=boil_off, crack_ammonia=crack_ammonia)
    within(0, float("inf"), outside_kwh=outside_kwh, fuel_mwh_km=fuel_mwh_km)
    above(0, capacity_mwh=capacity_mwh, speed_kmh=speed_kmh, sea_distance=sea_distance)
    if len(kept) != 3 * len(STEPS):
        raise ValueError(f"kept has {len(kept)} rows; allowed are 15: five steps for each of three carriers")
    columns = [list(values) for values in (kept, outside_kwh, boil_off, capacity_mwh, speed_kmh, fuel_mwh_km)]
    chains = []
    for number in range(3):
        carried, spent, chain = 1, 0, []
        for position, name in enumerate(STEPS):
            stays, outside, boils, capacity, speed, fuel = (
                values[number * len(STEPS) + position] for values in columns
            )
            if name == "unpacked" and number == 1:  # ammonia may be used as it is
                stays, outside = where(crack_ammonia == 1, stays, 1), where(crack_ammonia == 1, outside, 0)
            before, sailing = carried, 0
            if name == "shipped":
                stays = stays * exp(sea_distance / speed * log(1 - boils))
                sailing = before * fuel * 2 * sea_distance / capacity  # there, and back empty
            carried = before * stays
            electricity = carried * outside
            spent = spent + electricity + sailing
            chain.append({"before": before, "carried": carried, "electricity": electricity, "sailing": sailing,
                          "left": carried - spent})
        chains.append(chain)
    return chains


def delivered_cost(kept, outside_kwh, boil_off, capacity_mwh, speed_kmh, fuel_mwh_km, plant_eur_kw, plant_upkeep,
                   plant_life, tank_eur_mwh, tank_upkeep, chemical_eur_mwh, ship_meur, ship_upkeep, ship_life,
                   sea_distance, crack_ammonia, ships, houston_hydrogen_cost, hydrogen_credit, chain_electricity_price,
                   allowance_price, grey_hydrogen_cost, dollars_per_euro, discount_rate):
    """What a kilogram of hydrogen from Houston costs in Antwerp, step by step, and what it competes with.

    Each step bears its own cost and the hydrogen it loses, at the price in Houston less the tax credit (never below 0):
    cost_k = own_k / c_n + p (1/c_k − 1/c_{k−1}); the sum over the steps is the delivered cost. The credit is paid for
    10 of 20 years; spread over all of them it is credit · CRF(20) / CRF(10).

    Columns as in :func:`energy_along_chain`, and: plant_eur_kw (per kW of output), plant_upkeep (a year), plant_life;
    repeated for the carrier: tank_eur_mwh, tank_upkeep, chemical_eur_mwh (the oil that carries hydrogen), ship_meur,
    ship_upkeep, ship_life. Two tanks hold a shipload each and serve all ``ships``. houston_hydrogen_cost and
    hydrogen_credit: USD/kg. chain_electricity_price: USD/MWh. allowance_price: EUR/t CO2, on half of the ship's
    emissions and on the grey hydrogen in Antwerp. grey_hydrogen_cost: USD/kg without carbon.

    Outputs by row: ``cost`` USD/kg delivered. Numbers: ``price`` of hydrogen in Houston after the credit; ``liquid``,
    ``ammonia``, ``oil`` and ``cheapest``, USD/kg delivered; ``transport_liquid`` and so on: the same without
    ``price``, so with the hydrogen lost on the way; ``grey`` USD/kg with carbon; ``gap`` between the cheapest and
    grey; ``closing_price`` EUR/t at which the gap closes; ``voyage_co2`` kg a kg delivered, of the cheapest carrier.
    Raises ``ValueError`` for values out of range.
    Sources: hampp2023 and those it names for the plants and ships; usc45v for the credit.
    Ammonia that is not cracked is counted by its energy: 33.33 kWh are a kilogram.
    """
    within(0, float("inf"), houston_hydrogen_cost=houston_hydrogen_cost, hydrogen_credit=hydrogen_credit,
           chain_electricity_price=chain_electricity_price, allowance_price=allowance_price,
           grey_hydrogen_cost=grey_hydrogen_cost, plant_eur_kw=plant_eur_kw, tank_eur_mwh=tank_eur_mwh,
           chemical_eur_mwh=chemical_eur_mwh, ship_meur=ship_meur)
    within(1, float("inf"), ships=ships)
    above(0, dollars_per_euro=dollars_per_euro)
    chains = _chains(kept, outside_kwh, boil_off, capacity_mwh, speed_kmh, fuel_mwh_km, sea_distance, crack_ammonia)
    price = maximum(0, houston_hydrogen_cost - levelised_credit(hydrogen_credit, discount_rate))
    plants = [list(values) for values in (plant_eur_kw, plant_upkeep, plant_life)]
    tanks = [list(values) for values in (tank_eur_mwh, tank_upkeep, chemical_eur_mwh)]
    vessels = [list(values) for values in (capacity_mwh, speed_kmh, ship_meur, ship_upkeep, ship_life)]
    costs, delivered, carbon_slope, voyage = [], [], [], []
    for number, chain in enumerate(chains):
        first = number * len(STEPS)
        capacity, speed, ship_price, upkeep, life = (values[first] for values in vessels)
        trips = SAILING_YEAR / (2 * sea_distance / speed + 2 * PORT_HOURS)
        arrives = chain[-1]["carried"]
        emitted = chain[3]["sailing"] * KWH_PER_KG * FUEL_CO2 / arrives  # kg CO2 a kg delivered
        own = []
        for position, step in enumerate(chain):
            euros = 0  # for each kWh that leaves the step
            if STEPS[position] in ("packed", "unpacked"):
                investment, yearly, years = (values[first + position] for values in plants)
                if number == 1 and STEPS[position] == "unpacked":
                    investment = where(crack_ammonia == 1, investment, 0)
                euros = investment * (capital_recovery_factor(discount_rate, years) + yearly) / FULL_LOAD_HOURS
            if STEPS[position] == "stored":
                tank, yearly, chemical = (values[first] for values in tanks)
                tank_charge = tank * (capital_recovery_factor(discount_rate, 20) + yearly) * 2 / ships
                chemical_charge = chemical * capital_recovery_factor(discount_rate, 20) * (1 + 2 / ships)
                euros = (tank_charge + chemical_charge) / trips / 1000
            if STEPS[position] == "shipped":
                charge = ship_price * 1e6 * (capital_recovery_factor(discount_rate, life) + upkeep)
                euros = charge / (trips * capacity) / 1000
            dollars = (
                euros * dollars_per_euro * step["carried"]
                + step["electricity"] * chain_electricity_price / 1000
                + step["sailing"] * MARINE_FUEL / 1000
            )
            own.append(dollars * KWH_PER_KG)
        priced = emitted * SHARE_OF_VOYAGE_PRICED * dollars_per_euro / 1000  # USD a kg for each EUR/t
        rows = [
            cost / arrives + (price if position == 0 else price * (1 / step["carried"] - 1 / step["before"]))
            for position, (cost, step) in enumerate(zip(own, chain, strict=True))
        ]
        rows[3] = rows[3] + priced * allowance_price
        costs += rows
        delivered.append(total(rows))
        carbon_slope.append(priced)
        voyage.append(emitted)
    cheapest = smallest(delivered)
    grey = grey_hydrogen_cost + GREY_CO2 * allowance_price * dollars_per_euro / 1000
    closing = [
        (cost - slope * allowance_price - grey_hydrogen_cost) / (GREY_CO2 * dollars_per_euro / 1000 - slope)
        for cost, slope in zip(delivered, carbon_slope, strict=True)
    ]
    return {
        "cost": column(costs),
        **dict(zip(("liquid", "ammonia", "oil"), delivered, strict=True)),
        **{f"transport_{name}": cost - price
           for name, cost in zip(("liquid", "ammonia", "oil"), delivered, strict=True)},
        "price": price,
        "cheapest": cheapest,
        "grey": grey,
        "gap": cheapest - grey,
        "closing_price": where(smallest(closing) > 0, smallest(closing), 0),
        "voyage_co2": total([where(cost <= cheapest, kg, 0) for cost, kg in zip(delivered, voyage, strict=True)]),
    }


def levelised_credit(hydrogen_credit, discount_rate):
    """A credit paid for 10 years, spread over the 20 years of a plant: credit · CRF(r, 20) / CRF(r, 10). USD/kg."""
    within(0, float("inf"), hydrogen_credit=hydrogen_credit)
    return hydrogen_credit * (
        capital_recovery_factor(discount_rate, PROJECT_YEARS) / capital_recovery_factor(discount_rate, CREDIT_YEARS)
    )
