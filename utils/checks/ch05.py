"""Chapter 5, the case studies: checks and quick questions."""

from utils.exercises import check_for, close, need, need_column, need_number, open_question
from utils.quiz import Quiz

# --- Where is the thirty-third? --------------------------------------------------------------------------------------


@check_for("ex-05-thirty-third")
def region(ask):
    """`missing_region` is the region that has one named cluster too few"""
    yours = ask("missing_region")
    need(isinstance(yours, str), "`missing_region` should be the name of one region: `idxmax()` of a difference.")
    need(yours != "Americas", "The Americas have seven named clusters, as in the letter. Which region has one too few?")
    need(yours == "Asia-Pacific", "Subtract the counts of the named clusters from those of the letter: where is the 1?")


@check_for("ex-05-thirty-third")
def wave(ask):
    """`missing_wave` is the announcement with which it joined"""
    yours = ask("missing_wave")
    need(
        yours not in ("2022-05", "2022-06"), "That is one wave under two dates, May and June 2022: compare by position."
    )
    need(yours != "2025-01", "By January 2025 one is missing, but not for the first time. Where does the gap begin?")
    need(str(yours) == "2023-01", "Count the named clusters wave by wave; in which wave do they first fall behind?")


# --- One rate of exchange? -------------------------------------------------------------------------------------------

_LOWS, _HIGHS = (4175 / 21.7, 3265 / 17), (4185 / 21.7, 3275 / 17)
_NEAR = 5e-5  # a hundredth of a yen; twice that lies between the highest rate and the first sum without rounding


@check_for("ex-05-yen")
def lowest_rate(ask):
    """`low` is the lowest rate that suits both sums"""
    slips = {
        "That suits the second sum alone. Both must hold.": min(_LOWS),
        "That is the first sum without rounding. What can 4.18 stand for?": 4180 / 21.7,
        "That is the second sum without rounding. What can 3.27 stand for?": 3270 / 17,
        "That is the highest rate. Did you swap the two?": min(_HIGHS),
        "A trillion is a thousand billion.": max(_LOWS) / 1000,
    }
    need_number(ask("low"), max(_LOWS), "low", unit="yen a pound", tolerance=_NEAR, slips=slips)


@check_for("ex-05-yen")
def highest_rate(ask):
    """`high` is the highest rate that suits both sums"""
    slips = {
        "That suits the first sum alone. Both must hold.": max(_HIGHS),
        "That is the first sum without rounding. What can 4.18 stand for?": 4180 / 21.7,
        "That is the second sum without rounding. What can 3.27 stand for?": 3270 / 17,
        "That is the lowest rate. Did you swap the two?": max(_LOWS),
        "A trillion is a thousand billion.": min(_HIGHS) / 1000,
    }
    need_number(ask("high"), min(_HIGHS), "high", unit="yen a pound", tolerance=_NEAR, slips=slips)


# --- Fewer chargers a truck ------------------------------------------------------------------------------------------


@check_for("ex-05-chargers")
def a_hundred_trucks(ask):
    """`chargers_needed(100)` is the smallest number that will do"""
    slips = {
        "That is the load, rounded up. Did you look at the wait, and in minutes? It would be 42.": 7,
        "With 8 points the mean wait is still 10.8 minutes.": 8,
        "One fewer is enough. Where does your search begin?": 10,
        "That is for those who wait. The mean is over all trucks, most of which do not.": 16,
    }
    need_number(ask("chargers_needed(100)"), 9, "chargers_needed(100)", unit="points", slips=slips)


@check_for("ex-05-chargers")
def another_break(ask):
    """the function follows its other arguments, too"""
    for argument, right in (("longest=1", 11), ("hours=6", 16), ("minutes=30", 7)):
        call = f"chargers_needed(100, {argument})"
        slips = {"The same as without the argument. Where does your function use it?": 9}
        need_number(ask(call), right, call, unit="points", slips=slips)


@check_for("ex-05-chargers")
def needed(ask):
    """`needed` holds the points for 100, 200 and 400 trucks"""
    slips = {
        "You multiplied the first. What comes on top of the load grows more slowly than the load.": [9, 18, 36],
        "Those are the loads, rounded up. Did you look at the wait?": [7, 13, 26],
    }
    need_column(ask("list(needed)"), [9, 16, 29], "needed", unit="points", slips=slips)


# --- Hydrogen at parity ----------------------------------------------------------------------------------------------


