"""Chapter 1, the cluster concept: checks and quick questions."""

from utils.exercises import check_for, close, need, need_column, need_number, open_question
from utils.quiz import Quiz

# --- What does one lost decade cost? ---------------------------------------------------------------------------------


@check_for("ex-01-lost-decade")
def a_rectangle(ask):
    """100 Mt a year, five years late, add half a gigatonne"""
    slips = {
        "You halved it. While nothing happens, emissions stay at their full level: a rectangle, not a triangle.": 0.25,
        "That is in Mt. The question asks for Gt.": 500,
    }
    need_number(ask("extra(100, 5)"), 0.5, "extra(100, 5)", unit="Gt", slips=slips)


@check_for("ex-01-lost-decade")
def japan(ask):
    """`japan` holds what ten years cost Japan"""
    from utils import data

    emissions = next(row["fossil_co2_mt"] for row in data.records("net_zero_pledges") if row["party"] == "Japan")
    slips = {"That is one year. The decade has ten.": emissions / 1000, "That is in Mt. Make it Gt.": emissions * 10}
    need_number(ask("japan"), emissions * 10 / 1000, "japan", unit="Gt", tolerance=1e-3, slips=slips)


# --- The average newcomer --------------------------------------------------------------------------------------------


@check_for("ex-01-average-newcomer")
def the_first_twenty(ask):
    """`first_20` is the mean potential of the clusters of January 2024"""
    slips = {"That is all twenty together. A mean is asked for.": 626, "That is the mean of all 33.": 832 / 33}
    need_number(ask("first_20"), 626 / 20, "first_20", unit="Mt", tolerance=1e-3, slips=slips)


@check_for("ex-01-average-newcomer")
def the_thirteen(ask):
    """`newcomers` is the mean potential of the thirteen that joined since"""
    slips = {
        "You divided the potential of all 33 by 13. How much of it came with the newcomers?": 832 / 13,
        "The difference is right. Now divide it by the number of those who brought it: 13, not 33.": (832 - 626) / 33,
        "That is all thirteen together. A mean is asked for.": 832 - 626,
        "That is the mean of all 33, old and new.": 832 / 33,
    }
    need_number(ask("newcomers"), (832 - 626) / 13, "newcomers", unit="Mt", tolerance=1e-3, slips=slips)


# --- How far apart is too far? ---------------------------------------------------------------------------------------


@check_for("ex-01-break-even-distance", points=3)
def break_even_distance(ask):
    """at `d_star` four pipes cost as much as one pipe with its collecting pipes"""
    flow = 4**0.6
    slips = {
        "You have four collecting pipes. One firm stands where the shared pipe begins.": 60 * (4 - flow) / 4,
        "You have one collecting pipe. Three of the firms need one.": 60 * (4 - flow),
        "That is the saving as a share, not a distance: multiply by something in km.": 1 - 4**-0.4,
        "The collecting pipes carry the flow of one firm, 0.5 Mt, at the same exponent: it cancels.": (
            60 * (4 - flow) / 3 * 0.5**0.6
        ),
    }
    need_number(ask("d_star"), 60 * (4 - flow) / 3, "d_star", unit="km", tolerance=2e-3, slips=slips)


# --- The airport -----------------------------------------------------------------------------------------------------


@check_for("ex-01-airport")
def fifteen_coalitions(ask):
    """`costs` has all fifteen coalitions, each as dear as its longest runway"""
    count = ask("len(costs)")
    need(count == 15, f"Four aircraft form 15 coalitions; your table has {count}.")
    two = ask("costs[frozenset({0, 2})]")
    need(not close(two, 21), "The first and the third share one runway; you added 8 and 13. Who needs the longer one?")
    need_number(two, 13, "the runway of the first and the third aircraft")
    need_number(ask("costs[frozenset({0, 1, 2, 3})]"), 18, "the runway for all four")


@check_for("ex-01-airport", points=2)
def shapley_fees(ask):
    """`fees` is the Shapley value: each pays for the parts of the runway it needs, with all who need them too"""
    slips = {
        "That is an equal split. The smallest aircraft would rather build its own.": [4.5] * 4,
        "That is in proportion to the runways. Who adds what, in which order?": [18 * x / 50 for x in (8, 11, 13, 18)],
        "Each pays a runway of its own. They share one.": [8, 11, 13, 18],
        "Each pays only what it adds to the next smaller one. Average over all orders.": [8, 3, 2, 5],
    }
    need_column(ask("list(fees)"), [2, 3, 4, 9], "fees", slips=slips)


