"""Models beside published figures: what a chapter prints and what the tests hold."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import cache

import pandas as pd
from pandas.io.formats.style import Styler

from utils import assumptions, data
from utils.expressions import parameters
from utils.models import carbon_storage, emissions_trading, green_premium, gx, hydrogen, queueing, transport, trucks

USD_PER_EUR = 1.08  # mean of 2023, a round figure: the targets in dollars are of 2021 to 2023
NOT_PARAMETERS = ["route", "source", "status", "note"]
# How far a model may lie outside the published range; no entry means inside. Nothing was tuned to come closer.
TOLERANCE = {
    "V-01b": 1.4, "V-03a": 0.3, "V-03b": 0.7, "V-04a": 0.35, "V-04b": 0.5, "V-07b": 0.1, "V-08": 0.05,
    "V-09a": 0.4, "V-09b": 0.05, "V-09c": 0.25, "V-09d": 0.35, "V-09e": 0.5, "V-09f": 0.15,
}
SHIPS = ["Liquid hydrogen ship", "Ammonia ship, cracked", "Oil (LOHC) ship", "Ammonia ship, not cracked"]


def compare(values: Mapping[str, float]) -> pd.DataFrame:
    """The model's values beside the published ones of the table ``validation``, row by row in the order given.

    ``deviation`` is the relative distance to the nearer end of the published range; zero inside. A published zero has
    no relative distance; the range then has to hold the value.
    """
    published = data.table("validation").set_index("id").loc[list(values)]
    remarks = data.table("validation_remarks").set_index("id")["remark"]
    result = published[["quantity", "low", "high", "unit"]].assign(model=pd.Series(values, dtype=float))
    result["deviation"] = [_deviation(row.model, row.low, row.high) for row in result.itertuples()]
    return result.assign(remark=remarks.reindex(result.index))


def _deviation(value: float, low: float, high: float) -> float:
    if value < low:
        return value / low - 1
    return value / high - 1 if value > high else 0.0


def infrastructure() -> dict[str, float]:
    """The values of chapter 2's models for the targets V-01 to V-09, V-18 and V-20, in the unit of each."""
    far, oceanic, gulf = _hydrogen(8000, 1), _hydrogen(1500, 1), _hydrogen(12_088, 1)
    near, further = _hydrogen(250, 0.3), _hydrogen(3000, 0.3)
    large = _hydrogen(8000, 4.44)
    land, sea = "Onshore pipeline", "Offshore pipeline"
    return {
        "V-01a": far["Liquid hydrogen ship"] * USD_PER_EUR,
        "V-01b": far["Ammonia ship, cracked"] * USD_PER_EUR,
        "V-01c": far["Oil (LOHC) ship"] * USD_PER_EUR,
        "V-02": large["New pipeline"] / _cheapest_ship(large),
        "V-03a": near["New pipeline"],
        "V-03b": _cheapest_ship(near),
        "V-03c": _hydrogen(1000, 4.44)["New pipeline"],
        "V-04a": further["New pipeline"],
        "V-04b": _cheapest_ship(further),
        "V-04c": _first(
            range(250, 8001, 10),
            lambda km: _hydrogen(km, 0.3)["New subsea pipeline"] >= _cheapest_ship(_hydrogen(km, 0.3)),
        ),
        "V-05a": _rank(oceanic, "New subsea pipeline", [*SHIPS, "New subsea pipeline"]),
        "V-05b": _rank(gulf, "Ammonia ship, not cracked", SHIPS),
        "V-06": (3 + gulf["Ammonia ship, cracked"]) / (3 + gulf["Ammonia ship, not cracked"]),
        "V-07a": _co2(180, 2.5).sum(axis=1)[land] * USD_PER_EUR,
        "V-07b": _first(range(50, 2001, 5), lambda day: _pipe_beats_truck(day * 365 / 1e6)),
        "V-08": _co2(100, 1).moving[land],
        "V-09a": _co2(180, 2.5).moving[land],
        "V-09b": _co2(180, 20).moving[land],
        "V-09c": _co2(750, 20).moving[land],
        "V-09d": _co2(180, 2.5).moving[sea],
        "V-09e": _co2(1500, 20).moving[sea],
        "V-09f": _co2(500, 2.5).sum(axis=1)["Ship"],
        "V-18": hydrogen.learning_rate_seen(0.178, 4.4),
        "V-20": _rank(_hydrogen(1500, 1, discount_rate=0.1), "New subsea pipeline", [*SHIPS, "New subsea pipeline"]),
    }


@cache
def _parameters(table: str) -> pd.DataFrame:
    carriers = data.table(table).set_index("carrier")
    return carriers.drop(columns=NOT_PARAMETERS).drop(columns="as_hydrogen", errors="ignore")


def _hydrogen(distance: float, volume: float, discount_rate: float = 0.08) -> pd.Series:
    """EUR/kg by carrier at 60 EUR/MWh, hydrogen at 3 EUR/kg and b = 0.6."""
    parts = transport.cost_per_tonne(distance, volume, **_parameters("hydrogen_carriers"), electricity_price=60,
                                     load_value=3000, scale_exponent=0.6, discount_rate=discount_rate)
    return sum(parts.values()) / 1000


