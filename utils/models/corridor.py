"""Hydrogen from Houston to Antwerp: what is left of its energy, and what a delivered kilogram costs.

Nothing is priced anew here: ships and plants come from :mod:`transport` (chapter 2), grey hydrogen from :mod:`hydrogen`
(chapter 2), and the tax credit's term from :mod:`tax_credits` (chapter 3).
"""

from __future__ import annotations

from utils.expressions import above, column, exp, log, smallest, total, where, within
from utils.models.hydrogen import KWH_PER_KG, grey_parts
from utils.models.tax_credits import HYDROGEN_TERM, annuity
from utils.models.transport import cost_per_tonne

STEPS = ("made", "packed", "shipped", "unpacked")
PROJECT_LIFE = 20  # years over which the credit is spread
FUEL_CO2 = 0.279  # t/MWh of fuel oil: 3.114 t a tonne of oil that holds 11.17 MWh (imo2020)
NOT_HYDROGEN = 1e6  # above any cost, price or emission: keeps a carrier out of a minimum
SHARE_OF_VOYAGE_PRICED = 0.5  # of a voyage from outside the European Union (eu2023ets)


def energy_along_chain(kept, outside_kwh, speed, fuel, payload, boil_off, sea_distance):
    """What is left of a kilowatt-hour of hydrogen after each step, net of the energy brought in from outside.

    Carried: c_k = c_{k−1} · kept_k, and (1 − boil-off)^hours at sea. Left: c_k − Σ (outside_j · c_j) − ship fuel. A
    kilowatt-hour of electricity or ship fuel counts as one of hydrogen.

    Columns, four rows for each carrier (made, packed, shipped, unpacked): kept, the share of the energy that stays in
    the carrier; outside_kwh, electricity for each kilowatt-hour that leaves the step; and, the same in all rows of a
    carrier: speed, km/h; fuel, MWh/km; payload, t of hydrogen delivered a trip; boil_off, a share an hour.
    sea_distance: km, one way; ships come back empty.

    Outputs by row: ``carried`` and ``left``, fractions of the start. Numbers: ``best``, the largest share left after
    the last step, and ``left_cracked``, that of the second carrier, cracked ammonia. Raises ``ValueError`` for values
    out of range or rows that are not four for each carrier. Sources: heuser2019, dechema2017, engie2020, hampp2023.
    Heat that ammonia synthesis or the loading of oil gives off is not credited.
    """
    within(0, 1, kept=kept, boil_off=boil_off)
    within(0, float("inf"), outside_kwh=outside_kwh, fuel=fuel)
    above(0, speed=speed, payload=payload, sea_distance=sea_distance)
    if len(kept) % len(STEPS):
        raise ValueError(f"kept has {len(kept)} rows; allowed are four for each carrier: {', '.join(STEPS)}")
    ship = [list(values) for values in (speed, fuel, payload, boil_off)]
    kept, outside = list(kept), list(outside_kwh)
    carried, left = [], []
    for first in range(0, len(kept), len(STEPS)):
        km_per_hour, fuel_per_km, tonnes, boils = (values[first] for values in ship)
        at_sea = exp(sea_distance / km_per_hour * log(1 - boils))
        contents = [kept[first]]
        for row, name in enumerate(STEPS[1:], first + 1):
            contents.append(contents[-1] * kept[row] * (at_sea if name == "shipped" else 1))
        fuel_used = 2 * sea_distance * fuel_per_km / (tonnes * KWH_PER_KG) * contents[-1]  # for each kWh at the start
        spent = 0
        for row, (name, content) in enumerate(zip(STEPS, contents, strict=True), first):
            spent = spent + content * outside[row] + (fuel_used if name == "shipped" else 0)
            left.append(content - spent)
        carried += contents
    ends = left[len(STEPS) - 1 :: len(STEPS)]
    return {
        "carried": column(carried),
        "left": column(left),
        "best": -smallest([-end for end in ends]),
        "left_cracked": ends[1],
    }


