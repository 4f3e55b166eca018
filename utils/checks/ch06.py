"""Chapter 6, design your own cluster: checks and quick questions."""

from __future__ import annotations

from functools import cache

from utils.exercises import check_for, close, need, need_column, need_number, open_question
from utils.quiz import Quiz

# --- A sixth member --------------------------------------------------------------------------------------------------


@cache
def _port(*, with_lime: bool = False):
    """The firms of the port, evaluated, with the newcomer or without."""
    from utils.cluster import Cluster, Firm, evaluate

    port = Cluster.from_tables("port")
    lime = Firm("Lime works", "Cement", 0.3, 35.54, 139.70)
    return evaluate(port.with_(firms=(*port.firms, lime)) if with_lime else port).firms


@check_for("ex-06-newcomer")
def larger(ask):
    """`larger` is the port with the lime works"""
    yours = ask("[[f.name, f.sector, f.emissions_mt, f.latitude, f.longitude, f.technology] for f in larger.firms]")
    need(isinstance(yours, list) and yours, "`larger` should be a Cluster: `port.with_(firms=(*port.firms, …))`.")
    need(len(yours) != 1, "The newcomer is alone. Put the five members first: `(*port.firms, …)`.")
    need(len(yours) == 6, f"The port and one more are six firms; `larger` has {len(yours)}.")
    _, sector, emissions, latitude, longitude, technology = yours[-1]
    need(sector == "Cement", f"A lime works belongs to the sector Cement here; yours is in {sector}.")
    need(not close(emissions, 300), "Emissions are in Mt a year: 0.3, not 300 (kt).")
    need(close(emissions, 0.3), f"The newcomer emits 0.3 Mt a year; yours {emissions}.")
    need(not close(latitude, 139.70), "Latitude comes before longitude.")
    need(close(latitude, 35.54) and close(longitude, 139.70), "It stands at 35.54 north, 139.70 east.")
    need(technology == "capture", "The newcomer captures its CO2, as the others do.")


@check_for("ex-06-newcomer")
def gain(ask):
    """`gain` is what the newcomer saves by joining, in EUR a tonne"""
    newcomer, cluster = _port(with_lime=True).iloc[-1], _port(with_lime=True)
    right = newcomer["alone"] - newcomer["shared"]
    mean = float(((cluster["alone"] - cluster["shared"]) * cluster["abated"]).sum() / cluster["abated"].sum())
    slips = {
        "That is in million EUR a year. EUR a tonne are asked for.": right * newcomer["abated"],
        "That is the saving of the whole cluster, per tonne. The newcomer's own is asked for.": mean,
        "That is what it pays, not what it saves.": newcomer["shared"],
        "That is the cement works, which was there before. The newcomer is the last row.":
            cluster["alone"].iloc[3] - cluster["shared"].iloc[3],
    }
    need_number(ask("gain"), float(right), "gain", unit="EUR/t", tolerance=1e-3, slips=slips)


@check_for("ex-06-newcomer")
def others(ask):
    """`others` is what the five members save because it joined, in million EUR a year"""
    before, after = _port(), _port(with_lime=True)
    right = before["payment"].sum() - after["payment"].iloc[:-1].sum()
    costs = (before["shared"] - after["shared"].iloc[:-1]).sum()
    slips = {
        "The payment of the newcomer is in it. The five together are asked for.":
            before["payment"].sum() - after["payment"].sum(),
        "You added EUR per tonne of firms of different size. `payment` is in million EUR a year.": costs,
        "That is what the five save by sharing at all. Compare the port with and without the newcomer.":
            float(((before["alone"] - before["shared"]) * before["abated"]).sum()),
    }
    need_number(ask("others"), float(right), "others", unit="million EUR a year", tolerance=1e-3, slips=slips)


# --- What is worth doing ---------------------------------------------------------------------------------------------


@cache
def _worth(price: float, way: str, key: str = "chemicals", *, air: bool = False) -> float:
    from utils.cluster import Cluster, evaluate

    curve = evaluate(Cluster.from_tables(key)).curve
    steps = curve[(curve["way"] == way) & (curve["cost"] <= price)]
    return float(steps["abated"].sum() if air else steps.loc[steps["firm"] != "Rest, from the air", "abated"].sum())


