"""Why firms that would all gain from a shared pipeline may not build it: a threshold public good."""

from __future__ import annotations

from utils.expressions import floor, largest, maximum, minimum, smallest, where, within

MOST_FIRMS = 20  # the finite sums below run to here
NEVER = 2  # stands for "at no belief": a probability cannot be 2


def probability_of_at_least(count, trials, probability):
    """The chance of ``count`` or more successes in independent trials: the upper tail of the binomial distribution.

    Formula: Σ_{k ≥ count} C(n, k) p^k (1 − p)^(n − k).

    count: a whole number, 1 for certain at 0 or less. trials: n, a whole number from 0 to 20. probability: p, 0 to 1.
    Result: a fraction. Raises ``ValueError`` otherwise. Any text on probability; equal to SciPy's ``binom.sf``.
    """
    within(0, MOST_FIRMS, trials=trials)
    within(0, 1, probability=probability)
    result, ways = 0, 1
    for k in range(MOST_FIRMS + 1):
        chance = ways * probability**k * (1 - probability) ** maximum(trials - k, 0)
        result = result + where(count <= k, chance, 0)
        ways = ways * (trials - k) / (k + 1)  # C(n, k + 1): zero from k = n on
    return result


def firms_needed(firms, share_needed):
    """The smallest whole number of firms that is at least this share of all."""
    return -floor(1e-9 - firms * share_needed)  # a hair is forgiven: fractions such as 0.7 are not exact in binary


def gain_from_joining(belief, firms, share_needed, joining_value, refund=0, free_ride=0, signed=0):
    """What a firm expects to gain by joining rather than waiting, per EUR that joining costs.

    Each of the other firms that has not signed joins with the probability ``belief``. With T(c) the chance that at
    least c of them do, and m the number still missing before this firm decides:

        v · T(m − 1) − 1 + ρ · (1 − T(m − 1)) − s · v · T(m).

    belief: 0 to 1. firms: all firms, 2 to 20. share_needed: of the firms, without which nothing is built, 0 to 1.
    joining_value: v, what the pipeline is worth to a firm that has joined, per EUR it paid, 0 or more. refund: ρ, the
    share paid back if nothing is built (an assurance contract). free_ride: s, the share of v that a firm gets without
    joining. signed: firms that have joined already, capped at all but this one. Result: EUR per EUR.
    Raises ``ValueError`` for values outside. Sources: palfrey1984, bagnoli1989. Firms here are alike, decide once and
    at the same time, and do not mind risk.
    """
    within(0, 1, belief=belief, share_needed=share_needed, refund=refund, free_ride=free_ride)
    within(2, MOST_FIRMS, firms=firms)
    within(0, float("inf"), joining_value=joining_value, signed=signed)
    committed = minimum(signed, firms - 1)
    undecided = firms - 1 - committed
    missing = firms_needed(firms, share_needed) - committed
    built_with = probability_of_at_least(missing - 1, undecided, belief)
    built_without = probability_of_at_least(missing, undecided, belief)
    return joining_value * built_with - 1 + refund * (1 - built_with) - free_ride * joining_value * built_without


def belief_that_tips(firms, share_needed, joining_value, refund=0, free_ride=0, signed=0):
    """The lowest belief at which joining pays, by bisection below the per cent where it pays most; None if none.

    Arguments as in :func:`gain_from_joining`. An ordinary function: it branches, so no slider can run it.
    """
    def gain(belief):
        return gain_from_joining(belief, firms, share_needed, joining_value, refund, free_ride, signed)

    high = max((step / 100 for step in range(101)), key=gain)
    if gain(high) < 0:
        return None
    if gain(0) >= 0:
        return 0.0
    low = 0.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if gain(middle) >= 0 else (middle, high)
    return high


def will_they_join(belief, firms, share_needed, joining_value, refund, free_ride, signed):
    """Where belief in the others carries a firm: to join or to wait, and where that comes to rest.

    belief: a column from 0 to 1 in rising order, fine enough to read results from it. Others as in
    :func:`gain_from_joining`. Result, by row: ``gain`` (per EUR) under these rules and ``gain_bare`` without refund and
    with nobody signed; ``built``, the chance that enough firms join if all hold this belief. Numbers, read off the
    rows: ``tips``, the lowest belief at which joining pays, and ``stays``, the highest (both 2 if there is none);
    ``case``: 0 nobody joins whatever they believe, 1 it depends on the belief, 2 joining pays at any belief, 3 it pays
    up to a point where some wait for the others; ``tips_percent`` and ``stays_percent``; ``needed``, firms.

    Everybody joins, nobody joins and, where the gain is zero, joining by the toss of a coin are the equilibria; a zero
    where the gain rises is a tipping point and no resting place.
    """
    gain = gain_from_joining(belief, firms, share_needed, joining_value, refund, free_ride, signed)
    committed = minimum(signed, firms - 1)
    needed = firms_needed(firms, share_needed)
    tips = smallest(where(gain >= 0, belief, NEVER))
    stays = largest(where(gain >= 0, belief, -1))
    never, always = tips == NEVER, (tips == smallest(belief)) & (stays == largest(belief))
    case = where(never, 0, where(always, 2, where(stays < largest(belief), 3, 1)))
    return {
        "gain": gain,
        "gain_bare": gain_from_joining(belief, firms, share_needed, joining_value, 0, free_ride, 0),
        "built": probability_of_at_least(needed - committed, firms - committed, belief),
        "tips": tips,
        "stays": where(never, NEVER, stays),
        "case": case,
        "needed": needed,
        "tips_percent": where(never, 100, tips * 100),
        "stays_percent": where(never, 0, stays * 100),
    }
