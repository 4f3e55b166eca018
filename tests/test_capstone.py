"""The capstone: one rubric wherever it stands, an example that says what the models say, and a mark that adds up."""

from __future__ import annotations

import json
import re

import pytest

from tests.conftest import ROOT
from utils import uncertainty
from utils.cluster import Cluster, Firm, evaluate
from utils.grading.source import load
from utils.report import Plan, main

FOLDER = ROOT / "assignments" / "capstone"
CRITERIA = load(FOLDER / "capstone.ipynb").exercises["ex-capstone-plan"].rubric
WORDS = (FOLDER / "example" / "words.md").read_text(encoding="utf-8")


def markdown(path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def test_the_rubric_is_the_same_in_the_chapter_the_assignment_and_the_lecturers_page():
    texts = [markdown(FOLDER / "capstone.ipynb"), markdown(ROOT / "chapters" / "06-design-a-cluster.ipynb"),
             (FOLDER / "rubric.md").read_text(encoding="utf-8")]
    for text in texts:
        rows = re.findall(r"^\| ([^|]+?) \| (\d+) \|", text, re.M)
        assert {name: int(points) for name, points in rows if name in CRITERIA} == CRITERIA
    assert sum(CRITERIA.values()) == 20


def test_the_mark_of_the_example_covers_every_criterion_and_adds_up():
    text = (FOLDER / "example" / "mark.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+?) \| ([\d.]+) \| (\d+) \| \S", text, re.M)
    assert {name: int(most) for name, _, most in rows} == CRITERIA
    assert all(0 <= float(given) <= float(most) for _, given, most in rows)
    total, most = re.search(r": ([\d.]+) of (\d+)$", text, re.M).groups()
    assert (sum(float(given) for _, given, _ in rows), sum(CRITERIA.values())) == (float(total), float(most))


def test_the_example_prints_on_two_pages(browser, tmp_path):
    assert main([str(FOLDER / "example"), str(tmp_path / "plan.html")]) == 0
    page = browser.new_page()
    page.goto((tmp_path / "plan.html").as_uri())
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True))) <= 2
    page.close()
    assert Plan.load(tmp_path / "plan.html") == Plan.from_folder(FOLDER / "example")


def test_a_plan_that_cannot_be_written_is_said_in_one_line(tmp_path, capsys):
    assert main([str(tmp_path), "plan.html"]) == 2
    assert "words.md" in capsys.readouterr().err


def test_the_numbers_in_the_words_of_the_example_are_those_of_the_models():
    cluster = Cluster.load(FOLDER / "example" / "cluster.json")
    n = evaluate(cluster).numbers
    drawn = uncertainty.simulate(cluster)
    by_year = evaluate(cluster).by_year.set_index("year")
    firms = evaluate(cluster).firms.set_index("firm")
    sobol = uncertainty.sobol(cluster).set_index("name")["total"]

    def chance(other) -> str:
        return f"{uncertainty.chance(uncertainty.simulate(other)):.0%}".replace("%", " %")

    by_ship = cluster.with_(partners=("buyers", "store abroad"))
    green = [Firm(f.name, f.sector, f.emissions_mt, f.latitude, f.longitude, "hydrogen") if f.name == "Refinery" else f
             for f in cluster.firms]
    hydrogen = cluster.with_(firms=green)
    low, high = drawn["cost_shared"].quantile([0.05, 0.95])
    least, most = drawn["income"].quantile([0.05, 0.95])
    for said in (
        f"together they emit {n['emissions']:.1f} Mt a year and would abate {n['abatement']:.1f}",
        f"pays {n['income']:.0f} EUR a tonne over the life",
        f"falls from {100 * uncertainty.chance(drawn):.0f} to {chance(cluster.with_(partners=()))}",
        f"from {n['cost_shared']:.0f} to {evaluate(by_ship).numbers['cost_shared']:.0f} EUR a tonne and the chance "
        f"falls to {chance(by_ship)}",
        f"capture it falls to {chance(hydrogen)}",
        f"{evaluate(hydrogen).firms['own'][1]:.0f} EUR for each tonne",
        f"Alone a tonne costs {n['cost_alone']:.0f} EUR, shared {n['cost_shared']:.0f}",
        f"saves only {100 * n['saving']:.0f} %",
        f"pays {firms['shared']['Ammonia plant']:.0f} instead of {firms['alone']['Ammonia plant']:.0f} EUR",
        f"begins in {firms['begins_shared']['Ammonia plant']:.0f}, the refinery in "
        f"{firms['begins_shared']['Refinery']:.0f}, one year earlier",
        f"In 2040 we emit {by_year['shared'][2040]:.2f} Mt, below",
        f"{100 * uncertainty.chance(drawn):.0f} of 100 draws",
        f"between {low:.0f} and {high:.0f} EUR in nine draws of ten, income between {least:.0f} and {most:.0f}",
        f"explains {100 * sobol['policy_strength']:.0f} % of the variance of the balance and its rise "
        f"{100 * sobol['allowance_price_growth']:.0f} %",
        f"The margin is {n['balance_shared']:.0f} EUR",
        f"The cement works pays {firms['shared']['Cement works']:.0f} EUR and earns {n['income']:.0f}",
    ):
        assert " ".join(said.split()) in WORDS, said
    assert by_year["shared"][2040] < by_year["pledge"][2040]
    assert firms["begins_alone"]["Refinery"] - firms["begins_shared"]["Refinery"] == 1
    assert evaluate(cluster, storage_cost=30).numbers["balance_shared"] < 0
    assert (most - least) / n["balance_shared"] == pytest.approx(19, abs=1)