def delivered_cost(as_hydrogen, plant_capex, plant_operation, plant_life, electricity, own_use, tank_capex, line_capex,
                   line_least, line_flow, line_largest, line_electricity, payload, vehicle_capex, speed, port_hours,
                   hours_per_year, fuel, fuel_price, crew, moving_operation, moving_life, handling_loss, boil_off,
                   sea_distance, hydrogen_volume, hydrogen_price, hydrogen_credit, electricity_price, allowance_price,
                   gas_price, dollars_per_euro, discount_rate):
    """What a kilogram of hydrogen from Houston costs in Antwerp, carrier by carrier, and what it competes with.

    Delivered = price in Houston less the credit + plants + ships + electricity + losses + carbon price of the voyage.
    The credit is paid for 10 years; spread over 20 it is credit · annuity(10) / annuity(20). Losses are charged at the
    price after the credit, which is never below zero.

    Columns up to boil_off: the table ``hydrogen_carriers``, see :func:`utils.models.transport.cost_per_tonne`;
    as_hydrogen is 1 if hydrogen arrives and 0 if it is ammonia.
    sea_distance: km. hydrogen_volume: Mt a year. hydrogen_price: EUR/kg in Houston. hydrogen_credit: USD/kg.
    electricity_price: EUR/MWh at both ends. allowance_price: EUR/t CO2, on half of the ship's emissions and all of grey
    hydrogen's. gas_price: EUR/MWh in Antwerp. dollars_per_euro. discount_rate: a year.

    Outputs by row, EUR/kg delivered: ``made``, ``plants``, ``moving``, ``power``, ``losses``, ``carbon`` and their sum
    ``cost``. Numbers: ``made_in_houston`` EUR/kg after the credit; ``cheapest`` of the carriers that deliver hydrogen,
    and ``grey``, EUR/kg; ``gap`` between the two; ``closing_price`` EUR/t at which the gap closes (0: it is closed
    without one); ``voyage_co2`` kg a kg, by the cheapest. Raises ``ValueError`` for values out of range.
    Sources: those of the two tables; usc45v and taxpayer2025 for the credit; eu2023ets for the half of the voyage.
    Free allowances, CBAM, harbours and the buyer's own pipes are left out. Ammonia that is not cracked is counted by
    its energy; it competes with grey ammonia, not with grey hydrogen.
    """
    within(0, float("inf"), hydrogen_price=hydrogen_price, hydrogen_credit=hydrogen_credit,
           allowance_price=allowance_price)
    above(0, dollars_per_euro=dollars_per_euro, sea_distance=sea_distance)
    after_credit = hydrogen_price - levelised_credit(hydrogen_credit, discount_rate) / dollars_per_euro
    made = where(after_credit > 0, after_credit, 0)
    parts = cost_per_tonne(
        sea_distance, hydrogen_volume, plant_capex, plant_operation, plant_life, electricity, own_use, tank_capex,
        line_capex, line_least, line_flow, line_largest, line_electricity, payload, vehicle_capex, speed, port_hours,
        hours_per_year, fuel, fuel_price, crew, moving_operation, moving_life, handling_loss, boil_off,
        electricity_price, made * 1000, 1, discount_rate)
    plants, moving, power, losses = (
        parts[name] / 1000 for name in ("plants", "moving", "electricity_cost", "losses")
    )
    emitted = 2 * sea_distance * fuel * FUEL_CO2 / payload  # kg CO2 a kg delivered
    without_carbon = made + plants + moving + power + losses
    carbon = emitted * SHARE_OF_VOYAGE_PRICED * allowance_price / 1000
    cost = without_carbon + carbon
    hydrogen_only = where(as_hydrogen == 1, cost, NOT_HYDROGEN)
    cheapest = smallest(hydrogen_only)
    grey = total(list(grey_parts(gas_price, allowance_price, discount_rate).values()))
    grey_free = total(list(grey_parts(gas_price, 0, discount_rate).values()))
    slope = grey_parts(gas_price, 1, discount_rate)["carbon"] - emitted * SHARE_OF_VOYAGE_PRICED / 1000
    closing = smallest(where(as_hydrogen == 1, (without_carbon - grey_free) / slope, NOT_HYDROGEN))
    return {
        "made": made + 0 * emitted,
        "plants": plants,
        "moving": moving,
        "power": power,
        "losses": losses,
        "carbon": carbon,
        "cost": cost,
        "made_in_houston": made,
        "cheapest": cheapest,
        "grey": grey,
        "gap": cheapest - grey,
        "closing_price": where(closing > 0, closing, 0),
        "voyage_co2": smallest(where(hydrogen_only <= cheapest, emitted, NOT_HYDROGEN)),
    }


def levelised_credit(hydrogen_credit, discount_rate):
    """A credit paid for 10 years, spread over the 20 years of a project. In the credit's unit.

    Formula: credit · annuity(10) / annuity(20). Raises ``ValueError`` below zero. Source: usc45v for the term.
    """
    within(0, float("inf"), hydrogen_credit=hydrogen_credit)
    return hydrogen_credit * annuity(0, discount_rate, HYDROGEN_TERM) / annuity(0, discount_rate, PROJECT_LIFE)