@check_for("ex-05-parity", points=2)
def parity(ask):
    """`parity` is the price at which both trucks of 2030 cost the same"""
    (spare, kwh), (old_spare, old_kwh) = _spare_for_energy(3), _spare_for_energy(0)
    slips = {
        "That is per kilowatt-hour. A kilogram holds 33.33 of them.": spare / kwh,
        "That is what a kilometre may cost in hydrogen. Divide it by the kilowatt-hours of a kilometre.": spare,
        "Those are the trucks of 2025. Rows 3 and 5 are those of 2030.": old_spare / old_kwh * 33.33,
        "You left the upkeep in. It is not spent on hydrogen.": (spare + 0.12) / kwh * 33.33,
        "You compared energy alone. The trucks differ in capital and upkeep, too.": 3.3 * 1.4 / 9.96 / kwh * 33.33,
        "You divided by the kilowatt-hours of the diesel truck. The other one buys the hydrogen.": spare / 3.3 * 33.33,
        "A kilogram holds 33.33 kWh, so it may cost 33.33 times as much as one. You divided.": spare / kwh / 33.33,
    }
    need_number(ask("parity"), spare / kwh * 33.33, "parity", unit="EUR/kg", tolerance=2e-3, slips=slips)


def _spare_for_energy(diesel_row: int) -> tuple[float, float]:
    """What a fuel-cell truck may spend on energy for a kilometre to draw level with diesel, and its kWh a km."""
    from utils import data

    table = data.table("heavy_trucks")
    charge = 0.08 / (1 - 1.08**-10.5) / 120_000
    diesel, cell = table.loc[diesel_row], table.loc[diesel_row + 2]
    per_km = float(diesel["price_eur"]) * charge + diesel["maintenance_eur_km"] + diesel["kwh_per_km"] * 1.4 / 9.96
    return per_km - float(cell["price_eur"]) * charge - cell["maintenance_eur_km"], cell["kwh_per_km"]


# --- The empty store -------------------------------------------------------------------------------------------------


@check_for("ex-05-empty-store")
def decided(ask):
    """`decided` is the take-up of the two plants whose investment is decided"""
    slips = {
        "That is in Mt. Divide it by the 4.5 Mt of the first stage.": 1.17,
        "That is a share of both stages together. The first one holds 4.5 Mt a year.": 0.117,
    }
    need_number(ask("decided"), 1.17 / 4.5, "decided", tolerance=1e-3, slips=slips)


@check_for("ex-05-empty-store")
def listed(ask):
    """`listed` is the take-up of all plants whose figure was published"""
    slips = {
        "The plant whose amount is from memory is still in it.": 4.087 / 4.5,
        "You counted the second unit of the power plant. Take the first-phase amounts.": 4.387 / 4.5,
        "That is in Mt. Divide it by the 4.5 Mt of the first stage.": 3.187,
    }
    need_number(ask("listed"), 3.187 / 4.5, "listed", tolerance=1e-3, slips=slips)


@check_for("ex-05-empty-store")
def support_for_few(ask):
    """`per_tonne` is half of the money over 25 years of the listed tonnes"""
    right = 21_700 / 2 / (3.187 * 25)
    slips = {
        "That is the whole sum. Half of it is asked for.": right * 2,
        "That is for a full first stage. Only the listed plants come.": 21_700 / 2 / (4.5 * 25),
        "The tonnes of one year cannot carry the money of 25.": right * 25,
        "The plant whose amount is from memory is still in it.": 21_700 / 2 / (4.087 * 25),
        "That is for the plants with a decision. All listed ones come.": 21_700 / 2 / (1.17 * 25),
        "You divided by the take-up, a share. Divide by tonnes.": right * 4.5,
        "That is in thousands of pounds.": right / 1000,
    }
    need_number(ask("per_tonne"), right, "per_tonne", unit="GBP/t", tolerance=2e-3, slips=slips)


# --- A better cracker ------------------------------------------------------------------------------------------------


def _left(cracker: float, row: int = 7, *, larger_payload: bool = True) -> float:
    """What a carrier (7 cracked ammonia, 11 oil) leaves at 9,300 km, with a cracker that keeps so much."""
    from utils import data
    from utils.models import corridor

    ships = data.table("hydrogen_carriers")[["carrier", "speed", "fuel", "payload", "boil_off"]]
    chain = data.table("corridor_steps").merge(ships, on="carrier", sort=False)
    cracked = chain["carrier"] == "Ammonia ship, cracked"
    unpacked = cracked & (chain["what"] == "Unpacked")
    if larger_payload:
        chain.loc[cracked, "payload"] *= cracker / chain.loc[unpacked, "kept"].iloc[0]
    chain.loc[unpacked, "kept"] = cracker
    inputs = ["kept", "outside_kwh", "speed", "fuel", "payload", "boil_off"]
    return float(corridor.energy_along_chain(**chain[inputs], sea_distance=9300)["left"][row])


