"""The European Union's emissions trading: the cap, the charge at the border, and when capture pays."""

from __future__ import annotations

from utils.expressions import above, cumulative, floor, largest, log, maximum, minimum, smallest, total, where, within

CAP_2021 = 1571.583007  # Mt CO2, stationary installations
YEARLY_CUT_2021 = 43.003515  # Mt CO2 a year at a reduction factor of 2.2 %
REFERENCE = YEARLY_CUT_2021 / 0.022  # Mt CO2: what the linear reduction factor is a share of
MARITIME_FROM = 2024
CBAM_FROM = 2026
NEVER = 2100  # stands for "not in this century"


def cap_path(year, reduction_factor, one_off_change, maritime_addition, late_reduction_factor, include_maritime):
    """The EU ETS cap year by year.

    Formula: cap(y) = cap(2021) − Σ LRF · reference + Σ one-off changes; the reference, 1,954.7 Mt, is what makes 2.2 %
    equal to the published 43,003,515 a year. The linear reduction factor is a share of this fixed reference, not of
    the cap, so the cap falls in a straight line and reaches zero.

    year: from 2021, one row each without gaps. reduction_factor: fraction in law. one_off_change, maritime_addition:
    Mt. late_reduction_factor: fraction that replaces the law's from 2031. include_maritime: 0 or 1.

    Outputs: ``cap`` Mt, ``cut`` Mt a year; ``first_zero_year`` (2100: not in the table), ``cap_2030`` Mt,
    ``cap_2040`` Mt, ``left_from_2026`` the allowances from 2026 on, Mt.
    Raises ``ValueError`` for a year before 2021 and factors outside 0 to 0.1.
    Source: eu2023ets; staffetta2020; ec2023cap.
    Leaves out aviation, the market stability reserve, and the smaller additions for shipping in 2026 and 2027.
    """
    within(2021, NEVER, year=year)
    within(0, 0.1, reduction_factor=reduction_factor, late_reduction_factor=late_reduction_factor)
    within(0, 1, include_maritime=include_maritime)
    factor = where(year >= 2031, late_reduction_factor, reduction_factor)
    sea = include_maritime * maritime_addition
    reference = REFERENCE + include_maritime * where(year >= MARITIME_FROM, largest(maritime_addition), 0)
    cut = factor * reference
    cap = maximum(0, CAP_2021 + cumulative(one_off_change + sea - cut))
    return {
        "cap": cap,
        "cut": cut,
        "first_zero_year": smallest(where(cap > 0, NEVER, year)),
        "cap_2030": total(where(year == 2030, cap, 0)),
        "cap_2040": total(where(year == 2040, cap, 0)),
        "left_from_2026": total(where(year >= CBAM_FROM, cap, 0)),
    }


def charged_share(year, years, shares):
    """The share of the border charge that applies in a year: the table's up to its last year, then the full charge.

    year: calendar year. years, shares: columns of the phase-in table. Result: a fraction.
    Raises ``ValueError`` for a year before 2026, when nothing is charged. Source: eu2023cbam.
    """
    _charged(year)
    return where(year > largest(years), largest(shares), total(where(years == year, shares, 0)))


def _charged(year):
    try:
        within(CBAM_FROM, NEVER, year=year)
    except ValueError as error:
        raise ValueError(f"{error}: CBAM charges nothing before {CBAM_FROM}") from None


def cbam_bill(year, phase_in_share, emission_intensity, benchmark, allowance_price, allowance_price_growth,
              price_paid_abroad):
    """What an importer pays at the EU's border for one tonne of a good.

    Formula: max(0, p · max(0, e − b (1 − s)) − a · e), where p is the allowance price, e the embedded emissions,
    b the benchmark, s the share of free allocation that has gone, a the carbon price already paid abroad.

    year: from 2026. phase_in_share: fraction. emission_intensity, benchmark: t CO2e/t. allowance_price: EUR/t CO2 in
    2026, rising by allowance_price_growth a year. price_paid_abroad: EUR/t CO2 on all embedded emissions, net.

    Outputs: ``price`` EUR/t CO2, ``certificates`` t CO2 charged per tonne, ``bill`` EUR/t of the good.
    Raises ``ValueError`` for a year before 2026 and for values out of range. Source: eu2023cbam; steelorbis2025.
    Leaves out default values with mark-ups, quarterly prices of 2026, the 50-tonne exemption and how the deduction
    for a price paid abroad will be measured.
    """
    _charged(year)
    within(0, 1, phase_in_share=phase_in_share)
    within(0, float("inf"), emission_intensity=emission_intensity, benchmark=benchmark,
           allowance_price=allowance_price, price_paid_abroad=price_paid_abroad)
    above(-1, allowance_price_growth=allowance_price_growth)
    price = allowance_price * (1 + allowance_price_growth) ** (year - CBAM_FROM)
    certificates = maximum(0, emission_intensity - benchmark * (1 - phase_in_share))
    bill = maximum(0, price * certificates - price_paid_abroad * emission_intensity)
    return {"price": price, "certificates": certificates, "bill": bill}


