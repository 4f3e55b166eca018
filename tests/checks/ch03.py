"""Wrong answers of chapter 3, and what the learner is told."""

LAW = """
from utils import data
from utils.models import emissions_trading
law = data.table("eu_ets_cap").drop(columns=["source", "status"])
cap = emissions_trading.cap_path(**law, late_reduction_factor=0.044, include_maritime=0)["cap_2030"]
"""
ESCAPE = "share = {2026: 0.025, 2030: 0.485, 2034: 1}\ndef escape(year):\n    s = share[year]\n    return "
BONDS = "def price(cut, years=23): return 20e12 / sum(600e6 - cut * y for y in range(years))\nprices = "
CASES = "{{'level': price({}), 'falling by 20 Mt': price({}), 'zero in 2050': price({})}}"
WRONG = {
    "ex-03-status": [
        ("undone = {'45V', '45Q'}\nopen_questions = []", "45Q was not reversed"),
        ("undone = {'45V'}\nopen_questions = []", "yours has 1 of 3"),
        (
            "undone = {'45V', 'Hydrogen hubs', 'Executive order 14154', 'CBAM'}\nopen_questions = []",
            "Not reversed: CBAM",
        ),
        (
            "from utils import data\nundone = 0\nopen_questions = list(data.table('japan_gx')['instrument'])",
            "That is every instrument",
        ),
    ],
    "ex-03-repeal": [
        ("def half_hazard(wait): return 0.15024701\nhalf = half_hazard(3)", "survive the years of building"),
        ("def half_hazard(wait): return 0.088135\nhalf = half_hazard(3)", "Where does `wait` come in?"),
        ("def half_hazard(wait): return 8.8135\nhalf = half_hazard(3)", "a percentage where a fraction is asked for"),
    ],
    "ex-03-cap-2050": [
        ("factor = 1 / 20", "a share of a fixed reference"),
        (LAW + "factor = cap / (19 * emissions_trading.REFERENCE)", "Off by one year"),
        (LAW + "factor = cap / 20", "the yearly step in Mt"),
    ],
    "ex-03-abroad": [
        (ESCAPE + "75 * 1.04 ** (year - 2026) * s", "You multiplied the whole of e by the share"),
        (ESCAPE + "75 * (2.34 - 1.37 * (1 - s)) / 2.34", "It rises by 4 % a year"),
        (ESCAPE + "75 * 1.04 ** (year - 2026) * (2.34 - 1.37 * (1 - s))", "the bill for a tonne of steel"),
    ],
    "ex-03-bonds": [
        (BONDS + CASES.format("0, 22", 0, 0), "2028 to 2050 are 23 years"),
        (BONDS + CASES.format(0, 20, 0), "20 tonnes for 20 Mt?"),
        (BONDS + CASES.format(0, "20e6", "600e6 / 23"), "23 years have 22 steps"),
    ],
    "ex-03-partners": [
        ("needed = {3: 31, 3.5: 7, 4: 3, 4.5: 2, 5: 1}", "write 3 % as the fraction 0.03"),
        ("needed = {0.03: 32, 0.035: 8, 0.04: 4, 0.045: 3, 0.05: 2}", "one too many"),
        ("needed = {0.03: None, 0.035: 7, 0.04: 3, 0.045: 2, 0.05: 1}", "Did your search stop too early?"),
    ],
}