def _break_even(*, larger_payload: bool = True) -> float:
    """The cracker with which cracked ammonia leaves as much as oil; what is left is linear in what it keeps."""
    left = _left(0.85, larger_payload=larger_payload)
    return 0.85 + (_left(0.85, row=11) - left) / (_left(1.0, larger_payload=larger_payload) - left) * 0.15


_PAYLOAD = "Change the payload, too: with a better cracker a ship delivers more hydrogen for the same fuel."


@check_for("ex-05-cracker")
def left(ask):
    """`left` is the share of the energy that reaches Antwerp with the better cracker"""
    slips = {
        "That is with the cracker of the table.": _left(0.6849),
        "That is what the carrier still holds. Electricity and ship fuel are not taken off.": 0.8708 * 0.85,
        "That is oil. Cracked ammonia is asked for.": _left(0.85, row=11),
        "That is ammonia that stays ammonia. It has no cracker.": _left(0.85, row=15),
    }
    yours = ask("left")
    if not close(yours, _left(0.85, larger_payload=False), 2e-3):  # the next check is about the payload
        need_number(yours, _left(0.85), "left", tolerance=5e-3, slips=slips)


@check_for("ex-05-cracker")
def payload(ask):
    """in `left`, a ship delivers more hydrogen for the same fuel"""
    slips = {_PAYLOAD: _left(0.85, larger_payload=False)}
    need_number(ask("left"), _left(0.85), "left", tolerance=5e-3, slips=slips)


@check_for("ex-05-cracker")
def not_even_a_perfect_one(ask):
    """`break_even` is what a cracker would have to keep to leave as much as oil"""
    better, oil = _left(0.85), _left(0.85, row=11)
    slips = {
        "No cracker keeps more than 100 %; the answer is what it *would* have to keep. Do not cap it.": 1.0,
        "Not in proportion: electricity and ship fuel are taken off whatever the cracker keeps.": 0.85 * oil / better,
        "A point more in the cracker leaves less than a point more in Antwerp.": 0.85 + oil - better,
        _PAYLOAD: _break_even(larger_payload=False),
    }
    need_number(ask("break_even"), _break_even(), "break_even", tolerance=0.01, slips=slips)


# --- Open question ---------------------------------------------------------------------------------------------------

open_question(
    "ex-05-two-bodies",
    {
        "tells independent sources from copies of one": 1,
        "says what remains open": 1,
        "proposes a sentence that could be printed": 1,
        "is fair to an author who gives his sources": 1,
    },
)

# --- The learning outcomes each exercise serves, by their number in the chapter --------------------------------------

OUTCOMES = {
    "ex-05-thirty-third": [1],
    "ex-05-yen": [1],
    "ex-05-chargers": [2],
    "ex-05-parity": [3],
    "ex-05-empty-store": [4],
    "ex-05-cracker": [5],
    "ex-05-two-bodies": [1],
}

# --- Quick questions -------------------------------------------------------------------------------------------------

QUIZZES = [
    Quiz(
        "q-05-queue",
        "A place with 10 chargers, in use 90 % of the time, is doubled: 20 chargers, twice the trucks. The mean wait …",
        [
            (
                "stays the same: the use is still 90 %.",
                False,
                "The use is the same, the wait is not: a truck now has twenty points that may become free.",
            ),
            (
                "falls to less than half.",
                True,
                "With 45 minutes a truck, from 30 minutes to 12. A crowd at one point "
                "is a free point at another, and trucks can use it.",
            ),
            ("doubles with the number of trucks.", False, "There are twice as many trucks, and twice as many points."),
        ],
    ),
    Quiz(
        "q-05-copies",
        "Five outlets carry one release of a city. How many independent sources is that?",
        [
            ("Five.", False, "Each of the five had the same text before it. If the release errs, all five err."),
            ("One.", True, "They show that the release exists and what it says, not that it is right."),
            (
                "None: a city is a party to the matter.",
                False,
                "A party can be a source, and of its own membership it is a good one. It is one.",
            ),
        ],
    ),
    Quiz(
        "q-05-energy",
        "Hydrogen travels 22,000 km instead of 9,300. What grows least?",
        [
            ("The ship fuel.", False, "It grows in proportion to the way."),
            ("The cost of the ships.", False, "Each trip takes longer, so more ships are needed."),
            (
                "The energy lost in packing and unpacking.",
                True,
                "It is the same for any way, and at both distances the largest loss of every chain.",
            ),
        ],
    ),
]
