"""Why one firm alone does not move: the same capture plant alone and in a cluster, under each region's rules."""

from __future__ import annotations

from utils.expressions import above, maximum, total, where, within
from utils.models.pipelines import saving_of_equal_firms
from utils.models.tax_credits import annuity

LONGEST_LIFE = 30  # years; the sum over the years is written out this far


def capture_value(carbon_price, credit, credit_years, under_repeal_hazard, allowance_price_growth, repeal_hazard,
                  discount_rate, capture_capex, capture_running_cost, storage_cost, project_life):
    """Net present value of a plant that captures one tonne of CO2 a year, before its pipe is paid.

    Formula: Σ_{t=1..n} max(0, p (1+g)^t + c (1−h)^t [t ≤ m] − running − storage) / (1+r)^t − capex. A plant that would
    lose money by running stands still.

    carbon_price: EUR/t CO2 in year 0. credit: EUR/t for credit_years years. under_repeal_hazard: 1 if repeal_hazard
    applies. capture_capex: EUR per t/year. Costs: EUR/t. project_life: whole years, 1 to 30. discount_rate: per year,
    above −1. Result: EUR per t CO2/year.
    Raises ``ValueError`` for values out of range. Source: dea2024capture; the model is ours.
    Leaves out tax, partial load, years of construction, and a price that swings.
    """
    above(-1, discount_rate=discount_rate, allowance_price_growth=allowance_price_growth)
    within(0, 1, under_repeal_hazard=under_repeal_hazard, repeal_hazard=repeal_hazard)
    within(0, float("inf"), carbon_price=carbon_price, credit=credit, credit_years=credit_years,
           capture_capex=capture_capex, capture_running_cost=capture_running_cost, storage_cost=storage_cost)
    within(1, LONGEST_LIFE, project_life=project_life)
    survival = 1 - repeal_hazard * under_repeal_hazard
    value = -capture_capex
    for t in range(1, LONGEST_LIFE + 1):
        income = carbon_price * (1 + allowance_price_growth) ** t + where(credit_years >= t, credit * survival**t, 0)
        margin = maximum(0, income - capture_running_cost - storage_cost)
        value = value + where(project_life >= t, margin / (1 + discount_rate) ** t, 0)
    return value


def project_value(carbon_price, credit, credit_years, under_repeal_hazard, transport_saving, allowance_price_growth,
                  repeal_hazard, discount_rate, capture_capex, capture_running_cost, transport_cost_alone, storage_cost,
                  project_life):
    """:func:`capture_value` less the pipe, which is paid for as long as it lasts, whether the plant runs or not.

    transport_saving: the cost reduction from sharing, 0 to 1. transport_cost_alone: EUR/t. The rest as there.
    """
    within(0, 1, transport_saving=transport_saving)
    within(0, float("inf"), transport_cost_alone=transport_cost_alone)
    plant = capture_value(carbon_price, credit, credit_years, under_repeal_hazard, allowance_price_growth,
                          repeal_hazard, discount_rate, capture_capex, capture_running_cost, storage_cost, project_life)
    return plant - transport_cost_alone * (1 - transport_saving) * annuity(0, discount_rate, project_life)


def alone_or_together(carbon_price, credit, credit_years, under_repeal_hazard, sharing_firms, scale_exponent,
                      allowance_price_growth, repeal_hazard, discount_rate, capture_capex, capture_running_cost,
                      transport_cost_alone, storage_cost, project_life):
    """:func:`project_value` of the same plant alone and in a cluster of equal firms, region by region.

    Arguments as in :func:`project_value` and :func:`.pipelines.saving_of_equal_firms`.

    Outputs, in EUR per t CO2/year: ``alone`` and ``together`` by region, and ``gain``, the same everywhere;
    ``pay_alone`` and ``pay_together`` count the regions, ``saving`` is the share of the pipe's cost saved.
    Errors, source and limits as there. Fails where the partners differ in size or stand far apart: chapter 1.
    """
    saving = saving_of_equal_firms(sharing_firms, scale_exponent)["saving"]
    plant = capture_value(carbon_price, credit, credit_years, under_repeal_hazard, allowance_price_growth,
                          repeal_hazard, discount_rate, capture_capex, capture_running_cost, storage_cost, project_life)
    pipe = transport_cost_alone * annuity(0, discount_rate, project_life)
    alone, together = plant - pipe, plant - pipe * (1 - saving)
    return {
        "alone": alone,
        "together": together,
        "pay_alone": total(where(alone > 0, 1, 0)),
        "pay_together": total(where(together > 0, 1, 0)),
        "saving": saving,
        "gain": pipe * saving,
    }


def rules_of(region, rules):
    """The row of a region in a table of rules, as a dict.

    region: its name. rules: a data frame with a column ``region``.
    Raises ``ValueError`` for a region without data; the message names the known ones.
    """
    rows = {row["region"]: row for row in rules.to_dict("records")}
    if region not in rows:
        raise ValueError(f"region is {region!r}; known are: {', '.join(rows)}")
    return rows[region]
