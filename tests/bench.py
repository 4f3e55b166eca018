"""Measure the built book in a real browser: ``make bench``. Prints; asserts nothing."""

from __future__ import annotations

import functools
import gzip
import http.server
import statistics
import threading

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


def main() -> None:
    handler = functools.partial(_Quiet, directory=str(SITE))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
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
    server.shutdown()


if __name__ == "__main__":
    main()
