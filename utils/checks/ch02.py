"""Chapter 2, infrastructure challenges: checks and quick questions."""

from math import log2

from utils.exercises import check_for, need, need_number, open_question
from utils.quiz import Quiz

# --- Dark and calm ---------------------------------------------------------------------------------------------------


def _longest(place: str, weights: str = "equal energy") -> float:
    """The longest run in which sun and wind make less than a fifth of their mean."""
    from utils import data

    table = data.table("hourly_profiles")
    sun, wind = table[f"{place}_solar"], table[f"{place}_wind"]
    both = sun / sun.mean() / 2 + wind / wind.mean() / 2 if weights == "equal energy" else sun + wind
    low = both < 0.2 * (1 if weights == "unscaled" else both.mean())
    return int(low.groupby((low != low.shift()).cumsum()).sum().max())


@check_for("ex-02-dark-and-calm")
def inland(ask):
    """`longest["greensboro"]` is the longest run at Greensboro"""
    slips = {
        "You added the series as they are. Scale each to a mean of one half first.": _longest("greensboro", "unscaled"),
        "That is how many hours are low in the whole year. How many of them follow one another?": 3025,
        "That is the longest run of either kind, and it is one with enough power. Count the low hours only.": 70,
    }
    need_number(ask('longest["greensboro"]'), _longest("greensboro"), 'longest["greensboro"]', unit="h", slips=slips)


@check_for("ex-02-dark-and-calm")
def island(ask):
    """`longest["sand_point"]` is the longest run at Sand Point"""
    slips = {
        "You added the series as they are. Scale each to a mean of one half first.": _longest("sand_point", "unscaled"),
        "The two series are unscaled, so wind counts four times as much as sun.": _longest("sand_point", "of the sum"),
        "The mean of your sum is 2, so a fifth of it is not 0.2. Scale each series to a mean of one half.": 17,
        "That is how many hours are low in the whole year. How many of them follow one another?": 2209,
        "That is the longest run of either kind, and it is one with enough power. Count the low hours only.": 115,
    }
    need_number(ask('longest["sand_point"]'), _longest("sand_point"), 'longest["sand_point"]', unit="h", slips=slips)


# --- Bring ammonia into the range ------------------------------------------------------------------------------------


def _usual() -> dict[str, float]:
    from utils import data

    row = data.table("hydrogen_carriers").set_index("carrier").loc["Ammonia ship, cracked"]
    usual = row.drop(["route", "as_hydrogen", "source", "status", "note"]).to_dict()
    return usual | {"electricity_price": 60, "load_value": 3000, "scale_exponent": 0.6, "discount_rate": 0.08}


def _ammonia(**changes: float) -> float:
    """EUR/kg over 8,000 km at 1 Mt a year."""
    from utils.models import transport

    return sum(transport.cost_per_tonne(8000, 1, **(_usual() | changes)).values()) / 1000


@check_for("ex-02-ammonia-range")
def as_it_is(ask):
    """without changes, `ammonia()` is the cost the chapter finds, in EUR/kg"""
    slips = {"That is EUR per tonne. Make it kilograms.": 1000 * _ammonia()}
    need_number(ask("ammonia()"), _ammonia(), "ammonia()", unit="EUR/kg", tolerance=1e-6, slips=slips)


@check_for("ex-02-ammonia-range")
def cheaper_hydrogen(ask):
    """with lost hydrogen at 1.50 EUR/kg, `ammonia(load_value=1500)` falls"""
    slips = {"Nothing changed. Do your changes come last, so that they win over `usual` and `prices`?": _ammonia()}
    value = ask("ammonia(load_value=1500)")
    need_number(value, _ammonia(load_value=1500), "ammonia(load_value=1500)", unit="EUR/kg", slips=slips)


@check_for("ex-02-ammonia-range")
def into_the_range(ask):
    """at most four changes, none by more than a factor of four, bring it below 2.04 EUR/kg"""
    changes, usual = ask("changes"), _usual()
    need(isinstance(changes, dict) and changes, "`changes` should be a dict such as {'load_value': 1500}.")
    need(len(changes) <= 4, f"You change {len(changes)} things. Four are allowed: which do you need least?")
    for name, value in changes.items():
        need(name in usual, f"Neither `usual` nor `prices` has {name!r}. What lost hydrogen costs is `load_value`.")
        need(isinstance(value, (int, float)), f"{name} should be a number; yours is {value!r}.")
        need(value > 0, "Nothing is free: a change to zero or below is hard to defend.")
        need(
            name != "own_use" or value >= 0.2,
            "An `own_use` below 0.2 is hard to defend: taking ammonia apart needs heat, even in theory.",
        )
        need(
            not usual[name] or 1 / 4 <= value / usual[name] <= 4,
            f"From {usual[name]:g} to {value:g} {name} changes by more than a factor of four. "
            "Is it in the unit of the table? If so, who would believe it?",
        )
    cost = _ammonia(**changes)
    need(cost < 2.04, f"Your changes bring it to {cost:.2f} EUR/kg. Which of the four parts is the largest now?")


