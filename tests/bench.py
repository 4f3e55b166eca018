"""Measure the built book in a real browser beside the usual ways: ``make bench``. Prints; asserts nothing.

The usual ways are a Jupyter Book as it comes, with the same prose and the same charts as Altair writes them by default,
and the same slider as ``ipywidgets.interact`` with a live kernel in JupyterLab. The stock page would take Vega, and
more, from other hosts; here Vega comes from this machine and the rest is cut off, which flatters it.
``python -m tests.bench --quick`` leaves out the builds and the live site.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
from altair.utils.html import spec_to_html
from playwright.sync_api import Error, sync_playwright

from tests import browser
from tests.conftest import ROOT, SITE, _Quiet
from tests.pages.test_explorables import explorables
from tests.pages.test_jupyterlab import open_notebook, running_lab
from tests.pages.test_pages import pages
from utils import charts

JUPYTER_BOOK = str(Path(sys.executable).with_name("jupyter-book"))
STEPS = 60
LOADS = 5
MOVE = """
async ([id, steps]) => {
    const figure = document.getElementById(id);
    figure.scrollIntoView({block: "center"});
    await figure.explorable.draw();
    const inputs = [...figure.querySelectorAll('input[type=range]')];
    const times = [];
    for (let step = 0; step < steps; step++) {
        const {name, value, max, min, step: width} = inputs[step % inputs.length];
        const next = Number(value) + Number(width) <= Number(max) ? Number(value) + Number(width) : Number(min);
        const started = performance.now();
        await figure.explorable.set({[name]: next});  // what the input event calls; resolves when redrawn
        times.push(performance.now() - started);
        await new Promise(requestAnimationFrame);
    }
    return times;
}
"""
# The first figure is brought into view at once; the clock stops when its live chart stands there.
WATCH = """
addEventListener("DOMContentLoaded", () => {
    const place = document.querySelector("figure.explorable, figure.book-chart, .stock");
    place.scrollIntoView({block: "center"});
    const look = () => {
        const live = place.querySelector(".canvas svg .mark-group, .stock .vega-embed :is(canvas, svg)");
        if (live) window.liveAt = performance.now(); else requestAnimationFrame(look);
    };
    look();
});
"""
LIVE_CELL = """
import altair as alt
import pandas as pd
from ipywidgets import FloatSlider, interact
from utils import charts  # Altair's own renderer would ask another host for Vega
from utils.models import pipelines

rows = pd.DataFrame({"firms": [2, 4, 8]})

@interact(scale_exponent=FloatSlider(0.6, min=0.4, max=1.0, step=0.05))
def draw(scale_exponent):
    result = rows.assign(**pipelines.saving_of_equal_firms(rows["firms"], scale_exponent))
    return alt.Chart(result).mark_bar().encode(x="firms:O", y="saving:Q")
