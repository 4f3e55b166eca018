"""United States tax credits for clean hydrogen (45V) and captured CO2 (45Q), and what a risk of repeal does to them."""

from __future__ import annotations

from utils.expressions import above, floor, largest, total, where, within

WAGE_RULES_FACTOR = 5  # section 45V(e): meeting the wage and apprenticeship rules multiplies the credit by five
HYDROGEN_TERM = 10  # years of production that earn 45V
CAPTURE_TERM = 12  # years of capture that earn 45Q
LAST_START_2022 = 2032  # construction must begin before 2033 under the act of 2022 …
LAST_START_2025 = 2027  # … and, for 45V, before 2028 under the act of 4 July 2025


def annuity(growth, discount_rate, years):
    """Present value of one unit a year for ``years`` years that grows by ``growth`` a year.

    Formula: Σ_{t=1..n} ((1 + g) / (1 + r))^t = q (1 − q^n) / (1 − q) with q = (1 + g) / (1 + r), and n when q is 1.
    A growth of −h is a yearly chance h that the payment stops for good.

    growth: per year, a fraction from −1. discount_rate: per year, above −1. years: 0 or more. Result: years.
    Raises ``ValueError`` otherwise. Source: any text on engineering economics.
    """
    above(-1, discount_rate=discount_rate)
    within(-1, float("inf"), growth=growth)
    within(0, float("inf"), years=years)
    ratio = (1 + growth) / (1 + discount_rate)
    flat = abs(ratio - 1) < 1e-9
    safe = where(flat, 0.5, ratio)  # keeps the branch that is not taken finite
    return where(flat, years, safe * (1 - safe**years) / (1 - safe))


def present_value(credit, term, repeal_hazard, discount_rate, years_to_first_payment=0):
    """Expected present value of a credit that may be repealed.

    Formula: Σ_{t=1..n} c (1 − h)^(t+w) / (1 + r)^(t+w): each year the law survives with probability 1 − h.

    credit: per unit and year. term: years it is paid. repeal_hazard: per year, 0 to 1. discount_rate: per year,
    from 0. years_to_first_payment: years w between the decision and the first year of operation.
    Result: money of today per yearly unit; never more than credit × term.
    Raises ``ValueError`` for values out of range. Source: shinohara2025 (footnote 7) for the risk; the formula is ours.
    Fails where repeal spares projects under way (grandfathering) or comes in election years only.
    """
    within(0, 1, repeal_hazard=repeal_hazard)
    within(0, float("inf"), credit=credit, term=term, discount_rate=discount_rate,
           years_to_first_payment=years_to_first_payment)
    waiting = ((1 - repeal_hazard) / (1 + discount_rate)) ** years_to_first_payment
    return credit * waiting * annuity(-repeal_hazard, discount_rate, term)


def in_tier(carbon_intensity, lower, upper):
    """1 for the tier of section 45V that a carbon intensity falls in, 0 for the others; 4 itself still earns a credit.

    carbon_intensity, lower, upper: kg CO2e/kg H2, from 0. Raises ``ValueError`` below. Source: usc45v.
    """
    within(0, float("inf"), carbon_intensity=carbon_intensity)
    last = upper >= largest(upper)
    below = where(last, carbon_intensity <= upper, carbon_intensity < upper)
    return where((carbon_intensity >= lower) & below, 1, 0)


def may_start(construction_start, law_version):
    """1 if construction that begins in this year can earn 45V, 0 if it comes too late.

    construction_start: calendar year. law_version: 0 for the act of 2022, 1 for the act of 4 July 2025.
    Raises ``ValueError`` for another version. Source: usc45v; taxpayer2025.
    """
    within(0, 1, law_version=law_version)
    last = where(law_version == 1, LAST_START_2025, LAST_START_2022)
    return where(floor(construction_start) <= last, 1, 0)


def hydrogen_credit(lower, upper, credit, h2_carbon_intensity, wage_rules, construction_start, law_version,
                    repeal_hazard, discount_rate, years_to_first_payment):
    """What 45V is worth today to a plant that makes one kilogram of hydrogen a year, tier by tier.

    lower, upper: bounds of each tier, kg CO2e/kg H2. credit: of each tier with the wage rules met, USD/kg.
    h2_carbon_intensity: kg CO2e/kg H2. wage_rules: 1 if met. construction_start: year. law_version: 0 or 1, see
    :func:`may_start`. The rest: see :func:`present_value`.

    Outputs: ``annual`` USD/kg paid in each tier, ``on_paper`` their sum over ten years, ``worth`` the expected
    present value, ``mine`` 1 for the plant's own tier; for that tier ``credit_now`` USD/kg, ``paper_value``,
    ``present_worth``, ``certain_worth`` (without repeal) in USD per kg a year, and ``lost`` to the hazard, a fraction.
    Raises ``ValueError`` for values out of range. Source: usc45v; renewablethermal2023; taxpayer2025.
    Leaves out rounding to 0.1 cent, indexing beyond inflation, hourly matching, and the tax the credit is set against.
    """
    within(0, 1, wage_rules=wage_rules)
    open_ = may_start(construction_start, law_version)
    annual = credit * open_ * where(wage_rules == 1, 1, 1 / WAGE_RULES_FACTOR)
    worth = present_value(annual, HYDROGEN_TERM, repeal_hazard, discount_rate, years_to_first_payment)
    certain = present_value(annual, HYDROGEN_TERM, 0, discount_rate, years_to_first_payment)
    mine = in_tier(h2_carbon_intensity, lower, upper)
    certain_worth = total(certain * mine)
    present_worth = total(worth * mine)
    return {
        "annual": annual,
        "on_paper": annual * HYDROGEN_TERM,
        "worth": worth,
        "mine": mine,
        "eligible": open_,
        "credit_now": total(annual * mine),
        "paper_value": total(annual * mine) * HYDROGEN_TERM,
        "present_worth": present_worth,
        "certain_worth": certain_worth,
        "lost": where(certain_worth > 0, 1 - present_worth / where(certain_worth > 0, certain_worth, 1), 0),
    }


def capture_credit(credit_2022, credit_2025, law_version, repeal_hazard, discount_rate, years_to_first_payment,
                   project_life):
    """What 45Q is worth today, and spread over the life of the plant, by where the CO2 comes from and goes.

    credit_2022, credit_2025: USD/t with the wage rules met, before and after the act of 4 July 2025.
    law_version: 0 or 1. project_life: years; the credit is paid for twelve of them. The rest: see
    :func:`present_value`.

    Outputs: ``annual`` USD/t, ``worth`` USD per t/year, ``over_life`` the constant USD/t over the whole life that is
    worth the same; ``share_of_life`` of that to the annual credit, a fraction.
    Raises ``ValueError`` for values out of range. Source: nixonpeabody2022; taxpayer2025.
    """
    within(0, 1, law_version=law_version)
    annual = where(law_version == 1, credit_2025, credit_2022)
    paid_years = where(project_life < CAPTURE_TERM, project_life, CAPTURE_TERM)
    worth = present_value(annual, paid_years, repeal_hazard, discount_rate, years_to_first_payment)
    life = present_value(1, project_life, 0, discount_rate, years_to_first_payment)
    one = present_value(1, paid_years, repeal_hazard, discount_rate, years_to_first_payment)
    return {"annual": annual, "worth": worth, "over_life": worth / life, "share_of_life": one / life}