@check_for("ex-06-worth-doing")
def at_95(ask):
    """`at_95` holds what is worth doing alone and shared at 95 EUR"""
    alone, shared = _worth(95, "Alone"), _worth(95, "Shared")
    slips = {
        "Alone comes first.": [shared, alone],
        "You took what costs *more* than the price.": [3.15 - alone, 3.15 - shared],
        "Both are the same: where does your function use `way`?": [alone + shared] * 2,
        "That counts firms. Add up their Mt a year.": [1, 2],
    }
    need_column(ask("list(at_95)"), [alone, shared], "at_95", unit="Mt a year", tolerance=1e-6, slips=slips)


@check_for("ex-06-worth-doing")
def any_cluster(ask):
    """the function follows its price and its cluster, and stays with the firms"""
    # The two ready clusters are read anew: a learner may have changed the ones of the chapter.
    made = "__import__('utils.cluster', fromlist=['Cluster']).Cluster.from_tables('{}')"
    everything = f"worth_doing({made.format('chemicals')}, 500, 'Alone')"
    slips = {"The CO2 taken from the air is in it. No firm does that.": _worth(500, "Alone", air=True)}
    need_number(ask(everything), _worth(500, "Alone"), "worth_doing(chemicals, 500, 'Alone')", unit="Mt a year",
                slips=slips)
    slips = {"That is the chemical cluster. Where does your function use `cluster`?": _worth(75, "Shared")}
    need_number(ask(f"worth_doing({made.format('port')}, 75.2, 'Shared')"), _worth(75.2, "Shared", "port"),
                "worth_doing(port, 75.2, 'Shared')", unit="Mt a year", slips=slips)


# --- The tonnes in between -------------------------------------------------------------------------------------------


@cache
def _excess(growth: float, way: str = "shared", last: int = 2050, line: str = "pledge") -> float:
    from utils.cluster import Cluster, evaluate

    path = evaluate(Cluster.from_tables("port"), allowance_price_growth=growth).by_year
    path = path[path["year"] <= last]
    return float((path[way] - (path[line] if line else 0)).sum())


@check_for("ex-06-budget", points=2)
def excesses(ask):
    """`excesses` holds the Mt above the line for a rise of 4, 6 and 8 %"""
    rises = (0.04, 0.06, 0.08)
    slips = {
        "Those are all years up to 2070. Stop with 2050.": [_excess(g, last=2070) for g in rises],
        "Off by one year: 2050 belongs to it.": [_excess(g, last=2049) for g in rises],
        "That is each firm alone. They share here.": [_excess(g, "alone") for g in rises],
        "Those are all emissions. Take off what the pledge allows.": [_excess(g, line="") for g in rises],
        "That is the year 2050 alone. Add up all years until then.":
            [_excess(g) - _excess(g, last=2049) for g in rises],
        "The sign: what is emitted, less what the line allows.": [-_excess(g) for g in rises],
    }
    need_column(ask("list(excesses)"), [_excess(g) for g in rises], "excesses", unit="Mt", tolerance=1e-4, slips=slips)


# --- A loss that hurts -----------------------------------------------------------------------------------------------


@cache
def _balance(held: tuple[str, ...] = (), column: str = "balance_shared"):
    from utils import uncertainty
    from utils.cluster import Cluster

    return uncertainty.simulate(Cluster.from_tables("chemicals"), draws=10_000, seed=2050, held=held)[column]


def _chance() -> float:
    return float((_balance() < -20).mean())


@check_for("ex-06-loss")
def chance_of_loss(ask):
    """`chance_of_loss` is the share of the draws that lose more than 20 EUR a tonne"""
    slips = {
        "That is any loss. More than 20 EUR is asked for.": float((_balance() < 0).mean()),
        "That is each firm alone.": float((_balance(column="balance_alone") < -20).mean()),
        "A loss is a negative balance: below *minus* 20.": float((_balance() < 20).mean()),
        "That is the chance of *not* losing so much.": 1 - _chance(),
        "That is the number of draws. Divide by all of them.": _chance() * 10_000,
    }
    need_number(ask("chance_of_loss"), _chance(), "chance_of_loss", tolerance=1e-3, slips=slips)


@check_for("ex-06-loss")
def standard_error(ask):
    """`standard_error` is that of the chance"""
    p = _chance()
    right = (p * (1 - p) / 10_000) ** 0.5
    slips = {
        "That is the standard error of the mean balance, in EUR a tonne.": float(_balance().std() / 100),
        "That is the spread of one draw. Divide by the root of their number.": right * 100,
        "You forgot the root.": right**2,
        "You divided by the number of draws, not by its root.": right / 100,
    }
    need_number(ask("standard_error"), right, "standard_error", tolerance=2e-3, slips=slips)


