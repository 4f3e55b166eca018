"""Wrong answers of chapter 2, and what the learner is told."""

AMMONIA = """
from utils import data
from utils.models import transport
row = data.table("hydrogen_carriers").set_index("carrier").loc["Ammonia ship, cracked"]
usual = row.drop(["route", "as_hydrogen", "source", "status", "note"]).to_dict()
prices = {"electricity_price": 60, "load_value": 3000, "scale_exponent": 0.6, "discount_rate": 0.08}
def ammonia(**changes):
    return sum(transport.cost_per_tonne(8000, 1, **({order})).values()) / {unit}
changes = {changes}
"""


def ammonia(order="usual | prices | changes", unit="1000", changes="{'load_value': 1500}"):
    return AMMONIA.replace("{order}", order).replace("{unit}", unit).replace("{changes}", changes)


SCORES = """
from utils import data
mine = data.table("acceptance_scores")
{change}
leaders = {leaders}
"""
LEADERS = {
    "climate-lab": "Nuclear power",
    "grid-operator": "Gas power with CO2 capture",
    "neighbours": "Offshore wind",
    "treasury": "Solar power with batteries",
}
SLOWER = "mine.loc[mine['id'] == 'carbon_capture', 'soon'] = 2"
WRONG = {
    "ex-02-dark-and-calm": [
        ("longest = {'greensboro': 23, 'sand_point': 64}", "You added the series as they are"),
        ("longest = {'greensboro': 15, 'sand_point': 24}", "wind counts four times as much as sun"),
        ("longest = {'greensboro': 15, 'sand_point': 17}", "The mean of your sum is 2"),
        ("longest = {'greensboro': 70, 'sand_point': 19}", "Count the low hours only"),
        ("longest = {'greensboro': 3025, 'sand_point': 2209}", "How many of them follow one another?"),
    ],
    "ex-02-ammonia-range": [
        (ammonia(unit="1"), "That is EUR per tonne"),
        (ammonia(order="changes | usual | prices"), "Do your changes come last"),
        (ammonia(), "Your changes bring it to 3.61 EUR/kg"),
        (ammonia(changes="{'own_use': 0.05, 'load_value': 1000}"), "taking ammonia apart needs heat"),
        (ammonia(changes="{'load_value': 0}"), "Nothing is free"),
        (ammonia(changes="{'load_value': 1.5}"), "From 3000 to 1.5 load_value changes by more than a factor of four"),
        (ammonia(changes="{'plant_life': 500}"), "more than a factor of four"),
        (ammonia(changes="{'hydrogen_price': 1.5}"), "Neither `usual` nor `prices` has 'hydrogen_price'"),
        (ammonia(changes="{'load_value': '1500'}"), "load_value should be a number"),
        (ammonia(changes="dict.fromkeys('abcde', 1)"), "You change 5 things"),
    ],
    "ex-02-carbon-price": [
        ("price = 169.712", "That comes on top of 75 EUR/t"),
        ("price = 447.794", "close the gap only"),
        ("price = 546.573", "Here it is 1,000 EUR/kW"),
        ("price = 366.08", "Electricity still costs 60 EUR/MWh"),
        ("price = 425.21", "The electrolyser still costs 1,890 EUR/kW"),
        ("price = 2.167845", "Over how much CO2 is it spread?"),
        ("price = 0.244712", "1,000 times too small"),
    ],
    "ex-02-learning-rate": [
        ("rate = 0.67624\ngw = 0", "The rate is what is taken off"),
        ("rate = 0.82176\ngw = 0", "That is the fall over all the years"),
        ("rate = 0.1451\ngw = 0", "That is the fall for each year"),
        ("rate = 0.43144\ngw = 0", "natural logarithm"),
        ("rate = 0.32\ngw = 0", "Keep the digits"),
        ("rate = 0\ngw = 850 * 2 ** 1.7973", "Your rate is rounded to 32 %"),
        ("rate = 0\ngw = 1.7723", "How many GW stand after them?"),
        ("rate = 0.32\ngw = 1700", "One doubling takes off 32 %"),
    ],
    "ex-02-own-scores": [
        (SCORES.format(change="", leaders=LEADERS), "still the book's table"),
        (SCORES.format(change="mine['soon'] = 5", leaders=LEADERS), "Change one, so that you can see"),
        (SCORES.format(change=SLOWER, leaders=LEADERS), "Did you rank `mine` or `scores`?"),
        (SCORES.format(change=SLOWER.replace("= 2", "= 12"), leaders=LEADERS), "Points are numbers from 0 to 10"),
        (SCORES.format(change=SLOWER + "\nmine = mine[1:]", leaders=LEADERS), "each once"),
        (SCORES.format(change=SLOWER, leaders=dict.fromkeys(LEADERS, 1)), "yours is the row 1"),
        (SCORES.format(change=SLOWER, leaders={"treasury": "Nuclear power"}), "nobody called climate-lab"),
    ],
}
