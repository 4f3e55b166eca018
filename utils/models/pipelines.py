"""CO2 pipelines that firms build alone or share: economies of scale, distance, and who pays."""

from __future__ import annotations

from utils.expressions import above, column, total, where, within
from utils.models.cooperative_games import better_off_apart, cheapest, shapley_value
from utils.models.finance import capital_recovery_factor

LIFE = 50  # years, technical life of an onshore CO2 pipeline (danish2021)
FIXED_OPERATION = 0.009  # of the investment, a year (danish2021)


def yearly_cost(flow, distance, scale_exponent, pipeline_capex, discount_rate):
    """The cost of one pipeline a year, in million EUR: capital over its life, and fixed operation.

    Formula: (CRF(r, 50) + 0.9 %) · k · flow^b · distance.

    flow: Mt CO2 a year, 0 or more. distance: km, 0 or more. scale_exponent: b, above 0 and up to 1.
    pipeline_capex: k, million EUR a km for a flow of 1 Mt a year. discount_rate: a year.
    Raises ``ValueError`` for values outside. Sources: danish2021 for k, life and operation; serpa2011 for a cost
    that rises less than in proportion to flow. It prices a full pipe on flat land: no permits, no mountains, no
    compression.
    """
    within(0, float("inf"), flow=flow, distance=distance)
    above(0, scale_exponent=scale_exponent, pipeline_capex=pipeline_capex)
    within(0, 1, scale_exponent=scale_exponent)
    charge = capital_recovery_factor(discount_rate, LIFE) + FIXED_OPERATION
    return charge * pipeline_capex * flow**scale_exponent * distance


def saving_of_equal_firms(firms, scale_exponent):
    """The share of the bill that n equal firms at one place save by sharing a pipe: 1 − n^(b − 1).

    firms: 1 or more. scale_exponent: b, 0 to 1. Result: ``saving``, a fraction.
    """
    within(1, float("inf"), firms=firms)
    within(0, 1, scale_exponent=scale_exponent)
    return {"saving": 1 - firms ** (scale_exponent - 1)}


def alone_and_together(firms, flow_of_each, scale_exponent, distance_to_store, distance_between,
                       pipeline_capex=0.305, discount_rate=0.08):
    """The cost of a tonne when n equal firms build n pipes, and when they share one.

    Together, one firm stands where the shared pipe starts; each of the others brings its CO2 there.

    firms: number, 1 or more, a column. flow_of_each: Mt CO2 a year. distance_to_store, distance_between: km.
    Others as in :func:`yearly_cost`. Result: ``alone`` and ``together`` in EUR per tonne, by row, and the number
    ``saving_of_four``, the fraction of their bill that four firms save.
    """
    within(1, float("inf"), firms=firms)
    one = yearly_cost(flow_of_each, distance_to_store, scale_exponent, pipeline_capex, discount_rate)
    collecting = yearly_cost(flow_of_each, distance_between, scale_exponent, pipeline_capex, discount_rate)

    def together(n):
        trunk = yearly_cost(n * flow_of_each, distance_to_store, scale_exponent, pipeline_capex, discount_rate)
        return (trunk + (n - 1) * collecting) / (n * flow_of_each)

    alone = one / flow_of_each
    return {
        "alone": alone + 0 * firms,  # the same for every row
        "together": together(firms),
        "saving_of_four": 1 - together(4) / alone,
    }


def cost_of_coalitions(emissions_mt, km_to_hub, scale_exponent, distance_to_store, pipeline_capex, discount_rate):
    """The yearly cost of every coalition of firms, in million EUR.

    A firm alone builds its own pipe to the store. A group builds a pipe from each member to the hub and one shared
    pipe from there; it splits up where that is cheaper. Arguments as in :func:`who_pays`.
    """
    flows, spurs = list(emissions_mt), list(km_to_hub)

    def pipe(flow, distance):
        return yearly_cost(flow, distance, scale_exponent, pipeline_capex, discount_rate)

    def joint(group):
        members = sorted(group)
        if len(members) == 1:
            return pipe(flows[members[0]], distance_to_store)
        collecting = total([pipe(flows[i], spurs[i]) for i in members])
        return collecting + pipe(total([flows[i] for i in members]), distance_to_store)

    return cheapest(len(flows), joint)


def who_pays(emissions_mt, km_to_hub, scale_exponent, distance_to_store, hub_spacing, pipeline_capex=0.305,
             discount_rate=0.08):
    """Three ways to split the cost of a shared pipe: equally, by tonnage, and by Shapley value.

    emissions_mt: column, Mt CO2 a year, above 0. km_to_hub: column, km from each firm to the hub, stretched by
    ``hub_spacing``. distance_to_store: km from the hub. Others as in :func:`yearly_cost`.

    Result, by firm, in EUR per tonne: ``alone``, ``equal``, ``by_tonnage``, ``shapley``. Numbers: ``joint_cost`` and
    ``separate_cost`` in million EUR a year, ``saving`` as a fraction, and for each split how many groups of firms
    would pay less on their own (``apart_equal``, ``apart_by_tonnage``, ``apart_shapley``; none: it is in the core).
    Sources: Shapley 1953; for CO2 pipelines as a game, Massol et al. 2015.
    """
    above(0, emissions_mt=emissions_mt)
    within(0, float("inf"), km_to_hub=km_to_hub, hub_spacing=hub_spacing)
    flows = list(emissions_mt)
    costs = cost_of_coalitions(flows, [km * hub_spacing for km in km_to_hub], scale_exponent, distance_to_store,
                               pipeline_capex, discount_rate)
    everyone = frozenset(range(len(flows)))
    joint, alone = costs[everyone], [costs[frozenset({i})] for i in range(len(flows))]
    all_tonnes = total(flows)
    splits = {
        "equal": [joint / len(flows) for _ in flows],
        "by_tonnage": [joint * flow / all_tonnes for flow in flows],
        "shapley": shapley_value(costs),
    }
    separate = total(alone)
    return {
        "alone": _per_tonne(alone, flows),
        **{name: _per_tonne(payments, flows) for name, payments in splits.items()},
        "joint_cost": joint,
        "separate_cost": separate,
        "saving": where(separate > 0, 1 - joint / where(separate > 0, separate, 1), 0),
        **{f"apart_{name}": better_off_apart(costs, payments) for name, payments in splits.items()},
    }


def _per_tonne(costs: list, flows: list):
    return column([cost / flow for cost, flow in zip(costs, flows, strict=True)])
