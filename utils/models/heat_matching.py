"""Waste heat of one firm for the process of another: who should be joined to whom is an assignment problem."""

from __future__ import annotations

from utils.expressions import within
from utils.models.finance import capital_recovery_factor

HOURS = 6000  # a year in which source and sink run together (book)
APPROACH = 10  # K lost in heat exchangers between a source and its sink (book)
CARNOT_SHARE = 0.5  # of the ideal coefficient of performance that a large heat pump reaches (book)
HEAT_PUMP = 0.763  # million EUR per MW of heat, life 25 years (pypsa2026)
PIPE_LIFE = 40  # years (book)
NO_PAIR = -1e9  # the worth of a pair that cannot be, such as two sources


def heat_pump_share(source_c, sink_c):
    """The share of the delivered heat that is electricity, when a heat pump lifts it from source to sink.

    Formula: 1/COP = (T_sink − T_source + 10 K) / (0.5 · T_sink), T_sink below the line in K; 0 where no lift is needed.

    source_c, sink_c: °C, above −273. Result: 0 or more; above 0.5 no machine of this kind makes sense.
    """
    within(-273, float("inf"), source_c=source_c, sink_c=sink_c)
    lift = sink_c - source_c + APPROACH
    return max(lift, 0) / (CARNOT_SHARE * (sink_c + 273.15))


def worth_of_pair(source_c, source_mw, sink_c, sink_mw, distance, heat_value, heat_pipe_cost, electricity_cost=80,
                  discount_rate=0.08):
    """What joining a source of waste heat to a sink is worth, in million EUR a year.

    The heat delivered, at what the sink pays for heat today, less electricity and capital of a heat pump if one is
    needed, less the pipe. source_c, sink_c: °C. source_mw, sink_mw: MW. distance: km. heat_value: EUR/MWh.
    heat_pipe_cost: million EUR/km. electricity_cost: EUR/MWh. Result: (worth, MW delivered).
    Raises ``ValueError`` for negative values.
    """
    within(0, float("inf"), source_mw=source_mw, sink_mw=sink_mw, distance=distance, heat_value=heat_value,
           heat_pipe_cost=heat_pipe_cost, electricity_cost=electricity_cost)
    share = heat_pump_share(source_c, sink_c)
    if share > 0.5:
        return NO_PAIR, 0.0
    delivered = min(source_mw / (1 - share), sink_mw)
    pump = HEAT_PUMP * capital_recovery_factor(discount_rate, 25) if share > 0 else 0
    pipe = heat_pipe_cost * distance * capital_recovery_factor(discount_rate, PIPE_LIFE)
    return delivered * (HOURS * (heat_value - share * electricity_cost) / 1e6 - pump) - pipe, delivered


def best_pairs(worth):
    """The pairs (row, column) with the largest sum of worth, each row and each column in one pair at most.

    A pair worth nothing or less is left out. worth: a matrix. Solved exactly by ``scipy.optimize``; kuhn1955.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    worth = np.maximum(np.asarray(worth, dtype=float), 0)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    return [(int(r), int(c)) for r, c in zip(rows, columns, strict=True) if worth[r, c] > 0]


def greedy_pairs(worth):
    """The pairs a hurried planner takes: the best one, then the best of what is left, and so on."""
    import numpy as np

    left = np.array(worth, dtype=float)
    pairs = []
    while left.size and left.max() > 0:
        row, column = (int(k) for k in np.unravel_index(left.argmax(), left.shape))
        pairs.append((row, column))
        left[row, :] = left[:, column] = NO_PAIR
    return pairs


def match_heat(is_source, temperature_c, heat_mw, x_km, y_km, heat_value, heat_pipe_cost):
    """The best matching of the cluster's sources of waste heat to its sinks. A solver: it runs on numbers only.

    Columns, one row a site: is_source (1 or 0), temperature_c (°C at which heat is given or needed), heat_mw, x_km,
    y_km. heat_value: EUR/MWh. heat_pipe_cost: million EUR/km. Result, by row: ``partner_x``, ``partner_y`` in km (its
    own place without a partner), ``delivered`` in MW (0 for sinks, so that nothing counts twice) and ``worth`` in
    million EUR a year. Numbers: ``together`` million EUR a year, ``hurried``, the same for greedy pairs, ``pairs``,
    ``saved_gwh`` a year. Sources of the figures: see this module's constants.
    """
    columns = [list(map(float, values)) for values in (is_source, temperature_c, heat_mw, x_km, y_km)]
    sites = list(zip(*columns, strict=True))
    sources = [k for k, site in enumerate(sites) if site[0] == 1]
    sinks = [k for k, site in enumerate(sites) if site[0] == 0]

    def pair(source, sink):
        _, warm, has, x, y = sites[source]
        _, needed, wants, u, v = sites[sink]
        along_roads = abs(x - u) + abs(y - v)
        return worth_of_pair(warm, has, needed, wants, along_roads, heat_value, heat_pipe_cost)

    offers = [[pair(source, sink) for sink in sinks] for source in sources]
    worth = [[offer[0] for offer in row] for row in offers]
    chosen = best_pairs(worth)
    partner = {k: k for k in range(len(sites))}
    delivered, gain = [0.0] * len(sites), [0.0] * len(sites)
    for row, col in chosen:
        source, sink = sources[row], sinks[col]
        partner[source], partner[sink] = sink, source
        delivered[source], gain[source] = round(offers[row][col][1], 2), round(worth[row][col], 3)
    return {
        "partner_x": [sites[partner[k]][3] for k in range(len(sites))],
        "partner_y": [sites[partner[k]][4] for k in range(len(sites))],
        "delivered": delivered,
        "worth": gain,
        "together": sum(worth[r][c] for r, c in chosen),
        "hurried": sum(worth[r][c] for r, c in greedy_pairs(worth)),
        "pairs": len(chosen),
        "saved_gwh": sum(delivered) * HOURS / 1000,
    }