"""
KERNEL_STEP = """
() => new Promise((resolve) => {
    const output = document.querySelector(".widget-interact");
    const started = performance.now();
    const before = output.querySelector("canvas, svg");
    const look = () => {
        const now = output.querySelector("canvas, svg");
        if (now && now !== before) resolve(performance.now() - started); else requestAnimationFrame(look);
    };
    look();
})
"""


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def kilobytes(data: bytes) -> float:
    return len(gzip.compress(data, 6)) / 1000


def serve(folder: Path) -> str:
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


def slider_steps(chromium, address: str) -> dict[str, list[float]]:
    """Milliseconds of each step, by figure."""
    times = {}
    print("Slider step, input event to redrawn chart, in ms (budget: 95th percentile under 16)")
    print(f"{'figure':<64}{'median':>8}{'95th':>8}")
    for page_name, figure in explorables():
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{address}/{page_name}")
        page.wait_for_function("id => document.getElementById(id)?.explorable", arg=figure)
        times[figure] = page.evaluate(MOVE, [figure, STEPS])
        name = f"{page_name.removesuffix('.html')}#{figure}"
        print(f"{name:<64}{statistics.median(times[figure]):>8.1f}{percentile(times[figure], 0.95):>8.1f}", flush=True)
        page.close()
    every = [one for figure in times.values() for one in figure]
    print(f"{'all':<64}{statistics.median(every):>8.1f}{percentile(every, 0.95):>8.1f}\n")
    return times


def specs(chromium, address: str, page_name: str) -> list[dict]:
    """The charts of a page in their order, with their rows, and with the look that this book sets for all of them."""
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/{page_name}")
    page.wait_for_function("[...document.querySelectorAll('figure.explorable')].every(f => f.explorable)")
    found = page.evaluate("""[...document.querySelectorAll('figure.explorable, figure.book-chart')].map(figure => {
        const {spec} = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
        const moves = figure.matches(".explorable"); // its rows are computed in the page
        return {...spec, datasets: {...spec.datasets, ...(moves ? {rows: figure.explorable.rows()} : {})}};
    })""")
    page.close()
    return [{"config": charts.theme()["config"], **spec} for spec in found]


def stock_book(chromium, address: str, page_name: str, folder: Path) -> Path:
    """The site of a Jupyter Book as it comes, with the chapter's prose and its charts as Altair writes them."""
    chapter = nbformat.read(ROOT / "_build" / "jupyter_execute" / Path(page_name).with_suffix(".ipynb"), 4)
    waiting = iter(enumerate(specs(chromium, address, page_name)))
    cells = []
    for cell in chapter.cells:
        if cell.cell_type == "markdown":
            cells.append(nbformat.v4.new_markdown_cell(cell.source))
        for output in cell.get("outputs", []):
            page = output.get("data", {}).get("text/html", "")
            for _ in re.findall('<figure class="(?:explorable|book-chart)"', page):
                number, spec = next(waiting)
                chart = spec_to_html(spec, mode="vega-lite", vega_version="6", vegalite_version="6",
                                     vegaembed_version="7", fullhtml=False, template="universal",
                                     output_div=f"altair-viz-{number}")
                shown = nbformat.v4.new_output("display_data", {"text/html": f'<div class="stock">{chart}</div>'})
                cells.append(nbformat.v4.new_code_cell(cell.source, outputs=[shown]))
    (folder / page_name).parent.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), (folder / page_name).with_suffix(".ipynb"))
    (folder / "_config.yml").write_text("title: The same charts\nexecute: {execute_notebooks: 'off'}\n")
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: {page_name.removesuffix('.html')}\n")
    subprocess.run([JUPYTER_BOOK, "build", "."], cwd=folder, check=True, capture_output=True)
    return folder / "_build" / "html"


def vega_from_here(context) -> None:
    """Other hosts are cut off; what a stock page asks of one for its charts comes from this machine."""
    libraries = (SITE / "_static" / "book" / "vega.js").read_text(encoding="utf-8")

    def answer(route) -> None:
        if "/npm/vega" not in route.request.url:
            route.abort()
        else:  # one file holds all three that Altair asks for
            body = libraries if "/npm/vega@" in route.request.url else ""
            route.fulfill(body=body, content_type="text/javascript")

    context.route(re.compile("^https://"), answer)


def loading(chromium, address: str, page_name: str) -> dict[str, float]:
    """First contentful paint, first live figure, and what is fetched until then: the median of some loads."""
    results = []
    for _ in range(LOADS):
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        vega_from_here(context)
        page = context.new_page()
        bodies: dict[str, bytes] = {}
        page.on("response", lambda response, bodies=bodies: bodies.setdefault(response.url, response))
        page.add_init_script(WATCH)
        page.goto(f"{address}/{page_name}")
        page.wait_for_function("window.liveAt", timeout=120_000)
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN")
        weights = {url: kilobytes(response.body()) for url, response in bodies.items() if response.ok}
        results.append({
            "first contentful paint, ms": paint, "first live figure, ms": page.evaluate("window.liveAt"),
            "fetched, kB gzipped": sum(weights.values()), "requests": len(weights),
        })
        context.close()
    return {name: statistics.median(one[name] for one in results) for name in results[0]}


