"""Python in the browser, from the built site alone: every request to another host is cut off and counted."""

from __future__ import annotations

import json
import re
import time
from urllib.parse import quote

import pytest

from tests.conftest import SITE

LITE = SITE / "lite"
pytestmark = pytest.mark.skipif(
    not (LITE / "static" / "pyodide" / "pyodide.asm.wasm").exists(),
    reason="no Node when the book was built: the interpreter comes from its CDN, which the tests cut off",
)
START = """
from utils.exercises import check
from utils.explore import explore
from utils.models import finance

print("CRF", round(finance.capital_recovery_factor(0.08, 25), 6))
print(check("ex-01-lost-decade"))


def saving(firms, scale_exponent):
    return {"saving": 1 - firms ** (scale_exponent - 1)}


figure = explore(saving, fixed={"firms": 4}, headline="They save {saving:.0%}.")
figure
"""
THEN = 'import json; print("SEEN", json.dumps([figure.values, figure.rows]))'
CHART = """
import altair as alt
from utils import charts
alt.Chart(alt.Data(values=[{"a": 1, "b": 2}]), title="Drawn here").mark_bar().encode(x="a:O", y="b:Q")
"""
FETCH = "import scipy"


class Repl:
    """JupyterLite's console with the book's kernel."""

    def __init__(self, visit, site: str, code: str) -> None:
        self.visit, self.page = visit, visit.page
        self.page.goto(f"{site}/lite/repl/index.html?kernel=python&toolbar=1&code={quote(code)}")

    def run(self, code: str) -> None:
        prompt = self.page.locator(".jp-CodeConsole-promptCell .cm-content")
        prompt.fill(code.strip())
        prompt.press("Shift+Enter")

    def printed(self, pattern: str, seconds: float = 60) -> re.Match:
        """Wait for text that fits the pattern among the outputs."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            text = "\n".join(self.page.locator(".jp-OutputArea-output").all_inner_texts())
            if found := re.search(pattern, text):
                return found
            time.sleep(0.1)
        pytest.fail(f"{pattern!r} did not appear; the console shows {text!r}; errors: {self.visit.errors[-3:]}")


def test_without_a_network_models_run_answers_are_checked_and_python_sees_a_slider_move(visit, site):
    repl = Repl(visit(), site, START)
    assert repl.printed(r"CRF ([\d.]+)")[1] == "0.093679"
    repl.printed(r"ex-01-lost-decade: 0 of 2 passed\s+Not yet: 100 Mt a year")
    slider = repl.page.locator('figure.explorable input[name="scale_exponent"]')
    slider.wait_for(timeout=30_000)
    before = float(slider.input_value())
    slider.focus()
    slider.press("ArrowRight")
    repl.run(THEN)
    values, rows = json.loads(repl.printed(r"SEEN (\[.*\])")[1])
    assert values["scale_exponent"] > before
    assert rows == [{"saving": pytest.approx(1 - 4 ** (values["scale_exponent"] - 1))}]
    repl.run(CHART)
    repl.page.locator("figure.book-chart .drawing :is(svg, canvas)").first.wait_for(timeout=30_000)

    repl.run(FETCH)
    repl.printed(r"scipy is not here, because cdn\.jsdelivr\.net could not be reached: .* work without it\.")
    lock = json.loads((LITE / "static" / "pyodide" / "pyodide-lock.json").read_text())["packages"]
    assert set(repl.visit.outside) == {lock[name]["file_name"] for name in ("numpy", "pandas", "scipy")}


def test_every_package_but_the_compiled_ones_is_served_by_the_site():
    folder = LITE / "static" / "pyodide"
    lock = json.loads((folder / "pyodide-lock.json").read_text())["packages"]
    own = {name for name, entry in lock.items() if "://" not in entry["file_name"]}
    assert {"clusters-book", "book-startup", "altair", "ipywidgets", "anywidget", "ipython", "micropip"} <= own
    assert all((folder / lock[name]["file_name"]).exists() for name in own)
    for name in own - {"clusters-book"}:
        assert set(lock[name]["depends"]) <= own, f"{name} needs a package from the CDN"
    assert set(lock["clusters-book"]["depends"]) - own == {"pandas"}


def test_the_site_stays_small_and_brings_no_source_maps():
    files = [path for path in LITE.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 45e6
    assert not [path for path in files if path.suffix == ".map"]


def test_the_notebooks_there_hold_no_solution():
    notebooks = sorted((LITE / "files" / "chapters").glob("*.ipynb"))
    assert len(notebooks) == len(list((SITE / "chapters").glob("*.html")))
    for path in notebooks:
        text = path.read_text(encoding="utf-8")
        assert "solution-start" not in text, path.name
    assert (LITE / "files" / "data" / "assumptions.csv").exists()
