"""A plan for a cluster on two pages: what the models say of it, and what its author says.

    mine = Plan(cluster, {"Why here": "The port has …"}, author="A. Student")
    mine.save("plan.html")          # one file: no request leaves it, prints on two A4 pages
    Plan.load("plan.html") == mine  # the cluster and the text are in it

From a folder with ``cluster.json`` and ``words.md`` (headings with ##): ``python -m utils.report FOLDER plan.html``.

The file holds no script. Whatever an author writes is shown as text.
"""

from __future__ import annotations

import html
import json
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from html.parser import HTMLParser
from pathlib import Path

import altair as alt
import pandas as pd

from utils import assumptions, charts, data, figures, uncertainty
from utils.cluster import Cluster, Evaluation, evaluate
from utils.files import replace_file

SCHEMA = 1
ROOM = 4500  # letters of text that fit, beside four figures and the tables, on two pages
LINE = 60  # letters that a new paragraph or a heading takes, beside its own
MOST_DRAWS = 100_000
ASKED = ("Why here", "What the firms do, and why", "Who has to agree, and who signs first", "Weak points")
_WIDTH, _HEIGHT = 340, 130  # pixels of a figure; a browser's letters are up to a seventh wider than those measured here


@dataclass(frozen=True)
class Plan:
    """A cluster, and what its author says of it: ``{heading: text}``, with a blank line between two paragraphs.

    seed and draws are those of the Monte Carlo simulation. Raises ``ValueError`` for a text that does not fit.
    """

    cluster: Cluster
    text: dict[str, str]
    author: str = ""
    seed: int = 2050
    draws: int = uncertainty.DRAWS

    def __post_init__(self) -> None:
        if not isinstance(self.cluster, Cluster):
            raise ValueError(f"cluster is {self.cluster!r}; allowed is a Cluster")
        if not isinstance(self.text, Mapping):
            raise ValueError("text is no table; allowed is {heading: text, …}")
        object.__setattr__(self, "text", dict(self.text))
        for heading, words in self.text.items():
            if not isinstance(heading, str) or not heading.strip() or len(heading) > 80:
                raise ValueError(f"text: the heading {heading!r} is not allowed; allowed are 1 to 80 characters")
            if not isinstance(words, str):
                raise ValueError(f"text: under {heading!r} stands {words!r}; allowed is text")
        if not isinstance(self.author, str) or len(self.author) > 80:
            raise ValueError("author is too long or no text; allowed are up to 80 characters")
        for name, low, high in (("seed", 0, 2**63), ("draws", 1, MOST_DRAWS)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise ValueError(f"{name} is {value!r}; allowed is a whole number from {low} to {high}")
        if self.left < 0:
            raise ValueError(f"text is {-self.left:,} letters too long; allowed are {ROOM:,}, where a heading or a "
                             f"paragraph counts {LINE} more and a Japanese character two")

    @property
    def left(self) -> int:
        """How many letters the text may still grow."""
        return ROOM - sum(_size(heading) + LINE + _size(words) + LINE * len(_paragraphs(words))
                          for heading, words in self.text.items())

    def html(self) -> str:
        """The plan as one HTML file."""
        found = evaluate(self.cluster)
        drawn = uncertainty.simulate(self.cluster, draws=self.draws, seed=self.seed)
        e = html.escape
        by = f" by {e(self.author)}" if self.author else ""
        kept = figures.embed_json({"schema": SCHEMA, **asdict(self), "cluster": json.loads(self.cluster.to_json())})
        return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{e(self.cluster.name)}: a plan</title>
<style>{_STYLE}</style>
</head>
<body>
<header><h1>{e(self.cluster.name)}</h1><p>A plan{by}. {_described(self.cluster)}</p></header>
{headline(found, drawn)}
<section class="pair">{curve(found)}{path(found)}</section>
{firms_table(found)}
<section class="words">{_words(self.text)}</section>
<section class="pair">{spread(drawn)}{_tornado(self.cluster)}</section>
{_goods(found)}
<footer>{_assumed(self.cluster)} Probabilities: {self.draws:,} draws, seed {self.seed}, from triangular
distributions within the bounds of the book's assumptions, all independent. They are those of the model, no forecast.
The cluster and the text are kept in this file; <code>Plan.load</code> opens it.</footer>
<script type="application/json" id="plan">{kept}</script>
</body>
</html>
"""

    def save(self, file: str | Path) -> Path:
        """Write the plan to a file. The file there is replaced in one step, or stays as it was."""
        return replace_file(file, self.html())

    @classmethod
    def load(cls, path: str | Path) -> Plan:
        """The plan in a file that :meth:`save` wrote; an error names the file."""
        try:
            return cls.from_html(Path(path).read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None

    @classmethod
    def from_html(cls, text: str) -> Plan:
        """The plan that :meth:`html` wrote."""
        kept = _Kept()
        kept.feed(text)
        if not kept.whole:
            raise ValueError("there is no whole plan in it; it may have been cut off, or is another page")
        try:
            found = json.loads("".join(kept.parts))
        except json.JSONDecodeError as error:
            raise ValueError(f"the plan in it is no whole JSON ({error})") from None
        wanted = {"schema", *cls.__dataclass_fields__}
        if not isinstance(found, dict) or found.pop("schema", None) != SCHEMA:
            raise ValueError(f"the plan in it is of another version; allowed is {SCHEMA}")
        if set(found) != wanted - {"schema"}:
            raise ValueError(f"the plan in it has the fields {', '.join(found)}; "
                             f"allowed are {', '.join(sorted(wanted))}")
        return cls(**found | {"cluster": Cluster.from_json(json.dumps(found["cluster"]))})

    @classmethod
    def from_folder(cls, folder: str | Path, **more) -> Plan:
        """The plan whose cluster is in ``cluster.json`` and whose words are in ``words.md``, each heading after ##."""
        parts = (Path(folder) / "words.md").read_text(encoding="utf-8").split("## ")[1:]
        words = {heading.strip(): words.strip() for heading, _, words in (part.partition("\n") for part in parts)}
        return cls(Cluster.load(Path(folder) / "cluster.json"), words, **more)

    def _repr_html_(self) -> str:
        return (f'<iframe title="The plan of {html.escape(self.cluster.name, quote=True)}" sandbox="" '
                f'style="width:100%;height:44rem;border:1px solid #8888;background:#fff" '
                f'srcdoc="{html.escape(self.html(), quote=True)}"></iframe>')


class _Kept(HTMLParser):
    """Collects the content of the script element that holds the plan."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.parts, self.inside, self.whole = [], False, False

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.inside = self.inside or (tag == "script" and dict(attrs).get("id") == "plan" and not self.whole)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self.inside:
            self.inside, self.whole = False, True

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.parts.append(data)


def _size(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _paragraphs(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _words(text: Mapping[str, str]) -> str:
    parts = []
    for heading, words in text.items():
        parts.append(f"<h2>{html.escape(heading)}</h2>")
        parts += [f"<p>{html.escape(paragraph)}</p>" for paragraph in _paragraphs(words)]
    return "".join(parts)


def _described(cluster: Cluster) -> str:
    count = len(cluster.firms)
    firms = "One firm" if count == 1 else f"{count} firms"
    way = "by ship" if "store abroad" in cluster.partners else "by pipeline"
    buyers = ", with buyers under long contracts" if "buyers" in cluster.partners else ""
    rules = cluster.policy if cluster.policy == "Japan" else f"the {cluster.policy}"
    return f"{firms} under the rules of {rules}, {cluster.km_to_store:,.0f} km from a store {way}{buyers}."


def headline(found: Evaluation, drawn: pd.DataFrame | None = None) -> str:
    """The numbers of a cluster in a row."""
    n = found.numbers
    cells = {
        "CO2 today": f"{n['emissions']:.2f} Mt/a",
        "Abated": f"{n['abatement']:.2f} Mt/a",
        "Cost, alone": f"{n['cost_alone']:.0f} EUR/t",
        "Cost, shared": f"{n['cost_shared']:.0f} EUR/t",
        "Policy pays": f"{n['income']:.0f} EUR/t",
        "Balance, shared": f"{n['balance_shared']:+.0f} EUR/t",
    }
    if drawn is not None:
        cells["Chance to break even"] = f"{uncertainty.chance(drawn):.0%}"
    items = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in cells.items())
    return f'<dl class="numbers">{items}</dl>'


def _figure(chart: alt.Chart, title: str, says: str) -> str:
    fitted = chart.properties(height=_HEIGHT, width=_WIDTH, padding={"left": 16, "right": 4, "top": 2, "bottom": 8},
                             autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))
    picture = figures.svg(fitted.to_dict())
    return (f'<figure><figcaption>{title}</figcaption><div role="img" aria-label="{html.escape(says, quote=True)}">'
            f"{picture}</div></figure>")


def curve(found: Evaluation) -> str:
    """The marginal abatement cost curve as a figure."""
    steps = found.curve[found.curve["abated"] > 0]
    base = alt.Chart(steps)
    x = alt.X("from_mt:Q").title("Mt of CO2 a year no longer emitted")
    colour = alt.Color("firm:N").sort(None).title(None).legend(columns=2, labelLimit=100, labelFontSize=10,
                                                                  symbolSize=60)
    chart = alt.layer(
        base.transform_filter("datum.way == 'Shared'").mark_rect(stroke="white").encode(
            x=x, x2="to_mt:Q", y=alt.Y("cost:Q").title("EUR per tonne"), y2=alt.datum(0), color=colour),
        base.transform_filter("datum.way == 'Alone'").mark_rect(
            fillOpacity=0, stroke="currentColor", strokeDash=[3, 2]).encode(
            x=x, x2="to_mt:Q", y="cost:Q", y2=alt.datum(0)),
        alt.Chart(pd.DataFrame({"income": [found.numbers["income"]]})).mark_rule(strokeWidth=2).encode(y="income:Q"),
    )
    n = found.numbers
    return _figure(chart, "What a tonne costs: shared filled, alone dashed; the line is income from policy",
                   f"Cost curve: {n['cost_shared']:.0f} EUR a tonne shared, {n['cost_alone']:.0f} alone.")


def path(found: Evaluation) -> str:
    """Emissions by year as a figure."""
    names = {"alone": "Each alone", "shared": "Shared", "pledge": f"Line to {found.cluster.target_year}"}
    rows = found.by_year.rename(columns=names).melt(["year"], list(names.values()), "path", "mt")
    chart = alt.Chart(rows).mark_line().encode(
        x=alt.X("year:Q").axis(format="d").title(None), y=alt.Y("mt:Q").title("Mt of CO2 a year"),
        color=alt.Color("path:N").sort(list(names.values())).title(None),
        strokeDash=alt.StrokeDash("path:N").sort(list(names.values())).legend(None))
    at = found.by_year.set_index("year").loc[2050, "shared"]
    return _figure(chart, "Emissions, if firms begin when the price covers their cost",
                   f"In 2050 {at:.2f} Mt a year are left, shared.")


def spread(drawn: pd.DataFrame) -> str:
    """The balance of all draws as a figure."""
    width = max(1.0, round(float(drawn["balance_shared"].max() - drawn["balance_shared"].min()) / 60))
    rows = uncertainty.histogram(drawn, {"balance_shared": "Balance"}, width).assign(pays=lambda r: r["start"] >= 0)
    chart = alt.Chart(rows).mark_rect().encode(
        x=alt.X("start:Q").title("Income less shared cost, EUR per tonne"), x2="end:Q",
        y=alt.Y("share:Q").title("Share of the draws").axis(format="%"), y2=alt.datum(0),
        color=alt.Color("pays:N").scale(domain=[True, False], range=charts.PALETTE[:2]).title(None)
        .legend(labelExpr="datum.label == 'true' ? 'pays' : 'loses'"))
    return _figure(chart, "How sure it is", f"It pays in {uncertainty.chance(drawn):.0%} of the draws.")


def _tornado(cluster: Cluster) -> str:
    swings = uncertainty.tornado(cluster).head(6)
    base = evaluate(cluster).numbers["balance_shared"]
    ends = swings.melt(["label"], ["at_low", "at_high"], "end", "balance").assign(base=base)
    chart = alt.Chart(ends).mark_bar().encode(
        x=alt.X("base:Q").title("Income less shared cost, EUR per tonne").scale(zero=False), x2="balance:Q",
        y=alt.Y("label:N").sort(list(swings["label"])).title(None)
        .axis(labelFontSize=9.5, labelLimit=118),
        color=alt.Color("end:N").sort(["at_low", "at_high"]).title(None)
        .legend(labelExpr="{at_low: 'low', at_high: 'high'}[datum.label]"))
    return _figure(chart, "What it depends on: one assumption at a time, at its 10th (low) and 90th percentile (high)",
                   f"The widest bar is: {swings['label'].iloc[0]}.")


def _table(caption: str, heads: list[str], rows: list[list[str]]) -> str:
    top = "".join(f'<th scope="col">{head}</th>' for head in heads)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><caption>{caption}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def firms_table(found: Evaluation) -> str:
    """What each firm does, abates and pays, as a table."""
    rows = [
        [r["firm"], r["sector"], r["technology"], f"{r['emissions_mt']:.2f}", f"{r['abated']:.2f}", f"{r['alone']:.0f}",
         f"{r['shared']:.0f}", f"{r['payment']:.1f}", _year(r["begins_shared"])]
        for r in found.firms.to_dict("records")
    ]
    heads = ["Firm", "Sector", "What it does", "Mt a year", "abated", "EUR/t alone", "shared", "pays, MEUR a year",
             "begins"]
    return _table("Who pays: Shapley shares of the transport, and its own plant", heads, rows)


def _year(year: float) -> str:
    return f"{year:.0f}" if year < 2100 else "not before 2100"


def _goods(found: Evaluation) -> str:
    rows = found.products[found.products["way"] == "Shared"].sort_values("share", ascending=False).head(4)
    if rows.empty:
        return ""
    cells = [[r["product"], r["firm"], f"{r['extra']:,.2f}" if r["extra"] >= 0.01 else f"{r['extra']:.4f}",
              f"{r['share']:.2%}"] for r in rows.to_dict("records")]
    return _table("If the cost is passed on", ["Product", "With material from", "EUR more", "of its price"], cells)


def _assumed(cluster: Cluster) -> str:
    own = [f"{assumptions.get(name).label} {value:g} {assumptions.get(name).unit}"
           for name, value in cluster.assumptions.items()]
    changed = html.escape("; ".join(own)) if own else "none"
    count = len(data.table("assumptions"))
    return f"Assumptions changed by the author: {changed}; all others are those of the book's table of {count}."


_STYLE = f"""
@page {{ size: A4; margin: 12mm 14mm }}
* {{ box-sizing: border-box }}
body {{ max-width: 182mm; margin: 6mm auto; padding: 0 4mm; color: #16222b; background: #fff;
  font: 8.8pt/1.34 {charts.FONT}; overflow-wrap: anywhere }}
h1 {{ font-size: 17pt; line-height: 1.15; margin: 0 }} header p {{ margin: 1mm 0 2.5mm; color: #465660 }}
h2 {{ font-size: 10pt; margin: 2mm 0 .6mm; break-after: avoid }}
p {{ margin: 0 0 1.2mm }} .words h2:first-child {{ margin-top: 0 }}
.words {{ columns: 2; column-gap: 7mm; margin: 3mm 0; orphans: 2; widows: 2 }}
.numbers {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(21mm, 1fr)); gap: 1mm 2mm; margin: 0 0 2.5mm;
  padding: 1.6mm 0; border-block: .3mm solid #16222b; align-items: end }}
dt {{ font-size: 7.4pt; color: #465660 }} dd {{ margin: 0; font-weight: 650 }}
.pair {{ display: grid; grid-template-columns: 1fr 1fr; gap: 5mm; align-items: end; break-inside: avoid }}
figure {{ margin: 0; min-width: 0 }} figcaption {{ font-weight: 600; margin-bottom: 1mm }}
svg {{ width: 100%; height: auto; display: block }}
table {{ border-collapse: collapse; width: 100%; margin: 2.5mm 0; font-size: 8pt; break-inside: avoid }}
caption {{ text-align: left; font-weight: 600; font-size: 8.8pt; padding-bottom: .6mm }}
th, td {{ text-align: left; padding: .45mm 1.5mm .45mm 0; vertical-align: top; border-bottom: .1mm solid #b9c4ca }}
th {{ font-weight: 600; color: #465660; overflow-wrap: normal }}
footer {{ font-size: 7.2pt; line-height: 1.3; color: #465660; border-top: .2mm solid #b9c4ca; padding-top: 1mm }}
@media screen and (max-width: 640px) {{ .pair {{ grid-template-columns: 1fr }} .words {{ columns: 1 }}
  table {{ display: block; overflow-x: auto; overflow-wrap: normal }} }}
@media print {{ body {{ margin: 0; padding: 0 }} }}
"""


def main(arguments: list[str]) -> int:
    """Write the plan of a folder; what is wrong with it goes to the error output."""
    if len(arguments) != 2:
        print("usage: python -m utils.report FOLDER FILE.html", file=sys.stderr)
        return 2
    try:
        print(Plan.from_folder(arguments[0]).save(arguments[1]))
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
