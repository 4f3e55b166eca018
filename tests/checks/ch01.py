"""Wrong answers of chapter 1, and what the learner is told."""

LATE = (
    "def late_cost(t, rate, life=50):\n    f = [(1 + rate) ** -y for y in range(life)]\n"
    "    return sum(f) / sum({weight} * (2 if y >= t {shift} else 1) for y in range(life))"
)
WRONG = {
    "ex-01-lost-decade": [
        ("def extra(e, d): return e * d / 2000\njapan = 0", "a rectangle, not a triangle"),
        ("def extra(e, d): return e * d\njapan = 0", "The question asks for Gt"),
        ("def extra(e, d): return e * d / 1000\njapan = extra(944.8, 1)", "too low"),
    ],
    "ex-01-average-newcomer": [
        ("first_20 = 626 / 20\nnewcomers = 832 / 13", "How much of it came with the newcomers"),
        ("first_20 = 626 / 20\nnewcomers = (832 - 626) / 33", "13, not 33"),
        ("first_20 = 832 / 33\nnewcomers = 0", "the mean of all 33"),
    ],
    "ex-01-break-even-distance": [
        ("d_star = 60 * (4 - 4 ** 0.6) / 4", "You have four collecting pipes"),
        ("d_star = 60 * (4 - 4 ** 0.6)", "You have one collecting pipe"),
        ("d_star = 60 * (4 - 4 ** 0.6) / 3 * 0.5 ** 0.6", "it cancels"),
        ("d_star = 1 - 4 ** -0.4", "a share, not a distance"),
    ],
    "ex-01-airport": [
        ("costs = {}\nfees = []", "Four aircraft form 15 coalitions; your table has 0"),
        (
            "from itertools import combinations as c\n"
            "costs = {frozenset(g): sum([8, 11, 13, 18][i] for i in g) for n in range(1, 5) for g in c(range(4), n)}\n"
            "fees = [8, 11, 13, 18]",
            "you added 8 and 13",
        ),
        ("costs = {}\nfees = [4.5] * 4", "an equal split"),
        ("costs = {}\nfees = [8, 3, 2, 5]", "Average over all orders"),
    ],
    "ex-01-late-joiners": [
        (LATE.format(weight=1, shift=""), "Did you discount the tonnes too?"),
        (LATE.format(weight="f[y]", shift="+ 1"), "Off by one year: they join in year 10"),
        (LATE.format(weight="f[y]", shift="- 1"), "Off by one year: year 9"),
        ("def late_cost(t, rate): return 50 / (2 * 50 - t)", "Nothing is discounted"),
    ],
}
