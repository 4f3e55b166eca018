"""The live site beside the book: Python runs in the browser with every other host cut off.

Only numpy, pandas and scipy come from elsewhere. What needs none of them works, and what does says so kindly.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
from urllib.parse import quote

import pytest

from tests.conftest import SITE, notebooks

LITE = SITE / "lite"
MODEL = """
from utils.models import pipelines
from utils.exercises import check
print("MODEL", pipelines.saving_of_equal_firms(4, 0.6))
"""
EXERCISE = """
from utils.models import cooperative_games
runways = [8, 11, 13, 18]
costs = {}
fees = [1, 2, 3, 4]
check("ex-01-airport")
"""
EXPLORABLE = """
import altair as alt
from utils import charts
from utils.explore import explore
figure = explore(pipelines.saving_of_equal_firms, chart=lambda rows: rows.mark_bar().encode(x="saving:Q"),
                 headline="{firms:.0f} firms, b is {scale_exponent:.2f}.", name="live")
figure
"""
SEEN = """print("SEEN", figure.values, figure.rows)"""
CHART = """
alt.renderers.enable("default")
alt.Chart(alt.Data(values=[{"a": 1}, {"a": 2}])).mark_bar().encode(x="a:O", y="a:Q")
"""
TABLE = """
from utils import data
data.table("example_firms")
"""
SOLVER = """
from utils.models import heat_matching
heat_matching.best_pairs([[1, 2], [3, 4]])
"""


def kind(package: str) -> str:
    return f"{package} is not here, because cdn.jsdelivr.net could not be reached"


@pytest.fixture
def lock() -> dict:
    if not (LITE / "index.html").exists():
        pytest.fail("the live site is not built: run `make book` first (`make test` does)")
    return json.loads((LITE / "static" / "pyodide" / "pyodide-lock.json").read_text(encoding="utf-8"))["packages"]


needs_node = pytest.mark.skipif(
    not shutil.which("npm"), reason="without Node the live site takes Pyodide from the CDN, which tests cut off"
)


class Console:
    """The console of the live site in a browser tab."""

    def __init__(self, visit, site: str, code: str) -> None:
        self.visit = visit
        self.page = visit.page
        self.page.goto(f"{site}/lite/repl/index.html?kernel=python&code={quote(code.strip())}")

    def run(self, code: str) -> None:
        self.page.locator(".jp-CodeConsole-promptCell .cm-content").click()
        self.page.keyboard.insert_text(code.strip())
        self.page.keyboard.press("Shift+Enter")

    def says(self, words: str, times: int = 1) -> str:
        """The output that holds these words; the second one, if they are to be said twice."""
        found = self.page.locator(".jp-OutputArea-output").filter(has_text=words).nth(times - 1)
        found.wait_for(timeout=120_000)
        return found.inner_text()


@needs_node
def test_python_runs_with_every_other_host_cut_off(visit, site, lock):
    console = Console(visit(), site, MODEL)
    assert re.search(r"MODEL \{'saving': 0\.4256\d+\}", console.says("MODEL"))  # 1 - 4 ** (0.6 - 1)

    console.run(EXERCISE)
    console.says("Four aircraft form 15 coalitions; your table has 0.")

    console.run(EXPLORABLE)
    slider = console.page.locator("figure.explorable input[name=scale_exponent]")
    console.page.locator("figure.explorable .canvas svg").wait_for(timeout=30_000)
    slider.focus()
    for _ in range(4):
        console.page.keyboard.press("ArrowRight")
    value = float(slider.input_value())
    assert "b is 0.80." in console.page.locator("figcaption.headline").inner_text()
    console.run(SEEN)
    seen = console.says("SEEN")
    assert f"'scale_exponent': {value:g}" in seen
    firms = float(re.search(r"'firms': ([\d.]+)", seen)[1])
    assert float(re.search(r"'saving': ([\d.]+)", seen)[1]) == pytest.approx(1 - firms ** (value - 1), rel=1e-9)

    console.run(CHART)
    console.page.locator("[id^=chart-] svg, [id^=chart-] canvas").first.wait_for(timeout=30_000)

    console.run("import pandas")
    console.says(kind("pandas"))
    console.run(TABLE)
    console.says(kind("pandas"), times=2)
    console.run(SOLVER)
    console.says(kind("numpy"))
    console.run("import scipy")
    console.says(kind("scipy"))

    compiled = {lock[name]["file_name"] for name in ("numpy", "pandas", "scipy")}
    assert set(console.visit.outside) == compiled, "only compiled packages come from another host"


@needs_node
def test_a_chapter_opens_as_a_notebook_without_its_solutions(visit, site, lock):
    one = visit()
    one.page.goto(f"{site}/lite/lab/index.html?path=chapters/{notebooks()[0].name}")
    one.page.locator(".jp-Notebook h1").first.wait_for(timeout=60_000)
    one.page.get_by_text("| Idle", exact=False).first.wait_for(timeout=120_000)
    assert not one.outside


def test_every_chapter_and_every_table_lies_in_the_live_site_and_no_solution_does(lock):
    assert {path.name for path in (LITE / "files" / "chapters").iterdir()} == {path.name for path in notebooks()}
    assert (LITE / "files" / "data" / "datapackage.json").exists()
    for path in (LITE / "files" / "chapters").glob("*.ipynb"):
        roles = [cell["metadata"].get("exercise", {}).get("role") for cell in json.loads(path.read_text())["cells"]]
        assert "answer" in roles
        assert "solution" not in roles


def test_the_lock_tells_the_truth_about_every_file_the_site_serves(lock):
    served = {name: package for name, package in lock.items() if "://" not in package["file_name"]}
    for name, package in served.items():
        file = LITE / "static" / "pyodide" / package["file_name"]
        assert hashlib.sha256(file.read_bytes()).hexdigest() == package["sha256"], name
    needed, waiting = set(), ["clusters-book", "ipython", "pandas"]
    while waiting:
        name = waiting.pop()
        needed.add(name)
        waiting += set(lock[name]["depends"]) - needed
    assert needed - set(served) == {"numpy", "pandas"}, "all other packages the book needs come with the site"


def test_what_stands_in_for_the_lock_without_node_is_what_the_lock_says(root, lock):
    short = json.loads((root / "lite" / "compiled.json").read_text(encoding="utf-8"))["packages"]
    for name, package in short.items():
        assert lock[name]["sha256"] == package["sha256"]
        assert lock[name]["file_name"].endswith("/" + package["file_name"])


def test_the_live_site_is_no_larger_than_45_megabytes(lock):
    assert sum(path.stat().st_size for path in LITE.rglob("*") if path.is_file()) < 45e6


def test_no_page_of_the_book_fetches_anything_of_the_live_site_by_itself(visit, site):
    one = visit()
    asked = []
    one.page.on("request", lambda request: asked.append(request.url))
    one.page.goto(f"{site}/chapters/{notebooks()[0].stem}.html")
    one.page.mouse.wheel(0, 20_000)
    time.sleep(0.5)
    assert not [address for address in asked if "/lite/" in address]
