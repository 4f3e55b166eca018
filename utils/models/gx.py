"""Japan's green transformation: a carbon price of which the law has fixed only a part."""

from __future__ import annotations

from utils.expressions import above, maximum, minimum, total, where, within

CARBON_TAX = 289  # JPY/t CO2, in force
FLOOR_2026, CEILING_2026 = 1700, 4300  # JPY/t CO2, fiscal year 2026
OUTLOOK_TO = 2030  # the committee's outlook goes no further


def trading_band(fiscal_year, gx_price_growth, gx_spread):
    """Floor and ceiling of emissions trading: fixed for fiscal year 2026, an outlook to 2030, a guess after that.

    Formula: p (1 + g)^(y − 2026) to 2030; then the ceiling rises by g + d a year and the floor by g − d.

    fiscal_year: from 2026. gx_price_growth g, gx_spread d: fractions a year above inflation, 0 to 0.5.
    Result: ``ets_low`` and ``ets_high`` in JPY/t CO2 of 2026. Raises ``ValueError`` otherwise. Source: shulman2025.
    """
    within(2026, 2100, fiscal_year=fiscal_year)
    within(0, 0.5, gx_price_growth=gx_price_growth, gx_spread=gx_spread)
    outlook = (1 + gx_price_growth) ** (minimum(fiscal_year, OUTLOOK_TO) - 2026)
    after = maximum(0, fiscal_year - OUTLOOK_TO)
    return {
        "ets_low": FLOOR_2026 * outlook * (1 + gx_price_growth - gx_spread) ** after,
        "ets_high": CEILING_2026 * outlook * (1 + gx_price_growth + gx_spread) ** after,
    }


def price_band(fiscal_year, surcharge_in_force, gx_price_growth, gx_spread, gx_surcharge, gx_free_share,
               product_intensity, yen_per_euro):
    """The band in which Japan's carbon price lies, and what it adds to a tonne of a product.

    The lower edge is the carbon tax and the floor of emissions trading; the upper edge the tax, the ceiling and the
    surcharge. Floor and ceiling are those of :func:`trading_band`.

    fiscal_year: from 2026. surcharge_in_force: 0 or 1. gx_price_growth, gx_spread: fractions a year above inflation.
    gx_surcharge: JPY/t CO2. gx_free_share: fraction of allowances given free. product_intensity: t CO2 per t.
    yen_per_euro: JPY/EUR.

    Outputs: ``price_low``, ``price_high`` in JPY/t CO2 of 2026, for one tonne more or less; ``product_low``,
    ``product_high`` in JPY per tonne of product, with the free allowances taken off. Scalars ``low_2035``,
    ``high_2035``, ``product_2035`` in the same units, and ``euro_2035`` in EUR/t CO2.
    Raises ``ValueError`` for a year before 2026 and values out of range.
    Source: shulman2025; ieej2025; innoventier2025. Fails where firms pass on costs, buy credits instead, or pay the
    surcharge on fuel and allowances for the same tonne (whether they must is not settled in these sources).
    """
    within(0, 1, surcharge_in_force=surcharge_in_force, gx_free_share=gx_free_share)
    within(0, float("inf"), gx_surcharge=gx_surcharge, product_intensity=product_intensity)
    above(0, yen_per_euro=yen_per_euro)
    low, high = trading_band(fiscal_year, gx_price_growth, gx_spread).values()
    surcharge = surcharge_in_force * gx_surcharge
    price_low, price_high = CARBON_TAX + low, CARBON_TAX + high + surcharge
    paid = 1 - gx_free_share
    product_high = product_intensity * (CARBON_TAX + surcharge + high * paid)
    return {
        "price_low": price_low,
        "price_high": price_high,
        "product_low": product_intensity * (CARBON_TAX + low * paid),
        "product_high": product_high,
        "low_2035": _in(2035, fiscal_year, price_low),
        "high_2035": _in(2035, fiscal_year, price_high),
        "product_2035": _in(2035, fiscal_year, product_high),
        "euro_2035": _in(2035, fiscal_year, price_high) / yen_per_euro,
    }


def _in(year, fiscal_year, values):
    return total(where(fiscal_year == year, values, 0))


def repayment_price(bonds, first_year, last_year, emissions, yearly_cut):
    """The carbon price on every tonne that repays the transition bonds.

    Formula: B / Σ_y max(0, E − c (y − first)), without interest.

    bonds: JPY. first_year, last_year: fiscal years in which the price is paid. emissions: t CO2 in the first.
    yearly_cut: t CO2 a year. Result: JPY/t CO2.
    Raises ``ValueError`` if last_year is before first_year or an amount is negative. Source: arimura2025 for the bonds.
    """
    within(0, float("inf"), bonds=bonds, yearly_cut=yearly_cut)
    above(0, emissions=emissions)
    within(first_year, 2100, last_year=last_year)
    return bonds / total([maximum(0, emissions - yearly_cut * (y - first_year))
                          for y in range(first_year, last_year + 1)])
