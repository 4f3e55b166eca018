"""Money over time: what every other model needs."""

from __future__ import annotations

from utils.expressions import above, where


def capital_recovery_factor(discount_rate, life):
    """The yearly payment that repays one unit of capital over its life, with interest.

    Formula: r / (1 − (1 + r)^−n); 1 / n when r is zero.

    discount_rate: per year, as a fraction, above −1. life: years, above 0. Result: 1/year.
    Raises ``ValueError`` otherwise. Source: any text on engineering economics; equals SciPy-style annuity tables.
    """
    above(-1, discount_rate=discount_rate)
    above(0, life=life)
    no_interest = abs(discount_rate) < 1e-9  # nearer to zero the formula would divide by a rounding error
    rate = where(no_interest, 1.0, discount_rate)  # keeps the branch that is not taken finite
    return where(no_interest, 1 / life, rate / (1 - (1 + rate) ** (-life)))
