"""Measure the built book in a real browser: ``make bench``. Prints; asserts nothing."""

from __future__ import annotations

import functools
import gzip
import http.server
import os
import platform
import statistics
import sys
import threading
import time
from urllib.parse import quote, urlsplit

from playwright.sync_api import sync_playwright

from tests import browser
from tests.conftest import SITE, _Quiet
from tests.pages.test_explorables import explorables

STEPS = 60
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


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def kilobytes(data: bytes) -> float:
    return len(gzip.compress(data, 6)) / 1000


def live(chromium, address: str, times: int = 5) -> None:
    """Seconds from a click to Python's first words, and what is fetched for them; every other host is cut off."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f}"
    print(f"\nThe live site, medians of {times}, nothing kept in the browser; {machine}")
    print(f"{'what':<60}{'seconds':>8}{'MB raw':>8}{'MB gz':>8}")
    answers = {
        "console: 1 + 1": ("print('FIRST', 1 + 1)", "FIRST 2"),
        "console: a model of the book": (
            "from utils.models import pipelines; print('FIRST', pipelines.saving_of_equal_firms(4, 0.6))", "FIRST {"),
    }
    for what, (code, words) in answers.items():
        def ask(page, code=code, words=words):
            page.goto(f"{address}/lite/repl/index.html?kernel=python&code={quote(code)}")
            page.locator(".jp-OutputArea-output").filter(has_text=words).wait_for(timeout=300_000)
        _row(what, [_timed(chromium, address, ask) for _ in range(times)])
    chapter = next((SITE / "lite" / "files" / "chapters").glob("*.ipynb")).name

    def notebook(page):
        page.goto(f"{address}/lite/lab/index.html?path=chapters/{chapter}")
        page.locator(".jp-Notebook h1").first.wait_for(timeout=300_000)

    def kernel(page):
        notebook(page)
        page.get_by_text("| Idle", exact=False).first.wait_for(timeout=300_000)

    _row("JupyterLab: a chapter can be read", [_timed(chromium, address, notebook) for _ in range(times)])
    _row("JupyterLab: its first cell can be run", [_timed(chromium, address, kernel) for _ in range(times)])


def _timed(chromium, address: str, act) -> tuple[float, set[str]]:
    context = chromium.new_context()
    context.route(lambda url: not url.startswith((address, "data:", "blob:")), lambda route: route.abort())
    asked: set[str] = set()
    context.on("request", lambda request: asked.add(urlsplit(request.url).path.lstrip("/")))
    page = context.new_page()
    started = time.perf_counter()
    act(page)
    seconds = time.perf_counter() - started
    context.close()
    return seconds, asked


def _row(what: str, runs: list[tuple[float, set[str]]]) -> None:
    files = [path for name in runs[-1][1] if (path := SITE / name).is_file()]
    raw = sum(path.stat().st_size for path in files) / 1e6
    packed = sum(kilobytes(path.read_bytes()) for path in files) / 1000
    print(f"{what:<60}{statistics.median(seconds for seconds, _ in runs):>8.1f}{raw:>8.1f}{packed:>8.1f}", flush=True)


def main() -> None:
    only_live = sys.argv[1:] == ["live"]
    handler = functools.partial(_Quiet, directory=str(SITE))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    if only_live:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browser.path(), args=browser.ARGUMENTS)
            live(chromium, address)
        return
    print("Slider step, input event to redrawn chart, in ms (budget: 95th percentile under 16)")
    print(f"{'figure':<60}{'median':>8}{'95th':>8}")
    every: list[float] = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.path(), args=browser.ARGUMENTS)
        for page_name, figure in explorables():
            page = chromium.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{address}/{page_name}")
            times = page.evaluate(MOVE, [figure, STEPS])
            every += times
            print(f"{page_name[:-5] + '#' + figure:<60}{statistics.median(times):>8.1f}{percentile(times, 0.95):>8.1f}")
            page.close()
        chromium.close()
    print(f"{'all':<60}{statistics.median(every):>8.1f}{percentile(every, 0.95):>8.1f}")
    print("\nWeight in kB (budget: 400 raw for a chapter's HTML; 305 gzipped for Vega)")
    for path in sorted((SITE / "chapters").glob("*.html")):
        content = path.read_bytes()
        print(f"{path.name:<60}{len(content) / 1000:>8.0f} raw{kilobytes(content):>8.0f} gzipped")
    print(f"{'Vega, once for the site':<60}{kilobytes((SITE / '_static/book/vega.js').read_bytes()):>21.0f} gzipped")
    with sync_playwright() as playwright:
        live(playwright.chromium.launch(executable_path=browser.path(), args=browser.ARGUMENTS), address)
    server.shutdown()


if __name__ == "__main__":
    main()
