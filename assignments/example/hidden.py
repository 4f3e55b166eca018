"""The hidden checks of this assignment.

It is an example: they are public here so that you see how they are written. Keep those of a real assignment, and its
source notebook, in a private folder of yours; every command takes the path of that folder.
"""

from utils.exercises import check_for, need, need_column, need_number


@check_for("ex-a1-tonne", points=1, hidden=True)
def with_columns(ask):
    """works on a column of capital costs too"""
    right = [(capital * 0.05 / (1 - 1.05**-25) + 3) / 0.5 for capital in (100, 250)]
    need_column(ask("cost_per_tonne(pd.Series([100.0, 250.0]), 3, 0.5, 0.05, 25)"), right, "the cost")


@check_for("ex-a1-distance", points=1, hidden=True)
def never(ask):
    """a ship that is dearer at any distance never catches up"""
    need(ask("break_even(0.01, 20, 0.05)") == float("inf"), "no crossing")


@check_for("ex-a1-distance", points=1, hidden=True)
def parallel(ask):
    """equal slopes never cross"""
    need(ask("break_even(0.02, 20, 0.02)") == float("inf"), "no crossing")


@check_for("ex-a1-share", points=1, hidden=True)
def all_industries(ask):
    """every industry is there once, in falling order"""
    share = ask("share")
    need(share["index"] == ["Steel", "Refining", "Minerals"], "the industries")
    for value, right in zip(share["values"], (0.525, 0.35, 0.125), strict=True):
        need_number(value, right, "the share")
