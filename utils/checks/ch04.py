"""Chapter 4, three solutions: checks and quick questions."""

from utils.exercises import check_for, close, need, need_number, open_question
from utils.quiz import Quiz

# --- How much belief is enough? --------------------------------------------------------------------------------------


def _indifferent(others: int, enough: int, worth: float = 2.5) -> float:
    """The belief at which the chance that enough others join is one over the worth."""
    from math import comb

    low, high = 0.0, 1.0
    for _ in range(60):
        p = (low + high) / 2
        tail = sum(comb(others, k) * p**k * (1 - p) ** (others - k) for k in range(enough, others + 1))
        low, high = (low, p) if worth * tail >= 1 else (p, high)
    return high


@check_for("ex-04-belief", points=2)
def indifferent(ask):
    """`p_star` is the belief at which joining and waiting are worth the same"""
    slips = {
        "That asks for nine of twelve others. You are one of the twelve, and the ninth.": _indifferent(12, 9),
        "That asks for nine of the eleven others. With you, eight of them are enough.": _indifferent(11, 9),
        "There are eleven others, not twelve: you need not believe in yourself.": _indifferent(12, 8),
        "That is the chance of building at which joining pays, 1/2.5. Which belief brings it about?": 0.4,
    }
    need_number(ask("p_star"), _indifferent(11, 8), "p_star", tolerance=1e-3, slips=slips)


# --- When is half the reserve enough? --------------------------------------------------------------------------------


@check_for("ex-04-half-reserve")
def independent_and_weak(ask):
    """four independent firms halve the reserve, and six at a correlation of 0.1"""
    for rho, right in ((0, 4), (0.1, 6), (0.2, 16)):
        slips = {
            "You halved the variance. Half the reserve is a quarter of the variance.": (1 - rho) / (0.5 - rho),
            "Independent firms need four; what does the correlation add?": 4 if rho else 0,
        }
        need_number(ask(f"firms_for_half({rho})"), right, f"firms_for_half({rho})", tolerance=1e-3, slips=slips)


@check_for("ex-04-half-reserve")
def where_it_ends(ask):
    """from `limit` on no number of firms is enough"""
    slips = {
        "However many join, the reserve falls to √ρ of what it was. Where is that one half?": 0.5,
        "Where a half of the variance is left, 71 % of the reserve is.": 0.7071,
    }
    need_number(ask("limit"), 0.25, "limit", tolerance=1e-3, slips=slips)
    endless = ask("firms_for_half(0.4)") == float("inf")
    need(endless, "At a correlation of 0.4 no number is enough: return float('inf').")


# --- The price of hurry ----------------------------------------------------------------------------------------------


@check_for("ex-04-hurry", points=2)
def best_total(ask):
    """`best` is the largest total of three pairs"""
    slips = {
        "That is what hurry takes: the 9 first.": 15,
        "That is the best of each row: two sources share a sink.": 22,
        "That is the smallest total. Pass maximize=True.": 12,
    }
    need_number(ask("float(best)"), 18, "best", unit="M EUR", slips=slips)


@check_for("ex-04-hurry")
def hurried_total(ask):
    """`hurried` is the total of the best pair, the best of what is left, and the last"""
    slips = {"That is the best total. Hurry takes the 9 and has to live with it.": 18}
    need_number(ask("float(hurried)"), 15, "hurried", unit="M EUR", slips=slips)


# --- Half under contract ---------------------------------------------------------------------------------------------


@check_for("ex-04-pledge", points=3)
def least_pledge(ask):
    """`least` is the smallest pledge from which the market climbs"""
    yours = ask("float(least)")
    need(
        not (close(yours, 1.0) or yours < 1.5),
        f"least: yours is {yours:g} Mt. A market that only stays where the pledge keeps it does not climb.",
    )
    slips = {
        "That is without long contracts. Half of the output is under contract.": 6.0,
        "One step too early: at 2.5 Mt the market stays at 2.5.": 2.5,
        "One step too late: 2.7 climbs, but so does a smaller pledge.": 2.7,
        "That is with all output under contract. It is half.": 1.4,
    }
    need_number(yours, 2.6, "least", unit="Mt", tolerance=1e-3, slips=slips)


# --- What is one more kilogram worth? --------------------------------------------------------------------------------


@check_for("ex-04-dual", points=3)
def one_more_kilogram(ask):
    """`one_more` is the rise of the cost for each kilogram added in Kawasaki"""
    slips = {
        "That is the rise in billion USD. Divide it by the 0.1 Mt you added.": 0.558,
        "The sign is wrong: cost after, less cost before.": -5.58,
        "That is the mean cost of all hydrogen, not of the last kilogram.": 22.813 / 4.4,
    }
    need_number(ask("float(one_more)"), 5.581, "one_more", unit="USD/kg", tolerance=5e-3, slips=slips)


# --- Which of the three first? ---------------------------------------------------------------------------------------

open_question(
    "ex-04-first",
    {
        "makes a clear choice": 1,
        "uses two results of the chapter correctly, with their conditions": 2,
        "names an honest condition under which another choice wins": 1,
    },
)

# --- The learning outcomes each exercise serves, by their number in the chapter --------------------------------------

OUTCOMES = {
    "ex-04-belief": [1],
    "ex-04-half-reserve": [2],
    "ex-04-hurry": [2],
    "ex-04-pledge": [3],
    "ex-04-dual": [4],
    "ex-04-first": [5],
}

# --- Quick questions -------------------------------------------------------------------------------------------------

QUIZZES = [
    Quiz(
        "q-04-refund",
        "A full refund is promised if nothing is built. What can still keep firms from joining?",
        [
            ("The fear that too few join.", False, "Then the money comes back: that fear is what a full refund cures."),
            (
                "The hope to use the pipeline without having joined.",
                True,
                "A refund does nothing against free riders; only a rule on who may use the pipeline does.",
            ),
            ("Nothing at all.", False, "Move the slider for those who wait: at high belief the gain turns negative."),
        ],
    ),
    Quiz(
        "q-04-premium",
        "A carbon price that is really paid closes the gap for which material first, in our table?",
        [
            (
                "For the one whose premium is smallest per tonne of CO2 saved.",
                True,
                "The premium divided by the CO2 saved is the price that closes the gap.",
            ),
            ("For the one with the smallest premium per tonne.", False, "Cement has it, and yet steel comes first."),
            (
                "For the one whose premium on the product is smallest.",
                False,
                "Shoes have it; ship fuel is the material that needs one of the highest prices.",
            ),
        ],
    ),
    Quiz(
        "q-04-dual",
        "All trade with all, and Kawasaki's dual price is 5.58 USD. What is that?",
        [
            (
                "What one more kilogram there would cost the whole network.",
                True,
                "Flows may shift all over the map for it; the dual price counts them all.",
            ),
            (
                "What a kilogram costs the four harbours on average.",
                False,
                "That is 5.18 USD. The last kilogram is dearer than the mean.",
            ),
            (
                "What it costs to make a kilogram at the nearest exporter and ship it.",
                False,
                "The nearest may have none to spare. The kilogram comes from where there is room.",
            ),
        ],
    ),
]
