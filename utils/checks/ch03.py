"""Chapter 3, the policy landscape: checks and quick questions."""

from utils.exercises import check_for, need, need_number, open_question
from utils.quiz import Quiz

# --- What was undone, and what has no number yet? --------------------------------------------------------------------


@check_for("ex-03-status")
def undone(ask):
    """`undone` holds the instruments that were reversed, and no others"""
    from utils import data

    rows = data.table("policy_timeline")
    right = set(rows[rows["state"] == "reversed"]["instrument"])
    yours = ask("undone")
    need(isinstance(yours, list), "`undone` should be a set of names: take the column `instrument` of the rows.")
    need("45Q" not in yours, "45Q was not reversed: the act of 2025 left it in place. Which rows say `reversed`?")
    missing, more = right - set(yours), {str(one) for one in yours} - right
    need(not missing, f"Something that was reversed is missing: yours has {len(right) - len(missing)} of {len(right)}.")
    need(not more, f"Not reversed: {', '.join(sorted(more))}.")


@check_for("ex-03-status")
def only_the_date(ask):
    """`open_questions` holds the instruments of which only the date is fixed"""
    from utils import data

    rows = data.table("japan_gx")
    right = sorted(rows[rows["fixed"] == "date only"]["instrument"])
    yours = ask("list(open_questions)")
    need(yours != ["instrument"] and len(yours) <= len(rows), "Take the column `instrument` of the rows, as a list.")
    need(len(yours) != len(rows), "That is every instrument. Keep those whose `fixed` is `date only`.")
    need(sorted(map(str, yours)) == right, "Which rows of `japan_gx` say `date only` in the column `fixed`?")


# --- How likely must repeal be to halve a promise? -------------------------------------------------------------------


def _half(wait: int) -> float:
    """The discounted credit falls as the hazard rises; halve the interval that holds the answer."""
    low, high = 0.0, 0.5
    for _ in range(60):
        middle = (low + high) / 2
        kept = sum(((1 - middle) / 1.08) ** (year + wait) for year in range(1, 11))
        low, high = (middle, high) if kept > sum(1.08 ** -(year + wait) for year in range(1, 11)) / 2 else (low, middle)
    return low


@check_for("ex-03-repeal")
def half(ask):
    """`half` is the yearly chance of repeal for three years of building"""
    slips = {
        "That is for a plant that is there at once. The law must also survive the years of building.": _half(0),
        "That is with six years of building; here it is three.": _half(6),
        "The money falls to a half, not the interest: do not divide the rate of 8 % by two.": 0.04,
    }
    need_number(ask("half"), _half(3), "half", tolerance=2e-3, slips=slips)


@check_for("ex-03-repeal", points=2)
def waiting(ask):
    """`half_hazard` falls with the years of building"""
    without, long = ask("half_hazard(0)"), ask("half_hazard(6)")
    need(without != long, "With and without waiting you find the same. Where does `wait` come in?")
    need_number(without, _half(0), "half_hazard(0)", tolerance=2e-3)
    need_number(long, _half(6), "half_hazard(6)", tolerance=2e-3)


# --- A cap that ends with net zero -----------------------------------------------------------------------------------


@check_for("ex-03-cap-2050", points=2)
def factor(ask):
    """`factor` brings the cap from its level of 2030 to zero in twenty steps"""
    from utils import data
    from utils.models import emissions_trading

    law = data.table("eu_ets_cap").drop(columns=["source", "status"])
    cap = emissions_trading.cap_path(**law, late_reduction_factor=0.044, include_maritime=0)["cap_2030"]
    reference = emissions_trading.REFERENCE
    slips = {
        "You divided by the cap of 2030. The factor is a share of a fixed reference, which is larger.": 1 / 20,
        "Off by one year: from 2031 to 2050 there are twenty steps, the first of them in 2031.": cap / (19 * reference),
        "Off by one year: 2050 is the twentieth step, not the twenty-first.": cap / (21 * reference),
        "That is the yearly step in Mt. The factor is its share of the reference.": cap / 20,
    }
    need_number(ask("factor"), cap / (20 * reference), "factor", tolerance=1e-3, slips=slips)


# --- The price that keeps the money at home --------------------------------------------------------------------------

_SHARES = {2026: 0.025, 2030: 0.485, 2034: 1}


def _escape(year: int) -> tuple[float, dict[str, float]]:
    share, price = _SHARES[year], 75 * 1.04 ** (year - 2026)
    charged = 2.34 - 1.37 * (1 - share)
    slips = {
        "You multiplied the whole of e by the share. It applies to the benchmark only.": price * share,
        "That is the bill for a tonne of steel. The price abroad is paid on each of its 2.34 tonnes of CO2.": (
            price * charged
        ),
    }
    if year > 2026:
        slips["The allowance stays at its price of 2026. It rises by 4 % a year."] = 75 * charged / 2.34
    return price * charged / 2.34, slips


@check_for("ex-03-abroad")
def first_year(ask):
    """in 2026 it takes about a third of a hundred euros"""
    right, slips = _escape(2026)
    need_number(ask("escape(2026)"), right, "escape(2026)", unit="EUR/t", tolerance=1e-3, slips=slips)


