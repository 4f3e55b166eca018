"""How sure is a plan? All assumptions of the composed model drawn at once, and which of them matters.

Each assumption is drawn from a *triangular* distribution: its most likely value is the one in use, and it cannot leave
the bounds of its slider. A uniform one would call the ends as likely as the middle, which nobody believes; a normal one
would need a spread that nobody has measured. The bounds were chosen for learning, not fitted, so a probability found
here is that of the model under these bounds and no forecast. All are drawn independently.

What the designer decides is held, not drawn: the firms, the store, the policy's region, the share of the output under
contract, and the spread of the firms. NumPy draws (PCG64); the same seed gives the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from utils import assumptions
from utils.cluster import Cluster, place, settings
from utils.expressions import parameters
from utils.models import cluster_plan

DRAWS, CHUNK = 10_000, 10_000
DECIDED = ("offtake_share", "hub_spacing")
RESULTS = ("cost_alone", "cost_shared", "income", "balance_alone", "balance_shared", "abatement", "saving")
WHOLE = ("project_life",)  # counted in whole years


def uncertain(cluster: Cluster, held: Sequence[str] = (), **overrides: float) -> pd.DataFrame:
    """What is drawn for a cluster, one row each: ``name``, ``label``, ``unit``, ``low``, ``likely``, ``high``.

    held: assumptions that are taken as known, at their likely value.
    Assumptions that cannot change this cluster's result, such as the price of gas where nobody makes hydrogen, are
    drawn too: they are worth nothing, and the sensitivities say so.
    """
    values = settings(cluster, **overrides)
    if strange := [name for name in held if name not in values]:
        raise ValueError(f"held names {strange[0]!r}; allowed are {', '.join(values)}")
    taken = [name for name in parameters(cluster_plan.plan) if name in values and name not in (*DECIDED, *held)]
    found = [assumptions.get(name) for name in taken]
    return pd.DataFrame([
        {"name": a.name, "label": a.label, "unit": a.unit, "low": a.low, "likely": values[a.name], "high": a.high}
        for a in found
    ])


def quantiles(shares: np.ndarray, low: float, likely: float, high: float) -> np.ndarray:
    """The values of a triangular distribution below which these shares (0 to 1) of it lie."""
    if not low <= likely <= high or low == high:
        raise ValueError(f"likely is {likely:g}; allowed is {low:g} to {high:g}, and the two must differ")
    split = (likely - low) / (high - low)
    rising = low + np.sqrt(shares * (high - low) * (likely - low))
    falling = high - np.sqrt((1 - shares) * (high - low) * (high - likely))
    return np.where(shares < split, rising, falling)


def run(cluster: Cluster, shares: np.ndarray, ranges: pd.DataFrame, **overrides: float) -> dict[str, np.ndarray]:
    """The composed model at many points at once; ``shares`` has one row for each uncertain assumption, one column each
    draw, and says how far up its distribution the value lies."""
    drawn = {}
    for row, share in zip(ranges.to_dict("records"), shares, strict=True):
        value = quantiles(share, row["low"], row["likely"], row["high"])
        drawn[row["name"]] = np.round(value) if row["name"] in WHOLE else value
    values = settings(cluster, **overrides) | drawn
    taken = {name: values[name] for name in parameters(cluster_plan.plan) if name in values}
    found = cluster_plan.plan(**place(cluster), **taken)
    return {name: np.broadcast_to(found[name], shares.shape[1]) for name in RESULTS}


def simulate(cluster: Cluster, draws: int = DRAWS, seed: int = 2050, progress: Callable[[int], object] | None = None,
             held: Sequence[str] = (), **overrides: float) -> pd.DataFrame:
    """A Monte Carlo simulation: one row a draw, with the results of the composed model (``RESULTS``).

    draws: 1 to 10 million. seed: a whole number, 0 or more. progress: called with the number of draws just done, such
    as the ``update`` of a tqdm bar. held: see :func:`uncertain`. overrides: as for :func:`.cluster.evaluate`; they move
    the most likely value.
    """
    for name, value, least, most in (("draws", draws, 1, 10_000_000), ("seed", seed, 0, float("inf"))):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not least <= value <= most:
            raise ValueError(f"{name} is {value!r}; allowed is a whole number from {least} to {most:g}")
    ranges, source = uncertain(cluster, held, **overrides), np.random.default_rng(seed)
    parts, step = [], min(CHUNK, -(-draws // 10)) if progress else CHUNK  # ten steps, so that progress can be seen
    for done in range(0, draws, step):
        size = min(step, draws - done)
        parts.append(pd.DataFrame(run(cluster, source.random((size, len(ranges))).T, ranges, **overrides)))
        if progress:
            progress(size)
    return pd.concat(parts, ignore_index=True)


def chance(simulated: pd.DataFrame, balance: str = "balance_shared") -> float:
    """The share of the draws in which income covers cost."""
    return float((simulated[balance] >= 0).mean())


def tornado(cluster: Cluster, result: str = "balance_shared", **overrides: float) -> pd.DataFrame:
    """Each assumption alone, moved from its tenth to its ninetieth percentile, the others at their likely value.

    One row an assumption, the widest first: ``label``, ``unit``, ``low_value``, ``high_value`` of the assumption,
    ``at_low``, ``at_high`` of the result, and ``swing``, the distance of the two.
    """
    _known(result)
    ranges = uncertain(cluster, **overrides)
    likely = (ranges["likely"] - ranges["low"]) / (ranges["high"] - ranges["low"])  # the peak's place in its own CDF
    count = len(ranges)
    shares = np.repeat(likely.to_numpy()[:, None], 2 * count, axis=1)
    each = np.arange(count)
    shares[each, 2 * each], shares[each, 2 * each + 1] = 0.1, 0.9
    found = run(cluster, shares, ranges, **overrides)[result].reshape(count, 2)
    ends = [quantiles(np.array([0.1, 0.9]), r["low"], r["likely"], r["high"]) for r in ranges.to_dict("records")]
    table = ranges[["name", "label", "unit"]].assign(
        low_value=[low for low, _ in ends], high_value=[high for _, high in ends],
        at_low=found[:, 0], at_high=found[:, 1], swing=abs(found[:, 1] - found[:, 0]))
    return table.sort_values("swing", ascending=False, kind="stable", ignore_index=True)


def sobol(cluster: Cluster, result: str = "balance_shared", points: int = 1024, seed: int = 2050,
          **overrides: float) -> pd.DataFrame:
    """Sobol's indices: the share of the variance of a result that each assumption explains.

    ``first``: by itself, what would go if it were known exactly. ``total``: with all it interacts with. One row an
    assumption, the largest first. points: a power of two; the model runs points · (assumptions + 2) times. Source:
    Saltelli et al. 2010, by SciPy. Small indices are estimates with noise, and may come out a little below zero.
    """
    from scipy.stats import sobol_indices, uniform

    _known(result)
    if isinstance(points, bool) or not isinstance(points, int) or points < 2 or points & (points - 1):
        raise ValueError(f"points is {points!r}; allowed is a power of two such as 1024")
    ranges = uncertain(cluster, **overrides)

    def model(shares):
        starts = range(0, shares.shape[1], CHUNK)
        return np.concatenate([run(cluster, shares[:, k:k + CHUNK], ranges, **overrides)[result] for k in starts])

    found = sobol_indices(func=model, n=points, dists=[uniform()] * len(ranges), rng=np.random.default_rng(seed))
    table = ranges[["name", "label"]].assign(first=found.first_order, total=found.total_order)
    return table.sort_values("total", ascending=False, kind="stable", ignore_index=True)


def described(simulated: pd.DataFrame, results: Mapping[str, str]) -> pd.DataFrame:
    """Percentiles of some results, ``{column: what to call it}``: a table to print."""
    shares = [0.05, 0.25, 0.5, 0.75, 0.95]
    table = simulated[list(results)].quantile(shares).T
    table.columns = [f"{share:.0%}" for share in shares]
    return table.assign(mean=simulated[list(results)].mean()).rename(index=results)


def histogram(simulated: pd.DataFrame, results: Mapping[str, str], width: float = 5) -> pd.DataFrame:
    """How often some results fall in bins of a width: ``what``, ``start``, ``end`` and ``share`` of the draws."""
    parts = []
    for column, what in results.items():
        counts = (simulated[column] // width).value_counts(normalize=True).sort_index()
        start = counts.index.to_numpy() * width
        parts.append(pd.DataFrame({"what": what, "start": start, "end": start + width, "share": counts.to_numpy()}))
    return pd.concat(parts, ignore_index=True)


def _known(result: str) -> None:
    if result not in RESULTS:
        raise ValueError(f"result is {result!r}; allowed are {', '.join(RESULTS)}")
