"""Wrong answers of chapter 4, and what the learner is told."""

ROOT = "from scipy.optimize import brentq\nfrom scipy.stats import binom\n"
WRONG = {
    "ex-04-belief": [
        (ROOT + "p_star = brentq(lambda p: 2.5 * binom.sf(8, 12, p) - 1, 0.01, 0.99)", "and the ninth"),
        (ROOT + "p_star = brentq(lambda p: 2.5 * binom.sf(8, 11, p) - 1, 0.01, 0.99)", "eight of them are enough"),
        (ROOT + "p_star = brentq(lambda p: 2.5 * binom.sf(7, 12, p) - 1, 0.01, 0.99)", "There are eleven others"),
        ("p_star = 0.4", "Which belief brings it about?"),
    ],
    "ex-04-half-reserve": [
        ("limit = 0.5\ndef firms_for_half(rho): return (1 - rho) / (0.5 - rho)", "You halved the variance"),
        ("limit = 0.5\ndef firms_for_half(rho): return 4", "what does the correlation add?"),
        ("limit = 0.25\ndef firms_for_half(rho): return (1 - rho) / (0.25 - rho) if rho != 0.25 else 0", "no number"),
    ],
    "ex-04-hurry": [
        ("best, hurried = 15, 15", "what hurry takes"),
        ("best, hurried = 22, 15", "two sources share a sink"),
        ("best, hurried = 18, 18", "has to live with it"),
    ],
    "ex-04-pledge": [
        ("least = 1.0", "does not climb"),
        ("least = 6.0", "without long contracts"),
        ("least = 2.5", "One step too early"),
    ],
    "ex-04-dual": [
        ("one_more = 0.558", "Divide it by the 0.1 Mt"),
        ("one_more = 22.813 / 4.4", "not of the last kilogram"),
    ],
}