def kernel_steps(chromium, steps: int = 30) -> list[float]:
    """The same kind of slider as ipywidgets.interact, in JupyterLab with a live kernel: ms of each step."""
    with tempfile.TemporaryDirectory() as folder, running_lab(Path(folder), LIVE_CELL) as address:
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        open_notebook(page, address).first.click()
        page.keyboard.press("Shift+Enter")
        handle = page.locator(".widget-interact .noUi-handle")
        handle.wait_for(timeout=60_000)
        page.locator(".widget-interact").locator("canvas, svg").first.wait_for(timeout=60_000)
        times = []
        for step in range(steps):
            handle.focus()
            page.evaluate(f"() => {{ window.step = ({KERNEL_STEP})(); }}")  # not awaited: the key comes next
            page.keyboard.press("ArrowRight" if step % 12 < 6 else "ArrowLeft")
            times.append(page.evaluate("window.step"))
            page.wait_for_timeout(150)
        page.close()
    return times


def builds() -> tuple[float, float]:
    """Seconds of a build from nothing, and of the next one after a prose edit, in a copy of the book."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "book"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns("_build", ".git", ".venv", "__pycache__", ".*_cache"))
        command = [JUPYTER_BOOK, "build", ".", "-W", "--keep-going"]
        seconds = []
        for _ in range(2):
            started = time.monotonic()
            environment = os.environ | {"PYTHONPATH": str(copy)}
            subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True)
            seconds.append(time.monotonic() - started)
            chapter = next((copy / "chapters").glob("*.ipynb"))
            notebook = nbformat.read(chapter, 4)
            notebook.cells[0].source += "\n\nOne more line."
            nbformat.write(notebook, chapter)
    return tuple(seconds)


def main() -> None:
    from tests import bench_live

    address = serve(SITE)
    page_name = statistics.mode(page for page, _ in explorables())  # the page with most of them
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores" if hasattr(os, "getloadavg") else ""
    print(f"Measured in Chromium on this machine; {load} at the start.\n")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        chromium = playwright.chromium.launch(executable_path=browser.path(), args=browser.ARGUMENTS)
        times = slider_steps(chromium, address)
        stock = stock_book(chromium, address, page_name, Path(folder))
        ours, usual = loading(chromium, address, page_name), loading(chromium, serve(stock), page_name)
        ours["HTML, kB"], usual["HTML, kB"] = ((site / page_name).stat().st_size / 1000 for site in (SITE, stock))
        print(f"{page_name} here, and in a stock Jupyter Book with the charts as Altair writes them")
        print(f"{'':<34}{'here':>10}{'stock':>10}{'ratio':>8}")
        for name, value in ours.items():
            print(f"{name:<34}{value:>10.0f}{usual[name]:>10.0f}{usual[name] / value:>8.1f}")
        try:
            live = kernel_steps(chromium)
        except Error as error:
            live = [float("nan")]
            print(f"\nThe slider in JupyterLab could not be measured: {error.message.splitlines()[0]}")
        chromium.close()
    every = [one for figure in times.values() for one in figure]
    print("\nA slider step, ms: here in the page, and as ipywidgets.interact with a live kernel in JupyterLab")
    print(f"{'':<34}{'here':>10}{'interact':>10}{'ratio':>8}")
    for name, share in (("median", 0.5), ("95th percentile", 0.95)):
        a, b = percentile(every, share), percentile(live, share)
        print(f"{name:<34}{a:>10.1f}{b:>10.1f}{b / a:>8.1f}")
    print("\nWeight in kB (budget: 400 raw for a chapter's HTML; 305 gzipped for Vega)")
    for name in pages():
        content = (SITE / name).read_bytes()
        print(f"{name:<60}{len(content) / 1000:>8.0f} raw{kilobytes(content):>8.0f} gzipped")
    print(f"{'Vega, once for the site':<60}{kilobytes((SITE / '_static/book/vega.js').read_bytes()):>20.0f} gzipped")
    if "--quick" in sys.argv:
        return
    cold, warm = builds()
    print(f"\nBuild: {cold:.0f} s from nothing, {warm:.0f} s after an edit of prose (budgets 120 and 10)")
    with sync_playwright() as playwright:
        bench_live.live(playwright.chromium.launch(executable_path=browser.path(), args=browser.ARGUMENTS), address)


if __name__ == "__main__":
    main()