def import_bill(year, phase_in_share, emission_intensity, benchmark, allowance_price, allowance_price_growth,
                price_paid_abroad):
    """:func:`cbam_bill` year by year, taken apart and with the figures of a headline.

    Arguments as in :func:`cbam_bill`; emission_intensity above 0.

    Outputs, in EUR per tonne of CO2 embedded in the good: ``over_benchmark``, charged for what is dirtier than the
    benchmark; ``phased_in``, charged because free allocation goes (both before the price paid abroad comes off); and
    ``border_price``, the bill. Scalars ``bill_2026``, ``bill_2030``, ``bill_2034`` in EUR per tonne of the good.
    Errors, source and limits as there.
    """
    above(0, emission_intensity=emission_intensity)
    price, certificates, bill = cbam_bill(year, phase_in_share, emission_intensity, benchmark, allowance_price,
                                          allowance_price_growth, price_paid_abroad).values()
    over = maximum(0, emission_intensity - benchmark)
    return {
        "over_benchmark": price * over / emission_intensity,
        "phased_in": price * (certificates - over) / emission_intensity,
        "border_price": bill / emission_intensity,
        "bill_2026": total(where(year == 2026, bill, 0)),
        "bill_2030": total(where(year == 2030, bill, 0)),
        "bill_2034": total(where(year == 2034, bill, 0)),
    }


def year_capture_pays(cost, allowance_price, allowance_price_growth):
    """The first year from 2026 in which the allowance price covers a cost.

    Formula: 2026 + ⌈ln(c / p) / ln(1 + g)⌉, never before 2026; 2100 stands for never (in this century).

    cost: EUR/t CO2, above 0. allowance_price: EUR/t CO2 in 2026, above 0. allowance_price_growth: per year, from 0.
    Raises ``ValueError`` otherwise. Source: our formula.
    """
    above(0, cost=cost, allowance_price=allowance_price)
    within(0, 1, allowance_price_growth=allowance_price_growth)
    rises = allowance_price_growth > 1e-9  # a slower rise is none: 1 + g would be rounded to 1
    growth = where(rises, allowance_price_growth, 1)  # keeps the branch not taken finite
    waiting = -floor(-log(cost / allowance_price) / log(1 + growth) + 1e-9)  # rounding error must not cost a year
    rising = minimum(NEVER, CBAM_FROM + maximum(0, waiting))
    return where(cost <= allowance_price, CBAM_FROM, where(rises, rising, NEVER))


def capture_cost(cost_low, cost_high, capture_cost_position, transport_storage_cost, dollars_per_euro):
    """The cost of a captured tonne with what follows it, in EUR/t CO2.

    cost_low, cost_high: cost of capture, USD/t CO2. capture_cost_position: 0 for the low end, 1 for the high end.
    transport_storage_cost: EUR/t CO2. dollars_per_euro: USD/EUR, above 0. Raises ``ValueError`` for values out of
    range. Source: iea2021capture (recalled).
    """
    within(0, 1, capture_cost_position=capture_cost_position)
    within(0, float("inf"), cost_low=cost_low, cost_high=cost_high, transport_storage_cost=transport_storage_cost)
    above(0, dollars_per_euro=dollars_per_euro)
    capture = cost_low + (cost_high - cost_low) * capture_cost_position
    return capture / dollars_per_euro + transport_storage_cost


def capture_pays(cost_low, cost_high, allowance_price, allowance_price_growth, capture_cost_position,
                 transport_storage_cost, dollars_per_euro):
    """When capture, transport and storage become cheaper than allowances, industry by industry.

    The costs: see :func:`capture_cost`. The rest: see :func:`year_capture_pays`.

    Outputs: ``cost`` EUR/t CO2 with transport and storage, ``gap`` to the price of 2026 EUR/t, ``year_pays`` (2100:
    never); ``price_2026``, ``price_2035``, ``price_2050`` EUR/t CO2; ``pays_now``, ``pays_by_2035``, ``pays_by_2050``
    the number of industries.
    Raises ``ValueError`` for values out of range. Source: iea2021capture (recalled), fendler2026.
    Compares yearly costs; :mod:`utils.models.investment` compares over the life of a plant.
    """
    cost = capture_cost(cost_low, cost_high, capture_cost_position, transport_storage_cost, dollars_per_euro)
    year = year_capture_pays(cost, allowance_price, allowance_price_growth)
    return {
        "cost": cost,
        "gap": cost - allowance_price,
        "year_pays": year,
        "price_2026": allowance_price,
        "price_2035": allowance_price * (1 + allowance_price_growth) ** 9,
        "price_2050": allowance_price * (1 + allowance_price_growth) ** 24,
        "pays_now": total(where(year <= CBAM_FROM, 1, 0)),
        "pays_by_2035": total(where(year <= 2035, 1, 0)),
        "pays_by_2050": total(where(year <= 2050, 1, 0)),
    }
