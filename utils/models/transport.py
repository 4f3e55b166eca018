"""Moving hydrogen and CO2: one cost formula for pipelines, ships and trucks, whose parameters are columns of a table.

The tables are ``hydrogen_carriers`` and ``co2_carriers``. A carrier moves its load through a line or in vehicles;
what it has not got is zero in the table.
"""

from __future__ import annotations

from utils.expressions import above, maximum, smallest, total, where, within
from utils.models.finance import capital_recovery_factor

UNAVAILABLE = 1e9  # EUR, above any cost
MAP_DISTANCES = (100, 200, 300, 500, 800, 1300, 2000, 3000, 5000, 8000, 12000)  # km
MAP_VOLUMES = (0.01, 0.03, 0.1, 0.3, 1, 3, 10)  # Mt a year
PARTS = ("plants", "moving", "electricity_cost", "losses")


def cost_per_tonne(distance, volume, plant_capex, plant_operation, plant_life, electricity, own_use, tank_capex,
                   line_capex, line_least, line_flow, line_largest, line_electricity, payload, vehicle_capex, speed,
                   port_hours, hours_per_year, fuel, fuel_price, crew, moving_operation, moving_life, handling_loss,
                   boil_off, electricity_price, load_value, scale_exponent, discount_rate):
    """The cost of one delivered tonne, in EUR/t, in four parts.

    plants: the plants at both ends and the tanks, (CRF + operation) · (plant_capex + tank_capex · 2 payload / volume).
    moving: a line, (CRF + operation) · line_capex · distance · flow^b / volume, where the flow is in units of
    line_flow and cost grows in proportion beyond line_largest (a second line); or vehicles, the same for a fleet of
    volume · trip / (hours_per_year · payload), at least one, plus fuel and crew of a round trip, trip = 2 distance /
    speed + port_hours. electricity_cost: what both ends and the line's compressors use. losses: what is used up or
    lost on the way, at the value of the load.

    distance: km. volume: Mt a year delivered, above 0. Numbers or columns, each carrier's parameters: plant_capex: EUR
    per t/yr delivered. electricity: MWh/t. own_use: t used or lost in plants per t delivered. tank_capex: EUR per t
    held; a shipload at either end. line_capex: million EUR per km at line_flow (Mt/yr), line_least for the smallest
    line there is. line_electricity: MWh/t and 1,000 km. payload: t delivered per trip. vehicle_capex: million EUR,
    with what fills it for good. speed: km/h. port_hours: a round trip. fuel: MWh/km, at fuel_price in EUR/MWh. crew:
    EUR/h, where it is not in the operation. plant_operation, moving_operation: of the capex, a year. handling_loss: of
    the load, in loading and unloading; boil_off: of the load, an hour at sea. electricity_price: EUR/MWh. load_value:
    EUR/t, what a lost tonne cost. scale_exponent: b, above 0, up to 1. discount_rate: a year.

    Raises ``ValueError`` for values out of range. Plants have no economy of scale: they stand for large ones. No
    harbour, no permit, no mountain, no other use of the way back.
    """
    nothing = float("inf")
    above(0, volume=volume, scale_exponent=scale_exponent, plant_life=plant_life, moving_life=moving_life)
    within(0, 1, scale_exponent=scale_exponent, handling_loss=handling_loss, boil_off=boil_off)
    within(0, nothing, distance=distance, plant_capex=plant_capex, electricity=electricity, own_use=own_use,
           tank_capex=tank_capex, line_capex=line_capex, line_least=line_least,
           line_electricity=line_electricity, payload=payload, vehicle_capex=vehicle_capex, speed=speed,
           port_hours=port_hours, fuel=fuel, fuel_price=fuel_price, crew=crew, electricity_price=electricity_price,
           load_value=load_value)
    tonnes = volume * 1e6
    plant_charge = capital_recovery_factor(discount_rate, plant_life) + plant_operation
    moving_charge = capital_recovery_factor(discount_rate, moving_life) + moving_operation

    line_size = _share(volume, line_flow)
    largest = _share(line_largest, line_flow)
    lines = where(volume > line_largest, largest**scale_exponent * _share(volume, line_largest),
                  line_size**scale_exponent)
    line = maximum(line_least, line_capex * lines) * 1e6 * distance

    sailing = _share(distance, speed)
    trip = 2 * sailing + port_hours
    fleet = where(payload > 0, maximum(1, tonnes * _share(trip, hours_per_year * payload)), 0)
    running = _share(2 * distance * fuel * fuel_price + trip * crew, payload)

    lost = own_use + handling_loss + boil_off * sailing
    return {
        "plants": plant_charge * (plant_capex + tank_capex * 2 * payload / tonnes),
        "moving": moving_charge * (line + fleet * vehicle_capex * 1e6) / tonnes + running,
        "electricity_cost": (electricity + line_electricity * distance / 1000) * electricity_price,
        "losses": lost * load_value,
    }


def _share(amount, of):
    """``amount / of``; zero where ``of`` is zero, for a carrier without lines or without vehicles."""
    return where(of > 0, amount / where(of > 0, of, 1), 0)