@check_for("ex-03-abroad", points=2)
def later_years(ask):
    """in 2030 and 2034 it takes more"""
    for year in (2030, 2034):
        right, slips = _escape(year)
        need_number(ask(f"escape({year})"), right, f"escape({year})", unit="EUR/t", tolerance=1e-3, slips=slips)


# --- Can the price repay the bonds? ----------------------------------------------------------------------------------


def _price(yearly_cut: float, years: int = 23) -> float:
    return 20e12 / sum(600e6 - yearly_cut * year for year in range(years))


def _case(ask, name: str, cut: float, slips: dict[str, float]) -> None:
    need_number(ask(f"prices[{name!r}]"), _price(cut), name, unit="JPY/t", tolerance=1e-4, slips=slips)


@check_for("ex-03-bonds")
def level(ask):
    """with level emissions"""
    _case(ask, "level", 0, {"Off by one year: 2028 to 2050 are 23 years, both counted.": _price(0, 22)})


@check_for("ex-03-bonds")
def falling(ask):
    """with emissions that fall by 20 Mt each year"""
    _case(ask, "falling by 20 Mt", 20e6, {"That is the price of level emissions: 20 tonnes for 20 Mt?": _price(20)})


@check_for("ex-03-bonds")
def to_zero(ask):
    """with emissions that reach zero in 2050"""
    _case(
        ask, "zero in 2050", 600e6 / 22,
        {
            "Off by one year: 23 years have 22 steps between them.": _price(600e6 / 23),
            "That is the price of level emissions. What is cut each year?": _price(0),
        },
    )  # fmt: skip


# --- How many partners does it take? ---------------------------------------------------------------------------------

_NEEDED = {0.03: 31, 0.035: 7, 0.04: 3, 0.045: 2, 0.05: 1}


@check_for("ex-03-partners", points=3)
def partners(ask):
    """`needed` has the smallest number of partners for each of the five growth rates"""
    need(ask("len(needed)") == 5, "There are five growth rates: 3, 3.5, 4, 4.5 and 5 % a year.")
    for growth, right in _NEEDED.items():
        yours = ask(f"needed.get({growth!r}, 'nothing')")
        what = f"needed[{growth}]"
        need(yours != "nothing", f"{what} is missing: write 3 % as the fraction 0.03.")
        need(yours is not None, f"{what}: yours is None, but 40 are enough. Did your search stop too early?")
        slips = {
            "You start to count at zero. One firm alone is 1.": right - 1,
            "That is one too many: the first number at which the value is above zero is asked for.": right + 1,
            "That is the largest number tried. The smallest is asked for.": 40,
        }
        need_number(yours, right, what, slips=slips)


# --- Which law first? ------------------------------------------------------------------------------------------------

open_question(
    "ex-03-which-law",
    {
        "makes a clear choice": 1,
        "uses two results of the chapter correctly, with their numbers": 2,
        "says what each of the five parties must do": 1,
    },
)

# --- The learning outcomes each exercise serves, by their number in the chapter --------------------------------------

OUTCOMES = {
    "ex-03-status": [1],
    "ex-03-repeal": [2],
    "ex-03-cap-2050": [3],
    "ex-03-abroad": [4],
    "ex-03-bonds": [5],
    "ex-03-partners": [6],
    "ex-03-which-law": [6],
}

# --- Quick questions -------------------------------------------------------------------------------------------------

QUIZZES = [
    Quiz(
        "q-03-waiting",
        "A credit may be repealed with the same chance every year. Which plant loses the larger share to it?",
        [
            (
                "The one that takes six years to build.",
                True,
                "The law must survive the years of building too, before the first dollar is paid.",
            ),
            (
                "The one that takes two years to build.",
                False,
                "It is paid earlier, so fewer years of risk lie before each payment.",
            ),
            ("Both the same.", False, "The chance is per year, and the years before a payment add up."),
        ],
    ),
    Quiz(
        "q-03-straight",
        "The cap falls by 4.4 % a year. In which years does it fall by the most tonnes?",
        [
            (
                "In the first years, when the cap is large.",
                False,
                "That would be so if the 4.4 % were a share of the cap itself.",
            ),
            (
                "In every year the same.",
                True,
                "They are a share of a fixed reference, so the path is a straight line that hits zero.",
            ),
            (
                "In the last years.",
                False,
                "The tonnes stay the same; only as a share of what is left do the last years fall fastest.",
            ),
        ],
    ),
    Quiz(
        "q-03-benchmark",
        "In 2026 the border charge is phased in by 2.5 %. Which good pays on exactly 2.5 % of its CO2?",
        [
            (
                "A good exactly at its benchmark.",
                True,
                "All of it was covered by free permits, and 2.5 % of those are gone.",
            ),
            ("Every good.", False, "What a good emits above its benchmark is charged in full from the first day."),
            (
                "A good far above its benchmark.",
                False,
                "It pays on 2.5 % of the benchmark and on all that lies above it.",
            ),
        ],
    ),
]
