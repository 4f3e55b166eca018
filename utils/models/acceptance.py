"""Contested choices: scores on several criteria, weights that people do not share, and the weight that decides."""

from __future__ import annotations

from utils.expressions import column, maximum, minimum, total, where, within

CRITERIA = ("low_cost", "deep_cut", "soon", "steady", "safety", "landscape")
HEAVIEST = 10  # the largest weight a criterion can have
NEVER = 99  # stands for a move of a weight that changes nothing within 0 to 10


def ranking(low_cost, deep_cut, soon, steady, safety, landscape, weight_low_cost, weight_deep_cut, weight_soon,
            weight_steady, weight_safety, weight_landscape):
    """The weighted score of each option.

    Formula: score = Σ weight · score on the criterion / Σ weights.

    low_cost … landscape: columns of scores from 0 to 10, one row an option, 10 the best. weight_…: 0 to 10.

    Result, by option: what each criterion adds to its score (``from_low_cost`` …) and ``score``, 0 to 10. Numbers:
    ``leader`` (its row), ``second``, and ``lead`` (the points between them). Raises ``ValueError`` for scores or
    weights out of range. Source: keeney1976. A sum lets a good score make up for a bad one, which not everyone
    accepts; all weights zero rank nothing.
    """
    scores = [list(values) for values in (low_cost, deep_cut, soon, steady, safety, landscape)]
    weights = [weight_low_cost, weight_deep_cut, weight_soon, weight_steady, weight_safety, weight_landscape]
    sums = _weighted_sums(scores, weights)
    leader = _row_of_largest(sums)
    behind = [where(leader == row, -1, one) for row, one in enumerate(sums)]
    weight = maximum(total(weights), 1e-9)
    parts = {
        f"from_{name}": column([weights[position] * one / weight for one in scores[position]])
        for position, name in enumerate(CRITERIA)
    }
    return parts | {
        "score": column([one / weight for one in sums]),
        "leader": leader,
        "second": _row_of_largest(behind),
        "lead": (maximum(*sums) - maximum(*behind)) / weight,
    }


def stability(ammonia_cofiring, nuclear, carbon_capture, offshore_wind, onshore_wind, solar_battery, weight_low_cost,
              weight_deep_cut, weight_soon, weight_steady, weight_safety, weight_landscape):
    """For each criterion, the interval in which its weight alone may move while the same option stays in the lead.

    The leader keeps its place while, for every rival, gap = Σ weight_k · (leader_k − rival_k) is above zero; moving
    weight_k alone, that breaks at weight_k − gap / (leader_k − rival_k).

    ammonia_cofiring … solar_battery: columns of scores from 0 to 10, one row a criterion, in the order of ``CRITERIA``.
    weight_…: 0 to 10. Result, by criterion: ``weight`` as it is, ``low`` and ``high`` of the interval within 0 to 10.
    Numbers: ``leader`` (its column), ``decisive`` (the criterion, 0 to 5, whose weight needs the smallest move, alone,
    for another option to lead; 6 if none can do it) and ``decisive_move``. Source: mareschal1988. One weight moves at a
    time; two together may turn the ranking much sooner.
    """
    options = [list(values) for values in
               (ammonia_cofiring, nuclear, carbon_capture, offshore_wind, onshore_wind, solar_battery)]
    scores = [list(values) for values in zip(*options, strict=True)]
    weights = [weight_low_cost, weight_deep_cut, weight_soon, weight_steady, weight_safety, weight_landscape]
    leader, downs, ups = _moves(scores, weights)
    decisive, least = _decisive(downs, ups)
    return {
        "weight": column([weight + 0 for weight in weights]),
        "low": column([where(down < NEVER, weight - down, 0) for weight, down in zip(weights, downs, strict=True)]),
        "high": column([where(up < NEVER, weight + up, HEAVIEST) for weight, up in zip(weights, ups, strict=True)]),
        "leader": leader,
        "decisive": decisive,
        "decisive_move": least,
    }


def _weighted_sums(scores, weights):
    """Σ weight · score for each option; scores are listed criterion by criterion."""
    if len(scores) != len(CRITERIA):
        raise ValueError(f"there are {len(scores)} criteria; allowed are the {len(CRITERIA)}: {', '.join(CRITERIA)}")
    for name, values, weight in zip(CRITERIA, scores, weights, strict=True):
        within(0, 10, **{name: values})
        within(0, HEAVIEST, **{f"weight_{name}": weight})
    options = range(len(scores[0]))
    return [total([weight * values[row] for weight, values in zip(weights, scores, strict=True)]) for row in options]


def _moves(scores, weights):
    """The leader's row, and for each weight the move down and up at which a rival draws level."""
    sums = _weighted_sums(scores, weights)
    leader = _row_of_largest(sums)
    gaps = [maximum(*sums) - one for one in sums]
    downs, ups = [], []
    for values, weight in zip(scores, weights, strict=True):
        of_leader = total([where(leader == row, one, 0) for row, one in enumerate(values)])
        down = up = NEVER
        for one, gap in zip(values, gaps, strict=True):
            ahead = of_leader - one
            move = gap / maximum(abs(ahead), 1e-9)
            down = minimum(down, where(ahead > 0, move, NEVER))
            up = minimum(up, where(ahead < 0, move, NEVER))
        downs.append(where(down <= weight, down, NEVER))
        ups.append(where(up <= HEAVIEST - weight, up, NEVER))
    return leader, downs, ups


def _decisive(downs, ups):
    """The criterion whose weight needs the smallest move for another option to lead, and that move."""
    moves = [minimum(down, up) for down, up in zip(downs, ups, strict=True)]
    least = minimum(*moves)
    decisive = len(CRITERIA)
    for position in reversed(range(len(CRITERIA))):
        decisive = where((moves[position] == least) & (least < NEVER), position, decisive)
    return decisive, least


def _row_of_largest(values):
    """The position of the largest entry, the first of several."""
    best, row = values[0], 0
    for position, one in enumerate(values[1:], start=1):
        row = where(one > best, position, row)
        best = maximum(best, one)
    return row
