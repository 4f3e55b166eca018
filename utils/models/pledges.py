"""What a net-zero year means: emissions until then, and the size of a potential among national emissions."""

from __future__ import annotations

from utils.expressions import above, maximum, total, where, within

BASE_YEAR = 2023  # the year of the emissions in the book's tables


def linear_phase_out(emissions, target_year, delay=0, year=BASE_YEAR):
    """Emissions in a year on a straight line from 2023 down to zero.

    They stay level for ``delay`` years, then fall in equal steps; the whole line is moved, so zero is reached
    ``delay`` years after the target. Formula: E · clip(1 − (y − 2023 − d) / (T − 2023), 0, 1).

    emissions: a year, in any unit, 0 or more. target_year, year: calendar years, the target after 2023.
    delay: years, 0 or more. Result: a year, in the unit of the emissions. Raises ``ValueError`` otherwise.
    It says nothing of what happens after zero (negative emissions) and of the shape real policies have.
    """
    within(0, float("inf"), emissions=emissions, delay=delay)
    above(BASE_YEAR, target_year=target_year)
    within(BASE_YEAR, float("inf"), year=year)
    falling = (year - BASE_YEAR - delay) / (target_year - BASE_YEAR)
    return emissions * (1 - maximum(0, where(falling > 1, 1, falling)))


def emissions_until_zero(emissions, target_year, delay=0):
    """All emissions from 2023 until the straight line reaches zero.

    The level years plus the triangle: E · d + E · (T − 2023) / 2. Arguments and errors as for
    :func:`linear_phase_out`; the result is in the unit of a year's emissions.
    """
    within(0, float("inf"), emissions=emissions, delay=delay)
    above(BASE_YEAR, target_year=target_year)
    return emissions * delay + emissions * (target_year - BASE_YEAR) / 2


def pledges_against_budget(fossil_co2_mt, target_year, delay, carbon_budget):
    """How much of a world carbon budget the parties' own straight lines use up.

    fossil_co2_mt: column, Mt CO2 a year in 2023. target_year: column. delay: years. carbon_budget: Gt CO2 left
    at the start of 2023 for the whole world and all sources. Result: ``cumulative`` by party and their
    ``together`` in Gt CO2; ``share`` of the budget (above 1: more than there is).
    """
    above(0, carbon_budget=carbon_budget)
    cumulative = emissions_until_zero(fossil_co2_mt, target_year, delay) / 1000
    together = total(cumulative)
    return {"cumulative": cumulative, "together": together, "share": together / carbon_budget}


def size_among_emitters(ghg_mt, fossil_co2_mt, is_clusters, emissions_basis, potential, share_realised,
                        share_counted_twice):
    """Where the clusters' potential would stand among the countries' emissions.

    ghg_mt, fossil_co2_mt: columns, Mt a year, one row a country and one for the clusters (``is_clusters`` 1, else
    0). emissions_basis: 0 total greenhouse gases with land use, 1 fossil CO2 alone. potential: Mt CO2e.
    share_realised, share_counted_twice: fractions. Result: ``mt`` by row, and the clusters' ``amount`` in Mt and
    ``rank`` (1 + the number of countries that emit more).

    A potential has no date and a country's emissions are those of one year: this compares size, nothing else.
    """
    within(0, 1, emissions_basis=emissions_basis, share_realised=share_realised,
           share_counted_twice=share_counted_twice)
    within(0, float("inf"), potential=potential)
    amount = potential * share_realised * (1 - share_counted_twice)
    country = where(emissions_basis == 0, ghg_mt, fossil_co2_mt)
    larger = total(where((is_clusters == 0) & (country > amount), 1, 0))
    return {"mt": where(is_clusters == 1, amount, country), "amount": amount, "rank": 1 + larger}
