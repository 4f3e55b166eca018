"""Sharing a cost that a group bears together: the Shapley value and the core.

A game is a table ``{coalition: cost}`` over all coalitions of n players; a coalition is a frozenset of the
numbers 0 … n − 1. Costs may be numbers or recorded expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import combinations
from math import factorial

from utils.expressions import minimum, total, where

Coalition = frozenset[int]


def coalitions(players: int) -> list[Coalition]:
    """All coalitions of players 0 … n − 1, the smaller first, without the empty one."""
    return [frozenset(c) for size in range(1, players + 1) for c in combinations(range(players), size)]


def cheapest(players: int, joint_cost: Callable[[Coalition], object]) -> dict[Coalition, object]:
    """The cost of each coalition when it may act as one or split into parts, whichever costs least.

    Without this a group that is dearer together than apart would be charged for a pipe nobody would build.
    """
    costs: dict[Coalition, object] = {}
    for group in coalitions(players):
        options = [joint_cost(group)]
        rest = group - {min(group)}  # the part with the smallest member names each split once
        for size in range(len(rest)):
            for kept in combinations(sorted(rest), size):
                part = frozenset(kept) | {min(group)}
                options.append(costs[part] + costs[group - part])
        costs[group] = minimum(*options)
    return costs


def shapley_value(costs: Mapping[Coalition, object]) -> list:
    """What each player pays: the cost it adds, averaged over every order in which the players may join.

    φᵢ = Σ over S without i of |S|! (n − |S| − 1)! / n! · (c(S ∪ i) − c(S)). Source: Shapley 1953. Raises
    ``ValueError`` when a coalition is missing. The number of coalitions doubles with each player: 2ⁿ.
    """
    players = max(max(group) for group in costs) + 1
    missing = [set(group) for group in coalitions(players) if group not in costs]
    if missing:
        raise ValueError(f"costs lacks the coalition {missing[0]}; allowed is a cost for every one of 2^n − 1")

    def added(group: Coalition, player: int):
        before = costs[group] if group else 0
        weight = factorial(len(group)) * factorial(players - len(group) - 1) / factorial(players)
        return weight * (costs[group | {player}] - before)

    groups = [frozenset(), *coalitions(players)]
    return [total([added(group, i) for group in groups if i not in group]) for i in range(players)]


def better_off_apart(costs: Mapping[Coalition, object], payments: Sequence, tolerance: float = 1e-9):
    """How many coalitions pay more than they would on their own; the split is in the core when it is 0.

    Source: Gillies 1959. ``tolerance``: differences up to this share of the group's cost are rounding.
    """
    return total([
        where(total([payments[i] for i in sorted(group)]) > cost * (1 + tolerance), 1, 0)
        for group, cost in costs.items()
    ])


def permuted(costs: Mapping[Coalition, object], order: Sequence[Hashable]) -> dict[Coalition, object]:
    """The same game with the players renamed: player i becomes ``order[i]``."""
    return {frozenset(order[i] for i in group): cost for group, cost in costs.items()}
