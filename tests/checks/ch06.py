"""Wrong answers of chapter 6, and what the learner is told."""

START = (
    "from utils import uncertainty\nfrom utils.cluster import Cluster, Firm, evaluate\n"
    "port, chemicals = Cluster.from_tables('port'), Cluster.from_tables('chemicals')\n"
)
LIME = (
    START + "larger = port.with_(firms=(*port.firms, Firm('Lime works', 'Cement', 0.3, 35.54, 139.70)))\n"
    "before, after = evaluate(port).firms, evaluate(larger).firms\nlast = after.iloc[-1]\n"
    "gain = {gain}\nothers = {others}"
)
GAIN, OTHERS = "last['alone'] - last['shared']", "before['payment'].sum() - after['payment'].iloc[:-1].sum()"
WORTH = (
    START + "def worth_doing(cluster, price, way):\n"
    "    steps = evaluate(cluster).curve.query({query!r})\n"
    "    return steps.loc[steps['cost'] {sign} price, 'abated'].sum()\n"
    "at_95 = [worth_doing(chemicals, 95, way) for way in ({ways})]"
)
RIGHT_STEPS, WAYS = "way == @way and firm != 'Rest, from the air'", "'Alone', 'Shared'"
PATH = (
    START + "paths = [evaluate(port, allowance_price_growth=g).by_year for g in (0.04, 0.06, 0.08)]\n"
    "excesses = [{sum} for p in paths]"
)
DRAWN = START + "drawn = uncertainty.simulate(chemicals, draws=10_000, seed=2050)\nb = drawn['balance_shared']\n"
LOSS = DRAWN + "p = (b < -20).mean()\nchance_of_loss = {p}\nstandard_error = {e}\ndraws_needed = {n}"
P, E, N = "p", "(p * (1 - p) / len(b)) ** 0.5", "202825"
STUDY = (
    START + "names = ['storage_cost', 'discount_rate', 'policy_strength']\n"
    "spread = {{n: uncertainty.simulate(chemicals, seed=2050, held={held})['{column}'].{what}() for n in names}}\n"
    "best_study = {best}"
)
WRONG = {
    "ex-06-newcomer": [
        (LIME.replace("(*port.firms, Firm", "(Firm").replace("139.70))", "139.70),)").format(gain=1, others=1),
         "The newcomer is alone"),
        (LIME.replace("0.3,", "300 / 2,").format(gain=1, others=1), "The newcomer emits 0.3 Mt a year"),
        (LIME.replace("'Cement'", "'Ammonia'").format(gain=1, others=1), "belongs to the sector Cement"),
        (LIME.format(gain=GAIN + "\ngain *= last['abated']", others=OTHERS), "That is in million EUR a year"),
        (LIME.format(gain="last['shared']", others=OTHERS), "what it pays, not what it saves"),
        (LIME.format(gain=GAIN, others="before['payment'].sum() - after['payment'].sum()"), "payment of the newcomer"),
        (LIME.format(gain=GAIN, others="(before['shared'] - after['shared'].iloc[:-1]).sum()"),
         "EUR per tonne of firms"),
    ],
    "ex-06-worth-doing": [
        (WORTH.format(query=RIGHT_STEPS, sign="<=", ways="'Shared', 'Alone'"), "Alone comes first"),
        (WORTH.format(query=RIGHT_STEPS, sign=">", ways=WAYS), "what costs *more* than the price"),
        (WORTH.format(query="firm != 'Rest, from the air'", sign="<=", ways=WAYS),
         "where does your function use `way`"),
        (WORTH.format(query="way == @way", sign="<=", ways=WAYS), "The CO2 taken from the air is in it"),
    ],
    "ex-06-budget": [
        (PATH.format(sum="(p['shared'] - p['pledge']).sum()"), "Stop with 2050"),
        (PATH.format(sum="(p['shared'] - p['pledge'])[p['year'] < 2050].sum()"), "Off by one year"),
        (PATH.format(sum="(p['alone'] - p['pledge'])[p['year'] <= 2050].sum()"), "They share here"),
        (PATH.format(sum="p['shared'][p['year'] <= 2050].sum()"), "Take off what the pledge allows"),
        (PATH.format(sum="(p['shared'] - p['pledge'])[p['year'] == 2050].sum()"), "Add up all years"),
    ],
    "ex-06-loss": [
        (LOSS.format(p="(b < 0).mean()", e=E, n=N), "That is any loss"),
        (LOSS.format(p="(b < 20).mean()", e=E, n=N), "below *minus* 20"),
        (LOSS.format(p="(drawn['balance_alone'] < -20).mean()", e=E, n=N), "each firm alone"),
        (LOSS.format(p=P, e="b.std() / 100", n=N), "standard error of the mean balance"),
        (LOSS.format(p=P, e="p * (1 - p) / len(b)", n=N), "You forgot the root"),
        (LOSS.format(p=P, e=E, n="45037"), "with the *root*"),
        (LOSS.format(p=P, e=E, n="202824.16"), "round up"),
    ],
    "ex-06-worth-knowing": [
        (STUDY.format(held="[]", column="balance_shared", what="std", best="names[2]"), "with nothing held"),
        (STUDY.format(held="[n]", column="cost_shared", what="std", best="names[2]"), "The balance is asked for"),
        (STUDY.format(held="[n]", column="balance_shared", what="var", best="names[2]"), "Take its root"),
        (STUDY.format(held="[n]", column="balance_shared", what="std", best="names[0]"),
         "The store decides what it costs"),
        (STUDY.format(held="[n]", column="balance_shared", what="std", best="None"), "one of the three names"),
    ],
}