# --- A carbon price for parity ---------------------------------------------------------------------------------------


@check_for("ex-02-carbon-price", points=2)
def parity(ask):
    """`price` is the carbon price at which grey is as dear as green"""
    from utils.models import hydrogen

    green = sum(hydrogen.electrolysis_parts(4000, 40, 1000, 0.62, 0.08).values())
    grey, per_euro = sum(hydrogen.grey_parts(30, 0, 0.08).values()), hydrogen.grey_parts(30, 1, 0.08)["carbon"]
    default = sum(hydrogen.electrolysis_parts(4000, 60, 1890, 0.62, 0.08).values())
    cheap_power = sum(hydrogen.electrolysis_parts(4000, 40, 1890, 0.62, 0.08).values())
    cheap_machine = sum(hydrogen.electrolysis_parts(4000, 60, 1000, 0.62, 0.08).values())
    slips = {
        "That comes on top of 75 EUR/t. Start from grey without a carbon price.": (green - grey) / per_euro - 75,
        "You divided the whole cost of green. The carbon price has to close the gap only.": green / per_euro,
        "That is for the prices of the figure. Here it is 1,000 EUR/kW and 40 EUR/MWh.": (default - grey) / per_euro,
        "Electricity still costs 60 EUR/MWh in yours. Here it is 40.": (cheap_machine - grey) / per_euro,
        "The electrolyser still costs 1,890 EUR/kW in yours. Here it is 1,000.": (cheap_power - grey) / per_euro,
        "That is the gap in EUR/kg. Over how much CO2 is it spread?": green - grey,
    }
    need_number(ask("price"), (green - grey) / per_euro, "price", unit="EUR/t", tolerance=5e-3, slips=slips)


# --- The learning rate of solar power --------------------------------------------------------------------------------

_RATE = 1 - (857 / 4808) ** (1 / log2(850 / 40))


@check_for("ex-02-learning-rate")
def rate(ask):
    """`rate` is the learning rate, as a fraction"""
    from math import log

    slips = {
        "That is the share of the cost that remains after a doubling. The rate is what is taken off.": 1 - _RATE,
        "That is the fall over all the years. How much is it for each doubling?": 1 - 857 / 4808,
        "That is the fall for each year. The curve asks for each doubling.": 1 - (857 / 4808) ** (1 / 11),
        "That is rounded to whole per cent. Keep the digits: `gw` needs them.": 0.32,
        "You used the natural logarithm. A doubling is a step of log2.": 1 - (857 / 4808) ** (1 / log(850 / 40)),
    }
    need_number(ask("rate"), _RATE, "rate", tolerance=5e-3, slips=slips)


@check_for("ex-02-learning-rate")
def half_again(ask):
    """`gw` is how much must stand for the cost to halve once more"""
    right = 850 * 2 ** (log2(0.5) / log2(1 - _RATE))
    slips = {
        "One doubling takes off 32 %, not half. How many doublings halve the cost?": 1700,
        "That is what has to be added. The question asks how much would stand.": right - 850,
        "You started from 40 GW. It is 850 GW that stand now.": right * 40 / 850,
        "Your rate is rounded to 32 %. Keep its digits.": 850 * 2 ** (log2(0.5) / log2(1 - 0.32)),
        "That is how many doublings it takes. How many GW stand after them?": log2(0.5) / log2(1 - _RATE),
    }
    need_number(ask("gw"), right, "gw", unit="GW", tolerance=1e-2, slips=slips)


# --- Your own table --------------------------------------------------------------------------------------------------

_PEOPLE = ("climate-lab", "grid-operator", "neighbours", "treasury")


def _mine(ask) -> dict:
    """The learner's table, columns by name; one option must differ from the book's."""
    from utils import data
    from utils.models.acceptance import CRITERIA

    table = ask("mine")
    need(isinstance(table, dict) and "columns" in table, "`mine` should be a DataFrame like `scores`.")
    columns, book = table["columns"], data.table("acceptance_scores")
    missing = [name for name in ("option", *CRITERIA) if name not in columns]
    need(not missing, f"`mine` has lost the column {', '.join(missing)}.")
    need(sorted(columns["option"]) == sorted(book["option"]), "`mine` should have the options of `scores`, each once.")
    points = [value for name in CRITERIA for value in columns[name]]
    usable = [isinstance(value, (int, float)) and 0 <= value <= 10 for value in points]
    need(all(usable), "Points are numbers from 0 to 10; one of yours is not.")
    return columns


