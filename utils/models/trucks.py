"""Heavy trucks: what a kilometre costs with diesel, battery or fuel cell, and how far a hundred of them go."""

from __future__ import annotations

from utils.expressions import above, column, minimum, where, within
from utils.models.finance import capital_recovery_factor

DIESEL_KWH_PER_LITRE = 9.96  # lower heating value
DIESEL_CO2_PER_LITRE = 2.64  # kg, at the exhaust
HYDROGEN_KWH_PER_KG = 33.33  # lower heating value
LONGEST_YEAR = 400_000.0  # km; a truck that pays only beyond it does not pay
WORKING_DAYS = 250
PORT_CALLS = 1_000_000  # truck calls at the Port of Gothenburg a year (L-42)
ROAD_EMISSIONS = 55_000.0  # t CO2 a year of that transport (heavyliftpfi2021)
LAND_TARGET = 23_000.0  # t CO2 a year to be cut on land (baltictransport2021)
DIESEL_PER_KM = 0.9  # kg CO2/km of a loaded truck, as in CK-13


def price_per_kwh(diesel_price, truck_electricity_price, pump_hydrogen_price, truck_carbon_price):
    """What a kilowatt-hour in the tank costs, in EUR, for diesel, electricity and hydrogen, in this order.

    diesel_price: EUR/L without the carbon price. truck_electricity_price: EUR/kWh at the charger.
    pump_hydrogen_price: EUR/kg. truck_carbon_price: EUR/t CO2, on diesel alone. Raises ``ValueError`` below zero.
    """
    within(0, float("inf"), diesel_price=diesel_price, truck_electricity_price=truck_electricity_price,
           pump_hydrogen_price=pump_hydrogen_price, truck_carbon_price=truck_carbon_price)
    carbon = truck_carbon_price * DIESEL_CO2_PER_LITRE / 1000
    return (
        (diesel_price + carbon) / DIESEL_KWH_PER_LITRE,
        truck_electricity_price + 0,
        pump_hydrogen_price / HYDROGEN_KWH_PER_KG,
    )


def cost_of_ownership(price_eur, kwh_per_km, maintenance_eur_km, life_years, diesel, electricity, hydrogen, yearly_km,
                      diesel_price, truck_electricity_price, pump_hydrogen_price, truck_carbon_price, discount_rate):
    """The cost of a kilometre, by truck: capital spread over the kilometres, energy, upkeep.

    Formula: CRF(r, n) · price / km + kWh/km · price of a kWh + upkeep.

    price_eur: column, EUR. kwh_per_km: column. maintenance_eur_km: column. life_years: column. diesel, electricity,
    hydrogen: columns, the share of the energy that comes in each form (they add up to 1). The table's rows are
    pairs of years: diesel, battery and fuel cell of the first year, then the same of the second. yearly_km: above 0.
    Prices: see :func:`price_per_kwh`. discount_rate: a year.

    Outputs by row, EUR/km: ``capital``, ``energy``, ``upkeep``, ``per_km``. Numbers: ``battery_now``, ``battery_then``
    and the same for ``cell``: the cost of a kilometre as a share of what the diesel truck of that year costs;
    ``break_even_now``, ``break_even_then``: kilometres a year from which the battery truck is cheaper, at most 400,000
    (it then does not pay). Raises ``ValueError`` for values out of range or a table without six rows.
    Source: dea2022freight for the trucks. It leaves out tolls, wages, the value of the truck when sold, payload
    lost to batteries, and time lost at the charger.
    """
    above(0, yearly_km=yearly_km, price_eur=price_eur, kwh_per_km=kwh_per_km, life_years=life_years)
    within(0, 1, diesel=diesel, electricity=electricity, hydrogen=hydrogen)
    if len(price_eur) != 6:
        raise ValueError(f"price_eur has {len(price_eur)} rows; allowed are six: three drives in each of two years")
    of_diesel, of_electricity, of_hydrogen = price_per_kwh(diesel_price, truck_electricity_price, pump_hydrogen_price,
                                                           truck_carbon_price)
    yearly = capital_recovery_factor(discount_rate, life_years) * price_eur
    energy = kwh_per_km * (diesel * of_diesel + electricity * of_electricity + hydrogen * of_hydrogen)
    running = list(energy + maintenance_eur_km)
    fixed = list(yearly)
    per_km = [a / yearly_km + b for a, b in zip(fixed, running, strict=True)]
    return {
        "capital": yearly / yearly_km,
        "energy": energy,
        "upkeep": maintenance_eur_km + 0,
        "per_km": column(per_km),
        "battery_now": per_km[1] / per_km[0],
        "battery_then": per_km[4] / per_km[3],
        "cell_now": per_km[2] / per_km[0],
        "cell_then": per_km[5] / per_km[3],
        "break_even_now": break_even(fixed[1] - fixed[0], running[0] - running[1]),
        "break_even_then": break_even(fixed[4] - fixed[3], running[3] - running[4]),
    }


def break_even(extra_fixed, saved_per_km):
    """Kilometres a year from which a truck that costs more to own and less to run is cheaper.

    Formula: extra fixed cost / saving per km. extra_fixed: EUR a year. saved_per_km: EUR/km. Result: km a year;
    0 if it costs no more to own and saves, and ``LONGEST_YEAR`` if it never pays.
    """
    pays = saved_per_km > 0
    distance = where(extra_fixed > 0, extra_fixed, 0) / where(pays, saved_per_km, 1)
    return where(pays, minimum(LONGEST_YEAR, distance), LONGEST_YEAR)


def trucks_against_target(trucks, calls_per_day, km_per_call, kwh_per_km, grid_intensity):
    """What a number of electric trucks takes off the port's road emissions.

    Calls: trucks · calls a day · 250 days, at most the million the port counts. Each call saves the exhaust of its
    kilometres less what the power stations emit for the electricity.

    trucks: column, 0 or more. calls_per_day: by truck. km_per_call: the way to and from the port. kwh_per_km: of
    the electric truck. grid_intensity: kg CO2/kWh. Outputs by row: ``share_of_calls`` a fraction, ``avoided`` in kt
    a year. Numbers: ``calls_of_100`` the share of calls that 100 trucks make, ``avoided_by_100`` kt,
    ``trucks_for_target`` the number of trucks that cut 23 kt (0 if no number does), ``target_reached`` 1 if all
    calls by electric truck would do. Raises ``ValueError`` below zero.
    Sources: L-42; heavyliftpfi2021 (55,000 t a year), baltictransport2021 (23,000 t to cut on land).
    At 60 km and 0.9 kg a kilometre the million calls make 54,000 t, as published within two per cent (CK-13).
    """
    within(0, float("inf"), trucks=trucks, calls_per_day=calls_per_day, km_per_call=km_per_call,
           grid_intensity=grid_intensity, kwh_per_km=kwh_per_km)
    per_call = km_per_call * (DIESEL_PER_KM - kwh_per_km * grid_intensity) / 1000  # t

    def calls(number):
        return minimum(PORT_CALLS, number * calls_per_day * WORKING_DAYS)

    by_truck = calls_per_day * WORKING_DAYS * per_call
    reachable = PORT_CALLS * per_call >= LAND_TARGET
    return {
        "share_of_calls": calls(trucks) / PORT_CALLS,
        "avoided": calls(trucks) * per_call / 1000,
        "calls_of_100": calls(100) / PORT_CALLS,
        "avoided_by_100": calls(100) * per_call / 1000,
        "trucks_for_target": where(reachable & (by_truck > 0), LAND_TARGET / where(by_truck > 0, by_truck, 1), 0),
        "target_reached": where(reachable, 1, 0),
    }


