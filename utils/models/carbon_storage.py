"""Stored CO2 year by year, and what a promise of public money means per tonne."""

from __future__ import annotations

from utils.expressions import above, cumulative, largest, maximum, minimum, total, where, within

PLAN_START, PLAN_RAMP = 2025, 6  # announced in 2021: from 2025, and 10 Mt/yr by 2030 (energylivenews2021)
FIRST_STAGE = 4.5  # Mt/yr (gasworld2025)
BOTH_STAGES = 10.0  # Mt/yr (gasworld2025)
AMBITION = (20.0, 30.0)  # Mt/yr in 2030, the whole United Kingdom (hansard2021)
LONGEST_SUPPORT = 30  # years; the sum is written out so far
COMBINED_FLOW = 8.5  # Mt/yr, HyNet and the East Coast Cluster together (gccsi2024)


def ramp(years_since, ramp_years):
    """The share of a stage that is in use: 0 before it starts, then 1/n in its first year and so on to 1.

    years_since: years since the stage began, 0 in its first year. ramp_years: n, 1 or more (1: full at once).
    Raises ``ValueError`` for less.
    """
    within(1, float("inf"), ramp_years=ramp_years)
    return minimum(1, maximum(0, (years_since + 1) / ramp_years))


def stored_by_year(year, storage_start, storage_delay, ramp_years, second_stage_after, filling):
    """CO2 that HyNet stores in each year: a first stage of 4.5 Mt a year, a second that brings it to 10.

    Stored = filling · (4.5 · ramp of stage 1 + 5.5 · ramp of stage 2).

    year: column of calendar years, in order. storage_start: calendar year. storage_delay: years that everything is
    late. ramp_years: until a stage is full. second_stage_after: years between the two stages. filling: share of the
    capacity that is used, 0 to 1.

    Outputs by row, Mt: ``stored``, ``so_far`` (running total), ``plan_2021`` (what was announced in 2021: start in 2025
    and 10 Mt a year by 2030, drawn as a straight ramp). Numbers: ``in_2030``, ``sum_to_end``, ``plan_to_end`` Mt,
    ``share_of_ambition`` of the 20 Mt a year that the United Kingdom aimed at for 2030, ``best_year`` Mt a year.
    Raises ``ValueError`` for values out of range. Sources: gasworld2025, energylivenews2021, hansard2021.
    It stores what is offered at once: no well that must be closed, no field that fills up.
    """
    within(0, 1, filling=filling)
    within(0, float("inf"), storage_delay=storage_delay, second_stage_after=second_stage_after)
    begins = storage_start + storage_delay
    first = FIRST_STAGE * ramp(year - begins, ramp_years)
    second = (BOTH_STAGES - FIRST_STAGE) * ramp(year - begins - second_stage_after, ramp_years)
    stored = filling * (first + second)
    plan = BOTH_STAGES * ramp(year - PLAN_START, PLAN_RAMP)
    in_2030 = total(where(year == 2030, stored, 0))
    return {
        "stored": stored,
        "so_far": cumulative(stored),
        "plan_2021": plan,
        "in_2030": in_2030,
        "sum_to_end": total(stored),
        "plan_to_end": total(plan),
        "share_of_ambition": in_2030 / AMBITION[0],
        "best_year": largest(stored),
    }


def support_per_tonne(filling_share, support_total, support_years, ramp_years, discount_rate, carbon_value):
    """What public support comes to for each tonne stored, if the money is spread evenly over the years.

    Undiscounted: M / Σ F_t. Discounted: Σ (M / n)(1 + r)^−t / Σ F_t (1 + r)^−t. F_t is 8.5 Mt a year times the share
    of the capacity that is used, reached by a ramp.

    filling_share: column, above 0 and up to 1. support_total: M, billion GBP. support_years: n, a whole number from 1
    to 30. ramp_years: years until the flow is full. discount_rate: r, a year. carbon_value: GBP a tonne.

    Outputs by row, GBP/t: ``undiscounted``, ``discounted``, and ``value`` (the carbon value, a line). Numbers: ``full``
    and ``full_discounted`` at full use, ``half`` at half use (undiscounted), ``per_year`` billion GBP a year,
    ``needed`` the share of the capacity at which the discounted support equals the carbon value (above 1: it never
    does). Raises ``ValueError`` for values out of range. Sources: gccsi2024 (21.7 billion over 25 years, 8.5 Mt).
    Support is not cost: emitters, the carbon price and electricity users pay too.
    """
    above(0, filling_share=filling_share, support_total=support_total, carbon_value=carbon_value)
    within(0, 1, filling_share=filling_share)
    within(1, LONGEST_SUPPORT, support_years=support_years)
    within(0, float("inf"), discount_rate=discount_rate)
    flow = spread = weight = 0
    for t in range(LONGEST_SUPPORT):
        runs = where(t < support_years, 1, 0)
        worth = (1 + discount_rate) ** (-(t + 1))
        used = runs * ramp(t, ramp_years)
        flow, spread, weight = flow + used, spread + used * worth, weight + runs * worth
    per_year = support_total / support_years
    full = support_total * 1000 / (COMBINED_FLOW * flow)
    full_discounted = per_year * 1000 * weight / (COMBINED_FLOW * spread)
    return {
        "undiscounted": full / filling_share,
        "discounted": full_discounted / filling_share,
        "value": carbon_value + 0 * filling_share,
        "full": full,
        "half": full / 0.5,
        "full_discounted": full_discounted,
        "per_year": per_year,
        "needed": full_discounted / carbon_value,
    }