# --- Two firms are late ----------------------------------------------------------------------------------------------


def _late_cost(t: int, rate: float, life: int = 50, *, tonnes_at: float | None = None) -> float:
    money = sum((1 + rate) ** -year for year in range(life))
    rate = rate if tonnes_at is None else tonnes_at
    return money / sum((1 + rate) ** -year * (2 if year >= t else 1) for year in range(life))


@check_for("ex-01-late-joiners")
def nobody_is_late(ask):
    """when all join in year 0, a tonne costs one half"""
    slips = {
        "You have 1 Mt a year from four firms of 0.5 Mt each. How many tonnes are that?": 1,
        "You divided the tonnes by the money.": 2,
    }
    need_number(ask("late_cost(0, 0.08)"), 0.5, "late_cost(0, 0.08)", tolerance=1e-4, slips=slips)


@check_for("ex-01-late-joiners", points=2)
def ten_years_late(ask):
    """when two of them join in year 10, at 8 %"""
    slips = {
        "Your cost per tonne falls below what it is with everybody on board. Did you discount the tonnes too?": (
            _late_cost(10, 0.08, tonnes_at=0)
        ),
        "Nothing is discounted. Where does `rate` come in?": 50 / (10 + 2 * 40),
        "Off by one year: they join in year 10, so year 10 already has 2 Mt.": _late_cost(11, 0.08),
        "Off by one year: year 9 still has 1 Mt.": _late_cost(9, 0.08),
        "The late firms never come. From year 10 on the flow is 2 Mt.": 1,
    }
    need_number(ask("late_cost(10, 0.08)"), _late_cost(10, 0.08), "late_cost(10, 0.08)", tolerance=1e-4, slips=slips)


# --- For the clusters, or for the firms? -----------------------------------------------------------------------------

open_question(
    "ex-01-dispersed",
    {
        "takes a clear position": 1,
        "uses two results of the chapter correctly, with their numbers": 2,
        "names an honest condition under which the other plan wins": 1,
    },
)

# --- The learning outcomes each exercise serves, by their number in the chapter --------------------------------------

OUTCOMES = {
    "ex-01-lost-decade": [1],
    "ex-01-average-newcomer": [2],
    "ex-01-break-even-distance": [3],
    "ex-01-airport": [4],
    "ex-01-late-joiners": [3],
    "ex-01-dispersed": [5],
}

# --- Quick questions -------------------------------------------------------------------------------------------------

QUIZZES = [
    Quiz(
        "q-01-potential",
        "The 33 clusters report a potential of 832 Mt. What may one say of it?",
        [
            (
                "They will emit 832 Mt a year less by 2050.",
                False,
                "No date comes with the figure, and a potential need not be realised.",
            ),
            (
                "As a size, it is what Canada or Saudi Arabia emits in a year.",
                True,
                "A comparison of two sizes. It says nothing about when, or whether.",
            ),
            (
                "It comes on top of what the countries have pledged.",
                False,
                "The clusters stand inside those countries: the tonnes would be counted twice.",
            ),
        ],
    ),
    Quiz(
        "q-01-exponent",
        "Ten firms stand at one place and share a pipe. At which exponent do they save most?",
        [
            (
                "0.4",
                True,
                "The smaller the exponent, the less a larger pipe costs: they save 1 − 10^(0.4 − 1), three quarters.",
            ),
            ("0.6", False, "They save 60 %, but there is more to be had: the saving 1 − n^(b − 1) falls as b rises."),
            ("1", False, "At 1 cost is proportional to flow: a large pipe is ten small ones side by side."),
        ],
    ),
    Quiz(
        "q-01-core",
        "A split of the joint cost charges every firm less than going alone. Can a group still have a reason to leave?",
        [
            (
                "Yes: two or three firms together may pay less than their shares add up to.",
                True,
                "That is what happens by tonnage. The core asks that no group at all can do better.",
            ),
            (
                "No: if nobody gains alone, nobody gains.",
                False,
                "A group shares a pipe of its own, so it can do better than its members one by one.",
            ),
            (
                "Only if the split is not by tonnage.",
                False,
                "In this chapter it is the tonnage rule that lets three groups do better on their own.",
            ),
        ],
    ),
]