def _co2(distance: float, volume: float) -> pd.DataFrame:
    """EUR/t by carrier, in parts, at 60 EUR/MWh, 8 % and b = 0.6."""
    parts = transport.cost_per_tonne(distance, volume, **_parameters("co2_carriers"), electricity_price=60,
                                     load_value=0, scale_exponent=0.6, discount_rate=0.08)
    return pd.DataFrame(parts)


def _pipe_beats_truck(volume: float) -> bool:
    cost = _co2(100, volume).sum(axis=1)
    return cost["Onshore pipeline"] <= cost["Truck"]


def _cheapest_ship(costs: pd.Series) -> float:
    """Of the ships that deliver hydrogen."""
    return costs[SHIPS[:3]].min()


def _rank(costs: pd.Series, carrier: str, among: list[str]) -> float:
    return costs[among].rank()[carrier]


def _first(candidates: range, holds) -> float:
    """The first for which it holds, where it holds for all that follow."""
    place = bisect_left(candidates, True, key=holds)
    return float(candidates[place]) if place < len(candidates) else float("nan")


def policy() -> dict[str, float]:
    """The values of chapter 3's models for the targets V-13, V-14, V-24 and V-25, in the unit of each."""
    law = data.table("eu_ets_cap").drop(columns=["source", "status"])
    cap = emissions_trading.cap_path(**law, late_reduction_factor=0.044, include_maritime=0)["cap"]
    phase_in = data.table("cbam_phase_in")
    band = gx.trading_band(2030, 0.03, 0.03)
    return {
        "V-13": float(emissions_trading.charged_share(2030, phase_in["year"], phase_in["phase_in_share"])),
        "V-13b": emissions_trading.cbam_bill(2034, 1, 2.34, 2.34, 80, 0, 0)["bill"],
        "V-14": float(law["year"][cap < 1].iloc[0]),
        "V-14b": 0.043 * emissions_trading.REFERENCE,
        "V-24": band["ets_high"],
        "V-25": band["ets_low"],
    }


def solutions() -> dict[str, float]:
    """The value of chapter 4's model for the target V-16: the largest of the three premiums."""
    products = data.table("green_premiums").query("product == 'Car'")
    amounts = products[["amount_kg", "product_price", "co2_saved", "material_price"]]
    extra = green_premium.premium_on_products(**amounts, premium=products["premium_high"], premium_level=1,
                                              premium_carbon_price=0)
    return {"V-16": float(extra["share"].iloc[0])}


def case_studies() -> dict[str, float]:
    """The values of chapter 5's models for the targets V-10, V-17, V-26 and V-27, in the unit of each."""
    from scipy import optimize

    table = data.table("heavy_trucks")
    usual = {name: assumptions.get(name).default for name in parameters(trucks.cost_of_ownership) if name not in table}
    fleet = trucks.cost_of_ownership(**table[[name for name in table if name in parameters(trucks.cost_of_ownership)]],
                                     **usual)
    support = carbon_storage.support_per_tonne(pd.Series([1.0]), support_total=21.7, support_years=25, ramp_years=1,
                                               discount_rate=0.035, carbon_value=270)
    return {
        "V-10": support["full"],
        "V-17": float(fleet["break_even_then"]),
        "V-26": optimize.brentq(lambda load: queueing.erlang_b(15, load) - 0.01, 1, 15),
        "V-27": 300 * queueing.mean_wait(3, 300 * 2 / 365, 2 / 365),
    }


BY_CHAPTER = {2: infrastructure, 3: policy, 4: solutions, 5: case_studies}


def every() -> dict[str, float]:
    """The values of all models that have a published target."""
    return {target: value for values in BY_CHAPTER.values() for target, value in values().items()}


def verdict(target: str, deviation: float) -> str:
    """What a deviation means for this target: ``inside`` the range, a ``known deviation``, or ``fails``."""
    if deviation == 0:
        return "inside"
    return "known deviation" if abs(deviation) <= TOLERANCE.get(target, 0) else "fails"


def printed(compared: pd.DataFrame) -> Styler:
    """The comparison as a reader wants it: ranges in one column, the deviation in per cent, room for the words."""
    ranges = [f"{low:g}" if low == high else f"{low:g} to {high:g}" for low, high in
              zip(compared["low"], compared["high"], strict=True)]
    table = pd.DataFrame({
        "what": compared["quantity"],
        "published": [f"{values} {unit}" for values, unit in zip(ranges, compared["unit"], strict=True)],
        "model": [f"{value:.3g}" if value < 1000 else f"{value:,.0f}" for value in compared["model"]],
        "deviation": [f"{deviation:+.0%}".replace("-", "−").replace("+0%", "0") for deviation in compared["deviation"]],
        "remark": compared["remark"],
    }, index=compared.index.rename(None))
    room = {"what": [{"selector": "td", "props": "min-width: 8rem"}],
            "remark": [{"selector": "td", "props": "min-width: 12rem"}]}
    whole = [{"selector": "th.row_heading", "props": "white-space: nowrap"}]  # V-01a is one word
    names = {"uuid": f"targets-{table.index[0]}", "cell_ids": False, "table_attributes": 'class="dataframe"'}
    return Styler(table, **names).set_table_styles(whole).set_table_styles(room, overwrite=False)
