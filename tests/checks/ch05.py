"""Wrong answers of chapter 5, and what the learner is told."""

CHARGERS = (
    "from utils.models import queueing\n"
    "def chargers_needed(trucks, longest=5, minutes=45, hours=12):\n"
    "    load = trucks * minutes / 60 / hours\n    chargers = int(load) + 1\n"
    "    {search}\n    return chargers {more}\nneeded = {needed}"
)
SEARCH = "while queueing.mean_wait(chargers, load, minutes) > longest: chargers += 1"
CHAIN = "left = {left}\nbreak_even = {break_even}"
WRONG = {
    "ex-05-thirty-third": [
        ("missing_region = 'Americas'\nmissing_wave = '2025-01'", "The Americas have seven named clusters"),
        ("missing_region = 'Asia-Pacific'\nmissing_wave = '2025-01'", "Where does the gap begin"),
        ("missing_region = 'Asia-Pacific'\nmissing_wave = '2022-05'", "compare by position"),
        ("missing_region = 33\nmissing_wave = '2023-01'", "the name of one region"),
    ],
    "ex-05-yen": [
        ("low = 3265 / 17\nhigh = 4185 / 21.7", "That suits the second sum alone"),
        ("low, high = 4180 / 21.7, 3270 / 17", "the first sum without rounding"),
        ("low, high = 3270 / 17, 4180 / 21.7", "high: yours is 192.627 yen a pound. That is the first sum"),
        ("low, high = 3275 / 17, 4175 / 21.7", "Did you swap the two?"),
        ("low, high = 4.175 / 21.7, 3.275 / 17", "A trillion is a thousand billion"),
        ("low, high = 4175 / 21.7, 4185 / 21.7", "That suits the first sum alone"),
    ],
    "ex-05-chargers": [
        (CHARGERS.format(search="", more="", needed=[7, 13, 26]), "Did you look at the wait"),
        (CHARGERS.format(search="chargers = 16", more="", needed=[16, 22, 34]), "That is for those who wait"),
        ("def chargers_needed(trucks, **more): return 9\nneeded = []", "Where does your function use it?"),
        (CHARGERS.format(search=SEARCH, more="+ 1", needed=[10, 17, 30]), "One fewer is enough"),
        (CHARGERS.format(search=SEARCH, more="", needed=[9, 18, 36]), "You multiplied the first"),
    ],
    "ex-05-parity": [
        ("parity = 0.189", "That is per kilowatt-hour"),
        ("parity = 0.4812", "Divide it by the kilowatt-hours of a kilometre"),
        ("parity = 4.077", "Those are the trucks of 2025"),
        ("parity = 7.858", "You left the upkeep in"),
        ("parity = 3.3 * 1.4 / 9.96 / 2.55 * 33.33", "You compared energy alone"),
        ("parity = 4.860", "the kilowatt-hours of the diesel truck"),
    ],
    "ex-05-empty-store": [
        ("decided, listed, per_tonne = 1.17, 3.187, 272.36", "Divide it by the 4.5 Mt"),
        ("decided, listed, per_tonne = 0.26, 0.90822, 96.44", "from memory is still in it"),
        ("decided, listed, per_tonne = 0.26, 0.70822, 370.94", "for the plants with a decision"),
        ("decided, listed, per_tonne = 0.26, 0.70822, 612.8", "You divided by the take-up"),
        ("decided, listed, per_tonne = 0.26, 0.97489, 272.36", "the second unit of the power plant"),
    ],
    "ex-05-cracker": [
        (CHAIN.format(left=0.3475, break_even=1.0), "That is with the cracker of the table"),
        (CHAIN.format(left=0.74018, break_even=1.0), "Do not cap it"),
        (CHAIN.format(left=0.74018, break_even=1.1851), "Electricity and ship fuel are not taken off"),
        (CHAIN.format(left=0.4913, break_even=1.1851), "Not in proportion"),
        (CHAIN.format(left=0.4832, break_even=1.0724), "left: yours is 0.4832. Change the payload, too"),
        (CHAIN.format(left=0.4832, break_even=1.0955), "break_even: yours is 1.0955. Change the payload, too"),
    ],
}