def deliver_hydrogen(route, as_hydrogen, plant_capex, plant_operation, plant_life, electricity, own_use, tank_capex,
                     line_capex, line_least, line_flow, line_largest, line_electricity, payload, vehicle_capex, speed,
                     port_hours, hours_per_year, fuel, fuel_price, crew, moving_operation, moving_life, handling_loss,
                     boil_off, hydrogen_distance, hydrogen_volume, transport_route, hydrogen_needed, electricity_price,
                     hydrogen_price, scale_exponent=0.6, discount_rate=0.08):
    """What it costs to bring a kilogram of hydrogen to its user, production not included, by carrier.

    route: column, where the carrier runs (0 over land, 1 over land where an old gas pipe lies, 2 across the sea).
    as_hydrogen: column, 1 if hydrogen arrives, 0 if it is ammonia. hydrogen_distance: km. hydrogen_volume: Mt a year.
    transport_route: the way there is, as in ``route``; where an old pipe lies, the carriers of 0 run as well.
    hydrogen_needed: 1 if ammonia will not do. hydrogen_price: EUR/kg where it is made. Others as in
    :func:`cost_per_tonne`.

    Result, by row, in EUR/kg: the four parts and ``cost``, and ``available`` (1 or 0). Numbers: ``cheapest``, the row
    of the cheapest available carrier, and ``cheapest_cost``. A kilogram of ammonia's hydrogen is one of the same
    energy.
    """
    parts = cost_per_tonne(
        hydrogen_distance, hydrogen_volume, plant_capex, plant_operation, plant_life, electricity, own_use, tank_capex,
        line_capex, line_least, line_flow, line_largest, line_electricity, payload, vehicle_capex, speed, port_hours,
        hours_per_year, fuel, fuel_price, crew, moving_operation, moving_life, handling_loss, boil_off,
        electricity_price, hydrogen_price * 1000, scale_exponent, discount_rate)
    kilograms = {name: part / 1000 for name, part in parts.items()}
    return _compared(kilograms, _runs(route, transport_route) & (as_hydrogen >= hydrogen_needed))


def deliver_co2(route, plant_capex, plant_operation, plant_life, electricity, own_use, tank_capex, line_capex,
                line_least, line_flow, line_largest, line_electricity, payload, vehicle_capex, speed, port_hours,
                hours_per_year, fuel, fuel_price, crew, moving_operation, moving_life, handling_loss, boil_off,
                co2_distance, co2_volume, transport_route, electricity_price, scale_exponent=0.6, discount_rate=0.08):
    """What it costs to bring a tonne of captured CO2 to its store, by carrier, in EUR/t.

    co2_distance: km. co2_volume: Mt a year. Others and the result as in :func:`deliver_hydrogen`; CO2 that is lost
    costs nothing here. Compression or liquefaction is included, capture and storage are not.
    """
    parts = cost_per_tonne(
        co2_distance, co2_volume, plant_capex, plant_operation, plant_life, electricity, own_use, tank_capex,
        line_capex, line_least, line_flow, line_largest, line_electricity, payload, vehicle_capex, speed, port_hours,
        hours_per_year, fuel, fuel_price, crew, moving_operation, moving_life, handling_loss, boil_off,
        electricity_price, 0, scale_exponent, discount_rate)
    return _compared(parts, _runs(route, transport_route))


def _runs(route, transport_route):
    return (route == transport_route) | ((transport_route == 1) & (route == 0))


def _compared(parts, available):
    """The parts with their sum, and which available row is the cheapest."""
    cost = total(list(parts.values()))
    offered = where(available, cost, UNAVAILABLE)
    least = smallest(offered)
    cheapest = 0
    for row, one in enumerate(list(offered)):
        cheapest = where(one == least, row, cheapest)
    return parts | {"cost": cost, "available": where(available, 1, 0), "cheapest": cheapest, "cheapest_cost": least}


def cheapest_carriers(distance, volume, hydrogen_price, electricity_price, hydrogen_needed):
    """A solver: which carrier brings hydrogen across the sea most cheaply, for each cell of a map.

    distance, volume: columns, km and Mt a year, such as :func:`map_cells` gives. hydrogen_price, electricity_price,
    hydrogen_needed: as in :func:`deliver_hydrogen`, with its usual values for the rest and the book's table
    ``hydrogen_carriers``. Result: by cell, ``carrier``, its row in that table, and the number ``pipeline_share``, the
    share of the cells where a pipeline wins.
    """
    import numpy as np

    from utils import data

    carriers = data.table("hydrogen_carriers").query("route == 2 and as_hydrogen >= @hydrogen_needed")
    parameters = carriers.drop(columns=["carrier", "route", "as_hydrogen", "source", "status", "note"])
    every = len(distance), len(carriers)  # each cell with each carrier, all at once
    parameters = {name: np.broadcast_to(values, every).ravel() for name, values in parameters.items()}
    parts = cost_per_tonne(np.repeat(distance, len(carriers)), np.repeat(volume, len(carriers)), **parameters,
                           electricity_price=electricity_price, load_value=hydrogen_price * 1000, scale_exponent=0.6,
                           discount_rate=0.08)
    best = np.asarray(total(list(parts.values()))).reshape(every).argmin(axis=1)
    rows = [int(carriers.index[position]) for position in best]
    return {
        "carrier": rows,
        "pipeline_share": float(np.mean([carriers.loc[row, "line_capex"] > 0 for row in rows])),
    }


def map_cells():
    """Distances and volumes that grow in proportion: the cells of a map, as a DataFrame."""
    import pandas as pd

    return pd.DataFrame([{"distance": d, "volume": v} for d in MAP_DISTANCES for v in MAP_VOLUMES])
