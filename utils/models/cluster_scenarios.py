"""Solvers for chapter 6: the whole model of a ready cluster, at the points of a scenario grid."""

from __future__ import annotations

from dataclasses import replace

FIRST_YEAR, LAST_YEAR = 2025, 2070
BINS, BIN_WIDTH, FIRST_EDGE = 24, 20, -180  # EUR/t; what lies outside is counted in the first and the last bin
DRAWS = 2_000


def _ready(ready_cluster: float):
    from utils.cluster import READY_KEYS, Cluster

    if ready_cluster not in range(len(READY_KEYS)):  # in the order of the choices of the assumption ready_cluster
        raise ValueError(f"ready_cluster is {ready_cluster!r}; allowed are 0 to {len(READY_KEYS) - 1}")
    return Cluster.from_tables(READY_KEYS[int(ready_cluster)])


def pathway(ready_cluster, policy_strength, allowance_price_growth):
    """What a ready cluster still emits, year by year, as shares of what it emits today.

    Result, by year from 2025 to 2070: ``alone`` and ``shared``. Numbers: ``left_2050`` when shared, a fraction, and
    ``earlier``, the years by which sharing brings forward the first half of the abatement (0 if it never comes).
    """
    from utils.cluster import evaluate

    found = evaluate(_ready(ready_cluster), policy_strength=policy_strength,
                     allowance_price_growth=allowance_price_growth)
    emissions, cut = found.numbers["emissions"], found.numbers["abatement"]
    years = found.by_year.set_index("year").loc[FIRST_YEAR:LAST_YEAR]
    half = {way: years.index[years[way] <= emissions - cut / 2] for way in ("alone", "shared")}
    earlier = half["alone"][0] - half["shared"][0] if len(half["alone"]) else 0
    return {
        "alone": (years["alone"] / emissions).round(4).tolist(),
        "shared": (years["shared"] / emissions).round(4).tolist(),
        "left_2050": years.loc[2050, "shared"] / emissions,
        "earlier": float(earlier),
    }


def product_premiums(steel_route, steel_electricity, premium_carbon_price):
    """What abatement in the port adds to products when costs are shared, by what the steelworks does.

    steel_route: 0 captures, 1 uses hydrogen. Result, by product: ``share`` of its price, a fraction, and ``extra``,
    EUR. Numbers: ``car`` and ``house``, EUR; ``steel``, what a tonne of steel costs more, EUR.
    """
    from utils.cluster import evaluate

    port = _ready(0)
    if steel_route:
        firms = [replace(f, technology="hydrogen") if f.sector == "Iron and steel" else f for f in port.firms]
        port = port.with_(firms=firms)
    products = evaluate(port, steel_electricity=steel_electricity, premium_carbon_price=premium_carbon_price).products
    shared = products[products["way"] == "Shared"].set_index("product")
    return {
        "share": shared["share"].tolist(),
        "extra": shared["extra"].tolist(),
        "car": float(shared.loc["Car", "extra"]),
        "house": float(shared.loc["House", "extra"]),
        "steel": float(shared.loc["Car", "premium"]),
    }


def balance_distribution(ready_cluster, policy_strength, allowance_price_growth):
    """A Monte Carlo simulation of a ready cluster if the carbon price and its rise were known; the rest is drawn.

    Result, by bin of 20 EUR/t from −180: ``share`` of 2,000 draws whose balance (income less cost, shared) lies there.
    Numbers: ``chance`` that it breaks even, shared, and ``chance_alone``; ``middle``, the median balance in EUR/t.
    """
    import numpy as np

    from utils.uncertainty import chance, simulate

    found = simulate(_ready(ready_cluster), DRAWS, held=("policy_strength", "allowance_price_growth"),
                     policy_strength=policy_strength, allowance_price_growth=allowance_price_growth)
    places = np.clip((found["balance_shared"] - FIRST_EDGE) // BIN_WIDTH, 0, BINS - 1).astype(int)
    return {
        "share": (np.bincount(places, minlength=BINS) / DRAWS).tolist(),
        "chance": chance(found),
        "chance_alone": chance(found, "balance_alone"),
        "middle": float(found["balance_shared"].median()),
    }