@check_for("ex-06-loss")
def draws_needed(ask):
    """`draws_needed` is the number of draws for a standard error of 0.001"""
    from math import ceil

    p = _chance()
    right = ceil(round(p * (1 - p) / 1e-6, 6))
    slips = {
        "That is in proportion. The error falls with the *root* of the number.":
            ceil(10_000 * (p * (1 - p) / 10_000) ** 0.5 / 0.001),
        "That is for an error of 0.01.": ceil(p * (1 - p) / 1e-4),
    }
    yours = ask("draws_needed")
    need_number(yours, right, "draws_needed", tolerance=1e-4, slips=slips)
    need(yours == round(yours), "There is no part of a draw: round up.")


# --- Which study to pay for ------------------------------------------------------------------------------------------

_STUDIES = ("storage_cost", "discount_rate", "policy_strength")


@check_for("ex-06-worth-knowing", points=2)
def spread(ask):
    """`spread` holds the standard deviation of the balance with each of the three held"""
    yours = ask("spread")
    need(isinstance(yours, dict) and set(yours) == set(_STUDIES),
         "`spread` should be a dictionary with the three names as keys.")
    of_none = float(_balance().std())
    for name in _STUDIES:
        balance = _balance((name,))
        slips = {
            "That is the variance. Take its root.": float(balance.var()),
            "That is of the cost. The balance is asked for.": float(_balance((name,), "cost_shared").std()),
            "That is each firm alone.": float(_balance((name,), "balance_alone").std()),
            "That is the mean. How far do the draws spread?": float(balance.mean()),
            "That is with nothing held: `held=[name]`.": of_none,
        }
        need_number(yours[name], float(balance.std()), f'spread["{name}"]', unit="EUR/t", tolerance=2e-3, slips=slips)


@check_for("ex-06-worth-knowing")
def best_study(ask):
    """`best_study` is the one that leaves the least spread"""
    yours = ask("best_study")
    need(isinstance(yours, str), "`best_study` should be one of the three names, a text.")
    need(yours != "storage_cost", "The store decides what it costs. What decides the *balance*? Compare `spread`.")
    need(yours == "policy_strength", "Which of the three leaves the smallest standard deviation?")


# --- Open question ---------------------------------------------------------------------------------------------------

open_question(
    "ex-06-read-a-plan",
    {
        "finds the number that carries the plan, with its range and its conditions": 1,
        "names the firm that would leave first, with a reason": 1,
        "asks a question whose answer could change the decision": 1,
        "is written so that the author can use it": 1,
    },
)

# --- The learning outcomes each exercise serves, by their number in the chapter --------------------------------------

OUTCOMES = {
    "ex-06-newcomer": [1, 2],
    "ex-06-worth-doing": [2],
    "ex-06-budget": [3],
    "ex-06-loss": [4],
    "ex-06-worth-knowing": [5],
    "ex-06-read-a-plan": [6],
}

# --- Quick questions -------------------------------------------------------------------------------------------------

QUIZZES = [
    Quiz(
        "q-06-share",
        "Sharing makes a cluster's pipe 40 % cheaper. The pipe is 5 % of all cost. The cost of a tonne falls by …",
        [
            ("40 %.", False, "That is the pipe. Capture and storage, the other 95 %, stay what they were."),
            ("2 %.", True, "40 % of 5 %. To know what sharing is worth, ask first how large the shared part is."),
            ("5 %.", False, "Even a pipe for nothing would save no more than that."),
        ],
    ),
    Quiz(
        "q-06-chance",
        "“The cluster breaks even in 58 % of the draws.” What does that say?",
        [
            (
                "If the bounds, the independence and the models hold, 58 of 100 such clusters would earn their cost.",
                True,
                "And it says no more. Change the bounds, and the number changes with them.",
            ),
            ("The project succeeds with a probability of 58 %.", False, "It leaves out whatever the model leaves out."),
            (
                "In 58 of its 100 first years the cluster earns its cost.",
                False,
                "A draw is one possible world over the whole life of the plants, not a year.",
            ),
        ],
    ),
    Quiz(
        "q-06-index",
        "An assumption has a first-order index of 5 % and a total index of 30 %. What follows?",
        [
            ("It hardly matters.", False, "Alone it does not. Look at the total index before you drop it."),
            (
                "It matters mostly together with others.",
                True,
                "The rise of a price matters little while the price is near zero, and a lot when it is high.",
            ),
            ("One of the two is wrong.", False, "The total index is at least the first-order one; both can be right."),
        ],
    ),
]
