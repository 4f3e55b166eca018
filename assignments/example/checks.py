"""The checks that students of this assignment see. The release puts them into the notebook."""

from utils.exercises import check_for, close, need, need_number, open_question


@check_for("ex-a1-tonne", points=1)
def without_interest(ask):
    """without interest, 300 MEUR over 20 years and 5 MEUR a year make 20 EUR/t for 1 Mt/a"""
    slips = {"Are the running costs in?": 15, "The capital is paid back over the plant's life, not in one year.": 305}
    need_number(ask("cost_per_tonne(300, 5, 1, 0, 20)"), 20, "the cost", unit="EUR/t", slips=slips)


@check_for("ex-a1-tonne", points=2)
def with_interest(ask):
    """with 8 % interest the payments are higher, and twice the tonnes halve the cost"""
    right = (300 * 0.08 / (1 - 1.08**-20) + 5) / 2
    slips = {
        "That is the cost without interest. Where does `rate` come in?": 10,
        "Are the running costs divided by the tonnes too?": (300 * 0.08 / (1 - 1.08**-20)) / 2 + 5,
        "Off by one year: is the first payment made at the end of year 1?": (300 * 0.08 / (1 - 1.08**-19) + 5) / 2,
    }
    need_number(ask("cost_per_tonne(300, 5, 2, 0.08, 20)"), right, "the cost", unit="EUR/t", slips=slips)


@check_for("ex-a1-distance", points=2)
def meets(ask):
    """a pipe at 0.05, a ship at 0.01 and a terminal at 20 EUR/t meet at 500 km"""
    slips = {
        "You added the slopes. Which cost grows faster?": 20 / 0.06,
        "That is where the pipe alone costs as much as the terminal. The ship sails on.": 400,
    }
    need_number(ask("break_even(0.05, 20, 0.01)"), 500, "the distance", unit="km", slips=slips)


@check_for("ex-a1-share", points=1)
def sums_to_one(ask):
    """the shares sum to one"""
    share = ask("share")
    need(isinstance(share, dict) and "values" in share, "`share` should be a Series: groupby, sum, divide.")
    need_number(sum(share["values"]), 1, "the sum of the shares")


@check_for("ex-a1-share", points=1)
def largest_first(ask):
    """steel comes first, with 52.5 %"""
    share = ask("share")
    need(isinstance(share, dict) and share.get("index"), "`share` should be a Series, one entry an industry.")
    need("Steelworks" not in share["index"], "These are factories; group by `industry`.")
    need(share["index"][0] == "Steel", "The largest should come first: sort_values(ascending=False).")
    need(close(share["values"][0], 0.525), f"Steel should have 52.5 %; yours has {share['values'][0]}.")


open_question(
    "ex-a1-advice",
    {
        "uses a number from the exercises, with its unit": 1,
        "sees that a small newcomer costs the others little, because cost grows more slowly than capacity": 2,
        "weighs what waiting costs (allowances, a pipe that is full) against what it saves": 1,
        "sees that if all small ones wait, the pipe may not be built": 1,
    },
)