@check_for("ex-02-own-scores")
def one_option(ask):
    """`mine` differs from `scores` in exactly one option"""
    from utils import data
    from utils.models.acceptance import CRITERIA

    columns, book = _mine(ask), data.table("acceptance_scores")
    before, now = (
        {(a, b, c) for b in CRITERIA for a, c in zip(t["option"], t[b], strict=True)} for t in (book, columns)
    )
    changed = {option for option, _, _ in now - before}
    need(changed, "`mine` is still the book's table. Replace some points of one option.")
    need(len(changed) == 1, f"You changed {len(changed)} options. Change one, so that you can see what it does.")


@check_for("ex-02-own-scores", points=2)
def four_leaders(ask):
    """`leaders` names the leading option of your table for each of the four people"""
    from utils import data
    from utils.models import acceptance

    columns = _mine(ask)
    leaders = ask("leaders")
    need(isinstance(leaders, dict), "`leaders` should be a dict {person: option}.")
    missing = [person for person in _PEOPLE if person not in leaders]
    need(not missing, f"`leaders` has nobody called {', '.join(missing)}; the names are those of the scenarios.")
    scenarios = data.table("scenarios")
    for person in _PEOPLE:
        weights = scenarios[scenarios["scenario"] == person].set_index("assumption")["value"].to_dict()
        scores = {name: columns[name] for name in acceptance.CRITERIA}
        row = int(acceptance.ranking(**scores, **weights)["leader"])
        need(
            not isinstance(leaders[person], (int, float)),
            f"{person}: yours is the row {leaders[person]}. Which option stands in it?",
        )
        need(
            leaders[person] in (columns["option"][row], columns.get("id", columns["option"])[row]),
            f"With your table {leaders[person]!r} does not lead for {person}. Did you rank `mine` or `scores`?",
        )


# --- The hardest challenge where you are -----------------------------------------------------------------------------

open_question(
    "ex-02-hardest",
    {
        "describes a region by facts": 1,
        "uses two figures of the chapter correctly, with their settings": 1,
        "shows a link between challenges": 1,
        "names an honest limit of the figures": 1,
    },
)

# --- The learning outcomes each exercise serves, by their number in the chapter --------------------------------------

OUTCOMES = {
    "ex-02-dark-and-calm": [1],
    "ex-02-ammonia-range": [2],
    "ex-02-carbon-price": [3],
    "ex-02-learning-rate": [3],
    "ex-02-own-scores": [4],
    "ex-02-hardest": [5],
}

# --- Quick questions -------------------------------------------------------------------------------------------------

QUIZZES = [
    Quiz(
        "q-02-last-per-cent",
        "Why is the last per cent of a steady supply so dear where hydrogen is kept in steel tanks?",
        [
            (
                "The tanks for it are bought whole and used for a handful of hours.",
                True,
                "Few kilograms carry the full yearly cost of what is built for them.",
            ),
            ("Electricity costs more in calm weeks.", False, "The plant buys none: its power is its own, in any week."),
            (
                "Electrolysers lose efficiency at low load.",
                False,
                "The model keeps efficiency constant, and the curve turns up all the same.",
            ),
        ],
    ),
    Quiz(
        "q-02-distance",
        "Hydrogen is to cross the sea, and the way becomes twice as long. Whose cost per kilogram nearly doubles?",
        [
            ("The pipeline's.", True, "A pipe is paid by the kilometre, and hydrogen pays for little else in it."),
            (
                "The ship's.",
                False,
                "Plants, tanks and the hours in port do not know the distance; sailing is about a quarter of its cost.",
            ),
            (
                "Both.",
                False,
                "Then their curves would not cross, and near 2,300 km they do, at 0.3 Mt a year.",
            ),
        ],
    ),
    Quiz(
        "q-02-learning",
        "A learning rate of 18 % means that cost falls by 18 %",
        [
            ("each year.", False, "Only if what has been built doubles each year."),
            (
                "with each doubling of all that has been built.",
                True,
                "No building, no learning, however much time passes.",
            ),
            (
                "with each doubling of what is built in a year.",
                False,
                "Wright's law counts everything built so far, not the yearly pace.",
            ),
        ],
    ),
]
