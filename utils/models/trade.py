"""Who ships clean hydrogen to whom at least cost, and what one more kilogram is worth: a linear programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from utils.expressions import within

TINY = 1e-9


def minimum_cost_flow(
    origins: Sequence[str], destinations: Sequence[str], costs: Sequence[float],
    capacity: Mapping[str, float], demand: Mapping[str, float],
) -> dict:
    """The cheapest way to meet every demand over the given routes, and its dual prices.

    Minimise Σ cost · flow, such that what leaves an origin is at most its capacity, what reaches a destination
    is its demand, and no flow is negative. Solved by HiGHS through SciPy.

    origins, destinations, costs: one entry for each route (cost in money per unit of flow). capacity, demand: units
    of flow by region. Result: ``flow`` of each route; ``saving_needed``, by how much its cost would have to fall
    before it is used; ``price`` of each destination, what one more unit there would cost; ``rent`` of each origin, what
    one more unit of capacity there would save; ``total_cost``.

    Raises ``ValueError`` for a negative capacity or demand, for a route to a place that is not listed, and when a
    demand cannot be met: the message names the region. Any text on linear programming; checked against NetworkX.
    """
    import numpy as np

    within(0, float("inf"), **{f"capacity of {name}": value for name, value in capacity.items()})
    within(0, float("inf"), **{f"demand of {name}": value for name, value in demand.items()})
    for what, names, known in (("origin", origins, capacity), ("destination", destinations, demand)):
        if strange := sorted(set(names) - set(known)):
            raise ValueError(f"{what} is {strange[0]!r}; allowed are {', '.join(known)}")
    leaves = np.array([[float(origin == name) for origin in origins] for name in capacity])
    reaches = np.array([[float(destination == name) for destination in destinations] for name in demand])
    limits, wanted = np.array([*capacity.values()], float), np.array([*demand.values()], float)
    _refuse_what_cannot_be_met(leaves, reaches, limits, wanted, list(demand))
    best = _solve(np.asarray(costs, float), leaves, limits, reaches, wanted)
    return {
        "flow": best.x,
        "saving_needed": best.lower.marginals,
        "price": dict(zip(demand, best.eqlin.marginals, strict=True)),
        "rent": dict(zip(capacity, -best.ineqlin.marginals, strict=True)),
        "total_cost": best.fun,
    }


def _solve(costs, leaves, limits, reaches, wanted):
    from scipy.optimize import linprog

    return linprog(costs, A_ub=leaves, b_ub=limits, A_eq=reaches, b_eq=wanted, method="highs")


def _refuse_what_cannot_be_met(leaves, reaches, limits, wanted, names) -> None:
    """Let each region go short at a cost, all else for free; who still goes short cannot be served."""
    import numpy as np

    regions = len(names)
    short = _solve(
        np.r_[np.zeros(leaves.shape[1]), np.ones(regions)],
        np.c_[leaves, np.zeros((len(limits), regions))], limits,
        np.c_[reaches, np.eye(regions)], wanted,
    ).x[-regions:]
    if short.sum() > TINY * max(1, wanted.sum()):
        said = "; ".join(
            f"demand of {name} is {want:g}; at most {want - missing:g} can reach it"
            for name, want, missing in zip(names, wanted, short, strict=True) if missing > TINY
        )
        raise ValueError(f"the demand cannot be met: {said}. Allow a route or add capacity.")


def trade_routes(regions, distances):
    """One row for each sea route, with what its two ends bring: the table that :func:`clean_hydrogen_trade` runs over.

    regions, distances: the tables ``hydrogen_regions`` and ``sea_distances`` (pandas DataFrames).
    """
    start = regions[["region", "longitude", "latitude", "production_cost", "capacity", "two_blocs", "three_blocs"]]
    end = regions[["region", "longitude", "latitude", "demand", "fossil_cost", "fossil_intensity", "two_blocs",
                   "three_blocs"]]
    routes = distances[["exporter", "importer", "distance_km"]].merge(
        start.rename(columns={"region": "exporter"}), on="exporter",
    ).merge(end.rename(columns={"region": "importer"}), on="importer", suffixes=("", "_to"))
    for blocs in ("two_blocs", "three_blocs"):
        routes[f"within_{blocs}"] = (routes[blocs] == routes[f"{blocs}_to"]).astype(int)
    return routes.drop(columns=["two_blocs", "three_blocs", "two_blocs_to", "three_blocs_to"])


def clean_hydrogen_trade(
    exporter, importer, distance_km, production_cost, capacity, demand, fossil_cost, fossil_intensity,
    within_two_blocs, within_three_blocs, hydrogen_carbon_price, shipping_cost, conversion_cost, trading_blocs,
):
    """Where clean hydrogen flows when importers may also stay with fossil hydrogen and pay for its carbon.

    Delivered cost of a route: production + conversion + shipping · distance / 1,000 km. Fossil hydrogen is made at
    the importer without limit for fossil_cost + intensity · carbon price / 1,000. Routes that leave a bloc are closed.

    exporter, importer: names, one for each route. distance_km: km. production_cost, fossil_cost: USD/kg. capacity,
    demand: Mt/yr. fossil_intensity: kg CO2/kg. hydrogen_carbon_price: USD/t CO2. shipping_cost: USD/kg per
    1,000 km. conversion_cost: USD/kg, both ends together. trading_blocs: 0 all trade, 1 two blocs, 2 three blocs.

    Results, by route: flow (Mt/yr). In one number: clean_share of demand, ship_distance (mean, km), emissions
    (Mt CO2/yr), cost (bn USD/yr, carbon price included) and the dual price at each importer, ``price_…`` (USD/kg).
    1 USD/kg and 1 bn USD/Mt are the same.

    Raises ``ValueError`` for values out of range. Fails where quantities answer to price, where ships come in whole
    numbers, and where contracts bind for years: all of them true.
    """
    import numpy as np

    within(0, float("inf"), hydrogen_carbon_price=hydrogen_carbon_price, shipping_cost=shipping_cost,
           conversion_cost=conversion_cost, distance_km=distance_km)
    within(0, 2, trading_blocs=trading_blocs)
    open_to = np.select(
        [trading_blocs == 1, trading_blocs == 2], [within_two_blocs, within_three_blocs], np.ones(len(distance_km))
    ).astype(bool)
    clean = np.asarray(production_cost + conversion_cost + shipping_cost * distance_km / 1000, float)
    limit, wanted = _by_region(exporter, capacity), _by_region(importer, demand)
    fossil = {
        name: cost + intensity * hydrogen_carbon_price / 1000
        for name, cost, intensity in zip(importer, fossil_cost, fossil_intensity, strict=True)
    }
    plants = {f"fossil plants of {name}": 2 * need for name, need in wanted.items()}  # never full: they may set a price
    best = minimum_cost_flow(
        [*np.asarray(exporter, object)[open_to], *plants], [*np.asarray(importer, object)[open_to], *wanted],
        [*clean[open_to], *(fossil[name] for name in wanted)], limit | plants, wanted,
    )
    flow = np.zeros(len(clean))
    flow[open_to] = best["flow"][: open_to.sum()]
    burnt = dict(zip(wanted, best["flow"][open_to.sum():], strict=True))
    intensities = _by_region(importer, fossil_intensity)
    shipped = flow.sum()
    return {
        "flow": [round(float(f), 3) for f in flow],
        "clean_share": round(float(shipped / sum(wanted.values())), 4),
        "ship_distance": round(float((flow * distance_km).sum() / shipped)) if shipped > TINY else 0,
        "emissions": round(float(sum(burnt[name] * intensities[name] for name in wanted)), 1),
        "cost": round(float(best["total_cost"]), 3),
        **{f"price_{_plain(name)}": round(float(best["price"][name]), 2) for name in wanted},
    }


def _by_region(names, values) -> dict[str, float]:
    return {name: float(value) for name, value in zip(names, values, strict=True)}


def _plain(name: str) -> str:
    return name.lower().replace("ç", "c").replace("ú", "u")
